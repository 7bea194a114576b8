package parity

// autoFlowScenarios are automatic sign-ins by every flow, and what comes between.
func autoFlowScenarios() []Scenario {
	auto := func(how any) M {
		return M{"userAttributes": M{"email": "{email}"}, "autoSignIn": how}
	}
	up := func(how any) []Step {
		return steps(signUp("{user}", password, auto(how), "CONFIRM_SIGN_UP"), codeTo("{email}", 1), confirmSignUp("{user}", "{code}", "COMPLETE_AUTO_SIGN_IN"))
	}
	done := func(want string) Step { return call("autoSignIn", nil, want) }
	return []Scenario{
		{Name: "who has just confirmed solves a riddle", Pool: "riddles", Steps: steps(up(M{"authFlowType": "CUSTOM_WITHOUT_SRP"}),
			done(riddleStep), confirmSignIn("41", riddleStep), confirmSignIn("42", "DONE"), currentUser("ok"))},
		{Name: "who has just confirmed solves a riddle after the password", Pool: "riddles", Steps: steps(up(M{"authFlowType": "CUSTOM_WITH_SRP"}),
			done(riddleStep), confirmSignIn("42", "DONE"), currentUser("ok"), done("AutoSignInException"))},
		{Name: "who has just confirmed sets an app up", Pool: "appsAlways", Steps: steps(up(true),
			done(setUpApp), appCode(), confirmSignIn("{wrong}", wrongApp), confirmSignIn("{code}", "DONE"), currentUser("ok"))},
		{Name: "who has just confirmed waits too long for a session", Pool: "choiceOnly", Steps: steps(up(M{"authFlowType": "USER_AUTH"}),
			serverAhead("4m"), done(refused), currentUser(notSignedIn))},
		{Name: "who has just confirmed is signed in by another flow meanwhile", Pool: "names", Steps: steps(up(true),
			enter("{user}", password, "DONE"), done("AutoSignInException").insteadGo("UserAlreadyAuthenticatedException"), currentUser("ok"))},
		{Name: "who has just confirmed is disabled", Pool: "names", Steps: steps(up(true), onUser("AdminDisableUser"), done(refused), currentUser(notSignedIn))},
		{Name: "who has just confirmed gets another password", Pool: "names", Steps: steps(up(true),
			byAdmin("AdminSetUserPassword", M{"Username": "{user}", "Password": other, "Permanent": true}), done(refused))},
		{Name: "who confirms after a second code is signed in", Pool: "names", Steps: steps(
			signUp("{user}", password, auto(true), "CONFIRM_SIGN_UP"), codeTo("{email}", 1), resend("{user}", "ok"), codeTo("{email}", 2),
			confirmSignUp("{user}", "{code}", "COMPLETE_AUTO_SIGN_IN"), done("DONE"), currentUser("ok"))},
		{Name: "who signs up without a password is signed in", Pool: "mailedCodes", Steps: steps(
			call("signUp", M{"username": "{user}", "options": auto(M{"authFlowType": "USER_AUTH"})}, "CONFIRM_SIGN_UP"), codeTo("{email}", 1),
			confirmSignUp("{user}", "{code}", "COMPLETE_AUTO_SIGN_IN"), done("DONE"), currentUser("ok"), signOut(),
			begin("{user}", "EMAIL_OTP", askMail), codeTo("{email}", 2), confirmSignIn("{code}", "DONE"))},
		{Name: "who follows a link is signed in", Pool: "names", Config: M{"signUpVerificationMethod": "link"}, Steps: steps(
			signUp("{user}", password, auto(M{"authFlowType": "USER_PASSWORD_AUTH"}), "COMPLETE_AUTO_SIGN_IN"), onUser("AdminConfirmSignUp"), done("DONE"), currentUser("ok"))},
		{Name: "who follows a link and is deleted is not signed in", Pool: "telling", Config: M{"signUpVerificationMethod": "link"}, Steps: steps(
			signUp("{user}", password, auto(M{"authFlowType": "USER_PASSWORD_AUTH"}), "COMPLETE_AUTO_SIGN_IN"), onUser("AdminDeleteUser"), done("UserNotFoundException"))},
		{Name: "an automatic sign-in does not reach the service", Pool: "names", Steps: steps(up(true), cut(), done("NetworkError"), mend(), enter("{user}", password, "DONE"))},
	}
}

