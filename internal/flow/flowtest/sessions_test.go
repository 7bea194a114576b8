package flowtest_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/core/token/testkeys"
	"github.com/cenote-auth/cenote/internal/flow/account"
	"github.com/cenote-auth/cenote/internal/flow/admin"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// A node is a server beside others on one database, with what only it has in
// memory.
type node struct {
	account *account.Service
	admin   *admin.Sessions
	signIn  *signin.Service
}

func newNode(e *flowtest.Env) *node {
	tokens := token.New(token.Options{
		Store: e.Store, Keyring: e.Keyring, Now: e.Clock.Now, Keys: new(testkeys.Source), PublicURL: "http://cenote.test",
		Issuer: func(p *pool.Pool) string { return "http://cenote.test/" + p.ID },
	})
	return &node{
		account: account.New(account.Options{Store: e.Store, Tokens: tokens, Now: e.Clock.Now}),
		admin:   admin.NewSessions(admin.SessionsOptions{Store: e.Store, Tokens: tokens}),
		signIn:  signin.New(signin.Options{Store: e.Store, Tokens: tokens, Secrets: e.Secrets, Now: e.Clock.Now}),
	}
}

// use reports whether both tokens of a set are good at n.
func (n *node) use(t *testing.T, c *pool.Client, set token.Set) bool {
	t.Helper()
	_, api := n.account.Get(t.Context(), set.Access)
	_, refresh := n.signIn.Refresh(t.Context(), signin.Renewal{ClientID: c.ID, Token: set.Refresh})
	if (api == nil) != (refresh == nil) {
		t.Errorf("the access token: %v, the refresh token: %v", api, refresh)
	}
	return api == nil
}

// ids are what people see of sessions.
func ids(list []token.Session) (names []string) {
	for _, s := range list {
		names = append(names, s.ID)
	}
	return names
}

// What one node revokes is refused by the other at once, which had verified it
// a moment ago and remembers.
func TestAnEndedSessionIsRefusedByEveryNode(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, func(p *pool.Pool) { p.Sessions.Tracked = true })
		c := e.Client(t, p, nil)
		ada := e.Person(t, p, "ada", "correct horse", nil)
		one, two := newNode(e), newNode(e)
		here, there := e.SignedIn(t, p, c, ada), e.SignedIn(t, p, c, ada)
		for name, end := range map[string]func(id string) error{
			"by its user":          func(id string) error { return one.account.EndSession(t.Context(), here.Access, id) },
			"by an administrator":  func(id string) error { return one.admin.End(t.Context(), p.ID, "ada", id) },
			"by its refresh token": func(string) error { return one.signIn.Revoke(t.Context(), c.ID, "", there.Refresh) },
		} {
			there = e.SignedIn(t, p, c, ada)
			if !one.use(t, c, there) || !two.use(t, c, there) {
				t.Fatalf("%s: it is not good before", name)
			}
			mine, err := two.account.Sessions(t.Context(), there.Access, "")
			if err != nil {
				t.Fatal(err)
			}
			if err := end(mine.Current); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			began := time.Now()
			if two.use(t, c, there) || one.use(t, c, there) {
				t.Errorf("%s: it is good after that", name)
			}
			if took := time.Since(began); took > time.Second {
				t.Errorf("%s: the nodes took %v", name, took)
			}
		}
		if !two.use(t, c, here) {
			t.Error("the session that stays is not good")
		}
	})
}

func TestSessionsAreListed(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, func(p *pool.Pool) { p.Sessions.Tracked = true })
		c, other := e.Client(t, p, nil), e.Client(t, p, func(c *pool.Client) { c.RefreshToken = pool.Validity{Value: 1, Unit: "hours"} })
		ada, bob := e.Person(t, p, "ada", "correct horse", nil), e.Person(t, p, "bob", "correct horse", nil)
		n := newNode(e)
		e.SignedIn(t, p, c, bob)
		e.SignedIn(t, p, other, ada)
		set := e.SignedIn(t, p, c, ada)
		found, err := n.account.Sessions(t.Context(), set.Access, "")
		if err != nil || len(found.List) != 2 || found.Next != "" {
			t.Fatalf("sessions = %+v, %v; want two", found, err)
		}
		byAdmin, next, err := n.admin.List(t.Context(), p.ID, "ada", "")
		if err != nil || next != "" || strings.Join(ids(byAdmin), " ") != strings.Join(ids(found.List), " ") {
			t.Errorf("an administrator sees %v, %q, %v", byAdmin, next, err)
		}
		e.Clock.Advance(61 * time.Minute) // the other one is over
		if left, _, err := n.admin.List(t.Context(), p.ID, "ada", ""); err != nil || len(left) != 1 || left[0].ID != found.Current || left[0].ClientID != c.ID {
			t.Errorf("an hour later there are %+v, %v", left, err)
		}
		e.Change(t, p, "ada", func(u *pool.User) { u.TokenGeneration++ })
		if left, _, err := n.admin.List(t.Context(), p.ID, "ada", ""); err != nil || len(left) != 0 {
			t.Errorf("after a sign-out everywhere there are %+v, %v", left, err)
		}
		flowtest.Want(t, unwrapped(n.admin.End(t.Context(), p.ID, "ada", found.Current)), pool.NotFound, "Session does not exist.")
		flowtest.Want(t, unwrapped(n.admin.End(t.Context(), p.ID, "bob", found.Current)), pool.NotFound, "Session does not exist.")
		plain := e.Pool(t, nil)
		_, _, err = n.admin.List(t.Context(), plain.ID, "ada", "")
		flowtest.Want(t, unwrapped(err), pool.OperationNotEnabled, "User session tracking is not enabled for this user pool.")
	})
}

// unwrapped returns the error for the caller in err.
func unwrapped(err error) error {
	for err != nil {
		if _, ok := err.(*pool.Error); ok {
			return err
		}
		u, ok := err.(interface{ Unwrap() error })
		if !ok {
			return err
		}
		err = u.Unwrap()
	}
	return nil
}

func TestManySessionsAreListedInPages(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		const many = 2*token.SessionsAPage + 100
		p := e.Pool(t, func(p *pool.Pool) { p.Sessions.Tracked = true })
		c, ada := e.Client(t, p, nil), e.Person(t, p, "ada", "correct horse", nil)
		now := e.Clock.Now()
		e.Tx(t, func(ctx context.Context, tx store.Tx) error {
			for range many {
				id, hash := uuid.NewString(), []byte(uuid.NewString())
				row := store.RefreshToken{
					PoolKey: p.Key, Hash: hash, Family: id, Sub: ada.Sub, ClientID: c.ID, AuthTime: now, Issued: now, Expires: now.Add(time.Hour),
				}
				if err := tx.AddRefreshToken(ctx, row); err != nil {
					return err
				}
			}
			return nil
		})
		seen, n := map[string]bool{}, newNode(e)
		for page, pages := "", 1; ; pages++ {
			list, next, err := n.admin.List(t.Context(), p.ID, "ada", page)
			if err != nil {
				t.Fatal(err)
			}
			for _, id := range ids(list) {
				seen[id] = true
			}
			if page = next; page == "" {
				if len(seen) != many || pages != 3 {
					t.Errorf("%d sessions in %d pages, want %d in 3", len(seen), pages, many)
				}
				return
			}
		}
	})
}
