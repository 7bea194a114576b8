package parity

import "slices"

func forgot(want string) Step { return do("forgotPassword", want) }

func confirmPassword(code, secret, want string) Step {
	return call("confirmPassword", M{"code": code, "password": secret}, want)
}

func changePassword(before, after, want string) Step {
	return call("changePassword", M{"old": before, "password": after}, want)
}

func updateAttributes(attributes M, want string) Step {
	return call("updateAttributes", M{"attributes": attributes}, want)
}

func verify(name, code, want string) Step {
	return call("verifyAttribute", M{"name": name, "code": code}, want)
}

func askFor(name, want string) Step {
	return call("getAttributeVerificationCode", M{"name": name}, want)
}

func deleteAttributes(want string, names ...string) Step {
	return call("deleteAttributes", M{"names": append([]string{}, names...)}, want)
}

func userPoolPasswordScenarios() []Scenario {
	in := steps(ada(), sitBy("{user}", "USER_PASSWORD_AUTH"), authenticate("{user}", password, "ok"))
	return slices.Concat(
		eachFlow("who has to reset the password does so by the code that was sent", "names", func(f string) []Step {
			return steps(ada(), onUser("AdminResetUserPassword"), sitBy("{user}", f),
				authenticate("{user}", password, "PasswordResetRequiredException"), codeTo("{email}", 1),
				confirmPassword("{code}", other, "ok"), authenticate("{user}", other, "ok"))
		}),
		[]Scenario{
			{Name: "a forgotten password is replaced by the code", Pool: "names", Steps: steps(ada(), sitBy("{user}", "USER_PASSWORD_AUTH"),
				forgot("ok"), codeTo("{email}", 1),
				confirmPassword("{wrong}", other, "CodeMismatchException"), confirmPassword("{code}", weak, "InvalidPasswordException"),
				confirmPassword("not a code", other, "InvalidParameterException"), confirmPassword("", other, "InvalidParameterException"),
				confirmPassword("{code}", "", "InvalidParameterException"),
				confirmPassword("{code}", other, "ok"), confirmPassword("{code}", other, "ExpiredCodeException"),
				authenticate("{user}", password, "NotAuthorizedException"), authenticate("{user}", other, "ok"),
			)},
			{Name: "a forgotten password by an alias", Pool: "aliases", Steps: steps(
				known("{user}", "email", "{email}", "email_verified", "true"), sitBy("{email}", "USER_PASSWORD_AUTH"),
				call("forgotPassword", M{"clientMetadata": M{"source": "web"}}, "ok"), codeTo("{email}", 1),
				call("confirmPassword", M{"code": "{code}", "password": other, "clientMetadata": M{"source": "web"}}, "ok"),
				authenticate("{email}", other, "ok"),
			)},
			{Name: "a function objects to a reset when it is done", Pool: "grudging", Steps: steps(ada(), sit("{user}"), forgot("ok"), codeTo("{email}", 1),
				call("confirmPassword", M{"code": "{code}", "password": other, "clientMetadata": M{"refuse": "holiday"}}, "UserLambdaValidationException"),
			)},
			{Name: "who gets no code for a password", Pool: "telling", Steps: steps(
				sit("{nick}"), forgot("UserNotFoundException"), confirmPassword("123456", other, "UserNotFoundException"),
				known("{user}"), sit("{user}"), forgot("InvalidParameterException"),
				onUser("AdminDisableUser"), forgot("NotAuthorizedException"), confirmPassword("123456", other, "NotAuthorizedException"),
				invited("{otherUser}", "email", "{otherEmail}", "email_verified", "true"), sit("{otherUser}"), forgot("NotAuthorizedException"),
				sit(""), forgot("InvalidParameterException"),
			)},
			{Name: "who resets the password of somebody unknown hears nothing of it", Pool: "emails", Steps: steps(
				sit("{email}"), forgot("ok"), confirmPassword("123456", other, "CodeMismatchException"),
			)},
			{Name: "a code for a password is too old after an hour", Pool: "names", Steps: steps(ada(), sit("{user}"),
				forgot("ok"), codeTo("{email}", 1), serverAhead("61m"), confirmPassword("{code}", other, "ExpiredCodeException"),
			)},
			{Name: "codes for a password are sent five times an hour", Pool: "names", Steps: steps(ada(), sit("{user}"),
				times(5, forgot("ok")), forgot("LimitExceededException"),
			)},
			{Name: "a password is not reset without the service", Pool: "names", Steps: steps(ada(), sit("{user}"),
				cut(), forgot("NetworkError"), confirmPassword("123456", other, "NetworkError"),
			)},
			{Name: "a password is changed, and the session goes on", Pool: "names", Steps: steps(in, do("getUserData", "ok"),
				changePassword(other, temporary, "NotAuthorizedException"), changePassword(password, weak, "InvalidPasswordException"),
				changePassword(password, "", "InvalidParameterException"),
				changePassword(password, other, "ok"), do("getSession", "ok"), do("refreshSession", "ok"),
				authenticate("{user}", password, "NotAuthorizedException"), authenticate("{user}", other, "ok"),
			)},
			{Name: "a former password is refused", Pool: "remembering", Steps: steps(in,
				changePassword(password, password, "PasswordHistoryPolicyViolationException"), changePassword(password, other, "ok"),
				changePassword(other, password, "PasswordHistoryPolicyViolationException"),
			)},
			{Name: "passwords are tried five times an hour", Pool: "names", Steps: steps(in,
				times(5, changePassword(other, temporary, "NotAuthorizedException")), changePassword(password, other, "LimitExceededException"),
			)},
		},
	)
}

