package parity

func update(attributes M, want string) Step {
	return call("updateUserAttributes", M{"userAttributes": attributes}, want)
}

func updateOne(name, value, want string) Step {
	return call("updateUserAttribute", M{"userAttribute": M{"attributeKey": name, "value": value}}, want)
}

func prove(name, code, want string) Step {
	return call("confirmUserAttribute", M{"userAttributeKey": name, "confirmationCode": code}, want)
}

func sendCode(name, want string) Step {
	return call("sendUserAttributeVerificationCode", M{"userAttributeKey": name}, want)
}

func remove(want string, names ...string) Step {
	return call("deleteUserAttributes", M{"userAttributeKeys": append([]string{}, names...)}, want)
}

// What updateUserAttribute comes to where a code was sent.
const byCode = "CONFIRM_ATTRIBUTE_WITH_CODE"

func updateScenarios() []Scenario {
	in := steps(ada(), enter("{user}", password, "DONE"))
	return []Scenario{
		{Name: "attributes that need no proof change at once, and empty ones go", Pool: "names", Steps: steps(in,
			update(M{"name": "Ada Lovelace, née Byron", "nickname": "A", "locale": "en"}, "ok"), attributes("ok"),
			update(M{"nickname": "", "name": "Ada"}, "ok"), attributes("ok"),
			session(), forced("ok"), session(),
		)},
		{Name: "one attribute changes", Pool: "names", Steps: steps(in,
			updateOne("name", "Ada", "DONE"), updateOne("name", "", "DONE"), attributes("ok"),
		)},
		{Name: "one attribute that cannot change keeps all as they are", Pool: "fixed", Steps: steps(
			known("{user}", "email", "{email}", "email_verified", "true", "custom:born", "1815"),
			enter("{user}", password, "DONE"),
			update(M{"name": "Eve", "custom:born": "1816"}, "InvalidParameterException"),
			update(M{"name": "Eve", "custom:none": "x"}, "InvalidParameterException"),
			update(M{"name": "Eve", "sub": "x"}, "InvalidParameterException"),
			update(M{"name": "Eve", "email_verified": "true"}, "NotAuthorizedException"),
			update(M{"name": "Eve", "phone_number": "555"}, "InvalidParameterException"),
			updateOne("email", "nowhere", "InvalidParameterException"),
			attributes("ok"),
		)},
		{Name: "an attribute that the client may not write does not change", Pool: "readOnly", Steps: steps(
			known("{user}", "email", "{email}", "name", "Ada"), enter("{user}", password, "DONE"),
			updateOne("name", "Eve", "NotAuthorizedException"),
			update(M{"name": "Eve", "email": "{otherEmail}"}, "NotAuthorizedException"),
			updateOne("email", "{otherEmail}", byCode),
		)},
		{Name: "a required attribute is not emptied", Pool: "required", Steps: steps(
			known("{user}", "email", "{email}", "name", "Ada", "nickname", "A"), enter("{user}", password, "DONE"),
			updateOne("nickname", "", "InvalidParameterException"), updateOne("custom:team", "red", "DONE"), attributes("ok"),
		)},
		{Name: "nothing to change", Pool: "names", Steps: steps(in, update(M{}, "ok"))},
		{Name: "metadata goes along with a change", Pool: "names", Steps: steps(in,
			call("updateUserAttributes", M{"userAttributes": M{"email": "{otherEmail}", "name": "Eve"},
				"options": M{"clientMetadata": M{"source": "web"}}}, "ok"),
			call("updateUserAttribute", M{"userAttribute": M{"attributeKey": "name", "value": "Ada"},
				"options": M{"clientMetadata": M{"source": "web"}}}, "DONE"),
			call("sendUserAttributeVerificationCode", M{"userAttributeKey": "email",
				"options": M{"clientMetadata": M{"source": "web"}}}, "ok"),
		)},
		{Name: "nobody has attributes to change", Pool: "names", Steps: steps(
			update(M{"name": "Ada"}, notSignedIn), updateOne("name", "Ada", notSignedIn), sendCode("email", notSignedIn),
			prove("email", "", "EmptyConfirmUserAttributeCode"), prove("email", "123456", notSignedIn),
			remove(notSignedIn, "name"), call("deleteUser", nil, notSignedIn),
		)},
		{Name: "attributes do not change without the service", Pool: "names", Steps: steps(in,
			cut(), update(M{"name": "Ada"}, "NetworkError"), sendCode("email", "NetworkError"),
			prove("email", "123456", "NetworkError"), remove("NetworkError", "name"), call("deleteUser", nil, "NetworkError"),
			mend(), update(M{"name": "Ada"}, "ok"), attributes("ok"),
		)},
		{Name: "attributes change with tokens that are too old", Pool: "short", Steps: steps(in,
			wait("11m"), update(M{"name": "Ada"}, "ok"), wait("11m"), sendCode("email", "ok"),
			wait("11m"), remove("ok", "name"), attributes("ok"),
		)},
		{Name: "attributes do not change by a session that was ended", Pool: "names", Steps: steps(in,
			onUser("AdminUserGlobalSignOut"), update(M{"name": "Ada"}, "NotAuthorizedException"), sendCode("email", "NotAuthorizedException"),
			prove("email", "123456", "NotAuthorizedException"), remove("NotAuthorizedException", "name"), currentUser("ok"),
			clockAhead("61m"), updateOne("name", "Ada", notSignedIn), currentUser(notSignedIn),
		)},
		{Name: "attributes change in a session that moved", Pool: "names", Steps: steps(in,
			toOther(), updateOne("email", "{otherEmail}", byCode), codeTo("{otherEmail}", 1),
			toOther(), prove("email", "{code}", "ok"), attributes("ok"),
			toOther(), updatePassword(password, other, "ok"), remove("ok", "email"),
			toOther(), attributes("ok"), call("deleteUser", nil, "ok"),
			toOther(), currentUser(notSignedIn),
		)},
	}
}

