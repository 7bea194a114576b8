package parity

// lateScenarios are answers that come too late.
func lateScenarios() []Scenario {
	both := known("{user}", "email", "{email}", "email_verified", "true", "phone_number", "{phone}", "phone_number_verified", "true")
	return []Scenario{
		{Name: "a choice of a second factor is waited for three minutes", Pool: "factors", Steps: steps(twoAddresses(M{"sms": "ENABLED", "email": "ENABLED"}),
			enter("{user}", password, selectSecond), serverAhead("4m"), confirmSignIn("SMS", refused), confirmSignIn("SMS", refused),
			enter("{user}", password, selectSecond), confirmSignIn("SMS", askText),
		)},
		{Name: "a choice of a first factor is waited for three minutes", Pool: "codes", Steps: steps(both,
			begin("{user}", "", selectFirst), serverAhead("4m"), confirmSignIn("EMAIL_OTP", refused), begin("{user}", "", selectFirst),
		)},
		{Name: "a password of who chose it is waited for three minutes", Pool: "names", Steps: steps(ada(),
			begin("{user}", "", selectFirst), confirmSignIn("PASSWORD", askSecret), serverAhead("4m"), confirmSignIn(password, refused),
			begin("{user}", "", selectFirst), confirmSignIn("PASSWORD_SRP", askSecret), serverAhead("4m"), confirmSignIn(password, refused),
		)},
		{Name: "a choice of what to set up is waited for three minutes", Pool: "either", Steps: steps(known("{user}"),
			enter("{user}", password, selectSetUp), serverAhead("4m"), confirmSignIn("TOTP", refused), confirmSignIn("EMAIL", setUpMail),
			confirmSignIn("{email}", refused),
		)},
		{Name: "an app is waited for three minutes from its secret", Pool: "appsAlways", Steps: steps(ada(),
			enter("{user}", password, setUpApp), serverAhead("4m"), appCode(), confirmSignIn("{code}", refused),
			enter("{user}", password, setUpApp), appCode(), confirmSignIn("{code}", "DONE"),
		)},
		{Name: "each step has its three minutes", Pool: "factors", Steps: steps(twoAddresses(M{"sms": "ENABLED", "email": "ENABLED"}),
			enter("{user}", password, selectSecond), serverAhead("2m"), confirmSignIn("EMAIL", askMail), codeTo("{email}", 1), serverAhead("2m"),
			confirmSignIn("{wrong}", mismatch), confirmSignIn("{code}", "DONE"),
		)},
		{Name: "how long a step lasts is not for the client's clock to say", Pool: "names", Steps: steps(invited("{user}"),
			enter("{user}", temporary, chooseNew), clockAhead("10m"), confirmSignIn(password, "DONE"), currentUser("ok"),
		)},
	}
}

// interferenceScenarios are sign-ins in the middle of which an administrator does
// something to the user.
func interferenceScenarios() []Scenario {
	another := byAdmin("AdminSetUserPassword", M{"Username": "{user}", "Password": other, "Permanent": true})
	app := steps(withApp(), signOut(), enter("{user}", password, askApp))
	choice := steps(twoAddresses(M{"sms": "ENABLED", "email": "ENABLED"}), enter("{user}", password, selectSecond))
	mail := steps(ada(), begin("{user}", "EMAIL_OTP", askMail), codeTo("{email}", 1))
	secret := steps(ada(), begin("{user}", "", selectFirst), confirmSignIn("PASSWORD_SRP", askSecret))
	solution := steps(ada(), enterBy("CUSTOM_WITH_SRP", "{user}", password, riddleStep))
	address := steps(known("{user}"), enter("{user}", password, setUpMail))
	code := confirmSignIn("{code}", refused)
	return []Scenario{
		{Name: "who is signed out everywhere before the code of an app is refused", Pool: "apps", Steps: steps(app, onUser("AdminUserGlobalSignOut"), code, code)},
		{Name: "who gets another password before the code of an app is refused", Pool: "apps", Steps: steps(app, another, code)},
		{Name: "who is disabled before the choice of a second factor is refused", Pool: "factors", Steps: steps(choice, onUser("AdminDisableUser"), confirmSignIn("SMS", refused))},
		{Name: "who has to reset the password before the choice of a second factor is refused", Pool: "factors", Steps: steps(choice, onUser("AdminResetUserPassword"), confirmSignIn("SMS", refused))},
		{Name: "who is deleted before the code by mail is refused", Pool: "mailedCodes", Steps: steps(mail, onUser("AdminDeleteUser"), code)},
		{Name: "who is disabled before the code by mail is refused", Pool: "mailedCodes", Steps: steps(mail, onUser("AdminDisableUser"), code)},
		{Name: "who gets another password before the one that was chosen is refused", Pool: "names", Steps: steps(secret, another, confirmSignIn(password, refused))},
		{Name: "who is deleted before the password that was chosen is refused", Pool: "names", Steps: steps(secret, onUser("AdminDeleteUser"), confirmSignIn(password, refused))},
		{Name: "who is signed out everywhere before the solution of a riddle is refused", Pool: "riddles", Steps: steps(solution, onUser("AdminUserGlobalSignOut"), confirmSignIn("42", refused))},
		{Name: "who is deleted before the address for codes is refused", Pool: "mailAlways", Steps: steps(address, onUser("AdminDeleteUser"), confirmSignIn("{email}", refused))},
	}
}

