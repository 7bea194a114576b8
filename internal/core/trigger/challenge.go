package trigger

import (
	"context"

	"github.com/cenote-auth/cenote/internal/pool"
)

// Round is one answered challenge of a sign-in by CUSTOM_AUTH.
type Round struct {
	Challenge string  `json:"challengeName"`
	Right     bool    `json:"challengeResult"`
	Metadata  *string `json:"challengeMetadata"` // of CreateAuthChallenge, else null
}

// errNoChallenges is the error of a sign-in that needs a function which the
// pool has not got.
var errNoChallenges = pool.E(pool.InvalidParameter, "Custom auth lambda trigger is not configured for the user pool.")

// CheckChallenges returns nil if p has functions for CUSTOM_AUTH, else
// InvalidParameter: the first one at least, which may do without the others.
func CheckChallenges(p *pool.Pool) error {
	if !has(p, defineAuthChallenge) {
		return errNoChallenges
	}
	return nil
}

// challenge calls one of the three functions.
func (t *Triggers) challenge(ctx context.Context, s Subject, trigger string, e event, read func(members) error) error {
	function, ok := s.Pool.Triggers.ARN[trigger]
	if !ok {
		return errNoChallenges
	}
	return t.invoke(ctx, call{trigger, function, e, read})
}

type defineRequest struct {
	UserAttributes map[string]string `json:"userAttributes"`
	Session        []Round           `json:"session"`
	ClientMetadata map[string]string `json:"clientMetadata,omitempty"`
	UserNotFound   *bool             `json:"userNotFound,omitempty"`
}

// Next is how a sign-in goes on: one of the three is set.
type Next struct {
	Challenge string
	Tokens    bool
	Fail      bool
}

// DefineAuthChallenge asks how the sign-in of s goes on after rounds. A
// function that wants several things at once is understood as failing before
// succeeding, and as either before another challenge.
func (t *Triggers) DefineAuthChallenge(ctx context.Context, s Subject, rounds []Round, metadata map[string]string) (Next, error) {
	e := newEvent(s, "DefineAuthChallenge_Authentication")
	e.Request = defineRequest{e.attributes, listed(rounds), metadata, s.unknown()}
	e.Response = map[string]any{"challengeName": nil, "issueTokens": nil, "failAuthentication": nil}
	var next Next
	err := t.challenge(ctx, s, defineAuthChallenge, e, next.read)
	return next, err
}

func (n *Next) read(response members) error {
	fail, err := response.flag("failAuthentication")
	if err != nil {
		return err
	}
	tokens, err := response.flag("issueTokens")
	if err != nil {
		return err
	}
	name, err := response.text("challengeName")
	if err != nil {
		return err
	}
	switch {
	case fail:
		*n = Next{Fail: true}
	case tokens:
		*n = Next{Tokens: true}
	case name != "":
		*n = Next{Challenge: name}
	default:
		return errUnrecognizable
	}
	return nil
}

type createRequest struct {
	UserAttributes map[string]string `json:"userAttributes"`
	ChallengeName  string            `json:"challengeName"`
	Session        []Round           `json:"session"`
	ClientMetadata map[string]string `json:"clientMetadata,omitempty"`
	UserNotFound   *bool             `json:"userNotFound,omitempty"`
}

// Challenge is a challenge that a function made. Private is for
// VerifyAuthChallengeResponse alone.
type Challenge struct {
	Public, Private map[string]string
	Metadata        *string
}

// CreateAuthChallenge asks for a challenge of a name.
func (t *Triggers) CreateAuthChallenge(ctx context.Context, s Subject, name string, rounds []Round, metadata map[string]string) (Challenge, error) {
	e := newEvent(s, "CreateAuthChallenge_Authentication")
	e.Request = createRequest{e.attributes, name, listed(rounds), metadata, s.unknown()}
	e.Response = map[string]any{"publicChallengeParameters": nil, "privateChallengeParameters": nil, "challengeMetadata": nil}
	var c Challenge
	err := t.challenge(ctx, s, createAuthChallenge, e, c.read)
	return c, err
}

func (c *Challenge) read(response members) (err error) {
	var read Challenge
	if read.Public, _, err = response.texts("publicChallengeParameters"); err != nil {
		return err
	}
	if read.Private, _, err = response.texts("privateChallengeParameters"); err != nil {
		return err
	}
	metadata, err := response.text("challengeMetadata")
	if err != nil {
		return err
	}
	if metadata != "" {
		read.Metadata = &metadata
	}
	if read.size() > maxChallenge {
		return errUnrecognizable
	}
	*c = read
	return nil
}

// maxChallenge bounds the parameters of a challenge, which are kept between its
// rounds and sent to strangers, in bytes.
const maxChallenge = 64 << 10

func (c *Challenge) size() (n int) {
	for _, parameters := range []map[string]string{c.Public, c.Private} {
		for name, value := range parameters {
			n += len(name) + len(value)
		}
	}
	if c.Metadata != nil {
		n += len(*c.Metadata)
	}
	return n
}

type verifyRequest struct {
	UserAttributes map[string]string `json:"userAttributes"`
	Private        map[string]string `json:"privateChallengeParameters"`
	Answer         string            `json:"challengeAnswer"`
	ClientMetadata map[string]string `json:"clientMetadata,omitempty"`
	UserNotFound   *bool             `json:"userNotFound,omitempty"`
}

// VerifyAuthChallengeResponse asks whether answer is right.
func (t *Triggers) VerifyAuthChallengeResponse(ctx context.Context, s Subject, private map[string]string, answer string, metadata map[string]string) (right bool, err error) {
	e := newEvent(s, "VerifyAuthChallengeResponse_Authentication")
	e.Request = verifyRequest{e.attributes, orEmpty(private), answer, metadata, s.unknown()}
	e.Response = map[string]any{"answerCorrect": nil}
	err = t.challenge(ctx, s, verifyAuthChallenge, e, func(response members) (err error) {
		right, err = response.flag("answerCorrect")
		return err
	})
	return right, err
}
