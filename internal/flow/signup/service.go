package signup

import (
	"time"

	"github.com/cenote-auth/cenote/internal/core/code"
	"github.com/cenote-auth/cenote/internal/core/credential"
	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/core/message"
	"github.com/cenote-auth/cenote/internal/core/risk"
	"github.com/cenote-auth/cenote/internal/core/session"
	"github.com/cenote-auth/cenote/internal/core/trigger"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Options are the parts of a Service. All are required, but for Risk.
type Options struct {
	Store     store.Store
	Passwords *credential.Passwords
	Secrets   *credential.Secrets
	Sessions  *session.Sessions
	Codes     *code.Codes
	Messages  *message.Messages
	Limits    *limit.Limits
	Triggers  *trigger.Triggers
	Risk      *risk.Risk // nil: nothing is watched
	Now       func() time.Time
}

// Service signs people up. It is safe for concurrent use.
type Service struct {
	Options
	from pool.Origin
}

// New returns a Service made of o.
func New(o Options) *Service { return &Service{Options: o} }

// From returns s for a request that came from o, for the record.
func (s *Service) From(o pool.Origin) *Service { return &Service{s.Options, o} }
