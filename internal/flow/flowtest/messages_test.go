package flowtest_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/message"
	"github.com/cenote-auth/cenote/internal/flow/account"
	"github.com/cenote-auth/cenote/internal/flow/admin"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/flow/signup"
	"github.com/cenote-auth/cenote/internal/pool"
)

// writers is all that sends messages, in a pool whose functions say what they
// say, or send them.
type writers struct {
	*flowtest.Env
	lambda  *flowtest.Lambda
	pool    *pool.Pool
	client  *pool.Client
	signup  *signup.Service
	signin  *signin.Service
	account *account.Service
	users   *admin.Users
	fail    bool
}

var metadata = map[string]string{"source": "web"}

func newWriters(t *testing.T, e *flowtest.Env, triggers ...string) *writers {
	w := &writers{Env: e}
	w.lambda = flowtest.NewLambda(t, func(event flowtest.Event, response map[string]any) error {
		if w.fail {
			return errors.New("no ink")
		}
		if strings.HasPrefix(event.Source, "CustomMessage_") {
			response["emailSubject"] = event.Source
			response["emailMessage"] = "<i>" + event.Request.CodeParameter + "</i>" + event.Request.UsernameParameter
			response["smsMessage"] = "text " + event.Request.CodeParameter + event.Request.UsernameParameter
		}
		return nil
	})
	w.pool = e.Pool(t, func(p *pool.Pool) {
		flowtest.Calls(triggers...)(p)
		p.AutoVerifiedAttributes = []string{"email", "phone_number"}
		p.MFA, p.Second.SMS, p.SMS = "OPTIONAL", true, &pool.SMSSettings{CallerARN: "arn"}
	})
	w.client = e.Client(t, w.pool, nil)
	w.signup = signup.New(signup.Options{
		Store: e.Store, Passwords: e.Passwords, Secrets: e.Secrets, Sessions: e.Sessions, Codes: e.Codes,
		Messages: e.Messages, Limits: e.Limits, Triggers: w.lambda.Triggers, Now: e.Clock.Now,
	})
	w.signin = signin.New(signin.Options{
		Store: e.Store, Passwords: e.Passwords, Devices: e.Devices, Passkeys: e.Passkeys, Secrets: e.Secrets, Sessions: e.Sessions,
		Tokens: e.Tokens, Limits: e.Limits, Triggers: w.lambda.Triggers, Seeds: e.Seeds, Codes: e.Codes, Messages: e.Messages, Now: e.Clock.Now,
	})
	w.account = account.New(account.Options{
		Store: e.Store, Passwords: e.Passwords, Devices: e.Devices, Passkeys: e.Passkeys, Secrets: e.Secrets, Tokens: e.Tokens, Codes: e.Codes,
		Messages: e.Messages, Limits: e.Limits, Triggers: w.lambda.Triggers, Seeds: e.Seeds, Now: e.Clock.Now,
	})
	w.users = admin.NewUsers(admin.UsersOptions{
		Store: e.Store, Keyring: e.Keyring, Passwords: e.Passwords, Devices: e.Devices, Codes: e.Codes, Messages: e.Messages,
		Limits: e.Limits, Triggers: w.lambda.Triggers, Now: e.Clock.Now,
	})
	return w
}

// letters are the ways in which people get messages, in an order in which each
// can be.
func (w *writers) letters(t *testing.T) []letter {
	const password = "correct horse"
	ctx := t.Context()
	var access string
	return []letter{
		{"SignUp", "ada@example.com", w.client.ID, func() error {
			_, err := w.signup.SignUp(ctx, signup.Request{
				ClientID: w.client.ID, Username: "ada", Password: password, Attributes: map[string]string{"email": "ada@example.com"}, ClientMetadata: metadata,
			})
			return err
		}},
		{"ResendCode", "ada@example.com", w.client.ID, func() error {
			_, err := w.signup.Resend(ctx, w.client.ID, "", "ada", metadata)
			return err
		}},
		{"ForgotPassword", "ada@example.com", w.client.ID, func() error {
			w.Change(t, w.pool, "ada", func(u *pool.User) { u.Status = pool.Confirmed; u.Attributes["email_verified"] = "true" })
			_, err := w.account.Forgot(ctx, w.client.ID, "", "ada", metadata)
			return err
		}},
		{"ForgotPassword", "ada@example.com", "CLIENT_ID_NOT_APPLICABLE", func() error {
			err := w.users.ResetPassword(ctx, w.pool.ID, "ada", metadata)
			w.Change(t, w.pool, "ada", func(u *pool.User) { u.Status = pool.Confirmed })
			return err
		}},
		{"VerifyUserAttribute", "ada@example.com", w.client.ID, func() error {
			access = w.SignedIn(t, w.pool, w.client, w.User(t, w.pool, "ada")).Access
			_, err := w.account.SendCode(ctx, access, "email", metadata)
			return err
		}},
		{"UpdateUserAttribute", "new@example.com", w.client.ID, func() error {
			_, err := w.account.UpdateAttributes(ctx, access, map[string]string{"email": "new@example.com"}, metadata)
			return err
		}},
		{"UpdateUserAttribute", "+15550001234", "CLIENT_ID_NOT_APPLICABLE", func() error {
			return w.users.UpdateAttributes(ctx, w.pool.ID, "ada", map[string]string{"phone_number": "+15550001234"}, metadata)
		}},
		{"Authentication", "+15550001234", w.client.ID, func() error {
			w.Change(t, w.pool, "ada", func(u *pool.User) {
				u.Attributes["phone_number_verified"], u.Factors.SMS, u.Factors.Preferred = "true", true, "SMS_MFA"
			})
			_, err := w.signin.Start(ctx, signin.Request{
				ClientID: w.client.ID, Flow: "USER_PASSWORD_AUTH", Parameters: signin.Parameters{"USERNAME": "ada", "PASSWORD": password}, ClientMetadata: metadata,
			})
			return err
		}},
		{"AdminCreateUser", "grace@example.com", "CLIENT_ID_NOT_APPLICABLE", func() error {
			_, err := w.users.Create(ctx, admin.NewUser{
				PoolID: w.pool.ID, Username: "grace", Attributes: map[string]string{"email": "grace@example.com"}, Media: []string{"EMAIL"}, ClientMetadata: metadata,
			})
			return err
		}},
		{"AdminCreateUser", "grace@example.com", "CLIENT_ID_NOT_APPLICABLE", func() error {
			_, err := w.users.Reinvite(ctx, admin.NewUser{PoolID: w.pool.ID, Username: "grace", Media: []string{"EMAIL"}, ClientMetadata: metadata})
			return err
		}},
	}
}

