package userpool

import (
	"context"
	"maps"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cenote-auth/cenote/internal/srp"
)

// opening is how a Flow's first request looks.
type opening struct {
	wire   types.AuthFlowType
	device bool // it carries the key of a remembered device
	fill   func(s *signIn, c Credentials, parameters map[string]string)
}

var openings = map[Flow]opening{
	FlowSRP: {wire: types.AuthFlowTypeUserSrpAuth, fill: func(s *signIn, _ Credentials, parameters map[string]string) {
		parameters["SRP_A"] = s.startSRP()
	}},
	FlowPassword: {wire: types.AuthFlowTypeUserPasswordAuth, device: true, fill: func(_ *signIn, c Credentials, parameters map[string]string) {
		parameters["PASSWORD"] = c.Password
	}},
	FlowCustom: {wire: types.AuthFlowTypeCustomAuth, device: true, fill: func(*signIn, Credentials, map[string]string) {}},
	FlowCustomSRP: {wire: types.AuthFlowTypeCustomAuth, fill: func(s *signIn, _ Credentials, parameters map[string]string) {
		parameters["SRP_A"] = s.startSRP()
		parameters["CHALLENGE_NAME"] = "SRP_A"
	}},
	FlowUserAuth: {wire: types.AuthFlowTypeUserAuth, fill: prefer},
}

// prefer names the first factor to use, with what it begins with.
func prefer(s *signIn, c Credentials, parameters map[string]string) {
	if c.PreferredChallenge == "" {
		return
	}
	parameters["PREFERRED_CHALLENGE"] = string(c.PreferredChallenge)
	switch c.PreferredChallenge {
	case PasswordFactor:
		parameters["PASSWORD"] = c.Password
	case PasswordSRPFactor:
		parameters["SRP_A"] = s.startSRP()
	}
}

// Begin starts a sign-in (InitiateAuth) and goes on to what a person must
// answer, or to the end. A new device is registered on the way, and a
// remembered one proved.
//
// A wrong password is ErrNotAuthorized, and so is an unknown user unless the
// app client says otherwise (ErrUserNotFound). ErrUserNotConfirmed and
// ErrPasswordResetRequired say what has to come first. ErrSignIn is a service
// that asks what nobody can answer.
func (p *Pool) Begin(ctx context.Context, c Credentials) (*Step, error) {
	if c.Flow == "" {
		c.Flow = FlowSRP
	}
	how, ok := openings[c.Flow]
	if !ok {
		return nil, fault(ErrInvalidParameter, "no such way to sign in", nil)
	}
	s := &signIn{
		pool: p, flow: c.Flow, loginID: c.Username, username: c.Username,
		password: c.Password, session: c.Session, metadata: c.ClientMetadata,
	}
	r, err := s.initiate(ctx, how, c)
	if err != nil {
		return nil, err
	}
	return s.follow(ctx, r)
}

func (s *signIn) initiate(ctx context.Context, how opening, c Credentials) (*reply, error) {
	parameters := map[string]string{"USERNAME": c.Username}
	how.fill(s, c, parameters)
	maps.Copy(parameters, c.AuthParameters)
	s.pool.sign(parameters, parameters["USERNAME"])
	ask := func(d *Device) (*reply, error) {
		sent := withDeviceKey(parameters, d)
		out, err := s.pool.api.InitiateAuth(ctx, &cip.InitiateAuthInput{
			AuthFlow:        how.wire,
			ClientId:        aws.String(s.pool.clientID),
			AuthParameters:  sent,
			ClientMetadata:  s.metadata,
			Session:         optional(c.Session),
			UserContextData: s.pool.userContext(ctx, c.Username),
		})
		if err != nil {
			return nil, serviceError(err)
		}
		return &reply{
			challenge: ChallengeName(out.ChallengeName), parameters: out.ChallengeParameters,
			session: aws.ToString(out.Session), available: challengeNames(out.AvailableChallenges),
			result: out.AuthenticationResult,
		}, nil
	}
	if !how.device {
		return ask(nil)
	}
	return s.askWithDevice(ctx, ask)
}

func challengeNames(in []types.ChallengeNameType) (out []ChallengeName) {
	for _, name := range in {
		out = append(out, ChallengeName(name))
	}
	return out
}

// startSRP begins an exchange by password and returns SRP_A.
func (s *signIn) startSRP() string {
	s.exchange = srp.NewClient()
	return s.exchange.A()
}
