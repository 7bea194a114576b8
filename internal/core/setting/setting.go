package setting

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Kind is a kind of setting whose values are of type T. Its name is data: it
// stands in each row.
type Kind[T any] string

// The kinds, and what the IDs of their settings are.
const (
	ResourceServers Kind[pool.ResourceServer]   = "resource-server"   // the identifier
	Providers       Kind[pool.IdentityProvider] = "identity-provider" // the name; identifiers are second names
	Pages           Kind[pool.PageLook]         = "page-look"         // of a client, or pool.AllClients
	Brandings       Kind[pool.Branding]         = "branding"          // a UUID; the client is a second name
	Terms           Kind[pool.Terms]            = "terms"             // a UUID; see pool.TermsKey for second names
	LogDelivery     Kind[[]pool.LogDelivery]    = "log-delivery"      // pool.AllClients
	Risks           Kind[pool.RiskRules]        = "risk"              // of a client, or pool.AllClients
	PageSessions    Kind[int32]                 = "page-session"      // the client
	Certificates    Kind[pool.Certificate]      = "certificate"       // what it is for
)

// Row is a setting with its value.
type Row[T any] struct {
	store.Setting
	Value T
}

// New returns a row of k that is not in the store yet.
func (k Kind[T]) New(poolKey int64, id string, value T) Row[T] {
	return Row[T]{store.Setting{PoolKey: poolKey, Kind: string(k), ID: id}, value}
}

// Get returns the setting of an ID, or store.ErrNotFound.
func (k Kind[T]) Get(ctx context.Context, s store.SettingReader, poolKey int64, id string) (Row[T], error) {
	return row[T](s.Setting(ctx, poolKey, string(k), id))
}

// Named returns the setting with a second name, or store.ErrNotFound.
func (k Kind[T]) Named(ctx context.Context, s store.SettingReader, poolKey int64, name string) (Row[T], error) {
	return row[T](s.SettingByName(ctx, poolKey, string(k), name))
}

// List returns the settings of a pool in the order of their IDs.
func (k Kind[T]) List(ctx context.Context, s store.SettingReader, poolKey int64, p store.Page) ([]Row[T], error) {
	list, err := s.Settings(ctx, poolKey, string(k), p)
	if err != nil {
		return nil, err
	}
	rows := make([]Row[T], len(list))
	for i, one := range list {
		if rows[i], err = row[T](one, nil); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// Delete removes a setting, or returns store.ErrNotFound.
func (k Kind[T]) Delete(ctx context.Context, tx store.SettingWriter, poolKey int64, id string) error {
	return tx.DeleteSetting(ctx, poolKey, string(k), id)
}

func row[T any](s store.Setting, err error) (Row[T], error) {
	r := Row[T]{Setting: s}
	if err != nil {
		return r, err
	}
	if err := json.Unmarshal([]byte(s.Body), &r.Value); err != nil {
		return r, fmt.Errorf("decode setting of kind %s: %w", s.Kind, err)
	}
	return r, nil
}

// Add is store.SettingWriter.AddSetting.
func (r Row[T]) Add(ctx context.Context, tx store.SettingWriter, names ...string) (count int64, err error) {
	s, err := r.encoded()
	if err != nil {
		return 0, err
	}
	return tx.AddSetting(ctx, s, names...)
}

// Update is store.SettingWriter.UpdateSetting.
func (r Row[T]) Update(ctx context.Context, tx store.SettingWriter, names ...string) error {
	s, err := r.encoded()
	if err != nil {
		return err
	}
	return tx.UpdateSetting(ctx, s, names...)
}

func (r Row[T]) encoded() (store.Setting, error) {
	body, err := json.Marshal(r.Value)
	if err != nil {
		return r.Setting, fmt.Errorf("encode setting of kind %s: %w", r.Kind, err)
	}
	r.Body = string(body)
	return r.Setting, nil
}

// Seal gives s a secret.
func Seal(keys *keyring.Keyring, s *store.Setting, secret []byte) {
	s.Sealed = keys.Seal(keyring.Setting, secret, s.PoolKey, s.Kind, s.ID)
}

// Open returns the secret of s. It fails for one that was altered, or that
// belongs to another setting.
func Open(keys *keyring.Keyring, s store.Setting) ([]byte, error) {
	secret, err := keys.Open(keyring.Setting, s.Sealed, s.PoolKey, s.Kind, s.ID)
	if err != nil {
		return nil, fmt.Errorf("open setting of kind %s: %w", s.Kind, err)
	}
	return secret, nil
}
