package account

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/cenote-auth/cenote/internal/core/code"
	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/core/message"
	"github.com/cenote-auth/cenote/internal/core/risk"
	"github.com/cenote-auth/cenote/internal/core/trigger"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// caller is somebody who forgot the password.
type caller struct {
	client  *pool.Client
	pool    *pool.Pool
	user    *pool.User // of nobody there are a sub, perhaps made up, and a name
	unknown bool       // nobody has the name
	nobody  bool       // the name is nobody's, or of somebody who is answered as if it were
}

var (
	errNoName   = pool.E(pool.UserNotFound, "Username/client id combination not found.")
	errDisabled = pool.E(pool.NotAuthorized, "User is disabled.")
	errState    = pool.E(pool.NotAuthorized, "User password cannot be reset in the current state.")
)

// Forgot sends a code that allows a new password, in place of an older one, and
// returns where it went. At most 5 an hour for one user. The user's state and
// password stay as they are. Where the client hides who exists, those who do
// not, are disabled or have no proved address get the same answer at the same
// cost, and no code. metadata is for functions.
// Source: ForgotPassword in model/.
func (s *Service) Forgot(ctx context.Context, clientID, secretHash, name string, metadata map[string]string) (to message.Delivery, err error) {
	once := limit.Once{Rule: limit.ForgotPassword}
	for range sendTries {
		if to, err = s.tryForgot(ctx, clientID, secretHash, name, metadata, &once); !errors.Is(err, errAddressMoved) {
			return to, err
		}
	}
	return to, fmt.Errorf("send a reset code: %w", err)
}

func (s *Service) tryForgot(
	ctx context.Context, clientID, secretHash, name string, metadata map[string]string, once *limit.Once,
) (message.Delivery, error) {
	who, err := s.look(ctx, clientID, secretHash, name)
	if who.unknown && trigger.HasUserMigration(who.pool) {
		stranger := s.Passwords.UnknownSub(who.pool.Key, strings.ToLower(name)) // to the other system all spellings may be one
		if err := s.Limits.Begin(ctx, s.Store, who.pool.Key, stranger, once); err != nil {
			return message.Delivery{}, err
		}
		if err := s.migrate(ctx, who, name, metadata); err != nil {
			return message.Delivery{}, err
		}
		who, err = s.look(ctx, clientID, secretHash, name)
	}
	if err != nil {
		return message.Delivery{}, err
	}
	to, err := s.recovery(&who, name)
	if err != nil {
		return message.Delivery{}, err
	}
	if err := s.Limits.Begin(ctx, s.Store, who.pool.Key, who.user.Sub, once); err != nil {
		return message.Delivery{}, err
	}
	address := to.Destination
	if who.nobody {
		address = uuid.NewString() // no code fits, also if the made-up address is somebody's
	}
	text, row := s.Codes.Make(who.pool.Key, who.user.Sub, code.ForgotPassword, to.Attribute, address)
	mail, err := s.reset(ctx, who, to, text, metadata)
	if err != nil {
		return message.Delivery{}, err
	}
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		if err := who.stays(ctx, tx, to); err != nil {
			return err
		}
		if err := tx.PutCode(ctx, row); err != nil {
			return err
		}
		return tx.AddMessage(ctx, mail)
	})
	if err == nil {
		err = s.Risk.Note(ctx, risk.Act{
			Pool: who.pool, User: who.user, Nobody: who.nobody, Kind: risk.ForgotPassword, Passed: true, Origin: who.client.Origin(s.from),
		})
	}
	if who.client.HidesUnknownUsers() {
		to.Destination = who.pool.Fold(to.Destination) // as an invented one is
	}
	return to, err
}

// reset returns the message that takes a code to who.
func (s *Service) reset(ctx context.Context, who caller, to message.Delivery, text string, metadata map[string]string) (store.Message, error) {
	subject := trigger.Subject{Pool: who.pool, Client: who.client, User: who.user}
	if who.nobody {
		return s.notices().Nobody(subject, message.ForgotPassword, to, text), nil
	}
	return s.notices().Compose(ctx, subject, message.ForgotPassword, to, text, metadata)
}

// stays returns errAddressMoved if the code of somebody would go elsewhere by
// now, or nowhere. Nobody is looked for as well, and missed.
func (who *caller) stays(ctx context.Context, tx store.Tx, to message.Delivery) error {
	now, err := tx.User(ctx, who.pool.Key, who.user.Sub)
	switch {
	case err != nil && !errors.Is(err, store.ErrNotFound):
		return err
	case who.nobody:
		return nil
	case err != nil:
		return errAddressMoved
	}
	if again, err := destination(who.pool, now); err != nil || again != to {
		return errAddressMoved
	}
	return nil
}

// look is caller in a snapshot of its own.
func (s *Service) look(ctx context.Context, clientID, secretHash, name string) (who caller, err error) {
	err = s.Store.View(ctx, func(snap store.Snapshot) error {
		who, err = s.caller(ctx, snap, clientID, secretHash, name)
		return err
	})
	return who, err
}

// caller finds out who has a name. NotFound, NotAuthorized for a wrong secret
// hash; UserNotFound and NotAuthorized, for who is disabled, where the client
// does not hide that.
func (s *Service) caller(ctx context.Context, snap store.Snapshot, clientID, secretHash, name string) (who caller, err error) {
	if who.client, who.pool, err = directory.Client(ctx, snap, clientID); err != nil {
		return who, err
	}
	if err := s.Secrets.CheckHash(who.client, name, secretHash); err != nil {
		return who, err
	}
	who.user, err = directory.Find(ctx, snap, who.pool, name)
	switch {
	case errors.Is(err, store.ErrNotFound):
		who.unknown = true
		return who, s.hide(&who, name, errNoName)
	case err != nil:
		return who, err
	case !who.user.Enabled:
		return who, s.hide(&who, name, errDisabled)
	}
	return who, nil
}

// hide makes who nobody, or returns err if the client says who exists.
func (s *Service) hide(who *caller, name string, err error) error {
	if !who.client.HidesUnknownUsers() {
		return err
	}
	p := who.pool
	nobody := &pool.User{PoolKey: p.Key, Username: name}
	if who.user != nil {
		nobody.Sub = who.user.Sub
	} else {
		nobody.Sub = s.Passwords.UnknownSub(p.Key, p.Fold(name))
	}
	who.user, who.nobody = nobody, true
	return nil
}

// recovery returns where the code of who goes, and makes nobody of who can have
// none where the client hides that; but for those who never chose a password,
// of whom the service always tells.
func (s *Service) recovery(who *caller, name string) (message.Delivery, error) {
	if !who.nobody {
		to, err := destination(who.pool, who.user)
		if err == nil || who.user.Status == pool.ForceChangePassword {
			return to, err
		}
		if err := s.hide(who, name, err); err != nil {
			return message.Delivery{}, err
		}
	}
	return s.Messages.InventedRecovery(who.pool, name)
}

// destination returns where the code of u goes, or why there is none.
func destination(p *pool.Pool, u *pool.User) (message.Delivery, error) {
	switch {
	case !u.Enabled:
		return message.Delivery{}, errDisabled
	case u.Status == pool.ForceChangePassword, u.Status == pool.ExternalProvider:
		return message.Delivery{}, errState
	}
	return message.Recovery(p, u)
}
