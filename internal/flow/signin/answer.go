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
	PoolID    string // as an administrator names it; "" for the public API
	ClientID  string
	Challenge string // ChallengeName
	Session   string
	Responses Parameters

	ClientMetadata map[string]string // for PostAuthentication
}

// answers says which method takes the reply to a challenge.
var answers = map[string]func(*Service, context.Context, Reply) (Step, error){
	"PASSWORD_VERIFIER":     (*Service).answerVerifier,
	"NEW_PASSWORD_REQUIRED": (*Service).answerNewPassword,
	"SELECT_CHALLENGE":      (*Service).answerChoice,
	"PASSWORD":              (*Service).answerFactor,
	"PASSWORD_SRP":          (*Service).answerFactor,
}

// Answer checks the reply to one challenge and returns the next challenge or
// the tokens. A session lives for Client.SessionLifetime and is good for one
// success; InvalidPassword leaves it open.
// Source: RespondToAuthChallenge and AdminRespondToAuthChallenge in model/.
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
		if _, _, err := door(ctx, snap, r.PoolID, r.ClientID); err != nil {
			return err
		}
		return errSession
	})
}

// resume opens a session and finds out again who it is about. needs are the
// responses that must be there besides USERNAME.
func (s *Service) resume(ctx context.Context, r Reply, purpose, text string, needs ...string) (person, session.State, error) {
	who := person{metadata: r.ClientMetadata}
	var state session.State
	var ended bool
	err := s.Store.View(ctx, func(snap store.Snapshot) (err error) {
		if who.client, who.pool, err = door(ctx, snap, r.PoolID, r.ClientID); err != nil {
			return err
		}
		if err := r.Responses.need(append([]string{"USERNAME"}, needs...)...); err != nil {
			return err
		}
		if text == "" {
			return missing("Session")
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
		if err := s.reread(ctx, snap, &who, name, state); err != nil {
			ended = errors.Is(err, errSession)
			return err
		}
		return s.sameName(ctx, snap, who, name, state)
	})
	if ended {
		err = s.whyEnded(ctx, state)
	}
	if err != nil {
		return person{}, session.State{}, err
	}
	if who.user != nil {
		who, err = s.recognise(who, who.user.Username)
	}
	return who, state, err
}

// whyEnded says of a session that does not fit its user any more whether its
// own sign-in has used it up, or something else has ended it.
func (s *Service) whyEnded(ctx context.Context, state session.State) error {
	return s.Store.Update(ctx, func(tx store.Tx) error {
		if err := s.spend(ctx, tx, state.PoolKey, state.SignInID); err != nil {
			return err
		}
		return errSession // and the mark is rolled back
	})
}

// sameName checks that USERNAME is a name of whom the session is about. It is
// looked up for a nobody too, whom that does not help: it takes as long.
func (s *Service) sameName(ctx context.Context, snap store.Snapshot, who person, name string, state session.State) error {
	same := who.sub == state.Sub // but for a nobody of another name
	if same && name == who.username {
		return nil
	}
	u, err := directory.Find(ctx, snap, who.pool, name)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if who.user != nil {
		same = err == nil && u.Sub == who.sub
	}
	if !same {
		return errPassword
	}
	return nil
}

// unchanged reads u again inside a transaction and refuses to go on if
// anything has ended its open sign-ins meanwhile.
func unchanged(ctx context.Context, tx store.Tx, u *pool.User) (*pool.User, error) {
	now, err := tx.User(ctx, u.PoolKey, u.Sub)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil, errSession
	case err != nil:
		return nil, err
	case !now.Enabled:
		return nil, errDisabled
	case now.SessionGeneration != u.SessionGeneration:
		return nil, errSession
	}
	return now, nil
}
