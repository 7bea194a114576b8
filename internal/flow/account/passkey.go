package account

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/cenote-auth/cenote/internal/core/passkey"
	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

var (
	errPasskeyGone = pool.E(pool.NotFound, "The WebAuthn credential does not exist.")
	errPasskeys    = pool.E(pool.LimitExceeded, "The user has the most WebAuthn credentials that are allowed.")
)

// registrationKept is how long it is known that a registration is over: longer
// than its challenge lives.
const registrationKept = time.Hour

// StartPasskey returns the options for a new passkey of an access token's user,
// as JSON. Errors are those of passkeyAccess; WebAuthnNotEnabled,
// WebAuthnConfigurationMissing, LimitExceeded.
// Source: StartWebAuthnRegistration in model/.
func (s *Service) StartPasskey(ctx context.Context, accessToken string) (json.RawMessage, error) {
	access, r, err := s.registration(ctx, accessToken)
	if err != nil {
		return nil, err
	}
	var keys []store.Passkey
	err = s.Store.View(ctx, func(snap store.Snapshot) error {
		if r.Party, err = passkey.Party(ctx, snap, access.Pool); err != nil {
			return err
		}
		keys, err = snap.Passkeys(ctx, access.Pool.Key, access.User.Sub, store.Page{Limit: passkey.MaxPerUser})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("start a passkey: %w", err)
	}
	if len(keys) == passkey.MaxPerUser {
		return nil, errPasskeys
	}
	return s.Passkeys.Options(r, keys)
}

// AddPasskey keeps the passkey that an authenticator made for the options of
// StartPasskey, which serve once. Errors are those of passkeyAccess and of
// passkey.Register; WebAuthnNotEnabled, LimitExceeded.
// Source: CompleteWebAuthnRegistration in model/.
func (s *Service) AddPasskey(ctx context.Context, accessToken string, credential json.RawMessage) error {
	access, r, err := s.registration(ctx, accessToken)
	if err != nil {
		return err
	}
	err = s.Store.View(ctx, func(snap store.Snapshot) (err error) {
		r.Party, err = passkey.Party(ctx, snap, access.Pool)
		return err
	})
	if errors.Is(err, pool.E(pool.WebAuthnConfigurationMissing, "")) {
		return passkey.ErrParty // there was one when it began
	}
	if err != nil {
		return fmt.Errorf("add a passkey: %w", err)
	}
	key, id, err := s.Passkeys.Register(r, credential)
	if err != nil {
		return err
	}
	return s.withPasskeys(ctx, access, func(tx store.Tx) error {
		err := tx.SpendSignIn(ctx, key.PoolKey, id, s.Now().Add(registrationKept))
		if errors.Is(err, store.ErrExists) {
			return passkey.ErrChallenge
		}
		if err != nil {
			return err
		}
		count, err := tx.AddPasskey(ctx, key)
		switch {
		case errors.Is(err, store.ErrExists), err == nil && s.Passkeys.Imagined(access.Pool, key):
			return passkey.ErrData
		case err == nil && count > passkey.MaxPerUser:
			return errPasskeys
		}
		return err
	})
}

// ListPasskeys returns a page of the passkeys of an access token's user, as
// passkey.List does. Errors are those of passkeyAccess and of List.
// Source: ListWebAuthnCredentials in model/.
func (s *Service) ListPasskeys(ctx context.Context, accessToken string, limit int, page string) (list []passkey.Description, next string, err error) {
	access, err := s.passkeyAccess(ctx, accessToken)
	if err != nil {
		return nil, "", err
	}
	err = s.Store.View(ctx, func(snap store.Snapshot) (err error) {
		list, next, err = s.Passkeys.List(ctx, snap, access.Pool, access.User.Sub, limit, page)
		return err
	})
	return list, next, err
}

// DeletePasskey removes a passkey of an access token's user. Errors are those of
// passkeyAccess; NotFound.
// Source: DeleteWebAuthnCredential in model/.
func (s *Service) DeletePasskey(ctx context.Context, accessToken, id string) error {
	access, err := s.passkeyAccess(ctx, accessToken)
	if err != nil {
		return err
	}
	return s.withPasskeys(ctx, access, func(tx store.Tx) error {
		err := tx.DeletePasskey(ctx, access.Pool.Key, access.User.Sub, id)
		if errors.Is(err, store.ErrNotFound) {
			return errPasskeyGone
		}
		return err
	})
}

// registration begins to describe a new passkey of an access token's user.
func (s *Service) registration(ctx context.Context, accessToken string) (*token.Access, passkey.Registration, error) {
	access, err := s.passkeyAccess(ctx, accessToken)
	if err != nil {
		return nil, passkey.Registration{}, err
	}
	r := passkey.Registration{Pool: access.Pool, ClientID: access.Client.ID, User: access.User}
	return access, r, passkey.Enabled(access.Pool)
}

// passkeyAccess returns what an access token says. Errors are those of
// token.VerifyAccess, but that the operations on passkeys have no word for a
// user who is gone: then the token is no good any more.
func (s *Service) passkeyAccess(ctx context.Context, accessToken string) (*token.Access, error) {
	access, err := s.Tokens.VerifyAccess(ctx, accessToken)
	return access, withoutUser(err)
}

// withPasskeys changes something about the passkeys of who holds an access
// token, in a transaction in which the token is still good.
func (s *Service) withPasskeys(ctx context.Context, access *token.Access, do func(store.Tx) error) error {
	return s.Store.Update(ctx, func(tx store.Tx) error {
		if _, err := access.Again(ctx, tx); err != nil {
			return withoutUser(err)
		}
		return do(tx)
	})
}

func withoutUser(err error) error {
	if errors.Is(err, pool.E(pool.UserNotFound, "")) {
		return pool.E(pool.NotAuthorized, "Access Token has been revoked")
	}
	return err
}
