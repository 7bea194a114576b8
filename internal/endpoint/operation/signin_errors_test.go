package operation

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"maps"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/totp"
	"github.com/cenote-auth/cenote/internal/core/trigger"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/srp"
	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

const signInPassword = "correct horse"

// signInDesk returns the operations of sign-in on e.
func signInDesk(e *flowtest.Env, triggers *trigger.Triggers) *Operations {
	return New(Options{SignIn: signin.New(signin.Options{
		Store: e.Store, Passwords: e.Passwords, Devices: e.Devices, Passkeys: e.Passkeys, Secrets: e.Secrets, Sessions: e.Sessions,
		Tokens: e.Tokens, Limits: e.Limits, Triggers: triggers, Seeds: e.Seeds, Codes: e.Codes, Messages: e.Messages, Now: e.Clock.Now,
	})})
}

// unruly are functions that fail for people with certain names.
func unruly(t *testing.T) *trigger.Triggers {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var event map[string]any
		if err := json.NewDecoder(r.Body).Decode(&event); err != nil {
			t.Error(err)
		}
		switch event["userName"] {
		case "refused":
			w.Header().Set("X-Amz-Function-Error", "Unhandled")
			event = map[string]any{"errorMessage": "not today"}
		case "uncalled":
			w.Header().Set("X-Amzn-ErrorType", "ResourceNotFoundException")
			w.WriteHeader(http.StatusNotFound)
		case "mumbling":
			event = map[string]any{}
		}
		if err := json.NewEncoder(w).Encode(event); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(s.Close)
	return trigger.New(trigger.Options{Endpoint: s.URL})
}

// lobby is where people with all kinds of trouble sign in: at a pool whose
// functions are called at the start of a sign-in, or at its end.
type lobby struct {
	*flowtest.Env
	operations *Operations
	pool       *pool.Pool
	client     *pool.Client
	admin      bool   // by the operations of administrators
	seed       []byte // of the software token of somebody guarded
}

func newLobby(t *testing.T, admin bool, functions ...string) *lobby {
	t.Helper()
	l := &lobby{Env: flowtest.New(t, storetest.Open(t)), admin: admin}
	l.operations = signInDesk(l.Env, unruly(t))
	l.pool = l.Pool(t, func(p *pool.Pool) {
		flowtest.Calls(functions...)(p)
		p.AliasAttributes = []string{"preferred_username"}
		p.AllowedFirstFactors = []string{"PASSWORD", "EMAIL_OTP"}
		p.PasswordPolicy.HistorySize = 1
		p.MFA, p.SMS, p.Second.SoftwareToken = "OPTIONAL", &pool.SMSSettings{}, true
	})
	l.client = l.Client(t, l.pool, func(c *pool.Client) { c.AuthFlows = append(c.AuthFlows, "ALLOW_ADMIN_USER_PASSWORD_AUTH") })
	for name, change := range map[string]func(*pool.User){
		"ada":         func(u *pool.User) { u.Attributes["preferred_username"] = "countess" },
		"new":         func(u *pool.User) { u.Status = pool.ForceChangePassword },
		"reset":       func(u *pool.User) { u.Status = pool.ResetRequired },
		"unconfirmed": func(u *pool.User) { u.Status = pool.Unconfirmed },
		"guarded":     func(u *pool.User) { u.Factors.SoftwareToken = true },
		"refused":     nil, "uncalled": nil, "mumbling": nil, "later": nil,
	} {
		l.Person(t, l.pool, name, signInPassword, change)
	}
	l.seed = usedToken(t, l.Env, l.User(t, l.pool, "guarded"))
	return l
}

// usedToken gives u a software token of which every password of today was used.
func usedToken(t *testing.T, e *flowtest.Env, u *pool.User) (seed []byte) {
	t.Helper()
	seed = totp.NewSeed()
	sealed := e.Seeds.Seal(u.PoolKey, u.Sub, seed)
	e.Tx(t, func(ctx context.Context, tx store.Tx) error {
		if err := tx.AskSoftwareToken(ctx, u.PoolKey, u.Sub, sealed); err != nil {
			return err
		}
		return tx.VerifySoftwareToken(ctx, u.PoolKey, u.Sub, sealed, "", math.MaxInt64)
	})
	return seed
}

// token goes as far as SOFTWARE_TOKEN_MFA and returns the body of the answer.
func (l *lobby) token(t *testing.T, code string) string {
	t.Helper()
	out := mustCall(t, l.operations, l.prefix()+"InitiateAuth", l.begin("guarded", signInPassword))
	return l.body(map[string]any{
		"ChallengeName": "SOFTWARE_TOKEN_MFA", "Session": member(t, out, "Session"),
		"ChallengeResponses": map[string]string{"USERNAME": "guarded", "SOFTWARE_TOKEN_MFA_CODE": code},
	})
}

