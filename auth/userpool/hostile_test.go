package userpool_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/auth/userpool"
)

// A service that answers nonsense makes errors, and nothing else.
func TestHostileAnswersToTheBeginning(t *testing.T) {
	t.Parallel()
	access := tokens()["AuthenticationResult"].(object)["AccessToken"]
	for name, tt := range map[string]struct {
		reply any
		code  userpool.Code
	}{
		"nothing":                      {object{}, userpool.ErrSignIn},
		"a proof nobody began":         {asks("PASSWORD_VERIFIER", "s", object{"USER_ID_FOR_SRP": "ada"}), userpool.ErrSignIn},
		"a proof for nobody":           {asks("PASSWORD_VERIFIER", "s", nil), userpool.ErrEmptyUserIDForSRP},
		"a device that was not shown":  {asks("DEVICE_PASSWORD_VERIFIER", "s", nil), userpool.ErrSignIn},
		"no access token":              {object{"AuthenticationResult": object{"IdToken": access}}, userpool.ErrInvalidTokens},
		"an empty result":              {object{"AuthenticationResult": object{}}, userpool.ErrInvalidTokens},
		"an access token that is none": {object{"AuthenticationResult": object{"AccessToken": "hunter2"}}, userpool.ErrInvalidTokens},
		"an ID token that is none":     {object{"AuthenticationResult": object{"AccessToken": access, "IdToken": "hunter2.x.y"}}, userpool.ErrInvalidTokens},
		"a token without end":          {object{"AuthenticationResult": object{"AccessToken": "e30." + strings.Repeat("a", 1<<17) + ".x"}}, userpool.ErrInvalidTokens},
		"text":                         {[]byte("hunter2 <html>"), userpool.ErrUnknown},
		"a list":                       {[]byte("[1]"), userpool.ErrUnknown},
		"numbers for texts":            {[]byte(`{"Session":1,"ChallengeName":{}}`), userpool.ErrUnknown},
		"half an object":               {[]byte(`{"Session":"hunter2`), userpool.ErrNetwork},
		"more than anyone would read":  {[]byte(`{"Session":"` + strings.Repeat("a", 2<<20) + `"}`), userpool.ErrNetwork},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, _ := newStub(t, nil, exchange{"InitiateAuth", opens("CUSTOM_AUTH", nil), tt.reply})
			_, err := p.Begin(t.Context(), userpool.Credentials{Username: "ada@example.com", Flow: userpool.FlowCustom})
			wantCode(t, err, tt.code)
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error shows what came: %v", err)
			}
		})
	}
}

// What a hostile service sends as an SRP challenge is refused before anything
// that depends on the password leaves.
func TestHostileSRPChallenges(t *testing.T) {
	t.Parallel()
	good := object{"USER_ID_FOR_SRP": "ada", "SALT": "ab", "SRP_B": "5", "SECRET_BLOCK": "AAAA"}
	for name, bad := range map[string]object{
		"no salt":                     {"SALT": ""},
		"a salt that is no number":    {"SALT": "pepper"},
		"a salt without end":          {"SALT": strings.Repeat("a", 1<<16)},
		"B is 0":                      {"SRP_B": "0"},
		"B is 0 in many digits":       {"SRP_B": strings.Repeat("0", 768)},
		"B is N":                      {"SRP_B": primeHex},
		"B is 2N":                     {"SRP_B": doubledHex},
		"B has more digits than N":    {"SRP_B": strings.Repeat("1", 769)},
		"B is without end":            {"SRP_B": strings.Repeat("f", 1<<18)},
		"B is negative":               {"SRP_B": "-5"},
		"B is no number":              {"SRP_B": "0x5"},
		"no B":                        {"SRP_B": ""},
		"a secret block of something": {"SECRET_BLOCK": "!!"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			parameters := object{}
			for _, m := range []object{good, bad} {
				for key, value := range m {
					parameters[key] = value
				}
			}
			p, _ := newStub(t, nil, exchange{"InitiateAuth", opens("USER_SRP_AUTH", request{"AuthParameters.SRP_A": "*"}), asks("PASSWORD_VERIFIER", "", parameters)})
			_, err := p.Begin(t.Context(), userpool.Credentials{Username: "ada@example.com", Password: "password"})
			wantCode(t, err, userpool.ErrSignIn)
		})
	}
}

