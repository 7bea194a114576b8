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
		ClientID: in.ClientId, Flow: string(in.AuthFlow), Parameters: in.AuthParameters, Session: value(in.Session),
		ClientMetadata: in.ClientMetadata, Origin: origin(ctx, in.UserContextData),
	})
	if err != nil {
		return nil, err
	}
	w := stepOnWire(step)
	return &api.InitiateAuthResponse{
		ChallengeName: w.name, Session: w.session, ChallengeParameters: w.parameters, AuthenticationResult: w.result,
		AvailableChallenges: w.available,
	}, nil
}

// AdminInitiateAuth is InitiateAuth for a server that may administer the pool.
func (o *Operations) AdminInitiateAuth(ctx context.Context, in *api.AdminInitiateAuthRequest) (*api.AdminInitiateAuthResponse, error) {
	step, err := o.signin.Start(ctx, signin.Request{
		PoolID: in.UserPoolId, ClientID: in.ClientId, Flow: string(in.AuthFlow), Parameters: in.AuthParameters,
		Session: value(in.Session), ClientMetadata: in.ClientMetadata, Origin: adminOrigin(in.ContextData),
	})
	if err != nil {
		return nil, err
	}
	w := stepOnWire(step)
	return &api.AdminInitiateAuthResponse{
		ChallengeName: w.name, Session: w.session, ChallengeParameters: w.parameters, AuthenticationResult: w.result,
		AvailableChallenges: w.available,
	}, nil
}

// RespondToAuthChallenge takes the next step of a sign-in.
func (o *Operations) RespondToAuthChallenge(ctx context.Context, in *api.RespondToAuthChallengeRequest) (*api.RespondToAuthChallengeResponse, error) {
	step, err := o.signin.Answer(ctx, signin.Reply{
		ClientID: in.ClientId, Challenge: string(in.ChallengeName), Session: value(in.Session), Responses: in.ChallengeResponses,
		ClientMetadata: in.ClientMetadata, Origin: origin(ctx, in.UserContextData),
	})
	if err != nil {
		return nil, err
	}
	w := stepOnWire(step)
	return &api.RespondToAuthChallengeResponse{
		ChallengeName: w.name, Session: w.session, ChallengeParameters: w.parameters, AuthenticationResult: w.result,
		AvailableChallenges: w.available,
	}, nil
}

// AdminRespondToAuthChallenge is RespondToAuthChallenge for a server that may
// administer the pool.
func (o *Operations) AdminRespondToAuthChallenge(ctx context.Context, in *api.AdminRespondToAuthChallengeRequest) (*api.AdminRespondToAuthChallengeResponse, error) {
	step, err := o.signin.Answer(ctx, signin.Reply{
		PoolID: in.UserPoolId, ClientID: in.ClientId, Challenge: string(in.ChallengeName), Session: value(in.Session),
		Responses: in.ChallengeResponses, ClientMetadata: in.ClientMetadata, Origin: adminOrigin(in.ContextData),
	})
	if err != nil {
		return nil, err
	}
	w := stepOnWire(step)
	return &api.AdminRespondToAuthChallengeResponse{
		ChallengeName: w.name, Session: w.session, ChallengeParameters: w.parameters, AuthenticationResult: w.result,
		AvailableChallenges: w.available,
	}, nil
}

// wireStep is what the answers to the operations of a sign-in share.
type wireStep struct {
	name       *api.ChallengeNameType
	session    *string
	parameters map[string]string
	result     *api.AuthenticationResultType
	available  []api.ChallengeNameType
}

// stepOnWire always has parameters: clients read them without looking.
func stepOnWire(s signin.Step) wireStep {
	w := wireStep{parameters: s.Parameters, session: sessionOnWire(s.Session)}
	if w.parameters == nil {
		w.parameters = map[string]string{}
	}
	if s.Challenge != "" {
		w.name = new(api.ChallengeNameType(s.Challenge))
	}
	for _, name := range s.Available {
		w.available = append(w.available, api.ChallengeNameType(name))
	}
	if s.Tokens != nil {
		w.result = tokensOnWire(*s.Tokens)
	}
	if d := s.NewDevice; d != nil {
		w.result.NewDeviceMetadata = &api.NewDeviceMetadataType{DeviceKey: &d.Key, DeviceGroupKey: &d.Group}
	}
	return w
}

// sessionOnWire leaves out what there is not.
func sessionOnWire(text string) *string {
	if text == "" {
		return nil
	}
	return &text
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
	set, err := o.signin.Refresh(ctx, signin.Renewal{
		ClientID: in.ClientId, ClientSecret: value(in.ClientSecret), Token: in.RefreshToken, DeviceKey: value(in.DeviceKey),
		ClientMetadata: in.ClientMetadata, Origin: origin(ctx, nil),
	})
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
