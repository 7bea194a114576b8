package accesskey

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/store"
)

// CacheTime is how long a key that was found is good without another look.
const CacheTime = 5 * time.Second

const (
	idPrefix     = "CENO"
	idLength     = 20 // as AWS's
	secretLength = 40 // as AWS's; 200 bits
	maxCached    = 1000
	pageSize     = 500
)

// Key is an access key without its secret.
type Key struct {
	ID      string
	Name    string
	Created time.Time
	Scope
}

// Options are the parts of Keys. Store and Keyring are required.
type Options struct {
	Store   store.Store
	Keyring *keyring.Keyring
	Now     func() time.Time // time.Now if nil
}

// Keys are the access keys of a database. It is safe for concurrent use.
type Keys struct {
	store store.Store
	keys  *keyring.Keyring
	now   func() time.Time

	mu     sync.Mutex
	cached map[string]found
}

// found is a key that was read at a time.
type found struct {
	key    *Key
	secret string
	at     time.Time
}

// New returns the access keys of a database.
func New(o Options) *Keys {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Keys{store: o.Store, keys: o.Keyring, now: o.Now, cached: map[string]found{}}
}

var names = regexp.MustCompile(`^[\w+=,.@-]{1,64}$`)

// Create makes a key and returns it with its secret, which nobody is shown
// again. Without a name it is called by its id. The scope must have been
// checked.
func (k *Keys) Create(ctx context.Context, name string, scope Scope) (Key, string, error) {
	key := Key{ID: idPrefix + rand.Text()[:idLength-len(idPrefix)], Name: name, Created: k.now().UTC(), Scope: scope}
	if key.Name == "" {
		key.Name = key.ID
	}
	if !names.MatchString(key.Name) {
		return Key{}, "", fmt.Errorf("name %q: must be 1 to 64 letters, digits and any of _+=,.@-", name)
	}
	secret := (rand.Text() + rand.Text())[:secretLength]
	row := store.AccessKey{
		ID: key.ID, Name: key.Name, Operations: scope.Operations, Pools: scope.Pools, Created: key.Created,
	}
	row.Sealed = k.keys.Seal(keyring.AccessKey, []byte(secret), binding(row)...)
	err := k.store.Update(ctx, func(tx store.Tx) error { return tx.AddAccessKey(ctx, row) })
	if err != nil {
		return Key{}, "", fmt.Errorf("add access key: %w", err)
	}
	return key, secret, nil
}

// binding is what the secret of a key is sealed for.
func binding(row store.AccessKey) []any {
	return []any{row.ID, row.Name, strings.Join(row.Operations, ","), strings.Join(row.Pools, ",")}
}

// List returns all keys in the order of their ids.
func (k *Keys) List(ctx context.Context) ([]Key, error) {
	var list []Key
	for page := (store.Page{Limit: pageSize}); ; {
		var rows []store.AccessKey
		err := k.store.View(ctx, func(snap store.Snapshot) (err error) {
			rows, err = snap.AccessKeys(ctx, page)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("list access keys: %w", err)
		}
		for _, row := range rows {
			list = append(list, *keyOf(row))
		}
		if len(rows) < pageSize {
			return list, nil
		}
		page.After = rows[len(rows)-1].ID
	}
}

func keyOf(row store.AccessKey) *Key {
	return &Key{row.ID, row.Name, row.Created, Scope{row.Operations, row.Pools}}
}

// Delete ends a key, or returns store.ErrNotFound.
func (k *Keys) Delete(ctx context.Context, id string) error {
	err := k.store.Update(ctx, func(tx store.Tx) error { return tx.DeleteAccessKey(ctx, id) })
	if err != nil {
		return fmt.Errorf("delete access key %q: %w", id, err)
	}
	return nil
}

// Find returns a key and its secret, or store.ErrNotFound. What it says of a
// key that there is may be as old as CacheTime.
func (k *Keys) Find(ctx context.Context, id string) (*Key, string, error) {
	if !wellFormed(id) {
		return nil, "", store.ErrNotFound // without a look
	}
	now := k.now()
	if f, ok := k.remembered(id, now); ok {
		return f.key, f.secret, nil
	}
	var row store.AccessKey
	err := k.store.View(ctx, func(snap store.Snapshot) (err error) {
		row, err = snap.AccessKey(ctx, id)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil, "", store.ErrNotFound
	}
	if err != nil {
		return nil, "", fmt.Errorf("find access key: %w", err)
	}
	secret, err := k.keys.Open(keyring.AccessKey, row.Sealed, binding(row)...)
	if err != nil {
		return nil, "", fmt.Errorf("access key %s: %w", id, err)
	}
	f := found{keyOf(row), string(secret), now}
	k.remember(id, f)
	return f.key, f.secret, nil
}

// wellFormed reports whether id can be one that Create made.
func wellFormed(id string) bool {
	random, ok := strings.CutPrefix(id, idPrefix)
	return ok && len(id) == idLength && strings.Trim(random, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == ""
}

func (k *Keys) remembered(id string, now time.Time) (found, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	f, ok := k.cached[id]
	age := now.Sub(f.at)
	return f, ok && age >= 0 && age < CacheTime
}

// remember keeps what was found; when there is too much, something else goes.
func (k *Keys) remember(id string, f found) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if _, ok := k.cached[id]; !ok && len(k.cached) >= maxCached {
		for other := range k.cached {
			delete(k.cached, other)
			break
		}
	}
	k.cached[id] = f
}
