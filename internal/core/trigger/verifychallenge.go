package trigger

import "context"

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
