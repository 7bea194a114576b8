package token_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/seal"
	"github.com/cenote-auth/cenote/internal/store"
)

// addKey gives the pool another key for access tokens and returns its id.
func (f *fixture) addKey(t testing.TB, starts, retires time.Time) string {
	t.Helper()
	rows, err := f.NewSigningKeys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	row := rows[1]
	row.PoolKey, row.Starts, row.Retires = f.pool.Key, starts, retires
	f.update(t, func(ctx context.Context, tx store.Tx) error { return tx.AddSigningKey(ctx, row) })
	return row.ID
}

func TestNewSigningKeys(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.Tokens = f.node(f.clock.Now)
	rows, err := f.NewSigningKeys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 2 || rows[0].Use != "id" || rows[1].Use != "access" {
		t.Fatalf("%d keys, want one for id and one for access", len(rows))
	}
	if rows[0].ID == rows[1].ID || bytes.Equal(rows[0].Public, rows[1].Public) {
		t.Error("both keys are the same")
	}
	for _, row := range rows {
		if len(row.ID) != 44 || !strings.HasSuffix(row.ID, "=") {
			t.Errorf("kid %q, want 44 characters of base64", row.ID)
		}
		if _, err := f.keyring.Open(keyring.SigningKey, row.Sealed, row.ID, row.Use, row.Public); err != nil {
			t.Errorf("key %s: %v", row.Use, err)
		}
	}
}

func TestTheKeyThatSigns(t *testing.T) {
	t.Parallel()
	now := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	never := time.Time{}
	for _, tt := range []struct {
		name  string
		edit  func(t *testing.T, f *fixture) (want string) // a key id; "" for the pool's first
		after time.Duration
	}{
		{"the only one", func(*testing.T, *fixture) string { return "" }, 0},
		{"the latest that has started", func(t *testing.T, f *fixture) string {
			want := f.addKey(t, now.Add(2*time.Minute), never)
			f.addKey(t, now.Add(time.Minute), never)
			f.addKey(t, now.Add(time.Hour), never)
			return want
		}, 2 * time.Minute},
		{"the older one until the newer starts", func(t *testing.T, f *fixture) string {
			f.addKey(t, now.Add(2*time.Minute), never)
			return ""
		}, 2*time.Minute - time.Second},
		{"not one that has retired", func(t *testing.T, f *fixture) string {
			f.addKey(t, now.Add(time.Minute), now.Add(2*time.Minute))
			return ""
		}, 2 * time.Minute},
		{"the first to start, where the clock is behind", func(t *testing.T, f *fixture) string {
			return f.addKey(t, now.Add(-time.Minute), never)
		}, -time.Hour},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			clock := now
			f := newFixtureAt(t, func() time.Time { return clock })
			want := tt.edit(t, f)
			clock = now.Add(tt.after)
			g := token.Grant{Pool: f.pool, Client: f.client(t), User: f.ada(t)}
			fresh := f.node(func() time.Time { return clock })
			set, _, err := fresh.Issue(t.Context(), g)
			if err != nil {
				t.Fatal(err)
			}
			got := kidOf(t, set.Access)
			if want == "" {
				want = firstAccessKey(t, f)
			}
			if got != want {
				t.Errorf("signed by %s, want %s", got, want)
			}
		})
	}
}

