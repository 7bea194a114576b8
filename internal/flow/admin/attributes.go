package admin

import (
	"context"
	"maps"
	"slices"

	"github.com/cenote-auth/cenote/internal/core/code"
	"github.com/cenote-auth/cenote/internal/core/message"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// UpdateAttributes changes attributes of a user; the value "" takes one away.
// Another e-mail address or phone number counts as not proved, unless the
// change says that it is, and voids the codes that went to the old one. Where
// the pool proves such addresses by itself, a code goes to the new one.
// Errors: NotFound, UserNotFound, InvalidParameter, AliasExists; NotBuilt where
// the pool wants the proof before the change.
func (s *Users) UpdateAttributes(ctx context.Context, poolID, name string, attributes map[string]string) error {
	p, u, err := s.find(ctx, poolID, name)
	if err != nil {
		return err
	}
	changes, err := p.Schema.CheckChange(attributes)
	if err != nil {
		return err
	}
	proofs := s.proofs(p, u, changes)
	return s.change(ctx, p, u.Sub, func(tx store.Tx, u *pool.User) error {
		moved := u.Change(changes)
		if err := checkFlags(u.Attributes); err != nil {
			return err
		}
		for _, attribute := range moved {
			if err := s.move(ctx, tx, p, u, attribute, proofs); err != nil {
				return err
			}
		}
		return nil
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

// move does what follows from another value of an address of u.
func (s *Users) move(ctx context.Context, tx store.Tx, p *pool.Pool, u *pool.User, attribute string, proofs map[string]parcel) error {
	if slices.Contains(p.VerifyBeforeUpdate, attribute) && u.Attributes[attribute] != "" && !u.Verified(attribute) {
		return pool.E(pool.NotBuilt, "a change of "+attribute+
			" that waits for its verification (AttributesRequireVerificationBeforeUpdate) is not implemented yet; "+
			"an administrator can set "+attribute+"_verified to true in the same request")
	}
	if err := tx.VoidCodes(ctx, p.Key, u.Sub, attribute); err != nil {
		return err
	}
	proof, ok := proofs[attribute]
	if !ok {
		return nil
	}
	return proof.put(ctx, tx)
}

// proofs makes a code for each address in changes that is to be proved.
func (s *Users) proofs(p *pool.Pool, u *pool.User, changes map[string]string) map[string]parcel {
	after := *u
	after.Attributes = maps.Clone(u.Attributes)
	after.Change(changes)
	parcels := map[string]parcel{}
	for _, attribute := range p.AutoVerifiedAttributes {
		to, ok := message.To(&after, attribute)
		if !ok || changes[attribute] == "" || after.Verified(attribute) {
			continue
		}
		parcels[attribute] = s.parcel(p, &after, code.Verify(attribute), message.VerifyAddress, to)
	}
	return parcels
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
