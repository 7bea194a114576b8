package signin

import (
	"context"
	"errors"

	"github.com/cenote-auth/cenote/internal/core/totp"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

var (
	errToken = pool.E(pool.CodeMismatch, "Invalid code received for user")
	errUsed  = pool.E(pool.ExpiredCode, "Your software token has already been used once.")
)

// softwareToken is the challenge by the software token, the first factor of some
// and the second of others.
const softwareToken = "SOFTWARE_TOKEN_MFA"

// askSoftwareTokenMFA asks for a password of the software token of who.
func (s *Service) askSoftwareTokenMFA(ctx context.Context, who person, _ pool.Demand) (question, error) {
	step := Step{
		Challenge: softwareToken, Session: s.Sessions.Seal(s.state(who, softwareToken)),
		Parameters: map[string]string{"USER_ID_FOR_SRP": who.username},
	}
	var token store.SoftwareToken
	err := s.Store.View(ctx, func(snap store.Snapshot) (err error) {
		token, err = snap.SoftwareToken(ctx, who.pool.Key, who.sub)
		return err
	})
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return question{}, err
	}
	if token.Name != "" && who.proved() { // a stranger does not hear it
		step.Parameters["FRIENDLY_DEVICE_NAME"] = token.Name
	}
	return question{step: step}, nil
}

// answerSoftwareTokenMFA is SOFTWARE_TOKEN_MFA. The try is counted before the
// password is looked at, and each password is good once.
func (s *Service) answerSoftwareTokenMFA(ctx context.Context, r Reply) (Step, error) {
	who, _, err := s.resume(ctx, r)
	if err != nil {
		return Step{}, err
	}
	if err := s.stillDue(ctx, who, softwareToken, false); err != nil {
		return Step{}, err
	}
	var token store.SoftwareToken
	err = s.Store.Update(ctx, func(tx store.Tx) (err error) {
		if err := s.Limits.SignInCode(ctx, tx, who.pool.Key, who.sub, who.counter(softwareToken)); err != nil {
			return err
		}
		token, err = tx.SoftwareToken(ctx, who.pool.Key, who.sub)
		if errors.Is(err, store.ErrNotFound) {
			err = nil // nobody, or the token was taken away: no password fits
		}
		return err
	})
	if err != nil {
		return Step{}, err
	}
	step, right, err := s.checkToken(token, r.Responses["SOFTWARE_TOKEN_MFA_CODE"])
	switch {
	case err != nil:
		return Step{}, err
	case !right || who.user == nil:
		return Step{}, errToken
	case step <= token.Used:
		return Step{}, errUsed
	}
	use := func(tx store.Tx, _ *pool.User) error {
		err := tx.UseSoftwareToken(ctx, token.PoolKey, token.Sub, token.Sealed, step)
		switch {
		case errors.Is(err, store.ErrExists):
			return errUsed
		case errors.Is(err, store.ErrNotFound):
			return errSession // there is another token by now, or none
		}
		return err
	}
	if who.first != "" {
		return s.passed(ctx, who, softwareToken, who.user, use)
	}
	if who, err = s.recogniseDevice(ctx, who); err != nil {
		return Step{}, err
	}
	err = s.Store.Update(ctx, func(tx store.Tx) error { return use(tx, nil) })
	if err != nil {
		return Step{}, err
	}
	return s.firstProven(ctx, who, softwareToken)
}

// checkToken returns the time step that a password is of, false if it is none of
// the token in use. It takes as long where there is no token.
func (s *Service) checkToken(token store.SoftwareToken, password string) (step int64, right bool, err error) {
	seed := make([]byte, totp.SeedSize)
	if token.Sealed != nil {
		if seed, err = s.Seeds.Open(token.PoolKey, token.Sub, token.Sealed); err != nil {
			return 0, false, err
		}
	}
	step, right = totp.Step(seed, password, s.Now())
	return step, right && token.Sealed != nil, nil
}
