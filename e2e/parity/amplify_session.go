package parity

func userScenarios() []Scenario {
	return []Scenario{
		{Name: "nobody is signed in at first", Pool: "names", Steps: steps(
			currentUser(notSignedIn), session(), forced("ok"), attributes(notSignedIn), signOut(),
			call("signOut", M{"global": true}, "ok"),
		)},
		{Name: "attributes are as they are now, tokens as they were", Pool: "names", Steps: steps(ada(),
			enter("{user}", password, "DONE"),
			byAdmin("AdminUpdateUserAttributes", M{"Username": "{user}", "UserAttributes": nameValues("name", "Countess", "email_verified", "false")}),
			attributes("ok"), session(), forced("ok"), session(),
		)},
		{Name: "a deleted user is known to the app and not to the service", Pool: "names", Steps: steps(ada(),
			enter("{user}", password, "DONE"),
			onUser("AdminDeleteUser"),
			currentUser("ok"), attributes("UserNotFoundException"), session(), signOut(), currentUser(notSignedIn),
		)},
		{Name: "a disabled user is known to the app and not to the service", Pool: "names", Steps: steps(ada(),
			enter("{user}", password, "DONE"),
			onUser("AdminDisableUser"),
			currentUser("ok"), attributes("NotAuthorizedException"), signOut(),
		)},
		{Name: "who was signed out everywhere learns it from the service", Pool: "names", Steps: steps(ada(),
			enter("{user}", password, "DONE"),
			onUser("AdminUserGlobalSignOut"),
			currentUser("ok"), attributes("NotAuthorizedException"), ended(forced("ok")), currentUser(notSignedIn),
		)},
		{Name: "no attributes come when the service is out of reach", Pool: "names", Steps: steps(ada(),
			enter("{user}", password, "DONE"),
			cut(), attributes("NetworkError"), currentUser("ok"), session(),
			mend(), attributes("ok"),
		)},
	}
}

// refreshScenarios are sessions that need new tokens.
func refreshScenarios() []Scenario {
	in := steps(ada(), enter("{user}", password, "DONE"))
	return []Scenario{
		{Name: "new tokens come when they are forced", Pool: "names", Steps: steps(in,
			session(), forced("ok"), session(),
			call("fetchAuthSession", M{"forceRefresh": true, "clientMetadata": M{"source": "web"}}, "ok"),
		)},
		{Name: "new tokens come when the old ones are too old", Pool: "short", Steps: steps(in,
			wait("11m"), session(), currentUser("ok"),
			wait("11m"), attributes("ok"), session(),
		)},
		{Name: "new tokens come when only the client thinks the old ones too old", Pool: "names", Steps: steps(in,
			clockAhead("61m"), currentUser("ok"), session(),
		)},
		{Name: "tokens of seconds ago are not renewed", Pool: "names", Steps: steps(in,
			clockAhead("59m"), session(), currentUser("ok"),
		)},
		{Name: "a client whose clock is behind keeps its session", Pool: "names", Steps: steps(ada(),
			clockAhead("-30m"), enter("{user}", password, "DONE"), session(),
			clockAhead("59m"), session(), clockAhead("2m"), session(),
		)},
		{Name: "a client whose clock is ahead keeps its session", Pool: "names", Steps: steps(ada(),
			clockAhead("30m"), enter("{user}", password, "DONE"), session(),
			clockAhead("59m"), session(), clockAhead("2m"), session(),
		)},
		{Name: "a refresh token is too old", Pool: "short", Steps: steps(in,
			wait("61m"), ended(session()), currentUser(notSignedIn), enter("{user}", password, "DONE"),
		)},
		{Name: "a refresh token was revoked", Pool: "names", Steps: steps(in,
			onUser("AdminUserGlobalSignOut"), ended(forced("ok")), session(), enter("{user}", password, "DONE"),
		)},
		{Name: "the user of a refresh token was deleted", Pool: "names", Steps: steps(in,
			onUser("AdminDeleteUser"), ended(forced("ok")), currentUser(notSignedIn),
		)},
		{Name: "the user of a refresh token was disabled", Pool: "names", Steps: steps(in,
			onUser("AdminDisableUser"), ended(forced("ok")), currentUser(notSignedIn), onUser("AdminEnableUser"),
			enter("{user}", password, "DONE"),
		)},
		{Name: "a password that must be reset does not end a session", Pool: "names", Steps: steps(in,
			onUser("AdminResetUserPassword"), forced("ok"), attributes("PasswordResetRequiredException"), currentUser("ok"),
		)},
		{Name: "a refresh that does not reach the service loses nothing", Pool: "names", Steps: steps(in,
			cut(), forced("NetworkError"), session(), currentUser("ok"),
			mend(), forced("ok"),
		)},
		{Name: "tokens that are too old and the service out of reach", Pool: "names", Steps: steps(in,
			clockAhead("61m"), cut(), call("fetchAuthSession", nil, "NetworkError"), currentUser("NetworkError"), attributes("NetworkError"),
			enter("{user}", password, "NetworkError"),
			mend(), currentUser("ok"),
		)},
		{Name: "who signs in with a dead session is let in", Pool: "names", Steps: steps(in,
			onUser("AdminUserGlobalSignOut"), clockAhead("61m"),
			enter("{user}", password, "DONE"), currentUser("ok"),
		)},
		{Name: "a changed password does not end a session", Pool: "names", Steps: steps(in,
			byAdmin("AdminSetUserPassword", M{"Username": "{user}", "Password": other, "Permanent": true}),
			forced("ok"), attributes("ok"),
		)},
		{Name: "a function's words do not end a session", Pool: "refusing", Steps: steps(in,
			call("fetchAuthSession", M{"forceRefresh": true, "clientMetadata": M{"refuse": "sunday"}}, "ok"),
			currentUser("ok"),
		)},
	}
}

