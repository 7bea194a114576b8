package account

import (
	"context"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// SetMFAOptions makes options the second factors of an access token's user.
// Errors are those of token.VerifyAccess and pool.User.SetMFAOptions.
// Source: SetUserSettings in model/.
func (s *Service) SetMFAOptions(ctx context.Context, accessToken string, options []pool.MFAOption) error {
	access, err := s.Tokens.VerifyAccess(ctx, accessToken)
	if err != nil {
		return err
	}
	return s.change(ctx, access, func(_ store.Tx, u *pool.User) error { return u.SetMFAOptions(options) })
}
