package auth_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"

	"github.com/cenote-auth/cenote/auth"
	"github.com/cenote-auth/cenote/auth/userpool"
)

func TestSignUpErrors(t *testing.T) {
	t.Parallel()
	missing := &smithy.GenericAPIError{
		Code:    "InvalidParameterException",
		Message: "1 validation error detected: Value null at 'password' failed to satisfy constraint: Member must not be null",
	}
	for _, tt := range []struct {
		name string
		in   auth.SignUpInput
		out  any
		want auth.Code
	}{
		{"no user name", auth.SignUpInput{Password: "p"}, nil, auth.ErrEmptySignUpUsername},
		{"no password where the pool wants one", auth.SignUpInput{Username: "ada"}, missing, auth.ErrEmptySignUpPassword},
		{"another parameter", auth.SignUpInput{Username: "ada"}, fails(auth.ErrInvalidParameter), auth.ErrInvalidParameter},
		{"a name that is taken", auth.SignUpInput{Username: "ada"}, fails(auth.ErrUsernameExists), auth.ErrUsernameExists},
		{"no network", auth.SignUpInput{Username: "ada"}, errors.New("no route to host"), auth.ErrNetwork},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var script []exchange
			if tt.out != nil {
				script = []exchange{{nil, tt.out}}
			}
			client := newClient(t, nil, script...)
			var events names
			defer client.Subscribe(events.add)()
			_, err := client.SignUp(t.Context(), tt.in)
			wantCode(t, err, tt.want)
			var e *auth.Error
			if !errors.As(err, &e) || e.Op != "SignUp" || e.Code != tt.want {
				t.Errorf("error = %#v", err)
			}
			events.want(t, "signUp_failure")
		})
	}
	client := newClient(t, nil)
	_, err := client.ConfirmSignUp(t.Context(), auth.ConfirmSignUpInput{Code: "1"})
	wantCode(t, err, auth.ErrEmptyConfirmSignUpUsername)
	_, err = client.ConfirmSignUp(t.Context(), auth.ConfirmSignUpInput{Username: "ada"})
	wantCode(t, err, auth.ErrEmptyConfirmSignUpCode)
	_, err = client.ResendSignUpCode(t.Context(), auth.ResendSignUpCodeInput{})
	wantCode(t, err, auth.ErrEmptySignUpUsername)
}

func TestSignUpSends(t *testing.T) {
	t.Parallel()
	metadata := map[string]string{"k": "v"}
	client := newClient(t, nil,
		exchange{&cip.SignUpInput{
			Username: aws.String("ada"), Password: aws.String("Tulip-42"), ClientMetadata: metadata,
			UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: aws.String("a@b")}},
			ValidationData: []types.AttributeType{{Name: aws.String("ticket"), Value: aws.String("7")}},
		}, &cip.SignUpOutput{UserSub: aws.String("5f0c"), Session: aws.String("session-1")}},
		exchange{&cip.ConfirmSignUpInput{
			Username: aws.String("ada"), ConfirmationCode: aws.String("123456"), ForceAliasCreation: true,
			ClientMetadata: metadata, Session: aws.String("session-1"),
		}, &cip.ConfirmSignUpOutput{Session: aws.String("session-2")}},
		exchange{&cip.InitiateAuthInput{
			AuthFlow: "USER_AUTH", AuthParameters: map[string]string{"USERNAME": "ada"}, Session: aws.String("session-2"), ClientMetadata: metadata,
		}, &cip.InitiateAuthOutput{AuthenticationResult: result("0", time.Now(), time.Hour)}},
	)
	up, err := client.SignUp(t.Context(), auth.SignUpInput{
		Username: "ada", Password: "Tulip-42", ClientMetadata: metadata,
		UserAttributes: map[string]string{"email": "a@b"}, ValidationData: map[string]string{"ticket": "7"},
		AutoSignIn: &auth.AutoSignInOptions{Flow: auth.FlowUserAuth, ClientMetadata: metadata},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := up.Confirm(t.Context(), "123456", &auth.ConfirmSignUpOptions{ForceAliasCreation: true, ClientMetadata: metadata}); err != nil {
		t.Fatal(err)
	}
	if flow, err := up.AutoSignIn(t.Context()); err != nil || !flow.Done() {
		t.Errorf("AutoSignIn = %v, %v", flow, err)
	}
}

// The service gives sessions to whoever may sign in by FlowUserAuth. Other ways to
// sign in have no use for them.
func TestSignUpSendsNoSessionThatNobodyNeeds(t *testing.T) {
	t.Parallel()
	for name, auto := range map[string]*auth.AutoSignInOptions{"none": nil, "by password": {Flow: auth.FlowPassword}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			script := []exchange{
				{nil, &cip.SignUpOutput{UserSub: aws.String("5f0c"), Session: aws.String("session-1")}},
				{&cip.ConfirmSignUpInput{Username: aws.String("ada"), ConfirmationCode: aws.String("123456")}, &cip.ConfirmSignUpOutput{Session: aws.String("session-2")}},
			}
			if auto != nil {
				script = append(script, exchange{&cip.InitiateAuthInput{
					AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: map[string]string{"USERNAME": "ada", "PASSWORD": "Tulip-42"},
				}, &cip.InitiateAuthOutput{AuthenticationResult: result("0", time.Now(), time.Hour)}})
			}
			up, err := newClient(t, nil, script...).SignUp(t.Context(), auth.SignUpInput{Username: "ada", Password: "Tulip-42", AutoSignIn: auto})
			if err != nil {
				t.Fatal(err)
			}
			if err := up.Confirm(t.Context(), "123456", nil); err != nil {
				t.Fatal(err)
			}
			if auto == nil {
				return
			}
			if flow, err := up.AutoSignIn(t.Context()); err != nil || !flow.Done() {
				t.Errorf("AutoSignIn = %v, %v", flow, err)
			}
		})
	}
}

