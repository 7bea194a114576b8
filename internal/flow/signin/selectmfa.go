package signin

import (
	"context"

	"github.com/cenote-auth/cenote/internal/pool"
)

// askSelectMFAType lets who choose one of several second factors.
func (s *Service) askSelectMFAType(_ context.Context, who person, demand pool.Demand) (question, error) {
	return question{step: Step{
		Challenge: "SELECT_MFA_TYPE", Session: s.Sessions.Seal(s.state(who, "SELECT_MFA_TYPE")),
		Parameters: map[string]string{"MFAS_CAN_CHOOSE": jsonText(demand.Choices), "USER_ID_FOR_SRP": who.username},
	}}, nil
}

// answerSelectMFAType is SELECT_MFA_TYPE: the second factor that is asked for
// next.
func (s *Service) answerSelectMFAType(ctx context.Context, r Reply) (Step, error) {
	who, _, err := s.resume(ctx, r)
	if err != nil {
		return Step{}, err
	}
	factor := r.Responses["ANSWER"]
	switch {
	case who.user == nil:
		return Step{}, errSession
	case !who.pool.Serves(who.user, factor):
		return Step{}, pool.E(pool.InvalidParameter, "The selected MFA type is not available.")
	}
	next, err := seconds[factor](s, ctx, who, pool.Demand{Challenge: factor})
	if err != nil {
		return Step{}, err
	}
	return s.put(ctx, next)
}