// storageScenarios are starts of the program with what it left in the storage,
// or with what somebody made of it.
func storageScenarios() []Scenario {
	in := steps(ada(), enter("{user}", password, "DONE"))
	key := func(name string) string { return storageKey("{user}", name) }
	broken := func(what string, change Step, more ...Step) Scenario {
		return Scenario{Name: "the storage holds " + what, Pool: "names", Steps: steps(in, change, restart(), more)}
	}
	return []Scenario{
		{Name: "a session outlives the program", Pool: "names", Steps: steps(in,
			restart(), currentUser("ok"), session(), attributes("ok"), forced("ok"),
			restart(), session(), enter("{user}", password, "UserAlreadyAuthenticatedException"), signOut(),
			restart(), currentUser(notSignedIn),
		)},
		{Name: "a step does not outlive the program", Pool: "names", Steps: steps(
			invited("{user}"),
			enter("{user}", temporary, "CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED"),
			restart(), confirmSignIn(password, "SignInException"),
		)},
		{Name: "what a device proves itself by outlives the sign-out", Pool: "names", Steps: steps(ada(),
			write(key("deviceKey"), deviceKey), write(key("deviceGroupKey"), "group"), write(key("randomPasswordKey"), "random"),
			enter("{user}", password, "DONE"), forced("ok"), signOut(),
			ways[1].signIn("{user}", password, "DONE"), signOut(),
		)},
		broken("no access token", forget(key("accessToken")), currentUser(notSignedIn), session(), enter("{user}", password, "DONE")),
		broken("no ID token", forget(key("idToken")), session(), attributes("ok")),
		broken("no refresh token", forget(key("refreshToken")), currentUser("ok"), session(), signOut()),
		broken("no refresh token when it is needed", forget(key("refreshToken")), forced("TokenRefreshException"), currentUser("ok")),
		broken("no last user", forget(storageKey("LastAuthUser")), currentUser(notSignedIn), session()),
		broken("no details of the sign-in", forget(key("signInDetails")), currentUser("ok"), session(), forced("ok")),
		broken("no clock drift", forget(key("clockDrift")), currentUser("ok"), session(), forced("ok")),
		broken("a clock drift that is no number", write(key("clockDrift"), "soon"), currentUser("ok"), session()),
		broken("an access token that is none", write(key("accessToken"), "rubbish"), currentUser(notSignedIn), session()),
		broken("an ID token that is none", write(key("idToken"), "rubbish"), session()),
		broken("a refresh token that is none", write(key("refreshToken"), "rubbish"), session(), ended(forced("ok")), currentUser(notSignedIn)),
		broken("somebody else as the last user", write(storageKey("LastAuthUser"), "{otherUser}"), currentUser(notSignedIn), session()),
	}
}

