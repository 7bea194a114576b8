package userpool_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cenote-auth/cenote/auth/userpool"
)

// signedIn fails the test unless the step is the end of ada's sign-in.
func signedIn(t *testing.T, step *userpool.Step, err error) *userpool.Session {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if step.Challenge != nil || step.Session == nil {
		t.Fatalf("step = %+v, want a session", step)
	}
	if step.Session.AccessToken.Username() != "ada" || step.Session.IDToken.IsZero() || step.Session.RefreshToken != "refresh-1" {
		t.Errorf("session = %v", step.Session)
	}
	return step.Session
}

// asked fails the test unless the step is a challenge of that name.
func asked(t *testing.T, step *userpool.Step, err error, name userpool.ChallengeName) *userpool.Challenge {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if step.Session != nil || step.Challenge == nil || step.Challenge.Name != name {
		t.Fatalf("step = %+v, want %s", step, name)
	}
	return step.Challenge
}

func wantCode(t *testing.T, err error, code userpool.Code) *userpool.Error {
	t.Helper()
	e, ok := errors.AsType[*userpool.Error](err)
	if !ok || !errors.Is(err, code) {
		t.Fatalf("err = %v, want %s", err, code)
	}
	return e
}

// opens is the request by which ada begins with a public value.
func opens(flow string, more request) request {
	r := request{"AuthFlow": flow, "AuthParameters.USERNAME": "ada@example.com"}
	for name, value := range more {
		r[name] = value
	}
	return r
}

func TestSRP(t *testing.T) {
	t.Parallel()
	for _, secret := range []string{"", "client secret"} {
		ada := newVerifier(t, poolName, "ada", "pass\u00e4")
		p, _ := newStub(t, &userpool.Options{Now: clock, ClientSecret: secret},
			exchange{
				op:    "InitiateAuth",
				want:  opens("USER_SRP_AUTH", request{"AuthParameters.SRP_A": "*", "ClientMetadata.k": "v"}),
				reply: ada.challenge("PASSWORD_VERIFIER", "", object{"USERNAME": "ada", "USER_ID_FOR_SRP": "ada"}),
			},
			exchange{
				op:    "RespondToAuthChallenge",
				want:  proof("PASSWORD_VERIFIER", "ada", "", request{"ClientMetadata.k": "v"}),
				reply: ada.check(tokens()),
			})
		step, err := p.Begin(t.Context(), userpool.Credentials{Username: "ada@example.com", Password: "pass\u00e4", ClientMetadata: map[string]string{"k": "v"}})
		if s := signedIn(t, step, err); s.ClockDrift != 0 {
			t.Errorf("drift = %v", s.ClockDrift)
		}
	}
}

func TestAWrongPasswordIsTheServicesError(t *testing.T) {
	t.Parallel()
	ada := newVerifier(t, poolName, "ada", "password")
	p, _ := newStub(t, &userpool.Options{Now: clock},
		exchange{"InitiateAuth", opens("USER_SRP_AUTH", request{"AuthParameters.SRP_A": "*"}), ada.challenge("PASSWORD_VERIFIER", "s1", object{"USER_ID_FOR_SRP": "ada"})},
		exchange{"RespondToAuthChallenge", proof("PASSWORD_VERIFIER", "ada", "s1", nil), ada.check(tokens())})
	_, err := p.Begin(t.Context(), userpool.Credentials{Username: "ada@example.com", Password: "passw0rd"})
	e := wantCode(t, err, userpool.ErrNotAuthorized)
	if e.Message != "Incorrect username or password." || e.HTTPStatus != 400 || e.RequestID != "request-2" {
		t.Errorf("error = %+v", e)
	}
}

// Cognito answers some pools with url-safe base64.
func TestSecretBlocksInTheOtherAlphabet(t *testing.T) {
	t.Parallel()
	ada := newVerifier(t, poolName, "ada", "password")
	ada.block = []byte{0xfb, 0xff, 0xfe, 1}
	const block = "-__-AQ"
	p, _ := newStub(t, &userpool.Options{Now: clock},
		exchange{"InitiateAuth", opens("USER_SRP_AUTH", request{"AuthParameters.SRP_A": "*"}),
			ada.challenge("PASSWORD_VERIFIER", "", object{"USER_ID_FOR_SRP": "ada", "SECRET_BLOCK": block})},
		exchange{"RespondToAuthChallenge", proof("PASSWORD_VERIFIER", "ada", "",
			request{"ChallengeResponses.PASSWORD_CLAIM_SECRET_BLOCK": block}), ada.check(tokens())})
	step, err := p.Begin(t.Context(), userpool.Credentials{Username: "ada@example.com", Password: "password"})
	signedIn(t, step, err)
}

