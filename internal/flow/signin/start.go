package signin

import (
	"context"
	"errors"

	"github.com/cenote-auth/cenote/internal/core/credential"
	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Request begins a sign-in.
type Request struct {
	PoolID     string // as an administrator names it; "" for the public API
	ClientID   string
	Flow       string // AuthFlow
	Parameters Parameters
	Session    string // of a sign-up, for USER_AUTH; "" for none

	ClientMetadata map[string]string // for PreAuthentication
}

// starts says which method takes the first step of an AuthFlow.
var starts = map[string]func(*Service, context.Context, Request) (Step, error){
	"USER_SRP_AUTH":            (*Service).startSRP,
	"USER_PASSWORD_AUTH":       (*Service).startPassword,
	"ADMIN_USER_PASSWORD_AUTH": (*Service).startPassword,
	"ADMIN_NO_SRP_AUTH":        (*Service).startPassword,
	"REFRESH_TOKEN_AUTH":       (*Service).startRefresh,
	"REFRESH_TOKEN":            (*Service).startRefresh,
	"CUSTOM_AUTH":              (*Service).startCustom,
	"USER_AUTH":                (*Service).startChoice,
}

// refusals are the service's words for a client that does not allow a flow.
var refusals = map[string]string{
	"USER_SRP_AUTH":            "USER_SRP_AUTH is not enabled for the client.",
	"USER_PASSWORD_AUTH":       "USER_PASSWORD_AUTH flow not enabled for this client",
	"ADMIN_USER_PASSWORD_AUTH": "Auth flow not enabled for this client",
	"ADMIN_NO_SRP_AUTH":        "Auth flow not enabled for this client",
	"REFRESH_TOKEN_AUTH":       "Auth flow not enabled for this client",
	"REFRESH_TOKEN":            "Auth flow not enabled for this client",
	"CUSTOM_AUTH":              "CUSTOM_AUTH is not enabled for the client.",
	"USER_AUTH":                "USER_AUTH flow not enabled for this client",
}

// ofAdmins are the flows that only an administrator may begin.
var ofAdmins = map[string]bool{"ADMIN_USER_PASSWORD_AUTH": true, "ADMIN_NO_SRP_AUTH": true}

var errFlow = pool.E(pool.InvalidParameter, "Initiate Auth method not supported.")

// Start takes the first step of a sign-in, by InitiateAuth or
// AdminInitiateAuth. The two differ in who may call them, in the flows of
// administrators, and in that the pool is named; not in their sessions, which
// either may go on with.
func (s *Service) Start(ctx context.Context, r Request) (Step, error) {
	start, ok := starts[r.Flow]
	if !ok {
		return Step{}, errFlow
	}
	return start(s, ctx, r)
}

// door finds the client of a request; poolID is "" on the public API.
func door(ctx context.Context, snap store.Snapshot, poolID, clientID string) (*pool.Client, *pool.Pool, error) {
	if poolID == "" {
		return directory.Client(ctx, snap, clientID)
	}
	return directory.ClientOf(ctx, snap, poolID, clientID)
}

// gate finds the client of r and judges the flow, before the user is looked
// for and before the parameters are.
func gate(ctx context.Context, snap store.Snapshot, r Request) (*pool.Client, *pool.Pool, error) {
	c, p, err := door(ctx, snap, r.PoolID, r.ClientID)
	switch {
	case err != nil:
		return nil, nil, err
	case ofAdmins[r.Flow] && r.PoolID == "":
		return nil, nil, errFlow
	case !p.AllowsFlow(c, r.Flow):
		return nil, nil, pool.E(pool.InvalidParameter, refusals[r.Flow])
	}
	return c, p, nil
}

// startCustom answers as the service does for a pool without the triggers of
// custom authentication: no pool has them yet.
func (s *Service) startCustom(ctx context.Context, r Request) (Step, error) {
	return Step{}, s.Store.View(ctx, func(snap store.Snapshot) error {
		if _, _, err := gate(ctx, snap, r); err != nil {
			return err
		}
		return pool.E(pool.InvalidParameter, "Custom auth lambda trigger is not configured for the user pool.")
	})
}

// person is who tries to sign in: a user of the pool, or nobody.
type person struct {
	client   *pool.Client
	pool     *pool.Pool
	user     *pool.User // nil: nobody has the name
	sub      string     // the subject of attempts
	username string     // as SRP hashes it
	verifier credential.Verifier
	metadata map[string]string // of the reply, for PostAuthentication
}

// enter reads who it is that r names, and refuses those who cannot sign in
// with a password whatever it is. needs are the parameters that must be there.
func (s *Service) enter(ctx context.Context, r Request, needs ...string) (person, error) {
	var who person
	name := r.Parameters["USERNAME"]
	err := s.Store.View(ctx, func(snap store.Snapshot) (err error) {
		if who.client, who.pool, err = gate(ctx, snap, r); err != nil {
			return err
		}
		if err := r.Parameters.need(needs...); err != nil {
			return err
		}
		if err := s.Secrets.CheckHash(who.client, name, r.Parameters["SECRET_HASH"]); err != nil {
			return err
		}
		who.user, err = directory.Find(ctx, snap, who.pool, name)
		if errors.Is(err, store.ErrNotFound) {
			err = nil
		}
		return err
	})
	if err != nil {
		return person{}, err
	}
	if err := who.refused(); err != nil {
		return person{}, err
	}
	if err := s.ask(ctx, who, name, r.ClientMetadata); err != nil {
		return person{}, err
	}
	return s.recognise(who, name)
}

// refused says why who cannot sign in at all.
func (who person) refused() error {
	switch {
	case who.user == nil && !who.client.HidesUnknownUsers():
		return pool.E(pool.UserNotFound, "User does not exist.")
	case who.user != nil && !who.user.Enabled:
		return errDisabled
	}
	return nil
}

// recognise gives who a verifier to be checked against.
func (s *Service) recognise(who person, name string) (person, error) {
	if err := who.refused(); err != nil {
		return person{}, err
	}
	u, hides := who.user, who.client.HidesUnknownUsers()
	switch {
	case u != nil && u.Status == pool.ResetRequired && !(hides && u.SealedPassword == nil):
		return person{}, errReset
	case u == nil:
		return s.nobody(who, name), nil
	}
	who.sub, who.username = u.Sub, u.Username
	if u.SealedPassword == nil { // no password fits
		who.verifier = s.Passwords.Unknown(who.pool.Key, u.Sub)
		return who, nil
	}
	var err error
	who.verifier, err = s.Passwords.Open(u)
	return who, err
}

// nobody makes a person of a name that nobody has: with the same name always
// the same, with the user name that it gives always the same again, and in the
// shape of those who exist.
func (s *Service) nobody(who person, name string) person {
	p := who.pool
	who.username = p.Fold(name)
	who.sub = s.Passwords.UnknownSub(p.Key, who.username)
	who.verifier = s.Passwords.Unknown(p.Key, who.sub)
	byAlias := p.HasAlias("email") && pool.LooksLikeEmail(name) || p.HasAlias("phone_number") && pool.LooksLikePhone(name)
	if byAlias || len(p.UsernameAttributes) > 0 {
		who.username = who.sub
	}
	return who
}

// debit counts an attempt at the password of a subject, before it is looked
// at. NotAuthorized while the subject is locked out.
func (s *Service) debit(ctx context.Context, poolKey int64, subject string) error {
	return s.Store.Update(ctx, func(tx store.Tx) error {
		return s.Limits.Password(ctx, tx, poolKey, subject)
	})
}
