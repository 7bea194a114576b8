package parity

// rotationScenarios are about refresh tokens that are good once.
func rotationScenarios() []Scenario {
	in := steps(ada(), enter("{user}", password, "DONE"))
	old := storageKey("{user}", "refreshToken")
	return []Scenario{
		{Name: "a refresh token makes way for the next", Pool: "rotating", Steps: steps(in,
			forced("ok"), forced("ok"), restart(), currentUser("ok"), forced("ok"), signOut(), currentUser(notSignedIn),
		)},
		{Name: "a refresh token that was used before ends the session", Pool: "rotating", Steps: steps(in,
			remembered(old, "oldToken"), forced("ok"),
			write(old, "{oldToken}"), ended(forced("RefreshTokenReuseException")), currentUser(notSignedIn), forced("ok"),
		)},
		{Name: "a refresh token that was used before is good for a moment", Pool: "rotatingSlowly", Steps: steps(in,
			remembered(old, "oldToken"), forced("ok"),
			write(old, "{oldToken}"), forced("ok"), currentUser("ok"),
		)},
		{Name: "a moment later it is not", Pool: "rotatingSlowly", Steps: steps(in,
			remembered(old, "oldToken"), forced("ok"), serverAhead("2m"),
			write(old, "{oldToken}"), ended(forced("RefreshTokenReuseException")), currentUser(notSignedIn),
		)},
		{Name: "refresh tokens that rotate end when the first would have", Pool: "rotatingShortly", Steps: steps(in,
			wait("30m"), session(), wait("29m"), session(), wait("3m"), ended(forced("ok")), currentUser(notSignedIn),
		)},
		{Name: "a session with refresh tokens that rotate moves", Pool: "rotating", Steps: steps(in,
			forced("ok"), toOther(), currentUser("ok"), forced("ok"), toOther(), forced("ok"), session(),
		)},
		{Name: "a rotation that does not reach the service loses nothing", Pool: "rotating", Steps: steps(in,
			cut(), forced("NetworkError"), currentUser("ok"), mend(), forced("ok"), forced("ok"),
		)},
		{Name: "a refresh token that rotates is revoked", Pool: "rotating", Steps: steps(in, forced("ok"),
			onUser("AdminUserGlobalSignOut"), ended(forced("ok")), currentUser(notSignedIn),
		)},
	}
}
