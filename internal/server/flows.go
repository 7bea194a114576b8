package server

import (
	"net/url"

	"github.com/cenote-auth/cenote/internal/endpoint/operation"
	"github.com/cenote-auth/cenote/internal/endpoint/upload"
	"github.com/cenote-auth/cenote/internal/flow/account"
	"github.com/cenote-auth/cenote/internal/flow/admin"
	"github.com/cenote-auth/cenote/internal/flow/imports"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/flow/signup"
)

// addFlows adds the flows on core's parts, and the operations on them.
func (p *parts) addFlows(c Config) {
	admins := admin.Options{
		Store: p.store, Keyring: p.keyring, Secrets: p.secrets, Tokens: p.tokens, Now: p.clock.Now, Account: c.Account, Rates: p.rates,
		Host: host(c.PublicURL), Keys: p.keys, Wake: p.jobs.Wake, Senders: p.triggers.CanSend(), Risk: p.risk,
	}
	p.pools, p.clients = admin.NewPools(admins), admin.NewClients(admins)
	p.events = admin.NewEvents(admin.EventsOptions{Store: p.store, Keyring: p.keyring, Risk: p.risk, Now: p.clock.Now})
	p.imports = imports.New(imports.Options{
		Store: p.store, Keyring: p.keyring, Passwords: p.passwords, Now: p.clock.Now, Log: c.Log,
		UploadURL: c.PublicURL + upload.Path, Wake: p.jobs.Wake,
	})
	p.jobs.Handle(imports.KindImport, timed(c, imports.KindImport, p.imports.Step))
	p.jobs.Handle(imports.KindExpire, timed(c, imports.KindExpire, p.imports.Expire))
	p.operations = operation.New(operation.Options{
		Imports:  p.imports,
		Pools:    p.pools,
		Clients:  p.clients,
		Groups:   admin.NewGroups(admins),
		Settings: admin.NewSettings(admins),
		Events:   p.events,
		Sessions: admin.NewSessions(admin.SessionsOptions{Store: p.store, Tokens: p.tokens}),
		Users: admin.NewUsers(admin.UsersOptions{
			Store: p.store, Keyring: p.keyring, Passwords: p.passwords, Devices: p.devices, Codes: p.codes, Messages: p.messages,
			Limits: p.limits, Triggers: p.triggers, Now: p.clock.Now,
		}),
		SignUp: signup.New(signup.Options{
			Store: p.store, Passwords: p.passwords, Secrets: p.secrets, Sessions: p.sessions, Codes: p.codes, Messages: p.messages,
			Limits: p.limits, Triggers: p.triggers, Risk: p.risk, Now: p.clock.Now,
		}),
		SignIn: signin.New(signin.Options{
			Store: p.store, Passwords: p.passwords, Devices: p.devices, Passkeys: p.passkeys, Secrets: p.secrets, Sessions: p.sessions,
			Codes: p.codes, Messages: p.messages, Seeds: p.seeds, Tokens: p.tokens, Limits: p.limits, Triggers: p.triggers,
			Risk: p.risk, Now: p.clock.Now,
		}),
		Account: account.New(account.Options{
			Store: p.store, Passwords: p.passwords, Devices: p.devices, Passkeys: p.passkeys, Secrets: p.secrets, Tokens: p.tokens,
			Codes: p.codes, Messages: p.messages, Seeds: p.seeds, Limits: p.limits, Triggers: p.triggers, Risk: p.risk, Now: p.clock.Now,
		}),
	})
}

// host returns the host name in a URL that was checked.
func host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Hostname()
}
