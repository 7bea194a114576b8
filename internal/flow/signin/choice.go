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

// stepUp are the parameters that ask for a sign-in of a certain level. Ignored
// they would leave people less protected than their client believes.
var stepUp = []string{"TARGET_ACR_VALUES", "ACCESS_TOKEN"}

// byPassword are the challenges that prove a password.
var byPassword = []string{"PASSWORD_SRP", "PASSWORD"}

// firstFactors lists the challenges that who can choose from. Where the client
// hides who exists, everybody seems to have a password and codes at the usual
// addresses: a list without them would tell somebody who lacks one of them from
// nobody.
func (s *Service) firstFactors(ctx context.Context, who person) (names []string, err error) {
	var has pool.Holdings
	err = s.Store.View(ctx, func(snap store.Snapshot) error {
		has, err = directory.Holdings(ctx, snap, who.pool, who.sub)
		return err
	})
	if err != nil {
		return nil, err
	}
	var kinds []string
	switch {
	case who.user != nil:
		kinds = who.pool.FirstFactors(who.user, has)
	case who.client.HidesUnknownUsers():
		kinds = s.imagined(who)
	}
	if len(kinds) == 0 || who.client.HidesUnknownUsers() {
		kinds = append(kinds, who.usual()...)
	}
	for _, f := range []struct {
		kind       string
		challenges []string
	}{
		{pool.FirstPassword, byPassword}, {pool.FirstPasskey, []string{webAuthn}}, {pool.FirstMail, []string{"EMAIL_OTP"}},
		{pool.FirstText, []string{"SMS_OTP"}}, {pool.FirstToken, []string{softwareToken}},
	} {
		if slices.Contains(kinds, f.kind) {
			names = append(names, f.challenges...)
		}
	}
	return names, nil
}

// usual are the first factors that most people of the pool have, and that those
// seem to have who do not: a password, and codes to the addresses that the pool
// proves or that people sign in by. Where nothing is hidden it is a password.
func (who person) usual() []string {
	p := who.pool
	kinds := []string{pool.FirstPassword}
	if p.MFA == "ON" || !who.client.HidesUnknownUsers() {
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

// imagined are the first factors that nobody seems to have beside the usual
// ones: every other nobody has each.
func (s *Service) imagined(who person) (kinds []string) {
	p := who.pool
	if p.AllowsFirst(pool.FirstPasskey) && s.Passkeys.Imagines(p, who.sub) {
		kinds = append(kinds, pool.FirstPasskey)
	}
	if p.MFA == "ON" {
		return kinds
	}
	if p.AllowsFirst(pool.FirstToken) && s.Seeds.Imagines(p.Key, who.sub) {
		kinds = append(kinds, pool.FirstToken)
	}
	for _, kind := range []string{pool.FirstMail, pool.FirstText} {
		if p.AllowsFirst(kind) && s.Codes.Imagines(p.Key, who.sub, kind) {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

// getsCode reports whether the code of a challenge is a first factor of who.
// Others are sent none where it seems to be.
func (who person) getsCode(challenge string) bool {
	return who.user != nil && slices.Contains(who.pool.FirstFactors(who.user, pool.Holdings{}), challenge)
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
	for _, name := range stepUp {
		if r.Parameters[name] != "" {
			return Step{}, pool.E(pool.NotBuilt, name+" is not supported yet: sign-ins have no levels.")
		}
	}
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
	return s.askCode(ctx, who, challenge, s.codeTo(who, codeAt[challenge].attribute), false)
}

// codeTo is where a code to attribute email or phone_number of who goes, or of
// those who have no such address seems to go.
func (s *Service) codeTo(who person, attribute string) message.Delivery {
	if who.user == nil {
		return s.Messages.InventedTo(who.pool, who.typed, attribute)
	}
	to, ok := message.To(who.user, attribute)
	if !ok {
		return s.Messages.InventedTo(who.pool, who.username, attribute)
	}
	return to
}

// askFirstToken asks for a password of the software token.
func (s *Service) askFirstToken(ctx context.Context, who person) (question, error) {
	return s.askSoftwareTokenMFA(ctx, who, pool.Demand{})
}

// answerSelectChallenge is SELECT_CHALLENGE. Whoever was asked for a passkey may
// choose it once more and give it, in one.
func (s *Service) answerSelectChallenge(ctx context.Context, r Reply) (Step, error) {
	who, state, err := s.resume(ctx, r)
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
	if assertion := r.Responses["CREDENTIAL"]; name == webAuthn && state.Step == webAuthn && assertion != "" {
		return s.proveByPasskey(ctx, who, state.Proof, assertion)
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
