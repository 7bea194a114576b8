package operation

import (
	"context"

	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/flow/signin"
)

// GetClientToken gives an app client a token for itself.
func (o *Operations) GetClientToken(ctx context.Context, in *api.GetClientTokenRequest) (*api.GetClientTokenResponse, error) {
	t, err := o.signin.ClientToken(ctx, signin.ClientRequest{
		ClientID: in.ClientId, Secret: in.Secret, Scopes: in.Scopes, ClientMetadata: in.ClientMetadata,
	})
	if err != nil {
		return nil, err
	}
	return &api.GetClientTokenResponse{ClientAuthenticationResult: &api.ClientAuthenticationResultType{
		AccessToken: &t.Access, ExpiresIn: &t.ExpiresIn, TokenType: new("Bearer"),
	}}, nil
}
