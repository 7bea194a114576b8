package admin

import (
	"context"
	"crypto/rand"
	"math/big"

	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/message"
	"github.com/cenote-auth/cenote/internal/core/trigger"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// NewUser is whom an administrator adds.
type NewUser struct {
	PoolID     string
	Username   string
	Attributes map[string]string
	Password   string   // temporary; "" makes one
	Suppress   bool     // no invitation
	Media      []string // of the invitation: EMAIL, SMS; none means SMS, or EMAIL without a phone
	ForceAlias bool

	ValidationData map[string]string // for PreSignUp
	ClientMetadata map[string]string // for functions
}

// Create adds a user with a temporary password and sends the invitation. In a
// pool that lets people in by a code alone, a user without a password given is
// confirmed at once and has none. PreSignUp may refuse the user.
func (s *Users) Create(ctx context.Context, n NewUser) (*pool.User, error) {
	var p *pool.Pool
	var u *pool.User
	err := s.Store.View(ctx, func(snap store.Snapshot) (err error) {
		if p, err = directory.Pool(ctx, snap, n.PoolID); err != nil {
			return err
		}
		if u, err = s.user(p, n); err != nil {
			return err
		}
		return directory.Taken(ctx, snap, p, u, true)
	})
	if err != nil {
		return nil, err
	}
	u.Status = pool.ForceChangePassword
	if n.Password == "" && p.AllowsCodes() {
		u.Status = pool.Confirmed
	}
	if err := s.ask(ctx, p, u, n); err != nil {
		return nil, err
	}
	if u.Status == pool.Confirmed {
		return u, s.Store.Update(ctx, s.adding(ctx, p, u, n))
	}
	password, err := s.temporary(ctx, p, u, n.Password)
	if err != nil {
		return nil, err
	}
	return u, s.add(ctx, p, u, n, password)
}

// ask lets PreSignUp refuse u. What else it says means nothing here.
// Source: the service's guide to the pre sign-up trigger.
func (s *Users) ask(ctx context.Context, p *pool.Pool, u *pool.User, n NewUser) error {
	who := trigger.Subject{Pool: p, User: u}
	_, err := s.Triggers.PreSignUp(ctx, who, trigger.AdminCreateUser, n.ValidationData, n.ClientMetadata)
	return err
}

// user makes the user whom n asks for, or says what is wrong with n.
func (s *Users) user(p *pool.Pool, n NewUser) (*pool.User, error) {
	all, err := directory.Attributes(p, n.Username, n.Attributes)
	if err != nil {
		return nil, err
	}
	if err := checkTemporary(p, n.Password); err != nil {
		return nil, err
	}
	normal, err := p.Schema.CheckNew(all, false)
	if err != nil {
		return nil, err
	}
	if err := checkFlags(normal); err != nil {
		return nil, err
	}
	return directory.New(p, n.Username, normal, s.Now())
}

// checkTemporary holds a given temporary password against the policy, in the
// words that the service has for this operation.
func checkTemporary(p *pool.Pool, password string) error {
	if password == "" {
		return nil
	}
	if v := p.PasswordPolicy.Violation(password); v != "" {
		return pool.E(pool.InvalidPassword, "Password did not conform with password policy: "+v)
	}
	return nil
}

// checkFlags refuses an address that is proved but not there.
func checkFlags(attributes map[string]string) error {
	switch {
	case attributes["email_verified"] == "true" && attributes["email"] == "":
		return pool.E(pool.InvalidParameter, "Email is required to set email_verified to true")
	case attributes["phone_number_verified"] == "true" && attributes["phone_number"] == "":
		return pool.E(pool.InvalidParameter, "Phone number is required to set phone_number_verified to true")
	}
	return nil
}

// temporary gives u a temporary password, the given one or a new one, and
// returns it.
func (s *Users) temporary(ctx context.Context, p *pool.Pool, u *pool.User, given string) (string, error) {
	if given == "" {
		given = generate(p.PasswordPolicy)
	}
	sealed, err := s.Passwords.Make(ctx, p, u, given)
	if err != nil {
		return "", err
	}
	s.setPassword(u, sealed)
	return given, nil
}

// invitations makes those that n asks for. Errors are those of functions.
func (s *Users) invitations(ctx context.Context, p *pool.Pool, u *pool.User, n NewUser, password string) (list []store.Message, err error) {
	if n.Suppress {
		return nil, nil
	}
	for _, to := range message.Invitations(u, n.Media) {
		m, err := s.notices().Compose(ctx, trigger.Subject{Pool: p, User: u}, message.Invite, to, password, n.ClientMetadata)
		if err != nil {
			return nil, err
		}
		list = append(list, m)
	}
	return list, nil
}

func (s *Users) adding(ctx context.Context, p *pool.Pool, u *pool.User, n NewUser) func(store.Tx) error {
	return func(tx store.Tx) error { return directory.Create(ctx, tx, p, u, true, n.ForceAlias) }
}

// add stores u with the invitations. Where a function words them, u is there
// before it is asked, and stays if it fails.
func (s *Users) add(ctx context.Context, p *pool.Pool, u *pool.User, n NewUser, password string) error {
	create := s.adding(ctx, p, u, n)
	if trigger.HasCustomMessage(p) {
		if err := s.Store.Update(ctx, create); err != nil {
			return err
		}
		create = func(store.Tx) error { return nil }
	}
	invitations, err := s.invitations(ctx, p, u, n, password)
	if err != nil {
		return err
	}
	return s.Store.Update(ctx, func(tx store.Tx) error {
		if err := create(tx); err != nil {
			return err
		}
		return addMessages(ctx, tx, invitations)
	})
}

func addMessages(ctx context.Context, tx store.Tx, list []store.Message) error {
	for _, m := range list {
		if err := tx.AddMessage(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

// Reinvite gives a user who never signed in a new temporary password and sends
// the invitation again. UserNotFound, or UnsupportedUserState in another state.
func (s *Users) Reinvite(ctx context.Context, n NewUser) (*pool.User, error) {
	p, u, err := s.find(ctx, n.PoolID, n.Username)
	if err != nil {
		return nil, err
	}
	if err := checkInvited(u, n); err != nil {
		return nil, err
	}
	if err := checkTemporary(p, n.Password); err != nil {
		return nil, err
	}
	password, err := s.temporary(ctx, p, u, n.Password)
	if err != nil {
		return nil, err
	}
	sealed := u.SealedPassword
	invitations, err := s.invitations(ctx, p, u, n, password)
	if err != nil {
		return nil, err
	}
	err = s.change(ctx, p, u.Sub, func(tx store.Tx, now *pool.User) error {
		if err := checkInvited(now, n); err != nil {
			return err
		}
		s.setPassword(now, sealed)
		u = now
		return addMessages(ctx, tx, invitations)
	})
	return u, err
}

// checkInvited returns UnsupportedUserState unless u never signed in.
func checkInvited(u *pool.User, n NewUser) error {
	if u.Status != pool.ForceChangePassword {
		return pool.E(pool.UnsupportedUserState, "Resend not possible. "+n.Username+" status is not FORCE_CHANGE_PASSWORD")
	}
	return nil
}

// The characters of a made password: no two that look alike, and none that is
// written otherwise in the HTML of an invitation.
const (
	lowers  = "abcdefghijkmnpqrstuvwxyz"
	uppers  = "ABCDEFGHJKLMNPQRSTUVWXYZ"
	digits  = "23456789"
	symbols = "!@#%*?-_=+"
)

// generate returns a temporary password that any policy of this length takes:
// at least 12 characters, one of each class among them.
func generate(policy pool.PasswordPolicy) string {
	password := []byte{pick(lowers), pick(uppers), pick(digits), pick(symbols)}
	for len(password) < max(12, int(policy.MinLength)) {
		password = append(password, pick(lowers+uppers+digits))
	}
	for i := len(password) - 1; i > 0; i-- { // Fisher and Yates
		j := below(i + 1)
		password[i], password[j] = password[j], password[i]
	}
	return string(password)
}

func pick(from string) byte { return from[below(len(from))] }

// below returns a random number from 0 to n-1.
func below(n int) int {
	v, err := rand.Int(rand.Reader, big.NewInt(int64(n)))
	if err != nil {
		panic(err) // crypto/rand does not fail
	}
	return int(v.Int64())
}
