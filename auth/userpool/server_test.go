package userpool_test

import (
	"testing"
	"time"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cenote-auth/cenote/auth/userpool"
	"github.com/cenote-auth/cenote/cenotetest"
)

const (
	adasMail     = "ada@example.com"
	adasPassword = "Tulip-42"
)

// of returns the pool of a running server's app.
func of(t *testing.T, s *cenotetest.Server, app cenotetest.App) *userpool.Pool {
	t.Helper()
	p, err := userpool.New(app.UserPoolID, app.ClientID, &userpool.Options{
		ClientSecret: app.ClientSecret, Endpoint: app.URL, Now: s.Now, SDK: sdkAtOnce,
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// apps are a public and a confidential client that allow every way to sign in.
func apps(t *testing.T, s *cenotetest.Server) map[string]cenotetest.App {
	flows := []types.ExplicitAuthFlowsType{
		types.ExplicitAuthFlowsTypeAllowUserSrpAuth, types.ExplicitAuthFlowsTypeAllowUserPasswordAuth,
		types.ExplicitAuthFlowsTypeAllowUserAuth, types.ExplicitAuthFlowsTypeAllowRefreshTokenAuth,
	}
	return map[string]cenotetest.App{
		"a public client":       s.NewClient(t, cip.CreateUserPoolClientInput{ExplicitAuthFlows: flows}),
		"a confidential client": s.NewClient(t, cip.CreateUserPoolClientInput{ExplicitAuthFlows: flows, GenerateSecret: true}),
	}
}

// ended fails the test unless the sign-in is over.
func ended(t *testing.T, step *userpool.Step, err error) *userpool.Session {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if step.Session == nil || step.Session.AccessToken.IsZero() || step.Session.IDToken.IsZero() || step.Session.RefreshToken == "" {
		t.Fatalf("step = %v, want a session", step)
	}
	return step.Session
}

func TestSignInAtAServer(t *testing.T) {
	t.Parallel()
	s := cenotetest.Start(t)
	sub := s.AddUser(t, cenotetest.User{Email: adasMail, Password: adasPassword})
	for name, app := range apps(t, s) {
		p := of(t, s, app)
		for _, with := range []userpool.Credentials{
			{},
			{Flow: userpool.FlowPassword},
			{Flow: userpool.FlowUserAuth, PreferredChallenge: userpool.PasswordFactor},
			{Flow: userpool.FlowUserAuth, PreferredChallenge: userpool.PasswordSRPFactor},
		} {
			t.Run(name+", "+string(with.Flow)+" "+string(with.PreferredChallenge), func(t *testing.T) {
				t.Parallel()
				with.Username, with.Password = adasMail, adasPassword
				step, err := p.Begin(t.Context(), with)
				session := ended(t, step, err)
				if session.AccessToken.Subject() != sub || !session.Valid(s.Now(), time.Minute) || session.ClockDrift.Abs() > 3*time.Second {
					t.Errorf("session = %v, drift %v", session, session.ClockDrift)
				}
				with.Password = "Tulip-43"
				_, err = p.Begin(t.Context(), with)
				wantCode(t, err, userpool.ErrNotAuthorized)
				with.Username = "eve@example.com"
				_, err = p.Begin(t.Context(), with)
				if err == nil {
					t.Error("nobody can sign in")
				}
			})
		}
	}
}

func TestChoosingThePassword(t *testing.T) {
	t.Parallel()
	s := cenotetest.Start(t)
	s.AddUser(t, cenotetest.User{Email: adasMail, Password: adasPassword})
	for name, app := range apps(t, s) {
		for _, factor := range []userpool.ChallengeName{userpool.PasswordFactor, userpool.PasswordSRPFactor} {
			t.Run(name+", "+string(factor), func(t *testing.T) {
				t.Parallel()
				p := of(t, s, app)
				step, err := p.Begin(t.Context(), userpool.Credentials{Username: adasMail, Flow: userpool.FlowUserAuth})
				ch := asked(t, step, err, userpool.SelectChallenge)
				if len(ch.Available) == 0 {
					t.Errorf("nothing to choose from: %+v", *ch)
				}
				step, err = p.Answer(t.Context(), ch, userpool.Answer{Text: string(factor), Password: adasPassword})
				ended(t, step, err)
			})
		}
	}
}

func TestANewPasswordAtAServer(t *testing.T) {
	t.Parallel()
	s := cenotetest.Start(t)
	for name, app := range apps(t, s) {
		for _, flow := range []userpool.Flow{userpool.FlowSRP, userpool.FlowPassword} {
			t.Run(name+", "+string(flow), func(t *testing.T) {
				t.Parallel()
				mail := string(flow) + "." + app.ClientID + "@example.com"
				s.AddUser(t, cenotetest.User{Email: mail, Password: adasPassword, Temporary: true})
				p := of(t, s, app)
				step, err := p.Begin(t.Context(), userpool.Credentials{Username: mail, Password: adasPassword, Flow: flow})
				ch := asked(t, step, err, userpool.NewPasswordRequired)
				_, err = p.Answer(t.Context(), ch, userpool.Answer{Text: "short"})
				wantCode(t, err, userpool.ErrInvalidPassword)
				step, err = p.Answer(t.Context(), ch, userpool.Answer{Text: "Rose-4242", UserAttributes: map[string]string{"name": "Ada"}})
				session := ended(t, step, err)
				u, err := p.GetUser(t.Context(), session.AccessToken)
				if err != nil || u.Map()["name"] != "Ada" || u.Map()["email"] != mail {
					t.Errorf("user = %+v, %v", u, err)
				}
				step, err = p.Begin(t.Context(), userpool.Credentials{Username: mail, Password: "Rose-4242", Flow: flow})
				ended(t, step, err)
			})
		}
	}
}

func TestSigningUpAtAServer(t *testing.T) {
	t.Parallel()
	s := cenotetest.Start(t)
	for name, app := range apps(t, s) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, mail := of(t, s, app), app.ClientID+"@example.com"
			in := userpool.SignUpInput{Username: mail, Password: adasPassword, Attributes: map[string]string{"email": mail}}
			out, err := p.SignUp(t.Context(), in)
			if err != nil || out.Confirmed || out.UserSub == "" || out.Delivery == nil || out.Delivery.Medium != "EMAIL" {
				t.Fatalf("SignUp: %v, %v", out, err)
			}
			_, err = p.SignUp(t.Context(), in)
			wantCode(t, err, userpool.ErrUsernameExists)
			_, err = p.Begin(t.Context(), userpool.Credentials{Username: mail, Password: adasPassword})
			wantCode(t, err, userpool.ErrUserNotConfirmed)
			first := s.Code(t, mail)
			if d, err := p.ResendConfirmationCode(t.Context(), userpool.ResendInput{Username: mail}); err != nil || d.Attribute != "email" {
				t.Errorf("ResendConfirmationCode: %v, %v", d, err)
			}
			confirm := userpool.ConfirmSignUpInput{Username: mail, Code: "wrong", Session: out.Session}
			_, err = p.ConfirmSignUp(t.Context(), confirm)
			wantCode(t, err, userpool.ErrCodeMismatch)
			confirm.Code = s.Code(t, mail)
			if first == "" || confirm.Code == "" {
				t.Error("a code that is empty")
			}
			confirmed, err := p.ConfirmSignUp(t.Context(), confirm)
			if err != nil {
				t.Fatal(err)
			}
			if confirmed.Session == "" {
				t.Fatal("no session to sign in with")
			}
			step, err := p.Begin(t.Context(), userpool.Credentials{Username: mail, Flow: userpool.FlowUserAuth, Session: confirmed.Session})
			ended(t, step, err)
			step, err = p.Begin(t.Context(), userpool.Credentials{Username: mail, Password: adasPassword})
			ended(t, step, err)
		})
	}
}