type letter struct {
	occasion, to, client string
	send                 func() error
}

func (l letter) byEmail() bool { return strings.Contains(l.to, "@") }

// told fails unless one event is that of a letter.
func (w *writers) told(t *testing.T, l letter, source string) {
	t.Helper()
	events := w.lambda.Events()
	if len(events) != 1 || events[0].Source != source {
		t.Fatalf("called for %v, want %s", flowtest.Sources(events), source)
	}
	want := "web"
	if l.occasion == "Authentication" {
		want = "" // what InitiateAuth sent goes no further
	}
	r := events[0].Request
	if events[0].Caller.ClientID != l.client || r.ClientMetadata["source"] != want {
		t.Errorf("%s: event %+v", source, events[0])
	}
	if attribute := map[bool]string{true: "email", false: "phone_number"}[l.byEmail()]; r.UserAttributes[attribute] != l.to {
		t.Errorf("%s: attributes %v, want %s as %s", source, r.UserAttributes, l.to, attribute)
	}
}

func TestAFunctionSaysWhatEachMessageSays(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		w := newWriters(t, e, "CustomMessage")
		for _, l := range w.letters(t) {
			if err := l.send(); err != nil {
				t.Fatalf("%s: %v", l.occasion, err)
			}
			w.told(t, l, "CustomMessage_"+l.occasion)
			mail := w.Mail(t, l.to)[0]
			subject, body := "CustomMessage_"+l.occasion, "<i>"+strings.ReplaceAll(mail.Code, "&", "&amp;")+"</i>"
			if !l.byEmail() {
				subject, body = "", "text "+mail.Code
			}
			if l.occasion == "AdminCreateUser" {
				body += "grace"
			}
			if mail.Subject != subject || mail.Body != body {
				t.Errorf("%s: %q, %q; want %q, %q", l.occasion, mail.Subject, mail.Body, subject, body)
			}
		}
	})
}

// A function that fails keeps the message back; who was added stays.
func TestAFunctionThatFailsToSayWhatAMessageSays(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		w := newWriters(t, e, "CustomMessage")
		const words = "CustomMessage failed with error no ink."
		for _, l := range w.letters(t) {
			w.fail = true
			sent := len(w.Mail(t, l.to))
			flowtest.Want(t, l.send(), pool.UserLambdaValidation, words)
			if now := len(w.Mail(t, l.to)); now != sent {
				t.Errorf("%s: a message was sent", l.occasion)
			}
			if l.occasion == "UpdateUserAttribute" { // which changed nothing
				w.fail = false
				if err := l.send(); err != nil {
					t.Fatal(err)
				}
			}
		}
		if u := w.User(t, w.pool, "grace"); u.Status != pool.ForceChangePassword {
			t.Errorf("grace is %s", u.Status)
		}
	})
}

func TestAFunctionSendsEachMessage(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		w := newWriters(t, e, "CustomMessage", "CustomEmailSender", "CustomSMSSender")
		d := message.NewDispatcher(message.DispatcherOptions{Store: e.Store, Messages: e.Messages, Functions: w.lambda})
		for _, l := range w.letters(t) {
			if err := l.send(); err != nil {
				t.Fatalf("%s: %v", l.occasion, err)
			}
			ctx, stop := context.WithTimeout(t.Context(), 100*time.Millisecond)
			d.Run(ctx)
			stop()
			sender := map[bool]string{true: "CustomEmailSender_", false: "CustomSMSSender_"}[l.byEmail()]
			w.told(t, l, sender+l.occasion)
			if mail := w.Mail(t, l.to); len(mail) != 0 {
				t.Errorf("%s: the inbox has %+v", l.occasion, mail)
			}
		}
	})
}

// Of names that nobody has no function hears.
func TestNoFunctionHearsOfNobodysCode(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		for _, triggers := range [][]string{{"CustomMessage"}, {"CustomEmailSender", "CustomSMSSender"}} {
			w := newWriters(t, e, triggers...)
			hiding := e.Client(t, w.pool, func(c *pool.Client) { c.HideUnknownUsers = "ENABLED" })
			if _, err := w.account.Forgot(t.Context(), hiding.ID, "", "nobody", metadata); err != nil {
				t.Fatal(err)
			}
			if _, err := w.signup.Resend(t.Context(), hiding.ID, "", "nobody", metadata); err != nil {
				t.Fatal(err)
			}
			ctx, stop := context.WithTimeout(t.Context(), 100*time.Millisecond)
			message.NewDispatcher(message.DispatcherOptions{Store: e.Store, Messages: e.Messages, Functions: w.lambda}).Run(ctx)
			stop()
			if events := w.lambda.Events(); len(events) != 0 {
				t.Errorf("called with %+v", events)
			}
		}
	})
}
