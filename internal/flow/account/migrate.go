package account

import (
	"context"
	"errors"

	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/trigger"
	"github.com/cenote-auth/cenote/internal/pool"
)

// migrate adds the user whom another system knows by a name that nobody has
// here, without a password. Errors: UserNotFound, or those of a function that
// could not be asked; nil, with nobody added, where the client hides who exists.
func (s *Service) migrate(ctx context.Context, who caller, name string, metadata map[string]string) error {
	subject := trigger.Subject{Pool: who.pool, Client: who.client, Name: name}
	m, err := s.Triggers.MigrateByForgotPassword(ctx, subject, metadata)
	if err == nil && len(m.Attributes) == 0 {
		err = pool.E(pool.UserNotFound, "")
	}
	if err == nil {
		_, err = directory.Migrate(ctx, s.Store, s.Passwords, who.pool, name, m, "", s.Now())
	}
	e, ok := errors.AsType[*pool.Error](err)
	switch {
	case err == nil, !ok:
		return err
	case who.client.HidesUnknownUsers():
		return nil
	case e.Kind == pool.UnexpectedLambda, e.Kind == pool.InvalidLambdaResponse:
		return err
	}
	return &pool.Error{Kind: pool.UserNotFound, Message: "Exception migrating user in app client " + who.client.ID, Err: err}
}
