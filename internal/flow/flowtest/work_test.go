package flowtest_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signup"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// watched is a store that notes, while it is on, what it is asked for.
type watched struct {
	store.Store
	on   bool
	seen []string
}

// during returns what the store is asked for while fn runs.
func (w *watched) during(fn func()) string {
	w.on, w.seen = true, nil
	defer func() { w.on = false }()
	fn()
	return strings.Join(w.seen, "\n")
}

func (w *watched) note(format string, args ...any) {
	w.seen = append(w.seen, fmt.Sprintf(format, args...))
}

func (w *watched) View(ctx context.Context, fn func(store.Snapshot) error) error {
	if !w.on {
		return w.Store.View(ctx, fn)
	}
	w.note("View")
	return w.Store.View(ctx, func(s store.Snapshot) error { return fn(ledger{w: w, reads: s}) })
}

func (w *watched) Update(ctx context.Context, fn func(store.Tx) error) error {
	if !w.on {
		return w.Store.Update(ctx, fn)
	}
	w.note("Update")
	return w.Store.Update(ctx, func(tx store.Tx) error { return fn(ledger{w: w, reads: tx, writes: tx}) })
}

// ledger is a transaction of a watched store. It knows what answers to
// strangers need: any other call goes to the Tx that is not there, and panics,
// so that nothing is done unnoticed.
type ledger struct {
	store.Tx
	w      *watched
	reads  store.Snapshot
	writes store.Tx
}

func (l ledger) Pool(ctx context.Context, id string) (*pool.Pool, error) {
	l.w.note("Pool")
	return l.reads.Pool(ctx, id)
}

func (l ledger) Client(ctx context.Context, id string) (*pool.Client, *pool.Pool, error) {
	l.w.note("Client")
	return l.reads.Client(ctx, id)
}

func (l ledger) User(ctx context.Context, poolKey int64, sub string) (*pool.User, error) {
	l.w.note("User")
	return l.reads.User(ctx, poolKey, sub)
}

func (l ledger) UserByName(ctx context.Context, poolKey int64, folded string) (*pool.User, error) {
	l.w.note("UserByName")
	return l.reads.UserByName(ctx, poolKey, folded)
}

func (l ledger) UserByAlias(ctx context.Context, poolKey int64, folded string, kinds ...string) (*pool.User, error) {
	l.w.note("UserByAlias %v", kinds)
	return l.reads.UserByAlias(ctx, poolKey, folded, kinds...)
}

func (l ledger) Code(ctx context.Context, poolKey int64, sub, purpose string) (store.Code, error) {
	l.w.note("Code %s", purpose)
	return l.reads.Code(ctx, poolKey, sub, purpose)
}

func (l ledger) SignInSpent(ctx context.Context, poolKey int64, id string) (bool, error) {
	l.w.note("SignInSpent by %d bytes", len(id))
	return l.reads.SignInSpent(ctx, poolKey, id)
}

func (l ledger) LockAttempt(ctx context.Context, poolKey int64, subject, factor string) (store.Attempt, error) {
	l.w.note("LockAttempt %s", factor)
	return l.writes.LockAttempt(ctx, poolKey, subject, factor)
}

func (l ledger) PutAttempt(ctx context.Context, a store.Attempt) error {
	l.w.note("PutAttempt %s, the subject of %d bytes", a.Factor, len(a.Subject))
	return l.writes.PutAttempt(ctx, a)
}

func (l ledger) PutCode(ctx context.Context, c store.Code) error {
	l.w.note("PutCode %s by %s, the sub of %d bytes, the MAC of %d", c.Purpose, c.Attribute, len(c.Sub), len(c.MAC))
	return l.writes.PutCode(ctx, c)
}

func (l ledger) AddMessage(ctx context.Context, m store.Message) error {
	l.w.note("AddMessage by %s of %d bytes, due %v", m.Medium, len(m.Sealed), !m.Due.IsZero())
	return l.writes.AddMessage(ctx, m)
}

// Answers about somebody and about nobody take as long, since the database is
// asked for the same.
func TestTheWorkTellsNotWhoExists(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		w := &watched{Store: e.Store}
		e.Store = w
		for _, tt := range []struct {
			name             string
			pool             func(*pool.Pool)
			called           string
			knownAs, otherAs string
		}{
			{"user names", nil, "ada", "ada", "bob"},
			{"user names in capitals", nil, "Ada", "Ada", "Bob"},
			{"e-mail addresses", byEmail, "ada@example.com", "ada@example.com", "bob@example.com"},
			{"user names beside aliases", withAliases("email", "preferred_username"), "ada", "ada", "bob"},
			{"aliases", withAliases("email", "phone_number"), "6f5902ac-2371-4f47-9c33-2e64ba8ae6e0", "ada@example.com", "bob@example.com"},
			{"random user names beside aliases", withAliases("email"), "6f5902ac-2371-4f47-9c33-2e64ba8ae6e0",
				"6f5902ac-2371-4f47-9c33-2e64ba8ae6e0", "4f5902ac-2371-4f47-9c33-2e64ba8ae6e0"},
		} {
			t.Run(tt.name, func(t *testing.T) {
				p := e.Pool(t, tt.pool)
				u := e.Person(t, p, tt.called, right, func(u *pool.User) {
					u.Attributes["email"], u.Attributes["email_verified"] = "ada@example.com", "true"
				})
				s := newStranger(t, e, p)
				for _, probe := range probes {
					for _, sub := range []string{u.Sub, e.Passwords.UnknownSub(p.Key, p.Fold(tt.otherAs))} {
						e.Tx(t, func(ctx context.Context, tx store.Tx) error {
							return tx.ClearAttempt(ctx, p.Key, sub, limit.FactorPassword)
						})
					}
					known := w.during(func() { probe.ask(t, s, tt.knownAs, tt.knownAs) })
					unknown := w.during(func() { probe.ask(t, s, tt.otherAs, tt.otherAs) })
					if known != unknown {
						t.Errorf("%s:\nsomebody:\n%s\nnobody:\n%s", probe.name, known, unknown)
					}
				}
			})
		}
	})
}

func byEmail(p *pool.Pool) { p.UsernameAttributes = []string{"email"} }

func withAliases(attributes ...string) func(*pool.Pool) {
	return func(p *pool.Pool) { p.AliasAttributes = attributes }
}

// So it is with codes, asked for up to the limit and past it.
func TestTheWorkTellsNotWhoGetsACode(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		w := &watched{Store: e.Store}
		e.Store = w
		p := e.Pool(t, nil)
		e.Person(t, p, "ada", right, func(u *pool.User) {
			u.Status = pool.Unconfirmed
			u.Attributes["email"] = "ada@example.com"
		})
		s := newStranger(t, e, p)
		ask := func(name string) string {
			return w.during(func() {
				for range 6 {
					s.signup.Resend(t.Context(), s.client.ID, "", name, nil)
				}
				for range 16 {
					s.signup.Confirm(t.Context(), signup.Confirmation{ClientID: s.client.ID, Username: name, Code: "wrong"})
				}
			})
		}
		known, unknown := ask("ada"), ask("bob")
		if known != unknown {
			t.Errorf("somebody:\n%s\nnobody:\n%s", known, unknown)
		}
		for _, call := range []string{"PutCode", "AddMessage"} {
			if n := strings.Count(unknown, call); n != 5 {
				t.Errorf("%s was called %d times, want 5", call, n)
			}
		}
		if !slices.Contains(w.seen, "View") {
			t.Error("no View was seen")
		}
	})
}
