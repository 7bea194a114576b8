package operation

import (
	"context"

	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/flow/signin"
)

// InitiateAuth takes the first step of a sign-in, or refreshes one.
func (o *Operations) InitiateAuth(ctx context.Context, in *api.InitiateAuthRequest) (*api.InitiateAuthResponse, error) {
	step, err := o.signin.Start(ctx, signin.Request{
		ClientID: in.ClientId, Flow: string(in.AuthFlow), Parameters: in.AuthParameters, ClientMetadata: in.ClientMetadata,
	})
	if err != nil {
		return nil, err
	}
	w := stepOnWire(step)
	return &api.InitiateAuthResponse{
		ChallengeName: w.name, Session: w.session, ChallengeParameters: w.parameters, AuthenticationResult: w.result,
	}, nil
}

// RespondToAuthChallenge takes the next step of a sign-in.
func (o *Operations) RespondToAuthChallenge(ctx context.Context, in *api.RespondToAuthChallengeRequest) (*api.RespondToAuthChallengeResponse, error) {
	step, err := o.signin.Answer(ctx, signin.Reply{
		ClientID: in.ClientId, Challenge: string(in.ChallengeName), Session: value(in.Session), Responses: in.ChallengeResponses,
		ClientMetadata: in.ClientMetadata,
	})
	if err != nil {
		return nil, err
	}
	w := stepOnWire(step)
	return &api.RespondToAuthChallengeResponse{
		ChallengeName: w.name, Session: w.session, ChallengeParameters: w.parameters, AuthenticationResult: w.result,
	}, nil
}

// wireStep is what the answers to InitiateAuth and RespondToAuthChallenge share.
type wireStep struct {
	name       *api.ChallengeNameType
	session    *string
	parameters map[string]string
	result     *api.AuthenticationResultType
}

// stepOnWire always has parameters: clients read them without looking.
func stepOnWire(s signin.Step) wireStep {
	w := wireStep{parameters: s.Parameters}
	if w.parameters == nil {
		w.parameters = map[string]string{}
	}
	if s.Challenge != "" {
		w.name = new(api.ChallengeNameType(s.Challenge))
	}
	if s.Session != "" {
		w.session = &s.Session
	}
	if s.Tokens != nil {
		w.result = tokensOnWire(*s.Tokens)
	}
	return w
}

func tokensOnWire(t token.Set) *api.AuthenticationResultType {
	out := &api.AuthenticationResultType{
		AccessToken: &t.Access, IdToken: &t.ID, ExpiresIn: &t.ExpiresIn, TokenType: new("Bearer"),
	}
	if t.Refresh != "" {
		out.RefreshToken = &t.Refresh
	}
	return out
}

// GetTokensFromRefreshToken gives new access and ID tokens.
func (o *Operations) GetTokensFromRefreshToken(ctx context.Context, in *api.GetTokensFromRefreshTokenRequest) (*api.GetTokensFromRefreshTokenResponse, error) {
	set, err := o.signin.Refresh(ctx, in.ClientId, value(in.ClientSecret), in.RefreshToken)
	if err != nil {
		return nil, err
	}
	return &api.GetTokensFromRefreshTokenResponse{AuthenticationResult: tokensOnWire(set)}, nil
}

// RevokeToken ends a refresh token and the access tokens of its sign-in.
func (o *Operations) RevokeToken(ctx context.Context, in *api.RevokeTokenRequest) (*api.RevokeTokenResponse, error) {
	if err := o.signin.Revoke(ctx, in.ClientId, value(in.ClientSecret), in.Token); err != nil {
		return nil, err
	}
	return &api.RevokeTokenResponse{}, nil
}
