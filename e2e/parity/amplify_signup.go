package parity

func signUpScenarios() []Scenario {
	withEmail := M{"userAttributes": M{"email": "{email}"}}
	return []Scenario{
		{Name: "somebody signs up, confirms, signs in by SRP and is known", Pool: "emails", Steps: steps(
			signUp("{email}", password, nil, "CONFIRM_SIGN_UP"),
			codeTo("{email}", 1),
			confirmSignUp("{email}", "{code}", "DONE"),
			signIn("{email}", password, "DONE"),
			currentUser("ok"), attributes("ok"), session(), signOut(),
		)},
		{Name: "attributes given at sign-up come back", Pool: "names", Steps: steps(
			signUp("{user}", password, M{
				"userAttributes": M{"email": "{email}", "name": "Ada Lovelace, née Byron", "locale": "en"},
				"validationData": M{"invite": "42"}, "clientMetadata": M{"source": "web"},
			}, "CONFIRM_SIGN_UP"),
			codeTo("{email}", 1),
			call("confirmSignUp", M{"username": "{user}", "confirmationCode": "{code}", "options": M{"clientMetadata": M{"source": "web"}}}, "DONE"),
			enter("{user}", password, "DONE"),
			attributes("ok"),
		)},
		{Name: "a phone number is what one signs up with", Pool: "phones", Steps: steps(
			signUp("{phone}", password, nil, "CONFIRM_SIGN_UP"),
			codeTo("{phone}", 1),
			confirmSignUp("{phone}", "{code}", "DONE"),
			enter("{phone}", password, "DONE"),
			currentUser("ok"), attributes("ok"),
		)},
		{Name: "nobody signs up without a name", Pool: "names", Steps: steps(signUp("", password, nil, "EmptySignUpUsername"))},
		{Name: "nobody signs up without a password", Pool: "names", Steps: steps(
			call("signUp", M{"username": "{user}"}, "EmptySignUpPassword"),
			signUp("{user}", "", nil, "EmptySignUpPassword"),
		)},
		{Name: "a weak password is refused, and leaves nothing behind", Pool: "emails", Steps: steps(
			signUp("{email}", weak, nil, "InvalidPasswordException"),
			signUp("{email}", "Tulip-four", nil, "InvalidPasswordException"),
			signUp("{email}", password, nil, "CONFIRM_SIGN_UP"),
		)},
		{Name: "nobody signs up twice", Pool: "emails", Steps: steps(
			signUp("{email}", password, nil, "CONFIRM_SIGN_UP"),
			signUp("{email}", password, nil, "UsernameExistsException"),
			codeTo("{email}", 1),
			confirmSignUp("{email}", "{code}", "DONE"),
			signUp("{EMAIL}", password, nil, "UsernameExistsException"),
		)},
		{Name: "a name that is no address is refused where addresses are names", Pool: "emails", Steps: steps(
			signUp("{user}", password, nil, "InvalidParameterException"),
		)},
		{Name: "a name that is an address is refused where addresses are aliases", Pool: "aliases", Steps: steps(
			signUp("{email}", password, nil, "InvalidParameterException"),
		)},
		{Name: "an attribute that the pool lacks is refused", Pool: "names", Steps: steps(
			signUp("{user}", password, M{"userAttributes": M{"email": "{email}", "custom:shoe": "38"}}, "InvalidParameterException"),
		)},
		{Name: "an attribute of a wrong form is refused", Pool: "names", Steps: steps(
			signUp("{user}", password, M{"userAttributes": M{"email": "nowhere"}}, "InvalidParameterException"),
			signUp("{user}", password, M{"userAttributes": M{"email": "{email}", "phone_number": "12"}}, "InvalidParameterException"),
		)},
		{Name: "a required attribute is missed", Pool: "required", Steps: steps(
			signUp("{user}", password, M{"userAttributes": M{"email": "{email}", "name": "Ada"}}, "InvalidParameterException"),
			signUp("{user}", password, M{"userAttributes": M{"email": "{email}", "name": "Ada", "nickname": "Countess"}}, "CONFIRM_SIGN_UP"),
		)},
		{Name: "an attribute that the client may not write is refused", Pool: "readOnly", Steps: steps(
			signUp("{user}", password, M{"userAttributes": M{"email": "{email}", "name": "Ada"}}, "NotAuthorizedException"),
			signUp("{user}", password, withEmail, "CONFIRM_SIGN_UP"),
		)},
		{Name: "only administrators make users", Pool: "invited", Steps: steps(
			signUp("{user}", password, withEmail, "NotAuthorizedException"),
		)},
		{Name: "a function refuses a sign-up in its own words", Pool: "refusing", Steps: steps(
			signUp("{user}", password, M{
				"userAttributes": M{"email": "{email}"},
				"validationData": M{"refuse": "full"}, "clientMetadata": M{"refuse": "late"},
			}, "UserLambdaValidationException"),
			signUp("{user}", password, withEmail, "CONFIRM_SIGN_UP"),
		)},
		{Name: "a client with a secret is refused without it", Pool: "secret", Steps: steps(
			signUp("{user}", password, withEmail, "NotAuthorizedException"),
			confirmSignUp("{user}", "123456", "NotAuthorizedException"),
			resend("{user}", "NotAuthorizedException"),
		)},
		{Name: "a function confirms somebody, who needs no code", Pool: "confirming", Steps: steps(
			signUp("{user}", password, withEmail, "DONE"),
			enter("{user}", password, "DONE"),
			attributes("ok"),
		)},
		{Name: "a name and a password of many scripts", Pool: "names", Steps: steps(
			signUp("Ада/{user}:Ünïcödé+1", "Tulip-4 und ñandú 🌷", withEmail, "CONFIRM_SIGN_UP"),
			codeTo("{email}", 1),
			confirmSignUp("Ада/{user}:Ünïcödé+1", "{code}", "DONE"),
			signIn("Ада/{user}:Ünïcödé+1", "Tulip-4 und ñandú 🌷", "DONE"),
			currentUser("ok"), signOut(),
			ways[1].signIn("Ада/{user}:Ünïcödé+1", "Tulip-4 und ñandú 🌷", "DONE"),
		)},
	}
}

