package signin

import (
	"context"
	"errors"

	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/session"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Reply answers a challenge.
type Reply struct {
	ClientID  string
	Challenge string // ChallengeName
	Session   string
	Responses Parameters
}

// answers says which method takes the reply to a challenge.
var answers = map[string]func(*Service, context.Context, Reply) (Step, error){
	"PASSWORD_VERIFIER":     (*Service).answerVerifier,
	"NEW_PASSWORD_REQUIRED": (*Service).answerNewPassword,
}

// Answer checks the reply to one challenge and returns the next challenge or
// the tokens. A session lives for Client.SessionLifetime and is good for one
// success; InvalidPassword leaves it open.
// Source: RespondToAuthChallenge in model/.
func (s *Service) Answer(ctx context.Context, r Reply) (Step, error) {
	answer, ok := answers[r.Challenge]
	if !ok {
		return Step{}, s.refuse(ctx, r)
	}
	return answer(s, ctx, r)
}

// refuse answers for a challenge that no session of ours waits for.
func (s *Service) refuse(ctx context.Context, r Reply) error {
	return s.Store.View(ctx, func(snap store.Snapshot) error {
		if _, _, err := directory.Client(ctx, snap, r.ClientID); err != nil {
			return err
		}
		return errSession
	})
}

// resume opens a session and finds out again who it is about.
func (s *Service) resume(ctx context.Context, r Reply, purpose, text string) (person, session.State, error) {
	var who person
	var state session.State
	err := s.Store.View(ctx, func(snap store.Snapshot) (err error) {
		if who.client, who.pool, err = directory.Client(ctx, snap, r.ClientID); err != nil {
			return err
		}
		if err := r.Responses.need("USERNAME"); err != nil {
			return err
		}
		name := r.Responses["USERNAME"]
		if err := s.Secrets.CheckHash(who.client, name, r.Responses["SECRET_HASH"]); err != nil {
			return err
		}
		if state, err = s.Sessions.Open(purpose, text); err != nil {
			return err
		}
		if err := state.For(who.pool, who.client); err != nil {
			return err
		}
		if state.Step != r.Challenge {
			return errSession
		}
		if err := s.reread(ctx, snap, &who, state); err != nil {
			return err
		}
		return s.sameName(ctx, snap, who, name)
	})
	if err != nil {
		return person{}, session.State{}, err
	}
	if who.user != nil {
		who, err = s.recognise(who, who.user.Username)
	}
	return who, state, err
}

// sameName checks that USERNAME is a name of the session's user.
func (s *Service) sameName(ctx context.Context, snap store.Snapshot, who person, name string) error {
	if who.user == nil || name == who.user.Username {
		return nil
	}
	u, err := directory.Find(ctx, snap, who.pool, name)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return errPassword
	case err != nil:
		return err
	case u.Sub != who.user.Sub:
		return errPassword
	}
	return nil
}

// unchanged reads u again inside a transaction and refuses to go on if
// anything has ended its open sign-ins meanwhile.
func unchanged(ctx context.Context, tx store.Tx, u *pool.User) error {
	now, err := tx.User(ctx, u.PoolKey, u.Sub)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return errSession
	case err != nil:
		return err
	case !now.Enabled:
		return errDisabled
	case now.SessionGeneration != u.SessionGeneration:
		return errSession
	}
	return nil
}
