package account

import (
	"context"
	"time"

	"github.com/cenote-auth/cenote/internal/core/code"
	"github.com/cenote-auth/cenote/internal/core/credential"
	"github.com/cenote-auth/cenote/internal/core/device"
	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/core/message"
	"github.com/cenote-auth/cenote/internal/core/passkey"
	"github.com/cenote-auth/cenote/internal/core/risk"
	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/core/totp"
	"github.com/cenote-auth/cenote/internal/core/trigger"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Options are the parts of a Service. All are required, but for Risk.
type Options struct {
	Store     store.Store
	Passwords *credential.Passwords
	Devices   *device.Devices
	Passkeys  *passkey.Passkeys
	Secrets   *credential.Secrets
	Tokens    *token.Tokens
	Codes     *code.Codes
	Messages  *message.Messages
	Seeds     *totp.Seeds
	Limits    *limit.Limits
	Triggers  *trigger.Triggers
	Risk      *risk.Risk // nil: nothing is watched
	Now       func() time.Time
}

// Service acts for people who have an account. It is safe for concurrent use.
type Service struct {
	Options
	from pool.Origin
}

// New returns a Service made of o.
func New(o Options) *Service { return &Service{Options: o} }

// From returns s for a request that came from o, for the record.
func (s *Service) From(o pool.Origin) *Service { return &Service{s.Options, o} }

// Profile is what the user's client may read of the user.
type Profile struct {
	Username   string
	Attributes []pool.AttributeValue
	MFAOptions []pool.MFAOption
	Factors    []string // the second factors that are switched on
	Preferred  string   // one of them; "" for none
}

// Get returns the profile of an access token's user. Errors are those of
// token.VerifyAccess.
func (s *Service) Get(ctx context.Context, accessToken string) (Profile, error) {
	access, err := s.Tokens.VerifyAccess(ctx, accessToken)
	if err != nil {
		return Profile{}, err
	}
	u := access.User
	p := Profile{Username: u.Username, Attributes: u.List(access.Client.Readable), MFAOptions: u.MFAOptions()}
	p.Factors, p.Preferred = u.SecondFactors()
	return p, nil
}

// SignOutEverywhere ends all tokens and all open sign-ins of an access token's
// user, the token itself among them.
func (s *Service) SignOutEverywhere(ctx context.Context, accessToken string) error {
	access, err := s.Tokens.VerifyAccess(ctx, accessToken)
	if err != nil {
		return err
	}
	return s.change(ctx, access, func(_ store.Tx, u *pool.User) error {
		u.TokenGeneration++
		u.SessionGeneration++
		return nil
	})
}