func TestASessionAtAServer(t *testing.T) {
	t.Parallel()
	s := cenotetest.Start(t)
	s.AddUser(t, cenotetest.User{Email: adasMail, Password: adasPassword})
	for name, app := range apps(t, s) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := of(t, s, app)
			begin := func() *userpool.Session {
				t.Helper()
				step, err := p.Begin(t.Context(), userpool.Credentials{Username: adasMail, Password: adasPassword})
				return ended(t, step, err)
			}
			session := begin()
			for _, op := range []userpool.RefreshOp{userpool.RefreshByToken, userpool.RefreshByInitiateAuth} {
				fresh, err := p.Refresh(t.Context(), session, userpool.RefreshInput{Op: op})
				if err != nil || fresh.RefreshToken != session.RefreshToken || fresh.AccessToken.Raw() == session.AccessToken.Raw() {
					t.Fatalf("by %d: fresh = %v, %v", op, fresh, err)
				}
				if u, err := p.GetUser(t.Context(), fresh.AccessToken); err != nil || u.Username != fresh.AccessToken.Username() {
					t.Errorf("user = %+v, %v", u, err)
				}
			}
			if err := p.RevokeToken(t.Context(), session); err != nil {
				t.Fatal(err)
			}
			_, err := p.Refresh(t.Context(), session, userpool.RefreshInput{})
			wantCode(t, err, userpool.ErrNotAuthorized)
			_, err = p.GetUser(t.Context(), session.AccessToken)
			wantCode(t, err, userpool.ErrNotAuthorized)
		})
	}
}

func TestGlobalSignOutAtAServer(t *testing.T) {
	t.Parallel()
	s := cenotetest.Start(t)
	s.AddUser(t, cenotetest.User{Email: adasMail, Password: adasPassword})
	p := of(t, s, s.App)
	var sessions []*userpool.Session
	for range 2 {
		step, err := p.Begin(t.Context(), userpool.Credentials{Username: adasMail, Password: adasPassword})
		sessions = append(sessions, ended(t, step, err))
	}
	if err := p.GlobalSignOut(t.Context(), sessions[0].AccessToken); err != nil {
		t.Fatal(err)
	}
	for _, session := range sessions {
		_, err := p.GetUser(t.Context(), session.AccessToken)
		wantCode(t, err, userpool.ErrNotAuthorized)
		_, err = p.Refresh(t.Context(), session, userpool.RefreshInput{})
		wantCode(t, err, userpool.ErrNotAuthorized)
	}
	wantCode(t, p.GlobalSignOut(t.Context(), sessions[0].AccessToken), userpool.ErrNotAuthorized)
}
