package parity

import "slices"

const withCode = "CONFIRM_RESET_PASSWORD_WITH_CODE"

func reset(username, want string) Step {
	return call("resetPassword", M{"username": username}, want)
}

func confirmReset(username, code, secret, want string) Step {
	return call("confirmResetPassword", M{"username": username, "confirmationCode": code, "newPassword": secret}, want)
}

func updatePassword(before, after, want string) Step {
	return call("updatePassword", M{"oldPassword": before, "newPassword": after}, want)
}

// times is a step again and again.
func times(n int, s Step) []Step { return slices.Repeat([]Step{s}, n) }

// resetScenarios are forgotten passwords.
func resetScenarios() []Scenario {
	proved := []string{"email", "{email}", "email_verified", "true"}
	return []Scenario{
		{Name: "a forgotten password is replaced by the code", Pool: "names", Steps: steps(ada(),
			reset("{user}", withCode),
			enter("{user}", password, "DONE"), signOut(),
			codeTo("{email}", 1),
			confirmReset("{user}", "{wrong}", other, "CodeMismatchException"),
			confirmReset("{user}", "{code}", weak, "InvalidPasswordException"),
			confirmReset("{user}", "{code}", other, "ok"),
			confirmReset("{user}", "{code}", password, "ExpiredCodeException"),
			enter("{user}", password, "NotAuthorizedException"),
			signIn("{user}", other, "DONE"),
		)},
		{Name: "a forgotten password of whom an address names", Pool: "emails", Steps: steps(known("{email}", proved...),
			reset("{EMAIL}", withCode), codeTo("{email}", 1),
			confirmReset("{email}", "{code}", other, "ok"),
			enter("{email}", other, "DONE"), attributes("ok"),
		)},
		{Name: "a forgotten password of whom a phone number names", Pool: "phones", Steps: steps(
			known("{phone}", "phone_number", "{phone}", "phone_number_verified", "true"),
			reset("{phone}", withCode), codeTo("{phone}", 1),
			confirmReset("{phone}", "{code}", other, "ok"),
			enter("{phone}", other, "DONE"),
		)},
		{Name: "a forgotten password by an alias", Pool: "aliases", Steps: steps(known("{user}", proved...),
			reset("{email}", withCode), codeTo("{email}", 1),
			confirmReset("{USER}", "{code}", other, "ok"),
			enter("{user}", other, "DONE"),
		)},
		{Name: "nobody resets a password without a name, a password and a code", Pool: "names", Steps: steps(
			reset("", "EmptyResetPasswordUsername"),
			confirmReset("", "", "", "EmptyConfirmResetPasswordUsername"),
			confirmReset("{user}", "", "", "EmptyConfirmResetPasswordNewPassword"),
			confirmReset("{user}", "", other, "EmptyConfirmResetPasswordConfirmationCode"),
		)},
		{Name: "who resets the password of somebody unknown hears nothing of it", Pool: "names", Steps: steps(
			reset("{user}", withCode),
			confirmReset("{user}", "123456", other, "CodeMismatchException"),
		)},
		{Name: "who resets the password of somebody unknown hears so", Pool: "telling", Steps: steps(
			reset("{user}", "UserNotFoundException"),
			confirmReset("{user}", "123456", other, "UserNotFoundException"),
		)},
		{Name: "what is no code resets nothing", Pool: "names", Steps: steps(ada(),
			confirmReset("{user}", "123456", other, "ExpiredCodeException"),
			reset("{user}", withCode), codeTo("{email}", 1),
			confirmReset("{user}", "not a code", other, "InvalidParameterException"),
			confirmReset("{user}", "1", other, "CodeMismatchException"),
			enter("{user}", password, "DONE"),
		)},
		{Name: "a code for a password is too old after an hour", Pool: "names", Steps: steps(ada(),
			reset("{user}", withCode), codeTo("{email}", 1),
			serverAhead("61m"),
			confirmReset("{user}", "{code}", other, "ExpiredCodeException"),
			reset("{user}", withCode), codeTo("{email}", 2),
			confirmReset("{user}", "{code}", other, "ok"),
		)},
		{Name: "codes for a password are sent five times an hour", Pool: "names", Steps: steps(ada(),
			times(5, reset("{user}", withCode)), reset("{user}", "LimitExceededException"),
		)},
		{Name: "a code for a password is not guessed", Pool: "names", Steps: steps(ada(),
			reset("{user}", withCode), codeTo("{email}", 1),
			times(10, confirmReset("{user}", "{wrong}", other, "CodeMismatchException")),
			confirmReset("{user}", "{code}", other, "LimitExceededException"),
		)},
		{Name: "an administrator ends a code for a password", Pool: "names", Steps: steps(ada(),
			reset("{user}", withCode), codeTo("{email}", 1),
			byAdmin("AdminSetUserPassword", M{"Username": "{user}", "Password": other, "Permanent": true}),
			confirmReset("{user}", "{code}", password, "ExpiredCodeException"),
			enter("{user}", other, "DONE"),
		)},
		{Name: "a reset does not end a session", Pool: "names", Steps: steps(ada(),
			enter("{user}", password, "DONE"),
			reset("{user}", withCode), codeTo("{email}", 1), confirmReset("{user}", "{code}", other, "ok"),
			attributes("ok"), forced("ok"),
		)},
		{Name: "a former password does not come back by a reset", Pool: "remembering", Steps: steps(ada(),
			reset("{user}", withCode), codeTo("{email}", 1),
			confirmReset("{user}", "{code}", password, "PasswordHistoryPolicyViolationException"),
			confirmReset("{user}", "{code}", other, "ok"),
		)},
		{Name: "a function objects to a reset when it is done", Pool: "grudging", Steps: steps(ada(),
			call("resetPassword", M{"username": "{user}", "options": M{"clientMetadata": M{"refuse": "holiday"}}}, withCode),
			codeTo("{email}", 1),
			call("confirmResetPassword", M{"username": "{user}", "confirmationCode": "{code}", "newPassword": other,
				"options": M{"clientMetadata": M{"refuse": "holiday"}}}, "UserLambdaValidationException"),
			enter("{user}", other, "DONE"),
		)},
		{Name: "a client with a secret resets nothing without its hash", Pool: "secret", Steps: steps(ada(),
			reset("{user}", "NotAuthorizedException"),
			confirmReset("{user}", "123456", other, "NotAuthorizedException"),
		)},
		{Name: "a reset without the service", Pool: "names", Steps: steps(ada(),
			cut(), reset("{user}", "NetworkError"), mend(),
			reset("{user}", withCode), codeTo("{email}", 1),
			cut(), confirmReset("{user}", "{code}", other, "NetworkError"), mend(),
			confirmReset("{user}", "{code}", other, "ok"),
		)},
	}
}

