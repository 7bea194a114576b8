package auth_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cenote-auth/cenote/auth"
	"github.com/cenote-auth/cenote/auth/storage"
	"github.com/cenote-auth/cenote/auth/userpool"
	"github.com/cenote-auth/cenote/cenotetest"
)

func TestSignInTwice(t *testing.T) {
	t.Parallel()
	kept := storage.NewMemory()
	s, client := ada(t, &auth.Options{Storage: kept})
	in := auth.SignInInput{Username: "ada@example.com", Password: "Tulip-42"}
	_, err := client.SignIn(t.Context(), in)
	wantCode(t, err, auth.ErrAlreadySignedIn)

	s.AddUser(t, cenotetest.User{Email: "bob@example.com", Password: "Tulip-43"})
	replacing := live(t, s, s.App, &auth.Options{Storage: kept, ReplaceSession: true})
	adas, err := client.Session(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	flow, err := replacing.SignIn(t.Context(), auth.SignInInput{Username: "bob@example.com", Password: "Tulip-43"})
	if err != nil || !flow.Done() {
		t.Fatalf("SignIn with ReplaceSession = %v, %v", flow, err)
	}
	key := userpool.Keys{ClientID: s.ClientID}.RefreshToken(adas.User.Username)
	if left, _ := kept.Load(t.Context(), key); len(left) > 0 {
		t.Error("the replaced user's refresh token is still there")
	}
	if err := client.SignOut(t.Context(), &auth.SignOutOptions{Global: true}); err != nil {
		t.Fatal(err)
	}
	signIn(t, client)

	// A session that the service no longer honours is in nobody's way.
	_, err = s.Admin().AdminUserGlobalSignOut(t.Context(), &cip.AdminUserGlobalSignOutInput{UserPoolId: &s.UserPoolID, Username: &in.Username})
	if err != nil {
		t.Fatal(err)
	}
	s.Advance(t, 2*time.Hour)
	if _, err := client.SignIn(t.Context(), in); err != nil {
		t.Errorf("SignIn in the place of a session that is over: %v", err)
	}
}

func TestSignInErrors(t *testing.T) {
	t.Parallel()
	s := cenotetest.Start(t)
	s.AddUser(t, cenotetest.User{Email: "ada@example.com", Password: "Tulip-42"})
	client := live(t, s, s.App, nil)
	for _, tt := range []struct {
		name string
		in   auth.SignInInput
		want auth.Code
	}{
		{"no user name", auth.SignInInput{Password: "Tulip-42"}, auth.ErrEmptySignInUsername},
		{"no password", auth.SignInInput{Username: "ada@example.com"}, auth.ErrEmptySignInPassword},
		{"no password to prefer", auth.SignInInput{Username: "ada@example.com", Flow: auth.FlowUserAuth, PreferredChallenge: auth.FactorPassword}, auth.ErrEmptySignInPassword},
		{"a password for custom challenges", auth.SignInInput{Username: "ada@example.com", Password: "x", Flow: auth.FlowCustom}, auth.ErrCustomAuthPassword},
		{"another flow", auth.SignInInput{Username: "ada@example.com", Password: "x", Flow: "NONE"}, auth.ErrInvalidParameter},
		{"a wrong password", auth.SignInInput{Username: "ada@example.com", Password: "tulip-42"}, auth.ErrNotAuthorized},
		{"nobody", auth.SignInInput{Username: "eve@example.com", Password: "Tulip-42"}, auth.ErrNotAuthorized},
		{"a flow the app client lacks", auth.SignInInput{Username: "ada@example.com", Flow: auth.FlowUserAuth}, auth.ErrInvalidParameter},
	} {
		t.Run(tt.name, func(t *testing.T) {
			flow, err := client.SignIn(t.Context(), tt.in)
			wantCode(t, err, tt.want)
			var e *auth.Error
			if !errors.As(err, &e) || e.Op != "SignIn" || e.Message == "" {
				t.Errorf("error = %#v, want one of SignIn with a message", err)
			}
			if flow != nil {
				t.Error("a flow came with the error")
			}
			if tt.in.Password != "" && strings.Contains(err.Error(), tt.in.Password+" ") {
				t.Error("the error shows the password")
			}
		})
	}
}

func TestNewPassword(t *testing.T) {
	t.Parallel()
	s := cenotetest.Start(t)
	s.AddUser(t, cenotetest.User{Email: "ada@example.com", Password: "Tulip-42", Temporary: true})
	client := live(t, s, s.App, nil)
	var events names
	defer client.Subscribe(events.add)()
	flow, err := client.SignIn(t.Context(), auth.SignInInput{Username: "ada@example.com", Password: "Tulip-42"})
	if err != nil {
		t.Fatal(err)
	}
	next := flow.Next()
	if next.Step != auth.SignInNewPassword || next.Attributes["email"] != "ada@example.com" {
		t.Errorf("next = %+v", next)
	}
	wantCode(t, flow.Confirm(t.Context(), "", nil), auth.ErrEmptyChallengeResponse)
	wantCode(t, flow.Confirm(t.Context(), "short", nil), auth.ErrInvalidPassword)
	if err := flow.Confirm(t.Context(), "Tulip-43", nil); err != nil {
		t.Fatalf("Confirm after a bad password: %v", err)
	}
	if !flow.Done() {
		t.Errorf("step = %s", flow.Step())
	}
	events.want(t, "completeNewPassword_failure completeNewPassword_failure signIn")
}

func TestFirstFactor(t *testing.T) {
	t.Parallel()
	s := cenotetest.Start(t)
	s.AddUser(t, cenotetest.User{Email: "ada@example.com", Password: "Tulip-42"})
	app := s.NewClient(t, cip.CreateUserPoolClientInput{ExplicitAuthFlows: []types.ExplicitAuthFlowsType{
		types.ExplicitAuthFlowsTypeAllowUserAuth, types.ExplicitAuthFlowsTypeAllowRefreshTokenAuth,
	}})
	for _, factor := range []auth.Factor{auth.FactorPassword, auth.FactorPasswordSRP} {
		t.Run(string(factor), func(t *testing.T) {
			t.Parallel()
			client := live(t, s, app, nil)
			ctx := t.Context()
			flow, err := client.SignIn(ctx, auth.SignInInput{Username: "ada@example.com", Flow: auth.FlowUserAuth})
			if err != nil {
				t.Fatal(err)
			}
			if next := flow.Next(); next.Step != auth.SignInFactorSelection || len(next.Available) == 0 {
				t.Errorf("next = %+v", next)
			}
			if err := flow.Confirm(ctx, string(factor), nil); err != nil || flow.Step() != auth.SignInPassword {
				t.Fatalf("Confirm(%s): step %s, %v", factor, flow.Step(), err)
			}
			flow = resume(t, client, flow)
			wantCode(t, flow.Confirm(ctx, "wrong", nil), auth.ErrNotAuthorized)
			if err := flow.Confirm(ctx, "Tulip-42", nil); err != nil {
				t.Fatalf("Confirm after a wrong password: %v", err)
			}
			want := auth.SignInDetails{LoginID: "ada@example.com", Flow: auth.FlowUserAuth}
			if got := flow.User().SignInDetails; got != want {
				t.Errorf("SignInDetails = %+v, want %+v", got, want)
			}
		})
	}
	t.Run("preferred", func(t *testing.T) {
		t.Parallel()
		flow, err := live(t, s, app, nil).SignIn(t.Context(), auth.SignInInput{
			Username: "ada@example.com", Password: "Tulip-42", Flow: auth.FlowUserAuth, PreferredChallenge: auth.FactorPasswordSRP,
		})
		if err != nil || !flow.Done() {
			t.Errorf("SignIn = %v, %v", flow, err)
		}
	})
}

func resume(t *testing.T, client *auth.Client, flow *auth.SignInFlow) *auth.SignInFlow {
	t.Helper()
	data, err := flow.MarshalBinary()
	if err != nil {
		t.Fatalf("MarshalBinary: %v", err)
	}
	flow, err = client.ResumeSignIn(data)
	if err != nil {
		t.Fatalf("ResumeSignIn: %v", err)
	}
	return flow
}

func TestConfidentialClient(t *testing.T) {
	t.Parallel()
	s := cenotetest.Start(t)
	app := s.NewClient(t, cip.CreateUserPoolClientInput{GenerateSecret: true})
	client := live(t, s, app, nil)
	ctx := t.Context()
	up, err := client.SignUp(ctx, auth.SignUpInput{
		Username: "ada@example.com", Password: "Tulip-42", UserAttributes: map[string]string{"email": "ada@example.com"},
		AutoSignIn: new(auth.AutoSignInOptions),
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := up.ResendCode(ctx); err != nil {
		t.Fatal(err)
	}
	if err := up.Confirm(ctx, s.Code(t, "ada@example.com"), nil); err != nil {
		t.Fatal(err)
	}
	if _, err := up.AutoSignIn(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Session(ctx, &auth.SessionOptions{ForceRefresh: true}); err != nil {
		t.Errorf("refresh: %v", err)
	}
	if err := client.SignOut(ctx, nil); err != nil {
		t.Errorf("SignOut: %v", err)
	}
}
