package signin

import (
	"context"

	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/core/message"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// A question is a challenge that is ready to be put: the step, and what is
// written when it is; nil for nothing.
type question struct {
	step Step
	put  func(context.Context, store.Tx) error
}

// seconds says which method asks for what a pool demands after the first
// factor.
var seconds map[string]func(*Service, context.Context, person, pool.Demand) (question, error)

func init() { // the methods refer to the map
	seconds = map[string]func(*Service, context.Context, person, pool.Demand) (question, error){
		"SMS_MFA":            (*Service).askSMSMFA,
		"EMAIL_OTP":          (*Service).askEmailOTP,
		"SOFTWARE_TOKEN_MFA": (*Service).askSoftwareTokenMFA,
		"SELECT_MFA_TYPE":    (*Service).askSelectMFAType,
		"MFA_SETUP":          (*Service).askMFASetup,
	}
}

// second goes on after the first factor, and a new password if one was needed:
// to the second factor that the pool demands, or past it.
func (s *Service) second(ctx context.Context, who person) (Step, error) {
	return s.secondWith(ctx, who, who.user, nil)
}

// secondWith is second where something of the user changes with it: before is
// the user as it was read, and change gets it as it is in the transaction. If
// nothing more is asked, that is the transaction which ends the sign-in.
func (s *Service) secondWith(ctx context.Context, who person, before *pool.User, change func(store.Tx, *pool.User) error) (Step, error) {
	who, err := s.lookForDevice(ctx, who)
	if err != nil {
		return Step{}, err
	}
	if who, err = s.rate(ctx, who); err != nil {
		return Step{}, err
	}
	demand, err := s.demand(ctx, who)
	if err != nil {
		return Step{}, err
	}
	if demand.Challenge == "" && !who.mustProveDevice() {
		return s.issue(ctx, who, before, change)
	}
	var next question
	if demand.Challenge != "" {
		if next, err = seconds[demand.Challenge](s, ctx, who, demand); err != nil {
			return Step{}, err
		}
	}
	if change == nil && next.put == nil && next.step.Challenge != "" && s.fewTries(who) {
		return next.step, nil
	}
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		if change != nil {
			now, err := unchanged(ctx, tx, before)
			if err != nil {
				return err
			}
			if err := change(tx, now); err != nil {
				return err
			}
		}
		if next.put != nil {
			if err := next.put(ctx, tx); err != nil {
				return err
			}
		}
		return s.clear(ctx, tx, who)
	})
	if err != nil {
		return Step{}, err
	}
	if demand.Challenge == "" {
		return s.third(ctx, who)
	}
	return next.step, nil
}

// fewTries reports whether the tries at the password of who may stand until the
// end of the sign-in, which forgets them: nobody is locked out by them yet who
// begins it anew. Where addresses are counted too, they may not: others come from
// the same address.
func (s *Service) fewTries(who person) bool {
	return who.tries > 0 && who.tries < limit.PasswordFree-1 && !s.Risk.Enforces(who.pool, who.flow)
}

// put asks a question that no other change goes with.
func (s *Service) put(ctx context.Context, q question) (Step, error) {
	if q.put == nil {
		return q.step, nil
	}
	if err := s.Store.Update(ctx, func(tx store.Tx) error { return q.put(ctx, tx) }); err != nil {
		return Step{}, err
	}
	return q.step, nil
}

// demand is what the pool asks of who after the first factor and has not got
// yet: of a device that it trusts, to prove itself, in third.
func (s *Service) demand(ctx context.Context, who person) (pool.Demand, error) {
	if who.second != "" {
		return pool.Demand{}, nil
	}
	if wanted, _ := who.verdict.Wants(); wanted && who.flow != customAuth {
		return s.raised(ctx, who)
	}
	if who.flow == customAuth || who.devicePasses() { // the functions have asked for what they want
		return pool.Demand{}, nil
	}
	return who.pool.Demand(who.user)
}

// passed goes on after the second factor was right, which answered a challenge.
// change is made with that and once: in the transaction that ends the sign-in,
// or before more is asked. before is the user as it was read.
func (s *Service) passed(
	ctx context.Context, who person, challenge string, before *pool.User, change func(store.Tx, *pool.User) error,
) (Step, error) {
	who.second = challenge
	all := func(tx store.Tx, now *pool.User) error {
		if change != nil {
			if err := change(tx, now); err != nil {
				return err
			}
		}
		return s.clearCodes(ctx, tx, who, challenge)
	}
	if !who.mustProveDevice() && who.flow != customAuth {
		step, err := s.issue(ctx, who, before, all)
		return step, s.excuse(ctx, err, func(tx store.Tx) error { return s.clearCodes(ctx, tx, who, challenge) })
	}
	err := s.Store.Update(ctx, func(tx store.Tx) error {
		now, err := unchanged(ctx, tx, before)
		if err != nil {
			return err
		}
		return all(tx, now)
	})
	if err != nil {
		return Step{}, err
	}
	if who.flow == customAuth {
		if !who.proved() {
			who.first = customChallenge
		}
		return s.talked(ctx, who, challenge)
	}
	return s.third(ctx, who)
}

// askSMSMFA asks for a code by text message.
func (s *Service) askSMSMFA(ctx context.Context, who person, _ pool.Demand) (question, error) {
	return s.askSecondCode(ctx, who, "SMS_MFA")
}

// askEmailOTP asks for a code by mail.
func (s *Service) askEmailOTP(ctx context.Context, who person, _ pool.Demand) (question, error) {
	return s.askSecondCode(ctx, who, "EMAIL_OTP")
}

func (s *Service) askSecondCode(ctx context.Context, who person, challenge string) (question, error) {
	to, ok := message.To(who.user, codeAt[challenge].attribute)
	if !ok {
		return question{}, errSession
	}
	return s.askCode(ctx, who, challenge, to, false)
}