func signOutScenarios() []Scenario {
	in := steps(ada(), enter("{user}", password, "DONE"))
	everywhere := func(want string) Step { return call("signOut", M{"global": true}, want) }
	return []Scenario{
		{Name: "a sign-out forgets and revokes", Pool: "names", Steps: steps(in,
			signOut(), currentUser(notSignedIn), session(), signOut(),
		)},
		{Name: "a sign-out of a client whose tokens are not revoked", Pool: "irrevocable", Steps: steps(in,
			session(), signOut(), currentUser(notSignedIn),
		)},
		{Name: "a sign-out everywhere", Pool: "names", Steps: steps(in,
			everywhere("ok"), currentUser(notSignedIn), enter("{user}", password, "DONE"),
		)},
		{Name: "a sign-out without the service", Pool: "names", Steps: steps(in,
			cut(), signOut().insteadGo("NetworkError"), mend(), currentUser(notSignedIn),
		)},
		{Name: "a sign-out everywhere without the service", Pool: "names", Steps: steps(in,
			cut(), everywhere("ok").insteadGo("NetworkError"), mend(), currentUser(notSignedIn),
		)},
		{Name: "a sign-out everywhere of a user who is gone", Pool: "names", Steps: steps(in,
			onUser("AdminDeleteUser"), everywhere("ok").insteadGo("UserNotFoundException"), currentUser(notSignedIn),
		)},
		{Name: "a sign-out everywhere with tokens that are too old", Pool: "short", Steps: steps(in,
			wait("11m"), everywhere("ok"), currentUser(notSignedIn),
		)},
		{Name: "a sign-out with tokens that are too old", Pool: "short", Steps: steps(in,
			wait("11m"), signOut(), currentUser(notSignedIn),
		)},
	}
}

// handOverScenarios are sessions that move between the libraries and back.
func handOverScenarios() []Scenario {
	return append(
		eachWay("a session moves", "names", func(w way) []Step {
			return steps(ada(),
				w.signIn("{user}", password, "DONE"),
				toOther(), currentUser("ok"), session(), attributes("ok"), forced("ok"),
				toOther(), session(), currentUser("ok"), forced("ok"),
				toOther(), signOut(),
				toOther(), currentUser(notSignedIn), session())
		}),
		Scenario{Name: "a session by an alias moves", Pool: "aliases", Steps: steps(
			known("{user}", "email", "{email}", "email_verified", "true"),
			signIn("{email}", password, "DONE"),
			toOther(), currentUser("ok"), session(), forced("ok"), signOut(),
		)},
		Scenario{Name: "a session that is too old moves", Pool: "short", Steps: steps(ada(),
			enter("{user}", password, "DONE"),
			wait("11m"), toOther(), session(), currentUser("ok"),
			wait("61m"), toOther(), ended(session()), currentUser(notSignedIn),
		)},
		Scenario{Name: "a session of a client whose clock is wrong moves", Pool: "names", Steps: steps(ada(),
			clockAhead("30m"), enter("{user}", password, "DONE"),
			clockAhead("59m"), toOther(), session(), clockAhead("2m"), session(),
		)},
		Scenario{Name: "a device moves", Pool: "names", Steps: steps(ada(),
			write(storageKey("{user}", "deviceKey"), deviceKey), write(storageKey("{user}", "deviceGroupKey"), "group"),
			write(storageKey("{user}", "randomPasswordKey"), "random"),
			enter("{user}", password, "DONE"), toOther(), forced("ok"), signOut(),
		)},
	)
}
