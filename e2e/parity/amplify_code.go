package parity

import "slices"

const selectFirst = "CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION"

// begin is a sign-in by a first factor that is preferred, or by choice.
func begin(username, factor, want string) Step {
	options := M{"authFlowType": "USER_AUTH"}
	if factor != "" {
		options["preferredChallenge"] = factor
	}
	return call("signIn", M{"username": username, "options": options}, want)
}

// codeScenarios are sign-ins by a code that is sent, in the place of a password.
func codeScenarios() []Scenario {
	both := known("{user}", "email", "{email}", "email_verified", "true", "phone_number", "{phone}", "phone_number_verified", "true")
	var all []Scenario
	for _, c := range []struct{ factor, step, to string }{
		{"EMAIL_OTP", askMail, "{email}"}, {"SMS_OTP", askText, "{phone}"},
	} {
		all = append(all,
			Scenario{Name: c.factor + " is preferred", Pool: "codes", Steps: steps(both,
				begin("{user}", c.factor, c.step), currentUser(notSignedIn), codeTo(c.to, 1),
				confirmSignIn("", "EmptyChallengeResponse"), confirmSignIn("{wrong}", mismatch), confirmSignIn("{code}", "DONE"),
				currentUser("ok"), attributes("ok"), session(), signOut())},
			Scenario{Name: c.factor + " is chosen", Pool: "codes", Steps: steps(both,
				begin("{user}", "", selectFirst), confirmSignIn("PIGEON", invalid), confirmSignIn(c.factor, c.step), codeTo(c.to, 1),
				confirmSignIn("{wrong}", mismatch), confirmSignIn("{code}", "DONE"), currentUser("ok"))},
			Scenario{Name: c.factor + " is too old after three minutes", Pool: "codes", Steps: steps(both,
				begin("{user}", c.factor, c.step), codeTo(c.to, 1), serverAhead("4m"), confirmSignIn("{code}", refused))},
		)
	}
	return slices.Concat(all, []Scenario{
		{Name: "somebody unknown gets no code to sign in by", Pool: "codes", Steps: steps(
			begin("{user}", "EMAIL_OTP", askMail), confirmSignIn("123456", mismatch),
		)},
		{Name: "somebody unknown is told so instead of a code", Pool: "mailedCodes", Steps: steps(begin("{user}", "EMAIL_OTP", "UserNotFoundException"))},
		{Name: "without a phone there is no code by text message", Pool: "codes", Steps: steps(ada(),
			begin("{user}", "SMS_OTP", selectFirst), confirmSignIn("EMAIL_OTP", askMail), codeTo("{email}", 1), confirmSignIn("{code}", "DONE"),
		)},
		{Name: "the app prefers codes by mail", Pool: "mailedCodes",
			Config: M{"passwordless": M{"emailOtpEnabled": true, "preferredChallenge": "EMAIL_OTP"}},
			Steps:  steps(ada(), begin("{user}", "", askMail), codeTo("{email}", 1), confirmSignIn("{code}", "DONE"))},
		{Name: "the code of the newest sign-in without a password is the good one", Pool: "mailedCodes", Steps: steps(ada(),
			begin("{user}", "EMAIL_OTP", askMail), codeTo("{email}", 1), begin("{user}", "EMAIL_OTP", askMail),
			confirmSignIn("{code}", mismatch), codeTo("{email}", 2), confirmSignIn("{code}", "DONE"),
		)},
		{Name: "a code by mail did not arrive at the service", Pool: "mailedCodes", Steps: steps(ada(),
			begin("{user}", "EMAIL_OTP", askMail), codeTo("{email}", 1), cut(), confirmSignIn("{code}", "NetworkError"),
			mend(), confirmSignIn("{code}", "DONE"),
		)},
		{Name: "who has not confirmed gets no code to sign in by", Pool: "mailedCodes", Steps: steps(
			signUp("{user}", password, M{"userAttributes": M{"email": "{email}"}}, "CONFIRM_SIGN_UP"),
			begin("{user}", "EMAIL_OTP", selectFirst),
		)},
	})
}
