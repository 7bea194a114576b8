package userpool_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cenote-auth/cenote/auth/userpool"
)

// answered are the challenges a person answers, and what is sent for each.
// device says whether a remembered device's key goes with it, context whether
// threat protection's data does.
var answered = []struct {
	name            string
	challenge       userpool.ChallengeName
	with            userpool.Answer
	as              string // the challenge it is answered as, if another
	want            request
	device, context bool
}{
	{"a code by SMS", userpool.SMSMFA, userpool.Answer{Text: "123456"}, "", request{"SMS_MFA_CODE": "123456"}, true, true},
	{"a code of a software token", userpool.SoftwareTokenMFA, userpool.Answer{Text: "123456"}, "", request{"SOFTWARE_TOKEN_MFA_CODE": "123456"}, true, true},
	{"a code by mail", userpool.EmailOTP, userpool.Answer{Text: "12345678"}, "", request{"EMAIL_OTP_CODE": "12345678"}, true, true},
	{"a first factor by SMS", userpool.SMSOTP, userpool.Answer{Text: "12345678"}, "", request{"SMS_OTP_CODE": "12345678"}, true, true},
	{"a custom challenge", userpool.CustomChallenge, userpool.Answer{Text: "cat"}, "", request{"ANSWER": "cat"}, true, true},
	{"a new password", userpool.NewPasswordRequired, userpool.Answer{
		Text: "new", UserAttributes: map[string]string{"name": "Ada", "userAttributes.email": "ada@example.com", "nickname": ""},
	}, "", request{"NEW_PASSWORD": "new", "userAttributes.name": "Ada", "userAttributes.email": "ada@example.com"}, false, true},
	{"the kind of MFA", userpool.SelectMFAType, userpool.Answer{Text: "EMAIL_OTP"}, "", request{"ANSWER": "EMAIL_OTP"}, false, true},
	{"an address to set up MFA", userpool.MFASetup, userpool.Answer{Text: "ada@example.com"}, "", request{"EMAIL": "ada@example.com"}, false, false},
	{"a first factor", userpool.SelectChallenge, userpool.Answer{Text: "EMAIL_OTP"}, "", request{"ANSWER": "EMAIL_OTP"}, false, false},
	{"the password for a first factor", userpool.SelectChallenge, userpool.Answer{Text: "PASSWORD", Password: "password"}, "", request{"ANSWER": "PASSWORD", "PASSWORD": "password"}, false, true},
	{"the password, asked for at once", userpool.PasswordFactor, userpool.Answer{Text: "password"}, "", request{"PASSWORD": "password"}, false, true},
	{"a passkey", userpool.WebAuthn, userpool.Answer{Text: ` {"id":"x"}`}, "", request{"CREDENTIAL": ` {"id":"x"}`}, false, false},
	{"another factor than the passkey", userpool.WebAuthn, userpool.Answer{Text: "SMS_OTP"}, "SELECT_CHALLENGE", request{"ANSWER": "SMS_OTP"}, false, false},
	{"the password and not the passkey", userpool.WebAuthn, userpool.Answer{Text: "PASSWORD", Password: "password"}, "SELECT_CHALLENGE", request{"ANSWER": "PASSWORD", "PASSWORD": "password"}, false, true},
}

// sent is the whole request that answers a challenge with these responses.
func sent(name, session string, responses request) request {
	r := request{"ChallengeName": name, "Session": session, "ChallengeResponses.USERNAME": "ada"}
	for key, value := range responses {
		r["ChallengeResponses."+key] = value
	}
	return r
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	contextData := func(_ context.Context, username string) *types.UserContextDataType {
		return &types.UserContextDataType{IpAddress: aws.String(username)}
	}
	for _, tt := range answered {
		for _, device := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, device %t", tt.name, device), func(t *testing.T) {
				t.Parallel()
				as := tt.as
				if as == "" {
					as = string(tt.challenge)
				}
				want := sent(as, "s1", tt.want)
				want["ClientMetadata.k"] = "v"
				if tt.context {
					want["UserContextData.IpAddress"] = "ada"
				}
				opts := &userpool.Options{Now: clock, ContextData: contextData}
				if device {
					opts.Storage = remembering(t, "ada")
					opts.ClientSecret = "client secret"
				}
				if device && tt.device {
					want["ChallengeResponses.DEVICE_KEY"] = laptop.Key
				}
				p, _ := newStub(t, opts, exchange{"RespondToAuthChallenge", want, tokens()})
				ch := &userpool.Challenge{Name: tt.challenge, Username: "ada", Session: "s1"}
				with := tt.with
				with.ClientMetadata = map[string]string{"k": "v"}
				step, err := p.Answer(t.Context(), ch, with)
				signedIn(t, step, err)
			})
		}
	}
}

