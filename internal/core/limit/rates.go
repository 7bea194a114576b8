package limit

import (
	"context"
	"time"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// RateOptions are the parts of Rates. Store is required.
type RateOptions struct {
	Store store.Store
	// Defaults makes the numbers of the service count where no other was set.
	// Without it only what was set does.
	Defaults bool
	Now      func() time.Time      // wall time; time.Now if nil
	Refused  func(category string) // told of each refusal; may be nil
}

// Rates counts requests: those for each pool by category, those for each user of
// it by reads and writes, and those for no pool that exists together. It counts
// what this process is asked, by wall time, and forgets it at the end. It is safe
// for concurrent use.
type Rates struct {
	o     RateOptions
	epoch time.Time
	ledgers
	people *people // nil without Defaults
}

// NewRates returns Rates in which nobody has asked for anything yet.
func NewRates(o RateOptions) *Rates {
	if o.Now == nil {
		o.Now = time.Now
	}
	r := &Rates{o: o, epoch: o.Now(), ledgers: newLedgers()}
	if o.Defaults {
		r.people = newPeople()
	}
	return r
}

// Request is what is counted.
type Request struct {
	Operation string
	PoolID    string // that it names; "" for none
	ClientID  string // that it names; of no meaning with PoolID
	User      string // that it names, or its access token; "" for none
	// NewPassword is an answer to a challenge that sets a password.
	NewPassword bool
}

var errRate = pool.E(pool.TooManyRequests, "Rate exceeded")

// Admit counts a request, or returns TooManyRequests. Other errors say that its
// pool could not be found out.
func (r *Rates) Admit(ctx context.Context, q Request) error {
	rule, known := rules[q.Operation]
	if !known {
		return nil
	}
	now := int64(r.o.Now().Sub(r.epoch))
	l, err := r.ledgerOf(ctx, q, now)
	if err != nil {
		return err
	}
	if q.NewPassword {
		rule.quota, rule.answer = userAccountRecovery, false
	}
	rate := l.set[rule.quota].Load()
	if rate < MaxRate && !r.people.admit(now, l, quotas[rule.quota].of, q.User) {
		return r.refuse(rule.quota)
	}
	if rate == 0 {
		if !r.o.Defaults {
			return nil
		}
		rate = quotas[rule.quota].PerSecond
		if rule.own > 0 && !l.buckets[rule.own].take(now, quotas[rule.quota].each) {
			return r.refuse(rule.quota)
		}
	}
	switch {
	case rate >= MaxRate:
	case rule.answer && l.buckets[answers].take(now, answersPerSignIn*rate):
	case !l.buckets[rule.quota].take(now, rate):
		return r.refuse(rule.quota)
	}
	return nil
}

func (r *Rates) refuse(quota int) error {
	if r.o.Refused != nil {
		r.o.Refused(quotas[quota].Name)
	}
	return errRate
}

// Of returns how many requests a second a category admits for a pool whose
// rates are rows, as the store gives them; MaxRate where nobody is counted.
func (r *Rates) Of(rows []store.Rate, category Quota) int64 {
	rate := int64(MaxRate)
	if r.o.Defaults {
		rate = category.PerSecond
	}
	for _, row := range rows { // those of the pool come last
		if row.Category == category.Name {
			rate = row.PerSecond
		}
	}
	return rate
}
