package parity

func authenticatorFails(name string) Step { return call("authenticator", M{"fails": name}, "ok") }
func authenticatorForgets() Step          { return call("authenticator", M{"forget": true}, "ok") }
func associate(want string) Step          { return call("associateWebAuthnCredential", nil, want) }
func passkeys(with M) Step                { return call("listWebAuthnCredentials", with, "ok") }

// passkeyScenarios are about passkeys, in an authenticator that each side has.
func passkeyScenarios() []Scenario {
	in := steps(ada(), enter("{user}", password, "DONE"))
	with := steps(in, associate("ok"), signOut())
	all := []Scenario{
		{Name: "a passkey is made, listed and deleted", Steps: steps(in,
			passkeys(M{}), associate("ok"), passkeys(M{}), passkeys(M{"pageSize": 1}),
			call("deleteWebAuthnCredential", M{"credentialId": "bm9uZQ"}, "ResourceNotFoundException"),
			call("deleteWebAuthnCredential", M{"credentialId": "{passkey}"}, "ok"), passkeys(M{}),
		)},
		{Name: "a passkey signs in", Steps: steps(with,
			begin("{user}", "WEB_AUTHN", "DONE"), currentUser("ok"), attributes("ok"), session(), passkeys(M{}),
		)},
		{Name: "a passkey is chosen", Steps: steps(with,
			begin("{user}", "", selectFirst), confirmSignIn("WEB_AUTHN", "DONE"), currentUser("ok"),
		)},
		{Name: "a passkey is not given, and a password is", Steps: steps(with,
			authenticatorFails("NotAllowedError"), begin("{user}", "", selectFirst), confirmSignIn("WEB_AUTHN", "PasskeyAuthenticationCanceled"),
			confirmSignIn("PASSWORD", "CONFIRM_SIGN_IN_WITH_PASSWORD"), confirmSignIn(password, "DONE"), currentUser("ok"),
		)},
		{Name: "a passkey is given at the second try", Steps: steps(with,
			authenticatorFails("NotAllowedError"), begin("{user}", "WEB_AUTHN", "PasskeyAuthenticationCanceled"),
			confirmSignIn("WEB_AUTHN", "DONE"), currentUser("ok"),
		)},
		{Name: "who has no passkey chooses something else", Steps: steps(in, signOut(),
			begin("{user}", "WEB_AUTHN", selectFirst),
		)},
		{Name: "a passkey that is not there any more", Steps: steps(with,
			authenticatorForgets(), begin("{user}", "WEB_AUTHN", "PasskeyAuthenticationCanceled"), currentUser(notSignedIn),
		)},
		{Name: "an authenticator does not make the same passkey twice", Steps: steps(in,
			associate("ok"), associate("PasskeyAlreadyExists"), passkeys(M{}),
			authenticatorForgets(), associate("ok"), passkeys(M{}),
		)},
		// Which of two comes first is by their ids, which are random.
		{Name: "passkeys are listed in pages", Steps: steps(in,
			associate("ok"), authenticatorForgets(), associate("ok"), passkeys(M{"pageSize": 1}),
		)},
		{Name: "a passkey is not made", Steps: steps(in,
			authenticatorFails("NotAllowedError"), associate("PasskeyRegistrationCanceled"),
			authenticatorFails("SecurityError"), associate("RelyingPartyMismatch"),
			authenticatorFails("AbortError"), associate("PasskeyOperationAborted"), passkeys(M{}), associate("ok"),
		)},
		{Name: "passkeys of nobody", Steps: steps(
			associate(notSignedIn), call("listWebAuthnCredentials", M{}, notSignedIn),
			call("deleteWebAuthnCredential", M{"credentialId": "bm9uZQ"}, notSignedIn),
		)},
	}
	for i := range all {
		all[i].Pool, all[i].Config = "passkeys", M{"passkeys": true}
	}
	return append(all, Scenario{Name: "a pool without passkeys makes none", Pool: "names", Config: M{"passkeys": true}, Steps: steps(in,
		associate("WebAuthnNotEnabledException"),
	)})
}
