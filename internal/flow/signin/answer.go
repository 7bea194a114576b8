package signin

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/session"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Reply answers a challenge.
type Reply struct {
	PoolID    string // as an administrator names it; "" for the public API
	ClientID  string
	Challenge string // ChallengeName
	Session   string
	Responses Parameters

	ClientMetadata map[string]string // for functions
	Origin         pool.Origin

	trace *trace // of this step
}

// Answer checks the reply to one challenge and returns the next challenge or
// the tokens. A session lives for Client.SessionLifetime and is good for one
// success; InvalidPassword leaves it open.
// Source: RespondToAuthChallenge and AdminRespondToAuthChallenge in model/.
func (s *Service) Answer(ctx context.Context, r Reply) (Step, error) {
	c, ok := challenges[r.Challenge]
	if !ok {
		return Step{}, s.refuse(ctx, r)
	}
	r.trace = new(trace)
	step, err := c.take(s, ctx, r)
	step, err = led(r.Challenge, c.next, step, err)
	return s.record(ctx, r.trace, r.Challenge, step, err)
}

// refuse answers for a challenge that no session of ours waits for.
func (s *Service) refuse(ctx context.Context, r Reply) error {
	return s.Store.View(ctx, func(snap store.Snapshot) error {
		if _, _, err := door(ctx, snap, r.PoolID, r.ClientID); err != nil {
			return err
		}
		return errSession
	})
}

// resume opens the session of a reply and finds out again who it is about.
func (s *Service) resume(ctx context.Context, r Reply) (person, session.State, error) {
	who := person{metadata: r.ClientMetadata, origin: r.Origin, trace: r.trace}
	c := challenges[r.Challenge]
	var state session.State
	err := s.Store.View(ctx, func(snap store.Snapshot) (err error) {
		if who.client, who.pool, err = door(ctx, snap, r.PoolID, r.ClientID); err != nil {
			return err
		}
		who.origin = who.client.Origin(r.Origin)
		if state, err = s.opened(c, r, who); err != nil {
			return err
		}
		name := r.Responses["USERNAME"]
		ended := s.reread(ctx, snap, &who, name, state)
		if c.purpose != inBlock || ended != nil { // a proof of a password is a try at that like any other
			if err := unspent(ctx, snap, state); err != nil {
				return err
			}
		}
		if ended != nil {
			return ended
		}
		if err := s.sameName(ctx, snap, who, name, state); err != nil {
			return err
		}
		key := r.Responses["DEVICE_KEY"]
		who.signIn = carried(state, key)
		who.named, who.event = key != "", state.SignInID
		if err := s.admit(ctx, snap, who); err != nil {
			return err
		}
		if !who.proved() {
			return nil
		}
		return who.findDevice(ctx, snap)
	})
	if err != nil {
		return person{}, session.State{}, err
	}
	if who.user != nil {
		who, err = s.recognise(who, who.user.Username)
	}
	return who, state, err
}

// opened returns the session of a reply to c, which has to hold what c awaits and
// to come from the session's own pool and client.
func (s *Service) opened(c challenge, r Reply, who person) (session.State, error) {
	text := r.Session
	if c.purpose == inBlock {
		text = r.Responses["PASSWORD_CLAIM_SECRET_BLOCK"]
	}
	if err := r.Responses.need(append([]string{"USERNAME"}, c.awaits...)...); err != nil {
		return session.State{}, err
	}
	if text == "" {
		return session.State{}, missing("Session")
	}
	if err := s.Secrets.CheckHash(who.client, r.Responses["USERNAME"], r.Responses["SECRET_HASH"]); err != nil {
		return session.State{}, err
	}
	state, err := s.Sessions.Open(c.purpose, text)
	if err == nil {
		err = state.For(who.pool, who.client)
	}
	if err == nil && state.Step != r.Challenge && !slices.Contains(c.instead, state.Step) {
		err = errSession
	}
	return state, err
}

// carried is what a session has of its sign-in, whose client may name its device
// only now.
func carried(state session.State, device string) signIn {
	return signIn{
		id: state.SignInID, flow: state.Flow, first: state.First, second: state.Second,
		device: cmp.Or(device, state.Device), round: state.Round,
	}
}

// unspent returns NotAuthorized if the sign-in of a session is over: then none of
// its sessions is good for anything. That it ends once is up to spend.
func unspent(ctx context.Context, snap store.Snapshot, state session.State) error {
	spent, err := snap.SignInSpent(ctx, state.PoolKey, state.SignInID)
	if err == nil && spent {
		err = errSpent
	}
	return err
}

// sameName checks that USERNAME is a name of whom the session is about. It is
// looked up for a nobody too, whom that does not help: it takes as long. A proof
// of a password with another name is a wrong one.
func (s *Service) sameName(ctx context.Context, snap store.Snapshot, who person, name string, state session.State) error {
	same := who.sub == state.Sub // but for a nobody of another name
	if same && name == who.username {
		return nil
	}
	u, err := directory.Find(ctx, snap, who.pool, name)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if who.user != nil {
		same = err == nil && u.Sub == who.sub
	}
	switch {
	case same:
		return nil
	case state.Purpose == inBlock:
		return errPassword
	}
	return errSession
}

// unchanged reads u again inside a transaction and refuses to go on if
// anything has ended its open sign-ins meanwhile.
func unchanged(ctx context.Context, tx store.Tx, u *pool.User) (*pool.User, error) {
	now, err := tx.User(ctx, u.PoolKey, u.Sub)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil, errSession
	case err != nil:
		return nil, err
	case !now.Enabled:
		return nil, errDisabled
	case now.SessionGeneration != u.SessionGeneration:
		return nil, errSession
	}
	return now, nil
}
