package signup

import (
	"context"

	"github.com/cenote-auth/cenote/internal/core/code"
	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/message"
	"github.com/cenote-auth/cenote/internal/core/trigger"
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

	ValidationData map[string]string // for PreSignUp
	ClientMetadata map[string]string // for PreSignUp and PostConfirmation
}

// Result is a new user. Delivery is nil when no code was sent. Session is for a
// sign-in by USER_AUTH at once, "" where the client has none.
type Result struct {
	Sub       string
	Confirmed bool
	Delivery  *message.Delivery
	Session   string
}

// SignUp adds an unconfirmed user and sends the first code; or adds a confirmed
// one, if PreSignUp says so. The checks run in the order of the service;
// nothing is stored when one fails, or PreSignUp.
func (s *Service) SignUp(ctx context.Context, r Request) (Result, error) {
	var who trigger.Subject
	err := s.Store.View(ctx, func(snap store.Snapshot) (err error) {
		if who, err = s.check(ctx, snap, r); err != nil {
			return err
		}
		return directory.Taken(ctx, snap, who.Pool, who.User, false)
	})
	if err != nil {
		return Result{}, err
	}
	if err := s.ask(ctx, who, r); err != nil {
		return Result{}, err
	}
	p, u := who.Pool, who.User
	if r.Password != "" {
		if u.SealedPassword, err = s.Passwords.Make(ctx, p, u, r.Password); err != nil {
			return Result{}, err
		}
		u.PasswordSet = u.Created
	}
	confirmed := u.Status == pool.Confirmed
	parcel, sends := s.first(p, u)
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
	if confirmed {
		err = s.Triggers.PostConfirmation(ctx, who, r.ClientMetadata)
	}
	return Result{Sub: u.Sub, Confirmed: confirmed, Delivery: parcel.delivery, Session: s.session(who)}, err
}

// errPreferred: a preferred user name needs no proof, so a stranger must not
// bring one that people sign in with.
var errPreferred = pool.E(pool.InvalidParameter,
	"Preferred username cannot be provided for unconfirmed account, since user pool is configured for preferred username alias.")

// check makes the user whom r asks for, or says what is wrong with r.
func (s *Service) check(ctx context.Context, snap store.Snapshot, r Request) (trigger.Subject, error) {
	c, p, err := directory.Client(ctx, snap, r.ClientID)
	if err != nil {
		return trigger.Subject{}, err
	}
	if err := s.Secrets.CheckHash(c, r.Username, r.SecretHash); err != nil {
		return trigger.Subject{}, err
	}
	if p.AdminOnly {
		return trigger.Subject{}, pool.E(pool.NotAuthorized, "SignUp is not permitted for this user pool")
	}
	all, err := directory.Attributes(p, r.Username, r.Attributes)
	if err != nil {
		return trigger.Subject{}, err
	}
	if p.HasAlias("preferred_username") && r.Attributes["preferred_username"] != "" {
		return trigger.Subject{}, errPreferred
	}
	if err := c.CheckWritable(r.Attributes); err != nil {
		return trigger.Subject{}, err
	}
	if err := checkPassword(p, r.Password); err != nil {
		return trigger.Subject{}, err
	}
	normal, err := p.Schema.CheckNew(all, true)
	if err != nil {
		return trigger.Subject{}, err
	}
	u, err := directory.New(p, r.Username, normal, s.Now())
	if err != nil {
		return trigger.Subject{}, err
	}
	u.Status = pool.Unconfirmed
	return trigger.Subject{Pool: p, Client: c, User: u}, nil
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

// first makes the first code for u; false if u needs none or nowhere can it go.
func (s *Service) first(p *pool.Pool, u *pool.User) (parcel, bool) {
	if u.Status == pool.Confirmed {
		return parcel{}, false
	}
	return s.parcel(p, u, message.SignUp)
}

// parcel makes a new sign-up code for u; false if u has no address that the
// pool verifies.
func (s *Service) parcel(p *pool.Pool, u *pool.User, kind message.Kind) (parcel, bool) {
	to, ok := message.Choose(p, u)
	if !ok {
		return parcel{}, false
	}
	return s.pack(p, u, kind, to), true
}

// pack makes a new sign-up code for u that goes to to.
func (s *Service) pack(p *pool.Pool, u *pool.User, kind message.Kind, to message.Delivery) parcel {
	text, row := s.Codes.Make(p.Key, u.Sub, code.SignUp, to.Attribute, to.Destination)
	return parcel{code: row, message: s.Messages.Compose(p, u, kind, to, text), delivery: &to}
}

func (b parcel) put(ctx context.Context, tx store.Tx) error {
	if err := tx.PutCode(ctx, b.code); err != nil {
		return err
	}
	return tx.AddMessage(ctx, b.message)
}
