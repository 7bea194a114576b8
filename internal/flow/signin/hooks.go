package signin

import (
	"context"
	"errors"
	"time"

	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/core/trigger"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
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

// excuse forgets a try that was right where err is the fault of a function that
// was called after it, or of a client that did not wait for it, and returns err: no
// function locks anybody out.
func (s *Service) excuse(ctx context.Context, err error, forget func(store.Tx) error) error {
	e, ok := errors.AsType[*pool.Error](err)
	byFunction := ok && (e.Kind == pool.UserLambdaValidation || e.Kind == pool.UnexpectedLambda || e.Kind == pool.InvalidLambdaResponse)
	if !byFunction && !errors.Is(err, context.Canceled) {
		return err
	}
	ctx, cancel := afterwards(ctx)
	defer cancel()
	if err := s.Store.Update(ctx, forget); err != nil {
		return err
	}
	return err
}

// afterwards returns ctx, or one for what is still to be written where a function
// has used up the time of ctx.
func afterwards(ctx context.Context) (context.Context, context.CancelFunc) {
	const enough = 5 * time.Second
	if ctx.Err() == nil {
		return ctx, func() {}
	}
	return context.WithTimeout(context.WithoutCancel(ctx), enough)
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
// answer: a temporary password may have been replaced with it.
func (who person) occasion(before *pool.User) string {
	switch {
	case who.byDevice:
		return trigger.TokensByDevice
	case before.Status == pool.ForceChangePassword && who.user.Status != before.Status:
		return trigger.TokensByNewPassword
	}
	return trigger.TokensByAPI
}
