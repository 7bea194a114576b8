package flowtest_test

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/core/risk"
	"github.com/cenote-auth/cenote/internal/core/setting"
	"github.com/cenote-auth/cenote/internal/flow/account"
	"github.com/cenote-auth/cenote/internal/flow/admin"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/flow/signup"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// tower is a pool with threat protection, whose rules refuse one password that
// is known elsewhere.
type tower struct {
	*flowtest.Env
	pool    *pool.Pool
	client  *pool.Client
	signup  *signup.Service
	signIn  *signin.Service
	account *account.Service
	events  *admin.Events
}

const knownElsewhere = "known elsewhere"

func eachTower(t *testing.T, rules pool.RiskRules, test func(*testing.T, *tower)) {
	t.Helper()
	list := filepath.Join(t.TempDir(), "passwords")
	hash := sha1.Sum([]byte(knownElsewhere))
	if err := os.WriteFile(list, []byte(hex.EncodeToString(hash[:])), 0o600); err != nil {
		t.Fatal(err)
	}
	passwords, err := risk.OpenPasswords(list)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { passwords.Close() })
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		watch := risk.New(risk.Options{
			Store: e.Store, Keyring: e.Keyring, Messages: e.Messages, Passwords: passwords, PublicURL: "http://cenote.test", Now: e.Clock.Now,
		})
		w := &tower{
			Env: e,
			signup: signup.New(signup.Options{
				Store: e.Store, Passwords: e.Passwords, Secrets: e.Secrets, Sessions: e.Sessions, Codes: e.Codes, Messages: e.Messages,
				Limits: e.Limits, Risk: watch, Now: e.Clock.Now,
			}),
			signIn: signin.New(signin.Options{
				Store: e.Store, Passwords: e.Passwords, Devices: e.Devices, Secrets: e.Secrets, Sessions: e.Sessions, Tokens: e.Tokens,
				Limits: e.Limits, Codes: e.Codes, Messages: e.Messages, Risk: watch, Now: e.Clock.Now,
			}),
			account: account.New(account.Options{
				Store: e.Store, Passwords: e.Passwords, Secrets: e.Secrets, Tokens: e.Tokens, Codes: e.Codes, Messages: e.Messages,
				Limits: e.Limits, Risk: watch, Now: e.Clock.Now,
			}),
			events: admin.NewEvents(admin.EventsOptions{Store: e.Store, Keyring: e.Keyring, Risk: watch, Now: e.Clock.Now}),
		}
		w.pool = e.Pool(t, func(p *pool.Pool) { p.Tier, p.AdvancedSecurity = "PLUS", "ENFORCED" })
		w.client = e.Client(t, w.pool, func(c *pool.Client) { c.HideUnknownUsers = "ENABLED" })
		e.Tx(t, func(ctx context.Context, tx store.Tx) error {
			_, err := setting.Risks.New(w.pool.Key, pool.AllClients, rules).Add(ctx, tx)
			return err
		})
		test(t, w)
	})
}

// seen is what the record has of a user, the newest first.
func (w *tower) seen(t *testing.T, name string) string {
	t.Helper()
	list, _, err := w.events.List(t.Context(), w.pool.ID, name, "", 0)
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for _, e := range list {
		text := e.Type + " " + e.Response + " " + e.Address
		if e.Compromised {
			text += " compromised"
		}
		words = append(words, text)
	}
	return strings.Join(words, ", ")
}

func TestAccountsAreWatched(t *testing.T) {
	rules := pool.RiskRules{Compromised: &pool.CompromisedRules{Events: []string{"SIGN_UP", "PASSWORD_CHANGE"}, Action: "BLOCK"}}
	eachTower(t, rules, func(t *testing.T, w *tower) {
		refused := func(err error) {
			t.Helper()
			flowtest.Want(t, err, pool.InvalidPassword, "Provided password cannot be used for security reasons.")
		}
		from := pool.Origin{Address: "192.0.2.7"}
		ask := signup.Request{ClientID: w.client.ID, Username: "ada", Password: knownElsewhere, Attributes: map[string]string{"email": "ada@example.com"}}
		_, err := w.signup.From(from).SignUp(t.Context(), ask)
		refused(err)
		ask.Password = "correct horse"
		if _, err := w.signup.From(from).SignUp(t.Context(), ask); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"ada", "nobody"} {
			if _, err := w.signup.From(from).Resend(t.Context(), w.client.ID, "", name, nil); err != nil {
				t.Fatal(err)
			}
		}
		err = func() error {
			_, err := w.signup.Confirm(t.Context(), signup.Confirmation{ClientID: w.client.ID, Username: "ada", Code: w.Code(t, "ada@example.com")})
			return err
		}()
		if err != nil {
			t.Fatal(err)
		}

		ada := w.User(t, w.pool, "ada")
		access := w.SignedIn(t, w.pool, w.client, ada).Access
		change := func(previous, password string) error {
			return w.account.From(from).ChangePassword(t.Context(), access, &previous, password)
		}
		refused(change("correct horse", knownElsewhere))
		flowtest.Want(t, change("wrong horse", "another horse"), pool.NotAuthorized, "Incorrect username or password.")
		if err := change("correct horse", "another horse"); err != nil {
			t.Fatal(err)
		}

		for _, name := range []string{"ada", "nobody"} {
			if _, err := w.account.From(from).Forgot(t.Context(), w.client.ID, "", name, nil); err != nil {
				t.Fatal(err)
			}
		}
		reset := func(code, password string) error {
			return w.account.From(from).Reset(t.Context(), account.Reset{ClientID: w.client.ID, Username: "ada", Code: code, Password: password})
		}
		sent := w.Code(t, "ada@example.com")
		if err := reset("000000", "third horse"); err == nil {
			t.Fatal("any code resets")
		}
		refused(reset(sent, knownElsewhere))
		if err := reset(sent, "third horse"); err != nil {
			t.Fatalf("the code is left: %v", err)
		}
		const want = "PasswordChange Pass 192.0.2.7, PasswordChange Fail 192.0.2.7, ForgotPassword Pass 192.0.2.7, " +
			"PasswordChange Pass 192.0.2.7, PasswordChange Fail 192.0.2.7, ResendCode Pass 192.0.2.7, SignUp Pass 192.0.2.7"
		if got := w.seen(t, "ada"); got != want {
			t.Errorf("the record has\n%s\nwant\n%s", got, want)
		}
	})
}

