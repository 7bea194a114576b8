package operation

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

// by returns a request with an access token and some members.
func by(access string, members map[string]any) string {
	all := map[string]any{"AccessToken": access}
	maps.Copy(all, members)
	text, err := json.Marshal(all)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// mailed returns the access token of a new person with an address.
func (c *town) mailed(t *testing.T, name, email string) string {
	t.Helper()
	u := c.Person(t, c.pool, name, signInPassword, func(u *pool.User) { u.Attributes["email"] = email })
	return c.SignedIn(t, c.pool, c.client, u).Access
}

func TestDeclaredErrorsOfOnesOwnAttributes(t *testing.T) {
	t.Parallel()
	c := newTown(t, storetest.Open(t), "CustomMessage")
	down, lost := lostTown(t)
	type members = map[string]any
	attribute := func(name, value string) members {
		return members{"UserAttributes": []map[string]string{{"Name": name, "Value": value}}}
	}
	email := func(code string) members { return members{"AttributeName": "email", "Code": code} }

	old := c.mailed(t, "old", "old@example.com")
	mustCall(t, c.operations, "GetUserAttributeVerificationCode", by(old, members{"AttributeName": "email"}))
	c.Clock.Advance(25 * time.Hour)
	old = c.SignedIn(t, c.pool, c.client, c.User(t, c.pool, "old")).Access

	c.Person(t, c.pool, "eve", signInPassword, func(u *pool.User) {
		u.Prove("email", "eve@example.com")
		u.Attributes["preferred_username"] = "eve"
	})
	ada, again := c.mailed(t, "ada", "ada@example.com"), c.mailed(t, "again", "Eve@example.com")
	mustCall(t, c.operations, "GetUserAttributeVerificationCode", by(ada, members{"AttributeName": "email"}))
	mustCall(t, c.operations, "GetUserAttributeVerificationCode", by(again, members{"AttributeName": "email"}))
	busy := c.mailed(t, "busy", "busy@example.com")
	for range limit.AddressCode.PerHour {
		mustCall(t, c.operations, "GetUserAttributeVerificationCode", by(busy, members{"AttributeName": "email"}))
	}
	for range limit.VerifyAddress.PerHour {
		_, _ = call(t, t.Context(), c.operations, "VerifyUserAttribute", by(busy, email("000000")))
	}
	for i := range limit.ChangeAddress.PerHour {
		mustCall(t, c.operations, "UpdateUserAttributes", by(busy, attribute("email", []string{"a@example.com", "b@example.com"}[i%2])))
	}
	names := c.Pool(t, func(p *pool.Pool) { p.UsernameAttributes = []string{"email"} })
	c.Person(t, names, "taken@example.com", "", nil)
	named := c.SignedIn(t, names, c.Client(t, names, nil), c.Person(t, names, "bob@example.com", "", nil)).Access

	forgotten, orphan := c.turnedAway(t)

	// Every operation by an access token has these.
	usual := func(more members) []refusedCall {
		text := by("", more)
		return []refusedCall{
			{"no token", invalidArg, violated + "null at 'accessToken' " + nullMember, strings.Replace(text, `"AccessToken":""`, `"AccessToken":null`, 1), nil},
			{"what is no token", denied, "Invalid Access Token", by("x", more), nil},
			{"somebody who must reset the password", "PasswordResetRequiredException", "Password reset required for the user", by(forgotten.Access, more), nil},
			{"somebody who is gone", "UserNotFoundException", "User does not exist.", by(orphan.Access, more), nil},
			{"a database that is gone", internal, "", by(lost.Access, more), down.operations},
		}
	}
	// Every operation that sends a code has these.
	unfortunate := map[string]string{}
	for _, name := range []string{"refused", "uncalled", "mumbling"} {
		unfortunate[name] = c.mailed(t, name, name+"@example.com")
	}
	unlucky := func(more members) []refusedCall {
		return failing("CustomMessage", func(name string) string { return by(unfortunate[name], more) })
	}
	neverHere := map[string]string{
		notFound:                    goneToken,
		"UserNotConfirmedException": noWayBack,
	}
	const (
		wrong   = "Invalid verification code provided, please try again."
		late    = "Invalid code provided, please request a code again."
		tooMany = "Attempt limit exceeded, please try after some time."
		taken   = "An account with the given email already exists."
		only    = "Invalid attribute name. Only phone_number and email can be verified."
	)
	for _, d := range []declared{
		{"UpdateUserAttributes", append(slices.Concat(usual(attribute("name", "Ada")), unlucky(attribute("email", "moved@example.com"))),
			refusedCall{"an unknown attribute", invalidArg, "user.custom:a: Attribute does not exist in the schema.\n", by(ada, attribute("custom:a", "x")), nil},
			refusedCall{"an attribute without a value", invalidArg, "Attribute value for name must not be null",
				by(ada, members{"UserAttributes": []members{{"Name": "name"}}}), nil},
			refusedCall{"a proof", denied, "A client attempted to write unauthorized attribute", by(ada, attribute("email_verified", "true")), nil},
			refusedCall{"an address that people sign in by", "AliasExistsException", taken, by(named, attribute("email", "Taken@example.com")), nil},
			refusedCall{"too many codes", "TooManyRequestsException", "Too many requests", by(busy, attribute("email", "c@example.com")), nil},
		), cannotPerson(neverHere, noRoles, map[string]string{
			"CodeMismatchException": "no code is taken",
			"ExpiredCodeException":  "no code is taken",
		})},
		{"DeleteUserAttributes", append(usual(members{"UserAttributeNames": []string{"name"}}),
			refusedCall{"the sub", invalidArg, "user.sub: Attribute cannot be updated.\n", by(ada, members{"UserAttributeNames": []string{"sub"}}), nil},
			refusedCall{"a proof", denied, "A client attempted to write unauthorized attribute",
				by(ada, members{"UserAttributeNames": []string{"email", "email_verified"}}), nil},
		), cannotPerson(neverHere)},
		{"GetUserAttributeVerificationCode", append(slices.Concat(usual(members{"AttributeName": "email"}), unlucky(members{"AttributeName": "email"})),
			refusedCall{"what is no address", invalidArg, only, by(ada, members{"AttributeName": "name"}), nil},
			refusedCall{"a number that is not there", invalidArg, "User does not have a valid registered phone number", by(ada, members{"AttributeName": "phone_number"}), nil},
			refusedCall{"too many codes", "LimitExceededException", tooMany, by(busy, members{"AttributeName": "email"}), nil},
		), cannotPerson(neverHere, noRoles)},
		{"VerifyUserAttribute", append(usual(email(peoplesCode)),
			refusedCall{"what is no address", invalidArg, only, by(ada, members{"AttributeName": "name", "Code": peoplesCode}), nil},
			refusedCall{"a wrong code", "CodeMismatchException", wrong, by(ada, email("000000")), nil},
			refusedCall{"a code that is old", "ExpiredCodeException", late, by(old, email(peoplesCode)), nil},
			refusedCall{"no code at all", "ExpiredCodeException", late, by(ada, members{"AttributeName": "phone_number", "Code": peoplesCode}), nil},
			refusedCall{"too many codes", "LimitExceededException", tooMany, by(busy, email(peoplesCode)), nil},
			refusedCall{"an alias of somebody else", "AliasExistsException", taken, by(again, email(peoplesCode)), nil},
		), cannotPerson(neverHere)},
		{"DeleteUser", usual(nil), cannotPerson(neverHere)},
	} {
		t.Run(d.operation, func(t *testing.T) { d.check(t, c.operations) })
	}
}

// Where no code is sent there is an empty list, not none.
func TestUpdateUserAttributesOnTheWire(t *testing.T) {
	t.Parallel()
	c := newTown(t, storetest.Open(t))
	access := c.mailed(t, "ada", "ada@example.com")
	for body, want := range map[string]string{
		by(access, map[string]any{"UserAttributes": []map[string]string{{"Name": "name", "Value": "Ada"}}}): `{"CodeDeliveryDetailsList":[]}`,
		by(access, map[string]any{"UserAttributes": []map[string]string{{"Name": "email", "Value": "new@example.com"}}}): `{"CodeDeliveryDetailsList":` +
			`[{"Destination":"n***@e***","DeliveryMedium":"EMAIL","AttributeName":"email"}]}`,
	} {
		if got := mustCall(t, c.operations, "UpdateUserAttributes", body); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
