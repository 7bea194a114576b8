package signup

import (
	"context"

	"github.com/cenote-auth/cenote/internal/core/code"
	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/message"
	"github.com/cenote-auth/cenote/internal/core/notice"
	"github.com/cenote-auth/cenote/internal/core/risk"
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
	ClientMetadata map[string]string // for functions
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
	p, u := who.Pool, who.User
	known, err := s.Risk.CheckNew(ctx, p, who.Client, risk.AtSignUp, r.Password)
	if err != nil {
		return Result{}, err
	}
	if err := s.ask(ctx, who, r); err != nil {
		return Result{}, err
	}
	u.Doubt()
	if r.Password != "" {
		if u.SealedPassword, err = s.Passwords.Make(ctx, p, u, r.Password); err != nil {
			return Result{}, err
		}
		u.PasswordSet = u.Created
	}
	confirmed := u.Status == pool.Confirmed
	to, err := s.add(ctx, who, r.ClientMetadata)
	if err != nil {
		return Result{}, err
	}
	err = s.Risk.Note(ctx, risk.Act{
		Pool: p, User: u, Kind: risk.SignUp, Passed: true, Compromised: known, Origin: who.Client.Origin(s.from),
	})
	if err != nil {
		return Result{}, err
	}
	if confirmed {
		err = s.Triggers.PostConfirmation(ctx, who, r.ClientMetadata)
	}
	return Result{Sub: u.Sub, Confirmed: confirmed, Delivery: to, Session: s.session(who)}, err
}

// add stores the user of who with the first code, and returns where that goes;
// nil if none is needed, or nowhere can it go. Who is confirmed already has the
// addresses that PreSignUp vouches for, whoever signed in by them before. Where a
// function words the message, the user is there before it is asked, and stays if
// it fails.
func (s *Service) add(ctx context.Context, who trigger.Subject, metadata map[string]string) (*message.Delivery, error) {
	confirmed := who.User.Status == pool.Confirmed
	create := func(tx store.Tx) error { return directory.Create(ctx, tx, who.Pool, who.User, false, confirmed) }
	to, sends := message.Choose(who.Pool, who.User)
	if !sends || confirmed {
		return nil, s.Store.Update(ctx, create)
	}
	if trigger.HasCustomMessage(who.Pool) {
		if err := s.Store.Update(ctx, create); err != nil {
			return nil, err
		}
		create = func(store.Tx) error { return nil }
	}
	parcel, err := s.pack(ctx, who, message.SignUp, to, metadata)
	if err != nil {
		return nil, err
	}
	return &to, s.Store.Update(ctx, func(tx store.Tx) error {
		if err := create(tx); err != nil {
			return err
		}
		return parcel.put(ctx, tx)
	})
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
	code    store.Code
	message store.Message
}

// pack makes a new sign-up code for the user of who that goes to to. Errors are
// those of functions.
func (s *Service) pack(ctx context.Context, who trigger.Subject, kind message.Kind, to message.Delivery, metadata map[string]string) (parcel, error) {
	text, row := s.Codes.Make(who.Pool.Key, who.User.Sub, code.SignUp, to.Attribute, to.Destination)
	m, err := s.notices().Compose(ctx, who, kind, to, text, metadata)
	return parcel{row, m}, err
}

func (s *Service) notices() notice.Notices {
	return notice.Notices{Messages: s.Messages, Triggers: s.Triggers}
}

func (b parcel) put(ctx context.Context, tx store.Tx) error {
	if err := tx.PutCode(ctx, b.code); err != nil {
		return err
	}
	return tx.AddMessage(ctx, b.message)
}