// firstAccessKey returns the id of the key that the pool was made with.
func firstAccessKey(t testing.TB, f *fixture) (id string) {
	t.Helper()
	err := f.store.View(t.Context(), func(snap store.Snapshot) error {
		rows, err := snap.SigningKeys(t.Context(), f.pool.Key)
		for _, row := range rows {
			if row.Use == "access" && id == "" {
				id = row.ID
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestAKeyMadeByAnotherNode(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	g := token.Grant{Pool: f.pool, Client: f.client(t), User: f.ada(t)}
	f.issue(t, g) // now the old keys are in memory
	f.addKey(t, f.clock.Now(), time.Time{})
	other := f.node(f.clock.Now)
	set, row, err := other.Issue(t.Context(), g)
	if err != nil {
		t.Fatal(err)
	}
	f.update(t, func(ctx context.Context, tx store.Tx) error { return tx.AddRefreshToken(ctx, row) })
	f.clock.Advance(time.Second)
	if _, err := f.VerifyAccess(t.Context(), set.Access); err != nil {
		t.Errorf("a second later: %v", err)
	}
}

func TestARetiredKeyIsNotTaken(t *testing.T) {
	t.Parallel()
	now := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	f := newFixtureAt(t, func() time.Time { return now })
	id := f.addKey(t, now.Add(time.Second), now.Add(time.Minute))
	f.Tokens = f.node(func() time.Time { return now })
	now = now.Add(time.Second)
	set, _ := f.signIn(t, f.client(t), f.ada(t))
	if got := kidOf(t, set.Access); got != id {
		t.Fatalf("signed by %s, want %s", got, id)
	}
	if _, err := f.VerifyAccess(t.Context(), set.Access); err != nil {
		t.Errorf("before it retires: %v", err)
	}
	now = now.Add(time.Minute)
	_, err := f.VerifyAccess(t.Context(), set.Access)
	wantError(t, "afterwards", err, pool.NotAuthorized, accessSignature)
	if jwks, err := f.JWKS(t.Context(), f.pool.ID); err != nil || strings.Contains(string(jwks), id) {
		t.Errorf("JWKS = %s, %v, want it without %s", jwks, err, id)
	}
}

func TestAFloodOfUnknownKidsReadsOnceASecond(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	set, _ := f.signIn(t, f.client(t), f.ada(t))
	_, accessKey := keysOf(t, 0)
	flood := func() int64 {
		before := f.counted.keyReads.Load()
		var wg sync.WaitGroup
		for i := range 50 {
			wg.Go(func() {
				jwt := forge(t, fmt.Sprintf(`{"kid":"%d","alg":"RS256"}`, i), claimsOf(t, set.Access, nil), rs256(accessKey))
				_, err := f.VerifyAccess(context.Background(), jwt)
				wantError(t, "unknown kid", err, pool.NotAuthorized, accessSignature)
			})
		}
		wg.Wait()
		return f.counted.keyReads.Load() - before
	}
	for range 3 {
		f.clock.Advance(10 * time.Second)
		if got := flood(); got < 1 || got > 4 { // the flood itself may last some seconds
			t.Errorf("%d reads of keys, want 1", got)
		}
	}
	before := f.counted.keyReads.Load()
	for range 50 {
		if _, err := f.VerifyAccess(t.Context(), set.Access); err != nil {
			t.Fatal(err)
		}
	}
	if got := f.counted.keyReads.Load() - before; got != 0 {
		t.Errorf("%d reads for a kid that is known, want 0", got)
	}
}

func TestKeysOfManyPools(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.LimitKeys(2)
	u := f.ada(t)
	c := f.client(t)
	pools := []*pool.Pool{f.pool, f.addPool(t, "us-east-1_Second000"), f.addPool(t, "us-east-1_Third0000")}
	use := func(p *pool.Pool) int64 {
		before := f.counted.keyReads.Load()
		if _, _, err := f.Issue(t.Context(), token.Grant{Pool: p, Client: c, User: u}); err != nil {
			t.Fatal(err)
		}
		return f.counted.keyReads.Load() - before
	}
	for i, tt := range []struct {
		pool int
		want int64
	}{{0, 1}, {1, 1}, {0, 0}, {2, 1}, {0, 0}, {1, 1}, {2, 1}} {
		if got := use(pools[tt.pool]); got != tt.want {
			t.Errorf("step %d: %d reads for pool %d, want %d", i, got, tt.pool, tt.want)
		}
	}
}

// Who can write the database and has no key to seal with cannot make a signing
// key: not of a pair of their own, and not of one of ours.
func TestAForgedKeyIsNotTaken(t *testing.T) {
	t.Parallel()
	for name, forge := range map[string]func(row, other *store.SigningKey){
		"another public key": func(row, other *store.SigningKey) { row.Public = other.Public },
		"another kid":        func(row, other *store.SigningKey) { row.ID = other.ID },
		"another use":        func(row, other *store.SigningKey) { row.Use = other.Use },
		"another seal":       func(row, other *store.SigningKey) { row.Sealed = other.Sealed },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			rows, err := f.NewSigningKeys(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			row := rows[1]
			row.PoolKey = f.pool.Key
			forge(&row, &rows[0])
			f.update(t, func(ctx context.Context, tx store.Tx) error { return tx.AddSigningKey(ctx, row) })
			if _, err := f.JWKS(t.Context(), f.pool.ID); err == nil || !strings.Contains(err.Error(), seal.ErrOpen.Error()) {
				t.Errorf("err = %v, want that the key does not open", err)
			}
		})
	}
}

func TestAPoolWithoutKeys(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	_, _, err := f.Issue(t.Context(), token.Grant{Pool: &pool.Pool{Key: 99, ID: "us-east-1_None00000"}, Client: f.client(t), User: f.ada(t)})
	if err == nil || !strings.Contains(err.Error(), "pool us-east-1_None00000 has no key for access tokens") {
		t.Errorf("err = %v", err)
	}
}
