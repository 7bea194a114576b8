package operation_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/endpoint/operation"
	"github.com/cenote-auth/cenote/internal/pool"
)

// steps answers every step of a sign-in alike.
type steps struct {
	api.Handler
	result *api.AuthenticationResultType
	err    error
}

func (s steps) InitiateAuth(context.Context, *api.InitiateAuthRequest) (*api.InitiateAuthResponse, error) {
	return &api.InitiateAuthResponse{AuthenticationResult: s.result}, s.err
}

func (s steps) AdminInitiateAuth(context.Context, *api.AdminInitiateAuthRequest) (*api.AdminInitiateAuthResponse, error) {
	return &api.AdminInitiateAuthResponse{AuthenticationResult: s.result}, s.err
}

func (s steps) RespondToAuthChallenge(context.Context, *api.RespondToAuthChallengeRequest) (*api.RespondToAuthChallengeResponse, error) {
	return &api.RespondToAuthChallengeResponse{AuthenticationResult: s.result}, s.err
}

func (s steps) AdminRespondToAuthChallenge(context.Context, *api.AdminRespondToAuthChallengeRequest) (*api.AdminRespondToAuthChallengeResponse, error) {
	return &api.AdminRespondToAuthChallengeResponse{AuthenticationResult: s.result}, s.err
}

func (s steps) GetTokensFromRefreshToken(context.Context, *api.GetTokensFromRefreshTokenRequest) (*api.GetTokensFromRefreshTokenResponse, error) {
	return &api.GetTokensFromRefreshTokenResponse{AuthenticationResult: s.result}, s.err
}

func TestCountSignIns(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		steps   steps
		want    string
		refresh string // of GetTokensFromRefreshToken, which knows no challenges
	}{
		{"tokens", steps{result: &api.AuthenticationResultType{}}, "tokens", "tokens"},
		{"another challenge", steps{}, "challenge", "tokens"},
		{"a refusal", steps{err: pool.E(pool.NotAuthorized, "no")}, "NotAuthorizedException", "NotAuthorizedException"},
		{"a fault", steps{err: errors.New("ada@example.com: disk gone")}, "InternalErrorException", "InternalErrorException"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			h := operation.CountSignIns(tt.steps, func(step, result string) { got = append(got, step+" "+result) })
			ctx := t.Context()
			_, err1 := h.InitiateAuth(ctx, &api.InitiateAuthRequest{AuthFlow: "USER_SRP_AUTH"})
			_, err2 := h.RespondToAuthChallenge(ctx, &api.RespondToAuthChallengeRequest{ChallengeName: "PASSWORD_VERIFIER"})
			_, err3 := h.AdminInitiateAuth(ctx, &api.AdminInitiateAuthRequest{AuthFlow: "ADMIN_USER_PASSWORD_AUTH"})
			_, err4 := h.AdminRespondToAuthChallenge(ctx, &api.AdminRespondToAuthChallengeRequest{ChallengeName: "SMS_MFA"})
			_, err5 := h.GetTokensFromRefreshToken(ctx, &api.GetTokensFromRefreshTokenRequest{})
			for _, err := range []error{err1, err2, err3, err4, err5} {
				if !errors.Is(err, tt.steps.err) {
					t.Errorf("err = %v, want %v", err, tt.steps.err)
				}
			}
			want := []string{"USER_SRP_AUTH " + tt.want, "PASSWORD_VERIFIER " + tt.want, "ADMIN_USER_PASSWORD_AUTH " + tt.want,
				"SMS_MFA " + tt.want, "REFRESH_TOKEN " + tt.refresh}
			if !slices.Equal(got, want) {
				t.Errorf("counted %q, want %q", got, want)
			}
		})
	}
}
