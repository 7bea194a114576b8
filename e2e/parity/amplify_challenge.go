package parity

import "slices"

func challengeScenarios() []Scenario {
	given := func(attributes M) M {
		return M{"challengeResponse": password, "options": M{"userAttributes": attributes}}
	}
	const newPassword = "CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED"
	return slices.Concat(
		eachWay("a new password is chosen, with the attributes that are missing", "required", func(w way) []Step {
			return steps(
				invited("{user}", "email", "{email}", "name", "Ada", "custom:team", "red"),
				w.signIn("{user}", other, "NotAuthorizedException"),
				w.signIn("{user}", temporary, newPassword),
				currentUser(notSignedIn),
				confirmSignIn("", "EmptyChallengeResponse"),
				confirmSignIn(password, "InvalidParameterException"),
				call("confirmSignIn", M{"challengeResponse": weak, "options": M{"userAttributes": M{"nickname": "Countess"}}}, "InvalidPasswordException"),
				call("confirmSignIn", given(M{"nickname": ""}), "InvalidParameterException"),
				call("confirmSignIn", given(M{"nickname": "Countess", "email": "{otherEmail}"}), "NotAuthorizedException"),
				call("confirmSignIn", given(M{"nickname": "Countess"}), "DONE"),
				currentUser("ok"), attributes("ok"), signOut(),
				w.signIn("{user}", temporary, "NotAuthorizedException"),
				w.signIn("{user}", password, "DONE"))
		}),
		eachWay("a new password is chosen by whom an address invites", "emails", func(w way) []Step {
			return steps(
				invited("{email}"),
				w.signIn("{EMAIL}", temporary, newPassword),
				confirmSignIn(password, "DONE"), currentUser("ok"), session())
		}),
		choiceScenarios(),
		[]Scenario{
			{Name: "a temporary password is too old after a week", Pool: "names", Steps: steps(
				invited("{user}", "email", "{email}"),
				serverAhead("169h"),
				signIn("{user}", temporary, "NotAuthorizedException"),
				ways[1].signIn("{user}", temporary, "NotAuthorizedException"),
			)},
			{Name: "a step is answered in time or not at all", Pool: "names", Steps: steps(
				invited("{user}", "email", "{email}"),
				enter("{user}", temporary, newPassword),
				serverAhead("4m"),
				confirmSignIn(password, "NotAuthorizedException"),
				confirmSignIn(password, "NotAuthorizedException"),
				enter("{user}", temporary, newPassword),
				confirmSignIn(password, "DONE"),
			)},
			{Name: "a new sign-in begins anew", Pool: "names", Steps: steps(
				ada(), invited("{otherUser}"),
				enter("{otherUser}", temporary, newPassword),
				enter("{user}", other, "NotAuthorizedException"),
				confirmSignIn(password, "SignInException"),
				enter("{otherUser}", temporary, newPassword),
				enter("{user}", password, "DONE"),
				confirmSignIn(password, "SignInException"),
				currentUser("ok"),
			)},
			{Name: "who is deleted before the answer is refused", Pool: "names", Steps: steps(
				invited("{user}"),
				enter("{user}", temporary, newPassword),
				onUser("AdminDeleteUser"),
				confirmSignIn(password, "NotAuthorizedException"),
			)},
			{Name: "an answer that did not arrive is given again", Pool: "names", Steps: steps(
				invited("{user}"),
				enter("{user}", temporary, newPassword),
				cut(), confirmSignIn(password, "NetworkError"),
				mend(), confirmSignIn(password, "DONE"),
				currentUser("ok"),
			)},
		},
	)
}

// choiceScenarios are sign-ins in which somebody chooses how.
func choiceScenarios() []Scenario {
	const (
		choose = "CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION"
		ask    = "CONFIRM_SIGN_IN_WITH_PASSWORD"
	)
	begin := call("signIn", M{"username": "{user}", "options": M{"authFlowType": "USER_AUTH"}}, choose)
	var all []Scenario
	for _, factor := range []string{"PASSWORD", "PASSWORD_SRP"} {
		all = append(all,
			Scenario{Name: "somebody chooses " + factor, Pool: "names", Steps: steps(ada(),
				begin,
				confirmSignIn(factor, ask),
				confirmSignIn(other, "NotAuthorizedException"),
				confirmSignIn(password, "DONE"),
				currentUser("ok"), session(),
			)},
			Scenario{Name: "somebody invited chooses " + factor + " and then a new password", Pool: "names", Steps: steps(
				invited("{user}"),
				begin,
				confirmSignIn(factor, ask),
				confirmSignIn(temporary, "CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED"),
				confirmSignIn(password, "DONE"),
				currentUser("ok"),
			)},
			Scenario{Name: "somebody unknown chooses " + factor, Pool: "names", Steps: steps(
				begin,
				confirmSignIn(factor, ask),
				confirmSignIn(password, "NotAuthorizedException"),
			)},
		)
	}
	return append(all,
		Scenario{Name: "there is nothing to choose for somebody unknown", Pool: "telling", Steps: steps(
			call("signIn", M{"username": "{user}", "options": M{"authFlowType": "USER_AUTH"}}, "UserNotFoundException"),
		)},
		Scenario{Name: "what nobody offered is not chosen", Pool: "names", Steps: steps(ada(),
			begin,
			confirmSignIn("CARRIER_PIGEON", "InvalidParameterException"),
			confirmSignIn("PASSWORD", ask),
		)},
	)
}
