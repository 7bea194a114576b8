package parity

import "slices"

func signInScenarios() []Scenario {
	return slices.Concat(
		eachWay("a password signs in", "emails", func(w way) []Step {
			return steps(known("{email}"),
				w.signIn("{email}", password, "DONE"),
				currentUser("ok"), attributes("ok"), session(), signOut(), currentUser(notSignedIn))
		}),
		eachWay("a wrong password is refused, the right one after it is not", "names", func(w way) []Step {
			return steps(ada(),
				w.signIn("{user}", other, "NotAuthorizedException"), currentUser(notSignedIn),
				w.signIn("{user}", password, "DONE"))
		}),
		eachWay("somebody unknown is refused like a wrong password", "names", func(w way) []Step {
			return steps(w.signIn("{user}", password, "NotAuthorizedException"))
		}),
		eachWay("somebody unknown is refused as such", "telling", func(w way) []Step {
			return steps(w.signIn("{user}", password, "UserNotFoundException"))
		}),
		eachWay("who has not confirmed is asked to", "names", func(w way) []Step {
			return steps(
				signUp("{user}", password, M{"userAttributes": M{"email": "{email}"}}, "CONFIRM_SIGN_UP"),
				w.signIn("{user}", password, "CONFIRM_SIGN_UP"),
				w.signIn("{user}", other, "NotAuthorizedException"),
				codeTo("{email}", 1),
				confirmSignUp("{user}", "{code}", "DONE"),
				w.signIn("{user}", password, "DONE"))
		}),
		eachWay("who has to reset the password is told so", "names", func(w way) []Step {
			return steps(ada(), onUser("AdminResetUserPassword"),
				w.signIn("{user}", password, "RESET_PASSWORD"),
				confirmSignIn(password, "SignInException"),
				currentUser(notSignedIn))
		}),
		eachWay("who is disabled is refused until enabled", "names", func(w way) []Step {
			return steps(ada(), onUser("AdminDisableUser"),
				w.signIn("{user}", password, "NotAuthorizedException"),
				onUser("AdminEnableUser"),
				w.signIn("{user}", password, "DONE"))
		}),
		[]Scenario{
			{Name: "groups are in the tokens", Pool: "names", Steps: steps(ada(),
				byAdmin("CreateGroup", M{"GroupName": "g-{user}", "Precedence": 2, "RoleArn": "arn:aws:iam::123456789012:role/ada"}),
				byAdmin("AdminAddUserToGroup", M{"Username": "{user}", "GroupName": "g-{user}"}),
				enter("{user}", password, "DONE"), session(),
				byAdmin("AdminRemoveUserFromGroup", M{"Username": "{user}", "GroupName": "g-{user}"}),
				session(), forced("ok"),
			)},
			{Name: "a client that may read little gets little", Pool: "readOnly", Steps: steps(
				known("{user}", "email", "{email}", "name", "Ada"),
				enter("{user}", password, "DONE"), attributes("ok"), session(),
			)},
			{Name: "two people sign in one after the other", Pool: "names", Steps: steps(
				ada(), known("{otherUser}"),
				enter("{user}", password, "DONE"), signOut(),
				enter("{otherUser}", password, "DONE"), currentUser("ok"),
			)},
			{Name: "the session of a sign-in lasts as the client says", Pool: "short", Steps: steps(ada(),
				enter("{user}", password, "DONE"), session(),
			)},
			{Name: "metadata goes to the functions, whose words come back", Pool: "refusing", Steps: steps(ada(),
				call("signIn", M{"username": "{user}", "password": password, "options": M{
					"clientMetadata": M{"refuse": "monday"},
				}}, "UserLambdaValidationException"),
				call("signIn", M{"username": "{user}", "password": password, "options": M{
					"authFlowType": "USER_PASSWORD_AUTH", "clientMetadata": M{"refuse": "monday"},
				}}, "UserLambdaValidationException"),
				signIn("{user}", password, "DONE"),
			)},
		},
	)
}