func TestEventsAreJudged(t *testing.T) {
	rules := pool.RiskRules{Takeover: &pool.TakeoverRules{
		Medium: &pool.RiskAction{Action: "NO_ACTION", Notify: true}, Notify: &pool.RiskNotice{},
	}}
	eachTower(t, rules, func(t *testing.T, w *tower) {
		w.Person(t, w.pool, "ada", "correct horse", func(u *pool.User) {
			u.Attributes["email"], u.Attributes["email_verified"] = "ada@example.com", "true"
		})
		w.Person(t, w.pool, "bob", "correct horse", nil)
		for _, from := range []pool.Origin{{Address: "192.0.2.7", Agent: "curl/8"}, {Address: "203.0.113.4", Agent: "Dart/3"}} {
			_, err := w.signIn.Start(t.Context(), signin.Request{
				ClientID: w.client.ID, Flow: "USER_PASSWORD_AUTH", Origin: from,
				Parameters: signin.Parameters{"USERNAME": "ada", "PASSWORD": "correct horse"},
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		newest := func() risk.Event {
			t.Helper()
			list, next, err := w.events.List(t.Context(), w.pool.ID, "ada", "", 1)
			if err != nil || len(list) != 1 || next == "" {
				t.Fatalf("events = %+v, %q, %v", list, next, err)
			}
			return list[0]
		}
		said := func(by string, valid bool, err error) {
			t.Helper()
			want := map[bool]string{true: "Valid", false: "Invalid"}[valid]
			if e := newest(); err != nil || e.Feedback != want || e.FeedbackProvider != by || e.FeedbackTime.IsZero() {
				t.Errorf("feedback is %s by %s at %v (%v), want %s by %s", e.Feedback, e.FeedbackProvider, e.FeedbackTime, err, want, by)
			}
		}
		mail := w.Mail(t, "ada@example.com")
		if len(mail) != 1 {
			t.Fatalf("%d mails, want one", len(mail))
		}
		link := regexp.MustCompile(`token=([^&"]+)`).FindStringSubmatch(strings.ReplaceAll(mail[0].Body, "&amp;", "&"))
		if link == nil {
			t.Fatalf("no link in %s", mail[0].Body)
		}
		token, err := url.QueryUnescape(link[1])
		if err != nil {
			t.Fatal(err)
		}
		id := newest().ID
		said("Admin", false, w.events.Judge(t.Context(), w.pool.ID, "ada", id, false))
		said("EndUser", true, w.events.JudgeOwn(t.Context(), w.pool.ID, "ada", id, token, true))
		said("EndUser", false, w.events.JudgeByLink(t.Context(), w.pool.ID, token, false))
		const not = "Invalid feedback token."
		flowtest.Want(t, unwrapped(w.events.JudgeOwn(t.Context(), w.pool.ID, "bob", id, token, true)), pool.NotAuthorized, not)
		flowtest.Want(t, unwrapped(w.events.JudgeOwn(t.Context(), w.pool.ID, "ada", "other", token, true)), pool.NotAuthorized, not)
		for _, token := range []string{token, "x"} { // or else anybody could ask who exists
			flowtest.Want(t, unwrapped(w.events.JudgeOwn(t.Context(), w.pool.ID, "nobody", id, token, true)), pool.NotAuthorized, not)
		}
		flowtest.Want(t, unwrapped(w.events.JudgeByLink(t.Context(), w.pool.ID, token+"x", true)), pool.NotAuthorized, not)
		flowtest.Want(t, unwrapped(w.events.JudgeByLink(t.Context(), w.Pool(t, nil).ID, token, true)), pool.NotAuthorized, not)
	})
}
