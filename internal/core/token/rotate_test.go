package token_test

import (
	"context"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/golden"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// What stands in the tokens that a refresh gives an hour after the sign-in, and
// in those of a client alone.
func TestClaimsOfEachWay(t *testing.T) {
	t.Parallel()
	now := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	f := newFixtureAt(t, func() time.Time { return now })
	g := token.Grant{Pool: f.pool, Client: f.client(t), User: f.ada(t)}
	_, row := f.issue(t, g)
	now = now.Add(time.Hour)
	g.Family, g.OriginJTI, g.AuthTime = row.Family, row.OriginJTI, row.AuthTime
	set, next, err := f.Rotate(t.Context(), g, row)
	if err != nil {
		t.Fatal(err)
	}
	if next.Expires != row.Expires || next.Family != row.Family || string(next.Parent) != string(row.Hash) || !next.Rotated.IsZero() {
		t.Errorf("the next row is %+v after %+v", next, row)
	}
	access, _ := f.verified(t, set.Access)
	id, _ := f.verified(t, set.ID)
	golden.Equal(t, "access_refreshed.json", indent(t, access))
	golden.Equal(t, "id_refreshed.json", indent(t, id))
	text, lives, err := f.IssueClient(t.Context(), f.pool, g.Client, "books/read books/write", nil)
	if err != nil || lives != 3600 {
		t.Fatalf("lives for %d s, %v", lives, err)
	}
	machine, _ := f.verified(t, text)
	golden.Equal(t, "access_of_client.json", indent(t, machine))
}

// Whoever revokes a family while its token is replaced ends the new one too.
func TestARevocationWinsOverARotation(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	g := token.Grant{Pool: f.pool, Client: f.client(t), User: f.ada(t)}
	_, row := f.issue(t, g)
	_, next, err := f.Rotate(t.Context(), g, row)
	if err != nil {
		t.Fatal(err)
	}
	f.update(t, func(ctx context.Context, tx store.Tx) error {
		return tx.RevokeFamily(ctx, f.pool.Key, row.Family, f.clock.Now())
	})
	err = f.store.Update(t.Context(), func(tx store.Tx) error { return f.Replace(t.Context(), tx, next, time.Minute) })
	wantError(t, "a rotation after that", err, pool.NotAuthorized, "Refresh Token has been revoked")
}

// A node whose clock is behind gives no grace where there is none.
func TestClocksGiveNoGrace(t *testing.T) {
	t.Parallel()
	now := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	f := newFixtureAt(t, func() time.Time { return now })
	late := f.node(func() time.Time { return now.Add(-time.Second) })
	g := token.Grant{Pool: f.pool, Client: f.client(t), User: f.ada(t)}
	g.Client.RefreshRotation = true
	set, row := f.issue(t, g)
	_, next, err := f.Rotate(t.Context(), g, row)
	if err != nil {
		t.Fatal(err)
	}
	f.update(t, func(ctx context.Context, tx store.Tx) error { return f.Replace(ctx, tx, next, 0) })
	err = f.store.View(t.Context(), func(snap store.Snapshot) error {
		_, _, err := late.Refresh(t.Context(), snap, f.pool, g.Client, set.Refresh)
		return err
	})
	wantError(t, "at a node that is late", err, pool.RefreshTokenReuse, "Refresh Token has already been used")
}
