package signup

import (
	"github.com/google/uuid"

	"github.com/cenote-auth/cenote/internal/core/session"
	"github.com/cenote-auth/cenote/internal/core/trigger"
	"github.com/cenote-auth/cenote/internal/pool"
)

// session returns the session with which who may sign in at once, "" where the
// client has no USER_AUTH. It is good for that when who is confirmed; made
// before, it stays good for nothing: whoever proves the code later may be
// somebody else than who holds it.
func (s *Service) session(who trigger.Subject) string {
	if !who.Pool.AllowsFlow(who.Client, "USER_AUTH") {
		return ""
	}
	step := session.Unproven
	if who.User.Status == pool.Confirmed {
		step = session.Proven
	}
	return s.Sessions.Seal(session.State{
		Purpose: session.SignUp, PoolKey: who.Pool.Key, ClientID: who.Client.ID, Sub: who.User.Sub,
		Generation: who.User.SessionGeneration, Step: step, SignInID: uuid.NewString(),
		Expires: s.Now().Add(who.Client.SessionLifetime()),
	})
}
