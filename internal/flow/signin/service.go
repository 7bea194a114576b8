package signin

import (
	"time"

	"github.com/cenote-auth/cenote/internal/core/code"
	"github.com/cenote-auth/cenote/internal/core/credential"
	"github.com/cenote-auth/cenote/internal/core/device"
	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/core/message"
	"github.com/cenote-auth/cenote/internal/core/passkey"
	"github.com/cenote-auth/cenote/internal/core/risk"
	"github.com/cenote-auth/cenote/internal/core/session"
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
	Codes     *code.Codes
	Messages  *message.Messages
	Seeds     *totp.Seeds
	Sessions  *session.Sessions
	Tokens    *token.Tokens
	Limits    *limit.Limits
	Triggers  *trigger.Triggers
	Risk      *risk.Risk // nil: no sign-in is watched
	Now       func() time.Time
}

// Service signs people in. It is safe for concurrent use.
type Service struct{ Options }

// New returns a Service made of o.
func New(o Options) *Service { return &Service{o} }

// Step is where a sign-in stands: at a challenge, or, with Tokens, at its end.
type Step struct {
	Challenge  string
	Session    string // "" with PASSWORD_VERIFIER but in USER_AUTH: its state is in SECRET_BLOCK
	Parameters map[string]string
	Available  []string // AvailableChallenges: the first factors, while one is chosen or tried
	Tokens     *token.Set
	NewDevice  *NewDevice // with Tokens: the device that they are for, if nobody knows it yet
}

// The errors that a person meets at more than one step.
var (
	errPassword = pool.E(pool.NotAuthorized, "Incorrect username or password.")
	errSession  = pool.E(pool.NotAuthorized, "Invalid session for the user.")
	errSpent    = pool.E(pool.NotAuthorized, "Invalid session for the user, session can only be used once.")
	errDisabled = pool.E(pool.NotAuthorized, "User is disabled.")

	errReset       = pool.E(pool.PasswordResetRequired, "Password reset required for the user")
	errUnconfirmed = pool.E(pool.UserNotConfirmed, "User is not confirmed.")
)

// Parameters are the AuthParameters or ChallengeResponses of a request.
type Parameters map[string]string

// need returns InvalidParameter if one of names is missing or empty.
func (p Parameters) need(names ...string) error {
	for _, name := range names {
		if p[name] == "" {
			return missing(name)
		}
	}
	return nil
}

func missing(name string) error {
	return pool.E(pool.InvalidParameter, "Missing required parameter "+name)
}
