package parity

import "slices"

func sendTextCode(code, want string) Step { return call("sendMFACode", M{"code": code}, want) }

// sendAppCode answers as amazon-cognito-identity-js wants to be told.
func sendAppCode(code, want string) Step {
	return call("sendMFACode", M{"code": code, "mfaType": "SOFTWARE_TOKEN_MFA"}, want)
}

func selectMFA(answer, want string) Step {
	return call("sendMFASelectionAnswer", M{"answer": answer}, want)
}

func verifyToken(code, name, want string) Step {
	return call("verifySoftwareToken", M{"code": code, "name": name}, want)
}

func setMFA(sms, totp M, want string) Step {
	with := M{}
	if sms != nil {
		with["sms"] = sms
	}
	if totp != nil {
		with["totp"] = totp
	}
	return call("setUserMfaPreference", with, want)
}

var (
	on        = M{"Enabled": true}
	preferred = M{"Enabled": true, "PreferredMfa": true}
	off       = M{"Enabled": false, "PreferredMfa": false}
)

// ask is a copy of what the service knows now.
func ask() Step { return call("getUserData", M{"bypassCache": true}, "ok") }

func userPoolFactorScenarios() []Scenario {
	in := steps(ada(), sitBy("{user}", "USER_PASSWORD_AUTH"), authenticate("{user}", password, "ok"))
	withApp := steps(in, do("associateSoftwareToken", "ok"), appCode(), verifyToken("{code}", "phone", "ok"),
		setMFA(nil, preferred, "ok"), nextAppCode(), call("signOut", nil, "ok"))
	texted := steps(
		known("{user}", "email", "{email}", "email_verified", "true", "phone_number", "{phone}", "phone_number_verified", "true"),
		sitBy("{user}", "USER_PASSWORD_AUTH"), authenticate("{user}", password, "ok"))
	return slices.Concat(
		eachFlow("the code of an app", "apps", func(f string) []Step {
			return steps(withApp, sitBy("{user}", f),
				authenticate("{user}", other, refused), authenticate("{user}", password, "SOFTWARE_TOKEN_MFA"),
				sendAppCode("{wrong}", mismatch), sendAppCode("{code}", "ok"), do("getUsername", "ok"), do("getSession", "ok"), do("getUserData", "ok"))
		}),
		eachFlow("an app has to be set up", "appsAlways", func(f string) []Step {
			return steps(ada(), sitBy("{user}", f), authenticate("{user}", password, "MFA_SETUP"),
				do("associateSoftwareToken", "ok"), appCode(), verifyToken("{wrong}", "phone", wrongApp), verifyToken("{code}", "phone", "ok"),
				do("getSession", "ok"), do("getUserData", "ok"))
		}),
		eachFlow("a new password, and then an app", "requiredApps", func(f string) []Step {
			return steps(invited("{user}", "email", "{email}"), sitBy("{user}", f),
				authenticate("{user}", temporary, "NEW_PASSWORD_REQUIRED"), complete(password, M{"nickname": "Countess"}, "MFA_SETUP"),
				do("associateSoftwareToken", "ok"), appCode(), verifyToken("{code}", "", "ok"), do("getUserAttributes", "ok"))
		}),
		eachFlow("a code by text message", "factors", func(f string) []Step {
			return steps(texted, setMFA(preferred, nil, "ok"), call("signOut", nil, "ok"), sitBy("{user}", f),
				authenticate("{user}", password, "SMS_MFA"), codeTo("{phone}", 1),
				sendTextCode("{wrong}", mismatch), sendTextCode("{code}", "ok"), do("getUsername", "ok"), do("getSession", "ok"))
		}),
		eachFlow("one of several second factors is chosen", "factors", func(f string) []Step {
			return steps(texted, do("associateSoftwareToken", "ok"), appCode(), verifyToken("{code}", "", "ok"),
				setMFA(on, on, "ok"), ask(), call("signOut", nil, "ok"), sitBy("{user}", f),
				authenticate("{user}", password, "SELECT_MFA_TYPE"), selectMFA("PIGEON", invalid), selectMFA("SOFTWARE_TOKEN_MFA", "SOFTWARE_TOKEN_MFA"),
				nextAppCode(), sendAppCode("{code}", "ok"), call("signOut", nil, "ok"),
				authenticate("{user}", password, "SELECT_MFA_TYPE"), selectMFA("SMS_MFA", "SMS_MFA"), codeTo("{phone}", 1), sendTextCode("{code}", "ok"))
		}),
		[]Scenario{
			{Name: "an app is set up and preferred", Pool: "apps", Steps: steps(in, ask(),
				do("associateSoftwareToken", "ok"), appCode(), verifyToken("{wrong}", "phone", wrongApp), verifyToken("{code}", "phone", "ok"), ask(),
				setMFA(nil, on, "ok"), ask(), setMFA(nil, preferred, "ok"), ask(), setMFA(nil, off, "ok"), ask(), do("getMFAOptions", "ok"),
			)},
			{Name: "a code of an app is good once", Pool: "apps", Steps: steps(withApp,
				authenticate("{user}", password, "SOFTWARE_TOKEN_MFA"), sendAppCode("{code}", "ok"), call("signOut", nil, "ok"),
				authenticate("{user}", password, "SOFTWARE_TOKEN_MFA"), sendAppCode("{code}", usedUp),
			)},
			{Name: "what is not set up is not preferred", Pool: "factors", Steps: steps(
				known("{user}"), sitBy("{user}", "USER_PASSWORD_AUTH"), authenticate("{user}", password, "ok"),
				setMFA(nil, on, invalid), setMFA(preferred, nil, invalid), setMFA(off, off, "ok"), ask(),
			)},
			{Name: "two factors are not both preferred", Pool: "factors", Steps: steps(texted,
				do("associateSoftwareToken", "ok"), appCode(), verifyToken("{code}", "", "ok"),
				setMFA(preferred, preferred, invalid), setMFA(preferred, on, "ok"), ask(), setMFA(nil, preferred, "ok"), ask(),
			)},
			{Name: "codes by text message in the way of old", Pool: "factors", Steps: steps(texted,
				do("enableMFA", "ok"), do("getMFAOptions", "ok"), do("disableMFA", "ok"), do("getMFAOptions", "ok"),
			)},
			{Name: "there are no apps in a pool without second factors", Pool: "names", Steps: steps(in,
				do("associateSoftwareToken", "SoftwareTokenMFANotFoundException"), verifyToken("123456", "", "SoftwareTokenMFANotFoundException"),
			)},
			{Name: "an app's code that did not arrive is given again", Pool: "apps", Steps: steps(withApp,
				authenticate("{user}", password, "SOFTWARE_TOKEN_MFA"), cut(), sendAppCode("{code}", "NetworkError"),
				mend(), sendAppCode("{code}", "ok"),
			)},
			{Name: "an app's code is waited for three minutes", Pool: "apps", Steps: steps(withApp,
				authenticate("{user}", password, "SOFTWARE_TOKEN_MFA"), serverAhead("4m"), appCode(), sendAppCode("{code}", refused),
			)},
			{Name: "a phone that is there is asked for a code", Pool: "textAlways", Steps: steps(
				known("{user}", "phone_number", "{phone}"), sitBy("{user}", "USER_PASSWORD_AUTH"),
				authenticate("{user}", password, "SMS_MFA"), codeTo("{phone}", 1), sendTextCode("{code}", "ok"), do("getUserData", "ok"),
			)},
			{Name: "second factors of nobody", Pool: "apps", Steps: steps(sit("{user}"),
				nameless("setUserMfaPreference", M{"totp": on}, notSignedIn), nameless("getMFAOptions", nil, notSignedIn),
				nameless("enableMFA", nil, notSignedIn), nameless("disableMFA", nil, notSignedIn),
			)},
		},
	)
}
