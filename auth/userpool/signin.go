package userpool

import (
	"cmp"
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cenote-auth/cenote/internal/srp"
)

// signIn is one Begin or Answer: the requests from what the caller gave to what
// a person must answer next, or to the tokens.
type signIn struct {
	pool      *Pool
	flow      Flow
	loginID   string   // what the person typed
	username  string   // as the service wants it
	heard     []string // every name the service used
	session   string
	available []ChallengeName
	metadata  map[string]string

	password string      // to be proved by exchange
	exchange *srp.Client // nil if no password was given
	device   *Device     // to be proved by proof
	proof    *srp.Client

	// again repeats the last request that named a device, without it.
	again func() (*reply, error)
}

// reply is what InitiateAuth and RespondToAuthChallenge answer.
type reply struct {
	challenge  ChallengeName
	parameters map[string]string
	session    string
	available  []ChallengeName
	result     *types.AuthenticationResultType
}

// maxAutomatic is how many challenges in a row are answered without a person.
// The longest chain of the service has three, and may have to begin again
// without a device.
const maxAutomatic = 8

// follow answers what the program can answer by itself.
func (s *signIn) follow(ctx context.Context, r *reply) (*Step, error) {
	for range maxAutomatic {
		if r.result != nil {
			return s.complete(ctx, r.result)
		}
		ch := s.challenge(r)
		if ch.Name == "" {
			return nil, fault(ErrSignIn, "the service sent neither tokens nor a challenge", nil)
		}
		if !answers[ch.Name].automatic {
			return &Step{Challenge: ch}, nil
		}
		next, err := s.respond(ctx, ch.Name, ch, Answer{ClientMetadata: s.metadata})
		if s.again != nil && isStaleDevice(err) {
			next, err = s.withoutDevice(ctx)
		}
		if err != nil {
			return nil, err
		}
		r = next
	}
	return nil, fault(ErrSignIn, "the service asks for one proof after another", nil)
}

// challenge takes over what a reply says of the sign-in, and returns what it
// asks. A session stays until another comes.
func (s *signIn) challenge(r *reply) *Challenge {
	if r.session != "" {
		s.session = r.session
	}
	if len(r.available) > 0 {
		s.available = r.available
	}
	name, id := r.parameters["USERNAME"], r.parameters["USER_ID_FOR_SRP"]
	if called := cmp.Or(name, id); called != "" {
		s.username = called
	}
	s.heard = append(s.heard, name, id)
	return &Challenge{
		Name: r.challenge, Username: s.username, Session: s.session, Parameters: r.parameters,
		Available: s.available, Flow: s.flow, LoginID: s.loginID,
	}
}

// respond answers ch in the way of the challenge name, which is not ch's own
// when a person turns to another factor.
func (s *signIn) respond(ctx context.Context, name ChallengeName, ch *Challenge, a Answer) (*reply, error) {
	how, ok := answers[name]
	if !ok {
		return nil, fault(ErrSignIn, "no answer is known to the challenge "+string(name), nil)
	}
	ask := func(d *Device) (*reply, error) {
		q := &question{Challenge: ch, answer: a, session: ch.Session, responses: map[string]string{"USERNAME": ch.Username}}
		if err := how.fill(ctx, s, q); err != nil {
			return nil, err
		}
		s.pool.sign(q.responses, q.responses["USERNAME"])
		in := &cip.RespondToAuthChallengeInput{
			ChallengeName:      types.ChallengeNameType(name),
			ClientId:           aws.String(s.pool.clientID),
			ChallengeResponses: withDeviceKey(q.responses, d),
			ClientMetadata:     a.ClientMetadata,
			Session:            optional(q.session),
		}
		if how.context || a.Password != "" {
			in.UserContextData = s.pool.userContext(ctx, q.responses["USERNAME"])
		}
		out, err := s.pool.api.RespondToAuthChallenge(ctx, in)
		if err != nil {
			return nil, serviceError(err)
		}
		return &reply{
			challenge: ChallengeName(out.ChallengeName), parameters: out.ChallengeParameters,
			session: aws.ToString(out.Session), result: out.AuthenticationResult,
		}, nil
	}
	if !how.device {
		return ask(nil)
	}
	return s.askWithDevice(ctx, ask)
}

// complete ends the sign-in.
func (s *signIn) complete(ctx context.Context, result *types.AuthenticationResultType) (*Step, error) {
	session, err := s.pool.sessionOf(result)
	if err != nil {
		return nil, err
	}
	step := &Step{Session: session}
	if m := result.NewDeviceMetadata; m != nil {
		step.ConfirmDevice, step.DeviceError = s.confirmDevice(ctx, session, m)
	}
	return step, nil
}

// sessionOf reads the service's tokens.
func (p *Pool) sessionOf(result *types.AuthenticationResultType) (*Session, error) {
	if result == nil || aws.ToString(result.AccessToken) == "" {
		return nil, fault(ErrInvalidTokens, "the service sent no access token", nil)
	}
	access, err := ParseToken(*result.AccessToken)
	if err != nil {
		return nil, fault(ErrInvalidTokens, "the access token cannot be read", err)
	}
	session := &Session{AccessToken: access, RefreshToken: aws.ToString(result.RefreshToken)}
	if raw := aws.ToString(result.IdToken); raw != "" {
		if session.IDToken, err = ParseToken(raw); err != nil {
			return nil, fault(ErrInvalidTokens, "the ID token cannot be read", err)
		}
	}
	if issued := access.IssuedAt(); !issued.IsZero() {
		session.ClockDrift = issued.Sub(p.now()).Round(time.Millisecond)
	}
	return session, nil
}
