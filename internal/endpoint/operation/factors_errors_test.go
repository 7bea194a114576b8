package operation

import (
	"context"
	"encoding/base32"
	"encoding/json"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/core/totp"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

// guard makes the pool of c one that knows software tokens.
func (c *town) guard(t *testing.T, mfa string) {
	t.Helper()
	c.pool.MFA, c.pool.Second.SoftwareToken = mfa, true
	c.Tx(t, func(ctx context.Context, tx store.Tx) error { return tx.UpdatePool(ctx, c.pool) })
	c.Tx(t, func(ctx context.Context, tx store.Tx) (err error) {
		c.pool, err = tx.PoolByKey(ctx, c.pool.Key)
		return err
	})
}

// tokenOf returns the password that a SecretCode makes now.
func (c *town) tokenOf(t *testing.T, secret string) string {
	t.Helper()
	seed, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		t.Fatal(err)
	}
	return totp.At(seed, c.Clock.Now())
}

func TestDeclaredErrorsOfFactors(t *testing.T) {
	t.Parallel()
	c := newTown(t, storetest.Open(t))
	down, lost := lostTown(t)
	c.guard(t, "OPTIONAL")
	_, ada := c.signedIn(t, "ada")
	_, begun := c.signedIn(t, "begun")
	forgotten, orphan := c.turnedAway(t)
	bare := newTown(t, storetest.Open(t))
	_, without := bare.signedIn(t, "ada")
	mustCall(t, c.operations, "AssociateSoftwareToken", by(begun.Access, nil))
	const (
		noTokens = "Software Token MFA has not been enabled by the userPool"
		noToken  = "Software Token MFA does not exist for the user."
		neither  = "Either AccessToken or Session is required."
		mustWord = "Password reset required for the user"
	)
	with := func(access, code, name string) string {
		return by(access, map[string]any{"UserCode": code, "FriendlyDeviceName": name})
	}
	never := map[string]string{
		notFound:                    goneToken,
		"UserNotConfirmedException": noWayBack,
	}
	for _, d := range []declared{
		{"AssociateSoftwareToken", []refusedCall{
			{"neither a token nor a session", invalidArg, neither, `{}`, nil},
			{"what is no token", denied, "Invalid Access Token", by("x", nil), nil},
			{"what is no session", denied, "Invalid session for the user.", `{"Session": "` + strings.Repeat("x", 20) + `"}`, nil},
			{"a pool without software tokens", "SoftwareTokenMFANotFoundException", noTokens, by(without.Access, nil), bare.operations},
			{"a database that is gone", internal, "", by(lost.Access, nil), down.operations},
		}, cannotPerson(map[string]string{
			"ResourceNotFoundException":       never[notFound],
			"ConcurrentModificationException": "of two seeds that are asked for at once the later one waits",
		})},
		{"VerifySoftwareToken", []refusedCall{
			{"neither a token nor a session", invalidArg, neither, `{"UserCode": "123456"}`, nil},
			{"a constraint of the model", invalidArg, violated + "at 'userCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [0-9]+",
				with(ada.Access, "12345x", ""), nil},
			{"a name that is too long", invalidArg, "The friendly device name is too long.", with(begun.Access, "123456", strings.Repeat("x", 101)), nil},
			{"what is no token", denied, "Invalid Access Token", with("x", "123456", ""), nil},
			{"nothing associated", "SoftwareTokenMFANotFoundException", noToken, with(ada.Access, "123456", ""), nil},
			{"a wrong code", "EnableSoftwareTokenMFAException", "Code mismatch", with(begun.Access, "000000", ""), nil},
			{"somebody who must reset the password", "PasswordResetRequiredException", mustWord, with(forgotten.Access, "123456", ""), nil},
			{"somebody who is gone", "UserNotFoundException", "User does not exist.", with(orphan.Access, "123456", ""), nil},
			{"a database that is gone", internal, "", with(lost.Access, "123456", ""), down.operations},
		}, cannotPerson(never, map[string]string{
			"CodeMismatchException":                 "a wrong code is an EnableSoftwareTokenMFAException",
			"InvalidUserPoolConfigurationException": "settings that contradict each other are refused when they are made",
		})},
		{"SetUserMFAPreference", []refusedCall{
			{"a token that was not verified", invalidArg, "User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA",
				by(begun.Access, map[string]any{"SoftwareTokenMfaSettings": map[string]any{"Enabled": true}}), nil},
			{"two that are preferred", invalidArg, "Only one MFA can be set as preferred.", by(c.holder(t), map[string]any{
				"SoftwareTokenMfaSettings": map[string]any{"Enabled": true, "PreferredMfa": true},
				"EmailMfaSettings":         map[string]any{"Enabled": true, "PreferredMfa": true},
			}), nil},
			{"a passkey as both factors where it is one", invalidArg, "User does not have delivery config set to turn on WEB_AUTHN",
				by(ada.Access, map[string]any{"WebAuthnMfaSettings": map[string]any{"Enabled": true}}), nil},
			{"what is no token", denied, "Invalid Access Token", by("x", nil), nil},
			{"somebody who must reset the password", "PasswordResetRequiredException", mustWord, by(forgotten.Access, nil), nil},
			{"somebody who is gone", "UserNotFoundException", "User does not exist.", by(orphan.Access, nil), nil},
			{"a database that is gone", internal, "", by(lost.Access, nil), down.operations},
		}, cannotPerson(never)},
		{"GetUserAuthFactors", []refusedCall{
			{"a constraint of the model", invalidArg, violated + "null at 'accessToken' " + nullMember, `{}`, nil},
			{"what is no token", denied, "Invalid Access Token", by("x", nil), nil},
			{"somebody who must reset the password", "PasswordResetRequiredException", mustWord, by(forgotten.Access, nil), nil},
			{"somebody who is gone", "UserNotFoundException", "User does not exist.", by(orphan.Access, nil), nil},
			{"a database that is gone", internal, "", by(lost.Access, nil), down.operations},
		}, cannotPerson(never)},
	} {
		t.Run(d.operation, func(t *testing.T) { d.check(t, c.operations) })
	}
}