// addressScenarios are new addresses: some count at once, some when proved.
func addressScenarios() []Scenario {
	in := steps(ada(), enter("{user}", password, "DONE"))
	byMail := steps(known("{email}", "email", "{email}", "email_verified", "true"), enter("{email}", password, "DONE"))
	proved := []string{"email", "{email}", "email_verified", "true"}
	return []Scenario{
		{Name: "a new address counts at once, and is proved by a code", Pool: "names", Steps: steps(in,
			updateOne("email", "{otherEmail}", byCode), attributes("ok"), codeTo("{otherEmail}", 1),
			prove("email", "{wrong}", "CodeMismatchException"), prove("email", "{code}", "ok"), attributes("ok"),
			prove("email", "{code}", "ExpiredCodeException"),
		)},
		{Name: "a new address and a new number are proved each by its code", Pool: "texting", Steps: steps(in,
			update(M{"email": "{otherEmail}", "phone_number": "{phone}", "name": "Ada"}, "ok"), attributes("ok"),
			codeTo("{phone}", 1), prove("phone_number", "{code}", "ok"), attributes("ok"),
			codeTo("{otherEmail}", 1), prove("email", "{code}", "ok"), attributes("ok"),
		)},
		{Name: "a new address of a careful pool waits for its code", Pool: "careful", Steps: steps(in,
			update(M{"email": "{otherEmail}", "name": "Ada"}, "ok"), attributes("ok"), codeTo("{otherEmail}", 1),
			prove("email", "{wrong}", "CodeMismatchException"), attributes("ok"),
			prove("email", "{code}", "ok"), attributes("ok"),
		)},
		{Name: "an address that waits is replaced by another", Pool: "careful", Steps: steps(in,
			updateOne("email", "never@example.com", byCode), updateOne("email", "{otherEmail}", byCode),
			codeTo("{otherEmail}", 1), prove("email", "{code}", "ok"), attributes("ok"),
		)},
		{Name: "the address that people sign in by changes at once", Pool: "emails", Steps: steps(byMail,
			updateOne("email", "{otherEmail}", byCode), attributes("ok"), signOut(),
			enter("{email}", password, "NotAuthorizedException"), enter("{otherEmail}", password, "DONE"),
			codeTo("{otherEmail}", 1), prove("email", "{code}", "ok"), attributes("ok"),
		)},
		{Name: "the address that people sign in by waits for its code", Pool: "carefulEmails", Steps: steps(byMail,
			updateOne("email", "{otherEmail}", byCode), attributes("ok"), signOut(),
			enter("{otherEmail}", password, "NotAuthorizedException"), enter("{email}", password, "DONE"),
			codeTo("{otherEmail}", 1), prove("email", "{code}", "ok"), attributes("ok"), signOut(),
			enter("{email}", password, "NotAuthorizedException"), enter("{otherEmail}", password, "DONE"),
		)},
		{Name: "an address that names another is refused", Pool: "emails", Steps: steps(byMail,
			known("{otherEmail}", "email", "{otherEmail}", "email_verified", "true"),
			updateOne("email", "{otherEmail}", "AliasExistsException"), attributes("ok"),
		)},
		{Name: "an address that names another is refused, at the latest with the code", Pool: "carefulEmails", Steps: steps(byMail,
			updateOne("email", "{otherEmail}", byCode), codeTo("{otherEmail}", 1),
			known("{otherEmail}", "email", "{otherEmail}", "email_verified", "true"),
			prove("email", "{code}", "AliasExistsException"), attributes("ok"),
		)},
		{Name: "an alias counts when it is proved", Pool: "aliases", Steps: steps(
			known("{user}", proved...), enter("{user}", password, "DONE"),
			updateOne("email", "{otherEmail}", byCode), codeTo("{otherEmail}", 1),
			prove("email", "{code}", "ok"), signOut(),
			enter("{email}", password, "UserNotFoundException"), enter("{otherEmail}", password, "DONE"), currentUser("ok"),
		)},
		{Name: "an alias of a careful pool stays until the next is proved", Pool: "carefulAliases", Steps: steps(
			known("{user}", proved...), enter("{user}", password, "DONE"),
			updateOne("email", "{otherEmail}", byCode), codeTo("{otherEmail}", 1), signOut(),
			enter("{email}", password, "DONE"), prove("email", "{code}", "ok"), signOut(),
			enter("{otherEmail}", password, "DONE"), attributes("ok"),
		)},
		{Name: "an alias of another is not proved", Pool: "aliases", Steps: steps(
			known("{user}", proved...), ada2(), enter("{user}", password, "DONE"),
			updateOne("email", "{otherEmail}", byCode), codeTo("{otherEmail}", 1),
			prove("email", "{code}", "AliasExistsException"), attributes("ok"),
			updateOne("preferred_username", "{nick}", "DONE"), signOut(),
			enter("{nick}", password, "DONE"),
		)},
		{Name: "a preferred name of another is refused", Pool: "aliases", Steps: steps(
			known("{user}"), known("{otherUser}", "preferred_username", "{nick}"), enter("{user}", password, "DONE"),
			updateOne("preferred_username", "{nick}", "AliasExistsException"),
		)},
		{Name: "the address that is there already", Pool: "names", Steps: steps(in,
			updateOne("email", "{email}", "DONE"), attributes("ok"),
		)},
	}
}

