package trigger

import (
	"context"

	"github.com/cenote-auth/cenote/internal/pool"
)

// Round is one answered challenge of a sign-in by CUSTOM_AUTH.
type Round struct {
	Challenge string  `json:"challengeName"`
	Right     bool    `json:"challengeResult"`
	Metadata  *string `json:"challengeMetadata"` // of CreateAuthChallenge, else null
}

// errNoChallenges is the error of a sign-in that needs a function which the
// pool has not got.
var errNoChallenges = pool.E(pool.InvalidParameter, "Custom auth lambda trigger is not configured for the user pool.")

// CheckChallenges returns nil if p has functions for CUSTOM_AUTH, else
// InvalidParameter: the first one at least, which may do without the others.
func CheckChallenges(p *pool.Pool) error {
	if !has(p, defineAuthChallenge) {
		return errNoChallenges
	}
	return nil
}

// challenge calls one of the three functions.
func (t *Triggers) challenge(ctx context.Context, s Subject, trigger string, e event, read func(members) error) error {
	function, ok := s.Pool.Triggers.ARN[trigger]
	if !ok {
		return errNoChallenges
	}
	return t.invoke(ctx, call{trigger, function, e, read})
}
