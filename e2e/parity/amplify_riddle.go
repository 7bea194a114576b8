package parity

import "slices"

const riddleStep = "CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE"

func enterBy(flow, username, secret, want string) Step {
	with := M{"username": username, "options": M{"authFlowType": flow}}
	if secret != "" {
		with["password"] = secret
	}
	return call("signIn", with, want)
}

// bothRiddles makes a scenario of each flow of custom challenges: alone, and after
// the password.
func bothRiddles(name, pool string, tell func(enter func(want string) Step) []Step) []Scenario {
	return []Scenario{
		{Name: name + ", alone", Pool: pool, Steps: tell(func(want string) Step { return enterBy("CUSTOM_WITHOUT_SRP", "{user}", "", want) })},
		{Name: name + ", after the password", Pool: pool, Steps: tell(func(want string) Step { return enterBy("CUSTOM_WITH_SRP", "{user}", password, want) })},
	}
}

// riddleScenarios are about challenges that functions make.
func riddleScenarios() []Scenario {
	answer := func(text string, metadata M, want string) Step {
		return call("confirmSignIn", M{"challengeResponse": text, "options": M{"clientMetadata": metadata}}, want)
	}
	return slices.Concat(
		bothRiddles("a riddle is solved", "riddles", func(enter func(string) Step) []Step {
			return steps(ada(), enter(riddleStep), currentUser(notSignedIn), confirmSignIn("", "EmptyChallengeResponse"),
				confirmSignIn("42", "DONE"), currentUser("ok"), session(), forced("ok"))
		}),
		bothRiddles("a riddle is solved at the second try", "riddles", func(enter func(string) Step) []Step {
			return steps(ada(), enter(riddleStep), confirmSignIn("41", riddleStep), confirmSignIn("42", "DONE"), currentUser("ok"))
		}),
		bothRiddles("a riddle is not solved", "riddles", func(enter func(string) Step) []Step {
			return steps(ada(), enter(riddleStep), confirmSignIn("1", riddleStep), confirmSignIn("2", riddleStep),
				confirmSignIn("3", refused), confirmSignIn("42", refused), currentUser(notSignedIn))
		}),
		bothRiddles("three riddles in a row", "manyRiddles", func(enter func(string) Step) []Step {
			return steps(ada(), enter(riddleStep), confirmSignIn("42", riddleStep), confirmSignIn("0", riddleStep),
				confirmSignIn("42", riddleStep), confirmSignIn("42", "DONE"), currentUser("ok"))
		}),
		bothRiddles("a riddle, and then an app", "riddleApps", func(enter func(string) Step) []Step {
			return steps(withApp(), signOut(), enter(riddleStep), confirmSignIn("42", askApp),
				confirmSignIn("{wrong}", mismatch), confirmSignIn("{code}", "DONE"), currentUser("ok"))
		}),
		[]Scenario{
			{Name: "no riddle after a wrong password", Pool: "riddles", Steps: steps(ada(),
				enterBy("CUSTOM_WITH_SRP", "{user}", other, refused), enterBy("CUSTOM_WITH_SRP", "{user}", password, riddleStep),
			)},
			{Name: "somebody unknown solves no riddle", Pool: "riddles", Steps: steps(
				enterBy("CUSTOM_WITHOUT_SRP", "{user}", "", riddleStep), confirmSignIn("42", refused),
			)},
			{Name: "a riddle is waited for three minutes", Pool: "riddles", Steps: steps(ada(),
				enterBy("CUSTOM_WITHOUT_SRP", "{user}", "", riddleStep), serverAhead("4m"), confirmSignIn("42", refused),
				enterBy("CUSTOM_WITHOUT_SRP", "{user}", "", riddleStep), confirmSignIn("42", "DONE"),
			)},
			{Name: "an answer to a riddle that did not arrive is given again", Pool: "riddles", Steps: steps(ada(),
				enterBy("CUSTOM_WITHOUT_SRP", "{user}", "", riddleStep), cut(), confirmSignIn("42", "NetworkError"),
				mend(), confirmSignIn("42", "DONE"),
			)},
			{Name: "metadata goes to the functions of a riddle", Pool: "riddles", Steps: steps(ada(),
				enterBy("CUSTOM_WITHOUT_SRP", "{user}", "", riddleStep), answer("41", M{"source": "web"}, riddleStep), answer("42", M{"source": "web"}, "DONE"),
			)},
			{Name: "who is disabled before the answer is refused", Pool: "riddles", Steps: steps(ada(),
				enterBy("CUSTOM_WITHOUT_SRP", "{user}", "", riddleStep), onUser("AdminDisableUser"), confirmSignIn("42", refused),
			)},
			{Name: "who signs in by a riddle moves", Pool: "riddles", Steps: steps(ada(),
				enterBy("CUSTOM_WITHOUT_SRP", "{user}", "", riddleStep), confirmSignIn("42", "DONE"),
				toOther(), currentUser("ok"), forced("ok"),
			)},
		},
	)
}