func verificationScenarios() []Scenario {
	in := steps(known("{user}", "email", "{email}"), enter("{user}", password, "DONE"))
	return []Scenario{
		{Name: "an address is proved by a code that was asked for", Pool: "names", Steps: steps(in,
			sendCode("email", "ok"), codeTo("{email}", 1), sendCode("email", "ok"), codeTo("{email}", 2),
			prove("email", "{code}", "ok"), attributes("ok"), forced("ok"), session(),
		)},
		{Name: "a number is proved by a code that was asked for", Pool: "texting", Steps: steps(
			known("{user}", "phone_number", "{phone}"), enter("{user}", password, "DONE"),
			sendCode("phone_number", "ok"), codeTo("{phone}", 1), prove("phone_number", "{code}", "ok"), attributes("ok"),
		)},
		{Name: "no code goes to what is no address", Pool: "names", Steps: steps(in,
			sendCode("phone_number", "InvalidParameterException"), sendCode("name", "InvalidParameterException"),
			sendCode("custom:none", "InvalidParameterException"),
		)},
		{Name: "codes that prove nothing", Pool: "names", Steps: steps(in,
			prove("email", "", "EmptyConfirmUserAttributeCode"), prove("email", "123456", "ExpiredCodeException"),
			sendCode("email", "ok"), codeTo("{email}", 1),
			prove("email", "not a code", "InvalidParameterException"), prove("phone_number", "{code}", "ExpiredCodeException"),
			prove("name", "{code}", "InvalidParameterException"), prove("email", "{wrong}", "CodeMismatchException"), attributes("ok"),
		)},
		{Name: "a code that proves an address is too old after a day", Pool: "short", Steps: steps(in,
			sendCode("email", "ok"), codeTo("{email}", 1), wait("25h"), enter("{user}", password, "DONE"),
			prove("email", "{code}", "ExpiredCodeException"),
		)},
		{Name: "codes that prove an address are sent five times an hour", Pool: "names", Steps: steps(in,
			times(5, sendCode("email", "ok")), sendCode("email", "LimitExceededException"),
		)},
		{Name: "a code that proves an address is not guessed", Pool: "names", Steps: steps(in,
			sendCode("email", "ok"), codeTo("{email}", 1), times(15, prove("email", "{wrong}", "CodeMismatchException")),
			prove("email", "{code}", "LimitExceededException"),
		)},
	}
}

