package keyring

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cenote-auth/cenote/internal/seal"
	"github.com/cenote-auth/cenote/internal/store"
)

// Keyring seals, opens and hashes under the keys of one database. It is safe
// for concurrent use.
type Keyring struct {
	newest uint32
	boxes  map[uint32]map[Purpose]*seal.Box // by data key
	macs   map[Purpose]seal.Key
}

// ErrMaster: the database has another master key.
var ErrMaster = errors.New("keyring: the master key does not open this database")

// Open unwraps the data keys of a database and makes the first one if there is
// none. Of nodes that do so at the same time one wins, and all use its key.
func Open(ctx context.Context, st store.Store, master seal.Key, now func() time.Time) (*Keyring, error) {
	wrapping := seal.NewBox(0, master.Derive("data-keys"))
	rows, err := dataKeys(ctx, st)
	if err == nil && len(rows) == 0 {
		err = addFirst(ctx, st, wrapping, now())
		if err == nil || errors.Is(err, store.ErrExists) || errors.Is(err, store.ErrUnknown) {
			rows, err = dataKeys(ctx, st)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("keyring: %w", err)
	}
	k := &Keyring{boxes: map[uint32]map[Purpose]*seal.Box{}, macs: map[Purpose]seal.Key{}}
	for _, row := range rows {
		if err := k.add(wrapping, row); err != nil {
			return nil, err
		}
	}
	if len(k.macs) == 0 {
		return nil, errors.New("keyring: data key 1 is missing from this database")
	}
	return k, nil
}

func dataKeys(ctx context.Context, st store.Store) (rows []store.DataKey, err error) {
	err = st.View(ctx, func(snap store.Snapshot) error {
		rows, err = snap.DataKeys(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read data keys: %w", err)
	}
	return rows, nil
}

func addFirst(ctx context.Context, st store.Store, wrapping *seal.Box, now time.Time) error {
	const id = 1
	row := store.DataKey{ID: id, Wrapped: wrapping.Seal(nil, seal.NewKey().Bytes(), wrapContext(id)), Created: now}
	err := st.Update(ctx, func(tx store.Tx) error { return tx.AddDataKey(ctx, row) })
	if err != nil {
		return fmt.Errorf("add the first data key: %w", err)
	}
	return nil
}

func wrapContext(id uint32) []byte { return seal.Context("data-key", int64(id)) }

// add unwraps a data key and derives what each purpose needs from it.
func (k *Keyring) add(wrapping *seal.Box, row store.DataKey) error {
	secret, err := wrapping.Open(nil, row.Wrapped, wrapContext(row.ID))
	if err != nil {
		return ErrMaster
	}
	key, err := seal.KeyFrom(secret)
	if err != nil {
		return fmt.Errorf("keyring: data key %d: %w", row.ID, err)
	}
	k.newest = max(k.newest, row.ID)
	boxes := make(map[Purpose]*seal.Box, len(purposes))
	for _, p := range purposes {
		boxes[p] = seal.NewBox(row.ID, key.Derive("seal/"+string(p)))
		if row.ID == 1 {
			k.macs[p] = key.Derive("mac/" + string(p))
		}
	}
	k.boxes[row.ID] = boxes
	return nil
}

// Seal returns a blob holding plaintext that opens for the same purpose and
// context only. Parts of the context are strings, byte slices, int and int64;
// other types panic, as does a purpose that is not in the table.
func (k *Keyring) Seal(purpose Purpose, plaintext []byte, context ...any) []byte {
	return k.box(k.newest, purpose).Seal(nil, plaintext, seal.Context(context...))
}

// Open returns what Seal put into a blob. The error is seal.ErrOpen where the
// blob was altered or belongs elsewhere.
func (k *Keyring) Open(purpose Purpose, blob []byte, context ...any) ([]byte, error) {
	id, ok := seal.KeyID(blob)
	if !ok {
		return nil, fmt.Errorf("open %s: %w", purpose, seal.ErrOpen)
	}
	if _, ok := k.boxes[id]; !ok {
		return nil, fmt.Errorf("open %s: no data key %d: %w", purpose, id, seal.ErrOpen)
	}
	plaintext, err := k.box(id, purpose).Open(nil, blob, seal.Context(context...))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", purpose, err)
	}
	return plaintext, nil
}

// MAC returns 32 bytes that depend on the purpose and each of the parts, and
// that stay the same as long as the database lives.
func (k *Keyring) MAC(purpose Purpose, parts ...[]byte) []byte {
	key, ok := k.macs[purpose]
	if !ok {
		panic("keyring: unknown purpose " + string(purpose))
	}
	return seal.MAC(key, parts...)
}

func (k *Keyring) box(id uint32, purpose Purpose) *seal.Box {
	box, ok := k.boxes[id][purpose]
	if !ok {
		panic("keyring: unknown purpose " + string(purpose))
	}
	return box
}