// deviceChainScenarios are devices on the way of other challenges.
func deviceChainScenarios() []Scenario {
	noLonger := byAdmin("AdminForgetDevice", M{"Username": "{user}", "DeviceKey": "{deviceKey}"})
	asked := steps(ada(), enter("{user}", password, "DONE"), setUpTOTP("ok"), appCode(), verifyTOTP("{code}", "ok"), prefer(M{"totp": "PREFERRED"}, "ok"), thisDevice())
	return []Scenario{
		{Name: "a device is remembered, and its session is refreshed", Pool: "askedDevices", Steps: steps(asked,
			rememberDevice("ok"), rememberDevice("ok"), forced("ok"), signOut(), enter("{user}", password, "DONE"), forced("ok"), fetchDevices("ok"))},
		{Name: "a device that the service forgot is remembered in vain", Pool: "askedDevices", Steps: steps(asked, noLonger,
			rememberDevice(refused), fetchDevices(refused), forgetDevice("", refused), ended(forced("ok")), currentUser(notSignedIn))},
		{Name: "a device that the service forgets before the code of an app", Pool: "askedDevices", Steps: steps(asked, signOut(),
			enter("{user}", password, askApp), noLonger, nextAppCode(), confirmSignIn("{code}", "ResourceNotFoundException").insteadGo("DONE"))},
		{Name: "a device with a wrong password, and then without", Pool: "devices", Steps: steps(withApp(), signOut(),
			write(storageKey("{user}", "randomPasswordKey"), "wrong"), enter("{user}", password, refused), signIn("{user}", password, refused),
			forget(storageKey("{user}", "deviceKey"), storageKey("{user}", "deviceGroupKey"), storageKey("{user}", "randomPasswordKey")),
			enter("{user}", password, askApp), confirmSignIn("{code}", "DONE"), fetchDevices("ok"))},
		{Name: "half of what a device proves itself by", Pool: "devices", Steps: steps(withApp(), signOut(),
			forget(storageKey("{user}", "randomPasswordKey")), enter("{user}", password, askApp), confirmSignIn("{code}", "DONE"))},
		{Name: "a device proves itself after a new password", Pool: "trackedOnly", Steps: steps(invited("{user}"),
			enter("{user}", temporary, chooseNew), confirmSignIn(password, "DONE"), fetchDevices("ok"), signOut(),
			enter("{user}", password, "DONE"), fetchDevices("ok"))},
		{Name: "two people on one device", Pool: "devices", Steps: steps(ada(), known("{otherUser}"),
			enter("{user}", password, "DONE"), signOut(), enter("{otherUser}", password, "DONE"), fetchDevices("ok"), signOut(),
			enter("{user}", password, "DONE"), fetchDevices("ok"), forgetDevice("", "ok"), signOut(), enter("{otherUser}", password, "DONE"), forced("ok"))},
		{Name: "a device of a riddle is remembered and forgotten", Pool: "riddleDevices", Steps: steps(ada(),
			enterBy("CUSTOM_WITH_SRP", "{user}", password, riddleStep), confirmSignIn("42", "DONE"), fetchDevices("ok"), session(), signOut(),
			enterBy("CUSTOM_WITH_SRP", "{user}", password, riddleStep), confirmSignIn("42", "DONE"), forced("ok"))},
		{Name: "a device of a sign-in by choice", Pool: "devices", Steps: steps(ada(),
			begin("{user}", "", selectFirst), confirmSignIn("PASSWORD", askSecret), confirmSignIn(password, "DONE"), fetchDevices("ok"), forced("ok"), signOut(),
			enter("{user}", password, "DONE"), fetchDevices("ok"))},
		{Name: "devices after the user is gone", Pool: "devices", Steps: steps(ada(), enter("{user}", password, "DONE"), onUser("AdminDeleteUser"),
			fetchDevices("UserNotFoundException"), rememberDevice("UserNotFoundException"), forgetDevice("", "UserNotFoundException"))},
		{Name: "devices after a sign-out everywhere", Pool: "devices", Steps: steps(ada(), enter("{user}", password, "DONE"), onUser("AdminUserGlobalSignOut"),
			fetchDevices(refused), rememberDevice(refused), forgetDevice("", refused))},
	}
}