// refusalScenarios are sign-ins that the client or the app client refuses.
func refusalScenarios() []Scenario {
	in := func(with M, want string) Step { return call("signIn", with, want) }
	flow := func(name string) M { return M{"authFlowType": name} }
	return slices.Concat(
		[]Scenario{
			{Name: "nobody signs in without a name", Pool: "names", Steps: steps(
				signIn("", password, "EmptySignInUsername"),
				in(M{"username": "", "password": password, "options": flow("USER_PASSWORD_AUTH")}, "EmptySignInUsername"),
				in(M{"username": "", "options": flow("USER_AUTH")}, "EmptySignInUsername"),
				in(M{"username": "", "options": flow("CUSTOM_WITHOUT_SRP")}, "EmptySignInUsername"),
				in(M{"username": "", "password": password, "options": flow("CUSTOM_WITH_SRP")}, "EmptySignInUsername"),
			)},
			{Name: "nobody signs in without a password where one is due", Pool: "names", Steps: steps(
				signIn("{user}", "", "EmptySignInPassword"),
				in(M{"username": "{user}"}, "EmptySignInPassword"),
				in(M{"username": "{user}", "options": flow("USER_PASSWORD_AUTH")}, "EmptySignInPassword"),
				in(M{"username": "{user}", "options": flow("CUSTOM_WITH_SRP")}, "EmptySignInPassword"),
			)},
			{Name: "a password is too much where none is due", Pool: "names", Steps: steps(
				in(M{"username": "{user}", "password": password, "options": flow("CUSTOM_WITHOUT_SRP")}, "CustomAuthSignInPassword"),
			)},
			{Name: "custom challenges need functions", Pool: "names", Steps: steps(ada(),
				in(M{"username": "{user}", "options": flow("CUSTOM_WITHOUT_SRP")}, "InvalidParameterException"),
				in(M{"username": "{user}", "password": password, "options": flow("CUSTOM_WITH_SRP")}, "InvalidParameterException"),
			)},
			{Name: "a factor that the app does not offer is refused here", Pool: "names",
				Config: M{"passwordless": M{"emailOtpEnabled": false, "smsOtpEnabled": true}},
				Steps: steps(
					in(M{"username": "{user}", "options": M{"authFlowType": "USER_AUTH", "preferredChallenge": "EMAIL_OTP"}}, "InvalidPreferredChallenge"),
					in(M{"username": "{user}", "options": M{"authFlowType": "USER_AUTH", "preferredChallenge": "WEB_AUTHN"}}, "InvalidPreferredChallenge"),
				)},
			{Name: "the factor that the app prefers is taken", Pool: "names",
				Config: M{"passwordless": M{"emailOtpEnabled": true, "preferredChallenge": "PASSWORD"}},
				Steps: steps(ada(),
					in(M{"username": "{user}", "password": password, "options": flow("USER_AUTH")}, "DONE"),
					signOut(),
					in(M{"username": "{user}", "options": flow("USER_AUTH")}, "EmptySignInPassword"),
				)},
			{Name: "a factor that the pool does not offer leads to a choice", Pool: "names", Steps: steps(ada(),
				in(M{"username": "{user}", "options": M{"authFlowType": "USER_AUTH", "preferredChallenge": "EMAIL_OTP"}},
					"CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION"),
			)},
			{Name: "who is signed in does not sign in again", Pool: "names", Steps: steps(ada(),
				enter("{user}", password, "DONE"),
				enter("{user}", password, "UserAlreadyAuthenticatedException"),
				enter("{otherUser}", password, "UserAlreadyAuthenticatedException"),
				ways[1].signIn("{user}", password, "UserAlreadyAuthenticatedException"),
				ways[2].signIn("{user}", password, "UserAlreadyAuthenticatedException"),
				currentUser("ok"),
			)},
			{Name: "there is nothing to confirm before a sign-in", Pool: "names", Steps: steps(
				confirmSignIn("123456", "SignInException"),
			)},
			{Name: "who fails too often is locked out for a while", Pool: "names", Steps: steps(ada(),
				enter("{user}", other, "NotAuthorizedException"), enter("{user}", other, "NotAuthorizedException"),
				enter("{user}", other, "NotAuthorizedException"), enter("{user}", other, "NotAuthorizedException"),
				enter("{user}", other, "NotAuthorizedException"),
				serverAhead("1s"), enter("{user}", other, "NotAuthorizedException"),
				serverAhead("2s"), enter("{user}", other, "NotAuthorizedException"),
				serverAhead("4s"), enter("{user}", other, "NotAuthorizedException"),
				serverAhead("8s"), enter("{user}", other, "NotAuthorizedException"),
				enter("{user}", password, "NotAuthorizedException"),
				serverAhead("16s"), enter("{user}", password, "DONE"),
			)},
			{Name: "a client with a secret is refused without its hash", Pool: "secret", Steps: steps(ada(),
				ways[0].signIn("{user}", password, "NotAuthorizedException"),
				ways[1].signIn("{user}", password, "NotAuthorizedException"),
				ways[2].signIn("{user}", password, "NotAuthorizedException"),
			)},
			{Name: "the service is out of reach", Pool: "names", Steps: steps(ada(), cut(),
				signIn("{user}", password, "NetworkError"),
				signUp("{user}", password, nil, "NetworkError"),
				mend(),
				signIn("{user}", password, "DONE"),
			)},
		},
		oneFlowScenarios(),
	)
}

