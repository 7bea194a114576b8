package store

import (
	"context"
	"time"
)

// AccessKey is a key that signs calls of operators. Of what it is good for
// both lists are patterns.
type AccessKey struct {
	ID         string
	Name       string // of whoever holds it, for people
	Operations []string
	Pools      []string // ids
	Created    time.Time
	Sealed     []byte // the secret under the key "access-key"
}

// AccessKeyReader reads access keys.
type AccessKeyReader interface {
	// AccessKey returns the key of an id, or ErrNotFound.
	AccessKey(ctx context.Context, id string) (AccessKey, error)
	// AccessKeys returns keys in the order of their ids. Page.After is an id.
	AccessKeys(ctx context.Context, p Page) ([]AccessKey, error)
}

// AccessKeyWriter writes access keys. A key never changes.
type AccessKeyWriter interface {
	// AddAccessKey adds k, or returns ErrExists if its ID is taken.
	AddAccessKey(ctx context.Context, k AccessKey) error
	// DeleteAccessKey removes a key, or returns ErrNotFound.
	DeleteAccessKey(ctx context.Context, id string) error
}