// preferenceScenarios are second factors that somebody switches on and off.
func preferenceScenarios() []Scenario {
	three := steps(known("{user}", "email", "{email}", "email_verified", "true", "phone_number", "{phone}", "phone_number_verified", "true"),
		enter("{user}", password, "DONE"), setUpTOTP("ok"), appCode(), verifyTOTP("{code}", "ok"))
	return []Scenario{
		{Name: "three second factors are switched on, preferred and off", Pool: "factors", Steps: steps(three,
			prefer(M{"sms": "ENABLED", "totp": "PREFERRED", "email": "NOT_PREFERRED"}, "ok"), preference(),
			prefer(M{"sms": "PREFERRED", "totp": "ENABLED"}, "ok"), preference(),
			prefer(M{"sms": "DISABLED"}, "ok"), preference(), prefer(M{"email": "PREFERRED", "totp": "DISABLED"}, "ok"), preference(),
			prefer(M{"email": "DISABLED"}, "ok"), preference(), signOut(), enter("{user}", password, "DONE"))},
		{Name: "three factors that are all preferred", Pool: "factors", Steps: steps(three,
			prefer(M{"sms": "PREFERRED", "totp": "PREFERRED", "email": "PREFERRED"}, invalid), preference())},
		{Name: "the one that is preferred is asked for, and then another", Pool: "factors", Steps: steps(three,
			prefer(M{"sms": "ENABLED", "totp": "ENABLED", "email": "PREFERRED"}, "ok"), signOut(),
			enter("{user}", password, askMail), codeTo("{email}", 1), confirmSignIn("{code}", "DONE"),
			prefer(M{"email": "NOT_PREFERRED"}, "ok"), preference(), signOut(), enter("{user}", password, selectSecond), confirmSignIn("TOTP", askApp),
			nextAppCode(), confirmSignIn("{code}", "DONE"))},
		{Name: "the second app's secret is the one that counts", Pool: "apps", Steps: steps(ada(), enter("{user}", password, "DONE"),
			setUpTOTP("ok"), appCode(), setUpTOTP("ok"), verifyTOTP("{code}", wrongApp), appCode(), verifyTOTP("{code}", "ok"), verifyTOTP("{code}", "SoftwareTokenMFANotFoundException"))},
		{Name: "an app with a name", Pool: "apps", Steps: steps(ada(), enter("{user}", password, "DONE"), setUpTOTP("ok"), appCode(),
			call("verifyTOTPSetup", M{"code": "{code}", "options": M{"friendlyDeviceName": "Ada's phone"}}, "ok"), prefer(M{"totp": "PREFERRED"}, "ok"), signOut(),
			enter("{user}", password, askApp), nextAppCode(), confirmSignIn("{code}", "DONE"))},
		{Name: "second factors after the user is gone", Pool: "apps", Steps: steps(withApp(), onUser("AdminDeleteUser"),
			setUpTOTP("UserNotFoundException"), verifyTOTP("{code}", "UserNotFoundException"), prefer(M{"totp": "DISABLED"}, "UserNotFoundException"),
			call("fetchMFAPreference", nil, "UserNotFoundException"))},
		{Name: "second factors after a sign-out everywhere", Pool: "apps", Steps: steps(withApp(), onUser("AdminUserGlobalSignOut"),
			setUpTOTP(refused), verifyTOTP("{code}", refused), prefer(M{"totp": "DISABLED"}, refused), call("fetchMFAPreference", nil, refused))},
		{Name: "second factors without the service", Pool: "apps", Steps: steps(withApp(), cut(), setUpTOTP("NetworkError"), verifyTOTP("{code}", "NetworkError"),
			prefer(M{"totp": "DISABLED"}, "NetworkError"), call("fetchMFAPreference", nil, "NetworkError"), mend(), preference())},
		{Name: "second factors with tokens that are too old", Pool: "shortApps", Steps: steps(ada(), enter("{user}", password, "DONE"), wait("11m"),
			setUpTOTP("ok"), wait("11m"), preference(), wait("11m"), appCode(), verifyTOTP("{code}", "ok"), prefer(M{"totp": "PREFERRED"}, "ok"))},
		{Name: "a phone number that is taken away is asked for no code", Pool: "factors", Steps: steps(twoAddresses(M{"sms": "ENABLED"}),
			byAdmin("AdminDeleteUserAttributes", M{"Username": "{user}", "UserAttributeNames": []string{"phone_number"}}), enter("{user}", password, "DONE"), preference())},
	}
}

