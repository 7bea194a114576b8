package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

func setting(poolKey int64, kind, id string) store.Setting {
	return store.Setting{PoolKey: poolKey, Kind: kind, ID: id, Version: 1, Created: noon, Modified: noon, Body: `{"a":"ü"}`}
}

// addSetting adds a setting and returns how many of its kind there are then.
func addSetting(t *testing.T, s store.Store, one store.Setting, names ...string) (count int64) {
	t.Helper()
	update(t, s, func(ctx context.Context, tx store.Tx) (err error) {
		count, err = tx.AddSetting(ctx, one, names...)
		return err
	})
	return count
}

// settingIDs returns the IDs of the first ten settings of a kind.
func settingIDs(t *testing.T, s store.Store, poolKey int64, kind, after string) (ids []string) {
	t.Helper()
	for _, one := range read(t, s, func(ctx context.Context, tx store.Snapshot) ([]store.Setting, error) {
		return tx.Settings(ctx, poolKey, kind, store.Page{After: after, Limit: 10})
	}) {
		ids = append(ids, one.ID)
	}
	return ids
}

// called returns the ID of the setting with a second name, "" for nobody.
func called(t *testing.T, s store.Store, poolKey int64, kind, name string) (id string) {
	t.Helper()
	_ = s.View(t.Context(), func(tx store.Snapshot) error {
		one, err := tx.SettingByName(t.Context(), poolKey, kind, name)
		id = one.ID
		return err
	})
	return id
}

func testSetting(t *testing.T, s store.Store) {
	key, other := newPool(t, s, "p"), newPool(t, s, "other")
	plain, full := setting(key, "look", "plain"), setting(key, "look", "Größe / £")
	full.Modified, full.Sealed = noon.Add(time.Hour), []byte{0, 1, 255}
	absent(t, s, "Setting", func(ctx context.Context, tx store.Snapshot) error {
		_, err := tx.Setting(ctx, key, "look", "plain")
		return err
	})
	for i, want := range []store.Setting{plain, full} {
		if n := addSetting(t, s, want); n != int64(i)+1 {
			t.Errorf("AddSetting = %d of the kind, want %d", n, i+1)
		}
		got := read(t, s, func(ctx context.Context, tx store.Snapshot) (store.Setting, error) {
			return tx.Setting(ctx, key, "look", want.ID)
		})
		equal(t, "Setting", got, want)
	}
	taken(t, s, "setting", func(ctx context.Context, tx store.Tx) error { _, err := tx.AddSetting(ctx, plain); return err })
	for _, elsewhere := range []store.Setting{setting(key, "terms", "plain"), setting(other, "look", "plain")} {
		if n := addSetting(t, s, elsewhere); n != 1 {
			t.Errorf("AddSetting of another kind or pool = %d, want 1", n)
		}
	}
	equal(t, "settings", settingIDs(t, s, key, "look", ""), []string{"Größe / £", "plain"})
	equal(t, "settings after the first", settingIDs(t, s, key, "look", "Größe / £"), []string{"plain"})

	full.Body, full.Sealed, full.Modified = `{}`, nil, noon.Add(2*time.Hour)
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.UpdateSetting(ctx, full) })
	refused(t, s, store.ErrConflict, func(ctx context.Context, tx store.Tx) error { return tx.UpdateSetting(ctx, full) })
	full.Version++
	equal(t, "the changed setting", read(t, s, func(ctx context.Context, tx store.Snapshot) (store.Setting, error) {
		return tx.Setting(ctx, key, "look", full.ID)
	}), full)

	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.DeleteSetting(ctx, key, "look", "plain") })
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error { return tx.DeleteSetting(ctx, key, "look", "plain") })
	refused(t, s, store.ErrConflict, func(ctx context.Context, tx store.Tx) error { return tx.UpdateSetting(ctx, plain) })
	equal(t, "settings", settingIDs(t, s, key, "look", ""), []string{"Größe / £"})
	equal(t, "settings of another pool", settingIDs(t, s, other, "look", ""), []string{"plain"})
}

func testSettingNames(t *testing.T, s store.Store) {
	key := newPool(t, s, "p")
	a, b := setting(key, "idp", "a"), setting(key, "idp", "b")
	addSetting(t, s, a, "one", "two")
	taken(t, s, "name", func(ctx context.Context, tx store.Tx) error {
		_, err := tx.AddSetting(ctx, b, "three", "two")
		return err
	})
	equal(t, "settings", settingIDs(t, s, key, "idp", ""), []string{"a"})
	addSetting(t, s, b, "three")
	addSetting(t, s, setting(key, "look", "c"), "one")
	taken(t, s, "name", func(ctx context.Context, tx store.Tx) error { return tx.UpdateSetting(ctx, b, "one") })
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.UpdateSetting(ctx, b, "three", "four") })
	for name, want := range map[string]string{"one": "a", "two": "a", "three": "b", "four": "b", "five": ""} {
		equal(t, "the setting called "+name, called(t, s, key, "idp", name), want)
	}
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.DeleteSetting(ctx, key, "idp", "a") })
	equal(t, "the setting called one", called(t, s, key, "idp", "one"), "")
	equal(t, "the setting of another kind", called(t, s, key, "look", "one"), "c")
	b.Version++
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.UpdateSetting(ctx, b, "one") })
	equal(t, "the setting called one", called(t, s, key, "idp", "one"), "b")
}