// An answer leads to another challenge: the session is the new one, or else the
// old; the challenge answered stays as it was and can be answered again.
func TestAWrongCodeCanBeTriedAgain(t *testing.T) {
	t.Parallel()
	p, _ := newStub(t, nil,
		exchange{"RespondToAuthChallenge", sent("SMS_MFA", "s1", request{"SMS_MFA_CODE": "000000"}), failure{code: "CodeMismatchException", message: "Invalid code"}},
		exchange{"RespondToAuthChallenge", sent("SMS_MFA", "s1", request{"SMS_MFA_CODE": "123456"}), asks("NEW_PASSWORD_REQUIRED", "", object{"requiredAttributes": "[]"})},
		exchange{"RespondToAuthChallenge", sent("NEW_PASSWORD_REQUIRED", "s1", request{"NEW_PASSWORD": "new"}), asks("CUSTOM_CHALLENGE", "s2", nil)},
		exchange{"RespondToAuthChallenge", sent("CUSTOM_CHALLENGE", "s2", request{"ANSWER": "cat"}), tokens()})
	ch := &userpool.Challenge{Name: userpool.SMSMFA, Username: "ada", Session: "s1", Parameters: map[string]string{"a": "b"}, Flow: userpool.FlowSRP, LoginID: "ada@example.com"}
	before := *ch
	before.Parameters = maps.Clone(ch.Parameters)
	_, err := p.Answer(t.Context(), ch, userpool.Answer{Text: "000000"})
	wantCode(t, err, userpool.ErrCodeMismatch)
	step, err := p.Answer(t.Context(), ch, userpool.Answer{Text: "123456"})
	next := asked(t, step, err, userpool.NewPasswordRequired)
	if !reflect.DeepEqual(*ch, before) {
		t.Errorf("the challenge became %+v", *ch)
	}
	if next.Session != "s1" || next.Flow != userpool.FlowSRP || next.LoginID != "ada@example.com" {
		t.Errorf("next = %+v", *next)
	}
	step, err = p.Answer(t.Context(), next, userpool.Answer{Text: "new"})
	step, err = p.Answer(t.Context(), asked(t, step, err, userpool.CustomChallenge), userpool.Answer{Text: "cat"})
	signedIn(t, step, err)
}

func TestTheFactorsToChooseFromStay(t *testing.T) {
	t.Parallel()
	p, _ := newStub(t, nil, exchange{"RespondToAuthChallenge", sent("SELECT_CHALLENGE", "s1", request{"ANSWER": "EMAIL_OTP"}), asks("SELECT_CHALLENGE", "s2", nil)})
	ch := &userpool.Challenge{Name: userpool.SelectChallenge, Username: "ada", Session: "s1", Available: []userpool.ChallengeName{userpool.EmailOTP, userpool.WebAuthn}}
	step, err := p.Answer(t.Context(), ch, userpool.Answer{Text: "EMAIL_OTP"})
	if next := asked(t, step, err, userpool.SelectChallenge); !slices.Equal(next.Available, ch.Available) {
		t.Errorf("available = %v", next.Available)
	}
}

func TestThePasswordBySRPAsAFirstFactor(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		challenge userpool.ChallengeName
		with      userpool.Answer
		as        string
		want      request
	}{
		"chosen":                   {userpool.SelectChallenge, userpool.Answer{Text: "PASSWORD_SRP", Password: "password"}, "SELECT_CHALLENGE", request{"ANSWER": "PASSWORD_SRP", "SRP_A": "*"}},
		"chosen and not a passkey": {userpool.WebAuthn, userpool.Answer{Text: "PASSWORD_SRP", Password: "password"}, "SELECT_CHALLENGE", request{"ANSWER": "PASSWORD_SRP", "SRP_A": "*"}},
		"asked for at once":        {userpool.PasswordSRPFactor, userpool.Answer{Text: "password"}, "PASSWORD_SRP", request{"SRP_A": "*"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ada := newVerifier(t, poolName, "ada", "password")
			p, _ := newStub(t, &userpool.Options{Now: clock, ClientSecret: "client secret"},
				exchange{"RespondToAuthChallenge", sent(tt.as, "s1", tt.want), ada.challenge("PASSWORD_VERIFIER", "s2", object{"USER_ID_FOR_SRP": "ada"})},
				exchange{"RespondToAuthChallenge", proof("PASSWORD_VERIFIER", "ada", "s2", nil), ada.check(tokens())})
			step, err := p.Answer(t.Context(), &userpool.Challenge{Name: tt.challenge, Username: "ada", Session: "s1"}, tt.with)
			signedIn(t, step, err)
		})
	}
}

