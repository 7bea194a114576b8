package directory_test

import (
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

var noon = time.Date(2030, 1, 2, 12, 0, 0, 0, time.UTC)

// hall is a pool on a fresh store.
type hall struct {
	store store.Store
	pool  *pool.Pool
}

// each runs test in a new hall on every backend.
func each(t *testing.T, change func(*pool.Pool), test func(*testing.T, hall)) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st store.Store) {
		p := &pool.Pool{ID: "us-east-1_Directory", Created: noon, Modified: noon, Schema: pool.Standard(), CaseInsensitive: true}
		if change != nil {
			change(p)
		}
		err := st.Update(t.Context(), func(tx store.Tx) (err error) {
			p.Key, err = tx.CreatePool(t.Context(), p)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		test(t, hall{st, p})
	})
}

func aliases(p *pool.Pool) {
	p.AliasAttributes = []string{"email", "phone_number", "preferred_username"}
}

func addresses(p *pool.Pool) { p.UsernameAttributes = []string{"email", "phone_number"} }

// make returns a confirmed user with attributes in pairs, not yet in the store.
func (h hall) make(t *testing.T, name string, pairs ...string) *pool.User {
	t.Helper()
	attributes := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		attributes[pairs[i]] = pairs[i+1]
	}
	u, err := directory.New(h.pool, name, attributes, noon)
	if err != nil {
		t.Fatalf("New %q: %v", name, err)
	}
	u.Status = pool.Confirmed
	return u
}

func (h hall) create(t *testing.T, u *pool.User, force bool) error {
	t.Helper()
	return h.store.Update(t.Context(), func(tx store.Tx) error {
		return directory.Create(t.Context(), tx, h.pool, u, false, force)
	})
}

// add creates a user who must be created.
func (h hall) add(t *testing.T, name string, pairs ...string) *pool.User {
	t.Helper()
	u := h.make(t, name, pairs...)
	if err := h.create(t, u, false); err != nil {
		t.Fatalf("create %q: %v", name, err)
	}
	return u
}

// change reads u again, changes and saves it.
func (h hall) change(t *testing.T, u *pool.User, force bool, do func(*pool.User)) error {
	t.Helper()
	return h.store.Update(t.Context(), func(tx store.Tx) error {
		now, err := tx.User(t.Context(), h.pool.Key, u.Sub)
		if err != nil {
			return err
		}
		do(now)
		return directory.Save(t.Context(), tx, h.pool, now, noon.Add(time.Hour), force)
	})
}

func (h hall) find(t *testing.T, name string) (u *pool.User, err error) {
	t.Helper()
	err = h.store.View(t.Context(), func(s store.Snapshot) (err error) {
		u, err = directory.User(t.Context(), s, h.pool, name)
		return err
	})
	return u, err
}

// leadsTo fails the test unless name is want's, or nobody's for a nil want.
func (h hall) leadsTo(t *testing.T, name string, want *pool.User) {
	t.Helper()
	got, err := h.find(t, name)
	if want == nil {
		wantError(t, err, pool.UserNotFound, "User does not exist.")
		return
	}
	if err != nil || got.Sub != want.Sub {
		t.Errorf("%q leads to %+v, %v; want %s", name, got, err, want.Username)
	}
}

func wantError(t *testing.T, err error, kind pool.Kind, message string) {
	t.Helper()
	e, ok := err.(*pool.Error)
	if !ok || e.Kind != kind || e.Message != message {
		t.Errorf("error = %v, want kind %d, %q", err, kind, message)
	}
}
