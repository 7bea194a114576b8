package account

import (
	"context"
	"errors"

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
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		return tx.DeleteUser(ctx, access.Pool.Key, access.User.Sub)
	})
	if errors.Is(err, store.ErrNotFound) {
		return errNoUser
	}
	return err
}
