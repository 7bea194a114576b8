package server

import (
	"context"

	"github.com/cenote-auth/cenote/internal/core/accesskey"
	"github.com/cenote-auth/cenote/internal/core/clock"
	"github.com/cenote-auth/cenote/internal/core/code"
	"github.com/cenote-auth/cenote/internal/core/credential"
	"github.com/cenote-auth/cenote/internal/core/device"
	"github.com/cenote-auth/cenote/internal/core/job"
	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/core/message"
	"github.com/cenote-auth/cenote/internal/core/passkey"
	"github.com/cenote-auth/cenote/internal/core/risk"
	"github.com/cenote-auth/cenote/internal/core/session"
	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/core/totp"
	"github.com/cenote-auth/cenote/internal/core/trigger"
	"github.com/cenote-auth/cenote/internal/endpoint/operation"
	"github.com/cenote-auth/cenote/internal/flow/admin"
	"github.com/cenote-auth/cenote/internal/flow/imports"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/srp"
	"github.com/cenote-auth/cenote/internal/store"
)

// stockSize is how many RSA keys are made ahead: those of two pools.
const stockSize = 4

// parts are the server's inside: core's parts, and the flows on them.
type parts struct {
	store   store.Store
	keyring *keyring.Keyring
	clock   *clock.Clock

	accessKeys *accesskey.Keys
	codes      *code.Codes
	devices    *device.Devices
	jobs       *job.Runner
	keys       token.KeySource
	limits     *limit.Limits
	messages   *message.Messages
	passkeys   *passkey.Passkeys
	passwords  *credential.Passwords
	rates      *limit.Rates
	risk       *risk.Risk
	secrets    *credential.Secrets
	seeds      *totp.Seeds
	sessions   *session.Sessions
	tokens     *token.Tokens
	triggers   *trigger.Triggers

	pools      *admin.Pools
	clients    *admin.Clients
	events     *admin.Events
	imports    *imports.Service
	operations *operation.Operations

	work []func(context.Context) // runs in the background until its context ends
}

// newParts makes core's parts and the flows on them.
func newParts(c Config, st store.Store, keys *keyring.Keyring, now *clock.Clock) *parts {
	p := &parts{store: st, keyring: keys, clock: now}
	p.work = append(p.work, func(context.Context) { srp.Warm() })
	p.addTokens(c)
	p.addMessages(c)
	p.addCredentials(c)
	p.addJobs(c)
	p.addFlows(c)
	return p
}

// addTokens adds what makes tokens, and the stock of keys for new pools.
func (p *parts) addTokens(c Config) {
	p.keys = c.keys
	if p.keys == nil {
		stock := token.NewStock(stockSize)
		p.keys = stock
		p.work = append(p.work, func(ctx context.Context) { _ = stock.Run(ctx) }) // ends with ctx alone
	}
	p.tokens = token.New(token.Options{
		Store: p.store, Keyring: p.keyring, Now: p.clock.Now, PublicURL: c.PublicURL, Keys: p.keys,
		Issuer: func(p *pool.Pool) string { return issuer(c.Issuer, p) },
	})
}

// addMessages adds what goes out: messages, and calls of functions.
func (p *parts) addMessages(c Config) {
	var dispatcher *message.Dispatcher
	p.messages = message.New(message.Options{
		Keyring: p.keyring, Now: p.clock.Now, Held: c.mode().held, Log: c.Log, Wake: func() { dispatcher.Wake() },
	})
	p.triggers = trigger.New(trigger.Options{
		Endpoint: c.LambdaEndpoint, Log: c.Log, Credentials: c.LambdaCredentials, SenderKey: c.senderKey, Observe: c.metrics.Trigger,
	})
	dispatcher = message.NewDispatcher(message.DispatcherOptions{Store: p.store, Messages: p.messages, Functions: p.triggers})
	p.work = append(p.work, dispatcher.Run)
}

// addCredentials adds what people, clients and operators prove themselves with,
// and what watches them do it.
func (p *parts) addCredentials(c Config) {
	p.accessKeys = accesskey.New(accesskey.Options{Store: p.store, Keyring: p.keyring, Now: p.clock.Now})
	p.passwords, p.secrets = credential.NewPasswords(p.keyring), credential.NewSecrets(p.keyring)
	p.devices = device.New(p.keyring, p.passwords, c.Account)
	p.passkeys = passkey.New(p.keyring, p.clock.Now)
	p.seeds = totp.New(p.keyring)
	p.codes = code.New(code.Options{Keyring: p.keyring, Now: p.clock.Now, Fixed: c.FixedCode})
	p.sessions = session.New(p.keyring, p.clock.Now)
	p.limits = limit.New(p.clock.Now)
	p.rates = limit.NewRates(limit.RateOptions{Store: p.store, Defaults: c.limited(), Refused: c.metrics.Refused})
	p.risk = risk.New(risk.Options{
		Store: p.store, Keyring: p.keyring, Messages: p.messages, Triggers: p.triggers,
		Passwords: c.lists.passwords, Places: c.lists.places, PublicURL: c.PublicURL, Now: p.clock.Now, Log: c.Log,
	})
}

// addJobs adds the work that outlives a request, but for that of flows.
func (p *parts) addJobs(c Config) {
	p.jobs = job.New(job.Options{Store: p.store, Now: p.clock.Now, Log: c.Log})
	p.jobs.Handle(job.KindDeletePool, timed(c, job.KindDeletePool, job.DeletePool(p.store)))
	p.jobs.Handle(job.KindClearGroup, timed(c, job.KindClearGroup, job.ClearGroup(p.store)))
	p.jobs.Every(job.KindSweep, job.SweepPause, timed(c, job.KindSweep, job.Sweep(p.store, p.clock.Now)))
	if c.SigningKeyAge > 0 {
		p.jobs.Every(kindRotateKeys, rotateKeysPause, timed(c, kindRotateKeys, rotateAged(p.tokens, c.SigningKeyAge)))
	}
	p.work = append(p.work, p.jobs.Run)
}