func removalScenarios() []Scenario {
	return []Scenario{
		{Name: "an alias is taken away", Pool: "aliases", Steps: steps(
			known("{user}", "email", "{email}", "email_verified", "true", "name", "Ada", "nickname", "A"), enter("{email}", password, "DONE"),
			remove("ok", "email", "nickname", "gender"), attributes("ok"), forced("ok"), signOut(),
			enter("{email}", password, "UserNotFoundException"), enter("{user}", password, "DONE"),
		)},
		{Name: "attributes that cannot be taken away keep all as they are", Pool: "required", Steps: steps(
			known("{user}", "email", "{email}", "name", "Ada", "nickname", "A", "custom:team", "red"), enter("{user}", password, "DONE"),
			remove("InvalidParameterException", "custom:team", "nickname"), remove("InvalidParameterException", "sub"),
			remove("InvalidParameterException", "custom:none"), attributes("ok"), remove("ok", "custom:team"), attributes("ok"),
		)},
		{Name: "an attribute that the client may not write is not taken away", Pool: "readOnly", Steps: steps(
			known("{user}", "email", "{email}", "name", "Ada"), enter("{user}", password, "DONE"),
			remove("NotAuthorizedException", "name", "email"), remove("ok", "email"), attributes("ok"),
		)},
		{Name: "nothing to take away", Pool: "names", Steps: steps(ada(), enter("{user}", password, "DONE"), remove("ok"))},
	}
}

func deletionScenarios() []Scenario {
	in := steps(ada(), enter("{user}", password, "DONE"))
	key := func(name string) string { return storageKey("{user}", name) }
	leave := func(want string) Step { return call("deleteUser", nil, want) }
	return []Scenario{
		{Name: "a user who deletes herself leaves nothing behind", Pool: "telling", Steps: steps(in,
			leave("ok"), currentUser(notSignedIn), session(), leave(notSignedIn),
			enter("{user}", password, "UserNotFoundException"),
			ada(), enter("{user}", password, "DONE"),
		)},
		{Name: "a deleted user's device is forgotten", Pool: "names", Steps: steps(ada(),
			write(key("deviceKey"), deviceKey), write(key("deviceGroupKey"), "group"), write(key("randomPasswordKey"), "random"),
			enter("{user}", password, "DONE"), leave("ok"), restart(), session(),
		)},
		{Name: "a user whose tokens are not revoked deletes herself", Pool: "irrevocable", Steps: steps(in,
			leave("ok"), currentUser(notSignedIn),
		)},
		{Name: "a user whose tokens are too old deletes herself", Pool: "short", Steps: steps(in, wait("11m"), leave("ok"), currentUser(notSignedIn))},
		{Name: "a user by an alias deletes herself", Pool: "aliases", Steps: steps(
			known("{user}", "email", "{email}", "email_verified", "true"), signIn("{email}", password, "DONE"),
			leave("ok"), enter("{email}", password, "UserNotFoundException"),
		)},
		{Name: "a user who is gone, or disabled, is not deleted", Pool: "names", Steps: steps(in,
			onUser("AdminDisableUser"), leave("NotAuthorizedException"),
			onUser("AdminDeleteUser"), leave("UserNotFoundException"), currentUser("ok"),
		)},
	}
}
