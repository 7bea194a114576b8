package directory

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/cenote-auth/cenote/internal/core/credential"
	"github.com/cenote-auth/cenote/internal/core/trigger"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Migrate adds the user of whom another system knows m by name, with the
// password that it found right; "" for none. The password does not have to obey
// the policy. Where the other system says nothing of the status, who has a password
// is confirmed. Who is there already, because somebody else was faster, is
// returned as it is. InvalidParameter for attributes that the pool does not
// take or that it lacks, UsernameExists, AliasExists.
func Migrate(
	ctx context.Context, st store.Store, passwords *credential.Passwords, p *pool.Pool, name string, m trigger.Migrated, password string, now time.Time,
) (*pool.User, error) {
	u, err := migrated(p, name, m, now)
	if err != nil {
		return nil, err
	}
	usual := pool.ResetRequired
	if password != "" {
		usual = pool.Confirmed
		if u.SealedPassword, err = passwords.Make(ctx, p, u, password); err != nil {
			return nil, err
		}
		u.PasswordSet = now
	}
	u.Status = cmp.Or(m.Status, usual)
	err = st.Update(ctx, func(tx store.Tx) error { return Create(ctx, tx, p, u, false, m.ForceAlias) })
	if !errors.Is(err, pool.E(pool.UsernameExists, "")) {
		return u, err
	}
	taken := err
	err = st.View(ctx, func(snap store.Snapshot) (err error) {
		u, err = Find(ctx, snap, p, name)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil, taken
	}
	if err != nil {
		return nil, fmt.Errorf("find a user who was migrated meanwhile: %w", err)
	}
	return u, nil
}

// migrated returns the new user. What another system calls the user may be
// among the attributes; what only this one gives is left out.
func migrated(p *pool.Pool, name string, m trigger.Migrated, now time.Time) (*pool.User, error) {
	given := maps.Clone(m.Attributes)
	if len(p.UsernameAttributes) == 0 {
		name = cmp.Or(given["username"], name)
	}
	for _, own := range []string{"username", "sub", "cognito:user_status"} {
		delete(given, own)
	}
	if !pool.LooksLikeUsername(name) {
		return nil, pool.E(pool.InvalidParameter, "Username must be 1 to 128 characters without blanks.")
	}
	own, err := p.AttributeForUsername(name)
	if err != nil {
		return nil, err
	}
	if vouched := given[own]; vouched != "" && !strings.EqualFold(vouched, name) {
		delete(given, own+"_verified") // it is of another address
	}
	delete(given, own) // who came by that name keeps it
	all, err := Attributes(p, name, given)
	if err != nil {
		return nil, err
	}
	normal, err := p.Schema.CheckNew(all, true)
	if err != nil {
		return nil, err
	}
	for _, contact := range pool.Contacts {
		if normal[contact] == "" {
			delete(normal, contact+"_verified") // of nothing
		}
	}
	u, err := New(p, name, normal, now)
	if err != nil {
		return nil, err
	}
	u.Factors.SMS = m.SMSFactor && u.Attributes["phone_number"] != ""
	return u, nil
}
