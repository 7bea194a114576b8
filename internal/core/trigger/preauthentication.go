package trigger

import "context"

type preAuthenticationRequest struct {
	UserAttributes map[string]string `json:"userAttributes"`
	ValidationData map[string]string `json:"validationData"`
	UserNotFound   *bool             `json:"userNotFound,omitempty"`
}

// PreAuthentication asks whether s may try to sign in. The function learns
// whether there is such a user where the client hides it from people.
func (t *Triggers) PreAuthentication(ctx context.Context, s Subject, validation map[string]string) error {
	function, ok := s.Pool.Triggers.ARN[preAuthentication]
	if !ok {
		return nil
	}
	e := newEvent(s, "PreAuthentication_Authentication")
	e.Request = preAuthenticationRequest{e.attributes, orEmpty(validation), s.unknown()}
	return t.invoke(ctx, call{preAuthentication, function, e, nil})
}
