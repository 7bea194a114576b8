package storetest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

func testPool(t *testing.T, s store.Store) {
	want := pool.Pool{
		ID: "eu-west-1_Abc", Version: 1, Created: noon, Modified: noon.Add(time.Second),
		UsernameAttributes: []string{"email"}, CaseInsensitive: true, Schema: pool.Standard(),
		ImportedHashes: "$2b$10$", Settings: pool.Settings{Name: "staff", PasswordPolicy: pool.DefaultPasswordPolicy, Tags: map[string]string{"a": "ü"}},
	}
	absent(t, s, "Pool", func(ctx context.Context, tx store.Snapshot) error { _, err := tx.Pool(ctx, want.ID); return err })
	update(t, s, func(ctx context.Context, tx store.Tx) (err error) {
		want.Key, err = tx.CreatePool(ctx, &want)
		return err
	})
	for range 2 { // the second time it is remembered
		view(t, s, func(ctx context.Context, tx store.Snapshot) error {
			p, err := tx.Pool(ctx, want.ID)
			if err != nil {
				return err
			}
			wantPool(t, "Pool", p, &want)
			p, err = tx.PoolByKey(ctx, want.Key)
			if err != nil {
				return err
			}
			wantPool(t, "PoolByKey", p, &want)
			return nil
		})
	}
	absent(t, s, "PoolByKey", func(ctx context.Context, tx store.Snapshot) error {
		_, err := tx.PoolByKey(ctx, want.Key+1)
		return err
	})
}

func wantPool(t *testing.T, what string, got, want *pool.Pool) {
	t.Helper()
	g, w := *got, *want
	equal(t, what+": schema", fmt.Sprint(len(g.Schema), *g.Schema[0].StringBounds), fmt.Sprint(len(w.Schema), *w.Schema[0].StringBounds))
	g.Schema, w.Schema = nil, nil // holds pointers
	equal(t, what, g, w)
}

func testCreatePoolTwice(t *testing.T, s store.Store) {
	newPool(t, s, "p")
	taken(t, s, "pool", func(ctx context.Context, tx store.Tx) error {
		_, err := tx.CreatePool(ctx, &pool.Pool{ID: "p"})
		return err
	})
}

func testPoolOrder(t *testing.T, s store.Store) {
	want := []string{"eu_Z", "eu_a", "eu_b", "eu_ä", "us_A", "ü"}
	for _, id := range []string{"eu_ä", "us_A", "eu_b", "ü", "eu_Z", "eu_a"} {
		newPool(t, s, id)
	}
	var got []string
	for after := ""; ; {
		page := read(t, s, func(ctx context.Context, tx store.Snapshot) ([]*pool.Pool, error) {
			return tx.Pools(ctx, store.Page{After: after, Limit: 2})
		})
		if len(page) == 0 {
			break
		}
		for _, p := range page {
			got = append(got, p.ID)
		}
		after = page[len(page)-1].ID
	}
	if !slices.Equal(got, want) {
		t.Errorf("pools = %q, want %q", got, want)
	}
	if n := read(t, s, func(ctx context.Context, tx store.Snapshot) (int64, error) { return tx.CountPools(ctx) }); n != 6 {
		t.Errorf("CountPools = %d, want 6", n)
	}
}

// fill gives a pool a client, a signing key and users with all that is theirs.
func fill(t *testing.T, s store.Store, key int64, users int) {
	t.Helper()
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		if err := tx.CreateClient(ctx, &pool.Client{PoolKey: key, ID: fmt.Sprint("client of ", key)}); err != nil {
			return err
		}
		return tx.AddSigningKey(ctx, store.SigningKey{PoolKey: key, ID: "k"})
	})
	for i := range users {
		name := fmt.Sprint("user ", i)
		sub := newUser(t, s, key, name, pool.Alias{Kind: "email", Folded: name})
		belongings(t, s, key, sub)
	}
}

