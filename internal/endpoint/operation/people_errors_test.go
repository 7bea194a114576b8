package operation

import (
	"context"
	"encoding/json"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/code"
	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/flow/account"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/flow/signup"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

const peoplesCode = "271828"

// town is where people sign up and have accounts: operations on a pool whose
// functions fail for those with certain names, with a client of every kind.
type town struct {
	*flowtest.Env
	operations                                *Operations
	pool                                      *pool.Pool
	client, hiding, confidential, irrevocable *pool.Client
	closedPool                                *pool.Pool
	closed                                    *pool.Client // of closedPool, where nobody signs up
	none                                      *pool.Client // that is not there
}

func newTown(t *testing.T, st store.Store, functions ...string) *town {
	t.Helper()
	c := &town{Env: flowtest.New(t, st)}
	triggers := unruly(t)
	codes := code.New(code.Options{Keyring: c.Keyring, Now: c.Clock.Now, Fixed: peoplesCode})
	c.operations = New(Options{
		SignUp: signup.New(signup.Options{
			Store: c.Store, Passwords: c.Passwords, Secrets: c.Secrets, Sessions: c.Sessions, Codes: codes, Messages: c.Messages,
			Limits: c.Limits, Triggers: triggers, Now: c.Clock.Now,
		}),
		SignIn: signin.New(signin.Options{
			Store: c.Store, Passwords: c.Passwords, Devices: c.Devices, Passkeys: c.Passkeys, Secrets: c.Secrets, Sessions: c.Sessions,
			Tokens: c.Tokens, Limits: c.Limits, Triggers: triggers, Seeds: c.Seeds, Codes: codes, Messages: c.Messages, Now: c.Clock.Now,
		}),
		Account: account.New(account.Options{
			Store: c.Store, Passwords: c.Passwords, Devices: c.Devices, Passkeys: c.Passkeys, Secrets: c.Secrets, Tokens: c.Tokens, Codes: codes, Messages: c.Messages,
			Limits: c.Limits, Triggers: triggers, Seeds: c.Seeds, Now: c.Clock.Now,
		}),
	})
	c.pool = c.Pool(t, func(p *pool.Pool) {
		flowtest.Calls(functions...)(p)
		p.AliasAttributes = []string{"email"}
		p.PasswordPolicy.HistorySize = 1
	})
	c.client = c.Client(t, c.pool, nil)
	c.hiding = c.Client(t, c.pool, func(c *pool.Client) { c.HideUnknownUsers = "ENABLED" })
	c.confidential = c.Client(t, c.pool, c.Secret("s3cret"))
	c.irrevocable = c.Client(t, c.pool, func(c *pool.Client) { c.RevocationOff = true })
	c.closedPool = c.Pool(t, func(p *pool.Pool) { p.AdminOnly = true })
	c.closed = c.Client(t, c.closedPool, nil)
	c.none = &pool.Client{ID: "none"}
	return c
}

// of returns a request of a client with some members.
func of(c *pool.Client, members ...string) string {
	all := map[string]any{"ClientId": c.ID}
	for i := 0; i < len(members); i += 2 {
		all[members[i]] = members[i+1]
	}
	text, err := json.Marshal(all)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// waits adds somebody who waits for a code, which goes to an address.
func (c *town) waits(t *testing.T, name, email string) {
	t.Helper()
	body := of(c.client, "Username", name, "Password", signInPassword)
	mustCall(t, c.operations, "SignUp", strings.TrimSuffix(body, "}")+`,"UserAttributes":[{"Name":"email","Value":"`+email+`"}]}`)
}

// signedIn adds a confirmed user and returns tokens.
func (c *town) signedIn(t *testing.T, name string) (*pool.User, token.Set) {
	t.Helper()
	u := c.Person(t, c.pool, name, signInPassword, nil)
	return u, c.SignedIn(t, c.pool, c.client, u)
}

// lostTown returns a town whose database is gone, and tokens that were issued
// there.
func lostTown(t *testing.T) (*town, token.Set) {
	t.Helper()
	down := newTown(t, storetest.Open(t))
	_, lost := down.signedIn(t, "ada")
	if err := down.Store.Close(); err != nil {
		t.Fatal(err)
	}
	return down, lost
}

// turnedAway returns tokens of somebody who must reset the password, and of
// somebody who is gone.
func (c *town) turnedAway(t *testing.T) (forgotten, orphan token.Set) {
	t.Helper()
	reset, forgotten := c.signedIn(t, "reset")
	c.Change(t, c.pool, reset.Username, func(u *pool.User) { u.Status = pool.ResetRequired })
	gone, orphan := c.signedIn(t, "gone")
	c.Tx(t, func(ctx context.Context, tx store.Tx) error { return tx.DeleteUser(ctx, gone.PoolKey, gone.Sub) })
	return forgotten, orphan
}

// Reasons why what people call gets no such error here.
const (
	goneToken = "the token of a pool or a client that is gone cannot be verified, or was revoked with it"
	noWayBack = "who is not confirmed gets no tokens, and nobody becomes unconfirmed again"
)

// personCannot is the reason that goes for all of it.
var personCannot = map[string]string{
	"ForbiddenException": "there is no firewall of AWS in front",
}

func cannotPerson(more ...map[string]string) map[string]string {
	all := maps.Clone(personCannot)
	for _, m := range more {
		maps.Copy(all, m)
	}
	return all
}

var (
	noRoles = map[string]string{
		"InvalidSmsRoleAccessPolicyException":      noRole,
		"InvalidSmsRoleTrustRelationshipException": noRole,
		"InvalidEmailRoleAccessPolicyException":    noRole,
		"CodeDeliveryFailureException":             waits,
	}
)

// failing are calls for those whom a function fails, which is that of a trigger.
func failing(trigger string, body func(name string) string) []refusedCall {
	return []refusedCall{
		{"a function that refuses", "UserLambdaValidationException", trigger + notToday, body("refused"), nil},
		{"a function that is not there", "UnexpectedLambdaException", trigger + notThere, body("uncalled"), nil},
		{"a function that answers something else", "InvalidLambdaResponseException", "Unrecognizable lambda output", body("mumbling"), nil},
	}
}

const (
	violated   = "1 validation error detected: Value "
	nullMember = "failed to satisfy constraint: Member must not be null"
	noClient   = "User pool client none does not exist."
	invalidArg = "InvalidParameterException"
	denied     = "NotAuthorizedException"
)

func TestDeclaredErrorsOfSigningUp(t *testing.T) {
	t.Parallel()
	c := newTown(t, storetest.Open(t), "PreSignUp")
	down, _ := lostTown(t)
	c.Person(t, c.pool, "ada", signInPassword, nil)
	who := func(client *pool.Client, name string) string {
		return of(client, "Username", name, "Password", signInPassword)
	}
	declared{"SignUp", []refusedCall{
		{"a client that is not there", notFound, noClient, who(c.none, "bob"), nil},
		{"a constraint of the model", invalidArg,
			violated + `at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+`,
			who(c.client, "b b"), nil},
		{"no password", invalidArg, violated + "null at 'password' " + nullMember, of(c.client, "Username", "bob"), nil},
		{"an attribute without a value", invalidArg, "Attribute value for middle_name must not be null",
			strings.TrimSuffix(who(c.client, "bob"), "}") + `,"UserAttributes":[{"Name":"middle_name"}]}`, nil},
		{"a client whose secret was not shown", denied, "Client " + c.confidential.ID + " is configured with secret but SECRET_HASH was not received", who(c.confidential, "bob"), nil},
		{"a wrong secret hash", denied, "Unable to verify secret hash for client " + c.confidential.ID,
			of(c.confidential, "Username", "bob", "Password", signInPassword, "SecretHash", flowtest.Hash(c.confidential, "secret", "bob")), nil},
		{"a pool that is not open", denied, "SignUp is not permitted for this user pool", who(c.closed, "bob"), nil},
		{"a weak password", "InvalidPasswordException", "Password did not conform with policy: Password not long enough",
			of(c.client, "Username", "bob", "Password", "short"), nil},
		{"a name that is taken", "UsernameExistsException", "User already exists", who(c.client, "ada"), nil},
		{"a function that refuses", "UserLambdaValidationException", "PreSignUp" + notToday, who(c.client, "refused"), nil},
		{"a function that is not there", "UnexpectedLambdaException", "PreSignUp" + notThere, who(c.client, "uncalled"), nil},
		{"a function that answers something else", "InvalidLambdaResponseException", "Unrecognizable lambda output", who(c.client, "mumbling"), nil},
		{"a database that is gone", internal, "", who(down.client, "bob"), down.operations},
	}, cannotPerson(noRoles, map[string]string{
		"LimitExceededException": "no quota is on the messages of a pool",
	})}.check(t, c.operations)
}

func TestDeclaredErrorsOfConfirming(t *testing.T) {
	t.Parallel()
	c := newTown(t, storetest.Open(t), "PostConfirmation")
	down, _ := lostTown(t)
	c.waits(t, "old", "old@example.com")
	c.Clock.Advance(25 * time.Hour)
	c.Person(t, c.pool, "ada", signInPassword, func(u *pool.User) {
		u.Attributes["email"], u.Attributes["email_verified"] = "ada@example.com", "true"
	})
	for name, email := range map[string]string{
		"new": "new@example.com", "again": "ada@example.com", "refused": "r@example.com", "uncalled": "u@example.com",
		"mumbling": "m@example.com", "tired": "t@example.com",
	} {
		c.waits(t, name, email)
	}
	for range limit.ConfirmSignUp.PerHour {
		_, _ = call(t, t.Context(), c.operations, "ConfirmSignUp", of(c.client, "Username", "tired", "ConfirmationCode", "000000"))
	}
	with := func(client *pool.Client, name, code string) string {
		return of(client, "Username", name, "ConfirmationCode", code)
	}
	right := func(name string) string { return with(c.client, name, peoplesCode) }
	declared{"ConfirmSignUp", []refusedCall{
		{"a client that is not there", notFound, noClient, with(c.none, "new", peoplesCode), nil},
		{"a constraint of the model", invalidArg, violated + "null at 'confirmationCode' " + nullMember, of(c.client, "Username", "new"), nil},
		{"a client whose secret was not shown", denied, "Client " + c.confidential.ID + " is configured with secret but SECRET_HASH was not received",
			with(c.confidential, "new", peoplesCode), nil},
		{"somebody who is confirmed", denied, "User cannot be confirmed. Current status is CONFIRMED", right("ada"), nil},
		{"nobody", "UserNotFoundException", "Username/client id combination not found.", right("nobody"), nil},
		{"nobody, where that is hidden", "ExpiredCodeException", "Invalid code provided, please request a code again.", with(c.hiding, "nobody", peoplesCode), nil},
		{"a code that is old", "ExpiredCodeException", "Invalid code provided, please request a code again.", right("old"), nil},
		{"a wrong code", "CodeMismatchException", "Invalid verification code provided, please try again.", with(c.client, "new", "000000"), nil},
		{"too many codes", "LimitExceededException", "Attempt limit exceeded, please try after some time.", right("tired"), nil},
		{"an address that somebody has", "AliasExistsException", "An account with the given email already exists.", right("again"), nil},
		{"a function that refuses", "UserLambdaValidationException", "PostConfirmation" + notToday, right("refused"), nil},
		{"a function that is not there", "UnexpectedLambdaException", "PostConfirmation" + notThere, right("uncalled"), nil},
		{"a function that answers something else", "InvalidLambdaResponseException", "Unrecognizable lambda output", right("mumbling"), nil},
		{"a database that is gone", internal, "", with(down.client, "new", peoplesCode), down.operations},
	}, cannotPerson(map[string]string{
		"TooManyFailedAttemptsException": "too many codes are a LimitExceededException",
	})}.check(t, c.operations)
}

func TestDeclaredErrorsOfSendingACodeAgain(t *testing.T) {
	t.Parallel()
	c := newTown(t, storetest.Open(t), "CustomMessage")
	down, _ := lostTown(t)
	c.Person(t, c.pool, "ada", signInPassword, nil)
	for _, name := range []string{"refused", "uncalled", "mumbling"} {
		c.Person(t, c.pool, name, signInPassword, func(u *pool.User) { u.Status = pool.Unconfirmed; u.Attributes["email"] = name + "@example.com" })
	}
	c.waits(t, "tired", "t@example.com")
	for range limit.ResendCode.PerHour {
		mustCall(t, c.operations, "ResendConfirmationCode", of(c.client, "Username", "tired"))
	}
	declared{"ResendConfirmationCode", append([]refusedCall{
		{"a client that is not there", notFound, noClient, of(c.none, "Username", "tired"), nil},
		{"a constraint of the model", invalidArg, violated + "null at 'username' " + nullMember, of(c.client), nil},
		{"somebody who is confirmed", invalidArg, "User is already confirmed.", of(c.client, "Username", "ada"), nil},
		{"a client whose secret was not shown", denied, "Client " + c.confidential.ID + " is configured with secret but SECRET_HASH was not received",
			of(c.confidential, "Username", "tired"), nil},
		{"nobody", "UserNotFoundException", "Username/client id combination not found.", of(c.client, "Username", "nobody"), nil},
		{"too many codes", "LimitExceededException", "Attempt limit exceeded, please try after some time.", of(c.client, "Username", "tired"), nil},
		{"a database that is gone", internal, "", of(down.client, "Username", "tired"), down.operations},
	}, failing("CustomMessage", func(name string) string { return of(c.client, "Username", name) })...), cannotPerson(noRoles)}.check(t, c.operations)
}

func TestDeclaredErrorsOfTokens(t *testing.T) {
	t.Parallel()
	c := newTown(t, storetest.Open(t), "PreTokenGeneration")
	down, lost := lostTown(t)
	_, ada := c.signedIn(t, "ada")
	off, disabled := c.signedIn(t, "off")
	c.Change(t, c.pool, off.Username, func(u *pool.User) { u.Enabled = false })
	refresh := func(client *pool.Client, text string) string { return of(client, "RefreshToken", text) }
	rotating := c.Client(t, c.pool, func(c *pool.Client) { c.RefreshRotation = true })
	used := c.SignedIn(t, c.pool, rotating, c.Person(t, c.pool, "used", signInPassword, nil))
	mustCall(t, c.operations, "GetTokensFromRefreshToken", refresh(rotating, used.Refresh))
	revoke := func(client *pool.Client, text string) string { return of(client, "Token", text) }
	for _, d := range []declared{
		{"GetTokensFromRefreshToken", append([]refusedCall{
			{"a client that is not there", notFound, noClient, refresh(c.none, ada.Refresh), nil},
			{"a constraint of the model", invalidArg, violated + "null at 'refreshToken' " + nullMember, of(c.client), nil},
			{"what is no token", denied, "Invalid Refresh Token", refresh(c.client, "x"), nil},
			{"another client", denied, "Invalid Refresh Token", refresh(c.hiding, ada.Refresh), nil},
			{"a client whose secret was not shown", denied, "Unable to verify secret hash for client " + c.confidential.ID, refresh(c.confidential, ada.Refresh), nil},
			{"somebody who is disabled", denied, "User is disabled.", refresh(c.client, disabled.Refresh), nil},
			{"a token that was replaced", "RefreshTokenReuseException", "Refresh Token has already been used", refresh(rotating, used.Refresh), nil},
			{"a database that is gone", internal, "", refresh(down.client, lost.Refresh), down.operations},
		}, failing("PreTokenGeneration", func(name string) string {
			_, set := c.signedIn(t, name)
			return refresh(c.client, set.Refresh)
		})...), cannotPerson(map[string]string{
			"UserNotFoundException": "with a user go the refresh tokens, which are then invalid",
		})},
		{"RevokeToken", []refusedCall{
			{"a client that is not there", "UnauthorizedException", noClient, revoke(c.none, ada.Refresh), nil},
			{"a constraint of the model", invalidArg, violated + "null at 'token' " + nullMember, of(c.client), nil},
			{"a client whose secret was not shown", "UnauthorizedException", "Unable to verify secret for client " + c.confidential.ID, revoke(c.confidential, ada.Refresh), nil},
			{"a client that revokes nothing", "UnsupportedOperationException", "Revoke token is not enabled for client " + c.irrevocable.ID, revoke(c.irrevocable, ada.Refresh), nil},
			{"an access token", "UnsupportedTokenTypeException", "Unsupported token type", revoke(c.client, ada.Access), nil},
			{"a database that is gone", internal, "", revoke(down.client, lost.Refresh), down.operations},
		}, cannotPerson()},
	} {
		t.Run(d.operation, func(t *testing.T) { d.check(t, c.operations) })
	}
}

func TestDeclaredErrorsOfAccounts(t *testing.T) {
	t.Parallel()
	c := newTown(t, storetest.Open(t))
	down, lost := lostTown(t)
	_, ada := c.signedIn(t, "ada")
	forgotten, orphan := c.turnedAway(t)
	with := func(text string) string { return `{"AccessToken":"` + text + `"}` }
	for _, operation := range []string{"GetUser", "GlobalSignOut"} {
		d := declared{operation, []refusedCall{
			{"a constraint of the model", invalidArg, violated + "null at 'accessToken' " + nullMember, "{}", nil},
			{"what is no token", denied, "Invalid Access Token", with("x"), nil},
			{"an ID token", denied, "Invalid Access Token", with(ada.ID), nil},
			{"somebody who must reset the password", "PasswordResetRequiredException", "Password reset required for the user", with(forgotten.Access), nil},
			{"a database that is gone", internal, "", with(lost.Access), down.operations},
		}, cannotPerson(map[string]string{
			notFound:                    goneToken,
			"UserNotConfirmedException": noWayBack,
		})}
		if operation == "GetUser" { // the other one does not declare it
			d.reached = append(d.reached, refusedCall{"somebody who is gone", "UserNotFoundException", "User does not exist.", with(orphan.Access), nil})
		}
		t.Run(operation, func(t *testing.T) { d.check(t, c.operations) })
	}
}
