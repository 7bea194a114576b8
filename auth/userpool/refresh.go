package userpool

import (
	"cmp"
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// RefreshOp is the operation that tokens are refreshed by.
type RefreshOp int

const (
	// RefreshByToken is GetTokensFromRefreshToken, as Amplify v6 has it. It
	// works with and without the rotation of refresh tokens.
	RefreshByToken RefreshOp = iota

	// RefreshByInitiateAuth is InitiateAuth with REFRESH_TOKEN_AUTH, as
	// amazon-cognito-identity-js has it. Pools that rotate refuse it.
	RefreshByInitiateAuth
)

// RefreshInput says how to refresh a session.
type RefreshInput struct {
	Username       string // in whose name the device to be named is filed; the access token's user's if empty
	ClientMetadata map[string]string
	Op             RefreshOp
}

// Refresh returns new tokens for old ones, by one request: the caller's store is
// not touched. The refresh token is the old one unless a new one came. A refresh
// token that is good no more is ErrNotAuthorized, one that was used before
// ErrRefreshTokenReuse.
func (p *Pool) Refresh(ctx context.Context, old *Session, in RefreshInput) (*Session, error) {
	if old == nil || old.RefreshToken == "" {
		return nil, fault(ErrTokenRefresh, "the session has no refresh token", nil)
	}
	if in.Username == "" {
		in.Username = old.AccessToken.Username()
	}
	s := &signIn{pool: p, username: in.Username}
	r, err := s.askWithDevice(ctx, func(d *Device) (*reply, error) {
		if in.Op == RefreshByInitiateAuth {
			return p.refreshByInitiateAuth(ctx, old, in, d)
		}
		return p.refreshByToken(ctx, old, in, d)
	})
	if err != nil {
		return nil, err
	}
	fresh, err := p.sessionOf(r.result)
	if err != nil {
		return nil, err
	}
	if fresh.RefreshToken == "" {
		fresh.RefreshToken = old.RefreshToken
	}
	return fresh, nil
}

func (p *Pool) refreshByToken(ctx context.Context, old *Session, in RefreshInput, d *Device) (*reply, error) {
	request := &cip.GetTokensFromRefreshTokenInput{
		ClientId:       aws.String(p.clientID),
		RefreshToken:   aws.String(old.RefreshToken),
		ClientSecret:   optional(p.secret),
		ClientMetadata: in.ClientMetadata,
	}
	if d != nil {
		request.DeviceKey = aws.String(d.Key)
	}
	out, err := p.api.GetTokensFromRefreshToken(ctx, request)
	if err != nil {
		return nil, serviceError(err)
	}
	return &reply{result: out.AuthenticationResult}, nil
}

func (p *Pool) refreshByInitiateAuth(ctx context.Context, old *Session, in RefreshInput, d *Device) (*reply, error) {
	parameters := map[string]string{"REFRESH_TOKEN": old.RefreshToken}
	p.sign(parameters, cmp.Or(old.AccessToken.Username(), in.Username)) // the service hashes no alias here
	out, err := p.api.InitiateAuth(ctx, &cip.InitiateAuthInput{
		AuthFlow:        types.AuthFlowTypeRefreshTokenAuth,
		ClientId:        aws.String(p.clientID),
		AuthParameters:  withDeviceKey(parameters, d),
		ClientMetadata:  in.ClientMetadata,
		UserContextData: p.userContext(ctx, in.Username),
	})
	if err != nil {
		return nil, serviceError(err)
	}
	return &reply{result: out.AuthenticationResult}, nil
}
