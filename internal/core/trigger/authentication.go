package trigger

import (
	"context"

	"github.com/cenote-auth/cenote/internal/pool"
)

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

type postAuthenticationRequest struct {
	UserAttributes map[string]string `json:"userAttributes"`
	NewDeviceUsed  bool              `json:"newDeviceUsed"`
	ClientMetadata map[string]string `json:"clientMetadata,omitempty"`
}

// HasPostAuthentication reports whether p wants to know of sign-ins.
func HasPostAuthentication(p *pool.Pool) bool { return has(p, postAuthentication) }

// PostAuthentication tells that the user of s has signed in, on a device that
// is new or not. An error takes the sign-in back.
func (t *Triggers) PostAuthentication(ctx context.Context, s Subject, newDevice bool, metadata map[string]string) error {
	function, ok := s.Pool.Triggers.ARN[postAuthentication]
	if !ok {
		return nil
	}
	e := newEvent(s, "PostAuthentication_Authentication")
	e.Request = postAuthenticationRequest{e.attributes, newDevice, metadata}
	return t.invoke(ctx, call{postAuthentication, function, e, nil})
}