// passkeyChainScenarios are passkeys that are not to be had, and who they are of.
func passkeyChainScenarios() []Scenario {
	in := steps(ada(), enter("{user}", password, "DONE"))
	with := steps(in, associate("ok"), signOut())
	all := []Scenario{
		{Name: "a browser that fails in other ways makes no passkey", Steps: steps(in,
			authenticatorFails("NotSupportedError"), associate("Unknown"), authenticatorFails("InvalidStateError"), associate("PasskeyAlreadyExists"),
			authenticatorFails("UnknownError"), associate("Unknown"), passkeys(M{}), associate("ok"), passkeys(M{}))},
		{Name: "a browser that fails in other ways gives no passkey", Steps: steps(with,
			authenticatorFails("SecurityError"), begin("{user}", "WEB_AUTHN", "RelyingPartyMismatch"),
			authenticatorFails("AbortError"), begin("{user}", "WEB_AUTHN", "PasskeyOperationAborted"),
			authenticatorFails("UnknownError"), begin("{user}", "WEB_AUTHN", "Unknown"),
			begin("{user}", "WEB_AUTHN", "DONE"))},
		{Name: "a passkey is chosen and not given, twice, and then given", Steps: steps(with,
			begin("{user}", "", selectFirst), authenticatorFails("NotAllowedError"), confirmSignIn("WEB_AUTHN", "PasskeyAuthenticationCanceled"),
			authenticatorFails("AbortError"), confirmSignIn("WEB_AUTHN", "PasskeyOperationAborted"), confirmSignIn("PIGEON", invalid), confirmSignIn("WEB_AUTHN", "DONE"))},
		{Name: "a passkey that was preferred is not given, and a password is proved", Steps: steps(with,
			authenticatorFails("NotAllowedError"), begin("{user}", "WEB_AUTHN", "PasskeyAuthenticationCanceled"),
			confirmSignIn("PASSWORD_SRP", askSecret), confirmSignIn(other, refused), confirmSignIn(password, "DONE"), currentUser("ok"))},
		{Name: "a passkey of who is disabled", Steps: steps(with, onUser("AdminDisableUser"), begin("{user}", "WEB_AUTHN", refused), onUser("AdminEnableUser"), begin("{user}", "WEB_AUTHN", "DONE"))},
		{Name: "a passkey of who has to reset the password", Steps: steps(with, onUser("AdminResetUserPassword"), begin("{user}", "WEB_AUTHN", "RESET_PASSWORD"))},
		{Name: "a passkey that the service deleted", Steps: steps(in, associate("ok"), passkeys(M{}), call("deleteWebAuthnCredential", M{"credentialId": "{passkey}"}, "ok"), signOut(),
			begin("{user}", "WEB_AUTHN", selectFirst), confirmSignIn("WEB_AUTHN", invalid))},
		{Name: "passkeys are listed from a token that is none", Steps: steps(in, call("listWebAuthnCredentials", M{"nextToken": "rubbish"}, invalid),
			call("listWebAuthnCredentials", M{"pageSize": 21}, invalid), call("deleteWebAuthnCredential", M{"credentialId": ""}, "ResourceNotFoundException"))},
		{Name: "a passkey's session is refreshed, moves and ends", Steps: steps(with, begin("{user}", "WEB_AUTHN", "DONE"), forced("ok"), restart(), currentUser("ok"), forced("ok"),
			toOther(), currentUser("ok"), passkeys(M{}), call("signOut", M{"global": true}, "ok"))},
		{Name: "passkeys after the user is gone", Steps: steps(in, onUser("AdminDeleteUser"), associate(refused),
			call("listWebAuthnCredentials", M{}, refused), call("deleteWebAuthnCredential", M{"credentialId": "bm9uZQ"}, refused))},
	}
	for i := range all {
		all[i].Pool, all[i].Config = "passkeys", M{"passkeys": true}
	}
	return all
}