// body returns a request to InitiateAuth or RespondToAuthChallenge, or to the
// operation of the administrators.
func (l *lobby) body(members map[string]any) string {
	all := map[string]any{"ClientId": l.client.ID}
	if l.admin {
		all["UserPoolId"] = l.pool.ID
	}
	maps.Copy(all, members)
	text, err := json.Marshal(all)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func (l *lobby) prefix() string {
	if l.admin {
		return "Admin"
	}
	return ""
}

// begin returns the body of a first step with name and password.
func (l *lobby) begin(name, password string) string {
	flow := "USER_PASSWORD_AUTH"
	if l.admin {
		flow = "ADMIN_USER_PASSWORD_AUTH"
	}
	return l.body(map[string]any{"AuthFlow": flow, "AuthParameters": map[string]string{"USERNAME": name, "PASSWORD": password}})
}

// proof takes the first step by SRP and returns the body of the second.
func (l *lobby) proof(t *testing.T, name, password string) string {
	t.Helper()
	client, at := srp.NewClient(), srp.FormatTimestamp(time.Now())
	out := mustCall(t, l.operations, l.prefix()+"InitiateAuth", l.body(map[string]any{
		"AuthFlow": "USER_SRP_AUTH", "AuthParameters": map[string]string{"USERNAME": name, "SRP_A": client.A()},
	}))
	given := func(name string) string { return member(t, out, "ChallengeParameters", name) }
	key, err := client.Key(l.pool.SRPName(), given("USER_ID_FOR_SRP"), password, given("SALT"), given("SRP_B"))
	if err != nil {
		t.Fatal(err)
	}
	block, err := base64.StdEncoding.DecodeString(given("SECRET_BLOCK"))
	if err != nil {
		t.Fatal(err)
	}
	return l.body(map[string]any{"ChallengeName": "PASSWORD_VERIFIER", "ChallengeResponses": map[string]string{
		"USERNAME": name, "TIMESTAMP": at, "PASSWORD_CLAIM_SECRET_BLOCK": given("SECRET_BLOCK"),
		"PASSWORD_CLAIM_SIGNATURE": base64.StdEncoding.EncodeToString(
			srp.Signature(key, l.pool.SRPName(), given("USER_ID_FOR_SRP"), block, at)),
	}})
}

// newPassword goes as far as NEW_PASSWORD_REQUIRED and returns the body of the
// answer.
func (l *lobby) newPassword(t *testing.T, password string, pairs ...string) string {
	t.Helper()
	out := mustCall(t, l.operations, l.prefix()+"InitiateAuth", l.begin("new", signInPassword))
	responses := map[string]string{"USERNAME": "new", "NEW_PASSWORD": password}
	for i := 0; i < len(pairs); i += 2 {
		responses[pairs[i]] = pairs[i+1]
	}
	return l.body(map[string]any{
		"ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": member(t, out, "Session"), "ChallengeResponses": responses,
	})
}

const (
	wrongPassword = "Incorrect username or password."
	notToday      = " failed with error not today."
	notThere      = " invocation failed due to error ResourceNotFoundException."

	noSecondFactor = "who lacks a second factor sets one up, or hears that none can be had"
)

// signInCannot are reasons why a step of a sign-in gets no such error here.
var signInCannot = map[string]string{
	"InvalidUserPoolConfigurationException":    "settings that contradict each other are refused when they are made",
	"InvalidSmsRoleAccessPolicyException":      "no role is assumed: what sends text messages does not ask AWS",
	"InvalidSmsRoleTrustRelationshipException": "no role is assumed: what sends text messages does not ask AWS",
	"InvalidEmailRoleAccessPolicyException":    "no role is assumed: what sends mail does not ask AWS",
}

// cannotSignIn are those reasons and more, as the one API or the other has them.
func cannotSignIn(admin bool, more map[string]string) map[string]string {
	all := maps.Clone(signInCannot)
	maps.Copy(all, more)
	if !admin {
		all["ForbiddenException"] = "there is no firewall of AWS in front"
	}
	return all
}

func TestDeclaredErrorsOfASignInsStart(t *testing.T) {
	t.Parallel()
	for _, admin := range []bool{true, false} {
		l, strict, down := newLobby(t, admin, "PreAuthentication"), newLobby(t, admin), newLobby(t, admin)
		strict.pool.MFA, strict.pool.Second, strict.pool.AllowedFirstFactors = "ON", pool.SecondFactors{SMS: true}, nil
		strict.Tx(t, func(ctx context.Context, tx store.Tx) error { return tx.UpdatePool(ctx, strict.pool) })
		if err := down.Store.Close(); err != nil {
			t.Fatal(err)
		}
		rotating := l.Client(t, l.pool, func(c *pool.Client) { c.RefreshRotation = true })
		flow := func(name string, pairs ...string) string {
			given := map[string]string{}
			for i := 0; i < len(pairs); i += 2 {
				given[pairs[i]] = pairs[i+1]
			}
			return l.body(map[string]any{"AuthFlow": name, "AuthParameters": given})
		}
		cases := []refusedCall{
			{"a client that is not there", notFound, noClient,
				l.body(map[string]any{"ClientId": "none", "AuthFlow": "USER_AUTH"}), nil},
			{"a constraint of the model", "InvalidParameterException",
				"1 validation error detected: Value 'LUNCH' at 'authFlow' failed to satisfy constraint: Member must satisfy enum value set: " +
					"[USER_SRP_AUTH, REFRESH_TOKEN_AUTH, REFRESH_TOKEN, CUSTOM_AUTH, ADMIN_NO_SRP_AUTH, USER_PASSWORD_AUTH, ADMIN_USER_PASSWORD_AUTH, USER_AUTH]",
				flow("LUNCH"), nil},
			{"a parameter that is missing", "InvalidParameterException", "Missing required parameter PASSWORD", flow("USER_PASSWORD_AUTH", "USERNAME", "ada"), nil},
			{"a pool without the functions of custom authentication", "InvalidParameterException",
				"Custom auth lambda trigger is not configured for the user pool.", flow("CUSTOM_AUTH", "USERNAME", "ada"), nil},
			{"a wrong password", "NotAuthorizedException", wrongPassword, l.begin("ada", "wrong horse"), nil},
			{"no refresh token", "NotAuthorizedException", "Invalid Refresh Token", flow("REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", "x"), nil},
			{"a client whose refresh tokens rotate", "UnsupportedOperationException",
				"REFRESH_TOKEN_AUTH is not supported for clients with refresh token rotation.",
				l.body(map[string]any{"ClientId": rotating.ID, "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": map[string]string{"REFRESH_TOKEN": "x"}}), nil},
			{"nobody", "UserNotFoundException", "User does not exist.", l.begin("nobody", signInPassword), nil},
			{"somebody who is not confirmed", "UserNotConfirmedException", "User is not confirmed.", l.begin("unconfirmed", signInPassword), nil},
			{"somebody who must reset the password", "PasswordResetRequiredException", "Password reset required for the user", l.begin("reset", signInPassword), nil},
			{"a function that refuses", "UserLambdaValidationException", "PreAuthentication" + notToday, l.begin("refused", signInPassword), nil},
			{"a function that is not there", "UnexpectedLambdaException", "PreAuthentication" + notThere, l.begin("uncalled", signInPassword), nil},
			{"a function that answers something else", "InvalidLambdaResponseException", "Unrecognizable lambda output", l.begin("mumbling", signInPassword), nil},
			{"a database that is gone", internal, "", down.begin("ada", signInPassword), down.operations},
			{"a second factor that cannot be had", "InvalidParameterException", "User does not have delivery config set to turn on SMS_MFA",
				strict.begin("ada", signInPassword), strict.operations},
		}
		if admin {
			cases = append(cases, refusedCall{"a pool that is not there", notFound, noPool,
				strings.Replace(l.begin("ada", signInPassword), l.pool.ID, "us-east-1_Gone", 1), nil})
		} else {
			cases = append(cases, refusedCall{"a flow of administrators", "InvalidParameterException", "Initiate Auth method not supported.",
				flow("ADMIN_USER_PASSWORD_AUTH", "USERNAME", "ada"), nil})
		}
		cannot := cannotSignIn(admin, nil)
		if admin { // the other one does not declare it
			cannot["MFAMethodNotFoundException"] = noSecondFactor
		}
		d := declared{l.prefix() + "InitiateAuth", cases, cannot}
		t.Run(d.operation, func(t *testing.T) { d.check(t, l.operations) })
	}
}

func TestDeclaredErrorsOfASignInsChallenges(t *testing.T) {
	t.Parallel()
	for _, admin := range []bool{true, false} {
		l, down := newLobby(t, admin, "PostAuthentication"), newLobby(t, admin)
		lost := down.proof(t, "ada", signInPassword)
		if err := down.Store.Close(); err != nil {
			t.Fatal(err)
		}
		late := l.proof(t, "later", signInPassword)
		l.Change(t, l.pool, "later", func(u *pool.User) { u.Status = pool.ResetRequired })
		answer := func(members map[string]any) string {
			all := map[string]any{"ChallengeName": "NEW_PASSWORD_REQUIRED"}
			maps.Copy(all, members)
			return l.body(all)
		}
		cases := []refusedCall{
			{"a client that is not there", notFound, noClient, answer(map[string]any{"ClientId": "none"}), nil},
			{"a constraint of the model", "InvalidParameterException",
				"1 validation error detected: Value at 'session' failed to satisfy constraint: Member must have length greater than or equal to 20",
				answer(map[string]any{"Session": "x"}), nil},
			{"a response that is missing", "InvalidParameterException", "Missing required parameter USERNAME", answer(nil), nil},
			{"no session", "InvalidParameterException", "Missing required parameter Session",
				answer(map[string]any{"ChallengeResponses": map[string]string{"USERNAME": "new", "NEW_PASSWORD": "another horse"}}), nil},
			{"a challenge of no session of ours", "NotAuthorizedException", "Invalid session for the user.",
				answer(map[string]any{"ChallengeName": "ADMIN_NO_SRP_AUTH", "ChallengeResponses": map[string]string{"USERNAME": "new"}}), nil},
			{"a wrong code", "CodeMismatchException", "Invalid code received for user", l.token(t, "000000"), nil},
			{"a code that was used", "ExpiredCodeException", "Your software token has already been used once.",
				l.token(t, totp.At(l.seed, l.Clock.Now())), nil},
			{"a wrong password", "NotAuthorizedException", wrongPassword, l.proof(t, "ada", "wrong horse"), nil},
			{"a weak password", "InvalidPasswordException", "Password did not conform with policy: Password not long enough", l.newPassword(t, "horse"), nil},
			{"a password of before", "PasswordHistoryPolicyViolationException", "Password has previously been used", l.newPassword(t, signInPassword), nil},
			{"a name that somebody has", "AliasExistsException", "An account with the given preferred_username already exists.",
				l.newPassword(t, "another horse", "userAttributes.preferred_username", "Countess"), nil},
			{"somebody who is not confirmed", "UserNotConfirmedException", "User is not confirmed.", l.proof(t, "unconfirmed", signInPassword), nil},
			{"somebody who must reset the password by now", "PasswordResetRequiredException", "Password reset required for the user", late, nil},
			{"a function that refuses", "UserLambdaValidationException", "PostAuthentication" + notToday, l.proof(t, "refused", signInPassword), nil},
			{"a function that is not there", "UnexpectedLambdaException", "PostAuthentication" + notThere, l.proof(t, "uncalled", signInPassword), nil},
			{"a function that answers something else", "InvalidLambdaResponseException", "Unrecognizable lambda output",
				l.proof(t, "mumbling", signInPassword), nil},
			{"a database that is gone", internal, "", lost, down.operations},
		}
		if admin {
			cases = append(cases, refusedCall{"a pool that is not there", notFound, noPool,
				answer(map[string]any{"UserPoolId": "us-east-1_Gone"}), nil})
		}
		d := declared{l.prefix() + "RespondToAuthChallenge", cases, cannotSignIn(admin, map[string]string{
			"MFAMethodNotFoundException":        noSecondFactor,
			"SoftwareTokenMFANotFoundException": "where there is no token any more no code fits",
			"UserNotFoundException":             "the session of somebody who is gone is not valid any more, and says so",
		})}
		t.Run(d.operation, func(t *testing.T) { d.check(t, l.operations) })
	}
}

// Either operation carries the factors to choose among, and a session.
func TestChoicesOnTheWire(t *testing.T) {
	t.Parallel()
	for _, admin := range []bool{true, false} {
		l := newLobby(t, admin)
		out := mustCall(t, l.operations, l.prefix()+"InitiateAuth", l.body(map[string]any{
			"AuthFlow": "USER_AUTH", "AuthParameters": map[string]string{"USERNAME": "ada"},
		}))
		for _, step := range []struct{ challenge, responses string }{{"SELECT_CHALLENGE", ""}, {"PASSWORD", ""}} {
			session := member(t, out, "Session")
			want := `{"ChallengeName":"` + step.challenge + `","Session":"` + session +
				`","ChallengeParameters":{},"AvailableChallenges":["PASSWORD_SRP","PASSWORD"]}`
			if out != want {
				t.Errorf("got %s\nwant %s", out, want)
			}
			out = mustCall(t, l.operations, l.prefix()+"RespondToAuthChallenge", l.body(map[string]any{
				"ChallengeName": step.challenge, "Session": session,
				"ChallengeResponses": map[string]string{"USERNAME": "ada", "ANSWER": "PASSWORD", "PASSWORD": map[string]string{"PASSWORD": signInPassword}[step.challenge]},
			}))
		}
		if member(t, out, "AuthenticationResult", "AccessToken") == "" || member(t, out, "Session") != "" {
			t.Errorf("got %s, want tokens", out)
		}
	}
}
