package risk

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// The levels of risk, as the record has them. None is "".
const (
	Low    = "Low"
	Medium = "Medium"
	High   = "High"
)

// A Verdict is what is thought of a sign-in, and what is to be done.
type Verdict struct {
	Level  string // "" for none
	Action string // of the rules, in ENFORCED: BLOCK, MFA_REQUIRED, MFA_IF_CONFIGURED; "" for nothing

	notice *pool.RiskNotice // to be sent; nil for none
	place  Place
	placed bool
}

// Blocked reports whether the sign-in is to be refused.
func (v Verdict) Blocked() bool { return v.Action == "BLOCK" }

// Wants reports whether a second factor is wanted that would not be asked for
// otherwise, and whether it must be there.
func (v Verdict) Wants() (wanted, required bool) {
	required = v.Action == "MFA_REQUIRED"
	return required || v.Action == "MFA_IF_CONFIGURED", required
}

// Block makes a verdict one that refuses: for a second factor that is required
// and not there.
func (v *Verdict) Block() { v.Action = "BLOCK" }

// decision is the RiskDecision of the record.
func (v Verdict) decision() string {
	switch {
	case v.Blocked():
		return "Block"
	case v.Level != "":
		return "AccountTakeover"
	}
	return "NoRisk"
}

// A SignIn is one that is to be judged. Its first factor was right.
type SignIn struct {
	Pool        *pool.Pool
	Client      *pool.Client
	User        *pool.User
	Flow        string
	Origin      pool.Origin
	KnownDevice bool // it comes from a device that the user has confirmed
}

// How many visits are looked back at. Failures are not among them: anybody can
// add those.
const looksBack = 100

// Two places are apart if they are further away than lists are wrong, and
// nobody came from one to the other faster than an aeroplane.
const (
	apart   = 150.0  // km
	fastest = 1000.0 // km/h
)

// Judge says what is thought of a sign-in, by what the record has of the user.
// Of the first sign-in, of one whose origin is not known, and of one from a
// network that is to be skipped nothing is.
func (r *Risk) Judge(ctx context.Context, s SignIn) (v Verdict, err error) {
	if !r.Watches(s.Pool, s.Flow) {
		return v, nil
	}
	if v.place, v.placed, err = r.o.Places.Find(s.Origin.Address); err != nil {
		return v, err
	}
	var all pool.RiskRules
	var past []store.AuthEvent
	err = r.o.Store.View(ctx, func(snap store.Snapshot) (err error) {
		if all, err = rules(ctx, snap, s.Pool, s.Client); err != nil {
			return err
		}
		past, err = snap.Visits(ctx, s.Pool.Key, s.User.Sub, looksBack)
		return err
	})
	if err != nil {
		return v, fmt.Errorf("judge a sign-in: %w", err)
	}
	if s.Origin == (pool.Origin{}) || all.Exceptions != nil && within(all.Exceptions.Skipped, s.Origin.Address) {
		return v, nil
	}
	v.Level = level(history(past), s, v, r.o.Now())
	if t := all.Takeover; t != nil && v.Level != "" && r.Enforces(s.Pool, s.Flow) {
		if a := map[string]*pool.RiskAction{Low: t.Low, Medium: t.Medium, High: t.High}[v.Level]; a != nil {
			if a.Action != "NO_ACTION" {
				v.Action = a.Action
			}
			if a.Notify {
				v.notice = t.Notify
			}
		}
	}
	return v, nil
}

// level is how dangerous a sign-in looks beside those of before.
func level(past []visit, s SignIn, v Verdict, now time.Time) string {
	device := !s.KnownDevice && isNew(past, pool.DeviceKind(s.Origin.Agent), func(p visit) string { return p.Kind })
	network := s.Origin.Address != "" && isNew(past, pool.Network(s.Origin.Address), func(p visit) string { return pool.Network(p.Address) })
	switch {
	case v.placed && tooFast(past, v.place, now):
		return High
	case device && network:
		return Medium
	case device || network:
		return Low
	}
	return ""
}

// isNew reports whether something of a sign-in is otherwise than in all visits
// before; if it is known of none of them, nothing is new. Who says nothing of
// their device has another one than those who said something.
func isNew(past []visit, now string, of func(visit) string) bool {
	known := false
	for _, p := range past {
		then := of(p)
		if then == now {
			return false
		}
		known = known || then != "" && then != pool.UnknownDevice
	}
	return known
}

// tooFast reports whether nobody can have come to a place from where the user
// was last.
func tooFast(past []visit, to Place, now time.Time) bool {
	for _, p := range past { // the newest first
		if p.Place == nil {
			continue
		}
		km := distance(*p.Place, to)
		hours := max(now.Sub(p.at).Hours(), 1.0/60)
		return km > apart && km/hours > fastest
	}
	return false
}

// A visit is what the record has of where a sign-in came from.
type visit struct {
	Address string `json:"address,omitempty"`
	Device  string `json:"device,omitempty"` // for people
	Kind    string `json:"kind,omitempty"`   // to tell devices apart
	Place   *Place `json:"place,omitempty"`

	at time.Time
}

// history are the visits that events are about.
func history(events []store.AuthEvent) (list []visit) {
	for _, e := range events {
		var v visit
		if json.Unmarshal([]byte(e.Context), &v) == nil {
			v.at = e.Created
			list = append(list, v)
		}
	}
	return list
}
