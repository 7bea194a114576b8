package userpool

// Flow says how a sign-in begins. Its values are those of Amplify's
// authFlowType.
type Flow string

const (
	FlowSRP       Flow = "USER_SRP_AUTH"      // the password is proved and never sent
	FlowPassword  Flow = "USER_PASSWORD_AUTH" // the password is sent, as user migration needs it
	FlowCustom    Flow = "CUSTOM_WITHOUT_SRP" // custom challenges alone
	FlowCustomSRP Flow = "CUSTOM_WITH_SRP"    // the password by SRP, then custom challenges
	FlowUserAuth  Flow = "USER_AUTH"          // the user chooses among first factors
)

// ChallengeName names a challenge as the service does (ChallengeNameType).
type ChallengeName string

const (
	SelectChallenge        ChallengeName = "SELECT_CHALLENGE"
	PasswordFactor         ChallengeName = "PASSWORD"
	PasswordSRPFactor      ChallengeName = "PASSWORD_SRP"
	PasswordVerifier       ChallengeName = "PASSWORD_VERIFIER"
	NewPasswordRequired    ChallengeName = "NEW_PASSWORD_REQUIRED"
	CustomChallenge        ChallengeName = "CUSTOM_CHALLENGE"
	SMSMFA                 ChallengeName = "SMS_MFA"
	SMSOTP                 ChallengeName = "SMS_OTP"
	EmailOTP               ChallengeName = "EMAIL_OTP"
	SoftwareTokenMFA       ChallengeName = "SOFTWARE_TOKEN_MFA"
	SelectMFAType          ChallengeName = "SELECT_MFA_TYPE"
	MFASetup               ChallengeName = "MFA_SETUP"
	WebAuthn               ChallengeName = "WEB_AUTHN"
	DeviceSRPAuth          ChallengeName = "DEVICE_SRP_AUTH"
	DevicePasswordVerifier ChallengeName = "DEVICE_PASSWORD_VERIFIER"
)

// Credentials begin a sign-in.
type Credentials struct {
	Username string
	Password string // not for FlowCustom; for FlowUserAuth only with a password factor preferred
	Flow     Flow   // FlowSRP if empty

	// PreferredChallenge is the first factor to use without being asked, for
	// FlowUserAuth.
	PreferredChallenge ChallengeName

	// Session continues a confirmed sign-up, for FlowUserAuth.
	Session string

	// AuthParameters are merged into the first request's, for custom
	// challenges that want more than the user name.
	AuthParameters map[string]string

	ClientMetadata map[string]string // handed to the pool's triggers
}

// Challenge is what the service asks next. It is all a sign-in needs to go on:
// it can be marshalled as JSON and answered by another process. Session is
// secret until the sign-in ends.
type Challenge struct {
	Name       ChallengeName
	Username   string // as the service wants it in the answer
	Session    string
	Parameters map[string]string // as the service sent them
	Available  []ChallengeName   // the factors to choose from, for SelectChallenge
	Flow       Flow              // the sign-in began with
	LoginID    string            // what the person typed, in whose name a device may be filed too
}

// Answer is the reply to a challenge.
type Answer struct {
	// Text is the code, the new password, the chosen factor or MFA type (in the
	// service's names), the custom answer, the credential's JSON for WebAuthn.
	Text string

	// Password goes with the choice of a password factor.
	Password string

	UserAttributes     map[string]string // for NewPasswordRequired: values by attribute name
	FriendlyDeviceName string            // for MFASetup by a software token
	ClientMetadata     map[string]string
}

// Step is what an answer leads to: a Challenge or a Session, never both.
type Step struct {
	Challenge *Challenge
	Session   *Session

	// ConfirmDevice says that the app should ask the user whether to remember
	// the new device (UserConfirmationNecessary of ConfirmDevice).
	ConfirmDevice bool

	// DeviceError says why a new device could not be registered, or its keys
	// not stored. The person is signed in nevertheless: this device will only
	// have to answer MFA again.
	DeviceError error
}