func TestTheOtherWaysToBegin(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		with  userpool.Credentials
		want  request
		reply any
	}{
		{"by password", userpool.Credentials{Flow: userpool.FlowPassword, Password: "password"},
			opens("USER_PASSWORD_AUTH", request{"AuthParameters.PASSWORD": "password"}), tokens()},
		{"by custom challenges", userpool.Credentials{Flow: userpool.FlowCustom, AuthParameters: map[string]string{"hint": "cat"}},
			opens("CUSTOM_AUTH", request{"AuthParameters.hint": "cat"}), tokens()},
		{"by choice", userpool.Credentials{Flow: userpool.FlowUserAuth, Password: "is not sent unasked"},
			opens("USER_AUTH", nil), tokens()},
		{"by choice, the password preferred", userpool.Credentials{Flow: userpool.FlowUserAuth, Password: "password", PreferredChallenge: userpool.PasswordFactor},
			opens("USER_AUTH", request{"AuthParameters.PASSWORD": "password", "AuthParameters.PREFERRED_CHALLENGE": "PASSWORD"}), tokens()},
		{"by choice, a code preferred", userpool.Credentials{Flow: userpool.FlowUserAuth, PreferredChallenge: userpool.EmailOTP},
			opens("USER_AUTH", request{"AuthParameters.PREFERRED_CHALLENGE": "EMAIL_OTP"}), tokens()},
		{"right after signing up", userpool.Credentials{Flow: userpool.FlowUserAuth, Session: "signed up"},
			opens("USER_AUTH", request{"Session": "signed up"}), tokens()},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for _, secret := range []string{"", "client secret"} {
				p, _ := newStub(t, &userpool.Options{Now: clock, ClientSecret: secret}, exchange{"InitiateAuth", tt.want, tt.reply})
				tt.with.Username = "ada@example.com"
				step, err := p.Begin(t.Context(), tt.with)
				signedIn(t, step, err)
			}
		})
	}
}

func TestSRPInsideTheOtherFlows(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		with  userpool.Credentials
		first request
		then  userpool.ChallengeName
	}{
		{"before custom challenges", userpool.Credentials{Flow: userpool.FlowCustomSRP},
			opens("CUSTOM_AUTH", request{"AuthParameters.CHALLENGE_NAME": "SRP_A", "AuthParameters.SRP_A": "*"}), userpool.CustomChallenge},
		{"by choice", userpool.Credentials{Flow: userpool.FlowUserAuth, PreferredChallenge: userpool.PasswordSRPFactor},
			opens("USER_AUTH", request{"AuthParameters.PREFERRED_CHALLENGE": "PASSWORD_SRP", "AuthParameters.SRP_A": "*"}), userpool.SoftwareTokenMFA},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ada := newVerifier(t, poolName, "ada", "password")
			p, _ := newStub(t, &userpool.Options{Now: clock},
				exchange{"InitiateAuth", tt.first, ada.challenge("PASSWORD_VERIFIER", "s1", object{"USERNAME": "ada", "USER_ID_FOR_SRP": "ada"})},
				exchange{"RespondToAuthChallenge", proof("PASSWORD_VERIFIER", "ada", "s1", nil), ada.check(asks(tt.then, "s2", object{"hint": "cat"}))})
			tt.with.Username, tt.with.Password = "ada@example.com", "password"
			step, err := p.Begin(t.Context(), tt.with)
			ch := asked(t, step, err, tt.then)
			if ch.Username != "ada" || ch.Session != "s2" || ch.Parameters["hint"] != "cat" || ch.Flow != tt.with.Flow || ch.LoginID != "ada@example.com" {
				t.Errorf("challenge = %+v", *ch)
			}
		})
	}
}

func TestTheFactorsToChooseFrom(t *testing.T) {
	t.Parallel()
	p, _ := newStub(t, nil, exchange{"InitiateAuth", opens("USER_AUTH", nil), object{
		"ChallengeName": "SELECT_CHALLENGE", "Session": "s1", "AvailableChallenges": []string{"PASSWORD", "WEB_AUTHN"},
	}})
	step, err := p.Begin(t.Context(), userpool.Credentials{Username: "ada@example.com", Flow: userpool.FlowUserAuth})
	ch := asked(t, step, err, userpool.SelectChallenge)
	if len(ch.Available) != 2 || ch.Available[1] != userpool.WebAuthn || ch.Username != "ada@example.com" {
		t.Errorf("challenge = %+v", *ch)
	}
}

// The clock of the service is ahead of ours by some seconds.
func TestClockDrift(t *testing.T) {
	t.Parallel()
	behind := func() time.Time { return now.Add(-1500 * time.Millisecond) }
	p, _ := newStub(t, &userpool.Options{Now: behind}, exchange{"InitiateAuth", opens("USER_PASSWORD_AUTH", request{"AuthParameters.PASSWORD": "p"}), tokens()})
	step, err := p.Begin(t.Context(), userpool.Credentials{Username: "ada@example.com", Password: "p", Flow: userpool.FlowPassword})
	if s := signedIn(t, step, err); s.ClockDrift != 1500*time.Millisecond {
		t.Errorf("drift = %v, want 1.5s", s.ClockDrift)
	}
}

func TestContextDataGoesWithIt(t *testing.T) {
	t.Parallel()
	opts := &userpool.Options{Now: clock, ContextData: func(_ context.Context, username string) *types.UserContextDataType {
		return &types.UserContextDataType{EncodedData: aws.String("data of " + username)}
	}}
	ada := newVerifier(t, poolName, "ada", "password")
	p, _ := newStub(t, opts,
		exchange{"InitiateAuth", opens("USER_SRP_AUTH", request{"AuthParameters.SRP_A": "*", "UserContextData.EncodedData": "data of ada@example.com"}),
			ada.challenge("PASSWORD_VERIFIER", "", object{"USER_ID_FOR_SRP": "ada"})},
		exchange{"RespondToAuthChallenge", proof("PASSWORD_VERIFIER", "ada", "", request{"UserContextData.EncodedData": "data of ada"}), tokens()})
	step, err := p.Begin(t.Context(), userpool.Credentials{Username: "ada@example.com", Password: "password"})
	signedIn(t, step, err)
}

func TestAFlowNobodyKnows(t *testing.T) {
	t.Parallel()
	p, _ := newStub(t, nil)
	_, err := p.Begin(t.Context(), userpool.Credentials{Username: "ada", Flow: "MAGIC"})
	wantCode(t, err, userpool.ErrInvalidParameter)
}
