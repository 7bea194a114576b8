package token_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/cenote-auth/cenote/internal/core/clock"
	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/core/token/testkeys"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/seal"
	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/sqlite"
)

const publicURL = "http://127.0.0.1:9229"

func issuer(p *pool.Pool) string { return publicURL + "/" + p.ID }

// fixture is a database with one pool in it.
type fixture struct {
	*token.Tokens
	store   store.Store
	counted *counter
	clock   *clock.Clock
	keyring *keyring.Keyring
	source  *testkeys.Source
	pool    *pool.Pool
}

// newFixture returns a database with a pool on the time of the clock.
func newFixture(t testing.TB) *fixture { return newFixtureAt(t, nil) }

// newFixtureAt takes the time from now, if that is not nil.
func newFixtureAt(t testing.TB, now func() time.Time) *fixture {
	t.Helper()
	ctx := context.Background()
	st, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "cenote.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	f := &fixture{store: st, counted: &counter{Store: st}, clock: clock.New(), source: new(testkeys.Source)}
	if now == nil {
		now = f.clock.Now
	}
	if f.keyring, err = keyring.Open(ctx, st, seal.NewKey(), now); err != nil {
		t.Fatal(err)
	}
	f.Tokens = f.node(now)
	f.FixRandom(counting("id"), pattern())
	f.pool = f.addPool(t, "us-east-1_AbCdEf123")
	return f
}

// node returns Tokens as another node has them, with ids of its own.
func (f *fixture) node(now func() time.Time) *token.Tokens {
	return token.New(token.Options{
		Store: f.counted, Keyring: f.keyring, Now: now, Issuer: issuer, PublicURL: publicURL + "/", Keys: f.source,
	})
}

// counting returns ids that end in 1, 2, ...
func counting(name string) func() string {
	n := 0
	return func() string { n++; return fmt.Sprintf("%s-%d", name, n) }
}

// pattern fills in bytes that are the same in every run of a test.
func pattern() func([]byte) {
	n := byte(0)
	return func(b []byte) {
		n++
		for i := range b {
			b[i] = n
		}
	}
}

func (f *fixture) update(t testing.TB, fn func(ctx context.Context, tx store.Tx) error) {
	t.Helper()
	ctx := context.Background()
	if err := f.store.Update(ctx, func(tx store.Tx) error { return fn(ctx, tx) }); err != nil {
		t.Fatal(err)
	}
}

func (f *fixture) addPool(t testing.TB, id string) *pool.Pool {
	t.Helper()
	keys, err := f.NewSigningKeys(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	p := &pool.Pool{ID: id, Created: time.Now(), Modified: time.Now(), Schema: pool.Standard()}
	f.update(t, func(ctx context.Context, tx store.Tx) (err error) {
		if p.Key, err = tx.CreatePool(ctx, p); err != nil {
			return err
		}
		for _, k := range keys {
			k.PoolKey = p.Key
			err = errors.Join(err, tx.AddSigningKey(ctx, k))
		}
		return err
	})
	return p
}

// ada is a user with every kind of attribute.
func (f *fixture) ada(t testing.TB) *pool.User {
	t.Helper()
	u := &pool.User{
		PoolKey: f.pool.Key, Sub: "74785488-4041-70a4-dcfe-cddfca936be5", Username: "ada", Status: pool.Confirmed, Enabled: true,
		Created: time.Now(), Modified: time.Now(), TokenGeneration: 2,
		Attributes: map[string]string{
			"email": "ada@example.com", "email_verified": "true", "phone_number": "+15551234567", "phone_number_verified": "false",
			"name": "Ada <Lovelace> & Söhne", "nickname": "", "address": "12 St James's Square", "updated_at": "1893553445",
			"custom:team": "7", "custom:admin": "true", "dev:custom:note": "for staff only",
		},
	}
	f.update(t, func(ctx context.Context, tx store.Tx) error {
		return tx.CreateUser(ctx, u, store.Names{Username: u.Username})
	})
	return u
}

// change writes u after fn has changed it.
func (f *fixture) change(t testing.TB, u *pool.User, fn func(u *pool.User)) {
	t.Helper()
	f.update(t, func(ctx context.Context, tx store.Tx) error {
		now, err := tx.User(ctx, u.PoolKey, u.Sub)
		if err != nil {
			return err
		}
		changed := *now
		fn(&changed)
		return tx.UpdateUser(ctx, &changed, store.Names{Username: u.Username})
	})
}

// client adds an app client to the pool.
func (f *fixture) client(t testing.TB) *pool.Client {
	t.Helper()
	return f.addClient(t, f.pool, "3n4b5urk1ft4fl3mg5e62d9ado")
}

func (f *fixture) addClient(t testing.TB, p *pool.Pool, id string) *pool.Client {
	t.Helper()
	c := &pool.Client{PoolKey: p.Key, ID: id, Created: time.Now(), Modified: time.Now()}
	f.update(t, func(ctx context.Context, tx store.Tx) (err error) {
		if err = tx.CreateClient(ctx, c); err == nil {
			c, _, err = tx.Client(ctx, id)
		}
		return err
	})
	return c
}

// anew deletes a client and makes another one of its id.
func (f *fixture) anew(t testing.TB, id string) *pool.Client {
	t.Helper()
	f.update(t, func(ctx context.Context, tx store.Tx) error { return tx.DeleteClient(ctx, f.pool.Key, id) })
	return f.addClient(t, f.pool, id)
}

// signIn issues tokens for u and keeps the row of the refresh token.
func (f *fixture) signIn(t testing.TB, c *pool.Client, u *pool.User) (token.Set, store.RefreshToken) {
	t.Helper()
	return f.issue(t, token.Grant{Pool: f.pool, Client: c, User: u})
}

func (f *fixture) issue(t testing.TB, g token.Grant) (token.Set, store.RefreshToken) {
	t.Helper()
	set, row, err := f.Issue(context.Background(), g)
	if err != nil {
		t.Fatal(err)
	}
	f.update(t, func(ctx context.Context, tx store.Tx) error { return tx.AddRefreshToken(ctx, row) })
	return set, row
}

// verified returns the payload of a JWT after go-jose has verified it with the
// published keys, as any client does, and the id of the key.
func (f *fixture) verified(t testing.TB, jwt string) (payload []byte, kid string) {
	t.Helper()
	text, err := f.JWKS(context.Background(), f.pool.ID)
	if err != nil {
		t.Fatal(err)
	}
	var keys jose.JSONWebKeySet
	unmarshal(t, text, &keys)
	jws, err := jose.ParseSignedCompact(jwt, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		t.Fatal(err)
	}
	payload, err = jws.Verify(keys)
	if err != nil {
		t.Fatalf("verify %s: %v", strings.SplitN(jwt, ".", 2)[0], err)
	}
	return payload, jws.Signatures[0].Protected.KeyID
}

// wantError fails the test unless err is of this kind and in these words.
func wantError(t testing.TB, name string, err error, kind pool.Kind, message string) {
	t.Helper()
	got, ok := errors.AsType[*pool.Error](err)
	if !ok || got.Kind != kind || got.Message != message {
		t.Errorf("%s: err = %v, want kind %d %q", name, err, kind, message)
	}
}
