package trigger

import "context"

type postConfirmationRequest struct {
	UserAttributes map[string]string `json:"userAttributes"`
	ClientMetadata map[string]string `json:"clientMetadata,omitempty"`
}

// PostConfirmation tells that the user of s has been confirmed. It is called
// after that is stored, so it goes on when the caller has gone.
func (t *Triggers) PostConfirmation(ctx context.Context, s Subject, metadata map[string]string) error {
	return t.confirmed(ctx, s, "PostConfirmation_ConfirmSignUp", metadata)
}

// PostReset tells PostConfirmation that the user of s has a new password by a
// code. It is called as PostConfirmation is.
func (t *Triggers) PostReset(ctx context.Context, s Subject, metadata map[string]string) error {
	return t.confirmed(ctx, s, "PostConfirmation_ConfirmForgotPassword", metadata)
}

func (t *Triggers) confirmed(ctx context.Context, s Subject, source string, metadata map[string]string) error {
	function, ok := s.Pool.Triggers.ARN[postConfirmation]
	if !ok {
		return nil
	}
	e := newEvent(s, source)
	e.Request = postConfirmationRequest{e.attributes, metadata}
	return t.invoke(context.WithoutCancel(ctx), call{postConfirmation, function, e, nil})
}
