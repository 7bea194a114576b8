package parity

import "slices"

// The steps of a sign-in that second factors lead to.
const (
	askApp       = "CONFIRM_SIGN_IN_WITH_TOTP_CODE"
	askText      = "CONFIRM_SIGN_IN_WITH_SMS_CODE"
	askMail      = "CONFIRM_SIGN_IN_WITH_EMAIL_CODE"
	setUpApp     = "CONTINUE_SIGN_IN_WITH_TOTP_SETUP"
	setUpMail    = "CONTINUE_SIGN_IN_WITH_EMAIL_SETUP"
	selectSetUp  = "CONTINUE_SIGN_IN_WITH_MFA_SETUP_SELECTION"
	selectSecond = "CONTINUE_SIGN_IN_WITH_MFA_SELECTION"
)

const (
	mismatch = "CodeMismatchException"
	refused  = "NotAuthorizedException"
	invalid  = "InvalidParameterException"
	usedUp   = "ExpiredCodeException"
	wrongApp = "EnableSoftwareTokenMFAException"
)

func setUpTOTP(want string) Step { return call("setUpTOTP", nil, want) }

func verifyTOTP(code, want string) Step { return call("verifyTOTPSetup", M{"code": code}, want) }

func prefer(with M, want string) Step { return call("updateMFAPreference", with, want) }

func preference() Step { return call("fetchMFAPreference", nil, "ok") }

// withApp is somebody who is signed in and has set an app up, whose next code is
// {code}.
func withApp() []Step {
	return steps(ada(), enter("{user}", password, "DONE"),
		setUpTOTP("ok"), appCode(), verifyTOTP("{code}", "ok"),
		prefer(M{"totp": "PREFERRED"}, "ok"), nextAppCode())
}

