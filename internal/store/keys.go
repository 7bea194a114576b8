package store

import (
	"context"
	"time"
)

// DataKey is a key that seals secrets, itself wrapped by the master key.
type DataKey struct {
	ID      uint32 // 1, 2, ...; stands in each blob that the key sealed
	Wrapped []byte
	Created time.Time
}

// SigningKey is one of a pool's RSA keys.
type SigningKey struct {
	PoolKey int64
	ID      string // the kid of the JWKS
	Use     string // "id" or "access"
	Sealed  []byte // PKCS #8 under the key "signing-key"
	Public  []byte // PKIX
	Created time.Time
	Starts  time.Time // signs from here on
	Retires time.Time // leaves the JWKS; zero: not planned
}

// KeyReader reads keys.
type KeyReader interface {
	// DataKeys returns all data keys, the oldest first.
	DataKeys(ctx context.Context) ([]DataKey, error)
	// SigningKeys returns the keys of a pool, the oldest first.
	SigningKeys(ctx context.Context, poolKey int64) ([]SigningKey, error)
}

// KeyWriter writes keys.
type KeyWriter interface {
	// AddDataKey adds k, or returns ErrExists if its ID is taken.
	AddDataKey(ctx context.Context, k DataKey) error
	// AddSigningKey adds k, or returns ErrExists if the pool has its ID.
	AddSigningKey(ctx context.Context, k SigningKey) error
	// RetireSigningKey says when a key leaves the JWKS. It returns ErrConflict
	// if the key is gone or was told before, so that Update runs the transaction
	// again and it reads which.
	RetireSigningKey(ctx context.Context, poolKey int64, id string, retires time.Time) error
	// DeleteSigningKeys removes the keys of a pool that retired before a time;
	// no error if there are none.
	DeleteSigningKeys(ctx context.Context, poolKey int64, before time.Time) error
}