// optionScenarios are what signIn and confirmSignIn take besides.
func optionScenarios() []Scenario {
	in := func(with M, want string) Step { return call("signIn", with, want) }
	return []Scenario{
		{Name: "a factor that nobody knows is preferred", Pool: "codes", Steps: steps(ada(),
			in(M{"username": "{user}", "options": M{"authFlowType": "USER_AUTH", "preferredChallenge": "PIGEON"}}, selectFirst))},
		{Name: "a password is given where none is preferred", Pool: "names", Steps: steps(ada(),
			in(M{"username": "{user}", "password": password, "options": M{"authFlowType": "USER_AUTH"}}, selectFirst), confirmSignIn("PASSWORD", askSecret), confirmSignIn(password, "DONE"))},
		{Name: "a preferred password is missing", Pool: "names", Steps: steps(ada(),
			in(M{"username": "{user}", "options": M{"authFlowType": "USER_AUTH", "preferredChallenge": "PASSWORD"}}, "EmptySignInPassword"),
			in(M{"username": "{user}", "options": M{"authFlowType": "USER_AUTH", "preferredChallenge": "PASSWORD_SRP"}}, "EmptySignInPassword"))},
		{Name: "a preferred challenge says nothing outside of a choice", Pool: "names", Steps: steps(ada(),
			in(M{"username": "{user}", "password": password, "options": M{"authFlowType": "USER_SRP_AUTH", "preferredChallenge": "EMAIL_OTP"}}, "DONE"), currentUser("ok"))},
		{Name: "metadata goes to the functions of each answer", Pool: "refusing", Steps: steps(invited("{user}"),
			enter("{user}", temporary, chooseNew), call("confirmSignIn", M{"challengeResponse": password, "options": M{"clientMetadata": M{"refuse": "no"}}}, "DONE"), signOut(),
			in(M{"username": "{user}", "password": password, "options": M{"authFlowType": "USER_AUTH", "preferredChallenge": "PASSWORD", "clientMetadata": M{"refuse": "never"}}}, "UserLambdaValidationException"),
			in(M{"username": "{user}", "options": M{"authFlowType": "USER_AUTH", "clientMetadata": M{"refuse": "never"}}}, "UserLambdaValidationException"),
			begin("{user}", "", selectFirst), confirmSignIn("PASSWORD", askSecret),
			call("confirmSignIn", M{"challengeResponse": password, "options": M{"clientMetadata": M{"refuse": "then"}}}, "DONE"))},
		{Name: "a sign-in under way outlives a sign-out", Pool: "names", Steps: steps(invited("{user}"), adaToo(),
			enter("{user}", temporary, chooseNew), signOut(), confirmSignIn(password, "DONE"), currentUser("ok"))},
		{Name: "somebody else signs in in the middle of a sign-in", Pool: "names", Steps: steps(invited("{user}"), adaToo(),
			enter("{user}", temporary, chooseNew), begin("{otherUser}", "", selectFirst), confirmSignIn("PASSWORD", askSecret), confirmSignIn(password, "DONE"), currentUser("ok"))},
		{Name: "names with spaces around them", Pool: "names", Steps: steps(ada(), enter(" {user}", password, refused), enter("{user} ", password, refused))},
	}
}

// adaToo is another who is known.
func adaToo() []Step { return known("{otherUser}", "email", "{otherEmail}", "email_verified", "true") }
