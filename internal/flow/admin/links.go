package admin

import (
	"context"
	"errors"

	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/setting"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// native is the provider name of users who sign in at the pool itself.
const native = "Cognito"

// Identity names a user by what a provider says of it.
type Identity struct {
	Provider  string
	Attribute string // pool.SubjectName, or an attribute that the provider maps; of no meaning for a native user
	Value     string
}

// Link makes source, which has not signed in yet, stand for destination.
// Errors: NotFound for the pool and the provider, UserNotFound, InvalidParameter
// for identities that cannot be linked, LimitExceeded beyond five.
func (s *Providers) Link(ctx context.Context, poolID string, destination, source Identity) error {
	now := s.o.now()
	return s.o.change(ctx, "link provider for user", poolID, func(tx store.Tx, p *pool.Pool) error {
		link, err := s.newLink(ctx, tx, p, source)
		if err != nil {
			return err
		}
		link.Created = now.UnixMilli()
		u, err := destination.user(ctx, tx, p)
		if err != nil {
			return err
		}
		if err := linkable(ctx, tx, p, u, link); err != nil {
			return err
		}
		if err := u.SetLinks(append(u.Links(), link)); err != nil {
			return err
		}
		return directory.Save(ctx, tx, p, u, now, false)
	})
}

// newLink returns the link that source asks for.
func (s *Providers) newLink(ctx context.Context, tx store.Tx, p *pool.Pool, source Identity) (link pool.Link, err error) {
	if source.Provider == "" || source.Attribute == "" || source.Value == "" {
		return link, pool.E(pool.InvalidParameter, "SourceUser must have a ProviderName, a ProviderAttributeName and a ProviderAttributeValue.")
	}
	if source.Provider == native {
		return link, pool.E(pool.InvalidParameter, "SourceUser must be a user of an external identity provider.")
	}
	provider, err := setting.Providers.Get(ctx, tx, p.Key, source.Provider)
	if err != nil {
		return link, swap(err, store.ErrNotFound, noProvider(source.Provider))
	}
	if source.Attribute != pool.SubjectName && (provider.Value.Social() || provider.Value.Mapping[source.Attribute] == "") {
		return link, pool.E(pool.InvalidParameter, "ProviderAttributeName of SourceUser must be "+pool.SubjectName+" or an attribute that an OIDC or SAML provider maps.")
	}
	link = pool.NewLink(source.Provider, provider.Value.Type, source.Attribute, source.Value, s.o.now())
	return link, link.Check()
}

// user returns the user whom d means: by the user name at the pool, or by the
// name that somebody of an external provider has here.
func (d Identity) user(ctx context.Context, tx store.Tx, p *pool.Pool) (*pool.User, error) {
	if d.Provider == "" || d.Value == "" {
		return nil, pool.E(pool.InvalidParameter, "A user must have a ProviderName and a ProviderAttributeValue.")
	}
	if d.Provider == native {
		return directory.User(ctx, tx, p, d.Value)
	}
	u, err := tx.UserByName(ctx, p.Key, p.Fold(d.Provider+"_"+d.Value))
	return u, swap(err, store.ErrNotFound, directory.ErrNobody)
}

// linkable says why link cannot stand for u, or nil.
func linkable(ctx context.Context, tx store.Tx, p *pool.Pool, u *pool.User, link pool.Link) error {
	_, err := tx.UserByName(ctx, p.Key, p.Fold(link.Provider+"_"+link.UserID))
	if err == nil && link.Attribute == "" {
		return pool.E(pool.InvalidParameter,
			"Merging is not currently supported, provide a SourceUser that has not been signed up in order to link")
	}
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	alias := link.Alias()
	switch _, err := tx.UserByAlias(ctx, p.Key, alias.Folded, alias.Kind); {
	case err == nil:
		return pool.E(pool.InvalidParameter, "SourceUser is already linked to DestinationUser")
	case !errors.Is(err, store.ErrNotFound):
		return err
	}
	if name := u.Immutable(p.Schema); name != "" {
		return pool.E(pool.InvalidParameter, "user."+name+": Attribute cannot be updated.")
	}
	if len(u.Links()) >= pool.MaxLinks {
		return pool.E(pool.LimitExceeded, "The maximum number of identities linked to this user has been reached.")
	}
	return nil
}

// Disable ends what an identity is good for. Of an external one the link to a
// user goes. A native user loses the password, a code that would make another
// and the sign-ins that are under way, and is one of external providers from
// then on: only an administrator gives a password again. Errors: NotFound for
// the pool and the provider, UserNotFound for an identity that nobody has,
// InvalidParameter.
func (s *Providers) Disable(ctx context.Context, poolID string, d Identity) error {
	now := s.o.now()
	return s.o.change(ctx, "disable provider for user", poolID, func(tx store.Tx, p *pool.Pool) error {
		if d.Provider == native {
			u, err := d.user(ctx, tx, p)
			if err != nil {
				return err
			}
			if err := directory.SetPassword(ctx, tx, p, u, nil, pool.ExternalProvider, now); err != nil {
				return err
			}
			return directory.Save(ctx, tx, p, u, now, false)
		}
		link, err := s.newLink(ctx, tx, p, d)
		if err != nil {
			return err
		}
		alias := link.Alias()
		u, err := tx.UserByAlias(ctx, p.Key, alias.Folded, alias.Kind)
		if err != nil {
			return swap(err, store.ErrNotFound, directory.ErrNobody)
		}
		links, _ := pool.Without(u.Links(), link)
		if err := u.SetLinks(links); err != nil {
			return err
		}
		return directory.Save(ctx, tx, p, u, now, false)
	})
}
