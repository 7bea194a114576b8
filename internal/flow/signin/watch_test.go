package signin_test

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/risk"
	"github.com/cenote-auth/cenote/internal/core/setting"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// guarded is a world whose pool has threat protection.
type guarded struct {
	*world
	risk *risk.Risk
}

// guard runs test in a guarded world on every backend. change may make the pool
// another one.
func guard(t *testing.T, change func(*pool.Pool), rules *pool.RiskRules, test func(*testing.T, *guarded)) {
	t.Helper()
	list := filepath.Join(t.TempDir(), "passwords")
	hash := sha1.Sum([]byte("known elsewhere"))
	if err := os.WriteFile(list, []byte(hex.EncodeToString(hash[:])+":3\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	passwords, err := risk.OpenPasswords(list)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { passwords.Close() })
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		g := &guarded{world: &world{Env: e, service: service(e, e.Limits)}}
		g.risk = risk.New(risk.Options{
			Store: e.Store, Keyring: e.Keyring, Messages: e.Messages, Passwords: passwords, PublicURL: "http://cenote.test", Now: e.Clock.Now,
		})
		g.service.Risk = g.risk
		g.pool = e.Pool(t, func(p *pool.Pool) {
			p.Tier, p.AdvancedSecurity = "PLUS", "ENFORCED"
			if change != nil {
				change(p)
			}
		})
		g.client, g.hiding = e.Client(t, g.pool, nil), e.Client(t, g.pool, hides)
		g.ada = e.Person(t, g.pool, "ada", password, verified("ada@example.com"))
		if rules != nil {
			g.Tx(t, func(ctx context.Context, tx store.Tx) error {
				_, err := setting.Risks.New(g.pool.Key, pool.AllClients, *rules).Add(ctx, tx)
				return err
			})
		}
		test(t, g)
	})
}

const (
	chrome = "Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537"
	phone  = "Mozilla/5.0 (iPhone) Version/17.2 Safari/604"
)

var (
	atHome  = pool.Origin{Address: "192.0.2.7", Agent: chrome}
	onTrain = pool.Origin{Address: "198.51.100.8", Agent: phone}
)

// from tries to sign name in by password from somewhere.
func (g *guarded) from(t *testing.T, o pool.Origin, name, password string) (signin.Step, error) {
	t.Helper()
	g.Clock.Advance(20 * time.Second) // nobody is locked out meanwhile
	return g.service.Start(t.Context(), signin.Request{
		ClientID: g.client.ID, Flow: "USER_PASSWORD_AUTH", Parameters: parameters("USERNAME", name, "PASSWORD", password), Origin: o,
	})
}

