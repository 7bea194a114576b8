package keyring_test

import (
	"bytes"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/seal"
	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

func openKeyring(t *testing.T, st store.Store, master seal.Key) *keyring.Keyring {
	t.Helper()
	k, err := keyring.Open(t.Context(), st, master, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestSecretsOpenAfterARestart(t *testing.T) {
	t.Parallel()
	st, master := storetest.Open(t), seal.NewKey()
	before := openKeyring(t, st, master)
	blob := before.Seal(keyring.Password, []byte("verifier"), int64(7), "sub")
	mac := before.MAC(keyring.Code, []byte("123456"))

	after := openKeyring(t, st, master)
	if got, err := after.Open(keyring.Password, blob, int64(7), "sub"); err != nil || string(got) != "verifier" {
		t.Errorf("Open = %q, %v, want the verifier", got, err)
	}
	if got := after.MAC(keyring.Code, []byte("123456")); !bytes.Equal(got, mac) {
		t.Errorf("MAC = %x, want %x", got, mac)
	}
	if got := dataKeys(t, st); len(got) != 1 {
		t.Errorf("%d data keys, want 1", len(got))
	}
}

func TestAnotherMasterKeyIsRefused(t *testing.T) {
	t.Parallel()
	st := storetest.Open(t)
	openKeyring(t, st, seal.NewKey())
	_, err := keyring.Open(t.Context(), st, seal.NewKey(), time.Now)
	const want = "keyring: the master key does not open this database"
	if err == nil || err.Error() != want {
		t.Errorf("err = %v, want %q", err, want)
	}
	if got := dataKeys(t, st); len(got) != 1 {
		t.Errorf("%d data keys, want 1", len(got))
	}
}

func TestNodesThatStartTogetherShareAKey(t *testing.T) {
	t.Parallel()
	st, master := storetest.Open(t), seal.NewKey()
	rings := make([]*keyring.Keyring, 8)
	var wg sync.WaitGroup
	for i := range rings {
		wg.Go(func() {
			k, err := keyring.Open(t.Context(), st, master, time.Now)
			if err != nil {
				t.Error(err)
				return
			}
			rings[i] = k
		})
	}
	wg.Wait()
	if t.Failed() {
		return
	}
	blob := rings[0].Seal(keyring.Session, []byte("step"))
	for i, k := range rings {
		if _, err := k.Open(keyring.Session, blob); err != nil {
			t.Errorf("node %d: %v", i, err)
		}
	}
}

// A second data key seals from now on; the first still opens, and makes every
// MAC.
func TestANewerDataKey(t *testing.T) {
	t.Parallel()
	st, master := storetest.Open(t), seal.NewKey()
	before := openKeyring(t, st, master)
	old, mac := before.Seal(keyring.Message, []byte("old")), before.MAC(keyring.Unknown, []byte("ada"))

	wrapping := seal.NewBox(0, master.Derive("data-keys"))
	row := store.DataKey{ID: 2, Created: time.Now(), Wrapped: wrapping.Seal(nil, seal.NewKey().Bytes(), seal.Context("data-key", 2))}
	if err := st.Update(t.Context(), func(tx store.Tx) error { return tx.AddDataKey(t.Context(), row) }); err != nil {
		t.Fatal(err)
	}
	after := openKeyring(t, st, master)
	fresh := after.Seal(keyring.Message, []byte("new"))
	if id, _ := seal.KeyID(fresh); id != 2 {
		t.Errorf("sealed under data key %d, want 2", id)
	}
	for want, blob := range map[string][]byte{"old": old, "new": fresh} {
		if got, err := after.Open(keyring.Message, blob); err != nil || string(got) != want {
			t.Errorf("Open = %q, %v, want %q", got, err, want)
		}
	}
	if got := after.MAC(keyring.Unknown, []byte("ada")); !bytes.Equal(got, mac) {
		t.Error("the MAC changed with the newer key")
	}
	if _, err := before.Open(keyring.Message, fresh); !errors.Is(err, seal.ErrOpen) {
		t.Errorf("err = %v for a key that was not read, want seal.ErrOpen", err)
	}
}

func TestBlobsOpenOnlyWhereTheyBelong(t *testing.T) {
	t.Parallel()
	k := openKeyring(t, storetest.Open(t), seal.NewKey())
	other := openKeyring(t, storetest.Open(t), seal.NewKey())
	blob := k.Seal(keyring.ClientSecret, []byte("secret"), int64(1), "client")
	flipped := bytes.Clone(blob)
	flipped[len(flipped)-1] ^= 1
	for _, tt := range []struct {
		name    string
		k       *keyring.Keyring
		purpose keyring.Purpose
		blob    []byte
		context []any
		ok      bool
	}{
		{"where it was sealed", k, keyring.ClientSecret, blob, []any{int64(1), "client"}, true},
		{"for another purpose", k, keyring.Message, blob, []any{int64(1), "client"}, false},
		{"in another pool", k, keyring.ClientSecret, blob, []any{int64(2), "client"}, false},
		{"without its context", k, keyring.ClientSecret, blob, nil, false},
		{"altered", k, keyring.ClientSecret, flipped, []any{int64(1), "client"}, false},
		{"cut short", k, keyring.ClientSecret, blob[:10], []any{int64(1), "client"}, false},
		{"nothing at all", k, keyring.ClientSecret, nil, nil, false},
		{"in another database", other, keyring.ClientSecret, blob, []any{int64(1), "client"}, false},
	} {
		got, err := tt.k.Open(tt.purpose, tt.blob, tt.context...)
		if tt.ok && (err != nil || string(got) != "secret") {
			t.Errorf("%s: Open = %q, %v", tt.name, got, err)
		}
		if !tt.ok && !errors.Is(err, seal.ErrOpen) {
			t.Errorf("%s: err = %v, want seal.ErrOpen", tt.name, err)
		}
	}
}

func TestPageTokens(t *testing.T) {
	t.Parallel()
	k := openKeyring(t, storetest.Open(t), seal.NewKey())
	token := k.SealPage("ada", "users", int64(1))
	for _, tt := range []struct {
		name, token string
		pool        int64
		after       string
		err         error
	}{
		{"of the request", token, 1, "ada", nil},
		{"none", "", 1, "", nil},
		{"of another request", token, 2, "", keyring.ErrPage},
		{"of nobody's", "made-up", 1, "", keyring.ErrPage},
		{"that is not base64", "a b", 1, "", keyring.ErrPage},
	} {
		after, err := k.OpenPage(tt.token, "users", tt.pool)
		if after != tt.after || !errors.Is(err, tt.err) || (err == nil) != (tt.err == nil) {
			t.Errorf("%s: OpenPage = %q, %v; want %q, %v", tt.name, after, err, tt.after, tt.err)
		}
	}
}

func TestMACsDiffer(t *testing.T) {
	t.Parallel()
	k := openKeyring(t, storetest.Open(t), seal.NewKey())
	other := openKeyring(t, storetest.Open(t), seal.NewKey())
	seen := map[string]string{}
	for name, mac := range map[string][]byte{
		"of a code":           k.MAC(keyring.Code, []byte("a"), []byte("b")),
		"of another code":     k.MAC(keyring.Code, []byte("a"), []byte("c")),
		"of parts joined":     k.MAC(keyring.Code, []byte("ab")),
		"for another use":     k.MAC(keyring.Unknown, []byte("a"), []byte("b")),
		"in another database": other.MAC(keyring.Code, []byte("a"), []byte("b")),
	} {
		if first, dup := seen[string(mac)]; dup {
			t.Errorf("the MACs %s and %s are the same", first, name)
		}
		seen[string(mac)] = name
	}
}

func TestAPurposeThatIsNotInTheTablePanics(t *testing.T) {
	t.Parallel()
	k := openKeyring(t, storetest.Open(t), seal.NewKey())
	for name, use := range map[string]func(){
		"Seal": func() { k.Seal("tea", nil) },
		"Open": func() { k.Open("tea", k.Seal(keyring.Code, nil)) },
		"MAC":  func() { k.MAC("tea") },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s took a purpose without a key", name)
				}
			}()
			use()
		}()
	}
}

func TestNoKeyLiesInTheDatabase(t *testing.T) {
	t.Parallel()
	st, master := storetest.Open(t), seal.NewKey()
	openKeyring(t, st, master)
	wrapping := seal.NewBox(0, master.Derive("data-keys"))
	for _, row := range dataKeys(t, st) {
		secret, err := wrapping.Open(nil, row.Wrapped, seal.Context("data-key", int(row.ID)))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(row.Wrapped, secret) || bytes.Contains(row.Wrapped, master.Bytes()) {
			t.Error("a key lies bare in its row")
		}
	}
}

func dataKeys(t *testing.T, st store.Store) (rows []store.DataKey) {
	t.Helper()
	err := st.View(t.Context(), func(snap store.Snapshot) (err error) {
		rows, err = snap.DataKeys(t.Context())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}
