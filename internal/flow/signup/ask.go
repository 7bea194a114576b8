package signup

import (
	"context"

	"github.com/cenote-auth/cenote/internal/core/trigger"
	"github.com/cenote-auth/cenote/internal/pool"
)

// ask lets PreSignUp refuse the new user of who, or confirm it and vouch for
// its addresses.
func (s *Service) ask(ctx context.Context, who trigger.Subject, r Request) error {
	verdict, err := s.Triggers.PreSignUp(ctx, who, trigger.SignUp, r.ValidationData, r.ClientMetadata)
	if err != nil {
		return err
	}
	if !verdict.Confirm && (verdict.VerifyEmail || verdict.VerifyPhone) {
		return pool.E(pool.InvalidParameter, "Phone or email cannot be auto verified, when user is not being auto confirmed.")
	}
	if verdict.Confirm {
		who.User.Status = pool.Confirmed
	}
	return verdict.Verify(who.User)
}
