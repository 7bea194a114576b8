package parity

import (
	"regexp"
	"sync/atomic"
)

// divergence is a difference that is meant. Key is how docs/divergences.md names
// it, where it is justified.
type divergence struct {
	Key       string
	Scenarios string // a regular expression for library/name; all if empty
	Paths     string // a regular expression for paths of the transcript
	Go        string // a regular expression for what stands there for Go; anything if empty

	used atomic.Int64
}

// divergences are all of them. One that no difference needs fails the test.
var divergences = []*divergence{
	{
		Key: "A session by an alias",
		Scenarios: `^amplify/(any alias|an address that (another|changed|names)|the address (in another case|that people sign in by)|` +
			`a new password is chosen by whom|a phone number is|a password signs in|a name and a password of many|a session by an alias|` +
			`an alias|a forgotten password|a user by an alias)`,
		Paths: `/storage/CognitoIdentityServiceProvider\.\{client\}\.LastAuthUser$`,
		Go:    `^(\{user\}|\{sub1\}|ада/\{user\}:ünïcödé\+1)$`,
	},
	{
		Key:       "A session that the service ended",
		Scenarios: `^amplify/`,
		Paths:     `(fetchAuthSession/error/|/events/1/data/error/)name$`,
		Go:        `^SessionExpired$`,
	},
	{
		Key:       "A session that the service ended",
		Scenarios: `^amplify/`,
		Paths:     `fetchAuthSession/error/(message|status)$`,
		Go:        `^(400|Refresh Token has (expired|been revoked)|Invalid Refresh Token|User is disabled\.)$`,
	},
	{
		Key:       "A session that the service ended",
		Scenarios: `^identity/`,
		Paths:     `(refreshSession|getSession)/error/name$`,
		Go:        `^SessionExpired$`,
	},
	{
		Key:       "The HTTP status of an error",
		Scenarios: `^identity/`,
		Paths:     `/error/status$`,
		Go:        `^400$`,
	},
	{
		Key:       "The HTTP status of an error",
		Scenarios: `^amplify/`,
		Paths:     ` (signUp|deleteUser|forgetDevice)/error/status$`,
		Go:        `^400$`,
	},
	{
		Key:       "What goes wrong with a sign-out",
		Scenarios: `^amplify/a sign-out (everywhere )?(without the service|of a user who is gone)$`,
		Paths:     ` signOut/error/(name|message|status)$`,
	},
	{
		Key:       "A sign-out everywhere with an access token that is over",
		Scenarios: `^amplify/a sign-out everywhere with tokens that are too old$`,
		Paths:     ` signOut/(calls|events/[12]/event)$`,
		Go:        `^(GetTokensFromRefreshToken, GlobalSignOut|tokenRefresh|signedOut)$`,
	},
	{
		Key:       "LimitExceededException is not tried again",
		Scenarios: `^amplify/(codes .* five times an hour|passwords are tried five times an hour|a code .* is not guessed)$`,
		Paths:     `\d\d (resendSignUpCode|resetPassword|confirmResetPassword|updatePassword|sendUserAttributeVerificationCode|confirmUserAttribute)/calls$`,
		Go:        `^(ResendConfirmationCode|ForgotPassword|ConfirmForgotPassword|ChangePassword|GetUserAttributeVerificationCode|VerifyUserAttribute)$`,
	},
	{
		Key:       "The refresh token of a deleted user",
		Scenarios: `^amplify/`,
		Paths:     ` deleteUser/calls$`,
		Go:        `^(GetTokensFromRefreshToken, )?DeleteUser$`,
	},
	{
		Key: "How often a request is tried",
		Scenarios: `^identity/(the service is out of reach|a refresh that does not reach the service loses nothing|.* without the service|an (app's code|answer to a riddle) that did not arrive is given again|` +
			`a choice that is lost once|an app that is set up and lost on the way)$`,
		Paths: `/calls$`,
		Go:    `^[^,]+, [^,]+, [^,]+$`,
	},
	{
		Key:       "A refresh that userpool is refused",
		Scenarios: `^identity/`,
		Paths:     `(refreshSession|getSession)/calls$`,
		Go:        `^InitiateAuth REFRESH_TOKEN_AUTH, GetTokensFromRefreshToken$`,
	},
	{
		Key:       "A refresh that userpool is refused",
		Scenarios: `^identity/a client whose refresh tokens rotate`,
		Paths:     `\d\d refreshSession/`,
	},
	{
		Key:       "Errors without a code",
		Scenarios: `^identity/(nobody has (no session|attributes)|(devices|second factors) of nobody|the storage holds no refresh token|a flow that there is not|ids of pools)`,
		Paths:     `/error/name$`,
	},
	{
		Key:       "Who needs a session in memory",
		Scenarios: `^identity/(a session outlives the program|new tokens come when the old ones are too old)$`,
		Paths:     `(getUserAttributes/|04 getSession/calls)`,
	},
	{
		Key:       "Who needs a session in memory",
		Scenarios: `^identity/attributes change (after a start of the program|with tokens that are too old)$`,
		Paths:     `(04 verifyAttribute/|03 getAttributeVerificationCode/|04 getSession/calls)`,
	},
	{
		Key:       "A session in memory after a sign-out everywhere",
		Scenarios: `^identity/a sign-out everywhere$`,
		Paths:     `05 getUserAttributes/`,
	},
	{
		Key:       "A session in memory of a deleted user",
		Scenarios: `^identity/a user who deletes herself`,
		Paths:     `07 getUserAttributes/(calls|error/name)$`,
	},
	{
		Key:       "A session without an ID token",
		Scenarios: `^identity/the storage holds no ID token$`,
		Paths:     `04 getSession/`,
	},
	{
		Key:       "A pool id with two underscores",
		Scenarios: `^identity/ids of pools$`,
		Paths:     `newPool/result/name$`,
	},
	{
		Key:       "An answer that sets nothing up",
		Scenarios: `^amplify/a(n address is given where only an app can be set up| code is given where .*)$`,
		Paths:     `0[23] confirmSignIn/(calls|error/(name|message|status)|result/.*)$`,
		Go:        `^(|0|SignInException|The answer fits .*)$`,
	},
	{
		Key:       "A device that the service forgets in the middle of a sign-in",
		Scenarios: `^amplify/a device that the service forgets before the code of an app$`,
		Paths:     `^07 confirmSignIn/`,
	},
	{
		Key:       "An automatic sign-in after another sign-in",
		Scenarios: `^amplify/who has just confirmed is signed in by another flow meanwhile$`,
		Paths:     ` autoSignIn/error/(name|message)$`,
		Go:        `^(UserAlreadyAuthenticatedException|Somebody is signed in already\.)$`,
	},
	{
		Key:       "An answer to another challenge",
		Scenarios: `^identity/an answer to another challenge than the one that waits$`,
		Paths:     ` (completeNewPasswordChallenge|sendCustomChallengeAnswer|sendMFASelectionAnswer)/(calls|error/(name|message|status))$`,
		Go:        `^(|0|SignInException|the challenge .* waits for another answer)$`,
	},
	{
		Key:       "A device that was forgotten",
		Scenarios: `^identity/a device keeps what it proves itself by$`,
		Paths:     `12 getCachedDeviceKeyAndPassword/result/`,
	},
}

// justified reports whether a difference at a path is meant.
func justified(s Scenario, path, got string) bool {
	for _, d := range divergences {
		if matches(d.Scenarios, s.Library+"/"+s.Name) && matches(d.Paths, path) && matches(d.Go, got) {
			d.used.Add(1)
			return true
		}
	}
	return false
}

func matches(expression, text string) bool {
	return regexp.MustCompile(expression).MatchString(text)
}
