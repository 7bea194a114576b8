package operation

import (
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

const (
	anotherPassword = "battery staple"
	tooOften        = "Attempt limit exceeded, please try after some time."
	tooWeak         = "Password did not conform with policy: Password not long enough"
	usedBefore      = "Password has previously been used"
)

// reachable adds somebody with a proved address.
func (c *town) reachable(t *testing.T, name string) *pool.User {
	t.Helper()
	return c.Person(t, c.pool, name, signInPassword, func(u *pool.User) { u.Prove("email", name+"@example.com") })
}

func TestDeclaredErrorsOfForgettingAPassword(t *testing.T) {
	t.Parallel()
	c := newTown(t, storetest.Open(t), "CustomMessage")
	down, _ := lostTown(t)
	c.reachable(t, "ada")
	c.reachable(t, "tired")
	for _, name := range []string{"refused", "uncalled", "mumbling"} {
		c.reachable(t, name)
	}
	c.Person(t, c.pool, "unproved", signInPassword, nil)
	c.Person(t, c.pool, "new", signInPassword, func(u *pool.User) { u.Status = pool.ForceChangePassword })
	c.Person(t, c.pool, "off", signInPassword, func(u *pool.User) { u.Enabled = false })
	strict := c.Pool(t, func(p *pool.Pool) { p.Recovery = []pool.RecoveryOption{{Name: "admin_only", Priority: 1}} })
	c.Person(t, strict, "ada", signInPassword, nil)
	for range limit.ForgotPassword.PerHour {
		mustCall(t, c.operations, "ForgotPassword", of(c.client, "Username", "tired"))
	}
	declared{"ForgotPassword", append([]refusedCall{
		{"a client that is not there", notFound, noClient, of(c.none, "Username", "ada"), nil},
		{"a constraint of the model", invalidArg, violated + "null at 'username' " + nullMember, of(c.client), nil},
		{"a client whose secret was not shown", denied, "Client " + c.confidential.ID + " is configured with secret but SECRET_HASH was not received",
			of(c.confidential, "Username", "ada"), nil},
		{"nobody", "UserNotFoundException", "Username/client id combination not found.", of(c.client, "Username", "nobody"), nil},
		{"somebody disabled", denied, "User is disabled.", of(c.client, "Username", "off"), nil},
		{"somebody who never chose a password", denied, "User password cannot be reset in the current state.", of(c.client, "Username", "new"), nil},
		{"somebody without a proved address", invalidArg,
			"Cannot reset password for the user as there is no registered/verified email or phone_number", of(c.client, "Username", "unproved"), nil},
		{"a pool where administrators reset", denied, "Contact administrator to reset password.",
			of(c.Client(t, strict, nil), "Username", "ada"), nil},
		{"too many codes", "LimitExceededException", tooOften, of(c.client, "Username", "tired"), nil},
		{"a database that is gone", internal, "", of(down.client, "Username", "ada"), down.operations},
	}, failing("CustomMessage", func(name string) string { return of(c.client, "Username", name) })...), cannotPerson(noRoles)}.check(t, c.operations)
}

func TestDeclaredErrorsOfResettingAPassword(t *testing.T) {
	t.Parallel()
	c := newTown(t, storetest.Open(t), "PostConfirmation")
	down, _ := lostTown(t)
	for _, name := range []string{"old", "ada", "tired", "refused", "uncalled", "mumbling", "off"} {
		c.reachable(t, name)
		if name != "old" {
			continue
		}
		mustCall(t, c.operations, "ForgotPassword", of(c.client, "Username", name))
		c.Clock.Advance(time.Hour)
	}
	for _, name := range []string{"ada", "tired", "refused", "uncalled", "mumbling", "off"} {
		mustCall(t, c.operations, "ForgotPassword", of(c.client, "Username", name))
	}
	c.Change(t, c.pool, "off", func(u *pool.User) { u.Enabled = false })
	with := func(client *pool.Client, name, code, password string) string {
		return of(client, "Username", name, "ConfirmationCode", code, "Password", password)
	}
	right := func(name string) string { return with(c.client, name, peoplesCode, anotherPassword) }
	for range limit.ConfirmForgotPassword.PerHour {
		_, _ = call(t, t.Context(), c.operations, "ConfirmForgotPassword", with(c.client, "tired", "000000", anotherPassword))
	}
	declared{"ConfirmForgotPassword", []refusedCall{
		{"a client that is not there", notFound, noClient, with(c.none, "ada", peoplesCode, anotherPassword), nil},
		{"a constraint of the model", invalidArg, violated + "null at 'password' " + nullMember, of(c.client, "Username", "ada", "ConfirmationCode", peoplesCode), nil},
		{"a client whose secret was not shown", denied, "Client " + c.confidential.ID + " is configured with secret but SECRET_HASH was not received",
			with(c.confidential, "ada", peoplesCode, anotherPassword), nil},
		{"nobody", "UserNotFoundException", "Username/client id combination not found.", right("nobody"), nil},
		{"nobody, where that is hidden", "ExpiredCodeException", "Invalid code provided, please request a code again.",
			with(c.hiding, "nobody", peoplesCode, anotherPassword), nil},
		{"somebody disabled", denied, "User is disabled.", right("off"), nil},
		{"somebody disabled, where that is hidden", "CodeMismatchException", "Invalid verification code provided, please try again.",
			with(c.hiding, "off", peoplesCode, anotherPassword), nil},
		{"a weak password", "InvalidPasswordException", tooWeak, with(c.client, "ada", peoplesCode, "short"), nil},
		{"a code that is old", "ExpiredCodeException", "Invalid code provided, please request a code again.", right("old"), nil},
		{"a wrong code", "CodeMismatchException", "Invalid verification code provided, please try again.", with(c.client, "ada", "000000", anotherPassword), nil},
		{"too many codes", "LimitExceededException", tooOften, right("tired"), nil},
		{"the password of before", "PasswordHistoryPolicyViolationException", usedBefore, with(c.client, "ada", peoplesCode, signInPassword), nil},
		{"a function that refuses", "UserLambdaValidationException", "PostConfirmation" + notToday, right("refused"), nil},
		{"a function that is not there", "UnexpectedLambdaException", "PostConfirmation" + notThere, right("uncalled"), nil},
		{"a function that answers something else", "InvalidLambdaResponseException", "Unrecognizable lambda output", right("mumbling"), nil},
		{"a database that is gone", internal, "", with(down.client, "ada", peoplesCode, anotherPassword), down.operations},
	}, cannotPerson(map[string]string{
		"TooManyFailedAttemptsException": "too many codes are a LimitExceededException",
		"UserNotConfirmedException":      "who is not confirmed and has a code becomes confirmed by it",
	})}.check(t, c.operations)
	mustCall(t, c.operations, "ConfirmForgotPassword", right("ada"))
}

func TestDeclaredErrorsOfChangingAPassword(t *testing.T) {
	t.Parallel()
	c := newTown(t, storetest.Open(t))
	down, lost := lostTown(t)
	_, ada := c.signedIn(t, "ada")
	_, tired := c.signedIn(t, "tired")
	forgotten, orphan := c.turnedAway(t)
	with := func(access, previous, proposed string) string {
		return by(access, map[string]any{"PreviousPassword": previous, "ProposedPassword": proposed})
	}
	for range limit.ChangePassword.PerHour {
		_, _ = call(t, t.Context(), c.operations, "ChangePassword", with(tired.Access, "wrong horse", anotherPassword))
	}
	options := func(access, medium, attribute string) string {
		return by(access, map[string]any{"MFAOptions": []map[string]string{{"DeliveryMedium": medium, "AttributeName": attribute}}})
	}
	never := map[string]string{
		notFound:                    goneToken,
		"UserNotConfirmedException": noWayBack,
	}
	for _, d := range []declared{
		{"ChangePassword", []refusedCall{
			{"a constraint of the model", invalidArg, violated + "null at 'proposedPassword' " + nullMember, by(ada.Access, nil), nil},
			{"what is no token", denied, "Invalid Access Token", with("x", signInPassword, anotherPassword), nil},
			{"a wrong password", denied, "Incorrect username or password.", with(ada.Access, "wrong horse", anotherPassword), nil},
			{"a weak password", "InvalidPasswordException", tooWeak, with(ada.Access, signInPassword, "short"), nil},
			{"the password of before", "PasswordHistoryPolicyViolationException", usedBefore, with(ada.Access, signInPassword, signInPassword), nil},
			{"too many tries", "LimitExceededException", tooOften, with(tired.Access, signInPassword, anotherPassword), nil},
			{"somebody who must reset the password", "PasswordResetRequiredException", "Password reset required for the user",
				with(forgotten.Access, signInPassword, anotherPassword), nil},
			{"somebody who is gone", "UserNotFoundException", "User does not exist.", with(orphan.Access, signInPassword, anotherPassword), nil},
			{"a database that is gone", internal, "", with(lost.Access, signInPassword, anotherPassword), down.operations},
		}, cannotPerson(never)},
		{"SetUserSettings", []refusedCall{
			{"a constraint of the model", invalidArg, violated + "null at 'mFAOptions' " + nullMember, by(ada.Access, nil), nil},
			{"text messages to nowhere", invalidArg, "User does not have delivery config set to turn on SMS_MFA", options(ada.Access, "SMS", "phone_number"), nil},
			{"codes by mail", invalidArg, "Only SMS to the phone_number is a valid MFA option.", options(ada.Access, "EMAIL", "email"), nil},
			{"what is no token", denied, "Invalid Access Token", options("x", "SMS", "phone_number"), nil},
			{"somebody who must reset the password", "PasswordResetRequiredException", "Password reset required for the user",
				options(forgotten.Access, "SMS", "phone_number"), nil},
			{"somebody who is gone", "UserNotFoundException", "User does not exist.", options(orphan.Access, "SMS", "phone_number"), nil},
			{"a database that is gone", internal, "", options(lost.Access, "SMS", "phone_number"), down.operations},
		}, cannotPerson(never)},
	} {
		t.Run(d.operation, func(t *testing.T) { d.check(t, c.operations) })
	}
}
