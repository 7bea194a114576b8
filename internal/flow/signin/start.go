package signin

import (
	"context"
	"errors"

	"github.com/cenote-auth/cenote/internal/core/credential"
	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/risk"
	"github.com/cenote-auth/cenote/internal/core/trigger"
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
	Origin         pool.Origin

	trace *trace // of this step
}

var errFlow = pool.E(pool.InvalidParameter, "Initiate Auth method not supported.")

// Start takes the first step of a sign-in, by InitiateAuth or
// AdminInitiateAuth. The two differ in who may call them, in the flows of
// administrators, and in that the pool is named; not in their sessions, which
// either may go on with.
func (s *Service) Start(ctx context.Context, r Request) (Step, error) {
	o, ok := openings[r.Flow]
	if !ok {
		return Step{}, errFlow
	}
	r.trace = new(trace)
	step, err := o.take(s, ctx, r)
	step, err = led(r.Flow, o.next, step, err)
	return s.record(ctx, r.trace, r.Flow, step, err)
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
	case openings[r.Flow].admins && r.PoolID == "":
		return nil, nil, errFlow
	case !p.AllowsFlow(c, r.Flow):
		return nil, nil, pool.E(pool.InvalidParameter, openings[r.Flow].refusal)
	case r.Flow == customAuth:
		return c, p, trigger.CheckChallenges(p)
	}
	return c, p, nil
}

// person is who tries to sign in: a user of the pool, or nobody.
type person struct {
	client   *pool.Client
	pool     *pool.Pool
	user     *pool.User // nil: nobody has the name
	sub      string     // the subject of attempts
	username string     // as SRP hashes it
	typed    string     // of a nobody: the name as it came
	verifier credential.Verifier
	metadata map[string]string // of the reply, for functions
	origin   pool.Origin
	known    *store.Device // that the client names; nil: none, or not looked for yet
	named    bool          // the client names it in this very request
	byDevice bool          // it has proved itself
	event    string        // the id of the sign-in in the record
	verdict  risk.Verdict  // zero until there is one
	trace    *trace        // of this step
	tries    int64         // at the password, that of this step among them; 0 if it takes none
	signIn
}

// signIn is what a sign-in carries from step to step.
type signIn struct {
	id     string // "" until it has a session
	flow   string // the AuthFlow that it began by
	first  string // the challenge that proved the first factor; "" before that, or customAuth
	second string // the challenge that proved the second factor, or both; "" before that
	device string // the DeviceKey that the client names
	round  int64  // of a conversation by custom challenges
}

// proved reports whether a first factor was right. Functions may ask for a second
// one before that; it counts as a first one then.
func (who person) proved() bool { return who.first != "" && who.first != customAuth }

// enter reads who it is that r names, and refuses those who cannot sign in
// with a password whatever it is. needs are the parameters that must be there.
func (s *Service) enter(ctx context.Context, r Request, needs ...string) (person, error) {
	who := person{origin: r.Origin, trace: r.trace, event: risk.NewID(), signIn: signIn{flow: r.Flow, device: r.Parameters["DEVICE_KEY"]}}
	who.named = who.device != ""
	name := r.Parameters["USERNAME"]
	err := s.Store.View(ctx, func(snap store.Snapshot) (err error) {
		if who.client, who.pool, err = gate(ctx, snap, r); err != nil {
			return err
		}
		who.origin = who.client.Origin(r.Origin)
		if err := r.Parameters.need(needs...); err != nil {
			return err
		}
		if err := s.Secrets.CheckHash(who.client, name, r.Parameters["SECRET_HASH"]); err != nil {
			return err
		}
		who.user, err = directory.Find(ctx, snap, who.pool, name)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		return s.admit(ctx, snap, who)
	})
	if err != nil {
		return person{}, err
	}
	if who, err = s.bring(ctx, who, r); err != nil {
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
	case who.user == nil && !who.client.HidesUnknownUsers() && !who.mayCome():
		return directory.ErrNobody
	case who.user != nil && !who.user.Enabled:
		return errDisabled
	}
	return nil
}

// recognise gives who a verifier to be checked against.
func (s *Service) recognise(who person, name string) (person, error) {
	who.trace.saw(who)
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
	who.typed = name
	who.username = p.Fold(name)
	who.sub = s.Passwords.UnknownSub(p.Key, who.username)
	who.verifier = s.Passwords.Unknown(p.Key, who.sub)
	byAlias := p.HasAlias("email") && pool.LooksLikeEmail(name) || p.HasAlias("phone_number") && pool.LooksLikePhone(name)
	if byAlias || len(p.UsernameAttributes) > 0 {
		who.username = who.sub
	}
	who.trace.saw(who)
	return who
}

// debit counts an attempt at the password of who, before it is looked at.
// NotAuthorized while who is locked out or, where the pool is protected, the
// address that the attempt comes from.
func (s *Service) debit(ctx context.Context, who *person) error {
	err := s.Store.Update(ctx, func(tx store.Tx) (err error) {
		if who.tries, err = s.Limits.Password(ctx, tx, who.pool.Key, who.sub); err != nil {
			return err
		}
		if !s.Risk.Enforces(who.pool, who.flow) {
			return nil
		}
		return s.Limits.Address(ctx, tx, who.pool.Key, who.origin.Address)
	})
	if err == nil {
		who.trace.tries(risk.Password)
	}
	return err
}
