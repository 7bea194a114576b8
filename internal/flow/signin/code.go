package signin

import (
	"context"
	"crypto/sha256"
	"errors"
	"maps"

	"github.com/cenote-auth/cenote/internal/core/code"
	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/core/message"
	"github.com/cenote-auth/cenote/internal/core/notice"
	"github.com/cenote-auth/cenote/internal/core/trigger"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

var (
	errCode      = pool.E(pool.CodeMismatch, "Invalid code or auth state for the user.")
	errManySends = pool.E(pool.TooManyRequests, "Too many requests")
)

// codeAt are the challenges by codes that are sent: the attribute that holds the
// address, and the response that holds the code.
var codeAt = map[string]struct{ attribute, response string }{
	"SMS_MFA":   {"phone_number", "SMS_MFA_CODE"},
	"SMS_OTP":   {"phone_number", "SMS_OTP_CODE"},
	"EMAIL_OTP": {"email", "EMAIL_OTP_CODE"},
}

// macSize is the length of the MAC of a code, behind which a session has the
// address that the code proves if the user does not have it yet.
const macSize = sha256.Size

// askCode is a challenge by a code that goes to to; new is whether the user
// gets that address by it. The code is sent in the transaction that the question is
// put in, and counted there, or before a function is asked for words.
func (s *Service) askCode(ctx context.Context, who person, challenge string, to message.Delivery, new bool) (question, error) {
	if who.id == "" {
		who.id = who.event
	}
	text, proof := s.Codes.MakeSignIn(who.code(challenge, to.Destination))
	if new {
		proof = append(proof, to.Destination...)
	}
	state := s.state(who, challenge)
	state.Proof = proof
	recipient := who.user
	if recipient == nil {
		recipient = &pool.User{PoolKey: who.pool.Key, Sub: who.sub, Username: who.username}
	}
	counted := trigger.HasCustomMessage(who.pool)
	if counted {
		err := s.Store.Update(ctx, func(tx store.Tx) error { return s.countSend(ctx, tx, who, challenge) })
		if err != nil {
			return question{}, err
		}
	}
	mail, err := s.composed(ctx, who, challenge, recipient, to, text)
	if err != nil {
		return question{}, err
	}
	return question{
		step: Step{
			Challenge: challenge, Session: s.Sessions.Seal(state),
			Parameters: map[string]string{
				"CODE_DELIVERY_DELIVERY_MEDIUM": to.Medium,
				"CODE_DELIVERY_DESTINATION":     who.shown(to),
				"USER_ID_FOR_SRP":               who.username,
			},
		},
		put: func(ctx context.Context, tx store.Tx) error {
			if !counted {
				if err := s.countSend(ctx, tx, who, challenge); err != nil {
					return err
				}
			}
			return tx.AddMessage(ctx, mail)
		},
	}, nil
}

// countSend debits a code that is sent to who: TooManyRequests if too many went
// unanswered.
func (s *Service) countSend(ctx context.Context, tx store.Tx, who person, challenge string) error {
	err := s.Limits.Hourly(ctx, tx, who.pool.Key, who.sub, limit.SendCode(who.counter(challenge)))
	if errors.Is(err, pool.E(pool.LimitExceeded, "")) {
		return errManySends // LimitExceeded is not among these operations' errors
	}
	return err
}

// shown is where a code goes as who may see it: where the client hides who exists,
// in the letters of an address that is made up, until something is proved.
func (who person) shown(to message.Delivery) string {
	if who.first == "" && who.client.HidesUnknownUsers() {
		to.Destination = who.pool.Fold(to.Destination)
	}
	return to.Masked()
}

// composed returns the message that takes a code to who, or to nobody.
func (s *Service) composed(ctx context.Context, who person, challenge string, recipient *pool.User, to message.Delivery, text string) (store.Message, error) {
	notices := notice.Notices{Messages: s.Messages, Triggers: s.Triggers}
	subject := trigger.Subject{Pool: who.pool, Client: who.client, User: recipient}
	if who.first == "" && !who.getsCode(challenge) {
		return notices.Nobody(subject, message.SignIn, to, text), nil
	}
	return notices.Compose(ctx, subject, message.SignIn, to, text, who.metadata)
}

// code is what the code of a challenge to who is bound to.
func (who person) code(challenge, address string) code.SignIn {
	return code.SignIn{PoolKey: who.pool.Key, Sub: who.sub, ID: who.id, Challenge: challenge, Address: address, First: who.first == ""}
}

// counter is the factor that tries at codes of a challenge to who count under.
func (who person) counter(challenge string) string {
	if !who.proved() {
		return limit.FirstCode(challenge)
	}
	return limit.SecondCode(challenge)
}

// answerSMSMFA is SMS_MFA, a second factor.
func (s *Service) answerSMSMFA(ctx context.Context, r Reply) (Step, error) {
	return s.answerCode(ctx, r)
}

// answerSMSOTP is SMS_OTP, a first factor.
func (s *Service) answerSMSOTP(ctx context.Context, r Reply) (Step, error) {
	return s.answerCode(ctx, r)
}

// answerEmailOTP is EMAIL_OTP, a first factor or a second one, whichever is due.
func (s *Service) answerEmailOTP(ctx context.Context, r Reply) (Step, error) {
	return s.answerCode(ctx, r)
}

// answerCode takes a code that was sent. The try is counted before the code is
// looked at.
func (s *Service) answerCode(ctx context.Context, r Reply) (Step, error) {
	who, state, err := s.resume(ctx, r)
	if err != nil {
		return Step{}, err
	}
	if len(state.Proof) < macSize {
		return Step{}, errSession
	}
	mac, added := state.Proof[:macSize], string(state.Proof[macSize:])
	if err := s.stillDue(ctx, who, r.Challenge, added != ""); err != nil {
		return Step{}, err
	}
	at := codeAt[r.Challenge]
	address := added
	if address == "" {
		address = s.codeTo(who, at.attribute).Destination
	}
	if err := s.debitCode(ctx, who, r.Challenge); err != nil {
		return Step{}, err
	}
	right := s.Codes.Fits(who.code(r.Challenge, address), mac, r.Responses[at.response])
	if !right || who.first == "" && !who.getsCode(r.Challenge) {
		return Step{}, errCode
	}
	if added != "" {
		return s.setUpAddress(ctx, who, r.Challenge, at.attribute, added)
	}
	if err := s.proveAddress(ctx, who, at.attribute, address); err != nil {
		return Step{}, err
	}
	if who.first == "" {
		return s.firstProven(ctx, who, r.Challenge)
	}
	return s.passed(ctx, who, r.Challenge, who.user, nil)
}

// stillDue returns NotAuthorized if a challenge by code is not what is due of
// who any more: the user or the pool has chosen otherwise meanwhile.
func (s *Service) stillDue(ctx context.Context, who person, challenge string, setUp bool) error {
	if who.first == "" {
		return s.stillFirst(ctx, who, challenge)
	}
	if setUp {
		return who.mustSetUp(challenge)
	}
	if who.user == nil {
		return errSession
	}
	p, u := who.pool, who.user
	if !p.Serves(u, challenge) && s.Risk.Enforces(p, who.flow) { // it may have been asked for the risk
		var err error
		if p, u, err = s.atRisk(ctx, who); err != nil {
			return err
		}
	}
	if !p.Serves(u, challenge) {
		return errSession
	}
	return nil
}

// debitCode counts a try at a code of who, before it is looked at.
func (s *Service) debitCode(ctx context.Context, who person, challenge string) error {
	return s.Store.Update(ctx, func(tx store.Tx) error {
		return s.Limits.SignInCode(ctx, tx, who.pool.Key, who.sub, who.counter(challenge))
	})
}

// clearCodes forgets the tries at codes of a challenge to who, and the sending
// of them, after a right one.
func (s *Service) clearCodes(ctx context.Context, tx store.Tx, who person, challenge string) error {
	counter := who.counter(challenge)
	if err := s.Limits.Clear(ctx, tx, who.pool.Key, who.sub, counter); err != nil {
		return err
	}
	if _, sent := codeAt[challenge]; !sent {
		return nil
	}
	return s.Limits.Clear(ctx, tx, who.pool.Key, who.sub, limit.SendCode(counter).Factor)
}

// proveAddress makes the address in attribute a proved one, if it is not yet:
// the code that went there came back. In place of a password it confirms a
// sign-up, too. Where somebody else signs in by the address all stays as it is.
func (s *Service) proveAddress(ctx context.Context, who person, attribute, address string) error {
	confirms := who.first == "" && who.user.Status == pool.Unconfirmed
	if !confirms && (who.user.Verified(attribute) || who.user.Status != pool.Confirmed) {
		return nil
	}
	err := s.Store.Update(ctx, func(tx store.Tx) error {
		now, err := unchanged(ctx, tx, who.user)
		if err != nil {
			return err
		}
		if now.Attributes[attribute] != address {
			return errCode
		}
		now.Prove(attribute, address)
		if now.Status == pool.Unconfirmed {
			now.Status = pool.Confirmed
		}
		return directory.Save(ctx, tx, who.pool, now, s.Now(), false)
	})
	if errors.Is(err, pool.E(pool.AliasExists, "")) {
		return nil
	}
	if err == nil {
		who.user.Attributes = with(who.user.Attributes, map[string]string{attribute + "_verified": "true"})
		who.user.Status = pool.Confirmed
	}
	return err
}

// firstProven goes on after a code was right that is the first factor of who.
func (s *Service) firstProven(ctx context.Context, who person, challenge string) (Step, error) {
	err := s.Store.Update(ctx, func(tx store.Tx) error { return s.clearCodes(ctx, tx, who, challenge) })
	if err != nil {
		return Step{}, err
	}
	return s.proven(ctx, who, challenge)
}

// withAddress returns a copy of u that has a proved address.
func withAddress(u *pool.User, attribute, address string) *pool.User {
	after := *u
	after.Attributes = maps.Clone(u.Attributes)
	after.Prove(attribute, address)
	return &after
}