// recoveryScenarios are about who gets a code, and where.
func recoveryScenarios() []Scenario {
	mail := []string{"email", "{email}", "email_verified", "true"}
	phone := []string{"phone_number", "{phone}", "phone_number_verified", "true"}
	both := slices.Concat(mail, phone)
	return append(
		eachWay("who has to reset the password does so by the code that was sent", "names", func(w way) []Step {
			return steps(ada(), onUser("AdminResetUserPassword"),
				w.signIn("{user}", password, "RESET_PASSWORD"), codeTo("{email}", 1),
				confirmReset("{user}", "{code}", other, "ok"),
				w.signIn("{user}", other, "DONE"), currentUser("ok"))
		}),
		Scenario{Name: "who has to reset the password asks for another code", Pool: "names", Steps: steps(ada(),
			onUser("AdminResetUserPassword"),
			enter("{user}", password, "RESET_PASSWORD"),
			reset("{user}", withCode), codeTo("{email}", 2),
			confirmReset("{user}", "{code}", password, "ok"), enter("{user}", password, "DONE"),
		)},
		Scenario{Name: "a code goes by mail if it can", Pool: "mailFirst", Steps: steps(known("{user}", both...),
			reset("{user}", withCode), codeTo("{email}", 1), confirmReset("{user}", "{code}", other, "ok"),
		)},
		Scenario{Name: "a code goes by text if it cannot go by mail", Pool: "mailFirst", Steps: steps(
			known("{user}", append([]string{"email", "{email}"}, phone...)...),
			reset("{user}", withCode), codeTo("{phone}", 1), confirmReset("{user}", "{code}", other, "ok"),
		)},
		Scenario{Name: "a code goes by text alone", Pool: "phoneOnly", Steps: steps(
			known("{user}", both...), ada2(),
			reset("{user}", withCode), codeTo("{phone}", 1), confirmReset("{user}", "{code}", other, "ok"),
			reset("{otherUser}", "InvalidParameterException"),
		)},
		Scenario{Name: "only administrators reset a password", Pool: "adminOnly", Steps: steps(ada(),
			reset("{user}", "NotAuthorizedException"),
		)},
		Scenario{Name: "an address that was not proved gets no code", Pool: "telling", Steps: steps(
			known("{user}", "email", "{email}"), known("{otherUser}"),
			reset("{user}", "InvalidParameterException"), reset("{otherUser}", "InvalidParameterException"),
		)},
		Scenario{Name: "who gets no code hears nothing of it where it is hidden who exists", Pool: "names", Steps: steps(
			known("{user}", "email", "{email}"), ada2(), byAdmin("AdminDisableUser", M{"Username": "{otherUser}"}),
			reset("{user}", withCode), reset("{otherUser}", withCode),
			confirmReset("{user}", "123456", other, "CodeMismatchException"), enter("{user}", password, "DONE"),
		)},
		Scenario{Name: "who has not confirmed gets no code", Pool: "telling", Steps: steps(
			signUp("{user}", password, M{"userAttributes": M{"email": "{email}"}}, "CONFIRM_SIGN_UP"),
			reset("{user}", "InvalidParameterException"),
		)},
		Scenario{Name: "who never chose a password has none to reset", Pool: "names", Steps: steps(
			invited("{user}", mail...), reset("{user}", "NotAuthorizedException"),
		)},
		Scenario{Name: "who is disabled resets nothing", Pool: "telling", Steps: steps(ada(),
			reset("{user}", withCode), codeTo("{email}", 1), onUser("AdminDisableUser"),
			reset("{user}", "NotAuthorizedException"), confirmReset("{user}", "{code}", other, "NotAuthorizedException"),
			onUser("AdminEnableUser"), confirmReset("{user}", "{code}", other, "ok"),
		)},
		Scenario{Name: "who is locked out is let in by a reset", Pool: "names", Steps: steps(ada(),
			times(6, enter("{user}", other, "NotAuthorizedException")), enter("{user}", password, "NotAuthorizedException"),
			reset("{user}", withCode), codeTo("{email}", 1), confirmReset("{user}", "{code}", other, "ok"),
			enter("{user}", other, "DONE"),
		)},
	)
}

