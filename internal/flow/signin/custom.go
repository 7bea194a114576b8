package signin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/cenote-auth/cenote/internal/core/trigger"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/srp"
	"github.com/cenote-auth/cenote/internal/store"
)

// customAuth is the flow in which functions of the pool say what comes next.
const (
	customAuth      = "CUSTOM_AUTH"
	customChallenge = "CUSTOM_CHALLENGE"
)

// maxRounds bounds a conversation that its function never ends.
const maxRounds = 100

// errDefined is the error of a function that asks for what cannot come next.
var errDefined = pool.E(pool.InvalidLambdaResponse, "Unrecognizable lambda output")

// A talk is a conversation by custom challenges so far. It is kept between two
// rounds, and whoever answers takes a turn of it: each session of it is good
// for one answer.
type talk struct {
	Rounds   []trigger.Round   `json:"rounds"`
	Private  map[string]string `json:"private,omitempty"` // of the challenge that waits for its answer
	Metadata *string           `json:"metadata,omitempty"`
	SRPA     string            `json:"srpA,omitempty"` // what the client sent along, until it is used
}

// startCustom is CUSTOM_AUTH: the first function says what to ask, of nobody
// as well as of somebody. A client that sent SRP_A along is ready to prove the
// password in between.
func (s *Service) startCustom(ctx context.Context, r Request) (Step, error) {
	who, err := s.enter(ctx, r, "USERNAME")
	if err != nil {
		return Step{}, err
	}
	var t talk
	if r.Parameters["CHALLENGE_NAME"] == "SRP_A" {
		if err := r.Parameters.need("SRP_A"); err != nil {
			return Step{}, err
		}
		t.SRPA = r.Parameters["SRP_A"]
		if _, err := srp.ParseA(t.SRPA); err != nil {
			return Step{}, errPublicA
		}
		t.Rounds = []trigger.Round{{Challenge: "SRP_A", Right: true}}
	}
	who.id = who.event
	return s.converse(ctx, who, openings[customAuth].next, t)
}

// answerCustomChallenge is CUSTOM_CHALLENGE. The turn is taken before the
// answer is looked at.
func (s *Service) answerCustomChallenge(ctx context.Context, r Reply) (Step, error) {
	who, _, err := s.resume(ctx, r)
	if err != nil {
		return Step{}, err
	}
	t, err := s.turn(ctx, &who)
	if err != nil {
		return Step{}, err
	}
	right, err := s.Triggers.VerifyAuthChallengeResponse(ctx, who.subject(who.username), t.Private, r.Responses["ANSWER"], who.metadata)
	if err != nil {
		return Step{}, err
	}
	if right && who.first == "" {
		who.first = customChallenge
	}
	t.Rounds = append(t.Rounds, trigger.Round{Challenge: customChallenge, Right: right, Metadata: t.Metadata})
	return s.converse(ctx, who, challenges[customChallenge].next, t)
}

// talked goes on with the conversation of who after a right answer to a
// challenge of ours.
func (s *Service) talked(ctx context.Context, who person, challenge string) (Step, error) {
	t, err := s.turn(ctx, &who)
	if err != nil {
		return Step{}, err
	}
	t.Rounds = append(t.Rounds, trigger.Round{Challenge: challenge, Right: true})
	return s.converse(ctx, who, challenges[challenge].next, t)
}

// converse asks the first function what comes next, out of what can, and does it.
func (s *Service) converse(ctx context.Context, who person, can []string, t talk) (Step, error) {
	if len(t.Rounds) > maxRounds {
		return Step{}, s.hangUp(ctx, who, errPassword)
	}
	next, err := s.Triggers.DefineAuthChallenge(ctx, who.subject(who.username), t.Rounds, who.metadata)
	switch {
	case err != nil:
		return Step{}, err
	case next.Fail, next.Tokens && who.user == nil:
		return Step{}, s.hangUp(ctx, who, errPassword)
	case next.Tokens:
		return s.conclude(ctx, who)
	case !slices.Contains(can, next.Challenge):
		return Step{}, errDefined
	}
	t.Private, t.Metadata = nil, nil
	switch next.Challenge {
	case customChallenge:
		return s.askCustomChallenge(ctx, who, t)
	case "PASSWORD_VERIFIER":
		return s.askPasswordBetween(ctx, who, t)
	case "DEVICE_SRP_AUTH":
		return s.askDeviceBetween(ctx, who, t)
	}
	return s.askSecondBetween(ctx, who, next.Challenge, t)
}

// askCustomChallenge asks who what the second function makes up.
func (s *Service) askCustomChallenge(ctx context.Context, who person, t talk) (Step, error) {
	made, err := s.Triggers.CreateAuthChallenge(ctx, who.subject(who.username), customChallenge, t.Rounds, who.metadata)
	if err != nil {
		return Step{}, err
	}
	t.Private, t.Metadata = made.Private, made.Metadata
	if err := s.keep(ctx, who, t, nil); err != nil {
		return Step{}, err
	}
	parameters := map[string]string{}
	maps.Copy(parameters, made.Public)
	parameters["USERNAME"] = who.username
	return Step{Challenge: customChallenge, Session: s.Sessions.Seal(s.state(who, customChallenge)), Parameters: parameters}, nil
}

