package signin

import (
	"bytes"
	"context"

	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/trigger"
	"github.com/cenote-auth/cenote/internal/store"
)

// startPassword is USER_PASSWORD_AUTH, and ADMIN_USER_PASSWORD_AUTH under its two
// names: name and password in one request.
func (s *Service) startPassword(ctx context.Context, r Request) (Step, error) {
	who, err := s.enter(ctx, r, "USERNAME", "PASSWORD")
	if err != nil {
		return Step{}, err
	}
	return s.provePassword(ctx, who, r.Parameters["PASSWORD"], r.Flow)
}

// provePassword goes on if password is that of who, which came by a challenge
// or a flow.
func (s *Service) provePassword(ctx context.Context, who person, password, by string) (Step, error) {
	if who.user == nil && trigger.HasUserMigration(who.pool) {
		return s.proveElsewhere(ctx, who, password, by)
	}
	if err := s.debit(ctx, &who); err != nil {
		return Step{}, err
	}
	v := who.verifier
	if who.user == nil {
		v = s.Passwords.Decoy(who.pool, who.sub, v)
	}
	right, err := s.Passwords.Matches(ctx, who.pool, who.username, v, password)
	if err != nil {
		return Step{}, err
	}
	if !right || who.user == nil {
		return Step{}, errPassword
	}
	if err := s.knownElsewhere(ctx, who, password); err != nil {
		return Step{}, err
	}
	if who, err = s.adopt(ctx, who, password); err != nil {
		return Step{}, err
	}
	return s.proven(ctx, who, by)
}

// proveElsewhere goes on if another system knows who, whom nobody knows here, with
// password.
func (s *Service) proveElsewhere(ctx context.Context, who person, password, by string) (Step, error) {
	who, err := s.migrate(ctx, who, who.typed, password, nil, who.metadata)
	if err != nil {
		return Step{}, err
	}
	if who, err = s.recognise(who, who.user.Username); err != nil {
		return Step{}, err
	}
	return s.provePassword(ctx, who, password, by)
}

// adopt makes the password of who, which is right, one that SRP can prove from
// now on, where it was imported as a hash. It is the same password: nothing of
// the user's ends with it.
func (s *Service) adopt(ctx context.Context, who person, password string) (person, error) {
	if !who.verifier.Imported() {
		return who, nil
	}
	sealed, err := s.Passwords.Make(ctx, who.pool, who.user, password)
	if err != nil {
		return person{}, err
	}
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		now, err := unchanged(ctx, tx, who.user)
		if err != nil {
			return err
		}
		if bytes.Equal(now.SealedPassword, who.user.SealedPassword) { // and not adopted meanwhile
			now.SealedPassword = sealed
		}
		who.user = now
		return directory.Save(ctx, tx, who.pool, now, now.Modified, false)
	})
	return who, err
}