// holder adds somebody with an address and a software token, and returns an
// access token.
func (c *town) holder(t *testing.T) string {
	t.Helper()
	u := c.Person(t, c.pool, "holder", signInPassword, func(u *pool.User) {
		u.Attributes["email"], u.Attributes["email_verified"] = "holder@example.com", "true"
	})
	usedToken(t, c.Env, u)
	return c.SignedIn(t, c.pool, c.client, u).Access
}

// From the first seed to a sign-in by it, as clients ask for it.
func TestASoftwareTokenOnTheWire(t *testing.T) {
	t.Parallel()
	c := newTown(t, storetest.Open(t))
	c.guard(t, "OPTIONAL")
	_, ada := c.signedIn(t, "ada")
	out := mustCall(t, c.operations, "AssociateSoftwareToken", by(ada.Access, nil))
	code := c.tokenOf(t, member(t, out, "SecretCode"))
	want := func(operation, body, want string) {
		t.Helper()
		if got := mustCall(t, c.operations, operation, body); got != want {
			t.Errorf("%s: got %s, want %s", operation, got, want)
		}
	}
	want("VerifySoftwareToken", by(ada.Access, map[string]any{"UserCode": code, "FriendlyDeviceName": "phone"}), `{"Status":"SUCCESS"}`)
	want("GetUserAuthFactors", by(ada.Access, nil), `{"Username":"ada","ConfiguredUserAuthFactors":["PASSWORD"]}`)
	want("SetUserMFAPreference", by(ada.Access, map[string]any{"SoftwareTokenMfaSettings": map[string]any{"Enabled": true, "PreferredMfa": true}}), `{}`)
	want("GetUserAuthFactors", by(ada.Access, nil),
		`{"Username":"ada","PreferredMfaSetting":"SOFTWARE_TOKEN_MFA","UserMFASettingList":["SOFTWARE_TOKEN_MFA"],"ConfiguredUserAuthFactors":["PASSWORD"]}`)
	if out := mustCall(t, c.operations, "GetUser", by(ada.Access, nil)); !strings.Contains(out,
		`"PreferredMfaSetting":"SOFTWARE_TOKEN_MFA","UserMFASettingList":["SOFTWARE_TOKEN_MFA"]`) {
		t.Errorf("GetUser: %s", out)
	}

	// And by the session of a sign-in.
	c.guard(t, "ON")
	c.Person(t, c.pool, "bob", signInPassword, nil)
	begin := of(c.client, "AuthFlow", "USER_PASSWORD_AUTH")
	begin = strings.TrimSuffix(begin, "}") + `,"AuthParameters":{"USERNAME":"bob","PASSWORD":"` + signInPassword + `"}}`
	out = mustCall(t, c.operations, "InitiateAuth", begin)
	if member(t, out, "ChallengeName") != "MFA_SETUP" || member(t, out, "ChallengeParameters", "MFAS_CAN_SETUP") != `["SOFTWARE_TOKEN_MFA"]` {
		t.Fatalf("InitiateAuth: %s", out)
	}
	out = mustCall(t, c.operations, "AssociateSoftwareToken", session(t, out, nil))
	out = mustCall(t, c.operations, "VerifySoftwareToken", session(t, out, map[string]any{"UserCode": c.tokenOf(t, member(t, out, "SecretCode"))}))
	if member(t, out, "Status") != "SUCCESS" {
		t.Errorf("VerifySoftwareToken: %s", out)
	}
	out = mustCall(t, c.operations, "RespondToAuthChallenge", session(t, out, map[string]any{
		"ClientId": c.client.ID, "ChallengeName": "MFA_SETUP", "ChallengeResponses": map[string]string{"USERNAME": "bob"},
	}))
	if member(t, out, "AuthenticationResult", "AccessToken") == "" {
		t.Errorf("RespondToAuthChallenge: %s", out)
	}
}

// session returns a request with the session of an answer.
func session(t *testing.T, out string, members map[string]any) string {
	t.Helper()
	all := map[string]any{"Session": member(t, out, "Session")}
	for name, value := range members {
		all[name] = value
	}
	text, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