// oneFlowScenarios are the ways that a client was not given.
func oneFlowScenarios() []Scenario {
	var all []Scenario
	for _, c := range []struct {
		pool string
		can  []int // indexes into ways
	}{{"srpOnly", []int{0}}, {"passwordOnly", []int{1}}, {"choiceOnly", []int{2, 3}}} {
		told := ada()
		for i, w := range ways {
			if slices.Contains(c.can, i) {
				told = append(told, w.signIn("{user}", password, "DONE"), signOut())
			} else {
				told = append(told, w.signIn("{user}", password, "InvalidParameterException"))
			}
		}
		all = append(all, Scenario{Name: "a client refuses flows that it was not given: " + c.pool, Pool: c.pool, Steps: told})
	}
	return all
}

func aliasScenarios() []Scenario {
	verified := []string{"email", "{EMAIL}", "email_verified", "true", "phone_number", "{phone}", "phone_number_verified", "true",
		"preferred_username", "{nick}"}
	return slices.Concat(
		eachWay("any alias signs in, and the user name is what counts", "aliases", func(w way) []Step {
			told := known("{user}", verified...)
			for _, name := range []string{"{user}", "{USER}", "{email}", "{phone}", "{nick}"} {
				told = append(told, w.signIn(name, password, "DONE"), currentUser("ok"), session(), signOut())
			}
			return told
		}),
		eachWay("the address in another case signs in", "emails", func(w way) []Step {
			return steps(known("{email}"), w.signIn("{EMAIL}", password, "DONE"), currentUser("ok"), signOut())
		}),
		[]Scenario{
			{Name: "an address that is not proved is no alias", Pool: "aliases", Steps: steps(
				known("{user}", "email", "{email}", "phone_number", "{phone}"),
				signIn("{email}", password, "UserNotFoundException"),
				signIn("{phone}", password, "UserNotFoundException"),
				ways[1].signIn("{email}", password, "UserNotFoundException"),
			)},
			{Name: "who signs up at a pool with aliases signs in by the proved address", Pool: "aliases", Steps: steps(
				signUp("{user}", password, M{"userAttributes": M{"email": "{email}"}}, "CONFIRM_SIGN_UP"),
				signIn("{email}", password, "UserNotFoundException"),
				codeTo("{email}", 1),
				confirmSignUp("{user}", "{code}", "DONE"),
				signIn("{email}", password, "DONE"),
				restart(), currentUser("ok"), forced("ok"),
			)},
			{Name: "an address that changed signs in no more", Pool: "emailsTelling", Steps: steps(known("{email}"),
				byAdmin("AdminUpdateUserAttributes", M{"Username": "{email}",
					"UserAttributes": nameValues("email", "{otherEmail}", "email_verified", "true")}),
				signIn("{email}", password, "UserNotFoundException"),
				signIn("{otherEmail}", password, "DONE"), currentUser("ok"),
			)},
		},
	)
}
