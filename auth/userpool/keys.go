package userpool

// Keys are the names under which Amplify and amazon-cognito-identity-js keep
// things in a storage, so that a session moves between them and this package.
// User names may contain dots: a key cannot be taken apart again.
type Keys struct{ ClientID string }

// LastAuthUser names the user who signed in last.
func (k Keys) LastAuthUser() string { return k.ofClient("LastAuthUser") }

// AccessToken is a JWT.
func (k Keys) AccessToken(username string) string { return k.ofUser(username, "accessToken") }

// IDToken is a JWT.
func (k Keys) IDToken(username string) string { return k.ofUser(username, "idToken") }

// RefreshToken is opaque.
func (k Keys) RefreshToken(username string) string { return k.ofUser(username, "refreshToken") }

// ClockDrift is a whole number; see DriftFormat.
func (k Keys) ClockDrift(username string) string { return k.ofUser(username, "clockDrift") }

// SignInDetails is Amplify's {"loginId":…,"authFlowType":…}.
func (k Keys) SignInDetails(username string) string { return k.ofUser(username, "signInDetails") }

// OAuthMetadata is Amplify's {"oauthSignIn":true}.
func (k Keys) OAuthMetadata(username string) string { return k.ofUser(username, "oauthMetadata") }

// UserData is amazon-cognito-identity-js's copy of what GetUser answered.
func (k Keys) UserData(username string) string { return k.ofUser(username, "userData") }

// DeviceKey is the remembered device's name.
func (k Keys) DeviceKey(username string) string { return k.ofUser(username, "deviceKey") }

// DeviceGroupKey is the name of the remembered device's group.
func (k Keys) DeviceGroupKey(username string) string { return k.ofUser(username, "deviceGroupKey") }

// RandomPasswordKey is the remembered device's password.
func (k Keys) RandomPasswordKey(username string) string {
	return k.ofUser(username, "randomPasswordKey")
}

// InflightOAuth is "true" between a redirect and its return.
func (k Keys) InflightOAuth() string { return k.ofClient("inflightOAuth") }

// InflightOAuthDeadline is in milliseconds since 1970.
func (k Keys) InflightOAuthDeadline() string { return k.ofClient("inflightOAuthDeadline") }

// OAuthState is the state parameter of the redirect under way.
func (k Keys) OAuthState() string { return k.ofClient("oauthState") }

// OAuthPKCE is the code verifier of the redirect under way.
func (k Keys) OAuthPKCE() string { return k.ofClient("oauthPKCE") }

// OAuthSignIn is "true,false": whether the sign-in was by redirect, and whether
// in a private browser session.
func (k Keys) OAuthSignIn() string { return k.ofClient("oauthSignIn") }

// session lists the keys of a user's session, LastAuthUser not among them.
func (k Keys) session(username string) []string {
	return []string{
		k.AccessToken(username), k.IDToken(username), k.RefreshToken(username),
		k.ClockDrift(username), k.SignInDetails(username), k.OAuthMetadata(username),
	}
}

func (k Keys) device(username string) []string {
	return []string{k.DeviceKey(username), k.DeviceGroupKey(username), k.RandomPasswordKey(username)}
}

func (k Keys) ofClient(name string) string {
	return "CognitoIdentityServiceProvider." + k.ClientID + "." + name
}

func (k Keys) ofUser(username, name string) string { return k.ofClient(username + "." + name) }
