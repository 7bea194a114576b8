package admin

import (
	"context"
	"time"

	"github.com/cenote-auth/cenote/internal/core/credential"
	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/core/risk"
	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/store"
)

// KeyMaker makes the two signing keys of a new pool; *token.Tokens is one.
type KeyMaker interface {
	NewSigningKeys(ctx context.Context) ([]store.SigningKey, error)
}

// Options are the parts that Pools, Clients, Groups and Settings need. All but
// Wake and Risk are required.
type Options struct {
	Store   store.Store
	Keyring *keyring.Keyring    // seals pagination tokens
	Secrets *credential.Secrets // of app clients
	Tokens  KeyMaker
	Keys    token.KeySource // of keys that sign for pools elsewhere
	Now     func() time.Time
	Account string       // twelve digits, for ARNs
	Risk    *risk.Risk   // what Protection's rules are obeyed by; nil for none
	Rates   *limit.Rates // what Limits are obeyed by; of no meaning to others
	Host    string       // where the names of custom domains have to lead
	Wake    func()       // tells the runner of jobs that one was added
	Senders bool         // custom senders can be called: there is a key for their codes
}

// now is the time that new rows carry: the wire has milliseconds, so that what
// a caller is told at creation is what it reads later.
func (o *Options) now() time.Time { return o.Now().UTC().Truncate(time.Millisecond) }
