package risk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// The types of event, beside that of sign-ins.
const (
	SignUp         = "SignUp"
	ForgotPassword = "ForgotPassword"
	PasswordChange = "PasswordChange"
	ResendCode     = "ResendCode"
	signInType     = "SignIn"
)

// The responses of events, and the names of what is answered in a sign-in.
const (
	Pass  = "Pass"
	Fail  = "Fail"
	Begun = "InProgress"

	Password = "Password"
	Mfa      = "Mfa"
)

// mostChallenges is how many answers an event keeps, the first ones.
const mostChallenges = 20

// Challenge is what somebody answered, and whether rightly.
type Challenge struct {
	Name  string // Password or Mfa
	Right bool
}

// Step is a step of a sign-in, for the record.
type Step struct {
	ID          string // of the event: NewID of the sign-in
	SignIn      SignIn
	Response    string      // Pass, Fail, Begun
	Answered    []Challenge // in this step
	Compromised bool        // the password is known elsewhere
	Verdict     *Verdict    // nil if none was reached in this step
}

// NewID returns the id of the event of a sign-in. Ids sort by time.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

// Record writes a step of a sign-in down, and sends the mail that its verdict
// asks for.
func (r *Risk) Record(ctx context.Context, s Step) error {
	if !r.Watches(s.SignIn.Pool, s.SignIn.Flow) {
		return nil
	}
	e := r.event(s.SignIn.Pool, s.SignIn.User, signInType, s.Response, s.SignIn.Origin)
	e.ID = s.ID
	e.Compromised = s.Compromised
	var mail []store.Message
	if v := s.Verdict; v != nil {
		e.RiskDecision, e.RiskLevel = v.decision(), v.Level
		mail = r.mail(s, *v, e)
	}
	err := r.o.Store.Update(ctx, func(tx store.Tx) error {
		if err := keep(ctx, tx, e, s); err != nil {
			return err
		}
		for _, m := range mail {
			if err := tx.AddMessage(ctx, m); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("record a sign-in: %w", err)
	}
	return nil
}

// keep writes e, the event of a step, over what there is of its sign-in.
func keep(ctx context.Context, tx store.Tx, e store.AuthEvent, s Step) error {
	known, err := tx.AuthEvent(ctx, e.PoolKey, e.Sub, e.ID)
	if errors.Is(err, store.ErrNotFound) {
		e.Challenges = challenges("", s.Answered)
		err := tx.AddAuthEvent(ctx, e)
		if errors.Is(err, store.ErrExists) { // by the same step, taken twice at a time
			err = store.ErrConflict
		}
		return err
	}
	if err != nil || known.Response == Pass { // whoever has the session cannot take that back
		return err
	}
	known.Response = e.Response
	known.Challenges = challenges(known.Challenges, s.Answered)
	known.Compromised = known.Compromised || e.Compromised
	if s.Verdict != nil {
		known.RiskDecision, known.RiskLevel, known.Context = e.RiskDecision, e.RiskLevel, e.Context
	}
	return tx.SaveAuthEvent(ctx, known)
}

// An Act is something else than a sign-in that happens to an account.
type Act struct {
	Pool        *pool.Pool
	User        *pool.User // of nobody a sub alone
	Nobody      bool       // there is no such user
	Kind        string     // SignUp, ForgotPassword, PasswordChange, ResendCode
	Passed      bool
	Compromised bool // the password is known elsewhere
	Origin      pool.Origin
}

// Note writes an act down.
func (r *Risk) Note(ctx context.Context, a Act) error {
	if !r.Watches(a.Pool, "") {
		return nil
	}
	if a.Nobody {
		return r.Pretend(ctx, a.Pool, a.User.Sub)
	}
	response := Pass
	if !a.Passed {
		response = Fail
	}
	e := r.event(a.Pool, a.User, a.Kind, response, a.Origin)
	e.Compromised = a.Compromised
	err := r.o.Store.Update(ctx, func(tx store.Tx) error { return tx.AddAuthEvent(ctx, e) })
	if err != nil {
		return fmt.Errorf("record an event: %w", err)
	}
	return nil
}

// Pretend takes as long as to write down something about a user, and writes
// nothing down: for a name that nobody has, where callers must not learn that.
func (r *Risk) Pretend(ctx context.Context, p *pool.Pool, sub string) error {
	err := r.o.Store.Update(ctx, func(tx store.Tx) error {
		a, err := tx.LockAttempt(ctx, p.Key, sub, "record")
		if err != nil {
			return err
		}
		a.Count, a.Since = a.Count+1, r.o.Now()
		return tx.PutAttempt(ctx, a)
	})
	if err != nil {
		return fmt.Errorf("record nothing: %w", err)
	}
	return nil
}

// event returns an event of now.
func (r *Risk) event(p *pool.Pool, u *pool.User, kind, response string, from pool.Origin) store.AuthEvent {
	place, placed, err := r.o.Places.Find(from.Address)
	return store.AuthEvent{
		PoolKey: p.Key, Sub: u.Sub, ID: NewID(), Created: r.o.Now(), Type: kind, Response: response,
		RiskDecision: "NoRisk", Challenges: "[]", Context: visitOf(from, place, placed && err == nil),
	}
}

// visitOf returns an origin as the record has it.
func visitOf(from pool.Origin, place Place, placed bool) string {
	v := visit{Address: from.Address, Device: pool.DeviceName(from.Agent), Kind: pool.DeviceKind(from.Agent)}
	if placed {
		v.Place = &place
	}
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // texts and two numbers that are finite
	}
	return string(b)
}

// challenges returns a list as the record has it, with others at its end.
func challenges(known string, more []Challenge) string {
	var list []Challenge
	if known != "" {
		_ = json.Unmarshal([]byte(known), &list) // what does not fit is not known
	}
	list = slices.Concat(list, more)
	list = list[:min(len(list), mostChallenges)]
	if list == nil {
		return "[]"
	}
	b, err := json.Marshal(list)
	if err != nil {
		panic(err) // texts and flags
	}
	return string(b)
}

// Event is an event as administrators see it.
type Event struct {
	store.AuthEvent
	Answered []Challenge
	Address  string
	Device   string
	Country  string
	City     string
}

// shown takes an event of the store apart.
func shown(e store.AuthEvent) Event {
	out := Event{AuthEvent: e}
	var v visit
	_ = json.Unmarshal([]byte(e.Challenges), &out.Answered) // what does not fit is not shown
	_ = json.Unmarshal([]byte(e.Context), &v)
	out.Address, out.Device = v.Address, v.Device
	if v.Place != nil {
		out.Country, out.City = v.Place.Country, v.Place.City
	}
	return out
}

// Events returns a page of the events of a user, the newest first; after is the
// ID of the last one that was seen.
func Events(ctx context.Context, s store.EventReader, u *pool.User, after string, limit int) ([]Event, error) {
	rows, err := s.AuthEvents(ctx, u.PoolKey, u.Sub, store.Page{After: after, Limit: limit})
	if err != nil {
		return nil, fmt.Errorf("read events: %w", err)
	}
	list := make([]Event, len(rows))
	for i, row := range rows {
		list[i] = shown(row)
	}
	return list, nil
}

// Say keeps what a provider, Admin or EndUser, says of an event: that it was the
// user, or not. NotFound if there is none.
func Say(ctx context.Context, tx store.Tx, u *pool.User, id string, valid bool, provider string, now time.Time) error {
	e, err := tx.AuthEvent(ctx, u.PoolKey, u.Sub, id)
	if errors.Is(err, store.ErrNotFound) {
		return pool.E(pool.NotFound, "Event "+id+" does not exist.")
	}
	if err != nil {
		return fmt.Errorf("read an event: %w", err)
	}
	e.Feedback = "Invalid"
	if valid {
		e.Feedback = "Valid"
	}
	e.FeedbackProvider, e.FeedbackTime = provider, now
	return tx.SaveAuthEvent(ctx, e)
}
