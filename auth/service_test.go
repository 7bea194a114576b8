package auth_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"

	"github.com/cenote-auth/cenote/auth"
	"github.com/cenote-auth/cenote/auth/storage"
	"github.com/cenote-auth/cenote/auth/userpool"
)

const (
	poolID   = "eu-west-1_AbCdEf123"
	clientID = "1example23456789"
)

// exchange is a request that is expected and what the service answers.
type exchange struct {
	in  any // a *cip.…Input, compared but for ClientId; nil takes anything
	out any // a *cip.…Output, or an error
}

// service is a stub of the service that plays a script.
type service struct {
	userpool.API // nil: an operation that has no method here ends the test

	t      *testing.T
	mu     sync.Mutex
	script []exchange
}

// newClient returns a client of a service that plays the script, all of it.
func newClient(t *testing.T, opts *auth.Options, script ...exchange) *auth.Client {
	t.Helper()
	if opts == nil {
		opts = &auth.Options{}
	}
	s := &service{t: t, script: script}
	opts.API = s
	client, err := auth.New(auth.Config{UserPoolID: poolID, ClientID: clientID}, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if s.mu.Lock(); len(s.script) > 0 {
			t.Errorf("%d requests did not come; the next would be %T", len(s.script), s.script[0].in)
		}
		s.mu.Unlock()
	})
	return client
}

// fails is an error of the service.
func fails(code auth.Code) error {
	return &smithy.GenericAPIError{Code: string(code), Message: "the service says " + string(code)}
}

func play[In, Out any](s *service, in *In) (*Out, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.script) == 0 {
		s.t.Errorf("unexpected %T", in)
		return nil, fails("Unexpected")
	}
	next := s.script[0]
	s.script = s.script[1:]
	if next.in != nil {
		compare(s.t, in, next.in)
	}
	if err, ok := next.out.(error); ok {
		return nil, err
	}
	out, ok := next.out.(*Out)
	if !ok {
		s.t.Errorf("a %T came where the script answers a %T", in, next.out)
		return nil, fails("Unexpected")
	}
	return out, nil
}

func compare(t *testing.T, got, want any) {
	g, w := reflect.ValueOf(got).Elem(), reflect.ValueOf(want)
	if w.Type() != reflect.TypeOf(got) {
		t.Errorf("got a %T, want a %T", got, want)
		return
	}
	if id := g.FieldByName("ClientId"); id.IsValid() {
		id.SetZero() // every request has it, and no script
	}
	gotText, _ := json.Marshal(got)
	wantText, _ := json.Marshal(want)
	if string(gotText) != string(wantText) {
		t.Errorf("%T:\ngot  %s\nwant %s", got, gotText, wantText)
	}
}

func (s *service) InitiateAuth(_ context.Context, in *cip.InitiateAuthInput, _ ...func(*cip.Options)) (*cip.InitiateAuthOutput, error) {
	return play[cip.InitiateAuthInput, cip.InitiateAuthOutput](s, in)
}

func (s *service) RespondToAuthChallenge(_ context.Context, in *cip.RespondToAuthChallengeInput, _ ...func(*cip.Options)) (*cip.RespondToAuthChallengeOutput, error) {
	return play[cip.RespondToAuthChallengeInput, cip.RespondToAuthChallengeOutput](s, in)
}

func (s *service) AssociateSoftwareToken(_ context.Context, in *cip.AssociateSoftwareTokenInput, _ ...func(*cip.Options)) (*cip.AssociateSoftwareTokenOutput, error) {
	return play[cip.AssociateSoftwareTokenInput, cip.AssociateSoftwareTokenOutput](s, in)
}

func (s *service) VerifySoftwareToken(_ context.Context, in *cip.VerifySoftwareTokenInput, _ ...func(*cip.Options)) (*cip.VerifySoftwareTokenOutput, error) {
	return play[cip.VerifySoftwareTokenInput, cip.VerifySoftwareTokenOutput](s, in)
}