// appScenarios are about authenticator apps.
func appScenarios() []Scenario {
	return slices.Concat(
		eachWay("an app is set up, and sign-ins ask for its code", "apps", func(w way) []Step {
			return steps(ada(), enter("{user}", password, "DONE"), preference(),
				setUpTOTP("ok"), appCode(), verifyTOTP("{wrong}", wrongApp), verifyTOTP("{code}", "ok"), preference(),
				prefer(M{"totp": "PREFERRED"}, "ok"), preference(), signOut(),
				w.signIn("{user}", other, refused),
				w.signIn("{user}", password, askApp), currentUser(notSignedIn),
				nextAppCode(), confirmSignIn("", "EmptyChallengeResponse"), confirmSignIn("{wrong}", mismatch),
				confirmSignIn("{code}", "DONE"), currentUser("ok"), session())
		}),
		eachWay("an app has to be set up", "appsAlways", func(w way) []Step {
			return steps(ada(),
				w.signIn("{user}", password, setUpApp), currentUser(notSignedIn),
				appCode(), confirmSignIn("yes", "SignInException"), confirmSignIn("{wrong}", wrongApp),
				confirmSignIn("{code}", "DONE"), currentUser("ok"), preference(), signOut(),
				w.signIn("{user}", password, askApp), nextAppCode(), confirmSignIn("{code}", "DONE"))
		}),
		bothWays("a new password, and then an app", "requiredApps", func(w way) []Step {
			return steps(invited("{user}", "email", "{email}"),
				w.signIn("{user}", temporary, "CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED"),
				call("confirmSignIn", M{"challengeResponse": password, "options": M{"userAttributes": M{"nickname": "Countess"}}}, setUpApp),
				appCode(),
				call("confirmSignIn", M{"challengeResponse": "{code}", "options": M{"friendlyDeviceName": "phone"}}, "DONE"),
				attributes("ok"), preference(), session())
		}),
		[]Scenario{
			{Name: "a code of an app is good once", Pool: "apps", Steps: steps(ada(), enter("{user}", password, "DONE"),
				setUpTOTP("ok"), appCode(), verifyTOTP("{code}", "ok"), prefer(M{"totp": "ENABLED"}, "ok"), signOut(),
				enter("{user}", password, askApp), confirmSignIn("{code}", usedUp),
				nextAppCode(), confirmSignIn("{code}", "DONE"), signOut(),
				enter("{user}", password, askApp), confirmSignIn("{code}", usedUp),
			)},
			{Name: "an app that is not used any more is not asked for", Pool: "apps", Steps: steps(withApp(),
				prefer(M{"totp": "DISABLED"}, "ok"), preference(), signOut(),
				enter("{user}", password, "DONE"), prefer(M{"totp": "ENABLED"}, "ok"), preference(), signOut(),
				enter("{user}", password, askApp), confirmSignIn("{code}", "DONE"),
			)},
			{Name: "what is preferred of one factor", Pool: "apps", Steps: steps(withApp(),
				prefer(M{"totp": "NOT_PREFERRED"}, "ok"), preference(),
				prefer(M{"totp": "PREFERRED"}, "ok"), preference(),
				prefer(M{"totp": "ENABLED"}, "ok"), preference(),
				prefer(M{}, "ok"), preference(),
			)},
			{Name: "what is not set up is not preferred", Pool: "factors", Steps: steps(known("{user}"), enter("{user}", password, "DONE"),
				prefer(M{"totp": "ENABLED"}, invalid), prefer(M{"sms": "PREFERRED"}, invalid), prefer(M{"email": "ENABLED"}, invalid),
				prefer(M{"totp": "DISABLED", "sms": "DISABLED", "email": "DISABLED"}, "ok"), preference(),
			)},
			{Name: "there are no apps in a pool without second factors", Pool: "names", Steps: steps(ada(), enter("{user}", password, "DONE"),
				setUpTOTP("SoftwareTokenMFANotFoundException"), verifyTOTP("123456", "SoftwareTokenMFANotFoundException"), preference(),
			)},
			{Name: "what was not begun is not verified", Pool: "apps", Steps: steps(ada(), enter("{user}", password, "DONE"),
				verifyTOTP("", "EmptyVerifyTOTPSetupCode"), verifyTOTP("123456", "SoftwareTokenMFANotFoundException"), verifyTOTP("abc", invalid),
			)},
			{Name: "another app takes the place of the first when its code comes", Pool: "apps", Steps: steps(withApp(),
				setUpTOTP("ok"), signOut(),
				enter("{user}", password, askApp), confirmSignIn("{code}", "DONE"),
				appCode(), verifyTOTP("{wrong}", wrongApp), verifyTOTP("{code}", "ok"), signOut(),
				enter("{user}", password, askApp), nextAppCode(), confirmSignIn("{code}", "DONE"),
			)},
			{Name: "second factors of nobody", Pool: "apps", Steps: steps(
				setUpTOTP(notSignedIn), verifyTOTP("123456", notSignedIn), prefer(M{"totp": "ENABLED"}, notSignedIn),
				call("fetchMFAPreference", nil, notSignedIn),
			)},
			{Name: "an app's code is waited for three minutes", Pool: "apps", Steps: steps(withApp(), signOut(),
				enter("{user}", password, askApp), serverAhead("4m"),
				appCode(), confirmSignIn("{code}", refused),
				enter("{user}", password, askApp), confirmSignIn("{code}", "DONE"),
			)},
			{Name: "an app's code that did not arrive is given again", Pool: "apps", Steps: steps(withApp(), signOut(),
				enter("{user}", password, askApp), cut(), confirmSignIn("{code}", "NetworkError"),
				mend(), confirmSignIn("{code}", "DONE"),
			)},
			{Name: "an app that is not set up in time is set up anew", Pool: "appsAlways", Steps: steps(ada(),
				enter("{user}", password, setUpApp), enter("{user}", password, setUpApp),
				appCode(), confirmSignIn("{code}", "DONE"), preference(),
			)},
			{Name: "a sign-in with an app is taken up by the other library", Pool: "apps", Steps: steps(withApp(), signOut(),
				enter("{user}", password, askApp), confirmSignIn("{code}", "DONE"),
				toOther(), currentUser("ok"), preference(), forced("ok"), signOut(),
			)},
			{Name: "an administrator takes an app away", Pool: "apps", Steps: steps(withApp(),
				byAdmin("AdminSetUserMFAPreference", M{"Username": "{user}", "SoftwareTokenMfaSettings": M{"Enabled": false}}),
				preference(), signOut(), enter("{user}", password, "DONE"),
			)},
			{Name: "who has to set an app up and is disabled is refused", Pool: "appsAlways", Steps: steps(ada(),
				enter("{user}", password, setUpApp), appCode(), onUser("AdminDisableUser"), confirmSignIn("{code}", refused),
			)},
			{Name: "codes of an app are tried five times", Pool: "apps", Steps: steps(withApp(), signOut(),
				enter("{user}", password, askApp), times(5, confirmSignIn("{wrong}", mismatch)),
				confirmSignIn("{wrong}", refused), confirmSignIn("{code}", refused),
			)},
		},
	)
}
