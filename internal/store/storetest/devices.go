package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/store"
)

func device(t *testing.T, s store.Store, key int64, sub, id string) store.Device {
	t.Helper()
	return read(t, s, func(ctx context.Context, tx store.Snapshot) (store.Device, error) {
		return tx.Device(ctx, key, sub, id)
	})
}

func deviceKeys(t *testing.T, s store.Store, key int64, sub string, p store.Page) (keys []string) {
	t.Helper()
	for _, d := range read(t, s, func(ctx context.Context, tx store.Snapshot) ([]store.Device, error) {
		return tx.Devices(ctx, key, sub, p)
	}) {
		keys = append(keys, d.Key)
	}
	return keys
}

func testDevice(t *testing.T, s store.Store) {
	key, other := newPool(t, s, "p"), newPool(t, s, "q")
	ada, bob := newUser(t, s, key, "ada"), newUser(t, s, key, "bob")
	newUser(t, s, other, "ada")
	want := store.Device{
		PoolKey: key, Sub: ada, Key: "eu-1_b", Group: "-group", Name: "téléphone", Remembered: true, Created: noon,
		Modified: noon.Add(time.Second), Authenticated: noon.Add(time.Minute), Address: "2001:db8::1", Sealed: []byte{0, 255},
	}
	for _, d := range []store.Device{
		want, {PoolKey: key, Sub: ada, Key: "eu-1_a"}, {PoolKey: key, Sub: ada, Key: "eu-1_c"},
		{PoolKey: key, Sub: bob, Key: "eu-1_b"}, {PoolKey: other, Sub: ada, Key: "eu-1_b"},
	} {
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.AddDevice(ctx, d) })
	}
	equal(t, "Device", device(t, s, key, ada, "eu-1_b"), want)
	equal(t, "Devices", deviceKeys(t, s, key, ada, store.Page{Limit: 9}), []string{"eu-1_a", "eu-1_b", "eu-1_c"})
	equal(t, "the first of them", deviceKeys(t, s, key, ada, store.Page{Limit: 2}), []string{"eu-1_a", "eu-1_b"})
	equal(t, "those after them", deviceKeys(t, s, key, ada, store.Page{After: "eu-1_b", Limit: 2}), []string{"eu-1_c"})

	see := func(ctx context.Context, tx store.Tx) error {
		d := want
		d.Name, d.Group, d.Created, d.Modified, d.Sealed = "x", "another", noon.Add(time.Hour), noon.Add(time.Hour), nil // stay as they are
		return tx.SeeDevice(ctx, d)
	}
	want.Authenticated = noon.Add(2 * time.Hour)
	for _, address := range []string{"", "192.0.2.1"} { // the first time it stays
		seen := want
		seen.Address = address
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.SeeDevice(ctx, seen) })
		if address != "" {
			want.Address = address
		}
		equal(t, "a device that was seen", device(t, s, key, ada, "eu-1_b"), want)
	}
	update(t, s, see)
	equal(t, "a device that was seen again", device(t, s, key, ada, "eu-1_b"), want)
	remember := func(key string, pool int64, remembered bool) func(context.Context, store.Tx) error {
		return func(ctx context.Context, tx store.Tx) error {
			return tx.RememberDevice(ctx, pool, ada, key, remembered, noon.Add(3*time.Hour))
		}
	}
	update(t, s, remember("eu-1_b", key, false))
	refused(t, s, store.ErrNotFound, see) // as what it was
	want.Remembered, want.Modified = false, noon.Add(3*time.Hour)
	equal(t, "a device that is not remembered", device(t, s, key, ada, "eu-1_b"), want)
	update(t, s, see)
	refused(t, s, store.ErrNotFound, remember("no such", key, true))
	want.Key = "no such"
	refused(t, s, store.ErrNotFound, see)

	forget := func(ctx context.Context, tx store.Tx) error { return tx.DeleteDevice(ctx, key, ada, "eu-1_b") }
	update(t, s, forget)
	refused(t, s, store.ErrNotFound, forget)
	absent(t, s, "Device", func(ctx context.Context, tx store.Snapshot) error {
		_, err := tx.Device(ctx, key, ada, "eu-1_b")
		return err
	})
	equal(t, "what is left", deviceKeys(t, s, key, ada, store.Page{Limit: 9}), []string{"eu-1_a", "eu-1_c"})
	for range 2 { // the second time there are none
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.DeleteDevices(ctx, key, ada) })
	}
	equal(t, "after all went", deviceKeys(t, s, key, ada, store.Page{Limit: 9}), []string{})
	equal(t, "another's", deviceKeys(t, s, key, bob, store.Page{Limit: 9}), []string{"eu-1_b"})
	equal(t, "a namesake's", deviceKeys(t, s, other, ada, store.Page{Limit: 9}), []string{"eu-1_b"})
}

func testOneGetsDevice(t *testing.T, s store.Store) {
	key := newPool(t, s, "p")
	ada := newUser(t, s, key, "ada")
	add := func(ctx context.Context, tx store.Tx) error {
		return tx.AddDevice(ctx, store.Device{PoolKey: key, Sub: ada, Key: "d"})
	}
	won := race(t, 8, func(int) error {
		return s.Update(t.Context(), func(tx store.Tx) error { return add(t.Context(), tx) })
	}, store.ErrExists)
	if won != 1 {
		t.Errorf("%d callers confirmed the device, want 1", won)
	}
	taken(t, s, "device", add)
}

// Whoever adds something to a user beside a deletion is told, or it goes too.
func testNothingOutlives(t *testing.T, s store.Store) {
	key := newPool(t, s, "p")
	for round := range 4 {
		sub := newUser(t, s, key, "ada")
		race(t, 8, func(i int) error {
			return s.Update(t.Context(), func(tx store.Tx) error {
				switch {
				case i == round:
					return tx.DeleteUser(t.Context(), key, sub)
				case i%3 == 0:
					return tx.AskSoftwareToken(t.Context(), key, sub, []byte("seed"))
				case i%3 == 1:
					return addPasskey(t.Context(), tx, store.Passkey{PoolKey: key, ID: string(rune('a' + i)), Sub: sub})
				}
				return tx.AddDevice(t.Context(), store.Device{PoolKey: key, Sub: sub, Key: string(rune('a' + i))})
			})
		}, store.ErrNotFound)
		absent(t, s, "SoftwareToken", func(ctx context.Context, tx store.Snapshot) error {
			_, err := tx.SoftwareToken(ctx, key, sub)
			return err
		})
		equal(t, "Passkeys", passkeyIDs(t, s, key, sub, store.Page{Limit: 9}), []string{})
		equal(t, "Devices", deviceKeys(t, s, key, sub, store.Page{Limit: 9}), []string{})
	}
}
