package parity

import "slices"

// twoAddresses is somebody with an address and a phone number, both proved, who is
// signed in and has switched factors on.
func twoAddresses(factors M) []Step {
	return steps(
		known("{user}", "email", "{email}", "email_verified", "true", "phone_number", "{phone}", "phone_number_verified", "true"),
		enter("{user}", password, "DONE"), prefer(factors, "ok"), preference(), signOut())
}

// factorScenarios are about codes that are sent, and about which of several second
// factors is asked for.
func factorScenarios() []Scenario {
	all := M{"sms": "ENABLED", "email": "ENABLED"}
	return slices.Concat(
		bothWays("a code by text message after the password", "factors", func(w way) []Step {
			return steps(twoAddresses(M{"sms": "PREFERRED", "email": "ENABLED"}),
				w.signIn("{user}", other, refused), w.signIn("{user}", password, askText), codeTo("{phone}", 1),
				confirmSignIn("{wrong}", mismatch), confirmSignIn("{code}", "DONE"), currentUser("ok"), session())
		}),
		bothWays("a code by mail after the password", "factors", func(w way) []Step {
			return steps(twoAddresses(M{"email": "ENABLED"}),
				w.signIn("{user}", password, askMail), codeTo("{email}", 1),
				confirmSignIn("{wrong}", mismatch), confirmSignIn("{code}", "DONE"), currentUser("ok"), session())
		}),
		eachWay("one of several second factors is chosen", "factors", func(w way) []Step {
			return steps(twoAddresses(all),
				w.signIn("{user}", password, selectSecond), confirmSignIn("PIGEON", "IncorrectMFAMethod"),
				confirmSignIn("SMS_MFA", "IncorrectMFAMethod"), confirmSignIn("EMAIL", askMail), codeTo("{email}", 1),
				confirmSignIn("{wrong}", mismatch), confirmSignIn("{code}", "DONE"), currentUser("ok"))
		}),
		[]Scenario{
			{Name: "text messages are chosen", Pool: "factors", Steps: steps(twoAddresses(all),
				enter("{user}", password, selectSecond), confirmSignIn("SMS", askText), codeTo("{phone}", 1), confirmSignIn("{code}", "DONE"),
			)},
			{Name: "an app is chosen", Pool: "factors", Steps: steps(
				known("{user}", "email", "{email}", "email_verified", "true"), enter("{user}", password, "DONE"),
				setUpTOTP("ok"), appCode(), verifyTOTP("{code}", "ok"), prefer(M{"totp": "ENABLED", "email": "ENABLED"}, "ok"), preference(), signOut(),
				enter("{user}", password, selectSecond), confirmSignIn("SMS", invalid), confirmSignIn("TOTP", askApp),
				nextAppCode(), confirmSignIn("{code}", "DONE"),
			)},
			{Name: "what was not offered is not chosen", Pool: "factors", Steps: steps(twoAddresses(all),
				enter("{user}", password, selectSecond), confirmSignIn("TOTP", invalid), confirmSignIn("SMS", askText),
				codeTo("{phone}", 1), confirmSignIn("{code}", "DONE"),
			)},
			{Name: "two factors are not both preferred", Pool: "factors", Steps: steps(twoAddresses(all),
				enter("{user}", password, selectSecond), confirmSignIn("SMS", askText), codeTo("{phone}", 1), confirmSignIn("{code}", "DONE"),
				prefer(M{"sms": "PREFERRED", "email": "PREFERRED"}, invalid), prefer(M{"sms": "PREFERRED"}, "ok"), preference(),
				prefer(M{"email": "PREFERRED"}, "ok"), preference(), prefer(M{"email": "DISABLED"}, "ok"), preference(),
			)},
			{Name: "the code of the newest sign-in is the good one", Pool: "factors", Steps: steps(twoAddresses(M{"email": "ENABLED"}),
				enter("{user}", password, askMail), codeTo("{email}", 1),
				enter("{user}", password, askMail), confirmSignIn("{code}", mismatch),
				codeTo("{email}", 2), confirmSignIn("{code}", "DONE"),
			)},
			{Name: "a code of a sign-in is too old after three minutes", Pool: "factors", Steps: steps(twoAddresses(M{"email": "ENABLED"}),
				enter("{user}", password, askMail), codeTo("{email}", 1), serverAhead("4m"), confirmSignIn("{code}", refused),
			)},
			{Name: "a code of a sign-in that did not arrive is given again", Pool: "factors", Steps: steps(twoAddresses(M{"sms": "ENABLED"}),
				enter("{user}", password, askText), codeTo("{phone}", 1), cut(), confirmSignIn("{code}", "NetworkError"),
				mend(), confirmSignIn("{code}", "DONE"),
			)},
			{Name: "one of two second factors has to be set up: an app", Pool: "either", Steps: steps(known("{user}"),
				enter("{user}", password, selectSetUp), confirmSignIn("SMS", "SignInException"),
				confirmSignIn("TOTP", setUpApp), appCode(), confirmSignIn("{wrong}", wrongApp), confirmSignIn("{code}", "DONE"),
				preference(), currentUser("ok"),
			)},
			{Name: "one of two second factors has to be set up: an address", Pool: "either", Steps: steps(known("{user}"),
				enter("{user}", password, selectSetUp), confirmSignIn("EMAIL", setUpMail), confirmSignIn("nowhere", "SignInException"),
				confirmSignIn("{email}", askMail), codeTo("{email}", 1), confirmSignIn("{wrong}", mismatch), confirmSignIn("{code}", "DONE"),
				preference(), attributes("ok"),
			)},
			{Name: "who began to set up an app sets up an address", Pool: "either", Steps: steps(known("{user}"),
				enter("{user}", password, selectSetUp), confirmSignIn("TOTP", setUpApp), confirmSignIn("EMAIL", setUpMail),
				confirmSignIn("{email}", askMail), codeTo("{email}", 1), confirmSignIn("{code}", "DONE"), preference(),
			)},
			{Name: "an address has to be set up", Pool: "mailAlways", Steps: steps(known("{user}"),
				enter("{user}", password, setUpMail), confirmSignIn("{email}", askMail), codeTo("{email}", 1), confirmSignIn("{code}", "DONE"),
				preference(), signOut(), enter("{user}", password, askMail), codeTo("{email}", 2), confirmSignIn("{code}", "DONE"),
			)},
			{Name: "an address that is there is asked for a code", Pool: "mailAlways", Steps: steps(
				known("{user}", "email", "{email}", "email_verified", "true"),
				enter("{user}", password, askMail), codeTo("{email}", 1), confirmSignIn("{code}", "DONE"), preference(),
			)},
			{Name: "a phone that is there is asked for a code", Pool: "textAlways", Steps: steps(
				known("{user}", "phone_number", "{phone}"),
				enter("{user}", password, askText), codeTo("{phone}", 1), confirmSignIn("{code}", "DONE"), preference(), attributes("ok"),
			)},
			{Name: "who has no phone for the code does not get in", Pool: "textAlways", Steps: steps(known("{user}"),
				enter("{user}", password, invalid), signIn("{user}", password, invalid), currentUser(notSignedIn),
			)},
			{Name: "a second factor that is required is not switched off", Pool: "mailAlways", Steps: steps(
				known("{user}", "email", "{email}", "email_verified", "true"),
				enter("{user}", password, askMail), codeTo("{email}", 1), confirmSignIn("{code}", "DONE"),
				prefer(M{"email": "DISABLED"}, "ok"), preference(), signOut(), enter("{user}", password, askMail),
			)},
		},
	)
}
