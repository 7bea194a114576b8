package risk

import (
	"log/slog"
	"sync"
	"time"

	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/core/message"
	"github.com/cenote-auth/cenote/internal/core/trigger"
	"github.com/cenote-auth/cenote/internal/store"
)

// Options are the parts of a Risk. The lists may be nil, and Triggers where no
// pool has any; all else is required.
type Options struct {
	Store     store.Store
	Keyring   *keyring.Keyring // seals the tokens of feedback
	Messages  *message.Messages
	Triggers  *trigger.Triggers
	Passwords *Passwords
	Places    *Places
	PublicURL string // the links in mails lead here
	Now       func() time.Time
	Log       *slog.Logger // nothing is logged if nil
}

// Risk judges sign-ins. It is safe for concurrent use. A nil Risk watches
// nothing.
type Risk struct {
	o      Options
	noList sync.Once // to tell the operator of
}

// New returns a Risk made of o.
func New(o Options) *Risk {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Risk{o: o}
}
