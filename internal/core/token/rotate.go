package token

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// ErrReused is the error of a refresh token that was replaced longer ago than
// its client allows. Whoever meets it ends the family, by EndReused: of the two
// who have the token one may be a thief (RFC 9700 section 4.14.2).
var ErrReused = pool.E(pool.RefreshTokenReuse, "Refresh Token has already been used")

// Rotate is Renew with a refresh token that takes the place of the row from,
// and its row, which Replace writes. The new token ends when the old one would
// have.
func (t *Tokens) Rotate(ctx context.Context, g Grant, from store.RefreshToken) (Set, store.RefreshToken, error) {
	now := t.now()
	set, err := t.signBoth(ctx, g, now)
	if err != nil {
		return Set{}, store.RefreshToken{}, err
	}
	set.Refresh = refreshText(t.random)
	row := from
	row.Hash, row.Parent = hashRefresh(set.Refresh), from.Hash
	row.Issued, row.Rotated = now, time.Time{}
	row.Agent = g.agent(now)
	return set, row, nil
}

// Replace writes a row of Rotate and marks the token that it replaces. Of
// those who do so at the same time the first marks it, and the others add their
// row as anybody may within grace. The error is ErrReused after that, and
// NotAuthorized if the family was revoked meanwhile.
func (t *Tokens) Replace(ctx context.Context, tx store.Tx, next store.RefreshToken, grace time.Duration) error {
	now := t.now()
	old, err := tx.RefreshToken(ctx, next.PoolKey, next.Parent)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return errRefreshInvalid
	case err != nil:
		return fmt.Errorf("read a refresh token: %w", err)
	case !old.Revoked.IsZero():
		return errRefreshRevoked
	case reused(old, grace, now):
		return ErrReused
	}
	if old.Rotated.IsZero() {
		if err := tx.RotateRefreshToken(ctx, old.PoolKey, old.Hash, now); err != nil {
			return fmt.Errorf("replace a refresh token: %w", err)
		}
	}
	if err := tx.AddRefreshToken(ctx, next); err != nil {
		return fmt.Errorf("keep a refresh token: %w", err)
	}
	return nil
}

// EndReused ends the family of a refresh token for which there was ErrReused.
func (t *Tokens) EndReused(ctx context.Context, p *pool.Pool, text string) error {
	return t.store.Update(ctx, func(tx store.Tx) error {
		row, err := tx.RefreshToken(ctx, p.Key, hashRefresh(text))
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read a refresh token: %w", err)
		}
		return tx.RevokeFamily(ctx, p.Key, row.Family, t.now())
	})
}

// reused reports whether a token was replaced grace ago or before that. Without
// a grace every one that was is: now may have been read before Rotated was.
func reused(row store.RefreshToken, grace time.Duration, now time.Time) bool {
	return !row.Rotated.IsZero() && (grace <= 0 || !now.Before(row.Rotated.Add(grace)))
}
