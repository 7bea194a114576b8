package admin

import (
	"context"

	"github.com/cenote-auth/cenote/internal/core/code"
	"github.com/cenote-auth/cenote/internal/core/contact"
	"github.com/cenote-auth/cenote/internal/core/message"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// UpdateAttributes changes attributes of a user; the value "" takes one away.
// Another e-mail address or phone number counts as not proved, unless the
// change says that it is, and voids the codes that went to the old one. Where
// the pool proves such addresses by itself, a code goes to the new one; where
// it wants the proof before the change, the old one stays until then. Errors:
// NotFound, UserNotFound, InvalidParameter, AliasExists.
func (s *Users) UpdateAttributes(ctx context.Context, poolID, name string, attributes map[string]string) error {
	p, u, err := s.find(ctx, poolID, name)
	if err != nil {
		return err
	}
	changes, err := p.Schema.CheckChange(attributes)
	if err != nil {
		return err
	}
	change := contact.Contacts{Codes: s.Codes, Messages: s.Messages}.Change(p, u, changes)
	return s.change(ctx, p, u.Sub, func(tx store.Tx, u *pool.User) error {
		if _, err := change.Make(ctx, tx, u); err != nil {
			return err
		}
		return checkFlags(u.Attributes)
	})
}

// DeleteAttributes takes attributes away from a user. Those that the user does
// not have are no error. Errors: as of UpdateAttributes.
func (s *Users) DeleteAttributes(ctx context.Context, poolID, name string, names []string) error {
	attributes := make(map[string]string, len(names))
	for _, n := range names {
		attributes[n] = ""
	}
	return s.UpdateAttributes(ctx, poolID, name, attributes)
}

// parcel is a code and the message that carries it.
type parcel struct {
	code    store.Code
	message store.Message
}

func (s *Users) parcel(p *pool.Pool, u *pool.User, purpose code.Purpose, kind message.Kind, to message.Delivery) parcel {
	text, row := s.Codes.Make(p.Key, u.Sub, purpose, to.Attribute, to.Destination)
	return parcel{row, s.Messages.Compose(p, u, kind, to, text)}
}

func (b parcel) put(ctx context.Context, tx store.Tx) error {
	if err := tx.PutCode(ctx, b.code); err != nil {
		return err
	}
	return tx.AddMessage(ctx, b.message)
}
