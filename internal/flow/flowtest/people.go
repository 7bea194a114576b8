package flowtest

import (
	"context"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/passkey"
	"github.com/cenote-auth/cenote/internal/core/passkey/testkey"
	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Person adds a confirmed user to p, called as a sign-up would call it, with a
// password unless that is "". change may make it another one.
func (e *Env) Person(t testing.TB, p *pool.Pool, name, password string, change func(*pool.User)) *pool.User {
	t.Helper()
	u, err := directory.New(p, name, map[string]string{}, e.Clock.Now().Truncate(time.Millisecond))
	if err != nil {
		t.Fatalf("user %q: %v", name, err)
	}
	u.Status = pool.Confirmed
	if password != "" {
		u.PasswordSet = u.Created
		if u.SealedPassword, err = e.Passwords.Make(t.Context(), p, u, password); err != nil {
			t.Fatalf("password of %q: %v", name, err)
		}
	}
	if change != nil {
		change(u)
	}
	e.update(t, func(ctx context.Context, tx store.Tx) error { return directory.Create(ctx, tx, p, u, false, false) })
	return e.Again(t, u)
}

// Again returns u as it is stored now.
func (e *Env) Again(t testing.TB, u *pool.User) (now *pool.User) {
	t.Helper()
	err := e.Store.View(t.Context(), func(s store.Snapshot) (err error) {
		now, err = s.User(t.Context(), u.PoolKey, u.Sub)
		return err
	})
	if err != nil {
		t.Fatalf("user %s: %v", u.Sub, err)
	}
	return now
}

// SignedIn returns the tokens of u at c, as a sign-in gives them.
func (e *Env) SignedIn(t testing.TB, p *pool.Pool, c *pool.Client, u *pool.User) token.Set {
	t.Helper()
	set, row, err := e.Tokens.Issue(t.Context(), token.Grant{Pool: p, Client: c, User: u})
	if err != nil {
		t.Fatalf("tokens of %s: %v", u.Username, err)
	}
	e.update(t, func(ctx context.Context, tx store.Tx) error { return tx.AddRefreshToken(ctx, row) })
	return set
}

// Passkey gives u a passkey for localhost, which a keeps, and returns a.
func (e *Env) Passkey(t testing.TB, p *pool.Pool, u *pool.User, a *testkey.Authenticator) *testkey.Authenticator {
	t.Helper()
	r := passkey.Registration{Pool: p, ClientID: "web", User: u, Party: "localhost"}
	options, err := e.Passkeys.Options(r, nil)
	if err != nil {
		t.Fatalf("options of a passkey of %s: %v", u.Username, err)
	}
	key, _, err := e.Passkeys.Register(r, a.Create(t, options))
	if err != nil {
		t.Fatalf("passkey of %s: %v", u.Username, err)
	}
	e.update(t, func(ctx context.Context, tx store.Tx) error { _, err := tx.AddPasskey(ctx, key); return err })
	return a
}

// Tx runs fn in a transaction and fails the test if it fails.
func (e *Env) Tx(t testing.TB, fn func(context.Context, store.Tx) error) {
	t.Helper()
	e.update(t, fn)
}
