package account

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/cenote-auth/cenote/internal/core/code"
	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/core/message"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// caller is somebody who forgot the password.
type caller struct {
	client *pool.Client
	pool   *pool.Pool
	user   *pool.User // of nobody there are a sub, perhaps made up, and a name
	nobody bool       // the name is nobody's, or of somebody who is answered as if it were
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
// cost, and no code.
// Source: ForgotPassword in model/.
func (s *Service) Forgot(ctx context.Context, clientID, secretHash, name string) (message.Delivery, error) {
	var who caller
	err := s.Store.View(ctx, func(snap store.Snapshot) (err error) {
		who, err = s.caller(ctx, snap, clientID, secretHash, name)
		return err
	})
	if err != nil {
		return message.Delivery{}, err
	}
	to, err := s.recovery(&who, name)
	if err != nil {
		return message.Delivery{}, err
	}
	address := to.Destination
	if who.nobody {
		address = uuid.NewString() // no code fits, also if the made-up address is somebody's
	}
	text, row := s.Codes.Make(who.pool.Key, who.user.Sub, code.ForgotPassword, to.Attribute, address)
	mail := s.Messages.Compose(who.pool, who.user, message.ForgotPassword, to, text)
	if who.nobody {
		mail.Destination = message.Nobody
	}
	if who.client.HidesUnknownUsers() {
		to.Destination = who.pool.Fold(to.Destination) // as an invented one is
	}
	return to, s.Store.Update(ctx, func(tx store.Tx) error {
		if err := s.Limits.Hourly(ctx, tx, who.pool.Key, who.user.Sub, limit.ForgotPassword); err != nil {
			return err
		}
		if err := tx.PutCode(ctx, row); err != nil {
			return err
		}
		return tx.AddMessage(ctx, mail)
	})
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
		to, err := message.Recovery(who.pool, who.user)
		switch who.user.Status {
		case pool.ForceChangePassword:
			return message.Delivery{}, errState
		case pool.ExternalProvider:
			err = errState
		}
		if err == nil {
			return to, nil
		}
		if err := s.hide(who, name, err); err != nil {
			return message.Delivery{}, err
		}
	}
	return s.Messages.InventedRecovery(who.pool, name)
}
