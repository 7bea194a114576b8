package signin

import (
	"context"
	"errors"

	"github.com/cenote-auth/cenote/internal/core/risk"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// A trace is what a step of a sign-in leaves behind for the record. A nil trace
// keeps nothing.
type trace struct {
	who         person        // as the step found them; without a pool there is no record
	tried       string        // risk.Password if a password was looked at
	refunded    bool          // the address that it came from has back what it cost
	compromised bool          // which is known elsewhere
	verdict     *risk.Verdict // nil: not reached in this step
}

func (t *trace) saw(who person) {
	if t != nil {
		t.who = who
	}
}

func (t *trace) tries(what string) {
	if t != nil {
		t.tried = what
	}
}

// refundable reports whether the address has still to get back what the password
// of this step cost it, which was right.
func (t *trace) refundable() bool { return t != nil && t.tried == risk.Password && !t.refunded }

func (t *trace) refund() {
	if t != nil {
		t.refunded = true
	}
}

func (t *trace) judged(v risk.Verdict) {
	if t != nil {
		t.verdict = &v
	}
}

// admit returns ErrBlocked for who comes from a network that is blocked.
func (s *Service) admit(ctx context.Context, snap store.Snapshot, who person) error {
	err := s.Risk.Admit(ctx, snap, who.pool, who.client, who.flow, who.origin)
	if errors.Is(err, risk.ErrBlocked) {
		who.verdict.Block()
		who.trace.saw(who)
		who.trace.judged(who.verdict)
	}
	return err
}

// rate judges who after the first factor was right, or after a conversation
// came to its end. ErrBlocked if the sign-in is to be refused.
func (s *Service) rate(ctx context.Context, who person) (person, error) {
	if !s.Risk.Watches(who.pool, who.flow) {
		return who, nil
	}
	v, err := s.Risk.Judge(ctx, risk.SignIn{
		Pool: who.pool, Client: who.client, User: who.user, Flow: who.flow, Origin: who.origin, KnownDevice: who.byDevice || who.mustProveDevice(),
	})
	if err != nil {
		return who, err
	}
	who.verdict = v
	who.trace.judged(v)
	if v.Blocked() {
		return who, risk.ErrBlocked
	}
	return who, nil
}

// raised returns what is asked of who where the risk wants a second factor: one
// that is switched on, or else one that could be had. Who can have none is
// refused if one is required.
func (s *Service) raised(ctx context.Context, who person) (pool.Demand, error) {
	usual, usualErr := who.pool.Demand(who.user)
	if usualErr == nil && isFactor(usual) {
		return usual, nil
	}
	p, u, err := s.atRisk(ctx, who)
	if err != nil {
		return pool.Demand{}, err
	}
	if demand, err := p.Demand(u); err == nil && isFactor(demand) {
		return demand, nil
	}
	if _, required := who.verdict.Wants(); !required {
		return usual, usualErr
	}
	who.verdict.Block()
	who.trace.judged(who.verdict)
	return pool.Demand{}, risk.ErrBlocked
}

// isFactor reports whether a demand is for a second factor that is there.
func isFactor(d pool.Demand) bool { return d.Challenge != "" && d.Challenge != mfaSetup }

// atRisk returns the pool and the user of who as they are where the risk calls for
// a second factor: one that could be had counts, and a software token that was
// verified, though the user has switched none on.
// Source: the service's API reference, AccountTakeoverActionType.
func (s *Service) atRisk(ctx context.Context, who person) (*pool.Pool, *pool.User, error) {
	u := *who.user
	err := s.Store.View(ctx, func(snap store.Snapshot) error {
		token, err := snap.SoftwareToken(ctx, u.PoolKey, u.Sub)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		u.Factors.SoftwareToken = token.Sealed != nil
		return err
	})
	return who.pool.Raised(), &u, err
}

// knownElsewhere refuses a password that is right and known elsewhere, where
// the rules want that.
func (s *Service) knownElsewhere(ctx context.Context, who person, password string) error {
	known, refused, err := s.Risk.Password(ctx, who.pool, who.client, risk.AtSignIn, password)
	if err != nil {
		return err
	}
	if who.trace != nil {
		who.trace.compromised = known
	}
	if refused {
		who.verdict.Block()
		who.trace.judged(who.verdict)
		return risk.ErrBlocked
	}
	return nil
}

// secondFactors are the challenges of second factors alone. A code by mail is one
// after another factor.
var secondFactors = map[string]bool{"SMS_MFA": true, "SOFTWARE_TOKEN_MFA": true}

// record writes down what a step came to: by is the flow or the challenge. It
// returns the step, unless the record could not be written.
func (s *Service) record(ctx context.Context, t *trace, by string, step Step, err error) (Step, error) {
	who := t.who
	if who.pool == nil || !s.Risk.Watches(who.pool, who.flow) {
		return step, err
	}
	if secondFactors[by] || by == "EMAIL_OTP" && who.first != "" {
		t.tried = risk.Mfa
	}
	e, worth := t.step(step, err)
	if !worth {
		return step, err
	}
	ctx, cancel := afterwards(ctx)
	defer cancel()
	failed := error(nil)
	if who.user == nil {
		failed = s.Risk.Pretend(ctx, who.pool, who.sub)
	} else {
		failed = s.Risk.Record(ctx, e)
	}
	if failed != nil {
		return Step{}, failed
	}
	return step, err
}

// step is what t is worth in the record; false for nothing.
func (t *trace) step(step Step, err error) (risk.Step, bool) {
	who := t.who
	e := risk.Step{
		ID: who.event, Compromised: t.compromised, Verdict: t.verdict,
		SignIn: risk.SignIn{Pool: who.pool, Client: who.client, User: who.user, Flow: who.flow, Origin: who.origin},
	}
	switch {
	case err == nil && step.Tokens != nil:
		e.Response = risk.Pass
	case err == nil && t.tried != "":
		e.Response = risk.Begun
	case err != nil && (t.tried != "" || isRefusal(err)):
		e.Response = risk.Fail
	default:
		return risk.Step{}, false
	}
	if t.tried != "" {
		e.Answered = []risk.Challenge{{Name: t.tried, Right: !isRefusal(err) || errors.Is(err, risk.ErrBlocked)}}
	}
	return e, true
}

// isRefusal reports whether err says that somebody is not who they say, or is
// not believed.
func isRefusal(err error) bool {
	e, ok := errors.AsType[*pool.Error](err)
	if !ok {
		return false
	}
	return e.Kind == pool.CodeMismatch || e.Kind == pool.ExpiredCode || errors.Is(err, errPassword) || errors.Is(err, risk.ErrBlocked)
}
