package token_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// What a holder of a refresh token may be told. Source: the service.
const (
	refreshInvalid = "Invalid Refresh Token"
	refreshExpired = "Refresh Token has expired"
	refreshRevoked = "Refresh Token has been revoked"
)

// refresh asks for new tokens of client c.
func (f *fixture) refresh(p *pool.Pool, c *pool.Client, text string) (row store.RefreshToken, u *pool.User, err error) {
	err = f.store.View(context.Background(), func(snap store.Snapshot) (err error) {
		row, u, err = f.Refresh(context.Background(), snap, p, c, text)
		return err
	})
	return row, u, err
}

func TestGoodRefreshToken(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c, u := f.client(t), f.ada(t)
	set, want := f.signIn(t, c, u)
	row, user, err := f.refresh(f.pool, c, set.Refresh)
	if err != nil {
		t.Fatal(err)
	}
	if row.Family != want.Family || row.OriginJTI != want.OriginJTI || !row.AuthTime.Equal(want.AuthTime.Truncate(time.Microsecond)) {
		t.Errorf("row = %+v, want %+v", row, want)
	}
	if user.Sub != u.Sub {
		t.Errorf("user %q, want %q", user.Sub, u.Sub)
	}
}

func TestRefreshTokensThatAreRefused(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.client(t)
	set, _ := f.signIn(t, c, f.ada(t))
	other := f.addPool(t, "us-east-1_Other0000")
	another := f.addClient(t, f.pool, "another")
	for _, tt := range []struct {
		name   string
		pool   *pool.Pool
		client *pool.Client
		text   string
	}{
		{"empty", f.pool, c, ""},
		{"malformed", f.pool, c, "not-a-token"},
		{"an access token", f.pool, c, set.Access},
		{"one that was never issued", f.pool, c, set.Refresh[:len(set.Refresh)-4] + "AAAA"},
		{"cut short", f.pool, c, set.Refresh[:len(set.Refresh)-1]},
		{"with something after it", f.pool, c, set.Refresh + "="},
		{"huge", f.pool, c, strings.Repeat(set.Refresh, 1000)},
		{"of another client", f.pool, another, set.Refresh},
		{"of another pool", other, c, set.Refresh},
	} {
		_, _, err := f.refresh(tt.pool, tt.client, tt.text)
		wantError(t, tt.name, err, pool.NotAuthorized, refreshInvalid)
	}
}

// Each case does something to a user who holds a refresh token.
func TestRefreshTokenAfter(t *testing.T) {
	t.Parallel()
	revoke := func(t *testing.T, f *fixture, row store.RefreshToken) {
		f.update(t, func(ctx context.Context, tx store.Tx) error {
			return tx.RevokeFamily(ctx, row.PoolKey, row.Family, time.Now())
		})
	}
	for _, tt := range []struct {
		name string
		do   func(t *testing.T, f *fixture, u *pool.User, row store.RefreshToken)
		want string
	}{
		{"30 days", func(_ *testing.T, f *fixture, _ *pool.User, _ store.RefreshToken) {
			f.clock.Advance(30 * 24 * time.Hour)
		}, refreshExpired},
		{"a revocation", func(t *testing.T, f *fixture, _ *pool.User, row store.RefreshToken) { revoke(t, f, row) }, refreshRevoked},
		{"a sign-out everywhere", func(t *testing.T, f *fixture, u *pool.User, _ store.RefreshToken) {
			f.change(t, u, func(u *pool.User) { u.TokenGeneration++ })
		}, refreshRevoked},
		{"a disable", func(t *testing.T, f *fixture, u *pool.User, _ store.RefreshToken) {
			f.change(t, u, func(u *pool.User) { u.Enabled, u.TokenGeneration = false, u.TokenGeneration+1 })
		}, "User is disabled."},
		{"a disable and an enable", func(t *testing.T, f *fixture, u *pool.User, _ store.RefreshToken) {
			f.change(t, u, func(u *pool.User) { u.TokenGeneration++ })
		}, refreshRevoked},
		{"the user was deleted", func(t *testing.T, f *fixture, u *pool.User, _ store.RefreshToken) {
			f.update(t, func(ctx context.Context, tx store.Tx) error { return tx.DeleteUser(ctx, u.PoolKey, u.Sub) })
		}, refreshInvalid},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			c, u := f.client(t), f.ada(t)
			set, row := f.signIn(t, c, u)
			tt.do(t, f, u, row)
			_, _, err := f.refresh(f.pool, c, set.Refresh)
			wantError(t, "after", err, pool.NotAuthorized, tt.want)
		})
	}
}

