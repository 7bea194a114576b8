package directory

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// New returns a user called username, not yet in the store, with its sub made
// and its name where the pool wants it: where case does not count, in lower
// case, so that the name tells no stranger how it was once typed. attributes
// are in their normal form. InvalidParameter if the pool takes no such name.
func New(p *pool.Pool, username string, attributes map[string]string, now time.Time) (*pool.User, error) {
	attribute, err := p.AttributeForUsername(username)
	if err != nil {
		return nil, err
	}
	u := &pool.User{
		PoolKey: p.Key, Sub: uuid.NewString(), Username: p.Fold(username), Enabled: true,
		Attributes: attributes, Created: now, Modified: now,
	}
	if attribute != "" {
		u.Username = u.Sub
		u.Attributes[attribute] = username
	}
	return u, nil
}

// Attributes returns the attributes of somebody called username with the name
// put among them, where the pool keeps it there: what the schema is asked about.
// InvalidParameter if the pool takes no such name, or given says another one.
func Attributes(p *pool.Pool, username string, given map[string]string) (map[string]string, error) {
	attribute, err := p.AttributeForUsername(username)
	if err != nil {
		return nil, err
	}
	all := make(map[string]string, len(given)+1)
	for name, value := range given {
		all[name] = value
	}
	if attribute == "" {
		return all, nil
	}
	if other := given[attribute]; other != "" && p.Fold(other) != p.Fold(username) {
		return nil, pool.E(pool.InvalidParameter,
			"User "+attribute+" should be empty or same as username, since username attribute is "+attribute+".")
	}
	all[attribute] = username
	return all, nil
}

// Taken returns UsernameExists if the store already has the name of u, or an
// alias of it, and nil otherwise. It saves work before Create, which decides.
func Taken(ctx context.Context, s store.UserReader, p *pool.Pool, u *pool.User, admin bool) error {
	if len(p.UsernameAttributes) == 0 {
		if err := subTaken(ctx, s, p, u, admin); err != nil {
			return err
		}
		_, err := s.UserByName(ctx, p.Key, p.Fold(u.Username))
		return taken(err, "username", admin)
	}
	for _, a := range p.Aliases(u) {
		_, err := s.UserByAlias(ctx, p.Key, a.Folded, a.Kind)
		if err := taken(err, a.Kind, admin); err != nil {
			return err
		}
	}
	return nil
}

func taken(err error, key string, admin bool) error {
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil
	case err != nil:
		return err
	}
	return pool.E(pool.UsernameExists, pool.ExistsMessage(key, admin))
}

// subTaken returns UsernameExists if the name of u is the sub of somebody: who acts for
// u by the user name that is in its tokens would act for them.
func subTaken(ctx context.Context, s store.UserReader, p *pool.Pool, u *pool.User, admin bool) error {
	name := p.Fold(u.Username)
	if !pool.LooksLikeSub(name) || name == u.Sub {
		return nil
	}
	_, err := s.User(ctx, p.Key, name)
	return taken(err, "username", admin)
}

// Create adds u. UsernameExists if its name is taken, AliasExists if an alias
// is; the transaction must then be given up. InvalidParameter for an alias
// that is too long. force moves aliases here from whoever holds them.
func Create(ctx context.Context, tx store.Tx, p *pool.Pool, u *pool.User, admin, force bool) error {
	if err := p.CheckAliases(u); err != nil {
		return err
	}
	if err := subTaken(ctx, tx, p, u, admin); err != nil {
		return err
	}
	if force {
		if err := takeAliases(ctx, tx, p, u); err != nil {
			return err
		}
	}
	err := tx.CreateUser(ctx, u, names(p, u))
	exists, ok := errors.AsType[*store.ExistsError](err)
	if !ok {
		return err
	}
	if exists.Key == "username" || p.HasUsernameAttribute(exists.Key) {
		return pool.E(pool.UsernameExists, pool.ExistsMessage(exists.Key, admin))
	}
	return aliasExists(exists.Key)
}

// Save writes a changed u as of now. AliasExists if a name it would have now
// is somebody else's; the transaction must then be given up. InvalidParameter
// for an alias that is too long. force moves such names here. u was read in
// the same transaction; store.ErrConflict if somebody has changed or deleted it.
func Save(ctx context.Context, tx store.Tx, p *pool.Pool, u *pool.User, now time.Time, force bool) error {
	if err := p.CheckAliases(u); err != nil {
		return err
	}
	u.Modified = now
	if force {
		if err := takeAliases(ctx, tx, p, u); err != nil {
			return err
		}
	}
	err := tx.UpdateUser(ctx, u, names(p, u))
	switch exists, ok := errors.AsType[*store.ExistsError](err); {
	case ok:
		return aliasExists(exists.Key)
	case errors.Is(err, store.ErrNotFound):
		return store.ErrConflict // deleted since it was read: the next run finds nobody
	}
	return err
}

// CheckAddress returns nil if u may have value in attribute email or
// phone_number. It says beforehand what Save would say: AliasExists where
// people sign in by the attribute and somebody has that value, InvalidParameter
// if the value is too long to sign in with.
func CheckAddress(ctx context.Context, s store.UserReader, p *pool.Pool, u *pool.User, attribute, value string) error {
	after := *u
	after.Attributes = map[string]string{attribute: value}
	if err := p.CheckAliases(&after); err != nil {
		return err
	}
	if !p.HasUsernameAttribute(attribute) {
		return nil
	}
	holder, err := s.UserByAlias(ctx, p.Key, p.Fold(value), attribute)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil
	case err != nil:
		return err
	case holder.Sub != u.Sub:
		return aliasExists(attribute)
	}
	return nil
}

func aliasExists(key string) error {
	return pool.E(pool.AliasExists, "An account with the given "+key+" already exists.")
}

// takeAliases frees the aliases of u. Who loses an address keeps its value,
// but it counts as unproved from now on, and codes that went there are void.
func takeAliases(ctx context.Context, tx store.Tx, p *pool.Pool, u *pool.User) error {
	if len(p.AliasAttributes) == 0 {
		return nil
	}
	for _, a := range p.Aliases(u) {
		sub, err := tx.TakeAlias(ctx, p.Key, a)
		if err != nil || sub == "" || sub == u.Sub {
			if err != nil {
				return err
			}
			continue
		}
		loser, err := tx.User(ctx, p.Key, sub)
		if err != nil {
			return err
		}
		if err := tx.VoidCodes(ctx, p.Key, sub, a.Kind); err != nil { // who reads them is another
			return err
		}
		loser.Attributes[a.Kind+"_verified"] = "false"
		if a.Kind == "preferred_username" {
			delete(loser.Attributes, a.Kind+"_verified")
			delete(loser.Attributes, a.Kind)
		}
		if err := tx.UpdateUser(ctx, loser, names(p, loser)); err != nil {
			return err
		}
	}
	return nil
}

// names returns the keys under which u is found in p.
func names(p *pool.Pool, u *pool.User) store.Names {
	n := store.Names{Username: p.Fold(u.Username), Aliases: p.Aliases(u), Search: map[string]string{}}
	for _, name := range store.Searchable {
		if v := u.Attributes[name]; v != "" {
			n.Search[name] = p.Fold(beginning(v))
		}
	}
	return n
}
