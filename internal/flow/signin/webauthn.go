package signin

import (
	"context"
	"errors"

	"github.com/cenote-auth/cenote/internal/core/passkey"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// webAuthn is the challenge by passkey, a first factor.
const webAuthn = "WEB_AUTHN"

// errParty is how a sign-in says that the pool has no relying party: its
// operations have another word for it than those of passkeys.
var errParty = pool.E(pool.InvalidParameter, "The WebAuthn configuration of the user pool is missing its relying party.")

// askWebAuthn asks for an assertion by one of the passkeys of who.
func (s *Service) askWebAuthn(ctx context.Context, who person) (question, error) {
	var keys []store.Passkey
	var party string
	err := s.Store.View(ctx, func(snap store.Snapshot) (err error) {
		if party, err = relyingParty(ctx, snap, who.pool); err != nil {
			return err
		}
		keys, err = snap.Passkeys(ctx, who.pool.Key, who.sub, store.Page{Limit: passkey.MaxPerUser})
		return err
	})
	if err != nil {
		return question{}, err
	}
	if who.user == nil {
		keys = []store.Passkey{s.Passkeys.Imagine(who.pool, who.sub, party)}
	}
	state := s.state(who, webAuthn)
	state.Proof = passkey.NewChallenge()
	options, err := passkey.Request(who.pool, who.user, party, state.Proof, keys)
	if err != nil {
		return question{}, err
	}
	return question{step: Step{
		Challenge: webAuthn, Session: s.Sessions.Seal(state),
		Parameters: map[string]string{"CREDENTIAL_REQUEST_OPTIONS": options},
	}}, nil
}

func relyingParty(ctx context.Context, snap store.Snapshot, p *pool.Pool) (string, error) {
	party, err := passkey.Party(ctx, snap, p)
	if errors.Is(err, pool.E(pool.WebAuthnConfigurationMissing, "")) {
		err = errParty
	}
	return party, err
}

// answerWebAuthn is WEB_AUTHN: the assertion of an authenticator. Tries are not
// counted: a signature cannot be guessed, and whoever sends wrong ones must not
// lock out who can sign.
func (s *Service) answerWebAuthn(ctx context.Context, r Reply) (Step, error) {
	who, state, err := s.resume(ctx, r)
	if err != nil {
		return Step{}, err
	}
	return s.proveByPasskey(ctx, who, state.Proof, r.Responses["CREDENTIAL"])
}

// proveByPasskey goes on if assertion is one by who for challenge.
func (s *Service) proveByPasskey(ctx context.Context, who person, challenge []byte, assertion string) (Step, error) {
	if len(challenge) != passkey.ChallengeSize {
		return Step{}, errSession
	}
	if err := s.stillFirst(ctx, who, webAuthn); err != nil {
		return Step{}, err
	}
	right, err := s.checkAssertion(ctx, who, challenge, assertion)
	if err == nil {
		who, err = s.recogniseDevice(ctx, who)
	}
	if err == nil {
		err = s.Store.Update(ctx, func(tx store.Tx) error { return usePasskey(ctx, tx, right) })
	}
	if errors.Is(err, passkey.ErrAssertion) {
		return Step{}, errPassword
	}
	if err != nil {
		return Step{}, err
	}
	if right.Verified && who.pool.CountsAsTwo() {
		who.second = webAuthn
	}
	return s.proven(ctx, who, webAuthn)
}

// checkAssertion returns what an assertion by who proves, or ErrAssertion. Of a
// nobody it is always that, and takes as long.
func (s *Service) checkAssertion(ctx context.Context, who person, challenge []byte, assertion string) (passkey.Assertion, error) {
	id, err := passkey.CredentialID(assertion)
	if err != nil {
		return passkey.Assertion{}, err
	}
	var party string
	var key store.Passkey
	err = s.Store.View(ctx, func(snap store.Snapshot) (err error) {
		if party, err = relyingParty(ctx, snap, who.pool); err != nil {
			return err
		}
		key, err = snap.Passkey(ctx, who.pool.Key, id)
		return err
	})
	switch {
	case errors.Is(err, store.ErrNotFound) && who.user == nil:
		key = s.Passkeys.Imagine(who.pool, who.sub, party)
	case errors.Is(err, store.ErrNotFound):
		return passkey.Assertion{}, passkey.ErrAssertion
	case err != nil:
		return passkey.Assertion{}, err
	}
	right, err := s.Passkeys.Check(who.pool, who.user, who.sub, party, challenge, key, assertion)
	if err == nil && who.user == nil {
		err = passkey.ErrAssertion
	}
	return right, err
}

// usePasskey writes the counter of a right assertion. ErrAssertion if the passkey
// was used or taken away since it was checked.
func usePasskey(ctx context.Context, tx store.Tx, right passkey.Assertion) error {
	err := tx.UsePasskey(ctx, right.Key, right.Before)
	if errors.Is(err, store.ErrConflict) || errors.Is(err, store.ErrNotFound) {
		return passkey.ErrAssertion
	}
	return err
}
