package signup

import (
	"context"

	"github.com/cenote-auth/cenote/internal/core/code"
	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/message"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Request is what a person signs up with.
type Request struct {
	ClientID   string
	SecretHash string
	Username   string
	Password   string // "" where the pool has a first factor without one
	Attributes map[string]string
}

// Result is a new user. Delivery is nil when no code was sent.
type Result struct {
	Sub       string
	Confirmed bool
	Delivery  *message.Delivery
}

// SignUp adds an unconfirmed user and sends the first code. The checks run in
// the order of the service; nothing is stored when one fails.
func (s *Service) SignUp(ctx context.Context, r Request) (Result, error) {
	var p *pool.Pool
	var u *pool.User
	err := s.Store.View(ctx, func(snap store.Snapshot) (err error) {
		if p, u, err = s.check(ctx, snap, r); err != nil {
			return err
		}
		return directory.Taken(ctx, snap, p, u, false)
	})
	if err != nil {
		return Result{}, err
	}
	if r.Password != "" {
		if u.SealedPassword, err = s.Passwords.Make(ctx, p, u, r.Password); err != nil {
			return Result{}, err
		}
		u.PasswordSet = u.Created
	}
	parcel, sends := s.parcel(p, u, message.SignUp)
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		if err := directory.Create(ctx, tx, p, u, false, false); err != nil {
			return err
		}
		if !sends {
			return nil
		}
		return parcel.put(ctx, tx)
	})
	if err != nil {
		return Result{}, err
	}
	return Result{Sub: u.Sub, Delivery: parcel.delivery}, nil
}

// check makes the user whom r asks for, or says what is wrong with r.
func (s *Service) check(ctx context.Context, snap store.Snapshot, r Request) (*pool.Pool, *pool.User, error) {
	c, p, err := directory.Client(ctx, snap, r.ClientID)
	if err != nil {
		return nil, nil, err
	}
	if err := s.Secrets.CheckHash(c, r.Username, r.SecretHash); err != nil {
		return nil, nil, err
	}
	if p.AdminOnly {
		return nil, nil, pool.E(pool.NotAuthorized, "SignUp is not permitted for this user pool")
	}
	all, err := directory.Attributes(p, r.Username, r.Attributes)
	if err != nil {
		return nil, nil, err
	}
	if err := c.CheckWritable(r.Attributes); err != nil {
		return nil, nil, err
	}
	if err := checkPassword(p, r.Password); err != nil {
		return nil, nil, err
	}
	normal, err := p.Schema.CheckNew(all, true)
	if err != nil {
		return nil, nil, err
	}
	u, err := directory.New(p, r.Username, normal, s.Now())
	if err != nil {
		return nil, nil, err
	}
	u.Status = pool.Unconfirmed
	return p, u, nil
}

// checkPassword holds password against the policy. It may be missing where
// the pool lets people in by a code alone.
func checkPassword(p *pool.Pool, password string) error {
	if password != "" {
		return p.PasswordPolicy.Check(password)
	}
	if p.AllowsCodes() {
		return nil
	}
	return pool.E(pool.InvalidParameter, "1 validation error detected: Value null at 'password' failed to satisfy constraint: Member must not be null")
}

// parcel is a code and the message that carries it.
type parcel struct {
	code     store.Code
	message  store.Message
	delivery *message.Delivery
}

// parcel makes a new sign-up code for u; false if u has no address that the
// pool verifies.
func (s *Service) parcel(p *pool.Pool, u *pool.User, kind message.Kind) (parcel, bool) {
	to, ok := message.Choose(p, u)
	if !ok {
		return parcel{}, false
	}
	text, row := s.Codes.Make(p.Key, u.Sub, code.SignUp, to.Attribute)
	return parcel{code: row, message: s.Messages.Compose(p, u, kind, to, text), delivery: &to}, true
}

func (b parcel) put(ctx context.Context, tx store.Tx) error {
	if err := tx.PutCode(ctx, b.code); err != nil {
		return err
	}
	return tx.AddMessage(ctx, b.message)
}
