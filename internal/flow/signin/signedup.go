package signin

import (
	"context"

	"github.com/cenote-auth/cenote/internal/core/session"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// startSignedUp is USER_AUTH with the session of a sign-up: whoever has just
// proved the code proves nothing more, once. Who is not confirmed hears so from
// the session of their own sign-up alone.
func (s *Service) startSignedUp(ctx context.Context, who person, text string) (Step, error) {
	state, err := s.Sessions.Open(session.SignUp, text)
	if err != nil {
		return Step{}, err
	}
	if err := state.For(who.pool, who.client); err != nil {
		return Step{}, err
	}
	if who.user == nil || who.sub != state.Sub {
		return Step{}, errSession
	}
	err = s.Store.View(ctx, func(snap store.Snapshot) error { return unspent(ctx, snap, state) })
	if err != nil {
		return Step{}, err
	}
	if err := state.ForUser(who.user); err != nil {
		return Step{}, err
	}
	switch {
	case who.user.Status == pool.Unconfirmed:
		return Step{}, errUnconfirmed
	case state.Step != session.Proven:
		return Step{}, errSession
	}
	who.id = state.SignInID
	return s.proven(ctx, who, session.SignUp)
}
