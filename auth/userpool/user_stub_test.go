package userpool_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/auth/storage"
	"github.com/cenote-auth/cenote/auth/userpool"
)

// begun is a user whose sign-in by password has come to a challenge.
func begun(t *testing.T, name userpool.ChallengeName, parameters object, then ...exchange) (*userpool.User, *userpool.SessionStore) {
	t.Helper()
	s := storage.NewMemory()
	script := append([]exchange{{
		op:    "InitiateAuth",
		want:  request{"AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters.USERNAME": "ada", "AuthParameters.PASSWORD": tulip},
		reply: asks(name, "s1", parameters),
	}}, then...)
	pool, _ := newStub(t, &userpool.Options{Now: clock, Storage: s}, script...)
	u := pool.User("ada")
	step, err := u.Authenticate(t.Context(), userpool.Credentials{Password: tulip, Flow: userpool.FlowPassword})
	if err != nil {
		t.Fatal(err)
	}
	if step.Session != nil || step.Challenge.Name != name || u.Challenge().Name != name {
		t.Fatalf("step = %+v, want %s", step, name)
	}
	return u, store(s)
}

// reply is a RespondToAuthChallenge of ada's, and what comes of it.
func reply(name userpool.ChallengeName, session string, more request, answer any) exchange {
	want := request{"ChallengeName": string(name), "ChallengeResponses.USERNAME": "ada", "Session": session}
	for key, value := range more {
		want[key] = value
	}
	return exchange{"RespondToAuthChallenge", want, answer}
}

// A new password is nobody's custom answer, and no code: nothing is sent.
func TestAnswersToAnotherChallenge(t *testing.T) {
	t.Parallel()
	methods := map[userpool.ChallengeName]func(context.Context, *userpool.User) (*userpool.Step, error){
		userpool.NewPasswordRequired: func(ctx context.Context, u *userpool.User) (*userpool.Step, error) {
			return u.CompleteNewPassword(ctx, "Tulip-43", nil, nil)
		},
		userpool.CustomChallenge: func(ctx context.Context, u *userpool.User) (*userpool.Step, error) {
			return u.SendCustomChallengeAnswer(ctx, "42", nil)
		},
		userpool.SoftwareTokenMFA: func(ctx context.Context, u *userpool.User) (*userpool.Step, error) {
			return u.SendMFACode(ctx, "123456", nil)
		},
		userpool.SelectMFAType: func(ctx context.Context, u *userpool.User) (*userpool.Step, error) {
			return u.SendMFASelectionAnswer(ctx, userpool.SMSMFA)
		},
	}
	for waits := range methods {
		for meant, answer := range methods {
			if meant == waits {
				continue
			}
			u, _ := begun(t, waits, nil)
			if step, err := answer(t.Context(), u); !errors.Is(err, userpool.ErrSignIn) || step != nil {
				t.Errorf("an answer to %s at %s: %v, %v, want %s", meant, waits, step, err, userpool.ErrSignIn)
			}
			if ch := u.Challenge(); ch == nil || ch.Name != waits {
				t.Errorf("after it %v waits, want %s", ch, waits)
			}
		}
	}
}