func (s *service) ConfirmDevice(_ context.Context, in *cip.ConfirmDeviceInput, _ ...func(*cip.Options)) (*cip.ConfirmDeviceOutput, error) {
	return play[cip.ConfirmDeviceInput, cip.ConfirmDeviceOutput](s, in)
}

func (s *service) SignUp(_ context.Context, in *cip.SignUpInput, _ ...func(*cip.Options)) (*cip.SignUpOutput, error) {
	return play[cip.SignUpInput, cip.SignUpOutput](s, in)
}

func (s *service) ConfirmSignUp(_ context.Context, in *cip.ConfirmSignUpInput, _ ...func(*cip.Options)) (*cip.ConfirmSignUpOutput, error) {
	return play[cip.ConfirmSignUpInput, cip.ConfirmSignUpOutput](s, in)
}

func (s *service) ResendConfirmationCode(_ context.Context, in *cip.ResendConfirmationCodeInput, _ ...func(*cip.Options)) (*cip.ResendConfirmationCodeOutput, error) {
	return play[cip.ResendConfirmationCodeInput, cip.ResendConfirmationCodeOutput](s, in)
}

func (s *service) GetTokensFromRefreshToken(_ context.Context, in *cip.GetTokensFromRefreshTokenInput, _ ...func(*cip.Options)) (*cip.GetTokensFromRefreshTokenOutput, error) {
	return play[cip.GetTokensFromRefreshTokenInput, cip.GetTokensFromRefreshTokenOutput](s, in)
}

func (s *service) RevokeToken(_ context.Context, in *cip.RevokeTokenInput, _ ...func(*cip.Options)) (*cip.RevokeTokenOutput, error) {
	return play[cip.RevokeTokenInput, cip.RevokeTokenOutput](s, in)
}

func (s *service) GlobalSignOut(_ context.Context, in *cip.GlobalSignOutInput, _ ...func(*cip.Options)) (*cip.GlobalSignOutOutput, error) {
	return play[cip.GlobalSignOutInput, cip.GlobalSignOutOutput](s, in)
}

func (s *service) GetUser(_ context.Context, in *cip.GetUserInput, _ ...func(*cip.Options)) (*cip.GetUserOutput, error) {
	return play[cip.GetUserInput, cip.GetUserOutput](s, in)
}

func (s *service) ForgotPassword(_ context.Context, in *cip.ForgotPasswordInput, _ ...func(*cip.Options)) (*cip.ForgotPasswordOutput, error) {
	return play[cip.ForgotPasswordInput, cip.ForgotPasswordOutput](s, in)
}

func (s *service) ConfirmForgotPassword(_ context.Context, in *cip.ConfirmForgotPasswordInput, _ ...func(*cip.Options)) (*cip.ConfirmForgotPasswordOutput, error) {
	return play[cip.ConfirmForgotPasswordInput, cip.ConfirmForgotPasswordOutput](s, in)
}

func (s *service) ChangePassword(_ context.Context, in *cip.ChangePasswordInput, _ ...func(*cip.Options)) (*cip.ChangePasswordOutput, error) {
	return play[cip.ChangePasswordInput, cip.ChangePasswordOutput](s, in)
}

func (s *service) UpdateUserAttributes(_ context.Context, in *cip.UpdateUserAttributesInput, _ ...func(*cip.Options)) (*cip.UpdateUserAttributesOutput, error) {
	return play[cip.UpdateUserAttributesInput, cip.UpdateUserAttributesOutput](s, in)
}

func (s *service) DeleteUserAttributes(_ context.Context, in *cip.DeleteUserAttributesInput, _ ...func(*cip.Options)) (*cip.DeleteUserAttributesOutput, error) {
	return play[cip.DeleteUserAttributesInput, cip.DeleteUserAttributesOutput](s, in)
}

func (s *service) GetUserAttributeVerificationCode(_ context.Context, in *cip.GetUserAttributeVerificationCodeInput, _ ...func(*cip.Options)) (*cip.GetUserAttributeVerificationCodeOutput, error) {
	return play[cip.GetUserAttributeVerificationCodeInput, cip.GetUserAttributeVerificationCodeOutput](s, in)
}

