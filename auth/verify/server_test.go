package verify_test

import (
	"errors"
	"testing"
	"time"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cenote-auth/cenote/auth/verify"
	"github.com/cenote-auth/cenote/cenotetest"
)

// signIn returns the tokens of a new user of the server's first pool.
func signIn(t *testing.T, s *cenotetest.Server) *types.AuthenticationResultType {
	t.Helper()
	s.AddUser(t, cenotetest.User{Email: "ada@example.com", Password: "Tulip-42"})
	out, err := s.Admin().InitiateAuth(t.Context(), &cip.InitiateAuthInput{
		ClientId: &s.ClientID, AuthFlow: types.AuthFlowTypeUserPasswordAuth,
		AuthParameters: map[string]string{"USERNAME": "ada@example.com", "PASSWORD": "Tulip-42"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.AuthenticationResult
}

func TestTokensOfARealServer(t *testing.T) {
	t.Parallel()
	const given = "https://cognito-idp.{region}.amazonaws.com/{poolId}"
	for name, issuer := range map[string]string{"whose issuer is its URL": "", "whose issuer is given": given} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := cenotetest.StartWith(t, cenotetest.Options{Issuer: issuer})
			tokens := signIn(t, s)
			o := verify.Options{UserPoolID: s.UserPoolID, Endpoint: s.URL, ClientIDs: []string{s.ClientID}, Now: s.Now}
			if issuer != "" {
				o.Issuer = verify.Issuer(s.UserPoolID, "")
			}
			v, err := verify.New(o)
			if err != nil {
				t.Fatal(err)
			}
			access, err := v.Verify(t.Context(), *tokens.AccessToken, verify.Access)
			if err != nil {
				t.Fatal(err)
			}
			id, err := v.Verify(t.Context(), *tokens.IdToken, verify.ID)
			if err != nil {
				t.Fatal(err)
			}
			if id.Email != "ada@example.com" || id.Username == "" || id.Username != access.Username || id.Subject != access.Subject {
				t.Errorf("the ID token is of %q, the access token of %q", id.Username, access.Username)
			}
			s.Advance(t, 2*time.Hour)
			if _, err := v.Verify(t.Context(), *tokens.AccessToken, verify.Access); !errors.Is(err, verify.ErrExpired) {
				t.Errorf("Verify two hours later = %v, want %v", err, verify.ErrExpired)
			}
		})
	}
}
