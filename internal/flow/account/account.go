package account

import (
	"context"
	"errors"
	"time"

	"github.com/cenote-auth/cenote/internal/core/code"
	"github.com/cenote-auth/cenote/internal/core/credential"
	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/core/message"
	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/core/trigger"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Options are the parts of a Service. All are required.
type Options struct {
	Store     store.Store
	Passwords *credential.Passwords
	Secrets   *credential.Secrets
	Tokens    *token.Tokens
	Codes     *code.Codes
	Messages  *message.Messages
	Limits    *limit.Limits
	Triggers  *trigger.Triggers
	Now       func() time.Time
}

// Service acts for people who have an account. It is safe for concurrent use.
type Service struct{ Options }

// New returns a Service made of o.
func New(o Options) *Service { return &Service{o} }

// Profile is what the user's client may read of the user.
type Profile struct {
	Username   string
	Attributes []pool.AttributeValue
	MFAOptions []pool.MFAOption
}

// Get returns the profile of an access token's user. Errors are those of
// token.VerifyAccess.
func (s *Service) Get(ctx context.Context, accessToken string) (Profile, error) {
	access, err := s.Tokens.VerifyAccess(ctx, accessToken)
	if err != nil {
		return Profile{}, err
	}
	u := access.User
	return Profile{u.Username, u.List(access.Client.Readable), u.MFAOptions()}, nil
}

// SignOutEverywhere ends all tokens and all open sign-ins of an access token's
// user, the token itself among them.
func (s *Service) SignOutEverywhere(ctx context.Context, accessToken string) error {
	access, err := s.Tokens.VerifyAccess(ctx, accessToken)
	if err != nil {
		return err
	}
	return s.Store.Update(ctx, func(tx store.Tx) error {
		u, err := tx.User(ctx, access.Pool.Key, access.User.Sub)
		if errors.Is(err, store.ErrNotFound) {
			return pool.E(pool.UserNotFound, "User does not exist.")
		}
		if err != nil {
			return err
		}
		u.TokenGeneration++
		u.SessionGeneration++
		return directory.Save(ctx, tx, access.Pool, u, s.Now(), false)
	})
}
