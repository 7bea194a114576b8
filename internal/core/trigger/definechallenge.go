package trigger

import "context"

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