// A trigger confirmed the user.
func TestSignUpConfirmedAtOnce(t *testing.T) {
	t.Parallel()
	confirmed := exchange{nil, &cip.SignUpOutput{UserSub: aws.String("5f0c"), UserConfirmed: true}}
	up, err := newClient(t, nil, confirmed).SignUp(t.Context(), auth.SignUpInput{Username: "ada"})
	if err != nil || up.Step() != auth.SignUpDone || !up.Done() {
		t.Errorf("SignUp = %v, %v", up, err)
	}
	up, err = newClient(t, nil, confirmed).SignUp(t.Context(), auth.SignUpInput{Username: "ada", AutoSignIn: &auth.AutoSignInOptions{}})
	if err != nil || up.Step() != auth.SignUpAutoSignIn || !up.Done() {
		t.Errorf("SignUp = %v, %v", up, err)
	}
}

// linked is a sign-up that is confirmed by a link, and what the pool answers to
// each try of signing in.
func linked(t *testing.T, answers ...any) *auth.SignUpFlow {
	t.Helper()
	script := []exchange{{nil, &cip.SignUpOutput{UserSub: aws.String("5f0c")}}}
	for _, answer := range answers {
		script = append(script, exchange{nil, answer})
	}
	client, err := auth.New(
		auth.Config{UserPoolID: poolID, ClientID: clientID, SignUpVerification: auth.VerifyByLink},
		&auth.Options{API: &service{t: t, script: script}},
	)
	if err != nil {
		t.Fatal(err)
	}
	up, err := client.SignUp(t.Context(), auth.SignUpInput{
		Username: "ada", Password: "Tulip-42", AutoSignIn: &auth.AutoSignInOptions{Flow: auth.FlowPassword},
	})
	if err != nil {
		t.Fatal(err)
	}
	if up.Step() != auth.SignUpAutoSignIn || up.Done() {
		t.Errorf("after SignUp: step %s, done %v", up.Step(), up.Done())
	}
	return up
}

