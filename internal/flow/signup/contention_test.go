package signup_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/cenote-auth/cenote/internal/core/code"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signup"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// once runs do many times at once and reports how often it did not fail. Each
// failure must be of one of kinds.
func once(t *testing.T, do func() error, kinds ...pool.Kind) int64 {
	t.Helper()
	var won atomic.Int64
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() {
			err := do()
			if err == nil {
				won.Add(1)
				return
			}
			for _, kind := range kinds {
				if errors.Is(err, pool.E(kind, "")) {
					return
				}
			}
			t.Errorf("unexpected: %v", err)
		})
	}
	all.Wait()
	return won.Load()
}

func TestOfManyWhoWantANameOneGetsIt(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, withTeam)
		names, emails := e.Client(t, p, nil), e.Client(t, e.Pool(t, func(p *pool.Pool) { p.UsernameAttributes = []string{"email"} }), nil)
		s := service(e)
		for _, r := range []signup.Request{ada(names), {ClientID: emails.ID, Username: "bob@example.com", Password: "correct horse"}} {
			won := once(t, func() error { _, err := s.SignUp(t.Context(), r); return err }, pool.UsernameExists)
			if won != 1 {
				t.Errorf("%s was given %d times", r.Username, won)
			}
		}
		if n := len(e.Mail(t, "ada@example.com")); n != 1 {
			t.Errorf("%d messages to ada, want 1", n)
		}
		sent := e.Code(t, "ada@example.com")
		won := once(t, func() error {
			return tryConfirm(t, s, signup.Confirmation{ClientID: names.ID, Username: "ada", Code: sent})
		}, pool.NotAuthorized, pool.ExpiredCode)
		if won != 1 {
			t.Errorf("the code was good %d times", won)
		}
		u := e.User(t, p, "ada")
		e.Tx(t, func(ctx context.Context, tx store.Tx) error {
			if _, err := tx.Code(ctx, u.PoolKey, u.Sub, string(code.SignUp)); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("the code is still there: %v", err)
			}
			return nil
		})
	})
}

func TestOfManyWhoProveAnAliasOneGetsIt(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, func(p *pool.Pool) { p.AliasAttributes = []string{"email"} })
		c := e.Client(t, p, nil)
		s := service(e)
		codes := map[string]string{}
		for _, name := range []string{"ada", "bob", "eve"} {
			r := signup.Request{ClientID: c.ID, Username: name, Password: "correct horse", Attributes: map[string]string{"email": "shared@example.com"}}
			if _, err := s.SignUp(t.Context(), r); err != nil {
				t.Fatal(err)
			}
			codes[name] = e.Code(t, "shared@example.com")
		}
		var won atomic.Int64
		var all sync.WaitGroup
		for name, code := range codes {
			all.Go(func() {
				err := tryConfirm(t, s, signup.Confirmation{ClientID: c.ID, Username: name, Code: code})
				if err == nil {
					won.Add(1)
				} else {
					flowtest.Want(t, err, pool.AliasExists, "An account with the given email already exists.")
				}
			})
		}
		all.Wait()
		if won.Load() != 1 {
			t.Errorf("%d people have the alias", won.Load())
		}
	})
}

// A name of one's own choice needs no proof, so whoever signs up with it could
// take it from somebody by force.
func TestNobodySignsUpWithAPreferredUserNameThatIsAnAlias(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		r := func(c *pool.Client) signup.Request {
			return signup.Request{ClientID: c.ID, Username: "eve", Password: "correct horse", Attributes: map[string]string{"preferred_username": "ada"}}
		}
		s := service(e)
		alias := e.Client(t, e.Pool(t, func(p *pool.Pool) { p.AliasAttributes = []string{"preferred_username"} }), nil)
		_, err := s.SignUp(t.Context(), r(alias))
		flowtest.Want(t, err, pool.InvalidParameter,
			"Preferred username cannot be provided for unconfirmed account, since user pool is configured for preferred username alias.")
		if _, err := s.SignUp(t.Context(), r(e.Client(t, e.Pool(t, nil), nil))); err != nil {
			t.Errorf("where it is no alias: %v", err)
		}
	})
}