// What was a client's dies with it, also where another one takes its id, which
// can neither use nor end it.
func TestTokensOfAClientWhoseIDIsTaken(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c, u := f.client(t), f.ada(t)
	set, row := f.signIn(t, c, u)
	before := row // as the release before this one writes it
	before.Family, before.Hash, before.ClientKey = "before", []byte("before"), 0
	f.update(t, func(ctx context.Context, tx store.Tx) error { return tx.AddRefreshToken(ctx, before) })
	if got := f.sessions(t, u); len(got) != 2 {
		t.Fatalf("there are %d sessions, want 2", len(got))
	}
	next := f.anew(t, c.ID)
	_, _, err := f.refresh(f.pool, next, set.Refresh)
	wantError(t, "the new client", err, pool.NotAuthorized, refreshInvalid)
	if got := f.sessions(t, u); len(got) != 1 || got[0].ID != before.Family {
		t.Errorf("the sessions are %+v, want the one that names no client's key", got)
	}
	f.update(t, func(ctx context.Context, tx store.Tx) error {
		wantError(t, "ending the session", f.EndSession(ctx, tx, u, row.Family), pool.NotFound, "Session does not exist.")
		if err := f.Revoke(ctx, tx, f.pool, next, set.Refresh); err != nil {
			return err
		}
		if now, err := tx.RefreshToken(ctx, row.PoolKey, row.Hash); err != nil || !now.Revoked.IsZero() {
			t.Errorf("the new client revoked it: %+v, %v", now, err)
		}
		return tx.DeleteClient(ctx, f.pool.Key, c.ID)
	})
	if got := f.sessions(t, u); len(got) != 0 {
		t.Errorf("the sessions of no client are %+v", got)
	}
}

func (f *fixture) sessions(t *testing.T, u *pool.User) (list []token.Session) {
	t.Helper()
	f.update(t, func(ctx context.Context, tx store.Tx) (err error) {
		list, err = f.Sessions(ctx, tx, u, "", 100)
		return err
	})
	return list
}

func TestRefreshTokenOfNobody(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c, u := f.client(t), f.ada(t)
	u.Sub = "00000000-0000-4000-8000-000000000000" // not in the store
	set, _ := f.signIn(t, c, u)
	_, _, err := f.refresh(f.pool, c, set.Refresh)
	wantError(t, "a row without its user", err, pool.UserNotFound, "User does not exist.")
}

func TestRevoke(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c, u := f.client(t), f.ada(t)
	set, _ := f.signIn(t, c, u)
	kept, _ := f.signIn(t, c, u)
	revoke := func(c *pool.Client, text string) error {
		return f.store.Update(t.Context(), func(tx store.Tx) error { return f.Revoke(t.Context(), tx, f.pool, c, text) })
	}
	for name, jwt := range map[string]string{"an access token": set.Access, "an ID token": set.ID} {
		wantError(t, name, revoke(c, jwt), pool.UnsupportedTokenType, "Unsupported token type")
	}
	for name, text := range map[string]string{"garbage": "not-a-token", "three parts of garbage": "a.b.c", "a token of nobody": strings.ToUpper(set.Refresh)} {
		if err := revoke(c, text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := revoke(&pool.Client{PoolKey: f.pool.Key, ID: "another"}, set.Refresh); err != nil {
		t.Errorf("by another client: %v", err)
	}
	if _, _, err := f.refresh(f.pool, c, set.Refresh); err != nil {
		t.Fatalf("revoked by what should not: %v", err)
	}

	if err := revoke(c, set.Refresh); err != nil {
		t.Errorf("once: %v", err)
	}
	err := f.store.Update(t.Context(), func(tx store.Tx) error { return f.Revoke(t.Context(), whole{tx}, f.pool, c, set.Refresh) })
	if err != nil {
		t.Errorf("twice: %v", err)
	}
	_, _, err = f.refresh(f.pool, c, set.Refresh)
	wantError(t, "refresh after it", err, pool.NotAuthorized, refreshRevoked)
	_, err = f.VerifyAccess(t.Context(), set.Access)
	wantError(t, "access after it", err, pool.NotAuthorized, accessRevoked)
	if _, _, err := f.refresh(f.pool, c, kept.Refresh); err != nil {
		t.Errorf("another sign-in of the user: %v", err)
	}
}

// The words of an error may reach a log; the token must not.
func TestRefreshErrorsDoNotRepeatTheToken(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.client(t)
	set, _ := f.signIn(t, c, f.ada(t))
	ctx, cancel := context.WithCancel(t.Context())
	var err error
	_ = f.store.View(t.Context(), func(snap store.Snapshot) error {
		cancel()
		_, _, err = f.Refresh(ctx, broken{snap}, f.pool, c, set.Refresh)
		return nil
	})
	if !errors.Is(err, errDisk) || strings.Contains(err.Error(), set.Refresh[60:]) {
		t.Errorf("err = %v, want the fault itself without the token", err)
	}
}

// whole cannot go through the tokens of a family, of which there may be many.
type whole struct{ store.Tx }

func (whole) RevokeFamily(context.Context, int64, string, time.Time) error { return errDisk }

// broken cannot read refresh tokens.
type broken struct{ store.Snapshot }

func (broken) RefreshToken(context.Context, int64, []byte) (store.RefreshToken, error) {
	return store.RefreshToken{}, errDisk
}