func TestSettingUpASoftwareToken(t *testing.T) {
	t.Parallel()
	for _, session := range []string{"", "verified"} { // of VerifySoftwareToken: emulators leave it out
		last := session
		if last == "" {
			last = "associated"
		}
		p, _ := newStub(t, nil,
			exchange{"AssociateSoftwareToken", request{"Session": "s1"}, object{"SecretCode": "JBSWY3DP", "Session": "associated"}},
			exchange{"VerifySoftwareToken", request{"Session": "associated", "UserCode": "000000"}, failure{code: "EnableSoftwareTokenMFAException", message: "Code mismatch"}},
			exchange{"VerifySoftwareToken", request{"Session": "associated", "UserCode": "000001"}, object{"Status": "ERROR"}},
			exchange{"VerifySoftwareToken", request{"Session": "associated", "UserCode": "123456", "FriendlyDeviceName": "phone"}, object{"Status": "SUCCESS", "Session": session}},
			exchange{"RespondToAuthChallenge", sent("MFA_SETUP", last, nil), asks("SMS_MFA", "", nil)})
		ch := &userpool.Challenge{Name: userpool.MFASetup, Username: "ada", Session: "s1"}
		secret, next, err := p.AssociateSoftwareToken(t.Context(), ch)
		if err != nil || secret != "JBSWY3DP" || next.Session != "associated" || ch.Session != "s1" {
			t.Fatalf("secret %q, next %+v, %v", secret, next, err)
		}
		for _, code := range []string{"000000", "000001"} {
			_, err = p.Answer(t.Context(), next, userpool.Answer{Text: code})
			wantCode(t, err, userpool.ErrSoftwareToken)
		}
		step, err := p.Answer(t.Context(), next, userpool.Answer{Text: "123456", FriendlyDeviceName: "phone"})
		if ch := asked(t, step, err, userpool.SMSMFA); ch.Session != last {
			t.Errorf("session %q, want %q", ch.Session, last)
		}
	}
}

func TestAnswersThatFitNoChallenge(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		challenge *userpool.Challenge
		text      string
	}{
		"no challenge":               {nil, "x"},
		"a challenge nobody knows":   {&userpool.Challenge{Name: "DANCE"}, "x"},
		"one that no person answers": {&userpool.Challenge{Name: userpool.PasswordVerifier}, "x"},
		"MFA by pigeon":              {&userpool.Challenge{Name: userpool.MFASetup}, "pigeon"},
		"MFA by nothing":             {&userpool.Challenge{Name: userpool.MFASetup}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, _ := newStub(t, nil)
			_, err := p.Answer(t.Context(), tt.challenge, userpool.Answer{Text: tt.text})
			wantCode(t, err, userpool.ErrSignIn)
		})
	}
	p, _ := newStub(t, nil)
	_, _, err := p.AssociateSoftwareToken(t.Context(), nil)
	wantCode(t, err, userpool.ErrSignIn)
}

func TestAPasskeyIsAskedForOnce(t *testing.T) {
	t.Parallel()
	p, _ := newStub(t, nil, exchange{"RespondToAuthChallenge", sent("WEB_AUTHN", "s1", request{"CREDENTIAL": "{}"}), asks("WEB_AUTHN", "s2", nil)})
	_, err := p.Answer(t.Context(), &userpool.Challenge{Name: userpool.WebAuthn, Username: "ada", Session: "s1"}, userpool.Answer{Text: "{}"})
	wantCode(t, err, userpool.ErrSignIn)
}

// Another process goes on with what this one marshalled.
func TestAChallengeTravels(t *testing.T) {
	t.Parallel()
	ch := userpool.Challenge{
		Name: userpool.SelectChallenge, Username: "ada", Session: "s1", Parameters: map[string]string{"a": "b"},
		Available: []userpool.ChallengeName{userpool.WebAuthn}, Flow: userpool.FlowUserAuth, LoginID: "ada@example.com",
	}
	data, err := json.Marshal(ch)
	if err != nil {
		t.Fatal(err)
	}
	var got userpool.Challenge
	if err := json.Unmarshal(data, &got); err != nil || !reflect.DeepEqual(got, ch) {
		t.Errorf("%s became %v", data, err)
	}
}

func TestSecretsAreNotPrinted(t *testing.T) {
	t.Parallel()
	const secret = "hunter2"
	p, err := userpool.New(poolID, clientID, &userpool.Options{ClientSecret: secret})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []any{
		p, *p, userpool.Options{ClientSecret: secret}, &userpool.Options{ClientSecret: secret},
		userpool.Credentials{Password: secret, Session: secret}, userpool.Challenge{Session: secret}, &userpool.Challenge{Session: secret},
		userpool.Answer{Text: secret, Password: secret}, userpool.SignUpInput{Password: secret}, &userpool.SignUpOutput{Session: secret},
		userpool.ConfirmSignUpInput{Code: secret, Session: secret}, userpool.ConfirmSignUpOutput{Session: secret},
		userpool.Step{Challenge: &userpool.Challenge{Session: secret}},
		userpool.ConfirmForgotPasswordInput{Code: secret, Password: secret},
	} {
		if text := fmt.Sprintf("%v %+v %#v %s", v, v, v, v); strings.Contains(text, secret) {
			t.Errorf("%T prints %s", v, text)
		}
		if text := logged(v); strings.Contains(text, secret) {
			t.Errorf("%T logs %s", v, text)
		}
	}
}

func logged(v any) string {
	var out strings.Builder
	slog.New(slog.NewJSONHandler(&out, nil)).Info("m", "v", v)
	return out.String()
}