func confirmScenarios() []Scenario {
	withEmail := M{"userAttributes": M{"email": "{email}"}}
	return []Scenario{
		{Name: "nobody confirms without a name or a code", Pool: "names", Steps: steps(
			confirmSignUp("", "123456", "EmptyConfirmSignUpUsername"),
			confirmSignUp("{user}", "", "EmptyConfirmSignUpCode"),
		)},
		{Name: "a wrong code is refused, and the right one still works, once", Pool: "names", Steps: steps(
			signUp("{user}", password, withEmail, "CONFIRM_SIGN_UP"),
			codeTo("{email}", 1),
			confirmSignUp("{user}", "{wrong}", "CodeMismatchException"),
			confirmSignUp("{user}", "{code}", "DONE"),
			confirmSignUp("{user}", "{code}", "NotAuthorizedException"),
		)},
		{Name: "what is no code at all is refused", Pool: "names", Steps: steps(
			signUp("{user}", password, withEmail, "CONFIRM_SIGN_UP"),
			codeTo("{email}", 1),
			confirmSignUp("{user}", "not a code", "InvalidParameterException"),
			confirmSignUp("{user}", "1", "CodeMismatchException"),
		)},
		{Name: "a code is too old after a day", Pool: "names", Steps: steps(
			signUp("{user}", password, withEmail, "CONFIRM_SIGN_UP"),
			codeTo("{email}", 1),
			serverAhead("25h"),
			confirmSignUp("{user}", "{code}", "ExpiredCodeException"),
			resend("{user}", "ok"),
			codeTo("{email}", 2),
			confirmSignUp("{user}", "{code}", "DONE"),
		)},
		{Name: "who confirms somebody unknown hears nothing of it", Pool: "names", Steps: steps(
			confirmSignUp("{user}", "123456", "ExpiredCodeException"),
			resend("{user}", "ok"),
		)},
		{Name: "who confirms somebody unknown hears so", Pool: "telling", Steps: steps(
			confirmSignUp("{user}", "123456", "UserNotFoundException"),
			resend("{user}", "UserNotFoundException"),
		)},
		{Name: "an address that another has is taken over only by force", Pool: "aliases", Steps: steps(
			known("{otherUser}", "email", "{email}", "email_verified", "true"),
			signUp("{user}", password, withEmail, "CONFIRM_SIGN_UP"),
			codeTo("{email}", 1),
			confirmSignUp("{user}", "{code}", "AliasExistsException"),
			call("confirmSignUp", M{"username": "{user}", "confirmationCode": "{code}", "options": M{"forceAliasCreation": false}}, "AliasExistsException"),
			call("confirmSignUp", M{"username": "{user}", "confirmationCode": "{code}", "options": M{"forceAliasCreation": true}}, "DONE"),
			enter("{email}", password, "DONE"),
			currentUser("ok"),
		)},
		{Name: "a second code is sent, and the first is void", Pool: "names", Steps: steps(
			signUp("{user}", password, withEmail, "CONFIRM_SIGN_UP"),
			codeTo("{email}", 1),
			call("resendSignUpCode", M{"username": "{user}", "options": M{"clientMetadata": M{"source": "web"}}}, "ok"),
			codeTo("{email}", 2),
			confirmSignUp("{user}", "{code}", "DONE"),
			resend("{user}", "InvalidParameterException"),
		)},
		{Name: "nobody gets a code without a name", Pool: "names", Steps: steps(resend("", "EmptySignUpUsername"))},
		{Name: "codes are sent again five times an hour", Pool: "names", Steps: steps(
			signUp("{user}", password, withEmail, "CONFIRM_SIGN_UP"),
			resend("{user}", "ok"), resend("{user}", "ok"), resend("{user}", "ok"), resend("{user}", "ok"), resend("{user}", "ok"),
			resend("{user}", "LimitExceededException"),
		)},
		{Name: "an administrator confirms somebody", Pool: "names", Steps: steps(
			signUp("{user}", password, withEmail, "CONFIRM_SIGN_UP"),
			enter("{user}", password, "CONFIRM_SIGN_UP"),
			onUser("AdminConfirmSignUp"),
			confirmSignUp("{user}", "123456", "NotAuthorizedException"),
			enter("{user}", password, "DONE"),
		)},
	}
}

