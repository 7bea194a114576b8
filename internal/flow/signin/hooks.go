package signin

import (
	"context"

	"github.com/cenote-auth/cenote/internal/core/trigger"
)

// ask lets PreAuthentication refuse a sign-in, before the password is looked
// at and before an attempt is counted. name is what was typed.
func (s *Service) ask(ctx context.Context, who person, name string, metadata map[string]string) error {
	return s.Triggers.PreAuthentication(ctx, who.subject(name), metadata)
}

// tell lets PostAuthentication know of a sign-in, and take it back.
func (s *Service) tell(ctx context.Context, who person) error {
	return s.Triggers.PostAuthentication(ctx, who.subject(who.username), who.metadata)
}

func (who person) subject(name string) trigger.Subject {
	return trigger.Subject{Pool: who.pool, Client: who.client, User: who.user, Name: name}
}
