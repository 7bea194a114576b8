package parity

import (
	"slices"
	"strings"
)

// identityScenarios is the table for amazon-cognito-identity-js and userpool.
func identityScenarios() []Scenario {
	return libraryOf("identity",
		registrationScenarios(), authenticationScenarios(), userPoolSessionScenarios(), userPoolSignOutScenarios(),
		userPoolPasswordScenarios(), userPoolAttributeScenarios(),
		userPoolFactorScenarios(), userPoolDeviceScenarios(), userPoolRiddleScenarios(), userPoolRotationScenarios(),
		userPoolMidwayScenarios())
}

// nameless is an error that has words and no code in JavaScript.
func nameless(do string, with M, code string) Step { return call(do, with, "Error").insteadGo(code) }

func sit(username string) Step { return call("user", M{"username": username}, "ok") }

// sitBy also says how the user signs in.
func sitBy(username, flow string) Step {
	return call("user", M{"username": username, "flow": flow}, "ok")
}

func authenticate(username, secret, want string) Step {
	return call("authenticateUser", M{"username": username, "password": secret}, want)
}

func register(username, secret string, attributes M, want string) Step {
	return call("signUp", M{"username": username, "password": secret, "attributes": attributes}, want)
}

func confirmRegistration(code string, force bool, want string) Step {
	return call("confirmRegistration", M{"code": code, "forceAliasCreation": force}, want)
}

func complete(secret string, attributes M, want string) Step {
	return call("completeNewPasswordChallenge", M{"password": secret, "attributes": attributes}, want)
}

func do(name, want string) Step { return call(name, nil, want) }

func registrationScenarios() []Scenario {
	email := M{"email": "{email}"}
	return []Scenario{
		{Name: "somebody signs up, confirms, signs in and is known", Pool: "emails", Steps: steps(
			do("getCurrentUser", "ok"),
			register("{email}", password, nil, "ok"),
			codeTo("{email}", 1),
			sit("{email}"), confirmRegistration("{code}", true, "ok"),
			authenticate("{email}", password, "ok"),
			do("getUsername", "ok"), do("getUserAttributes", "ok"), do("getUserData", "ok"), do("getCurrentUser", "ok"),
		)},
		{Name: "attributes and metadata at sign-up", Pool: "refusing", Steps: steps(
			call("signUp", M{"username": "{user}", "password": password, "attributes": email,
				"validationData": M{"refuse": "full"}, "clientMetadata": M{"refuse": "late"}}, "UserLambdaValidationException"),
			register("{user}", password, M{"email": "{email}", "name": "Ada Lovelace, née Byron"}, "ok"),
			codeTo("{email}", 1),
			sitBy("{user}", "USER_PASSWORD_AUTH"), confirmRegistration("{code}", false, "ok"),
			authenticate("{user}", password, "ok"), do("getUserAttributes", "ok"),
		)},
		{Name: "sign-ups that are refused", Pool: "emails", Steps: steps(
			register("{email}", weak, nil, "InvalidPasswordException"),
			register("{user}", password, nil, "InvalidParameterException"),
			register("", password, nil, "InvalidParameterException"),
			register("{email}", password, M{"custom:shoe": "38"}, "InvalidParameterException"),
			register("{email}", password, nil, "ok"),
			register("{email}", password, nil, "UsernameExistsException"),
		)},
		{Name: "a second code confirms, a wrong one does not", Pool: "names", Steps: steps(
			register("{user}", password, email, "ok"),
			codeTo("{email}", 1),
			sit("{user}"), do("resendConfirmationCode", "ok"),
			codeTo("{email}", 2),
			confirmRegistration("{wrong}", true, "CodeMismatchException"),
			confirmRegistration("{code}", true, "ok"),
			confirmRegistration("{code}", true, "NotAuthorizedException"),
			do("resendConfirmationCode", "InvalidParameterException"),
		)},
		{Name: "an address that another has is taken over only by force", Pool: "aliases", Steps: steps(
			known("{otherUser}", "email", "{email}", "email_verified", "true"),
			register("{user}", password, email, "ok"),
			codeTo("{email}", 1),
			sit("{user}"),
			confirmRegistration("{code}", false, "AliasExistsException"),
			confirmRegistration("{code}", true, "ok"),
			sit("{email}"), authenticate("{email}", password, "ok"), do("getUsername", "ok"),
		)},
		{Name: "codes are sent again five times an hour", Pool: "names", Steps: steps(
			register("{user}", password, email, "ok"), sit("{user}"),
			do("resendConfirmationCode", "ok"), do("resendConfirmationCode", "ok"), do("resendConfirmationCode", "ok"),
			do("resendConfirmationCode", "ok"), do("resendConfirmationCode", "ok"),
			do("resendConfirmationCode", "LimitExceededException"),
		)},
		{Name: "somebody unknown neither confirms nor gets a code", Pool: "telling", Steps: steps(
			sit("{user}"), confirmRegistration("123456", false, "UserNotFoundException"),
			do("resendConfirmationCode", "UserNotFoundException"),
		)},
	}
}