func TestANameIsKeptWithoutCaseWhereCaseDoesNotCount(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		for _, tt := range []struct {
			insensitive bool
			want        string
		}{{true, "ada"}, {false, "Ada"}} {
			p := e.Pool(t, func(p *pool.Pool) { withTeam(p); p.CaseInsensitive = tt.insensitive })
			c := e.Client(t, p, nil)
			r := ada(c)
			r.Username = "Ada"
			if _, err := service(e).SignUp(t.Context(), r); err != nil {
				t.Fatal(err)
			}
			if got := e.User(t, p, tt.want).Username; got != tt.want {
				t.Errorf("user name = %q, want %q", got, tt.want)
			}
			err := tryConfirm(t, service(e), signup.Confirmation{ClientID: c.ID, Username: "Ada", Code: e.Code(t, "ada@example.com")})
			if err != nil {
				t.Errorf("confirm by the name as typed: %v", err)
			}
		}
	})
}

// meddler does something to the store before the first Update.
type meddler struct {
	store.Store
	once   sync.Once
	meddle func()
}

func (m *meddler) Update(ctx context.Context, fn func(store.Tx) error) error {
	m.once.Do(m.meddle)
	return m.Store.Update(ctx, fn)
}

// A code that is on its way to an address when an administrator gives the
// person another one proves neither.
func TestACodeProvesTheAddressThatItWentTo(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, withTeam)
		c := e.Client(t, p, nil)
		if _, err := service(e).SignUp(t.Context(), ada(c)); err != nil {
			t.Fatal(err)
		}
		behind := *e
		behind.Store = &meddler{Store: e.Store, meddle: func() {
			u := e.User(t, p, "ada")
			e.Tx(t, func(ctx context.Context, tx store.Tx) error { return tx.VoidCodes(ctx, p.Key, u.Sub, "email") })
			e.Change(t, p, "ada", func(u *pool.User) { u.Change(map[string]string{"email": "victim@example.com"}) })
		}}
		if _, err := service(&behind).Resend(t.Context(), c.ID, "", "ada", nil); err != nil {
			t.Fatal(err)
		}
		err := tryConfirm(t, service(e), signup.Confirmation{ClientID: c.ID, Username: "ada", Code: e.Code(t, "ada@example.com")})
		flowtest.Want(t, err, pool.CodeMismatch, "Invalid verification code provided, please try again.")
		if u := e.User(t, p, "ada"); u.Verified("email") {
			t.Errorf("%s was proved by a code that went elsewhere", u.Attribute("email"))
		}
		if _, err := service(e).Resend(t.Context(), c.ID, "", "ada", nil); err != nil {
			t.Fatal(err)
		}
		err = tryConfirm(t, service(e), signup.Confirmation{ClientID: c.ID, Username: "ada", Code: e.Code(t, "victim@example.com")})
		if err != nil || !e.User(t, p, "ada").Verified("email") {
			t.Errorf("by the code that went to the address: %v", err)
		}
	})
}

// overtaken is a store where another request takes the first code that is
// about to be spent: a new one was sent at the same time.
type overtaken struct {
	store.Store
	once sync.Once
}

func (o *overtaken) Update(ctx context.Context, fn func(store.Tx) error) error {
	return o.Store.Update(ctx, func(tx store.Tx) error { return fn(overtakenTx{tx, &o.once}) })
}

type overtakenTx struct {
	store.Tx
	once *sync.Once
}

func (tx overtakenTx) SpendCode(ctx context.Context, poolKey int64, sub, purpose string, mac []byte) (err error) {
	tx.once.Do(func() { err = tx.Tx.SpendCode(ctx, poolKey, sub, purpose, mac) })
	if err != nil {
		return err
	}
	return tx.Tx.SpendCode(ctx, poolKey, sub, purpose, mac)
}

func TestACodeThatIsReplacedWhileItIsSpentIsLookedAtAgain(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		c := e.Client(t, e.Pool(t, withTeam), nil)
		if _, err := service(e).SignUp(t.Context(), ada(c)); err != nil {
			t.Fatal(err)
		}
		env := *e
		env.Store = &overtaken{Store: e.Store}
		err := tryConfirm(t, service(&env), signup.Confirmation{ClientID: c.ID, Username: "ada", Code: e.Code(t, "ada@example.com")})
		if err != nil {
			t.Errorf("Confirm = %v", err)
		}
	})
}
