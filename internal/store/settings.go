package store

import (
	"context"
	"time"
)

// Setting is something of a pool that is set up as a whole and given back: a
// resource server, an identity provider, the look of a page. What is in Body
// is the business of who knows its Kind (package core/setting).
type Setting struct {
	PoolKey  int64
	Kind     string
	ID       string // unique within the kind
	ClientID string // the app client that it goes with; "" if it is the pool's own
	Version  int64  // grows with every change of the row
	Created  time.Time
	Modified time.Time
	Body     string // JSON
	Sealed   []byte // under the key "setting", bound to pool, kind and ID; nil: nothing is secret
}

// SettingReader finds settings.
type SettingReader interface {
	// Setting returns the setting of an ID, or ErrNotFound.
	Setting(ctx context.Context, poolKey int64, kind, id string) (Setting, error)
	// SettingByName returns the setting with a second name, or ErrNotFound.
	SettingByName(ctx context.Context, poolKey int64, kind, name string) (Setting, error)
	// Settings returns a pool's settings of a kind in the order of their IDs.
	// Page.After is an ID.
	Settings(ctx context.Context, poolKey int64, kind string, p Page) ([]Setting, error)
}

// SettingWriter changes settings.
type SettingWriter interface {
	// AddSetting adds s with second names, and returns how many of its kind the
	// pool has then. That number is exact and no setting outlives its pool or
	// client: their rows are held until the transaction ends. *ExistsError
	// with the key setting or name if the ID or a name is taken; ErrNotFound if
	// the pool, or the client that s names, is gone.
	AddSetting(ctx context.Context, s Setting, names ...string) (count int64, err error)
	// UpdateSetting writes Modified, Body and Sealed of s, and the second names
	// in place of those it had, if its row still has s.Version. Otherwise, also
	// when it is gone, it returns ErrConflict, so that Update runs the
	// transaction again. *ExistsError with the key name if a name is taken.
	UpdateSetting(ctx context.Context, s Setting, names ...string) error
	// DeleteSetting removes a setting with its names, or returns ErrNotFound.
	DeleteSetting(ctx context.Context, poolKey int64, kind, id string) error
}
