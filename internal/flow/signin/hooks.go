package signin

import (
	"context"

	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/core/trigger"
	"github.com/cenote-auth/cenote/internal/pool"
)

// ask lets PreAuthentication refuse a sign-in, before the password is looked
// at and before an attempt is counted. name is what was typed.
func (s *Service) ask(ctx context.Context, who person, name string, metadata map[string]string) error {
	return s.Triggers.PreAuthentication(ctx, who.subject(name), metadata)
}

// tell lets PostAuthentication know of a sign-in, and take it back.
func (s *Service) tell(ctx context.Context, who person) error {
	return s.Triggers.PostAuthentication(ctx, who.subject(who.username), who.newDevice(), who.metadata)
}

func (who person) subject(name string) trigger.Subject {
	return trigger.Subject{Pool: who.pool, Client: who.client, User: who.user, Name: name}
}

// changes asks PreTokenGeneration what the tokens of somebody in groups shall
// say otherwise.
func (s *Service) changes(
	ctx context.Context, who trigger.Subject, occasion string, groups pool.Groups, metadata map[string]string,
) (*pool.TokenChanges, error) {
	upcoming := trigger.Upcoming{Occasion: occasion, Scopes: []string{token.APIScope}, Groups: groups}
	return s.Triggers.PreTokenGeneration(ctx, who, upcoming, metadata)
}

// occasion is the one on which who gets tokens, whose user was before the last
// answer.
func (who person) occasion(before *pool.User) string {
	switch {
	case who.byDevice:
		return trigger.TokensByDevice
	case before.Status == pool.ForceChangePassword:
		return trigger.TokensByNewPassword
	}
	return trigger.TokensByAPI
}