func TestAutoSignInByLink(t *testing.T) {
	t.Parallel()
	unconfirmed := fails(auth.ErrUserNotConfirmed)
	t.Run("followed", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			up := linked(t, unconfirmed, errors.New("no route to host"), unconfirmed,
				&cip.InitiateAuthOutput{AuthenticationResult: result("0", time.Now(), time.Hour)})
			began := time.Now()
			flow, err := up.AutoSignIn(t.Context())
			if err != nil || !flow.Done() || !up.Done() {
				t.Errorf("AutoSignIn = %v, %v", flow, err)
			}
			if took := time.Since(began); took != 15*time.Second {
				t.Errorf("it took %v, want three waits of 5s", took)
			}
		})
	})
	t.Run("another answer", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			_, err := linked(t, unconfirmed, fails(auth.ErrNotAuthorized)).AutoSignIn(t.Context())
			wantCode(t, err, auth.ErrNotAuthorized)
		})
	})
	t.Run("not followed", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			var answers []any
			for range 36 {
				answers = append(answers, unconfirmed)
			}
			began := time.Now()
			_, err := linked(t, answers...).AutoSignIn(t.Context())
			wantCode(t, err, auth.ErrAutoSignIn)
			if took := time.Since(began); took != 3*time.Minute {
				t.Errorf("it took %v, want 3m", took)
			}
		})
	})
	t.Run("given up", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 7*time.Second)
			defer cancel()
			_, err := linked(t, unconfirmed, unconfirmed).AutoSignIn(ctx)
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("AutoSignIn = %v", err)
			}
		})
	})
}

func TestSignUpMarshalsNoPassword(t *testing.T) {
	t.Parallel()
	client := newClient(t, nil, exchange{nil, &cip.SignUpOutput{UserConfirmed: true}})
	up, err := client.SignUp(t.Context(), auth.SignUpInput{Username: "ada", Password: "Tulip-42", AutoSignIn: new(auth.AutoSignInOptions)})
	if err != nil {
		t.Fatal(err)
	}
	data, err := up.MarshalBinary()
	if err != nil || strings.Contains(string(data), "Tulip") {
		t.Errorf("MarshalBinary = %s, %v", data, err)
	}
	_, err = resumeSignUp(t, client, up).AutoSignIn(t.Context())
	wantCode(t, err, auth.ErrAutoSignIn)
	another := strings.Replace(string(data), clientID, "another", 1)
	for _, data := range []string{"", "u", "s{}", `u{"UserPoolID":"` + poolID + `","ClientID":"` + clientID + `"}`, another} {
		_, err := client.ResumeSignUp([]byte(data))
		wantCode(t, err, auth.ErrSignIn)
	}
}

// What holds a secret shows none, whatever prints it.
func TestNothingShowsSecrets(t *testing.T) {
	t.Parallel()
	flow := beginWith(t, auth.SignInInput{Username: "ada", Password: "hidden", Flow: auth.FlowPassword, KeepPassword: true},
		exchange{nil, asks(userpool.MFASetup, "hidden", map[string]string{"MFAS_CAN_SETUP": `["SOFTWARE_TOKEN_MFA"]`})},
		exchange{nil, &cip.AssociateSoftwareTokenOutput{SecretCode: aws.String("hidden")}})
	client := newClient(t, nil, exchange{nil, &cip.SignUpOutput{Session: aws.String("hidden")}})
	up, err := client.SignUp(t.Context(), auth.SignUpInput{Username: "ada", Password: "hidden", AutoSignIn: &auth.AutoSignInOptions{Flow: auth.FlowUserAuth}})
	if err != nil {
		t.Fatal(err)
	}
	r := result("0", time.Now(), time.Hour)
	session := &auth.AuthSession{Tokens: &auth.Tokens{AccessToken: parse(t, *r.AccessToken), RefreshToken: "hidden"}}
	for _, v := range []any{
		flow, up, *flow.Next().TOTP, session, *session,
		auth.SignInInput{Username: "ada", Password: "hidden"}, &auth.SignUpInput{Username: "ada", Password: "hidden"},
	} {
		var log strings.Builder
		slog.New(slog.NewTextHandler(&log, nil)).Info("", "v", v)
		slog.New(slog.NewJSONHandler(&log, nil)).Info("", "v", v)
		for _, text := range []string{fmt.Sprintf("%v", v), fmt.Sprintf("%+v", v), fmt.Sprintf("%#v", v), fmt.Sprintf("%s", v), log.String()} {
			if strings.Contains(text, "hidden") || strings.Contains(text, "c2lnbmF0dXJl") {
				t.Errorf("%T shows a secret: %s", v, text)
			}
		}
	}
}