func testSettingsOfClient(t *testing.T, s store.Store) {
	key := newPool(t, s, "p")
	for _, id := range []string{"web", "app"} {
		update(t, s, func(ctx context.Context, tx store.Tx) error {
			return tx.CreateClient(ctx, &pool.Client{PoolKey: key, ID: id, Created: noon})
		})
	}
	of := func(client, id string) store.Setting {
		one := setting(key, "terms", id)
		one.ClientID = client
		return one
	}
	addSetting(t, s, of("web", "1"), "web/terms")
	addSetting(t, s, of("app", "2"), "app/terms")
	addSetting(t, s, of("", "3"))
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error {
		_, err := tx.AddSetting(ctx, of("gone", "4"))
		return err
	})

	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.DeleteClient(ctx, key, "web") })
	equal(t, "settings", settingIDs(t, s, key, "terms", ""), []string{"2", "3"})
	equal(t, "the setting of the deleted client", called(t, s, key, "terms", "web/terms"), "")
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error { _, err := tx.AddSetting(ctx, of("web", "1")); return err })
}

func testSettingsEndWithPool(t *testing.T, s store.Store) {
	key, other := newPool(t, s, "gone"), newPool(t, s, "stays")
	for _, k := range []int64{key, other} {
		for i := range 3 {
			addSetting(t, s, setting(k, "idp", fmt.Sprint(i)), fmt.Sprint("name ", i))
		}
	}
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.RemovePool(ctx, key, noon) })
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error {
		_, err := tx.AddSetting(ctx, setting(key, "idp", "late"))
		return err
	})
	var n int
	update(t, s, func(ctx context.Context, tx store.Tx) (err error) { n, err = tx.ClearPool(ctx, key, 100); return err })
	if n != 6 {
		t.Errorf("ClearPool deleted %d rows, want 3 settings and 3 names", n)
	}
	equal(t, "settings", settingIDs(t, s, key, "idp", ""), []string{})
	equal(t, "settings of the other pool", settingIDs(t, s, other, "idp", ""), []string{"0", "1", "2"})
}

// The count that AddSetting returns keeps a limit exact, whoever adds at the
// same time.
func testSettingsAreCounted(t *testing.T, s store.Store) {
	key := newPool(t, s, "p")
	const most = 3
	full := fmt.Errorf("full")
	won := race(t, 8, func(i int) error {
		return s.Update(t.Context(), func(tx store.Tx) error {
			n, err := tx.AddSetting(t.Context(), setting(key, "idp", fmt.Sprint(i)))
			if err == nil && n > most {
				return full
			}
			return err
		})
	}, full)
	if n := len(settingIDs(t, s, key, "idp", "")); won != most || n != most {
		t.Errorf("%d of 8 callers added a setting and %d are there, want %d", won, n, most)
	}
}

func testDomain(t *testing.T, s store.Store) {
	key, other := newPool(t, s, "p"), newPool(t, s, "other")
	custom := pool.Domain{
		PoolKey: key, Name: "auth.example.com", Custom: true, Version: 1, Created: noon, Modified: noon.Add(time.Hour),
		LoginVersion: 2, CertificateARN: "arn:aws:acm:us-east-1:123456789012:certificate/1", SecurityPolicy: "TLS_V1_2_2021",
	}
	prefix := pool.Domain{PoolKey: key, Name: "staff", Version: 1, Created: noon, Modified: noon, LoginVersion: 1}
	add := func(d pool.Domain) func(context.Context, store.Tx) error {
		return func(ctx context.Context, tx store.Tx) error { return tx.AddDomain(ctx, d) }
	}
	of := func(key int64) []pool.Domain {
		return read(t, s, func(ctx context.Context, tx store.Snapshot) ([]pool.Domain, error) { return tx.DomainsOf(ctx, key) })
	}
	absent(t, s, "Domain", func(ctx context.Context, tx store.Snapshot) error { _, err := tx.Domain(ctx, "staff"); return err })
	update(t, s, add(custom))
	update(t, s, add(prefix))
	for _, want := range []pool.Domain{custom, prefix} {
		equal(t, "Domain", read(t, s, func(ctx context.Context, tx store.Snapshot) (pool.Domain, error) { return tx.Domain(ctx, want.Name) }), want)
	}
	equal(t, "DomainsOf", of(key), []pool.Domain{prefix, custom})
	n := read(t, s, func(ctx context.Context, tx store.Snapshot) (int64, error) { return tx.CountCustomDomains(ctx) })
	equal(t, "CountCustomDomains", n, 1)

	same, second := prefix, prefix
	same.PoolKey, second.Name = other, "again"
	taken(t, s, "domain", add(same))
	taken(t, s, "domain", add(prefix))
	taken(t, s, "pool", add(second))
	second.PoolKey = other + 1
	refused(t, s, store.ErrNotFound, add(second))

	custom.LoginVersion, custom.CertificateARN, custom.SecurityPolicy, custom.Modified = 1, "arn:2", "", noon
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.UpdateDomain(ctx, custom) })
	refused(t, s, store.ErrConflict, func(ctx context.Context, tx store.Tx) error { return tx.UpdateDomain(ctx, custom) })
	custom.Version++
	equal(t, "DomainsOf", of(key), []pool.Domain{prefix, custom})

	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error { return tx.DeleteDomain(ctx, other, "staff") })
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.DeleteDomain(ctx, key, "staff") })
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error { return tx.DeleteDomain(ctx, key, "staff") })
	update(t, s, add(same))
	equal(t, "DomainsOf the other", of(other), []pool.Domain{same})
}

func testOneGetsDomain(t *testing.T, s store.Store) {
	var keys []int64
	for i := range 4 {
		keys = append(keys, newPool(t, s, fmt.Sprint("p", i)))
	}
	won := race(t, len(keys), func(i int) error {
		return s.Update(t.Context(), func(tx store.Tx) error {
			return tx.AddDomain(t.Context(), pool.Domain{PoolKey: keys[i], Name: "staff", Created: noon, Modified: noon})
		})
	}, store.ErrExists)
	if won != 1 {
		t.Errorf("%d pools got the domain, want 1", won)
	}
}