// lostAnswerScenarios are answers that do not reach the service, which are given
// again.
func lostAnswerScenarios() []Scenario {
	lost := func(s Step) []Step {
		s.Want = "NetworkError"
		return steps(cut(), s, mend())
	}
	again := func(response, want string) []Step {
		s := confirmSignIn(response, want)
		return steps(lost(s), s)
	}
	both := known("{user}", "email", "{email}", "email_verified", "true", "phone_number", "{phone}", "phone_number_verified", "true")
	return []Scenario{
		{Name: "each answer on the way to an app is lost once", Pool: "requiredApps", Steps: steps(invited("{user}", "email", "{email}"),
			lost(enter("{user}", temporary, chooseNew)), enter("{user}", temporary, chooseNew),
			cut(), call("confirmSignIn", M{"challengeResponse": password, "options": M{"userAttributes": M{"nickname": "Countess"}}}, "NetworkError"), mend(),
			call("confirmSignIn", M{"challengeResponse": password, "options": M{"userAttributes": M{"nickname": "Countess"}}}, setUpApp),
			appCode(), again("{code}", "DONE"), preference(),
		)},
		{Name: "each answer on the way to an address is lost once", Pool: "either", Steps: steps(known("{user}"),
			enter("{user}", password, selectSetUp), lost(confirmSignIn("TOTP", "")), confirmSignIn("TOTP", setUpApp),
			confirmSignIn("EMAIL", setUpMail), again("{email}", askMail), codeTo("{email}", 1), again("{code}", "DONE"), preference(),
		)},
		{Name: "each choice is lost once", Pool: "codes", Steps: steps(both,
			lost(begin("{user}", "", "")), begin("{user}", "", selectFirst), again("SMS_OTP", askText), codeTo("{phone}", 1), again("{code}", "DONE"),
		)},
		{Name: "a password that was chosen is lost once", Pool: "names", Steps: steps(ada(),
			begin("{user}", "", selectFirst), confirmSignIn("PASSWORD_SRP", askSecret), again(password, "DONE"), currentUser("ok"),
		)},
		{Name: "a choice of a second factor is lost once", Pool: "factors", Steps: steps(twoAddresses(M{"sms": "ENABLED", "email": "ENABLED"}),
			enter("{user}", password, selectSecond), again("EMAIL", askMail), codeTo("{email}", 1), again("{code}", "DONE"),
		)},
		{Name: "what a passkey was begun with is lost once", Pool: "passkeys", Config: M{"passkeys": true}, Steps: steps(ada(),
			enter("{user}", password, "DONE"), lost(associate("")), associate("ok"), signOut(),
			lost(begin("{user}", "WEB_AUTHN", "")), begin("{user}", "", selectFirst), again("WEB_AUTHN", "DONE"), currentUser("ok"),
		)},
		{Name: "an app's secret and its proof are lost once", Pool: "apps", Steps: steps(ada(), enter("{user}", password, "DONE"),
			lost(setUpTOTP("")), setUpTOTP("ok"), appCode(), lost(verifyTOTP("{code}", "")), verifyTOTP("{code}", "ok"),
			lost(prefer(M{"totp": "PREFERRED"}, "")), prefer(M{"totp": "PREFERRED"}, "ok"), lost(call("fetchMFAPreference", nil, "")), preference(),
		)},
		{Name: "what is said of a device is lost once", Pool: "askedDevices", Steps: steps(ada(), enter("{user}", password, "DONE"),
			lost(rememberDevice("")), rememberDevice("ok"), lost(fetchDevices("")), fetchDevices("ok"), lost(forgetDevice("", "")), forgetDevice("", "ok"), fetchDevices("ok"),
		)},
	}
}
