package server

import (
	"context"
	"net/url"

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
	"github.com/cenote-auth/cenote/internal/endpoint/upload"
	"github.com/cenote-auth/cenote/internal/flow/account"
	"github.com/cenote-auth/cenote/internal/flow/admin"
	"github.com/cenote-auth/cenote/internal/flow/imports"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/flow/signup"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/srp"
	"github.com/cenote-auth/cenote/internal/store"
)

// stockSize is how many RSA keys are made ahead: those of two pools.
const stockSize = 4

// parts are what the endpoints and the start need of the server's inside.
type parts struct {
	store      store.Store
	clock      *clock.Clock
	accessKeys *accesskey.Keys
	messages   *message.Messages
	tokens     *token.Tokens
	pools      *admin.Pools
	clients    *admin.Clients
	imports    *imports.Service
	rates      *limit.Rates
	risk       *risk.Risk
	events     *admin.Events
	operations *operation.Operations
	work       []func(context.Context) // runs in the background until its context ends
}

// newParts makes core's parts and the flows on them.
func newParts(c Config, st store.Store, keys *keyring.Keyring, now *clock.Clock) *parts {
	p := &parts{store: st, clock: now}
	p.work = append(p.work, func(context.Context) { srp.Warm() })
	if c.keys == nil {
		stock := token.NewStock(stockSize)
		c.keys = stock
		p.work = append(p.work, func(ctx context.Context) { _ = stock.Run(ctx) }) // ends with ctx alone
	}
	p.tokens = token.New(token.Options{
		Store: st, Keyring: keys, Now: now.Now, PublicURL: c.PublicURL, Keys: c.keys,
		Issuer: func(p *pool.Pool) string { return issuer(c.Issuer, p) },
	})
	p.accessKeys = accesskey.New(accesskey.Options{Store: st, Keyring: keys, Now: now.Now})
	var dispatcher *message.Dispatcher
	p.messages = message.New(message.Options{
		Keyring: keys, Now: now.Now, Held: c.mode().held, Log: c.Log, Wake: func() { dispatcher.Wake() },
	})
	triggers := trigger.New(trigger.Options{
		Endpoint: c.LambdaEndpoint, Log: c.Log, Credentials: c.LambdaCredentials, SenderKey: c.senderKey, Observe: c.metrics.Trigger,
	})
	dispatcher = message.NewDispatcher(message.DispatcherOptions{Store: st, Messages: p.messages, Functions: triggers})
	p.work = append(p.work, dispatcher.Run)

	jobs := job.New(job.Options{Store: st, Now: now.Now, Log: c.Log})
	jobs.Handle(job.KindDeletePool, timed(c, job.KindDeletePool, job.DeletePool(st)))
	jobs.Handle(job.KindClearGroup, timed(c, job.KindClearGroup, job.ClearGroup(st)))
	jobs.Every(job.KindSweep, job.SweepPause, timed(c, job.KindSweep, job.Sweep(st, now.Now)))
	if c.SigningKeyAge > 0 {
		jobs.Every(kindRotateKeys, rotateKeysPause, timed(c, kindRotateKeys, rotateAged(p.tokens, c.SigningKeyAge)))
	}
	p.work = append(p.work, jobs.Run)

	passwords, secrets := credential.NewPasswords(keys), credential.NewSecrets(keys)
	devices := device.New(keys, passwords, c.Account)
	passkeys := passkey.New(keys, now.Now)
	limits, sessions := limit.New(now.Now), session.New(keys, now.Now)
	seeds := totp.New(keys)
	codes := code.New(code.Options{Keyring: keys, Now: now.Now, Fixed: c.FixedCode})
	p.rates = limit.NewRates(limit.RateOptions{Store: st, Defaults: c.limited(), Refused: c.metrics.Refused})
	p.risk = risk.New(risk.Options{
		Store: st, Keyring: keys, Messages: p.messages, Triggers: triggers, Passwords: c.lists.passwords, Places: c.lists.places, PublicURL: c.PublicURL, Now: now.Now, Log: c.Log,
	})
	p.events = admin.NewEvents(admin.EventsOptions{Store: st, Keyring: keys, Risk: p.risk, Now: now.Now})
	admins := admin.Options{
		Store: st, Keyring: keys, Secrets: secrets, Tokens: p.tokens, Now: now.Now, Account: c.Account, Rates: p.rates, Host: host(c.PublicURL), Keys: c.keys,
		Wake: jobs.Wake, Senders: triggers.CanSend(), Risk: p.risk,
	}
	p.pools, p.clients = admin.NewPools(admins), admin.NewClients(admins)
	p.imports = imports.New(imports.Options{
		Store: st, Keyring: keys, Passwords: passwords, Now: now.Now, Log: c.Log, UploadURL: c.PublicURL + upload.Path, Wake: jobs.Wake,
	})
	jobs.Handle(imports.KindImport, timed(c, imports.KindImport, p.imports.Step))
	jobs.Handle(imports.KindExpire, timed(c, imports.KindExpire, p.imports.Expire))
	p.operations = operation.New(operation.Options{
		Imports:  p.imports,
		Pools:    p.pools,
		Clients:  p.clients,
		Groups:   admin.NewGroups(admins),
		Settings: admin.NewSettings(admins),
		Events:   p.events,
		Sessions: admin.NewSessions(admin.SessionsOptions{Store: st, Tokens: p.tokens}),
		Users: admin.NewUsers(admin.UsersOptions{
			Store: st, Keyring: keys, Passwords: passwords, Devices: devices, Codes: codes, Messages: p.messages, Limits: limits, Triggers: triggers, Now: now.Now,
		}),
		SignUp: signup.New(signup.Options{
			Store: st, Passwords: passwords, Secrets: secrets, Sessions: sessions, Codes: codes, Messages: p.messages,
			Limits: limits, Triggers: triggers, Risk: p.risk, Now: now.Now,
		}),
		SignIn: signin.New(signin.Options{
			Store: st, Passwords: passwords, Devices: devices, Passkeys: passkeys, Secrets: secrets, Sessions: sessions,
			Codes: codes, Messages: p.messages, Seeds: seeds,
			Tokens: p.tokens, Limits: limits, Triggers: triggers, Risk: p.risk, Now: now.Now,
		}),
		Account: account.New(account.Options{
			Store: st, Passwords: passwords, Devices: devices, Passkeys: passkeys, Secrets: secrets, Tokens: p.tokens, Codes: codes, Messages: p.messages,
			Seeds: seeds, Limits: limits, Triggers: triggers, Risk: p.risk, Now: now.Now,
		}),
	})
	return p
}

// host returns the host name in a URL that was checked.
func host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Hostname()
}
