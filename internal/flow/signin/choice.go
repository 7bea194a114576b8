package signin

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"github.com/cenote-auth/cenote/internal/pool"
)

// A factor is a first factor of USER_AUTH: the parameter that a client proves
// it with, or begins to, and what takes that.
type factor struct {
	needs string
	prove func(s *Service, ctx context.Context, who person, id, value string) (Step, error)
}

var factors = map[string]factor{
	"PASSWORD_SRP": {"SRP_A", (*Service).chooseSRP},
	"PASSWORD":     {"PASSWORD", (*Service).provePassword},
}

// available are the first factors of everybody. Those without a password have
// them too and come no further: a list of their own would tell them from
// nobody.
var available = []string{"PASSWORD_SRP", "PASSWORD"}

// startChoice is USER_AUTH: the client says by which factor, or hears which
// there are. With the session of a sign-up nothing is left to prove.
func (s *Service) startChoice(ctx context.Context, r Request) (Step, error) {
	who, err := s.enter(ctx, r, "USERNAME")
	if err != nil {
		return Step{}, err
	}
	if r.Session != "" {
		return s.startSignedUp(ctx, who, r.Session)
	}
	id, preferred := uuid.NewString(), r.Parameters["PREFERRED_CHALLENGE"]
	if slices.Contains(available, preferred) {
		return s.choose(ctx, who, id, preferred, r.Parameters)
	}
	if slices.Contains(who.pool.AllowedFirstFactors, preferred) {
		return Step{}, notBuilt(preferred)
	}
	return s.offer(who, id, "SELECT_CHALLENGE"), nil
}

// choose goes on by a factor that is available; what proves it may come with
// the choice, and is asked for otherwise.
func (s *Service) choose(ctx context.Context, who person, id, name string, given Parameters) (Step, error) {
	f := factors[name]
	if value := given[f.needs]; value != "" {
		return f.prove(s, ctx, who, id, value)
	}
	return s.offer(who, id, name), nil
}

// offer is the challenge to choose a factor, or to prove the one chosen.
func (s *Service) offer(who person, id, challenge string) Step {
	return Step{
		Challenge: challenge, Available: available,
		Session: s.Sessions.Seal(s.state(who, "challenge", challenge, id)),
	}
}

// chooseSRP is startSRP, with a session: clients of USER_AUTH expect one.
func (s *Service) chooseSRP(ctx context.Context, who person, id, a string) (Step, error) {
	step, err := s.challengeSRP(ctx, who, id, a)
	step.Session, step.Available = step.Parameters["SECRET_BLOCK"], available
	return step, err
}

// answerChoice is SELECT_CHALLENGE.
func (s *Service) answerChoice(ctx context.Context, r Reply) (Step, error) {
	who, state, err := s.resume(ctx, r, "challenge", r.Session, "ANSWER")
	if err != nil {
		return Step{}, err
	}
	name := r.Responses["ANSWER"]
	switch {
	case slices.Contains(available, name):
		return s.choose(ctx, who, state.SignInID, name, r.Responses)
	case slices.Contains(who.pool.AllowedFirstFactors, name):
		return Step{}, notBuilt(name)
	}
	return Step{}, pool.E(pool.InvalidParameter, "The selected challenge is not available.")
}

// answerFactor is PASSWORD and PASSWORD_SRP.
func (s *Service) answerFactor(ctx context.Context, r Reply) (Step, error) {
	who, state, err := s.resume(ctx, r, "challenge", r.Session, factors[r.Challenge].needs)
	if err != nil {
		return Step{}, err
	}
	return s.choose(ctx, who, state.SignInID, r.Challenge, r.Responses)
}

func notBuilt(factor string) error {
	return pool.E(pool.NotBuilt, "the first factor "+factor+" is not implemented yet")
}
