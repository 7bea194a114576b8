package parity

import "slices"

// amplifyScenarios is the table for aws-amplify and package auth.
func amplifyScenarios() []Scenario {
	return libraryOf("amplify",
		signUpScenarios(), confirmScenarios(), autoSignInScenarios(),
		signInScenarios(), refusalScenarios(), aliasScenarios(), challengeScenarios(),
		userScenarios(), refreshScenarios(), storageScenarios(), signOutScenarios(), handOverScenarios(),
		resetScenarios(), recoveryScenarios(), passwordScenarios(),
		updateScenarios(), addressScenarios(), verificationScenarios(), removalScenarios(), deletionScenarios(),
		appScenarios(), factorScenarios(), codeScenarios(), riddleScenarios(), deviceScenarios(), rotationScenarios(), passkeyScenarios(),
		chainScenarios(), wrongAnswerScenarios(), lateScenarios(), interferenceScenarios(), lostAnswerScenarios(),
		autoFlowScenarios(), deviceChainScenarios(), preferenceScenarios(), passkeyChainScenarios(), optionScenarios(),
	)
}

// scenarios is the whole table.
func scenarios() []Scenario { return append(amplifyScenarios(), identityScenarios()...) }

func libraryOf(name string, parts ...[]Scenario) []Scenario {
	all := slices.Concat(parts...)
	for i := range all {
		all[i].Library = name
	}
	return all
}

// way is how a password signs somebody in at once.
type way struct {
	name    string
	options M
}

var ways = []way{
	{"by SRP", M{"authFlowType": "USER_SRP_AUTH"}},
	{"by plain password", M{"authFlowType": "USER_PASSWORD_AUTH"}},
	{"by choice of PASSWORD", M{"authFlowType": "USER_AUTH", "preferredChallenge": "PASSWORD"}},
	{"by choice of PASSWORD_SRP", M{"authFlowType": "USER_AUTH", "preferredChallenge": "PASSWORD_SRP"}},
}

// eachWay makes a scenario for each way.
func eachWay(name, pool string, tell func(way) []Step) []Scenario {
	return inWays(ways, name, pool, tell)
}

// bothWays makes a scenario by SRP and one by the plain password, where a choice
// makes no difference.
func bothWays(name, pool string, tell func(way) []Step) []Scenario {
	return inWays(ways[:2], name, pool, tell)
}

func inWays(ways []way, name, pool string, tell func(way) []Step) []Scenario {
	var all []Scenario
	for _, w := range ways {
		all = append(all, Scenario{Name: name + ", " + w.name, Pool: pool, Steps: tell(w)})
	}
	return all
}

func signUp(username, secret string, options M, want string) Step {
	return call("signUp", M{"username": username, "password": secret, "options": options}, want)
}

func confirmSignUp(username, code, want string) Step {
	return call("confirmSignUp", M{"username": username, "confirmationCode": code}, want)
}

func resend(username, want string) Step {
	return call("resendSignUpCode", M{"username": username}, want)
}

func signIn(username, secret, want string) Step {
	return call("signIn", M{"username": username, "password": secret}, want)
}

// enter signs in by the plain password, which takes JavaScript no time.
func enter(username, secret, want string) Step { return ways[1].signIn(username, secret, want) }

func (w way) signIn(username, secret, want string) Step {
	return call("signIn", M{"username": username, "password": secret, "options": w.options}, want)
}

func confirmSignIn(response, want string) Step {
	return call("confirmSignIn", M{"challengeResponse": response}, want)
}

func currentUser(want string) Step { return call("getCurrentUser", nil, want) }
func session() Step                { return call("fetchAuthSession", nil, "ok") }
func forced(want string) Step {
	return call("fetchAuthSession", M{"forceRefresh": true}, want)
}
func attributes(want string) Step { return call("fetchUserAttributes", nil, want) }
func signOut() Step               { return call("signOut", nil, "ok") }

// ended is a session that the service ended, which Go tells.
func ended(s Step) Step { return s.insteadGo("SessionExpired") }

const notSignedIn = "UserUnAuthenticatedException"

// invited makes somebody who has to choose a password.
func invited(username string, attributes ...string) Step {
	return byAdmin("AdminCreateUser", M{
		"Username": username, "UserAttributes": nameValues(attributes...),
		"TemporaryPassword": temporary, "MessageAction": "SUPPRESS",
	})
}

// known makes somebody who has a password.
func known(username string, attributes ...string) []Step {
	return steps(invited(username, attributes...),
		byAdmin("AdminSetUserPassword", M{"Username": username, "Password": password, "Permanent": true}))
}

// ada is somebody in a pool of user names, with an address that was proved.
func ada() []Step { return known("{user}", "email", "{email}", "email_verified", "true") }

func onUser(op string) Step { return byAdmin(op, M{"Username": "{user}"}) }

func nameValues(pairs ...string) []M {
	list := []M{}
	for pair := range slices.Chunk(pairs, 2) {
		list = append(list, M{"Name": pair[0], "Value": pair[1]})
	}
	return list
}
