package trigger

import (
	"context"

	"github.com/cenote-auth/cenote/internal/pool"
)

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
