package userpool_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cenote-auth/cenote/auth/userpool"
)

// hostile asks for a proof by these parameters, and keeps what it gets.
type hostile struct {
	userpool.API
	parameters map[string]string
	responses  map[string]string
}

func (h *hostile) InitiateAuth(context.Context, *cip.InitiateAuthInput, ...func(*cip.Options)) (*cip.InitiateAuthOutput, error) {
	return &cip.InitiateAuthOutput{ChallengeName: types.ChallengeNameTypePasswordVerifier, ChallengeParameters: h.parameters}, nil
}

func (h *hostile) RespondToAuthChallenge(_ context.Context, in *cip.RespondToAuthChallengeInput, _ ...func(*cip.Options)) (*cip.RespondToAuthChallengeOutput, error) {
	h.responses = in.ChallengeResponses
	return &cip.RespondToAuthChallengeOutput{ChallengeName: types.ChallengeNameTypeSmsMfa}, nil
}

// FuzzSRPChallenge sends whatever a hostile service may: the client proves the
// password to the user named, or gives up with ErrSignIn.
func FuzzSRPChallenge(f *testing.F) {
	f.Add("ada", "ab", "5", "AAAA")
	f.Add("", "ab", "5", "AAAA")
	f.Add("ada", "", "0", "")
	f.Add("ada", "00ff", primeHex, "-__-AQ")
	f.Add("ada", "0g", strings.Repeat("f", 768), "AQ==")
	f.Add("ada", strings.Repeat("0", 2000), "-1", "A")
	f.Fuzz(func(t *testing.T, user, salt, b, block string) {
		service := &hostile{parameters: map[string]string{"USER_ID_FOR_SRP": user, "SALT": salt, "SRP_B": b, "SECRET_BLOCK": block}}
		p, err := userpool.New(poolID, clientID, &userpool.Options{API: service})
		if err != nil {
			t.Fatal(err)
		}
		step, err := p.Begin(t.Context(), userpool.Credentials{Username: "ada", Password: "password"})
		if err != nil {
			if !errors.Is(err, userpool.ErrSignIn) && !errors.Is(err, userpool.ErrEmptyUserIDForSRP) || service.responses != nil {
				t.Errorf("%v, after %v", err, service.responses)
			}
			return
		}
		if step.Challenge == nil || service.responses["USERNAME"] != user || service.responses["PASSWORD_CLAIM_SECRET_BLOCK"] != block {
			t.Errorf("step %v, responses %q", step, service.responses)
		}
		for name, value := range service.responses {
			if strings.Contains(value, "password") && !strings.Contains(user+block, value) {
				t.Errorf("%s = %q holds the password", name, value)
			}
		}
	})
}
