package operation

import (
	"context"

	"github.com/cenote-auth/cenote/internal/api"
)

// CountSignIns returns h with count told of each step of a sign-in: what was
// tried, which is an auth flow or a challenge, and what came of it: "tokens",
// "challenge" for another one, or the name of an exception.
func CountSignIns(h api.Handler, count func(step, result string)) api.Handler {
	return counting{h, count}
}

type counting struct {
	api.Handler
	count func(step, result string)
}

func (c counting) InitiateAuth(ctx context.Context, in *api.InitiateAuthRequest) (*api.InitiateAuthResponse, error) {
	out, err := c.Handler.InitiateAuth(ctx, in)
	c.count(string(in.AuthFlow), result(err, out != nil && out.AuthenticationResult != nil))
	return out, err
}

func (c counting) AdminInitiateAuth(ctx context.Context, in *api.AdminInitiateAuthRequest) (*api.AdminInitiateAuthResponse, error) {
	out, err := c.Handler.AdminInitiateAuth(ctx, in)
	c.count(string(in.AuthFlow), result(err, out != nil && out.AuthenticationResult != nil))
	return out, err
}

func (c counting) RespondToAuthChallenge(ctx context.Context, in *api.RespondToAuthChallengeRequest) (*api.RespondToAuthChallengeResponse, error) {
	out, err := c.Handler.RespondToAuthChallenge(ctx, in)
	c.count(string(in.ChallengeName), result(err, out != nil && out.AuthenticationResult != nil))
	return out, err
}

func (c counting) AdminRespondToAuthChallenge(ctx context.Context, in *api.AdminRespondToAuthChallengeRequest) (*api.AdminRespondToAuthChallengeResponse, error) {
	out, err := c.Handler.AdminRespondToAuthChallenge(ctx, in)
	c.count(string(in.ChallengeName), result(err, out != nil && out.AuthenticationResult != nil))
	return out, err
}

func (c counting) GetTokensFromRefreshToken(ctx context.Context, in *api.GetTokensFromRefreshTokenRequest) (*api.GetTokensFromRefreshTokenResponse, error) {
	out, err := c.Handler.GetTokensFromRefreshToken(ctx, in)
	c.count("REFRESH_TOKEN", result(err, true))
	return out, err
}

// result names what came of a step.
func result(err error, tokens bool) string {
	switch {
	case err == nil && tokens:
		return "tokens"
	case err == nil:
		return "challenge"
	}
	if name, _, ok := Exception(err); ok {
		return name
	}
	return "InternalErrorException"
}