func (s *service) VerifyUserAttribute(_ context.Context, in *cip.VerifyUserAttributeInput, _ ...func(*cip.Options)) (*cip.VerifyUserAttributeOutput, error) {
	return play[cip.VerifyUserAttributeInput, cip.VerifyUserAttributeOutput](s, in)
}

func (s *service) DeleteUser(_ context.Context, in *cip.DeleteUserInput, _ ...func(*cip.Options)) (*cip.DeleteUserOutput, error) {
	return play[cip.DeleteUserInput, cip.DeleteUserOutput](s, in)
}

// asks is the service's reply with a challenge to InitiateAuth.
func asks(name userpool.ChallengeName, session string, parameters map[string]string) *cip.InitiateAuthOutput {
	return &cip.InitiateAuthOutput{
		ChallengeName: types.ChallengeNameType(name), Session: optional(session), ChallengeParameters: parameters,
	}
}

// asksNext is the service's reply with a challenge to an answer.
func asksNext(name userpool.ChallengeName, session string, parameters map[string]string) *cip.RespondToAuthChallengeOutput {
	return &cip.RespondToAuthChallengeOutput{
		ChallengeName: types.ChallengeNameType(name), Session: optional(session), ChallengeParameters: parameters,
	}
}

// answers is the request that answers a challenge of the user ada.
func answers(name userpool.ChallengeName, session string, responses ...string) *cip.RespondToAuthChallengeInput {
	in := &cip.RespondToAuthChallengeInput{
		ChallengeName: types.ChallengeNameType(name), Session: optional(session),
		ChallengeResponses: map[string]string{"USERNAME": "ada"},
	}
	for i := 0; i < len(responses); i += 2 {
		in.ChallengeResponses[responses[i]] = responses[i+1]
	}
	return in
}

// signedIn is the service's reply with tokens to an answer.
func signedIn(at time.Time) *cip.RespondToAuthChallengeOutput {
	return &cip.RespondToAuthChallengeOutput{AuthenticationResult: result("1", at, time.Hour)}
}

// result are tokens of ada's, told apart by their jti.
func result(jti string, at time.Time, valid time.Duration) *types.AuthenticationResultType {
	return &types.AuthenticationResultType{
		AccessToken: aws.String(jwt(map[string]any{
			"sub": "5f0c", "username": "ada", "jti": jti, "origin_jti": "o", "token_use": "access",
			"iat": at.Unix(), "exp": at.Add(valid).Unix(),
		})),
		IdToken: aws.String(jwt(map[string]any{
			"sub": "5f0c", "cognito:username": "ada", "jti": "id" + jti, "token_use": "id",
			"iat": at.Unix(), "exp": at.Add(valid).Unix(),
		})),
		RefreshToken: aws.String("refresh-" + jti),
	}
}

func jwt(claims map[string]any) string {
	payload, err := json.Marshal(claims)
	if err != nil {
		panic(fmt.Sprint(err))
	}
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(`{"alg":"RS256"}`)) + "." + encode(payload) + "." + encode([]byte("signature"))
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// begin signs ada in as far as the script's first reply goes.
func begin(t *testing.T, script ...exchange) *auth.SignInFlow {
	t.Helper()
	return beginWith(t, auth.SignInInput{Username: "ada", Password: "Tulip-42", Flow: auth.FlowPassword}, script...)
}

func beginWith(t *testing.T, in auth.SignInInput, script ...exchange) *auth.SignInFlow {
	t.Helper()
	flow, err := newClient(t, nil, script...).SignIn(t.Context(), in)
	if err != nil {
		t.Fatalf("SignIn: %v", err)
	}
	return flow
}

// forgetful is a storage that keeps nothing.
type forgetful struct{ storage.Storage }

func (forgetful) Save(context.Context, map[string]string, ...string) error { return nil }
