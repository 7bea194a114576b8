package token_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// A verifier keeps a JWKS that it fetched from one node or the other for as
// long as it may.
type verifier struct {
	keys    jose.JSONWebKeySet
	fetched time.Time
}

// issued is a token of a user that somebody holds.
type issued struct {
	text string
	ends time.Time
}

// Two nodes sign while keys rotate, again and again, and each verifier has the
// JWKS of a moment of its own: no token ever fails before it ends.
func TestTokensVerifyWhileKeysRotate(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	now := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	clock := func() time.Time { mu.Lock(); defer mu.Unlock(); return now }
	f := newFixtureAt(t, clock)
	nodes := [2]*token.Tokens{f.node(clock), f.node(clock)}
	random := rand.New(rand.NewPCG(1, 2))
	client, user := f.client(t), f.ada(t)
	client.AccessToken, client.IDToken = pool.Validity{Value: 24}, pool.Validity{Value: 24}

	verifiers := make([]verifier, 8)
	var held []issued
	checks, rotations, seen := 0, 0, map[string]bool{}
	var steps []time.Duration // close together around each rotation
	for range 3 {
		for range 28 {
			steps = append(steps, 45*time.Second)
		}
		for range 13 {
			steps = append(steps, 2*time.Hour)
		}
	}
	for i, step := range steps {
		if i%41 == 2 {
			r, err := nodes[i%2].RotateKeys(t.Context(), f.pool)
			if err != nil || r.Running {
				t.Fatalf("rotation %d: %+v, %v", rotations, r, err)
			}
			rotations++
		}
		set, _, err := nodes[random.IntN(2)].Issue(t.Context(), token.Grant{Pool: f.pool, Client: client, User: user})
		if err != nil {
			t.Fatal(err)
		}
		held = append(held, issued{set.Access, clock().Add(24 * time.Hour)}, issued{set.ID, clock().Add(24 * time.Hour)})
		v := &verifiers[random.IntN(len(verifiers))]
		if clock().Sub(v.fetched) >= token.JWKSLifetime-time.Second || len(v.keys.Keys) == 0 {
			text, err := nodes[random.IntN(2)].JWKS(t.Context(), f.pool.ID)
			if err != nil {
				t.Fatal(err)
			}
			v.keys = jose.JSONWebKeySet{}
			unmarshal(t, text, &v.keys)
			v.fetched = clock()
		}
		for _, v := range verifiers {
			if len(v.keys.Keys) == 0 || clock().Sub(v.fetched) >= token.JWKSLifetime {
				continue
			}
			for range 4 {
				h := held[len(held)-1-random.IntN(min(len(held), 60))]
				if !clock().Before(h.ends) {
					continue
				}
				jws, err := jose.ParseSignedCompact(h.text, []jose.SignatureAlgorithm{jose.RS256})
				if err != nil {
					t.Fatal(err)
				}
				if _, err := jws.Verify(v.keys); err != nil {
					t.Fatalf("at %v, rotation %d: a token that ends at %v fails by a JWKS of %v: %v", clock(), rotations, h.ends, v.fetched, err)
				}
				seen[jws.Signatures[0].Protected.KeyID] = true
				checks++
			}
		}
		mu.Lock()
		now = now.Add(step)
		mu.Unlock()
	}
	if rotations != 3 || len(seen) < 8 || checks < 400 {
		t.Errorf("%d rotations, %d keys seen, %d checks: the test proves nothing", rotations, len(seen), checks)
	}
}

func TestKeysChangeAtTheirTime(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	node := f.node(f.clock.Now)
	first := firstAccessKey(t, f)
	kid := func() string {
		t.Helper()
		set, _, err := node.Issue(t.Context(), token.Grant{Pool: f.pool, Client: &pool.Client{PoolKey: f.pool.Key, ID: "c"}, User: &pool.User{Sub: "s"}})
		if err != nil {
			t.Fatal(err)
		}
		return kidOf(t, set.Access)
	}
	kid() // the keys are in memory
	r, err := node.RotateKeys(t.Context(), f.pool)
	if err != nil || r.Running {
		t.Fatalf("rotation = %+v, %v", r, err)
	}
	again, err := node.RotateKeys(t.Context(), f.pool)
	if err != nil || !again.Running || !again.Starts.Truncate(time.Microsecond).Equal(r.Starts.Truncate(time.Microsecond)) {
		t.Errorf("a rotation during one = %+v, %v", again, err)
	}
	f.clock.Advance(r.Starts.Sub(f.clock.Now()) - time.Second)
	if got := kid(); got != first {
		t.Errorf("before its time %s signs, want %s", got, first)
	}
	f.clock.Advance(2 * time.Second)
	if got := kid(); got == first {
		t.Error("the old key signs after the new one started")
	}
	if ids := jwksIDs(t, f); len(ids) != 4 || !ids[first] {
		t.Errorf("published are %v, want both pairs", ids)
	}
	f.clock.Advance(r.Retires.Sub(f.clock.Now()))
	if ids := jwksIDs(t, f); len(ids) != 2 || ids[first] {
		t.Errorf("published are %v, want the new pair", ids)
	}
	if _, err := node.RotateKeys(t.Context(), f.pool); err != nil {
		t.Fatal(err)
	}
	if n := len(signingKeys(t, f)); n != 4 {
		t.Errorf("%d keys are stored, want four: the retired ones go", n)
	}
}

func TestTwoNodesRotateOnce(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	var all sync.WaitGroup
	for range 8 {
		node := f.node(f.clock.Now)
		all.Go(func() {
			if _, err := node.RotateKeys(t.Context(), f.pool); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := len(signingKeys(t, f)); n != 4 {
		t.Errorf("%d keys, want four", n)
	}
}

func TestKeysRotateWhenTheyAreOld(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for i := range 25 { // more than a step
		f.addPool(t, fmt.Sprintf("us-east-1_Old%06d", i))
	}
	const age = 90 * 24 * time.Hour
	f.clock.Advance(age - time.Hour)
	young := f.addPool(t, "us-east-1_Young0000")
	count := func() (n int) {
		for after, done := "", false; !done; done = after == "" {
			var err error
			if after, err = f.RotateAged(t.Context(), after, age); err != nil {
				t.Fatal(err)
			}
		}
		return len(signingKeys(t, f))
	}
	if n := count(); n != 2 {
		t.Errorf("%d keys before they are old, want two", n)
	}
	f.clock.Advance(time.Hour)
	for range 2 { // the second time there is nothing to do
		if n := count(); n != 4 {
			t.Errorf("%d keys when they are old, want four", n)
		}
	}
	f.pool = young
	if n := len(signingKeys(t, f)); n != 2 {
		t.Errorf("a younger pool has %d keys, want two", n)
	}
}

func signingKeys(t *testing.T, f *fixture) (keys []store.SigningKey) {
	t.Helper()
	err := f.store.View(t.Context(), func(snap store.Snapshot) (err error) {
		keys, err = snap.SigningKeys(t.Context(), f.pool.Key)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// jwksIDs are the ids of the keys that are published.
func jwksIDs(t *testing.T, f *fixture) map[string]bool {
	t.Helper()
	text, err := f.JWKS(t.Context(), f.pool.ID)
	if err != nil {
		t.Fatal(err)
	}
	var set jose.JSONWebKeySet
	unmarshal(t, text, &set)
	ids := map[string]bool{}
	for _, k := range set.Keys {
		ids[k.KeyID] = true
	}
	return ids
}
