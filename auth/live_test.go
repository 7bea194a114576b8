package auth_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cenote-auth/cenote/auth"
	"github.com/cenote-auth/cenote/auth/storage"
	"github.com/cenote-auth/cenote/cenotetest"
)

// live returns a client of an app of a running server.
func live(t *testing.T, s *cenotetest.Server, app cenotetest.App, opts *auth.Options) *auth.Client {
	t.Helper()
	if opts == nil {
		opts = &auth.Options{}
	}
	opts.Now = s.Now
	client, err := auth.New(auth.Config{
		UserPoolID: app.UserPoolID, ClientID: app.ClientID, ClientSecret: app.ClientSecret, Endpoint: app.URL,
	}, opts)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// ada is a server with one user, and a client where she is signed in.
func ada(t *testing.T, opts *auth.Options) (*cenotetest.Server, *auth.Client) {
	t.Helper()
	s := cenotetest.Start(t)
	s.AddUser(t, cenotetest.User{Email: "ada@example.com", Password: "Tulip-42"})
	client := live(t, s, s.App, opts)
	signIn(t, client)
	return s, client
}

func signIn(t *testing.T, client *auth.Client) *auth.User {
	t.Helper()
	flow, err := client.SignIn(t.Context(), auth.SignInInput{Username: "ada@example.com", Password: "Tulip-42"})
	if err != nil {
		t.Fatalf("SignIn: %v", err)
	}
	if !flow.Done() {
		t.Fatalf("SignIn stands at %s, want DONE", flow.Step())
	}
	return flow.User()
}

func wantCode(t *testing.T, err error, want auth.Code) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("error = %v, want %s", err, want)
	}
}

func TestSignUpConfirmSignIn(t *testing.T) {
	t.Parallel()
	s := cenotetest.Start(t)
	client := live(t, s, s.App, nil)
	ctx := t.Context()

	up, err := client.SignUp(ctx, auth.SignUpInput{
		Username: "ada@example.com", Password: "Tulip-42", UserAttributes: map[string]string{"email": "ada@example.com"},
	})
	if err != nil {
		t.Fatalf("SignUp: %v", err)
	}
	next := up.Next()
	if next.Step != auth.SignUpConfirm || up.UserID() == "" || up.Done() {
		t.Errorf("after SignUp: step %s, user %q, done %v", next.Step, up.UserID(), up.Done())
	}
	if d := next.Delivery; d == nil || d.Medium != "EMAIL" || d.Attribute != "email" || d.Destination == "" {
		t.Errorf("delivery = %+v, want an e-mail", d)
	}

	flow, err := client.SignIn(ctx, auth.SignInInput{Username: "ada@example.com", Password: "Tulip-42"})
	if err != nil {
		t.Fatalf("SignIn before the confirmation: %v", err)
	}
	if flow.Step() != auth.SignInConfirmSignUp {
		t.Errorf("SignIn before the confirmation stands at %s", flow.Step())
	}
	wantCode(t, flow.Confirm(ctx, "123456", nil), auth.ErrSignIn)

	wantCode(t, up.Confirm(ctx, "000000", nil), auth.ErrCodeMismatch)
	if err := up.Confirm(ctx, s.Code(t, "ada@example.com"), nil); err != nil {
		t.Fatalf("Confirm after a wrong code: %v", err)
	}
	if up.Step() != auth.SignUpDone || !up.Done() {
		t.Errorf("after Confirm: step %s", up.Step())
	}
	user := signIn(t, client)
	if user.UserID != up.UserID() || user.SignInDetails != (auth.SignInDetails{LoginID: "ada@example.com", Flow: auth.FlowSRP}) {
		t.Errorf("user = %+v, want the sub %s", user, up.UserID())
	}
}

func TestResendSignUpCode(t *testing.T) {
	t.Parallel()
	s := cenotetest.Start(t)
	client := live(t, s, s.App, nil)
	ctx := t.Context()
	up, err := client.SignUp(ctx, auth.SignUpInput{
		Username: "ada@example.com", Password: "Tulip-42", UserAttributes: map[string]string{"email": "ada@example.com"},
	})
	if err != nil {
		t.Fatal(err)
	}
	d, err := up.ResendCode(ctx)
	if err != nil || d.Medium != "EMAIL" {
		t.Errorf("ResendCode = %+v, %v", d, err)
	}
	d, err = client.ResendSignUpCode(ctx, auth.ResendSignUpCodeInput{Username: "ada@example.com"})
	if err != nil || d.Attribute != "email" {
		t.Errorf("ResendSignUpCode = %+v, %v", d, err)
	}
	flow, err := client.SignIn(ctx, auth.SignInInput{Username: "ada@example.com", Password: "Tulip-42"})
	if err != nil {
		t.Fatal(err)
	}
	if err := flow.Resend(ctx); err != nil {
		t.Errorf("Resend at CONFIRM_SIGN_UP: %v", err)
	}
	if got := len(s.Messages(t, "ada@example.com")); got != 4 {
		t.Errorf("%d messages, want 4", got)
	}
	done, err := client.ConfirmSignUp(ctx, auth.ConfirmSignUpInput{Username: "ada@example.com", Code: s.Code(t, "ada@example.com")})
	if err != nil || done.Step() != auth.SignUpDone {
		t.Errorf("ConfirmSignUp = %v, %v", done, err)
	}
	_, err = client.ResendSignUpCode(ctx, auth.ResendSignUpCodeInput{Username: "ada@example.com"})
	wantCode(t, err, auth.ErrInvalidParameter)
}