// primeHex is N of the group, doubledHex 2N.
const primeHex = "" +
	"ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f1437" +
	"4fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7edee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf05" +
	"98da48361c55d39a69163fa8fd24cf5f83655d23dca3ad961c62f356208552bb9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3b" +
	"e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf6955817183995497cea956ae515d2261898fa051015728e5a8aaac42dad33170d04507a33" +
	"a85521abdf1cba64ecfb850458dbef0a8aea71575d060c7db3970f85a6e1e4c7abf5ae8cdb0933d71e8c94e04a25619dcee3d2261ad2ee6bf12ffa06d98a0864" +
	"d87602733ec86a64521f2b18177b200cbbe117577a615d6c770988c0bad946e208e24fa074e5ab3143db5bfce0fd108e4b82d120a93ad2caffffffffffffffff"

var doubledHex = double(primeHex)

func TestAServiceThatNeverStopsAsking(t *testing.T) {
	t.Parallel()
	ada := newVerifier(t, poolName, "ada", "password")
	script := []exchange{{"InitiateAuth", opens("USER_SRP_AUTH", request{"AuthParameters.SRP_A": "*"}), ada.challenge("PASSWORD_VERIFIER", "", object{"USER_ID_FOR_SRP": "ada"})}}
	again := object{"USER_ID_FOR_SRP": "ada", "SALT": "ab", "SRP_B": "5", "SECRET_BLOCK": "AAAA"}
	for range 8 {
		want := proof("PASSWORD_VERIFIER", "ada", "", nil)
		script = append(script, exchange{"RespondToAuthChallenge", want, asks("PASSWORD_VERIFIER", "", again)})
	}
	p, _ := newStub(t, &userpool.Options{Now: clock}, script...)
	_, err := p.Begin(t.Context(), userpool.Credentials{Username: "ada@example.com", Password: "password"})
	wantCode(t, err, userpool.ErrSignIn)
}

func TestErrorsOfTheService(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		failing failure
		tries   int
		code    userpool.Code
		message string
	}{
		"one the model knows":         {failure{code: "UserNotConfirmedException", message: "User is not confirmed."}, 1, userpool.ErrUserNotConfirmed, "User is not confirmed."},
		"with a namespace":            {failure{code: "com.amazonaws#NotAuthorizedException", message: "no"}, 1, userpool.ErrNotAuthorized, "no"},
		"one the model does not know": {failure{code: "NewException", message: "new"}, 1, "NewException", "new"},
		"a trigger's own words":       {failure{code: "UserLambdaValidationException", message: "PreSignUp failed with error no: \"tulips\"."}, 1, userpool.ErrLambdaValidation, "PreSignUp failed with error no: \"tulips\"."},
		"one without a name":          {failure{}, 1, userpool.ErrUnknown, "the service gave an error without a name"},
		"too many requests":           {failure{code: "TooManyRequestsException", message: "slow"}, 3, userpool.ErrTooManyRequests, "slow"},
		"a limit":                     {failure{code: "LimitExceededException", message: "slow"}, 3, userpool.ErrLimitExceeded, "slow"},
		"a fault of its own":          {failure{code: "InternalErrorException", message: "", status: 500}, 3, "InternalErrorException", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var script []exchange
			for range tt.tries {
				script = append(script, exchange{"InitiateAuth", opens("CUSTOM_AUTH", nil), tt.failing})
			}
			p, _ := newStub(t, nil, script...)
			_, err := p.Begin(t.Context(), userpool.Credentials{Username: "ada@example.com", Flow: userpool.FlowCustom})
			e := wantCode(t, err, tt.code)
			if e.Message != tt.message || e.HTTPStatus != max(400, tt.failing.status) || e.RequestID == "" || e.Err == nil {
				t.Errorf("error = %+v, want message %q", e, tt.message)
			}
		})
	}
}

