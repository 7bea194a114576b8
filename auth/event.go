package auth

// Event is something that happened to a Client: one of the types of this
// package that have these methods. See Client.Subscribe.
type Event interface {
	// Name is the event's name on Amplify v6's Hub, channel auth; "" for those
	// that v6 does not send.
	Name() string

	// NameV5 is the same for Amplify v5; "" for those that v5 did not send.
	NameV5() string
}

// SignedUp: SignUp made a user.
type SignedUp struct {
	Username string // as given to SignUp
	UserID   string
	Step     SignUpStep
	Delivery *CodeDelivery // where the code went, if one did
}

// SignUpFailed: SignUp made no user.
type SignUpFailed struct {
	Username string
	Err      error
}

// SignUpConfirmed: the user proved the address and may sign in.
type SignUpConfirmed struct{ Username string }

// AutoSignedIn follows SignedIn if it was SignUpFlow.AutoSignIn that did it.
type AutoSignedIn struct{ User User }

// AutoSignInFailed: SignUpFlow.AutoSignIn returned an error.
type AutoSignInFailed struct {
	Username string
	Err      error
}

// SignedIn: the tokens of a sign-in are stored, whatever way it went.
type SignedIn struct{ User User }

// SignInFailed: SignIn returned an error. A wrong answer to SignInFlow.Confirm
// is no failure yet.
type SignInFailed struct {
	Username string // as given to SignIn
	Err      error
}

// NewPasswordFailed: the new password given at SignInNewPassword was not taken.
type NewPasswordFailed struct {
	Username string
	Err      error
}

// SignedOut: SignOut removed the tokens.
type SignedOut struct{ Username string } // "" if nobody was signed in

// SessionEnded: the tokens are gone because the service ended the session. It
// follows TokenRefreshFailed, which has the reason.
type SessionEnded struct{ Username string }

// TokenRefreshed: new tokens are stored.
type TokenRefreshed struct{ Username string }

// TokenRefreshFailed: new tokens were not to be had. Whether the old ones are
// still there depends on Err: trouble on the way to the service leaves them.
type TokenRefreshFailed struct {
	Username string
	Err      error
}

// EventsLost: the subscriber was too slow, and Count events before the next one
// were dropped.
type EventsLost struct{ Count int }

func (SignedUp) Name() string           { return "" }
func (SignUpFailed) Name() string       { return "" }
func (SignUpConfirmed) Name() string    { return "" }
func (AutoSignedIn) Name() string       { return "" }
func (AutoSignInFailed) Name() string   { return "" }
func (SignedIn) Name() string           { return "signedIn" }
func (SignInFailed) Name() string       { return "" }
func (NewPasswordFailed) Name() string  { return "" }
func (SignedOut) Name() string          { return "signedOut" }
func (SessionEnded) Name() string       { return "" }
func (TokenRefreshed) Name() string     { return "tokenRefresh" }
func (TokenRefreshFailed) Name() string { return "tokenRefresh_failure" }
func (EventsLost) Name() string         { return "" }

func (SignedUp) NameV5() string           { return "signUp" }
func (SignUpFailed) NameV5() string       { return "signUp_failure" }
func (SignUpConfirmed) NameV5() string    { return "confirmSignUp" }
func (AutoSignedIn) NameV5() string       { return "autoSignIn" }
func (AutoSignInFailed) NameV5() string   { return "autoSignIn_failure" }
func (SignedIn) NameV5() string           { return "signIn" }
func (SignInFailed) NameV5() string       { return "signIn_failure" }
func (NewPasswordFailed) NameV5() string  { return "completeNewPassword_failure" }
func (SignedOut) NameV5() string          { return "signOut" }
func (SessionEnded) NameV5() string       { return "signOut" }
func (TokenRefreshed) NameV5() string     { return "tokenRefresh" }
func (TokenRefreshFailed) NameV5() string { return "tokenRefresh_failure" }
func (EventsLost) NameV5() string         { return "" }