// ada2 is somebody else with an address that was proved.
func ada2() []Step { return known("{otherUser}", "email", "{otherEmail}", "email_verified", "true") }

// passwordScenarios are changes of a password.
func passwordScenarios() []Scenario {
	in := steps(ada(), enter("{user}", password, "DONE"))
	return []Scenario{
		{Name: "a password is changed, and the session goes on", Pool: "names", Steps: steps(in,
			updatePassword(other, temporary, "NotAuthorizedException"),
			updatePassword(password, weak, "InvalidPasswordException"),
			updatePassword(password, other, "ok"),
			session(), forced("ok"), attributes("ok"), signOut(),
			enter("{user}", password, "NotAuthorizedException"), signIn("{user}", other, "DONE"),
		)},
		{Name: "nobody changes a password without both", Pool: "names", Steps: steps(
			updatePassword("", other, "EmptyUpdatePassword"), updatePassword(password, "", "EmptyUpdatePassword"),
			updatePassword(password, other, notSignedIn),
			in, updatePassword("", "", "EmptyUpdatePassword"),
		)},
		{Name: "a former password is refused", Pool: "remembering", Steps: steps(in,
			updatePassword(password, password, "PasswordHistoryPolicyViolationException"),
			updatePassword(password, other, "ok"),
			updatePassword(other, password, "PasswordHistoryPolicyViolationException"),
			updatePassword(other, temporary, "ok"), updatePassword(temporary, password, "ok"),
		)},
		{Name: "passwords are tried five times an hour", Pool: "names", Steps: steps(in,
			times(5, updatePassword(other, temporary, "NotAuthorizedException")),
			updatePassword(password, other, "LimitExceededException"),
		)},
		{Name: "a password is changed with tokens that are too old", Pool: "short", Steps: steps(in,
			wait("11m"), updatePassword(password, other, "ok"), session(),
		)},
		{Name: "a password is not changed by a session that was ended", Pool: "names", Steps: steps(in,
			onUser("AdminUserGlobalSignOut"), updatePassword(password, other, "NotAuthorizedException"), currentUser("ok"),
			clockAhead("61m"), updatePassword(password, other, notSignedIn), enter("{user}", password, "DONE"),
		)},
		{Name: "a password is not changed by who is disabled, or gone", Pool: "names", Steps: steps(in,
			onUser("AdminDisableUser"), updatePassword(password, other, "NotAuthorizedException"),
			onUser("AdminDeleteUser"), updatePassword(password, other, "UserNotFoundException"), currentUser("ok"),
		)},
		{Name: "a password that must be reset is not changed", Pool: "names", Steps: steps(in,
			onUser("AdminResetUserPassword"), updatePassword(password, other, "PasswordResetRequiredException"),
		)},
		{Name: "a password is not changed without the service", Pool: "names", Steps: steps(in,
			cut(), updatePassword(password, other, "NetworkError"), mend(), updatePassword(password, other, "ok"),
		)},
	}
}