// events is what the record has of u, in words, the newest first.
func (g *guarded) events(t *testing.T, u *pool.User) (list []string) {
	t.Helper()
	err := g.Store.View(t.Context(), func(snap store.Snapshot) error {
		events, err := risk.Events(t.Context(), snap, u, "", 100)
		for _, e := range events {
			text := e.Type + " " + e.Response + " " + e.RiskDecision + " " + e.RiskLevel
			for _, c := range e.Answered {
				text += fmt.Sprintf(" %s:%t", c.Name, c.Right)
			}
			if e.Compromised {
				text += " compromised"
			}
			list = append(list, text)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func (g *guarded) wantEvents(t *testing.T, u *pool.User, want ...string) {
	t.Helper()
	if got := g.events(t, u); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("the record has\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

const blocked = "Unable to login because of security reasons."

func TestSignInsAreWrittenDown(t *testing.T) {
	guard(t, nil, nil, func(t *testing.T, g *guarded) {
		_, err := g.from(t, atHome, "ada", "wrong")
		flowtest.Want(t, err, pool.NotAuthorized, wrongPassword)
		step, err := g.from(t, atHome, "ada", password)
		g.wantTokens(t, step, err, g.ada)
		if _, err := g.start(t, g.client, "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", step.Tokens.Refresh); err != nil {
			t.Fatal(err)
		}
		x := g.begin(t, g.pool, g.client, "USERNAME", "ada")
		_, err = g.prove(t, g.client, x.proof(t, "wrong"))
		flowtest.Want(t, err, pool.NotAuthorized, wrongPassword)
		_, err = g.prove(t, g.client, x.proof(t, password))
		if err != nil {
			t.Fatal(err)
		}
		g.begin(t, g.pool, g.client, "USERNAME", "ada") // and no more
		if _, err := g.byPassword(t, g.hiding, "nobody", password); err == nil {
			t.Fatal("nobody signed in")
		}
		g.wantEvents(t, g.ada,
			"SignIn Pass NoRisk  Password:false Password:true",
			"SignIn Pass NoRisk  Password:true",
			"SignIn Fail NoRisk  Password:false",
		)
	})
}

// A client that sends the same answer many times at once gets the same refusal
// each time, and there is one event.
func TestTheSameStepManyTimesAtOnceIsOneEvent(t *testing.T) {
	guard(t, nil, nil, func(t *testing.T, g *guarded) {
		proof := g.begin(t, g.pool, g.client, "USERNAME", "ada").proof(t, "wrong")
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				_, err := g.prove(t, g.client, proof)
				flowtest.Want(t, err, pool.NotAuthorized, wrongPassword)
			})
		}
		all.Wait()
		if got := g.events(t, g.ada); len(got) != 1 || !strings.HasPrefix(got[0], "SignIn Fail NoRisk  Password:false") {
			t.Errorf("the record has %q", got)
		}
	})
}

func TestASecondFactorIsWrittenDown(t *testing.T) {
	byMail := func(p *pool.Pool) { p.MFA, p.Second.Email = "OPTIONAL", true }
	guard(t, byMail, nil, func(t *testing.T, g *guarded) {
		g.Change(t, g.pool, "ada", func(u *pool.User) { u.Factors.Email = true })
		step, err := g.from(t, atHome, "ada", password)
		if err != nil || step.Challenge != "EMAIL_OTP" {
			t.Fatalf("step = %+v, %v", step, err)
		}
		g.wantEvents(t, g.ada, "SignIn InProgress NoRisk  Password:true")
		reply := parameters("USERNAME", "ada", "EMAIL_OTP_CODE", "000000")
		if _, err := g.answer(t, g.client, "EMAIL_OTP", step.Session, reply); err == nil {
			t.Fatal("any code is good")
		}
		g.wantEvents(t, g.ada, "SignIn Fail NoRisk  Password:true Mfa:false")
		reply["EMAIL_OTP_CODE"] = g.Code(t, "ada@example.com")
		step, err = g.answer(t, g.client, "EMAIL_OTP", step.Session, reply)
		g.wantTokens(t, step, err, g.ada)
		g.wantEvents(t, g.ada, "SignIn Pass NoRisk  Password:true Mfa:false Mfa:true")
	})
}

func TestNothingIsWrittenDownWhereItIsOff(t *testing.T) {
	off := func(p *pool.Pool) { p.AdvancedSecurity = "OFF" }
	guard(t, off, &pool.RiskRules{Exceptions: &pool.RiskExceptions{Blocked: []string{"192.0.2.0/24"}}}, func(t *testing.T, g *guarded) {
		step, err := g.from(t, atHome, "ada", password)
		g.wantTokens(t, step, err, g.ada)
		g.wantEvents(t, g.ada)
	})
}

// takeover is one rule for a level.
func takeover(low, medium string) *pool.RiskRules {
	return &pool.RiskRules{Takeover: &pool.TakeoverRules{Low: &pool.RiskAction{Action: low}, Medium: &pool.RiskAction{Action: medium}}}
}

func TestASignInThatLooksForeignIsBlocked(t *testing.T) {
	guard(t, nil, takeover("NO_ACTION", "BLOCK"), func(t *testing.T, g *guarded) {
		step, err := g.from(t, atHome, "ada", password)
		g.wantTokens(t, step, err, g.ada)
		_, err = g.from(t, onTrain, "ada", password)
		flowtest.Want(t, err, pool.NotAuthorized, blocked)
		_, err = g.from(t, onTrain, "ada", password) // a refusal makes nothing familiar
		flowtest.Want(t, err, pool.NotAuthorized, blocked)
		step, err = g.from(t, pool.Origin{Address: atHome.Address, Agent: phone}, "ada", password)
		g.wantTokens(t, step, err, g.ada)
		step, err = g.from(t, onTrain, "ada", password) // the device is known by now
		g.wantTokens(t, step, err, g.ada)
		g.wantEvents(t, g.ada,
			"SignIn Pass AccountTakeover Low Password:true",
			"SignIn Pass AccountTakeover Low Password:true",
			"SignIn Fail Block Medium Password:true",
			"SignIn Fail Block Medium Password:true",
			"SignIn Pass NoRisk  Password:true",
		)
	})
}

func TestAnAuditDoesNothing(t *testing.T) {
	audit := func(p *pool.Pool) { p.AdvancedSecurity = "AUDIT" }
	rules := takeover("BLOCK", "BLOCK")
	rules.Exceptions = &pool.RiskExceptions{Blocked: []string{"198.51.100.0/24"}}
	rules.Compromised = &pool.CompromisedRules{Action: "BLOCK"}
	guard(t, audit, rules, func(t *testing.T, g *guarded) {
		g.from(t, atHome, "ada", password)
		step, err := g.from(t, onTrain, "ada", password)
		g.wantTokens(t, step, err, g.ada)
		bob := g.Person(t, g.pool, "bob", "known elsewhere", nil)
		step, err = g.from(t, onTrain, "bob", "known elsewhere")
		g.wantTokens(t, step, err, bob)
		g.wantEvents(t, g.ada, "SignIn Pass AccountTakeover Medium Password:true", "SignIn Pass NoRisk  Password:true")
		g.wantEvents(t, bob, "SignIn Pass NoRisk  Password:true compromised")
	})
}

func TestNetworksThatAreJudgedBeforehand(t *testing.T) {
	rules := takeover("BLOCK", "BLOCK")
	rules.Exceptions = &pool.RiskExceptions{Blocked: []string{"203.0.113.0/24", "2001:db8::/32"}, Skipped: []string{"198.51.100.0/24"}}
	guard(t, nil, rules, func(t *testing.T, g *guarded) {
		list := filepath.Join(t.TempDir(), "places")
		if err := os.WriteFile(list, []byte("203.0.113.0/24,-33.87,151.2,AU,Sydney\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		places, err := risk.OpenPlaces(list)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { places.Close() })
		g.service.Risk = risk.New(risk.Options{Store: g.Store, Keyring: g.Keyring, Messages: g.Messages, Places: places, Now: g.Clock.Now})
		for _, address := range []string{"2001:db8::1", "203.0.113.200"} {
			_, err := g.from(t, pool.Origin{Address: address, Agent: chrome}, "ada", "wrong")
			flowtest.Want(t, err, pool.NotAuthorized, blocked)
		}
		g.Tx(t, func(ctx context.Context, tx store.Tx) error {
			events, err := risk.Events(ctx, tx, g.ada, "", 1)
			if err == nil && events[0].City != "Sydney" {
				t.Errorf("the record has %+v, want where it came from", events[0])
			}
			return err
		})
		g.client = g.hiding
		_, err = g.from(t, pool.Origin{Address: "203.0.113.200"}, "nobody", "wrong")
		flowtest.Want(t, err, pool.NotAuthorized, blocked)
		g.from(t, atHome, "ada", password)
		step, err := g.from(t, onTrain, "ada", password)
		g.wantTokens(t, step, err, g.ada)
		g.wantEvents(t, g.ada,
			"SignIn Pass NoRisk  Password:true", "SignIn Pass NoRisk  Password:true", "SignIn Fail Block ", "SignIn Fail Block ",
		)
	})
}

func TestARuleOfAClientWins(t *testing.T) {
	guard(t, nil, takeover("BLOCK", "BLOCK"), func(t *testing.T, g *guarded) {
		g.Tx(t, func(ctx context.Context, tx store.Tx) error {
			_, err := setting.Risks.New(g.pool.Key, g.client.ID, *takeover("NO_ACTION", "NO_ACTION")).Add(ctx, tx)
			return err
		})
		g.from(t, atHome, "ada", password)
		step, err := g.from(t, onTrain, "ada", password)
		g.wantTokens(t, step, err, g.ada)
		g.client = g.hiding
		_, err = g.from(t, pool.Origin{Address: "203.0.113.9", Agent: chrome}, "ada", password)
		flowtest.Want(t, err, pool.NotAuthorized, blocked)
	})
}

func TestPasswordsKnownElsewhereAreRefused(t *testing.T) {
	guard(t, nil, &pool.RiskRules{Compromised: &pool.CompromisedRules{Action: "BLOCK"}}, func(t *testing.T, g *guarded) {
		bob := g.Person(t, g.pool, "bob", "known elsewhere", nil)
		_, err := g.from(t, atHome, "bob", "known elsewhere")
		flowtest.Want(t, err, pool.NotAuthorized, blocked)
		g.wantEvents(t, bob, "SignIn Fail Block  Password:true compromised")
		lin := g.Person(t, g.pool, "lin", password, func(u *pool.User) { u.Status = pool.ForceChangePassword })
		step, err := g.from(t, atHome, "lin", password)
		if err != nil {
			t.Fatal(err)
		}
		reply := parameters("USERNAME", "lin", "NEW_PASSWORD", "known elsewhere")
		_, err = g.answer(t, g.client, "NEW_PASSWORD_REQUIRED", step.Session, reply)
		flowtest.Want(t, err, pool.InvalidPassword, "Provided password cannot be used for security reasons.")
		reply["NEW_PASSWORD"] = "another horse"
		step, err = g.answer(t, g.client, "NEW_PASSWORD_REQUIRED", step.Session, reply)
		g.wantTokens(t, step, err, lin)
	})
}

// Whoever guesses at many accounts from one address is stopped, and others are
// not.
func TestAnAddressThatGuessesAtManyIsLocked(t *testing.T) {
	guard(t, nil, nil, func(t *testing.T, g *guarded) {
		try := func(address, name, password string) error {
			_, err := g.service.Start(t.Context(), signin.Request{
				ClientID: g.client.ID, Flow: "USER_PASSWORD_AUTH", Parameters: parameters("USERNAME", name, "PASSWORD", password),
				Origin: pool.Origin{Address: address},
			})
			return err
		}
		for i := range 5 {
			g.Person(t, g.pool, fmt.Sprint("user-", i), password, nil)
		}
		for i := range 30 { // right ones cost nothing
			if err := try("192.0.2.7", fmt.Sprint("user-", i%5), password); err != nil {
				t.Fatalf("right password %d: %v", i, err)
			}
		}
		got := 0
		for i := range 40 {
			err := try("192.0.2.7", fmt.Sprint("user-", i%5), "wrong")
			if e, ok := errors.AsType[*pool.Error](err); !ok || e.Message != wrongPassword && e.Message != lockedOut {
				t.Fatal(err)
			} else if e.Message == wrongPassword {
				got++
			}
		}
		if got != 21 {
			t.Errorf("%d guesses got through, want 21", got)
		}
		flowtest.Want(t, try("192.0.2.7", "ada", password), pool.NotAuthorized, lockedOut)
		if err := try("198.51.100.8", "ada", password); err != nil {
			t.Errorf("from elsewhere: %v", err)
		}
		g.Clock.Advance(time.Minute)
		if err := try("192.0.2.7", "ada", password); err != nil {
			t.Errorf("after the lock: %v", err)
		}
	})
}

var links = regexp.MustCompile(`http://cenote\.test/[^"]+`)

func TestPeopleAreToldAndMaySayThatItWasThem(t *testing.T) {
	rules := &pool.RiskRules{Takeover: &pool.TakeoverRules{
		Medium: &pool.RiskAction{Action: "BLOCK", Notify: true},
		Notify: &pool.RiskNotice{Block: &pool.RiskMail{Subject: "Was it you, {username}?", HTML: `<a href="{one-click-link-valid}">yes</a> from {ip-address} by {device-name}, {event-id} {feedback-token}`}},
	}}
	guard(t, nil, rules, func(t *testing.T, g *guarded) {
		g.from(t, atHome, "ada", password)
		if n := len(g.Mail(t, "ada@example.com")); n != 0 {
			t.Fatalf("%d mails about a sign-in as ever", n)
		}
		_, err := g.from(t, onTrain, "ada", password)
		flowtest.Want(t, err, pool.NotAuthorized, blocked)
		mail := g.Mail(t, "ada@example.com")
		if len(mail) != 1 || mail[0].Subject != "Was it you, ada?" || !strings.Contains(mail[0].Body, "from 198.51.100.8 by Safari 17, iOS") {
			t.Fatalf("mails = %+v", mail)
		}
		link, err := url.Parse(strings.ReplaceAll(links.FindString(mail[0].Body), "&amp;", "&"))
		if err != nil || link.Path != "/"+g.pool.ID+"/feedback" || link.Query().Get("value") != "valid" {
			t.Fatalf("link = %v, %v", link, err)
		}
		sub, event, err := g.risk.OpenFeedback(g.pool, link.Query().Get("token"))
		if err != nil || sub != g.ada.Sub {
			t.Fatalf("token = %s, %s, %v", sub, event, err)
		}
		if !strings.HasSuffix(mail[0].Body, ", "+event+" "+link.Query().Get("token")) {
			t.Errorf("mail = %s", mail[0].Body)
		}
		g.Tx(t, func(ctx context.Context, tx store.Tx) error {
			return risk.Say(ctx, tx, g.ada, event, true, "EndUser", g.Clock.Now())
		})
		step, err := g.from(t, onTrain, "ada", password)
		g.wantTokens(t, step, err, g.ada)
		other := g.Pool(t, nil)
		_, _, err = g.risk.OpenFeedback(other, link.Query().Get("token"))
		flowtest.Want(t, err, pool.NotAuthorized, "Invalid feedback token.")
	})
}
