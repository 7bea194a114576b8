package parity

import "slices"

func solve(answer, want string) Step {
	return call("sendCustomChallengeAnswer", M{"answer": answer}, want)
}

func userPoolRiddleScenarios() []Scenario {
	const riddle = "CUSTOM_CHALLENGE"
	begin := func(want string) Step { return call("initiateAuth", M{"username": "{user}"}, want) }
	// Both ways of custom challenges: alone, and after the password.
	both := func(name, pool string, tell func(begin Step) []Step) []Scenario {
		return []Scenario{
			{Name: name + ", alone", Pool: pool, Steps: steps(ada(), sitBy("{user}", "CUSTOM_AUTH"), tell(begin(riddle)))},
			{Name: name + ", after the password", Pool: pool, Steps: steps(ada(), sitBy("{user}", "CUSTOM_AUTH"), tell(authenticate("{user}", password, riddle)))},
		}
	}
	return slices.Concat(
		both("a riddle is solved", "riddles", func(begin Step) []Step {
			return steps(begin, solve("42", "ok"), do("getUsername", "ok"), do("getSession", "ok"), do("refreshSession", "ok"))
		}),
		both("a riddle is solved at the second try", "riddles", func(begin Step) []Step {
			return steps(begin, solve("41", riddle), solve("42", "ok"))
		}),
		both("a riddle is not solved", "riddles", func(begin Step) []Step {
			return steps(begin, solve("1", riddle), solve("2", riddle), solve("3", refused), solve("42", refused))
		}),
		both("three riddles in a row", "manyRiddles", func(begin Step) []Step {
			return steps(begin, solve("42", riddle), solve("0", riddle), solve("42", riddle), solve("42", "ok"), do("getUserAttributes", "ok"))
		}),
		[]Scenario{
			{Name: "no riddle after a wrong password", Pool: "riddles", Steps: steps(ada(), sitBy("{user}", "CUSTOM_AUTH"),
				authenticate("{user}", other, refused), authenticate("{user}", password, riddle),
			)},
			{Name: "an answer to a riddle that did not arrive is given again", Pool: "riddles", Steps: steps(ada(), sitBy("{user}", "CUSTOM_AUTH"),
				begin(riddle), cut(), solve("42", "NetworkError"), mend(), solve("42", "ok"),
			)},
			{Name: "metadata goes to the functions of a riddle", Pool: "riddles", Steps: steps(ada(), sitBy("{user}", "CUSTOM_AUTH"),
				begin(riddle), call("sendCustomChallengeAnswer", M{"answer": "42", "clientMetadata": M{"source": "web"}}, "ok"),
			)},
		},
	)
}

// userPoolRotationScenarios are refresh tokens that are good once, which
// amazon-cognito-identity-js cannot have.
func userPoolRotationScenarios() []Scenario {
	in := steps(ada(), sitBy("{user}", "USER_PASSWORD_AUTH"), authenticate("{user}", password, "ok"))
	return []Scenario{
		{Name: "a client whose refresh tokens rotate", Pool: "rotating", Steps: steps(in,
			do("getSession", "ok"), do("refreshSession", invalid).insteadGo("ok"), do("refreshSession", invalid).insteadGo("ok"),
		)},
		{Name: "a client whose refresh tokens rotate and that allows the older call", Pool: "rotatingAnyhow", Steps: steps(in,
			do("getSession", "ok"), do("refreshSession", "UnsupportedOperationException").insteadGo("ok"),
		)},
		{Name: "a client whose refresh tokens rotate and are over", Pool: "rotating", Steps: steps(in,
			onUser("AdminUserGlobalSignOut"), ended(do("refreshSession", invalid)),
		)},
	}
}
