package account

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/cenote-auth/cenote/internal/core/code"
	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/core/message"
	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

var (
	errNoContact = pool.E(pool.InvalidParameter, "Invalid attribute name. Only phone_number and email can be verified.")

	errNoTexts = pool.E(pool.InvalidParameter, "User pool does not have SMS configuration to send messages.")

	// errAddressMoved: the user has another address than when it was read.
	errAddressMoved = errors.New("the address was changed meanwhile")
)

// sendTries is how often the sending of a code that was overtaken by a change
// of the address is begun.
const sendTries = 8

// SendCode sends a code to the address that an access token's user has in
// attribute email or phone_number, proved or not, and returns where it went.
// Where another address waits for its proof, the code is for the old one all
// the same. metadata is for functions. Errors: those of token.VerifyAccess;
// InvalidParameter for other attributes, without an address, and for a phone
// where the pool has no SmsConfiguration; LimitExceeded after 5 in an hour.
func (s *Service) SendCode(ctx context.Context, accessToken, attribute string, metadata map[string]string) (to message.Delivery, err error) {
	once := limit.Once{Rule: limit.AddressCode}
	for range sendTries {
		if to, err = s.trySend(ctx, accessToken, attribute, metadata, &once); !errors.Is(err, errAddressMoved) {
			return to, err
		}
	}
	return to, fmt.Errorf("send a code to %s: %w", attribute, err)
}

func (s *Service) trySend(
	ctx context.Context, accessToken, attribute string, metadata map[string]string, once *limit.Once,
) (message.Delivery, error) {
	access, err := s.Tokens.VerifyAccess(ctx, accessToken)
	if err != nil {
		return message.Delivery{}, err
	}
	if !pool.IsContact(attribute) {
		return message.Delivery{}, errNoContact
	}
	to, ok := message.To(access.User, attribute)
	if !ok {
		return message.Delivery{}, noAddress(attribute)
	}
	if to.Medium == message.SMS && access.Pool.SMS == nil {
		return message.Delivery{}, errNoTexts
	}
	if err := s.Limits.Begin(ctx, s.Store, access.Pool.Key, access.User.Sub, once); err != nil {
		return message.Delivery{}, err
	}
	letter, err := s.contacts().Letter(ctx, subject(access), message.VerifyAddress, code.Verify(attribute), to, metadata)
	if err != nil {
		return message.Delivery{}, err
	}
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		u, err := access.Again(ctx, tx)
		if err != nil {
			return err
		}
		if u.Attributes[attribute] != to.Destination {
			return errAddressMoved
		}
		return letter.Put(ctx, tx)
	})
	return to, err
}

// noAddress is the error for who has no address to prove.
func noAddress(attribute string) error {
	if attribute == "phone_number" {
		attribute = "phone number"
	}
	return pool.E(pool.InvalidParameter, "User does not have a valid registered "+attribute)
}

// VerifyAttribute proves the address of attribute email or phone_number with
// the code that went there: the one that an access token's user has, or the one
// that waits, which takes its place then. An attempt is counted before the code
// is looked at, and stays counted when the code is right, too: who may prove
// their own address again and again could else guess at that of another without
// end. Errors: those of token.VerifyAccess; InvalidParameter for other
// attributes; CodeMismatch, ExpiredCode; LimitExceeded after 15 in an hour;
// AliasExists if somebody else signs in by that address.
func (s *Service) VerifyAttribute(ctx context.Context, accessToken, attribute, text string) error {
	access, err := s.Tokens.VerifyAccess(ctx, accessToken)
	if err != nil {
		return err
	}
	if !pool.IsContact(attribute) {
		return errNoContact
	}
	var verdict error
	err = s.Store.Update(ctx, func(tx store.Tx) (err error) {
		verdict, err = s.verifyAddress(ctx, tx, access, attribute, text)
		return err
	})
	return cmp.Or(err, verdict)
}

// verifyAddress returns the answer for the caller as its first error: it is given
// after the transaction, which keeps the count, was committed.
func (s *Service) verifyAddress(ctx context.Context, tx store.Tx, access *token.Access, attribute, text string) (verdict, err error) {
	u, err := access.Again(ctx, tx)
	if err != nil {
		return nil, err
	}
	if err := s.Limits.Hourly(ctx, tx, u.PoolKey, u.Sub, limit.VerifyAddress); err != nil {
		return nil, err
	}
	row, verdict, err := s.sentCode(ctx, tx, u, attribute, text)
	if verdict != nil || err != nil {
		return verdict, err
	}
	err = tx.SpendCode(ctx, row.PoolKey, row.Sub, row.Purpose, row.MAC)
	if errors.Is(err, store.ErrNotFound) {
		return nil, store.ErrConflict // another one was sent since it was read
	}
	if err != nil {
		return nil, err
	}
	if row.Pending != "" {
		if err := tx.VoidCodes(ctx, u.PoolKey, u.Sub, attribute); err != nil {
			return nil, err
		}
	}
	u.Prove(attribute, address(row, u))
	return nil, directory.Save(ctx, tx, access.Pool, u, s.Now(), false)
}

// sentCode returns which code of u the text is: one for an address that waits, or
// for the one that is there. The verdict is what is wrong with the text, if it
// is none: CodeMismatch if there is a code, else ExpiredCode.
func (s *Service) sentCode(ctx context.Context, tx store.Tx, u *pool.User, attribute, text string) (row store.Code, verdict, err error) {
	for _, purpose := range []code.Purpose{code.Change(attribute), code.Verify(attribute)} {
		row, err = tx.Code(ctx, u.PoolKey, u.Sub, string(purpose))
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return row, nil, err
		}
		fault := s.Codes.Check(row, address(row, u), text)
		if fault == nil {
			return row, nil, nil
		}
		if !errors.Is(verdict, pool.E(pool.CodeMismatch, "")) {
			verdict = fault
		}
	}
	return store.Code{}, verdict, nil
}

// address returns where the code of row went, if that is still what u has.
func address(row store.Code, u *pool.User) string {
	return cmp.Or(row.Pending, u.Attributes[row.Attribute])
}