func TestChallengesOfAUser(t *testing.T) {
	t.Parallel()
	wrong := failure{code: "CodeMismatchException", message: "Invalid code"}
	for _, tt := range []struct {
		name   string
		asked  userpool.ChallengeName
		script []exchange
		answer []func(context.Context, *userpool.User) (*userpool.Step, error)
		errs   []userpool.Code // of each answer
	}{
		{
			name: "a wrong code can be tried again", asked: userpool.SMSMFA,
			script: []exchange{
				reply(userpool.SMSMFA, "s1", request{"ChallengeResponses.SMS_MFA_CODE": "111111"}, wrong),
				reply(userpool.SMSMFA, "s1", request{"ChallengeResponses.SMS_MFA_CODE": "222222"}, tokens()),
			},
			answer: []func(context.Context, *userpool.User) (*userpool.Step, error){
				func(ctx context.Context, u *userpool.User) (*userpool.Step, error) {
					return u.SendMFACode(ctx, "111111", nil)
				},
				func(ctx context.Context, u *userpool.User) (*userpool.Step, error) {
					return u.SendMFACode(ctx, "222222", nil)
				},
			},
			errs: []userpool.Code{userpool.ErrCodeMismatch, ""},
		},
		{
			name: "custom questions in a row", asked: userpool.CustomChallenge,
			script: []exchange{
				reply(userpool.CustomChallenge, "s1", request{"ChallengeResponses.ANSWER": "a1", "ClientMetadata.k": "v"}, asks(userpool.CustomChallenge, "s2", object{"q": "2"})),
				reply(userpool.CustomChallenge, "s2", request{"ChallengeResponses.ANSWER": "a2"}, tokens()),
			},
			answer: []func(context.Context, *userpool.User) (*userpool.Step, error){
				func(ctx context.Context, u *userpool.User) (*userpool.Step, error) {
					return u.SendCustomChallengeAnswer(ctx, "a1", map[string]string{"k": "v"})
				},
				func(ctx context.Context, u *userpool.User) (*userpool.Step, error) {
					return u.SendCustomChallengeAnswer(ctx, "a2", nil)
				},
			},
			errs: []userpool.Code{"", ""},
		},
		{
			name: "a choice, then a code", asked: userpool.SelectMFAType,
			script: []exchange{
				reply(userpool.SelectMFAType, "s1", request{"ChallengeResponses.ANSWER": "SOFTWARE_TOKEN_MFA"}, asks(userpool.SoftwareTokenMFA, "s2", nil)),
				reply(userpool.SoftwareTokenMFA, "s2", request{"ChallengeResponses.SOFTWARE_TOKEN_MFA_CODE": "333333"}, tokens()),
			},
			answer: []func(context.Context, *userpool.User) (*userpool.Step, error){
				func(ctx context.Context, u *userpool.User) (*userpool.Step, error) {
					return u.SendMFASelectionAnswer(ctx, userpool.SoftwareTokenMFA)
				},
				func(ctx context.Context, u *userpool.User) (*userpool.Step, error) {
					return u.SendMFACode(ctx, "333333", nil)
				},
			},
			errs: []userpool.Code{"", ""},
		},
		{
			name: "a software token is set up", asked: userpool.MFASetup,
			script: []exchange{
				{"AssociateSoftwareToken", request{"Session": "s1"}, object{"SecretCode": "SECRET", "Session": "s2"}},
				{"VerifySoftwareToken", request{"Session": "s2", "UserCode": "444444", "FriendlyDeviceName": "phone"}, object{"Status": "SUCCESS", "Session": "s3"}},
				reply(userpool.MFASetup, "s3", nil, tokens()),
			},
			answer: []func(context.Context, *userpool.User) (*userpool.Step, error){
				func(ctx context.Context, u *userpool.User) (*userpool.Step, error) {
					secret, err := u.AssociateSoftwareToken(ctx)
					if err != nil || secret != "SECRET" {
						return nil, fmt.Errorf("secret %q, %w", secret, err)
					}
					return u.VerifySoftwareToken(ctx, "444444", "phone")
				},
			},
			errs: []userpool.Code{""},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			u, stored := begun(t, tt.asked, nil, tt.script...)
			var step *userpool.Step
			for i, answer := range tt.answer {
				next, err := answer(t.Context(), u)
				if tt.errs[i] != "" {
					if !errors.Is(err, tt.errs[i]) || u.Challenge() == nil {
						t.Errorf("answer %d: %v, then %v, want %s", i, err, u.Challenge(), tt.errs[i])
					}
					continue
				}
				if err != nil {
					t.Fatalf("answer %d: %v", i, err)
				}
				step = next
			}
			if step.Session == nil || u.Challenge() != nil {
				t.Errorf("the last step is %+v, still asked: %v", step, u.Challenge())
			}
			if got, err := stored.Load(t.Context()); err != nil || got.Username != "ada" {
				t.Errorf("stored: %v, %v", got, err)
			}
		})
	}
}

func TestNothingToAnswer(t *testing.T) {
	t.Parallel()
	pool, _ := newStub(t, nil)
	u := pool.User("ada")
	if _, err := u.Respond(t.Context(), userpool.Answer{Text: "1"}); !errors.Is(err, userpool.ErrSignIn) {
		t.Errorf("Respond: %v, want %v", err, userpool.ErrSignIn)
	}
	if _, err := u.AssociateSoftwareToken(t.Context()); !errors.Is(err, userpool.ErrNoUser) {
		t.Errorf("AssociateSoftwareToken: %v, want %v", err, userpool.ErrNoUser)
	}
	if _, err := u.VerifySoftwareToken(t.Context(), "123456", ""); !errors.Is(err, userpool.ErrNoUser) {
		t.Errorf("VerifySoftwareToken: %v, want %v", err, userpool.ErrNoUser)
	}
}