// What counts how often a person may ask is not asked again by itself.
func TestLimitsAreNotUsedUp(t *testing.T) {
	t.Parallel()
	limit := failure{code: "LimitExceededException", message: "Attempt limit exceeded, please try after some time."}
	slow := failure{code: "TooManyRequestsException", message: "slow"}
	signUp, resend := request{"Username": "ada", "Password": "p"}, request{"Username": "ada"}
	p, _ := newStub(t, nil,
		exchange{"SignUp", signUp, limit},
		exchange{"SignUp", signUp, slow}, exchange{"SignUp", signUp, limit},
		exchange{"ResendConfirmationCode", resend, limit},
		exchange{"ForgotPassword", resend, limit},
		exchange{"ConfirmForgotPassword", request{"Username": "ada", "ConfirmationCode": "1", "Password": "p"}, limit},
		exchange{"ChangePassword", request{"AccessToken": "*", "PreviousPassword": "p", "ProposedPassword": "q"}, limit},
		exchange{"GetUserAttributeVerificationCode", request{"AccessToken": "*", "AttributeName": "email"}, limit},
		exchange{"VerifyUserAttribute", request{"AccessToken": "*", "AttributeName": "email", "Code": "1"}, limit})
	for range 2 {
		_, err := p.SignUp(t.Context(), userpool.SignUpInput{Username: "ada", Password: "p"})
		wantCode(t, err, userpool.ErrLimitExceeded)
	}
	ctx := t.Context()
	_, err := p.ResendConfirmationCode(ctx, userpool.ResendInput{Username: "ada"})
	wantCode(t, err, userpool.ErrLimitExceeded)
	_, err = p.ForgotPassword(ctx, userpool.ForgotPasswordInput{Username: "ada"})
	wantCode(t, err, userpool.ErrLimitExceeded)
	wantCode(t, p.ConfirmForgotPassword(ctx, userpool.ConfirmForgotPasswordInput{Username: "ada", Code: "1", Password: "p"}), userpool.ErrLimitExceeded)
	wantCode(t, p.ChangePassword(ctx, userpool.Token{}, "p", "q"), userpool.ErrLimitExceeded)
	_, err = p.GetUserAttributeVerificationCode(ctx, userpool.Token{}, userpool.AttributeVerificationInput{Name: "email"})
	wantCode(t, err, userpool.ErrLimitExceeded)
	wantCode(t, p.VerifyUserAttribute(ctx, userpool.Token{}, "email", "1"), userpool.ErrLimitExceeded)
}

func TestNobodyThere(t *testing.T) {
	t.Parallel()
	p, err := userpool.New(poolID, clientID, &userpool.Options{Endpoint: "http://127.0.0.1:1", SDK: sdkAtOnce})
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.GetUser(t.Context(), userpool.Token{})
	if e := wantCode(t, err, userpool.ErrNetwork); e.HTTPStatus != 0 {
		t.Errorf("status %d", e.HTTPStatus)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = p.GetUser(ctx, userpool.Token{})
	wantCode(t, err, userpool.ErrNetwork)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v is not context.Canceled", err)
	}
}

// broken is an HTTP client that fails in its own way.
type broken struct{}

func (broken) Do(*http.Request) (*http.Response, error) { return nil, errors.New("out of order") }

func TestAnHTTPClientThatFails(t *testing.T) {
	t.Parallel()
	p, err := userpool.New(poolID, clientID, &userpool.Options{HTTPClient: broken{}, SDK: sdkAtOnce})
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.GetUser(t.Context(), userpool.Token{})
	wantCode(t, err, userpool.ErrNetwork)
}

func TestAnAnswerThatTakesTooLong(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	p, _ := newStub(t, nil, exchange{"GetUser", request{"AccessToken": ""}, func(request) any {
		cancel()
		<-ctx.Done()
		return nil
	}})
	_, err := p.GetUser(ctx, userpool.Token{})
	if err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("%v is not context.Canceled", err)
	}
}