func userPoolAttributeScenarios() []Scenario {
	in := steps(ada(), sitBy("{user}", "USER_PASSWORD_AUTH"), authenticate("{user}", password, "ok"))
	ask := call("getUserData", M{"bypassCache": true}, "ok")
	return []Scenario{
		{Name: "attributes change, and what is known of the user is read", Pool: "names", Steps: steps(in,
			updateAttributes(M{"name": "Ada Lovelace, née Byron", "nickname": "A"}, "ok"), do("getUserData", "ok"),
			updateAttributes(M{"nickname": ""}, "ok"), do("getUserAttributes", "ok"), do("getSignInUserSession", "ok"),
		)},
		{Name: "attributes change, and what is known of the user is read again", Pool: "names", Steps: steps(in, do("getUserData", "ok"),
			call("updateAttributes", M{"attributes": M{"name": "Ada"}, "clientMetadata": M{"source": "web"}}, "ok"),
			do("getUserData", "ok"), do("getSession", "ok"), restart(), do("getCurrentUser", "ok"), do("getSession", "ok"), do("getUserData", "ok"),
		)},
		{Name: "attributes that cannot change stay, and so does what is known", Pool: "fixed", Steps: steps(
			known("{user}", "email", "{email}", "custom:born", "1815"), sitBy("{user}", "USER_PASSWORD_AUTH"), authenticate("{user}", password, "ok"),
			do("getUserData", "ok"),
			updateAttributes(M{"name": "Eve", "custom:born": "1816"}, "InvalidParameterException"),
			updateAttributes(M{"name": "Eve", "custom:none": "x"}, "InvalidParameterException"),
			updateAttributes(M{"email_verified": "true"}, "NotAuthorizedException"), updateAttributes(M{"email": "nowhere"}, "InvalidParameterException"),
			updateAttributes(M{}, "ok"), do("getUserData", "ok"),
		)},
		{Name: "attributes that the client may not write stay", Pool: "readOnly", Steps: steps(
			known("{user}", "email", "{email}", "name", "Ada"), sitBy("{user}", "USER_PASSWORD_AUTH"), authenticate("{user}", password, "ok"),
			updateAttributes(M{"name": "Eve"}, "NotAuthorizedException"), deleteAttributes("NotAuthorizedException", "name"),
		)},
		{Name: "a new address counts at once, and is proved by a code", Pool: "names", Steps: steps(in, do("getUserData", "ok"),
			updateAttributes(M{"email": "{otherEmail}"}, "ok"), codeTo("{otherEmail}", 1),
			verify("email", "{wrong}", "CodeMismatchException"), verify("email", "{code}", "ok"), verify("email", "{code}", "ExpiredCodeException"),
			do("getUserData", "ok"), ask,
		)},
		{Name: "a new address of a careful pool waits for its code", Pool: "careful", Steps: steps(in,
			updateAttributes(M{"email": "{otherEmail}", "name": "Ada"}, "ok"), do("getUserData", "ok"), codeTo("{otherEmail}", 1),
			verify("email", "{code}", "ok"), do("getUserAttributes", "ok"), do("getUserData", "ok"), ask,
		)},
		{Name: "an alias of another is not proved", Pool: "aliases", Steps: steps(in, ada2(),
			updateAttributes(M{"email": "{otherEmail}"}, "ok"), codeTo("{otherEmail}", 1), verify("email", "{code}", "AliasExistsException"),
		)},
		{Name: "the address that people sign in by changes", Pool: "emails", Steps: steps(
			known("{email}"), sit("{email}"), authenticate("{email}", password, "ok"),
			updateAttributes(M{"email": "{otherEmail}"}, "ok"), do("getUsername", "ok"),
			sitBy("{email}", "USER_PASSWORD_AUTH"), authenticate("{email}", password, "NotAuthorizedException"),
			sit("{otherEmail}"), authenticate("{otherEmail}", password, "ok"),
		)},
		{Name: "an address is proved by a code that was asked for", Pool: "names", Steps: steps(
			known("{user}", "email", "{email}"), sitBy("{user}", "USER_PASSWORD_AUTH"), authenticate("{user}", password, "ok"),
			askFor("phone_number", "InvalidParameterException"), askFor("name", "InvalidParameterException"),
			call("getAttributeVerificationCode", M{"name": "email", "clientMetadata": M{"source": "web"}}, "ok"), codeTo("{email}", 1),
			verify("email", "", "InvalidParameterException"), verify("email", "not a code", "InvalidParameterException"),
			verify("name", "{code}", "InvalidParameterException"), verify("email", "{code}", "ok"), do("getUserAttributes", "ok"),
		)},
		{Name: "codes that prove an address are sent five times an hour", Pool: "names", Steps: steps(in,
			times(5, askFor("email", "ok")), askFor("email", "LimitExceededException"),
		)},
		{Name: "attributes are taken away, and what is known of the user is read", Pool: "names", Steps: steps(in,
			deleteAttributes("ok", "email"), do("getUserData", "ok"), updateAttributes(M{"name": "Ada"}, "ok"),
			deleteAttributes("ok", "name", "nickname"), do("getUserData", "ok"), do("getSignInUserSession", "ok"),
		)},
		{Name: "attributes that cannot be taken away stay", Pool: "required", Steps: steps(
			known("{user}", "email", "{email}", "name", "Ada", "nickname", "A"), sitBy("{user}", "USER_PASSWORD_AUTH"), authenticate("{user}", password, "ok"),
			deleteAttributes("InvalidParameterException", "email", "name"), deleteAttributes("InvalidParameterException", "sub"),
			deleteAttributes("InvalidParameterException", "custom:none"), do("getUserAttributes", "ok"),
		)},
		{Name: "nobody has attributes or a password to change", Pool: "names", Steps: steps(sit("{user}"),
			nameless("changePassword", M{"old": password, "password": other}, notSignedIn),
			nameless("updateAttributes", M{"attributes": M{"name": "Ada"}}, notSignedIn),
			nameless("deleteAttributes", M{"names": []string{"name"}}, notSignedIn),
			nameless("getAttributeVerificationCode", M{"name": "email"}, notSignedIn),
			nameless("verifyAttribute", M{"name": "email", "code": "123456"}, notSignedIn),
			nameless("deleteUser", nil, notSignedIn),
		)},
		{Name: "attributes do not change without the service", Pool: "names", Steps: steps(in, do("getUserData", "ok"), cut(),
			updateAttributes(M{"name": "Ada"}, "NetworkError"), deleteAttributes("NetworkError", "name"), askFor("email", "NetworkError"),
			verify("email", "123456", "NetworkError"), changePassword(password, other, "NetworkError"), do("deleteUser", "NetworkError"),
			mend(), updateAttributes(M{"name": "Ada"}, "ok"),
		)},
		{Name: "attributes do not change by a session that was ended", Pool: "names", Steps: steps(in, onUser("AdminUserGlobalSignOut"),
			updateAttributes(M{"name": "Ada"}, "NotAuthorizedException"), deleteAttributes("NotAuthorizedException", "name"),
			askFor("email", "NotAuthorizedException"), verify("email", "123456", "NotAuthorizedException"),
			changePassword(password, other, "NotAuthorizedException"), do("deleteUser", "NotAuthorizedException"), do("getSignInUserSession", "ok"),
		)},
		{Name: "attributes change after a start of the program", Pool: "names", Steps: steps(in,
			restart(), do("getCurrentUser", "ok"), verify("email", "123456", "Error").insteadGo("ExpiredCodeException"),
			do("getSession", "ok"), verify("email", "123456", "ExpiredCodeException"),
			updateAttributes(M{"name": "Ada"}, "ok"), changePassword(password, other, "ok"),
		)},
		{Name: "attributes change with tokens that are too old", Pool: "short", Steps: steps(in,
			wait("11m"), askFor("email", "Error").insteadGo("ok"), do("getSession", "ok"), updateAttributes(M{"name": "Ada"}, "ok"),
			changePassword(password, other, "ok"), do("deleteUser", "ok"),
		)},
		{Name: "attributes change in a session that moved", Pool: "names", Steps: steps(in, do("getUserData", "ok"),
			toOther(), do("getCurrentUser", "ok"), do("getSession", "ok"), updateAttributes(M{"email": "{otherEmail}"}, "ok"), codeTo("{otherEmail}", 1),
			toOther(), do("getCurrentUser", "ok"), do("getSession", "ok"), do("getUserData", "ok"), verify("email", "{code}", "ok"),
			toOther(), do("getCurrentUser", "ok"), do("getSession", "ok"), deleteAttributes("ok", "email"), do("getUserData", "ok"),
			toOther(), do("getCurrentUser", "ok"), do("getSession", "ok"), do("deleteUser", "ok"),
			toOther(), do("getCurrentUser", "ok"),
		)},
		{Name: "a user who deletes herself leaves the device behind", Pool: "telling", Steps: steps(ada(), sitBy("{user}", "USER_PASSWORD_AUTH"),
			call("cacheDeviceKeyAndPassword", M{"deviceKey": deviceKey, "deviceGroupKey": "group", "randomPassword": "random"}, "ok"),
			authenticate("{user}", password, "ok"), do("getUserData", "ok"),
			do("deleteUser", "ok"), do("getCurrentUser", "ok"), do("getUserAttributes", "UserNotFoundException").insteadGo(notSignedIn),
			authenticate("{user}", password, "UserNotFoundException"),
		)},
		{Name: "a user who is gone is not deleted", Pool: "names", Steps: steps(in,
			onUser("AdminDeleteUser"), do("deleteUser", "UserNotFoundException"), do("getCurrentUser", "ok"), do("getSignInUserSession", "ok"),
		)},
	}
}
