package session

// SignUp is the purpose of the session that a sign-up gives to sign-in.
const SignUp = "sign-up"

// The steps of the session of a sign-up.
const (
	Unproven = "CONFIRM_SIGN_UP" // it signs nobody in
	Proven   = "AUTO_SIGN_IN"    // it signs its user in once, and nothing more is asked
)
