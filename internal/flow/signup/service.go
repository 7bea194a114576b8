package signup

import (
	"time"

	"github.com/cenote-auth/cenote/internal/core/code"
	"github.com/cenote-auth/cenote/internal/core/credential"
	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/core/message"
	"github.com/cenote-auth/cenote/internal/core/session"
	"github.com/cenote-auth/cenote/internal/core/trigger"
	"github.com/cenote-auth/cenote/internal/store"
)

// Options are the parts of a Service. All are required.
type Options struct {
	Store     store.Store
	Passwords *credential.Passwords
	Secrets   *credential.Secrets
	Sessions  *session.Sessions
	Codes     *code.Codes
	Messages  *message.Messages
	Limits    *limit.Limits
	Triggers  *trigger.Triggers
	Now       func() time.Time
}

// Service signs people up. It is safe for concurrent use.
type Service struct{ Options }

// New returns a Service made of o.
func New(o Options) *Service { return &Service{o} }