// askPasswordBetween asks for the password, by SRP.
func (s *Service) askPasswordBetween(ctx context.Context, who person, t talk) (Step, error) {
	a := t.SRPA
	if a == "" {
		return Step{}, missing("SRP_A")
	}
	t.SRPA = "" // is good for one exchange
	if err := s.keep(ctx, who, t, nil); err != nil {
		return Step{}, err
	}
	return s.askPasswordVerifier(ctx, who, a)
}

// askDeviceBetween asks the remembered device of who to prove itself.
func (s *Service) askDeviceBetween(ctx context.Context, who person, t talk) (Step, error) {
	who.named = false
	who, err := s.lookForDevice(ctx, who)
	if err != nil {
		return Step{}, err
	}
	if who.known == nil || !who.known.Remembered {
		return Step{}, errDefined
	}
	return s.askDeviceSRPAuth(who), s.keep(ctx, who, t, nil)
}

// askSecondBetween asks for a second factor of who, whatever came before; if that
// proved nothing, tries at it count as those of strangers. Who has still to choose a
// password has none yet.
func (s *Service) askSecondBetween(ctx context.Context, who person, challenge string, t talk) (Step, error) {
	if who.user == nil || who.user.Status != pool.Confirmed || !who.pool.Serves(who.user, challenge) {
		return Step{}, errDefined
	}
	if who.first == "" {
		who.first = customAuth
	}
	next, err := seconds[challenge](s, ctx, who, pool.Demand{Challenge: challenge})
	if err != nil {
		return Step{}, err
	}
	return next.step, s.keep(ctx, who, t, next.put)
}

// conclude ends a conversation that went well: with tokens, or, where a
// temporary password was proved in it, with a new one before that. Who came
// without a password is not asked for one.
func (s *Service) conclude(ctx context.Context, who person) (Step, error) {
	if who.first == "" {
		who.first = customChallenge
	}
	who.named = false // what was answered cannot be answered again
	who, err := s.lookForDevice(ctx, who)
	if err != nil {
		return Step{}, err
	}
	if who, err = s.rate(ctx, who); err != nil {
		return Step{}, s.hangUp(ctx, who, err)
	}
	switch status := who.user.Status; {
	case status == pool.Unconfirmed:
		return Step{}, s.hangUp(ctx, who, errUnconfirmed)
	case status == pool.ResetRequired: // which is hidden at the start
		return Step{}, s.hangUp(ctx, who, errReset)
	case status == pool.ForceChangePassword && who.first == "PASSWORD_VERIFIER":
		if s.Now().After(temporaryUntil(who)) {
			return Step{}, s.hangUp(ctx, who, errTemporary)
		}
		if err := s.hangUp(ctx, who, nil); err != nil {
			return Step{}, err
		}
		return s.askNewPasswordRequired(who)
	}
	return s.issue(ctx, who, who.user, func(tx store.Tx, _ *pool.User) error {
		return tx.DeleteConversation(ctx, who.pool.Key, who.id)
	})
}

// hangUp ends the conversation of who and returns why, if that went well.
func (s *Service) hangUp(ctx context.Context, who person, why error) error {
	err := s.Store.Update(ctx, func(tx store.Tx) error { return tx.DeleteConversation(ctx, who.pool.Key, who.id) })
	if err != nil {
		return fmt.Errorf("end conversation: %w", err)
	}
	return why
}

// turn takes the turn of the session that who answered and returns the
// conversation so far. NotAuthorized if the turn was taken.
func (s *Service) turn(ctx context.Context, who *person) (t talk, err error) {
	var c store.Conversation
	err = s.Store.Update(ctx, func(tx store.Tx) (err error) {
		if err := tx.TakeTurn(ctx, who.pool.Key, who.id, who.round); err != nil {
			return err
		}
		c, err = tx.Conversation(ctx, who.pool.Key, who.id)
		return err
	})
	switch {
	case errors.Is(err, store.ErrNotFound):
		return t, errSpent
	case err != nil:
		return t, err
	case c.Sub != who.sub:
		return t, errSession
	}
	text, err := s.Sessions.OpenConversation(c.Sealed, who.pool.Key, who.id)
	if err != nil {
		return t, err
	}
	if err := json.Unmarshal(text, &t); err != nil {
		return t, fmt.Errorf("read conversation: %w", err)
	}
	who.round++
	return t, nil
}

// keep writes t for the next turn of who, and what else put writes.
func (s *Service) keep(ctx context.Context, who person, t talk, put func(context.Context, store.Tx) error) error {
	c := store.Conversation{
		PoolKey: who.pool.Key, SignInID: who.id, Sub: who.sub, Round: who.round,
		Expires: s.Now().Add(who.client.SessionLifetime()),
		Sealed:  s.Sessions.SealConversation([]byte(jsonText(t)), who.pool.Key, who.id),
	}
	return s.Store.Update(ctx, func(tx store.Tx) error {
		write := tx.SaveConversation
		if c.Round == 0 {
			write = tx.AddConversation
		}
		err := write(ctx, c)
		if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrExists) {
			return errSpent
		}
		if err == nil && put != nil {
			err = put(ctx, tx)
		}
		return err
	})
}