// flows are the ways of amazon-cognito-identity-js.
var flows = []string{"USER_SRP_AUTH", "USER_PASSWORD_AUTH"}

func eachFlow(name, pool string, tell func(flow string) []Step) []Scenario {
	var all []Scenario
	for _, f := range flows {
		all = append(all, Scenario{Name: name + ": " + f, Pool: pool, Steps: tell(f)})
	}
	return all
}

func authenticationScenarios() []Scenario {
	const newPassword = "NEW_PASSWORD_REQUIRED"
	both := M{"name": "Ada", "nickname": "Countess"}
	return slices.Concat(
		eachFlow("a password signs in", "names", func(f string) []Step {
			return steps(ada(), sitBy("{user}", f), authenticate("{user}", password, "ok"),
				do("getUsername", "ok"), do("getSession", "ok"), do("getSignInUserSession", "ok"))
		}),
		eachFlow("a wrong password is refused", "names", func(f string) []Step {
			return steps(ada(), sitBy("{user}", f), authenticate("{user}", other, "NotAuthorizedException"),
				do("getSignInUserSession", "ok"), authenticate("{user}", password, "ok"))
		}),
		eachFlow("somebody unknown is refused", "telling", func(f string) []Step {
			return steps(sitBy("{user}", f), authenticate("{user}", password, "UserNotFoundException"))
		}),
		eachFlow("somebody unknown is refused like a wrong password", "emails", func(f string) []Step {
			return steps(sitBy("{email}", f), authenticate("{email}", password, "NotAuthorizedException"))
		}),
		eachFlow("who has not confirmed hears so after the right password", "names", func(f string) []Step {
			return steps(register("{user}", password, M{"email": "{email}"}, "ok"), sitBy("{user}", f),
				authenticate("{user}", other, "NotAuthorizedException"),
				authenticate("{user}", password, "UserNotConfirmedException"))
		}),
		eachFlow("who must reset the password hears so", "names", func(f string) []Step {
			return steps(ada(), onUser("AdminResetUserPassword"), sitBy("{user}", f),
				authenticate("{user}", password, "PasswordResetRequiredException"))
		}),
		eachFlow("a new password is chosen, with the attributes that are missing", "required", func(f string) []Step {
			return steps(
				invited("{user}", "email", "{email}", "email_verified", "true", "custom:team", "red"),
				sitBy("{USER}", f), authenticate("{USER}", temporary, newPassword),
				complete(password, nil, "InvalidParameterException"),
				complete(password, M{"name": "Ada"}, "InvalidParameterException"),
				complete(weak, both, "InvalidPasswordException"),
				complete(password, both, "ok"),
				do("getUsername", "ok"), do("getUserAttributes", "ok"),
				sitBy("{user}", f), authenticate("{user}", temporary, "NotAuthorizedException"))
		}),
		eachFlow("an alias signs in, and the user name is what counts", "aliases", func(f string) []Step {
			return steps(known("{user}", "email", "{email}", "email_verified", "true"),
				sitBy("{email}", f), authenticate("{email}", password, "ok"), do("getUsername", "ok"),
				do("getSession", "ok"), do("getCurrentUser", "ok"))
		}),
		eachFlow("a client with a secret is refused", "secret", func(f string) []Step {
			return steps(ada(), sitBy("{user}", f), authenticate("{user}", password, "NotAuthorizedException"))
		}),
		[]Scenario{
			{Name: "a flow that there is not", Pool: "names", Steps: steps(
				sitBy("{user}", "SEMAPHORE"), nameless("authenticateUser", M{"username": "{user}", "password": password}, "InvalidParameterException"),
			)},
			{Name: "custom challenges need functions", Pool: "names", Steps: steps(ada(),
				sitBy("{user}", "CUSTOM_AUTH"),
				call("initiateAuth", M{"username": "{user}"}, "InvalidParameterException"),
				authenticate("{user}", password, "InvalidParameterException"),
			)},
			{Name: "validation data goes to the functions", Pool: "refusing", Steps: steps(ada(), sit("{user}"),
				call("authenticateUser", M{"username": "{user}", "password": password,
					"validationData": M{"refuse": "monday"}, "clientMetadata": M{"refuse": "no"}}, "UserLambdaValidationException"),
				call("authenticateUser", M{"username": "{user}", "password": password, "clientMetadata": M{"refuse": "sunday"}}, "UserLambdaValidationException"),
				authenticate("{user}", password, "ok"),
			)},
			{Name: "the service is out of reach", Pool: "names", Steps: steps(ada(), sitBy("{user}", "USER_PASSWORD_AUTH"), cut(),
				authenticate("{user}", password, "NetworkError"), do("resendConfirmationCode", "NetworkError"),
				mend(), authenticate("{user}", password, "ok"),
			)},
			{Name: "a device keeps what it proves itself by", Pool: "names", Steps: steps(ada(), sitBy("{user}", "USER_PASSWORD_AUTH"),
				do("getCachedDeviceKeyAndPassword", "ok"),
				call("cacheDeviceKeyAndPassword", M{"deviceKey": deviceKey, "deviceGroupKey": "group", "randomPassword": "random"}, "ok"),
				authenticate("{user}", password, "ok"),
				restart(), do("getCurrentUser", "ok"), do("getCachedDeviceKeyAndPassword", "ok"), do("getSession", "ok"),
				call("signOut", M{"revoke": true}, "ok"),
				sit("{user}"), do("getCachedDeviceKeyAndPassword", "ok"),
				do("clearCachedDeviceKeyAndPassword", "ok"), do("getCachedDeviceKeyAndPassword", "ok"),
			)},
			{Name: "ids of pools", Pool: "names", Steps: steps(
				call("newPool", M{"userPoolId": "us-east-1_abc123", "clientId": "client"}, "ok"),
				call("newPool", M{"userPoolId": "cn-north-1_X", "clientId": "client"}, "ok"),
				nameless("newPool", M{"userPoolId": "", "clientId": "client"}, "InvalidParameterException"),
				nameless("newPool", M{"userPoolId": "us-east-1_abc123", "clientId": ""}, "InvalidParameterException"),
				nameless("newPool", M{"userPoolId": "us-east-1-abc123", "clientId": "client"}, "InvalidUserPoolId"),
				call("newPool", M{"userPoolId": "us-east-1_abc_123", "clientId": "client"}, "ok"),
				nameless("newPool", M{"userPoolId": "us-east-1_" + strings.Repeat("0", 60), "clientId": "client"}, "InvalidUserPoolId"),
			)},
		},
	)
}
