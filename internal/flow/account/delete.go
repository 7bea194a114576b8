package account

import (
	"context"

	"github.com/cenote-auth/cenote/internal/store"
)

// Delete removes an access token's user with everything that belongs to it:
// the token is void with all the others, and the name free at once. Errors are
// those of token.VerifyAccess.
func (s *Service) Delete(ctx context.Context, accessToken string) error {
	access, err := s.Tokens.VerifyAccess(ctx, accessToken)
	if err != nil {
		return err
	}
	return s.Store.Update(ctx, func(tx store.Tx) error {
		u, err := access.Again(ctx, tx)
		if err != nil {
			return err
		}
		return tx.DeleteUser(ctx, u.PoolKey, u.Sub)
	})
}