// A software token is no answer to a challenge for something else, nor set up by it.
func TestASoftwareTokenIsNoAnswerToAnotherChallenge(t *testing.T) {
	t.Parallel()
	u, _ := begun(t, userpool.SMSMFA, nil)
	_, err := u.AssociateSoftwareToken(t.Context())
	wantCode(t, err, userpool.ErrNoUser)
	_, err = u.VerifySoftwareToken(t.Context(), "123456", "")
	wantCode(t, err, userpool.ErrNoUser)
}

// adaSignedIn stores ada's session 0, which ended an hour ago, as
// amazon-cognito-identity-js does.
func adaSignedIn(t *testing.T) storage.Storage {
	t.Helper()
	s := storage.NewMemory()
	k := userpool.Keys{ClientID: clientID}
	old := mint(now.Add(-2*time.Hour), now.Add(-time.Hour), nil)
	err := s.Save(t.Context(), map[string]string{
		k.LastAuthUser(): "ada", k.AccessToken("ada"): old, k.IDToken("ada"): old,
		k.RefreshToken("ada"): "refresh-0", k.ClockDrift("ada"): "0", k.DeviceKey("ada"): "d",
		k.DeviceGroupKey("ada"): "g", k.RandomPasswordKey("ada"): "p",
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestHowAUserRefreshes(t *testing.T) {
	t.Parallel()
	first := request{"AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters.REFRESH_TOKEN": "refresh-0", "AuthParameters.DEVICE_KEY": "d", "ClientMetadata.k": "v"}
	second := request{"RefreshToken": "refresh-0", "DeviceKey": "d", "ClientMetadata.k": "v"}
	for _, tt := range []struct {
		name   string
		script []exchange
		want   userpool.Code
		kept   string // the refresh token that is stored
	}{
		{"by REFRESH_TOKEN_AUTH", []exchange{{"InitiateAuth", first, tokens()}}, "", "refresh-1"},
		{"the app client rotates", []exchange{
			{"InitiateAuth", first, failure{code: "InvalidParameterException", message: "REFRESH_TOKEN_AUTH not enabled"}},
			{"GetTokensFromRefreshToken", second, tokens()},
		}, "", "refresh-1"},
		{"the app client rotates, in other words", []exchange{
			{"InitiateAuth", first, failure{code: "NotAuthorizedException", message: "Not this way"}},
			{"GetTokensFromRefreshToken", second, tokens()},
		}, "", "refresh-1"},
		{"the app client rotates, though it allows the flow", []exchange{
			{"InitiateAuth", first, failure{code: "UnsupportedOperationException", message: "Not this way"}},
			{"GetTokensFromRefreshToken", second, tokens()},
		}, "", "refresh-1"},
		{"the app client rotates, and the session is over", []exchange{
			{"InitiateAuth", first, failure{code: "InvalidParameterException", message: "Not this way"}},
			{"GetTokensFromRefreshToken", second, failure{code: "NotAuthorizedException", message: "Refresh Token has been revoked"}},
		}, userpool.ErrSessionExpired, ""},
		{"the app client rotates, and a function fails", []exchange{
			{"InitiateAuth", first, failure{code: "NotAuthorizedException", message: "Not this way"}},
			{"GetTokensFromRefreshToken", second, failure{code: "UserLambdaValidationException", message: "no"}},
		}, userpool.ErrLambdaValidation, "refresh-0"},
		{"the app client rotates, and the service is busy", []exchange{
			{"InitiateAuth", first, failure{code: "NotAuthorizedException", message: "Not this way"}},
			{"GetTokensFromRefreshToken", second, failure{code: "TooManyRequestsException", message: "slow"}},
			{"GetTokensFromRefreshToken", second, failure{code: "TooManyRequestsException", message: "slow"}},
			{"GetTokensFromRefreshToken", second, failure{code: "TooManyRequestsException", message: "slow"}},
		}, userpool.ErrTooManyRequests, "refresh-0"},
		{"refused by a service that has one way", []exchange{
			{"InitiateAuth", first, failure{code: "NotAuthorizedException", message: "Invalid Refresh Token"}},
			{"GetTokensFromRefreshToken", second, failure{code: "UnknownOperationException"}},
		}, userpool.ErrSessionExpired, ""},
		{"refused both ways", []exchange{
			{"InitiateAuth", first, failure{code: "NotAuthorizedException", message: "Invalid Refresh Token"}},
			{"GetTokensFromRefreshToken", second, failure{code: "NotAuthorizedException", message: "Invalid Refresh Token"}},
		}, userpool.ErrSessionExpired, ""},
		{"used before", []exchange{
			{"InitiateAuth", first, failure{code: "NotAuthorizedException", message: "Not this way"}},
			{"GetTokensFromRefreshToken", second, failure{code: "RefreshTokenReuseException", message: "used"}},
		}, userpool.ErrRefreshTokenReuse, ""},
		{"throttled", []exchange{
			{"InitiateAuth", first, failure{code: "LimitExceededException", message: "slow"}},
			{"InitiateAuth", first, failure{code: "LimitExceededException", message: "slow"}},
			{"InitiateAuth", first, failure{code: "LimitExceededException", message: "slow"}},
		}, userpool.ErrLimitExceeded, "refresh-0"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := adaSignedIn(t)
			pool, _ := newStub(t, &userpool.Options{Now: clock, Storage: s}, tt.script...)
			u, err := pool.CurrentUser(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			got, err := u.Session(t.Context(), map[string]string{"k": "v"})
			if tt.want == "" && (err != nil || got.RefreshToken != tt.kept) || tt.want != "" && !errors.Is(err, tt.want) {
				t.Errorf("Session = %v, %v, want %q", got, err, tt.want)
			}
			stored, err := store(s).Load(t.Context())
			if tt.kept == "" {
				if !errors.Is(err, userpool.ErrNoUser) {
					t.Errorf("stored: %v, %v, want nobody", stored, err)
				}
			} else if err != nil || stored.Session.RefreshToken != tt.kept {
				t.Errorf("stored: %v, %v, want %s", stored, err, tt.kept)
			}
			if d, err := u.CachedDevice(t.Context()); d == nil || err != nil {
				t.Errorf("the device: %v, %v", d, err)
			}
		})
	}
}

func TestTokensOfAClientWithoutRevocationAreNotRevoked(t *testing.T) {
	t.Parallel()
	pool, _ := newStub(t, &userpool.Options{Now: clock}) // which is not asked
	u := pool.User("ada")
	session := &userpool.Session{AccessToken: parse(t, mint(now, now.Add(time.Hour), object{"origin_jti": nil})), RefreshToken: "r"}
	if err := u.SetSession(t.Context(), session); err != nil {
		t.Fatal(err)
	}
	if err := u.RevokeTokens(t.Context()); err != nil {
		t.Errorf("RevokeTokens: %v", err)
	}
}

func TestASignInThatCannotBeStoredIsNone(t *testing.T) {
	t.Parallel()
	s := &watched{Memory: storage.NewMemory()}
	pool, _ := newStub(t, &userpool.Options{Now: clock, Storage: s}, exchange{
		"InitiateAuth",
		request{"AuthFlow": "CUSTOM_AUTH", "AuthParameters.USERNAME": "ada"},
		func(request) any { s.failing = storage.ErrUnavailable; return tokens() },
	})
	u := pool.User("ada")
	step, err := u.Authenticate(t.Context(), userpool.Credentials{Flow: userpool.FlowCustom})
	if !errors.Is(err, storage.ErrUnavailable) || step != nil || u.SignInSession() != nil {
		t.Errorf("Authenticate = %v, %v, session %v", step, err, u.SignInSession())
	}
}

func TestAUserPrintsItsNameAlone(t *testing.T) {
	t.Parallel()
	u, _ := begun(t, userpool.SMSMFA, object{"CODE_DELIVERY_DESTINATION": "+***42"})
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if got := fmt.Sprintf(verb, u); got != `User{"ada"}` || strings.Contains(got, "s1") {
			t.Errorf("%s: %s", verb, got)
		}
	}
}
