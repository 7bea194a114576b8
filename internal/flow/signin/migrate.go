package signin

import (
	"context"
	"errors"
	"strings"

	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/core/trigger"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// mayCome reports whether who, whom nobody knows here, may come from another
// system by a password that is not sent yet.
func (who person) mayCome() bool {
	return who.flow == "USER_AUTH" && trigger.HasUserMigration(who.pool)
}

// plain returns the password of a request that has one in plain, else "".
func (r Request) plain() string {
	switch r.Flow {
	case "USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH":
		return r.Parameters["PASSWORD"]
	case "USER_AUTH":
		if r.Parameters["PREFERRED_CHALLENGE"] == "PASSWORD" {
			return r.Parameters["PASSWORD"]
		}
	}
	return ""
}

// bring lets another system say whether it knows who, where nobody does here
// and r has a password in plain.
func (s *Service) bring(ctx context.Context, who person, r Request) (person, error) {
	password := r.plain()
	if who.user != nil || password == "" || !trigger.HasUserMigration(who.pool) {
		return who, nil
	}
	return s.migrate(ctx, who, r.Parameters["USERNAME"], password, r.ClientMetadata, nil)
}

// migrate adds who if another system knows name with password. The attempt is
// counted before it is asked, as that of anybody else, for all spellings of a
// name together: to the other system they may be one. Errors: UserNotFound, or
// what a wrong password gets where the client hides who exists.
func (s *Service) migrate(ctx context.Context, who person, name, password string, validation, metadata map[string]string) (person, error) {
	stranger := s.nobody(who, strings.ToLower(name))
	if err := s.debit(ctx, &stranger); err != nil {
		return person{}, err
	}
	m, err := s.Triggers.MigrateBySignIn(ctx, who.subject(name), password, validation, metadata)
	if err == nil && len(m.Attributes) == 0 {
		err = pool.E(pool.UserNotFound, "")
	}
	if err == nil {
		who.user, err = directory.Migrate(ctx, s.Store, s.Passwords, who.pool, name, m, password, s.Now())
	}
	if err != nil {
		return person{}, who.notMigrated(err)
	}
	return who, s.Store.Update(ctx, func(tx store.Tx) error {
		if s.Risk.Enforces(who.pool, who.flow) { // the password is counted again, where it is looked at
			if err := s.Limits.Refund(ctx, tx, who.pool.Key, who.origin.Address); err != nil {
				return err
			}
		}
		return s.Limits.Clear(ctx, tx, who.pool.Key, stranger.sub, limit.FactorPassword)
	})
}

// notMigrated gives the error of a migration the words for the caller. Where the
// function could not be asked, callers may know that only if they may know who
// exists.
func (who person) notMigrated(err error) error {
	e, ok := errors.AsType[*pool.Error](err)
	switch {
	case !ok:
		return err
	case who.client.HidesUnknownUsers():
		return errPassword
	case e.Kind == pool.UnexpectedLambda, e.Kind == pool.InvalidLambdaResponse:
		return err
	}
	return &pool.Error{Kind: pool.UserNotFound, Message: "Exception migrating user in app client " + who.client.ID, Err: err}
}
