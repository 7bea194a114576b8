package risk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"

	"github.com/cenote-auth/cenote/internal/core/setting"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// The occasions on which a password is held against the list, as rules name
// them.
const (
	AtSignIn = "SIGN_IN"
	AtSignUp = "SIGN_UP"
	AtChange = "PASSWORD_CHANGE"
)

// The errors of what is refused for its risk.
var (
	ErrBlocked  = pool.E(pool.NotAuthorized, "Unable to login because of security reasons.")
	ErrPassword = pool.E(pool.InvalidPassword, "Provided password cannot be used for security reasons.")
)

// mode is how far threat protection of p goes for a sign-in by flow, or for
// anything else if flow is "".
func mode(p *pool.Pool, flow string) string {
	if flow == "CUSTOM_AUTH" {
		return cmp.Or(p.CustomAuthSecurity, "OFF")
	}
	return cmp.Or(p.AdvancedSecurity, "OFF")
}

// Watches reports whether p keeps a record of sign-ins by flow.
func (r *Risk) Watches(p *pool.Pool, flow string) bool { return r != nil && mode(p, flow) != "OFF" }

// Enforces reports whether p acts on what the risk of a sign-in by flow is.
func (r *Risk) Enforces(p *pool.Pool, flow string) bool {
	return r != nil && mode(p, flow) == "ENFORCED"
}

// rules returns those of a client, or else of its pool, or else none.
func rules(ctx context.Context, s store.SettingReader, p *pool.Pool, c *pool.Client) (pool.RiskRules, error) {
	ids := []string{pool.AllClients}
	if c != nil {
		ids = []string{c.ID, pool.AllClients}
	}
	for _, id := range ids {
		row, err := setting.Risks.Get(ctx, s, p.Key, id)
		if err == nil {
			return row.Value, nil
		}
		if !errors.Is(err, store.ErrNotFound) {
			return pool.RiskRules{}, fmt.Errorf("read risk rules: %w", err)
		}
	}
	return pool.RiskRules{}, nil
}

// Admit returns ErrBlocked for a sign-in that comes from a network which is
// blocked, before anything is tried.
func (r *Risk) Admit(ctx context.Context, s store.SettingReader, p *pool.Pool, c *pool.Client, flow string, from pool.Origin) error {
	if !r.Enforces(p, flow) || from.Address == "" {
		return nil
	}
	all, err := rules(ctx, s, p, c)
	if err != nil {
		return err
	}
	if e := all.Exceptions; e != nil && within(e.Blocked, from.Address) && !within(e.Skipped, from.Address) {
		return ErrBlocked
	}
	return nil
}

// within reports whether an address is in one of networks.
func within(networks []string, address string) bool {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return false
	}
	a = a.Unmap()
	return slices.ContainsFunc(networks, func(text string) bool {
		p, err := netip.ParsePrefix(text)
		return err == nil && p.Masked().Contains(a)
	})
}

// Password says whether a password that is used on an occasion is known
// elsewhere, and whether the rules want it refused. Neither is so where nobody
// asks, or there is no list.
func (r *Risk) Password(ctx context.Context, p *pool.Pool, c *pool.Client, occasion, password string) (known, refused bool, err error) {
	if !r.Watches(p, "") || password == "" {
		return false, false, nil
	}
	var all pool.RiskRules
	err = r.o.Store.View(ctx, func(snap store.Snapshot) (err error) {
		all, err = rules(ctx, snap, p, c)
		return err
	})
	if err != nil {
		return false, false, err
	}
	rule := all.Compromised
	if rule == nil || len(rule.Events) > 0 && !slices.Contains(rule.Events, occasion) {
		return false, false, nil
	}
	if r.o.Passwords == nil && rule.Action == "BLOCK" {
		r.noList.Do(func() {
			r.o.Log.WarnContext(ctx, "a pool refuses passwords that are known elsewhere, and there is no list of them: give --compromised-passwords", "pool", p.ID)
		})
	}
	known, err = r.o.Passwords.Has(password)
	return known, known && rule.Action == "BLOCK" && r.Enforces(p, ""), err
}

// CheckNew returns ErrPassword for a new password that the rules want refused.
// known is as of Password.
func (r *Risk) CheckNew(ctx context.Context, p *pool.Pool, c *pool.Client, occasion, password string) (known bool, err error) {
	known, refused, err := r.Password(ctx, p, c, occasion, password)
	if err == nil && refused {
		err = ErrPassword
	}
	return known, err
}

// HasPasswords reports whether there is a list of passwords.
func (r *Risk) HasPasswords() bool { return r != nil && r.o.Passwords != nil }
