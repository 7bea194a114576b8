package account

import (
	"context"
	"errors"

	"github.com/cenote-auth/cenote/internal/core/contact"
	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/core/message"
	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

var (
	errNoUser    = pool.E(pool.UserNotFound, "User does not exist.")
	errManySends = pool.E(pool.TooManyRequests, "Too many requests")
)

// UpdateAttributes changes attributes of an access token's user; the value ""
// takes one away. All are changed or none. Another address is not proved: where
// the pool proves such addresses by itself a code goes there, and where it
// wants the proof before the change the old address stays until then. Returned
// is where codes went. Errors: those of token.VerifyAccess; NotAuthorized for
// an attribute that the client may not write, InvalidParameter, AliasExists;
// TooManyRequests after 20 changes in an hour that sent codes.
func (s *Service) UpdateAttributes(ctx context.Context, accessToken string, attributes map[string]string) ([]message.Delivery, error) {
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
	change := s.contacts().Change(access.Pool, access.User, changes)
	err = s.change(ctx, access, func(tx store.Tx, u *pool.User) (err error) {
		if sent, err = change.Make(ctx, tx, u); err != nil || len(sent) == 0 {
			return err
		}
		err = s.Limits.Hourly(ctx, tx, u.PoolKey, u.Sub, limit.ChangeAddress)
		if errors.Is(err, pool.E(pool.LimitExceeded, "")) {
			return errManySends // LimitExceeded is not among this operation's errors
		}
		return err
	})
	return sent, err
}

// DeleteAttributes takes attributes away from an access token's user. Those
// that the user does not have are no error. Errors: as of UpdateAttributes.
func (s *Service) DeleteAttributes(ctx context.Context, accessToken string, names []string) error {
	attributes := make(map[string]string, len(names))
	for _, name := range names {
		attributes[name] = ""
	}
	_, err := s.UpdateAttributes(ctx, accessToken, attributes)
	return err
}

func (s *Service) contacts() contact.Contacts {
	return contact.Contacts{Codes: s.Codes, Messages: s.Messages}
}

// change reads the user of access again in a transaction, lets do change it and
// saves it. UserNotFound if the user is gone.
func (s *Service) change(ctx context.Context, access *token.Access, do func(store.Tx, *pool.User) error) error {
	return s.Store.Update(ctx, func(tx store.Tx) error {
		u, err := again(ctx, tx, access)
		if err != nil {
			return err
		}
		if err := do(tx, u); err != nil {
			return err
		}
		return directory.Save(ctx, tx, access.Pool, u, s.Now(), false)
	})
}

// again returns the user of access as it is now, or UserNotFound.
func again(ctx context.Context, s store.UserReader, access *token.Access) (*pool.User, error) {
	u, err := s.User(ctx, access.Pool.Key, access.User.Sub)
	if errors.Is(err, store.ErrNotFound) {
		return nil, errNoUser
	}
	return u, err
}
