package trigger

import "context"

type federationRequest struct {
	ProviderName string         `json:"providerName"`
	ProviderType string         `json:"providerType"`
	Attributes   ProviderClaims `json:"attributes"`
}

// ProviderClaims are what an identity provider says of somebody, as it says it.
type ProviderClaims struct {
	TokenResponse map[string]any `json:"tokenResponse,omitempty"`
	IDToken       map[string]any `json:"idToken,omitempty"`
	UserInfo      map[string]any `json:"userInfo,omitempty"`
	SAMLResponse  map[string]any `json:"samlResponse,omitempty"`
}

// InboundFederation asks what of claims shall be mapped to the attributes of
// whoever comes by an identity provider. It is false where all of it shall: the
// pool has no such trigger, or the function names nothing.
func (t *Triggers) InboundFederation(ctx context.Context, s Subject, name, kind string, claims ProviderClaims) (mapped map[string]string, some bool, err error) {
	function, ok := s.Pool.Triggers.ARN[inboundFederation]
	if !ok {
		return nil, false, nil
	}
	e := newEvent(s, "InboundFederation_ExternalProvider")
	e.Request = federationRequest{name, kind, claims}
	e.Response = map[string]any{"userAttributesToMap": map[string]any{}}
	err = t.invoke(ctx, call{inboundFederation, function, e, func(response members) (err error) {
		mapped, _, err = response.texts("userAttributesToMap")
		return err
	}})
	if err != nil || len(mapped) == 0 {
		return nil, false, err
	}
	return mapped, true, nil
}