// belongings gives a user one row of each kind, and two refresh tokens.
func belongings(t *testing.T, s store.Store, key int64, sub string) {
	t.Helper()
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		id := fmt.Sprint(key, sub)
		for _, err := range []error{
			tx.PutCode(ctx, store.Code{PoolKey: key, Sub: sub, Purpose: "sign-up", MAC: []byte("m"), Expires: noon}),
			tx.KeepPassword(ctx, &pool.User{PoolKey: key, Sub: sub, Version: 1, SealedPassword: []byte("p")}, 1),
			tx.PutAttempt(ctx, store.Attempt{PoolKey: key, Subject: sub, Factor: "password", Count: 1, Since: noon}),
			tx.AddRefreshToken(ctx, store.RefreshToken{PoolKey: key, Hash: []byte(id), Family: id, Sub: sub, Expires: noon}),
			tx.AddRefreshToken(ctx, store.RefreshToken{PoolKey: key, Hash: []byte(id + "+"), Family: id, Parent: []byte(id), Sub: sub, Expires: noon}),
			tx.AskSoftwareToken(ctx, key, sub, []byte("seed")),
			addPasskey(ctx, tx, store.Passkey{PoolKey: key, ID: id, Sub: sub}),
			tx.AddDevice(ctx, store.Device{PoolKey: key, Sub: sub, Key: "d"}),
			tx.AddConversation(ctx, store.Conversation{PoolKey: key, SignInID: id, Sub: sub, Expires: noon}),
			tx.AddAuthEvent(ctx, store.AuthEvent{PoolKey: key, Sub: sub, ID: "e", Created: noon}),
			tx.SpendSignIn(ctx, key, id, noon),
			tx.AddMessage(ctx, store.Message{ID: id, PoolKey: key, Destination: "a@x", Created: noon}),
		} {
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func testRemovePool(t *testing.T, s store.Store) {
	key, other := newPool(t, s, "gone"), newPool(t, s, "stays")
	fill(t, s, key, 5)
	fill(t, s, other, 2)
	if err := s.Update(t.Context(), func(tx store.Tx) error { _, err := tx.ClearPool(t.Context(), key, 1); return err }); err == nil {
		t.Error("ClearPool cleared a pool that was not removed")
	}
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.RemovePool(ctx, key, noon) })
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error { return tx.RemovePool(ctx, key, noon) })
	absent(t, s, "Pool", func(ctx context.Context, tx store.Snapshot) error { _, err := tx.Pool(ctx, "gone"); return err })
	absent(t, s, "Client", func(ctx context.Context, tx store.Snapshot) error {
		_, _, err := tx.Client(ctx, fmt.Sprint("client of ", key))
		return err
	})
	keys := read(t, s, func(ctx context.Context, tx store.Snapshot) ([]store.SigningKey, error) {
		return tx.SigningKeys(ctx, key)
	})
	if len(keys) != 0 {
		t.Errorf("a removed pool has %d signing keys", len(keys))
	}

	total := 0
	for {
		var n int
		update(t, s, func(ctx context.Context, tx store.Tx) (err error) { n, err = tx.ClearPool(ctx, key, 4); return err })
		if n > 4 {
			t.Fatalf("ClearPool deleted %d rows, limit 4", n)
		}
		if total += n; n == 0 {
			break
		}
	}
	// User, alias, former password, code, attempt, two tokens, sign-in, message,
	// software token, passkey, device, conversation, event.
	if want := 5 * 14; total != want {
		t.Errorf("ClearPool deleted %d rows, want %d", total, want)
	}
	n := read(t, s, func(ctx context.Context, tx store.Snapshot) (int64, error) { return tx.CountUsers(ctx, other) })
	if n != 2 {
		t.Errorf("the other pool has %d users, want 2", n)
	}
}

func testPoolAgain(t *testing.T, s store.Store) {
	key := newPool(t, s, "p")
	newUser(t, s, key, "ada")
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.RemovePool(ctx, key, noon) })
	again := newPool(t, s, "p")
	if again == key {
		t.Errorf("the pool's internal key %d was used again", key)
	}
	absent(t, s, "User of the pool before", func(ctx context.Context, tx store.Snapshot) error {
		_, err := tx.UserByName(ctx, again, "ada")
		return err
	})
}

// A transaction that was open while a pool was removed and cleared may leave
// rows behind; they do not stay.
func testStragglers(t *testing.T, s store.Store) {
	key := newPool(t, s, "p")
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.RemovePool(ctx, key, noon) })
	newUser(t, s, key, "late")
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		n, err := tx.Sweep(ctx, noon.Add(time.Minute), 100)
		if n != 1 {
			t.Errorf("Sweep deleted %d rows, want 1", n)
		}
		return err
	})
	absent(t, s, "User", func(ctx context.Context, tx store.Snapshot) error {
		_, err := tx.UserByName(ctx, key, "late")
		return err
	})
}
