package admin

import (
	"context"

	"github.com/cenote-auth/cenote/internal/core/code"
	"github.com/cenote-auth/cenote/internal/core/contact"
	"github.com/cenote-auth/cenote/internal/core/message"
	"github.com/cenote-auth/cenote/internal/core/notice"
	"github.com/cenote-auth/cenote/internal/core/trigger"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// UpdateAttributes changes attributes of a user; the value "" takes one away.
// Another e-mail address or phone number counts as not proved, unless the
// change says that it is, and voids the codes that went to the old one. Where
// the pool proves such addresses by itself, a code goes to the new one; where
// it wants the proof before the change, the old one stays until then. metadata is
// for functions. Errors:
// NotFound, UserNotFound, InvalidParameter, AliasExists.
func (s *Users) UpdateAttributes(ctx context.Context, poolID, name string, attributes, metadata map[string]string) error {
	p, u, err := s.find(ctx, poolID, name)
	if err != nil {
		return err
	}
	changes, err := p.Schema.CheckChange(attributes)
	if err != nil {
		return err
	}
	change, err := contact.Contacts{Codes: s.Codes, Notices: s.notices()}.Change(ctx, trigger.Subject{Pool: p, User: u}, changes, metadata)
	if err != nil {
		return err
	}
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
	return s.UpdateAttributes(ctx, poolID, name, attributes, nil)
}

// parcel is a code and the message that carries it.
type parcel struct {
	code    store.Code
	message store.Message
}

// parcel makes a code for u that goes to to. metadata is for functions, whose
// errors are returned.
func (s *Users) parcel(
	ctx context.Context, p *pool.Pool, u *pool.User, purpose code.Purpose, kind message.Kind, to message.Delivery, metadata map[string]string,
) (parcel, error) {
	text, row := s.Codes.Make(p.Key, u.Sub, purpose, to.Attribute, to.Destination)
	m, err := s.notices().Compose(ctx, trigger.Subject{Pool: p, User: u}, kind, to, text, metadata)
	return parcel{row, m}, err
}

func (s *Users) notices() notice.Notices {
	return notice.Notices{Messages: s.Messages, Triggers: s.Triggers}
}

func (b parcel) put(ctx context.Context, tx store.Tx) error {
	if err := tx.PutCode(ctx, b.code); err != nil {
		return err
	}
	return tx.AddMessage(ctx, b.message)
}
