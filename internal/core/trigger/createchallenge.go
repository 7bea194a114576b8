package trigger

import "context"

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