func TestAutoSignIn(t *testing.T) {
	t.Parallel()
	s := cenotetest.Start(t)
	app := s.NewClient(t, cip.CreateUserPoolClientInput{ExplicitAuthFlows: []types.ExplicitAuthFlowsType{
		types.ExplicitAuthFlowsTypeAllowUserAuth, types.ExplicitAuthFlowsTypeAllowUserSrpAuth, types.ExplicitAuthFlowsTypeAllowRefreshTokenAuth,
	}})
	for _, tt := range []struct {
		name    string
		options auth.AutoSignInOptions
		resumed bool
	}{
		{"with the password", auth.AutoSignInOptions{}, false},
		{"with the sign-up's session", auth.AutoSignInOptions{Flow: auth.FlowUserAuth}, false},
		{"with the sign-up's session in another process", auth.AutoSignInOptions{Flow: auth.FlowUserAuth}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ctx, email := t.Context(), strings.ReplaceAll(tt.name, " ", "-")+"@example.com"
			client := live(t, s, app, nil)
			var events names
			defer client.Subscribe(events.add)()
			up, err := client.SignUp(ctx, auth.SignUpInput{
				Username: email, Password: "Tulip-42", AutoSignIn: &tt.options,
				UserAttributes: map[string]string{"email": email},
			})
			if err != nil {
				t.Fatal(err)
			}
			_, err = up.AutoSignIn(ctx)
			wantCode(t, err, auth.ErrAutoSignIn)
			if tt.resumed {
				up = resumeSignUp(t, client, up)
			}
			if err := up.Confirm(ctx, s.Code(t, email), nil); err != nil {
				t.Fatal(err)
			}
			if up.Step() != auth.SignUpAutoSignIn {
				t.Errorf("after Confirm: step %s", up.Step())
			}
			if tt.resumed {
				up = resumeSignUp(t, client, up)
			}
			flow, err := up.AutoSignIn(ctx)
			if err != nil || !flow.Done() {
				t.Fatalf("AutoSignIn = %v, %v", flow, err)
			}
			if up.Step() != auth.SignUpDone {
				t.Errorf("after AutoSignIn: step %s", up.Step())
			}
			_, err = up.AutoSignIn(ctx)
			wantCode(t, err, auth.ErrAutoSignIn)
			events.want(t, "signUp autoSignIn_failure confirmSignUp signIn autoSignIn autoSignIn_failure")
		})
	}
}

func resumeSignUp(t *testing.T, client *auth.Client, up *auth.SignUpFlow) *auth.SignUpFlow {
	t.Helper()
	data, err := up.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	up, err = client.ResumeSignUp(data)
	if err != nil {
		t.Fatal(err)
	}
	return up
}

// The keys and values are those that Amplify v6 writes.
func TestStoredSession(t *testing.T) {
	t.Parallel()
	kept := storage.NewMemory()
	_, client := ada(t, &auth.Options{Storage: kept})
	ctx := t.Context()
	session, err := client.Session(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	username := session.Tokens.AccessToken.Username()
	if username == "ada@example.com" {
		t.Fatal("the pool's user name is the address: this test needs one that differs")
	}
	prefix := "CognitoIdentityServiceProvider." + client.Config().ClientID + "."
	keys := []string{
		prefix + "LastAuthUser",
		prefix + username + ".accessToken",
		prefix + username + ".idToken",
		prefix + username + ".refreshToken",
		prefix + username + ".signInDetails",
		prefix + username + ".clockDrift",
	}
	got, err := kept.Load(ctx, keys...)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		username, session.Tokens.AccessToken.Raw(), session.Tokens.IDToken.Raw(), session.Tokens.RefreshToken,
		`{"loginId":"ada@example.com","authFlowType":"USER_SRP_AUTH"}`,
	}
	for i, value := range want {
		if got[keys[i]] != value {
			t.Errorf("%s = %q, want %q", keys[i], got[keys[i]], value)
		}
	}
	if drift, err := time.ParseDuration(got[keys[5]] + "ms"); err != nil || drift > 0 || drift < -10*time.Second {
		t.Errorf("clockDrift = %q, want some milliseconds below zero: iat is cut to seconds", got[keys[5]])
	}
	if err := client.SignOut(ctx, nil); err != nil {
		t.Errorf("SignOut: %v", err)
	}
	if left, _ := kept.Load(ctx, keys...); len(left) > 0 {
		t.Errorf("SignOut left %d keys", len(left))
	}
}

func TestUserAttributes(t *testing.T) {
	t.Parallel()
	_, client := ada(t, nil)
	got, err := client.UserAttributes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got["email"] != "ada@example.com" || !got.Bool("email_verified") || got["sub"] == "" {
		t.Errorf("UserAttributes = %v", got)
	}
	verified, unverified := auth.Attributes{"email": "a", "email_verified": "true", "phone_number": "+1"}.Contacts()
	if verified["email"] != "a" || len(verified) != 1 || unverified["phone_number"] != "+1" || len(unverified) != 1 {
		t.Errorf("Contacts = %v, %v", verified, unverified)
	}
}

func TestNobody(t *testing.T) {
	t.Parallel()
	client := newClient(t, nil)
	ctx := t.Context()
	session, err := client.Session(ctx, nil)
	if err != nil || session.SignedIn() || session.User != nil {
		t.Errorf("Session = %+v, %v, want one without tokens", session, err)
	}
	_, err = client.CurrentUser(ctx, nil)
	wantCode(t, err, auth.ErrNotSignedIn)
	_, err = client.UserAttributes(ctx)
	wantCode(t, err, auth.ErrNotSignedIn)
	if err := client.SignOut(ctx, &auth.SignOutOptions{Global: true}); err != nil {
		t.Errorf("SignOut: %v", err)
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	_, err = client.Session(ended, nil)
	if !errors.Is(err, context.Canceled) || !errors.Is(err, storage.ErrUnavailable) {
		t.Errorf("Session after its end = %v, want both errors", err)
	}
}
