package account

import (
	"context"
	"errors"

	"github.com/cenote-auth/cenote/internal/core/contact"
	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/core/message"
	"github.com/cenote-auth/cenote/internal/core/notice"
	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/core/trigger"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

var errManySends = pool.E(pool.TooManyRequests, "Too many requests")

// UpdateAttributes changes attributes of an access token's user; the value ""
// takes one away. All are changed or none. Another address is not proved: where
// the pool proves such addresses by itself a code goes there, and where it
// wants the proof before the change the old address stays until then. Returned
// is where codes went. metadata is for functions. Errors: those of token.VerifyAccess; NotAuthorized for
// an attribute that the client may not write, InvalidParameter, AliasExists;
// TooManyRequests after 20 changes in an hour that sent codes.
func (s *Service) UpdateAttributes(ctx context.Context, accessToken string, attributes, metadata map[string]string) ([]message.Delivery, error) {
	access, err := s.Tokens.VerifyAccess(ctx, accessToken)
	if err != nil {
		return nil, err
	}
	if err := access.Client.CheckWritable(attributes); err != nil {
		return nil, err
	}
	changes, err := access.Pool.Schema.CheckChange(attributes)
	if err != nil {
		return nil, err
	}
	var sent []message.Delivery
	counted := contact.Asks(subject(access), changes)
	if counted {
		err := s.Store.Update(ctx, func(tx store.Tx) error { return s.countChange(ctx, tx, access.User) })
		if err != nil {
			return nil, err
		}
	}
	change, err := s.contacts().Change(ctx, subject(access), changes, metadata)
	if err != nil {
		return nil, err
	}
	err = s.change(ctx, access, func(tx store.Tx, u *pool.User) (err error) {
		if sent, err = change.Make(ctx, tx, u); err != nil || len(sent) == 0 || counted {
			return err
		}
		return s.countChange(ctx, tx, u)
	})
	return sent, err
}

// countChange debits a change of u that sends codes: before a function is asked
// for their words, or else with them.
func (s *Service) countChange(ctx context.Context, tx store.Tx, u *pool.User) error {
	err := s.Limits.Hourly(ctx, tx, u.PoolKey, u.Sub, limit.ChangeAddress)
	if errors.Is(err, pool.E(pool.LimitExceeded, "")) {
		return errManySends // LimitExceeded is not among this operation's errors
	}
	return err
}

// DeleteAttributes takes attributes away from an access token's user. Those
// that the user does not have are no error. Errors: as of UpdateAttributes.
func (s *Service) DeleteAttributes(ctx context.Context, accessToken string, names []string) error {
	attributes := make(map[string]string, len(names))
	for _, name := range names {
		attributes[name] = ""
	}
	_, err := s.UpdateAttributes(ctx, accessToken, attributes, nil)
	return err
}

func (s *Service) contacts() contact.Contacts {
	return contact.Contacts{Codes: s.Codes, Notices: s.notices()}
}

func (s *Service) notices() notice.Notices {
	return notice.Notices{Messages: s.Messages, Triggers: s.Triggers}
}

func subject(access *token.Access) trigger.Subject {
	return trigger.Subject{Pool: access.Pool, Client: access.Client, User: access.User}
}

// change reads the user of access again in a transaction, lets do change it and
// saves it. The errors of token.VerifyAccess if the token has ended since.
func (s *Service) change(ctx context.Context, access *token.Access, do func(store.Tx, *pool.User) error) error {
	return s.Store.Update(ctx, func(tx store.Tx) error {
		u, err := access.Again(ctx, tx)
		if err != nil {
			return err
		}
		if err := do(tx, u); err != nil {
			return err
		}
		return directory.Save(ctx, tx, access.Pool, u, s.Now(), false)
	})
}
