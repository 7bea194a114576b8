package accesskey_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/accesskey"
	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/seal"
	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

// clock is a time that tests move.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

var scope = accesskey.Scope{Operations: []string{"Admin*"}, Pools: []string{"us-east-1_a", "us-east-1_b"}}

// fixture returns the keys of an empty database, the database and the clock.
func fixture(t *testing.T) (*accesskey.Keys, store.Store, *clock) {
	t.Helper()
	st, now := storetest.Open(t), &clock{time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)}
	ring, err := keyring.Open(t.Context(), st, seal.NewKey(), now.Now)
	if err != nil {
		t.Fatal(err)
	}
	return accesskey.New(accesskey.Options{Store: st, Keyring: ring, Now: now.Now}), st, now
}

func create(t *testing.T, k *accesskey.Keys, name string) (accesskey.Key, string) {
	t.Helper()
	key, secret, err := k.Create(t.Context(), name, scope)
	if err != nil {
		t.Fatal(err)
	}
	return key, secret
}

func TestAKeyIsFoundWithItsSecret(t *testing.T) {
	t.Parallel()
	k, _, now := fixture(t)
	key, secret := create(t, k, "deploy")
	if !regexp.MustCompile(`^CENO[A-Z2-7]{16}$`).MatchString(key.ID) || !regexp.MustCompile(`^[A-Z2-7]{40}$`).MatchString(secret) {
		t.Errorf("key %q with a secret of %d characters", key.ID, len(secret))
	}
	for range 2 { // read, then remembered
		got, gotSecret, err := k.Find(t.Context(), key.ID)
		if err != nil || gotSecret != secret || got.Name != "deploy" || !got.Created.Equal(now.now) ||
			!got.Allows("AdminGetUser", "us-east-1_b") || got.Allows("AdminGetUser", "us-east-1_c") {
			t.Fatalf("Find = %+v, %v, want what was made", got, err)
		}
	}
	other, otherSecret := create(t, k, "")
	if other.ID == key.ID || otherSecret == secret || other.Name != other.ID {
		t.Errorf("a second key without a name: %+v", other)
	}
	list, err := k.List(t.Context())
	if err != nil || len(list) != 2 || list[0].ID > list[1].ID {
		t.Errorf("List = %v, %v, want both in order", list, err)
	}
}

func TestADeletedKeyIsGoodForFiveSecondsAtMost(t *testing.T) {
	t.Parallel()
	k, _, now := fixture(t)
	key, _ := create(t, k, "deploy")
	find := func() error { _, _, err := k.Find(t.Context(), key.ID); return err }
	if err := find(); err != nil {
		t.Fatal(err)
	}
	if err := k.Delete(t.Context(), key.ID); err != nil {
		t.Fatal(err)
	}
	now.now = now.now.Add(accesskey.CacheTime - 1)
	if err := find(); err != nil {
		t.Errorf("just before: %v, want what is remembered", err)
	}
	now.now = now.now.Add(1)
	if err := find(); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("five seconds later: %v, want ErrNotFound", err)
	}
	if err := k.Delete(t.Context(), key.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("Delete again = %v, want ErrNotFound", err)
	}
}

func TestWhatCannotBeAKeyIsNotLookedUp(t *testing.T) {
	t.Parallel()
	k, st, _ := fixture(t)
	key, _ := create(t, k, "deploy")
	for _, id := range []string{"", "AKIAIOSFODNN7EXAMPLE", key.ID + "A", key.ID[:19], strings.ToLower(key.ID), "CENO' OR 1=1 --56789A"} {
		if _, _, err := k.Find(t.Context(), id); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("Find(%q) = %v, want ErrNotFound", id, err)
		}
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	if _, _, err := k.Find(t.Context(), "AKIAIOSFODNN7EXAMPLE"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("without a database: %v, want ErrNotFound", err)
	}
	if _, _, err := k.Find(t.Context(), key.ID); err == nil || errors.Is(err, store.ErrNotFound) {
		t.Errorf("a key that cannot be read: %v, want another error", err)
	}
}

// Who can write rows can neither widen a key nor give it another's secret.
func TestARowThatWasChangedIsNoKey(t *testing.T) {
	t.Parallel()
	k, st, _ := fixture(t)
	other, _ := create(t, k, "other")
	for name, change := range map[string]func(mine, others *store.AccessKey){
		"more operations":  func(mine, _ *store.AccessKey) { mine.Operations = []string{"*"} },
		"more pools":       func(mine, _ *store.AccessKey) { mine.Pools = []string{"*"} },
		"another's name":   func(mine, _ *store.AccessKey) { mine.Name = "root" },
		"another's secret": func(mine, others *store.AccessKey) { mine.Sealed = others.Sealed },
		"no secret":        func(mine, _ *store.AccessKey) { mine.Sealed = nil },
	} {
		key, _ := create(t, k, "deploy")
		err := st.Update(t.Context(), func(tx store.Tx) error {
			mine, err := tx.AccessKey(t.Context(), key.ID)
			if err != nil {
				return err
			}
			others, err := tx.AccessKey(t.Context(), other.ID)
			if err != nil {
				return err
			}
			change(&mine, &others)
			return errors.Join(tx.DeleteAccessKey(t.Context(), key.ID), tx.AddAccessKey(t.Context(), mine))
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := k.Find(t.Context(), key.ID); !errors.Is(err, seal.ErrOpen) {
			t.Errorf("%s: Find = %v, want seal.ErrOpen", name, err)
		}
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	k, _, _ := fixture(t)
	for _, name := range []string{"two words", "a\nb", "käse", strings.Repeat("a", 65), "a/b"} {
		if _, _, err := k.Create(t.Context(), name, scope); err == nil {
			t.Errorf("the name %q was taken", name)
		}
	}
	for _, name := range []string{"deploy@ci", "a+b=c,d.e-f_g", strings.Repeat("a", 64)} {
		create(t, k, name)
	}
}

func TestNothingOfASecretIsInItsRow(t *testing.T) {
	t.Parallel()
	k, st, _ := fixture(t)
	key, secret := create(t, k, "deploy")
	err := st.View(t.Context(), func(snap store.Snapshot) error {
		row, err := snap.AccessKey(t.Context(), key.ID)
		if strings.Contains(string(row.Sealed), secret[:8]) {
			t.Error("the secret lies bare")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
