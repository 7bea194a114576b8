package directory

import (
	"context"
	"errors"
	"fmt"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// holdingsReader reads what users have to sign in with.
type holdingsReader interface {
	store.PasskeyReader
	store.SoftwareTokenReader
}

// Holdings returns what the user of a sub has to sign in with, of what p lets
// people sign in by. A sub that is nobody's has nothing, and takes as long.
func Holdings(ctx context.Context, s holdingsReader, p *pool.Pool, sub string) (has pool.Holdings, err error) {
	if p.AllowsFirst(pool.FirstPasskey) {
		keys, err := s.Passkeys(ctx, p.Key, sub, store.Page{Limit: 1})
		if err != nil {
			return has, fmt.Errorf("read passkeys: %w", err)
		}
		has.Passkey = len(keys) > 0
	}
	if p.AllowsFirst(pool.FirstToken) {
		has.SoftwareToken, err = HasSoftwareToken(ctx, s, p.Key, sub)
	}
	return has, err
}

// HasSoftwareToken reports whether a user has a verified software token.
func HasSoftwareToken(ctx context.Context, s store.SoftwareTokenReader, poolKey int64, sub string) (bool, error) {
	token, err := s.SoftwareToken(ctx, poolKey, sub)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read software token: %w", err)
	}
	return token.Sealed != nil, nil
}
