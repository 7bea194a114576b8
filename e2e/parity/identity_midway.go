package parity

import "slices"

// userPoolMidwayScenarios are sign-ins that go wrong, or another way, in the
// middle, and devices and second factors in further company.
func userPoolMidwayScenarios() []Scenario {
	const app, choice, text, setUp = "SOFTWARE_TOKEN_MFA", "SELECT_MFA_TYPE", "SMS_MFA", "MFA_SETUP"
	const newPassword, riddle = "NEW_PASSWORD_REQUIRED", "CUSTOM_CHALLENGE"
	plain := sitBy("{user}", "USER_PASSWORD_AUTH")
	in := steps(ada(), plain, authenticate("{user}", password, "ok"))
	out := call("signOut", nil, "ok")
	withApp := steps(in, do("associateSoftwareToken", "ok"), appCode(), verifyToken("{code}", "phone", "ok"), setMFA(nil, preferred, "ok"), nextAppCode(), out)
	both := steps(
		known("{user}", "email", "{email}", "email_verified", "true", "phone_number", "{phone}", "phone_number_verified", "true"),
		plain, authenticate("{user}", password, "ok"), do("associateSoftwareToken", "ok"), appCode(), verifyToken("{code}", "", "ok"),
		setMFA(on, on, "ok"), out)
	noLonger := byAdmin("AdminForgetDevice", M{"Username": "{user}", "DeviceKey": "{deviceKey}"})
	cached := do("getCachedDeviceKeyAndPassword", "ok")
	return slices.Concat(
		eachFlow("a code of an app that is no code", "apps", func(f string) []Step {
			return steps(withApp, sitBy("{user}", f), authenticate("{user}", password, app), sendAppCode("abc", mismatch), sendAppCode("{code}", "ok"))
		}),
		eachFlow("a new password, and then a code by text message", "textAlways", func(f string) []Step {
			return steps(invited("{user}", "phone_number", "{phone}"), sitBy("{user}", f), authenticate("{user}", temporary, newPassword),
				complete(weak, nil, "InvalidPasswordException"), complete(password, nil, text), codeTo("{phone}", 1),
				sendTextCode("{wrong}", mismatch), sendTextCode("{code}", "ok"), do("getUserData", "ok"))
		}),
		eachFlow("a choice is waited for three minutes", "factors", func(f string) []Step {
			return steps(both, sitBy("{user}", f), authenticate("{user}", password, choice), serverAhead("4m"), selectMFA(app, refused),
				authenticate("{user}", password, choice), selectMFA(app, app))
		}),
		eachFlow("another sign-in in the middle of one", "apps", func(f string) []Step {
			return steps(withApp, sitBy("{user}", f), authenticate("{user}", password, app), authenticate("{user}", other, refused),
				authenticate("{user}", password, app), sendAppCode("{code}", "ok"), do("getSession", "ok"))
		}),
		eachFlow("a device of somebody invited", "trackedOnly", func(f string) []Step {
			return steps(invited("{user}"), sitBy("{user}", f), authenticate("{user}", temporary, newPassword), complete(password, nil, "ok"),
				do("getDevice", "ok"), listDevices(1, "ok"), out, sitBy("{user}", f), cached, authenticate("{user}", password, "ok"), do("refreshSession", "ok"))
		}),
		eachFlow("a user in the middle of a sign-in is disabled", "apps", func(f string) []Step {
			return steps(withApp, sitBy("{user}", f), authenticate("{user}", password, app), onUser("AdminDisableUser"), sendAppCode("{code}", refused))
		}),
		[]Scenario{
			{Name: "an answer to another challenge than the one that waits", Pool: "apps", Steps: steps(withApp, authenticate("{user}", password, app),
				complete(other, nil, refused).insteadGo("SignInException"), solve("42", refused).insteadGo("SignInException"),
				selectMFA(text, refused).insteadGo("SignInException"), sendAppCode("{code}", "ok"))},
			{Name: "a choice that is lost once", Pool: "factors", Steps: steps(both, authenticate("{user}", password, choice),
				cut(), selectMFA(app, "NetworkError"), mend(), selectMFA(app, app), nextAppCode(), sendAppCode("{code}", "ok"))},
			{Name: "an app that is set up and lost on the way", Pool: "appsAlways", Steps: steps(ada(), plain, authenticate("{user}", password, setUp),
				cut(), do("associateSoftwareToken", "NetworkError"), mend(), do("associateSoftwareToken", "ok"), appCode(),
				cut(), verifyToken("{code}", "phone", "NetworkError"), mend(), verifyToken("{code}", "phone", "ok"), do("getSession", "ok"))},
			{Name: "an app is verified before it is set up", Pool: "appsAlways", Steps: steps(ada(), plain, authenticate("{user}", password, setUp),
				verifyToken("123456", "phone", "SoftwareTokenMFANotFoundException"), do("associateSoftwareToken", "ok"), appCode(), verifyToken("{code}", "phone", "ok"))},
			{Name: "an app is set up twice in a sign-in", Pool: "appsAlways", Steps: steps(ada(), plain, authenticate("{user}", password, setUp),
				do("associateSoftwareToken", "ok"), do("associateSoftwareToken", "ok"), appCode(), verifyToken("{code}", "phone", "ok"), do("getUserData", "ok"))},
			{Name: "an app is set up too late", Pool: "appsAlways", Steps: steps(ada(), plain, authenticate("{user}", password, setUp),
				do("associateSoftwareToken", "ok"), serverAhead("4m"), appCode(), verifyToken("{code}", "phone", refused))},
			{Name: "a device without a session in memory", Pool: "devices", Steps: steps(in, thisDevice(), restart(), do("getCurrentUser", "ok"), do("getSession", "ok"), cached,
				do("getDevice", "ok"), do("setDeviceStatusRemembered", "ok"), do("setDeviceStatusNotRemembered", "ok"), do("getDevice", "ok"), listDevices(1, "ok"))},
			{Name: "a device that the service forgot is not told of", Pool: "trackedOnly", Steps: steps(in, thisDevice(), noLonger,
				do("getDevice", refused), do("setDeviceStatusRemembered", refused), listDevices(1, refused), do("forgetDevice", refused))},
			{Name: "two devices of one user", Pool: "devices", Steps: steps(in, thisDevice(), out, do("clearCachedDeviceKeyAndPassword", "ok"), plain,
				authenticate("{user}", password, "ok"), forgetSpecific("{deviceKey}", "ok"), listDevices(60, "ok"), do("getDevice", "ok"), do("refreshSession", "ok"))},
			{Name: "devices are listed as few as the service allows", Pool: "devices", Steps: steps(in, listDevices(-1, invalid), listDevices(61, invalid), listDevices(60, "ok"))},
			{Name: "a device and a riddle", Pool: "riddleDevices", Steps: steps(ada(), sitBy("{user}", "CUSTOM_AUTH"),
				authenticate("{user}", password, riddle), solve("41", riddle), solve("42", "ok"), do("getDevice", "ok"), out,
				sitBy("{user}", "CUSTOM_AUTH"), cached, authenticate("{user}", password, riddle), solve("42", "ok"), do("refreshSession", "ok"))},
			{Name: "a riddle is waited for three minutes", Pool: "riddles", Steps: steps(ada(), sitBy("{user}", "CUSTOM_AUTH"),
				call("initiateAuth", M{"username": "{user}"}, riddle), serverAhead("4m"), solve("42", refused))},
			{Name: "a riddle of somebody unknown", Pool: "riddles", Steps: steps(sitBy("{user}", "CUSTOM_AUTH"),
				call("initiateAuth", M{"username": "{user}"}, riddle), solve("42", refused))},
			{Name: "a riddle, and then an app", Pool: "riddleApps", Steps: steps(withApp, sitBy("{user}", "CUSTOM_AUTH"),
				authenticate("{user}", password, riddle), solve("42", app), sendAppCode("{wrong}", mismatch), sendAppCode("{code}", "ok"))},
			{Name: "a riddle, and then a new password", Pool: "riddles", Steps: steps(invited("{user}"), sitBy("{user}", "CUSTOM_AUTH"),
				authenticate("{user}", temporary, riddle), solve("42", newPassword), complete(password, nil, "ok"), do("getSession", "ok"))},
			{Name: "second factors of nobody are not changed", Pool: "apps", Steps: steps(in, onUser("AdminUserGlobalSignOut"),
				do("associateSoftwareToken", refused), verifyToken("123456", "", refused), setMFA(nil, on, refused), do("getMFAOptions", refused))},
			{Name: "nothing is preferred", Pool: "apps", Steps: steps(in, setMFA(nil, nil, "ok"), ask())},
			{Name: "a factor that is preferred and off", Pool: "apps", Steps: steps(in, do("associateSoftwareToken", "ok"), appCode(), verifyToken("{code}", "", "ok"),
				setMFA(nil, M{"Enabled": false, "PreferredMfa": true}, invalid), ask())},
			{Name: "a copy of the user's data is older than the second factors", Pool: "apps", Steps: steps(in, do("getUserData", "ok"),
				do("associateSoftwareToken", "ok"), appCode(), verifyToken("{code}", "", "ok"), setMFA(nil, preferred, "ok"), do("getUserData", "ok"), ask(), do("getUserData", "ok"))},
		},
	)
}
