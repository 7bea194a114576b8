package auth

import (
	"context"
	"sync"

	"github.com/cenote-auth/cenote/auth/storage"
	"github.com/cenote-auth/cenote/auth/userpool"
	"github.com/cenote-auth/cenote/auth/verify"
)

// Client is one person's seat at one app client of a user pool. Make it with
// New. It is safe for concurrent use.
type Client struct {
	*shared
	pool      *userpool.Pool         // on this seat's storage
	store     *userpool.SessionStore // this seat's session and devices
	refresher *userpool.Refresher
	identity  identityPool // nil without an identity pool
}

// shared is what all seats of one configuration have in common.
type shared struct {
	cfg       Config
	opts      Options // with its defaults
	events    hub
	refreshes *userpool.Refresher              // of no storage: seats take theirs from it
	verifier  func() (*verify.Verifier, error) // made when first needed

	identities identityAPI // nil without an identity pool
}

// New returns a client of the user pool and app client in cfg. It makes no
// request, so that a wrong id shows at the first call. The error has the code
// ErrConfig if an id is missing, userpool.ErrInvalidUserPoolID or
// ErrNoIdentityPool if one cannot be what it should be, ErrInvalidParameter if
// the endpoint is no URL.
//
// opts may be nil.
func New(cfg Config, opts *Options) (*Client, error) {
	if cfg.UserPoolID == "" || cfg.ClientID == "" {
		return nil, failure("New", ErrConfig)
	}
	o := opts.withDefaults()
	pool, err := userpool.New(cfg.UserPoolID, cfg.ClientID, &userpool.Options{
		ClientSecret: cfg.ClientSecret,
		Endpoint:     cfg.Endpoint,
		HTTPClient:   o.HTTPClient,
		SDK:          o.SDK,
		API:          o.API,
		Storage:      o.Storage,
		Drift:        userpool.DriftMillis,
		ContextData:  o.ContextData,
		DeviceName:   o.DeviceName,
		Now:          o.Now,
	})
	if err != nil {
		return nil, named("New", err)
	}
	s := &shared{cfg: cfg, opts: o}
	s.refreshes = s.newRefresher()
	if s.identities, err = s.newIdentityAPI(); err != nil {
		return nil, named("New", err)
	}
	s.verifier = sync.OnceValues(s.newVerifier)
	return s.seat(pool), nil
}

// WithStorage returns the client of another seat: same configuration, another
// storage and so another person's session. It is cheap: a server makes one for
// each request. Whoever subscribed to c's events hears of both.
func (c *Client) WithStorage(s storage.Storage) *Client {
	return c.seat(c.pool.WithStorage(s))
}

// Config returns what the client was made with. It may hold a client secret.
func (c *Client) Config() Config { return c.cfg }

// Pool returns the layer underneath, on the same storage, for what this package
// has no function for. What it changes in the storage, c sees; it sends no
// events.
func (c *Client) Pool() *userpool.Pool { return c.pool }

// Storage returns where the client's session is kept.
func (c *Client) Storage() storage.Storage { return c.store.Storage() }

// metadata is what the triggers get of a call: what the caller gave, or else
// what Options.ClientMetadata says.
func (s *shared) metadata(ctx context.Context, given map[string]string) map[string]string {
	if given != nil || s.opts.ClientMetadata == nil {
		return given
	}
	return s.opts.ClientMetadata(ctx)
}
