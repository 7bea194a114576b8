package signin

import (
	"context"
	"slices"

	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/message"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// A factor is a first factor of USER_AUTH, by the name of its challenge: the
// parameter that a client proves it with, or begins to, and what takes that; and
// what asks for it where that did not come along, the choice alone if nil.
type factor struct {
	needs string
	prove func(s *Service, ctx context.Context, who person, value string) (Step, error)
	ask   func(s *Service, ctx context.Context, who person) (question, error)
}

var factors = map[string]factor{
	"PASSWORD_SRP": {needs: "SRP_A", prove: (*Service).chooseSRP},
	"PASSWORD":     {needs: "PASSWORD", prove: (*Service).choosePassword},
	"EMAIL_OTP":    {ask: (*Service).askFirstEmailOTP},
	"SMS_OTP":      {ask: (*Service).askFirstSMSOTP},
	softwareToken:  {ask: (*Service).askFirstToken},
	webAuthn:       {ask: (*Service).askWebAuthn},
}

// byPassword are the challenges that prove a password.
var byPassword = []string{"PASSWORD_SRP", "PASSWORD"}

// firstFactors lists the challenges that who can choose from. Where the client
// hides who exists, everybody has those of a password: a list without them would
// tell somebody without a password from nobody.
func (s *Service) firstFactors(ctx context.Context, who person) (names []string, err error) {
	var has pool.Holdings
	err = s.Store.View(ctx, func(snap store.Snapshot) error {
		has, err = directory.Holdings(ctx, snap, who.pool, who.sub)
		return err
	})
	if err != nil {
		return nil, err
	}
	kinds := s.likely(who)
	if who.user != nil {
		kinds = who.pool.FirstFactors(who.user, has)
	}
	for _, kind := range kinds {
		switch kind {
		case pool.FirstPassword:
			names = append(names, byPassword...)
		case pool.FirstToken:
			names = append(names, softwareToken)
		default:
			names = append(names, kind)
		}
	}
	if len(names) == 0 || who.client.HidesUnknownUsers() && !slices.Contains(names, "PASSWORD") {
		names = slices.Concat(byPassword, names)
	}
	return names, nil
}

// likely are the first factors that somebody of the pool has most likely: what
// nobody seems to have, and a passkey every other one.
func (s *Service) likely(who person) []string {
	p := who.pool
	kinds := []string{pool.FirstPassword}
	if p.AllowsFirst(pool.FirstPasskey) && s.Passkeys.Imagines(p, who.sub) {
		kinds = append(kinds, pool.FirstPasskey)
	}
	if p.MFA == "ON" {
		return kinds
	}
	for _, f := range []struct{ kind, attribute string }{{pool.FirstMail, "email"}, {pool.FirstText, "phone_number"}} {
		usual := p.AutoVerifies(f.attribute) || p.HasUsernameAttribute(f.attribute) || p.HasAlias(f.attribute)
		if usual && p.AllowsFirst(f.kind) {
			kinds = append(kinds, f.kind)
		}
	}
	return kinds
}

// stillFirst returns NotAuthorized if a challenge is no first factor of who any
// more.
func (s *Service) stillFirst(ctx context.Context, who person, challenge string) error {
	names, err := s.firstFactors(ctx, who)
	if err == nil && !slices.Contains(names, challenge) {
		err = errSession
	}
	return err
}

// startChoice is USER_AUTH: the client says by which factor, or hears which
// there are. With the session of a sign-up nothing is left to prove.
func (s *Service) startChoice(ctx context.Context, r Request) (Step, error) {
	who, err := s.enter(ctx, r, "USERNAME")
	if err != nil {
		return Step{}, err
	}
	if r.Session != "" {
		return s.startSignedUp(ctx, who, r.Session)
	}
	names, err := s.firstFactors(ctx, who)
	if err != nil {
		return Step{}, err
	}
	preferred := challengeOf(r.Parameters["PREFERRED_CHALLENGE"])
	switch {
	case slices.Contains(names, preferred):
		return s.choose(ctx, who, names, preferred, r.Parameters)
	case len(names) == 1:
		return s.choose(ctx, who, names, names[0], r.Parameters)
	}
	return s.offer(who, names, "SELECT_CHALLENGE"), nil
}

// challengeOf is the challenge of a first factor: the software token goes by two
// names.
func challengeOf(name string) string {
	if name == pool.FirstToken {
		return softwareToken
	}
	return name
}

// choose goes on by a factor that is among names; what proves it may come with
// the choice, and is asked for otherwise.
func (s *Service) choose(ctx context.Context, who person, names []string, name string, given Parameters) (Step, error) {
	f := factors[name]
	if value := given[f.needs]; f.needs != "" && value != "" {
		step, err := f.prove(s, ctx, who, value)
		if step.Challenge == "PASSWORD_VERIFIER" {
			step.Available = names
		}
		return step, err
	}
	if f.ask == nil {
		return s.offer(who, names, name), nil
	}
	next, err := f.ask(s, ctx, who)
	if err != nil {
		return Step{}, err
	}
	step, err := s.put(ctx, next)
	if err == nil {
		step.Available = names
	}
	return step, err
}

// offer is the challenge to choose a factor, or to prove the one chosen.
func (s *Service) offer(who person, names []string, challenge string) Step {
	return Step{
		Challenge: challenge, Available: names,
		Session: s.Sessions.Seal(s.state(who, challenge)),
	}
}

// chooseSRP is startSRP, with a session: clients of USER_AUTH expect one.
func (s *Service) chooseSRP(ctx context.Context, who person, a string) (Step, error) {
	step, err := s.askPasswordVerifier(ctx, who, a)
	step.Session = step.Parameters["SECRET_BLOCK"]
	return step, err
}

// choosePassword is provePassword by a challenge.
func (s *Service) choosePassword(ctx context.Context, who person, password string) (Step, error) {
	return s.provePassword(ctx, who, password, "PASSWORD")
}

// askFirstEmailOTP asks for a code by mail.
func (s *Service) askFirstEmailOTP(ctx context.Context, who person) (question, error) {
	return s.askFirstCode(ctx, who, "EMAIL_OTP")
}

// askFirstSMSOTP asks for a code by text message.
func (s *Service) askFirstSMSOTP(ctx context.Context, who person) (question, error) {
	return s.askFirstCode(ctx, who, "SMS_OTP")
}

// askFirstCode sends who a code, or nobody one at the same cost.
func (s *Service) askFirstCode(ctx context.Context, who person, challenge string) (question, error) {
	attribute := codeAt[challenge].attribute
	if who.user == nil {
		return s.askCode(ctx, who, challenge, s.Messages.InventedTo(who.pool, who.typed, attribute), false)
	}
	to, ok := message.To(who.user, attribute)
	if !ok {
		return question{}, errSession
	}
	return s.askCode(ctx, who, challenge, to, false)
}

// askFirstToken asks for a password of the software token.
func (s *Service) askFirstToken(ctx context.Context, who person) (question, error) {
	return s.askSoftwareTokenMFA(ctx, who, pool.Demand{})
}

// answerSelectChallenge is SELECT_CHALLENGE.
func (s *Service) answerSelectChallenge(ctx context.Context, r Reply) (Step, error) {
	who, _, err := s.resume(ctx, r)
	if err != nil {
		return Step{}, err
	}
	names, err := s.firstFactors(ctx, who)
	if err != nil {
		return Step{}, err
	}
	name := challengeOf(r.Responses["ANSWER"])
	if !slices.Contains(names, name) {
		return Step{}, pool.E(pool.InvalidParameter, "The selected challenge is not available.")
	}
	return s.choose(ctx, who, names, name, r.Responses)
}

// answerPassword is PASSWORD.
func (s *Service) answerPassword(ctx context.Context, r Reply) (Step, error) {
	who, _, err := s.resume(ctx, r)
	if err != nil {
		return Step{}, err
	}
	return s.choosePassword(ctx, who, r.Responses["PASSWORD"])
}

// answerPasswordSRP is PASSWORD_SRP.
func (s *Service) answerPasswordSRP(ctx context.Context, r Reply) (Step, error) {
	who, _, err := s.resume(ctx, r)
	if err != nil {
		return Step{}, err
	}
	names, err := s.firstFactors(ctx, who)
	if err != nil {
		return Step{}, err
	}
	step, err := s.chooseSRP(ctx, who, r.Responses["SRP_A"])
	step.Available = names
	return step, err
}