func autoSignInScenarios() []Scenario {
	auto := func(how any) M {
		return M{"userAttributes": M{"email": "{email}"}, "autoSignIn": how}
	}
	var all []Scenario
	for _, c := range []struct {
		name, pool string
		how        any
	}{
		{"by SRP with the password that was kept", "srpOnly", true},
		{"by plain password", "passwordOnly", M{"authFlowType": "USER_PASSWORD_AUTH"}},
		{"by the session of the confirmation", "choiceOnly", M{"authFlowType": "USER_AUTH"}},
	} {
		all = append(all, Scenario{Name: "who has just confirmed is signed in " + c.name, Pool: c.pool, Steps: steps(
			signUp("{user}", password, auto(c.how), "CONFIRM_SIGN_UP"),
			codeTo("{email}", 1),
			confirmSignUp("{user}", "{wrong}", "CodeMismatchException"),
			confirmSignUp("{user}", "{code}", "COMPLETE_AUTO_SIGN_IN"),
			call("autoSignIn", nil, "DONE"),
			currentUser("ok"), attributes("ok"),
			call("autoSignIn", nil, "AutoSignInException"),
		)})
	}
	return append(all,
		Scenario{Name: "whom a function confirmed is signed in at once", Pool: "confirming", Steps: steps(
			signUp("{user}", password, auto(true), "COMPLETE_AUTO_SIGN_IN"),
			call("autoSignIn", nil, "DONE"),
			currentUser("ok"),
		)},
		Scenario{Name: "whom a function confirmed is signed in by the session of the sign-up", Pool: "confirming", Steps: steps(
			signUp("{user}", password, auto(M{"authFlowType": "USER_AUTH"}), "COMPLETE_AUTO_SIGN_IN"),
			call("autoSignIn", nil, "DONE"),
			currentUser("ok"),
		)},
		Scenario{Name: "nobody is signed in who did not ask for it", Pool: "names", Steps: steps(
			signUp("{user}", password, M{"userAttributes": M{"email": "{email}"}}, "CONFIRM_SIGN_UP"),
			codeTo("{email}", 1),
			confirmSignUp("{user}", "{code}", "DONE"),
			call("autoSignIn", nil, "AutoSignInException"),
		)},
		Scenario{Name: "somebody else's confirmation signs nobody in", Pool: "names", Steps: steps(
			signUp("{otherUser}", password, M{"userAttributes": M{"email": "{otherEmail}"}}, "CONFIRM_SIGN_UP"),
			codeTo("{otherEmail}", 1),
			signUp("{user}", password, auto(true), "CONFIRM_SIGN_UP"),
			confirmSignUp("{otherUser}", "{code}", "DONE"),
		)},
		Scenario{Name: "a confirmed sign-up whose user is gone signs nobody in", Pool: "telling", Steps: steps(
			signUp("{user}", password, auto(true), "CONFIRM_SIGN_UP"),
			codeTo("{email}", 1),
			confirmSignUp("{user}", "{code}", "COMPLETE_AUTO_SIGN_IN"),
			onUser("AdminDeleteUser"),
			call("autoSignIn", nil, "UserNotFoundException"),
			currentUser(notSignedIn),
		)},
	)
}
