package auth

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"strings"

	"github.com/cenote-auth/cenote/auth/userpool"
)

// SignInStep is what a sign-in waits for. Its values are Amplify's signInStep.
type SignInStep string

const (
	SignInDone SignInStep = "DONE" // the user is signed in

	// Answered with SignInFlow.Confirm by a code.
	SignInSMSCode   SignInStep = "CONFIRM_SIGN_IN_WITH_SMS_CODE"   // sent to NextSignInStep.Delivery
	SignInEmailCode SignInStep = "CONFIRM_SIGN_IN_WITH_EMAIL_CODE" // sent to NextSignInStep.Delivery
	SignInTOTPCode  SignInStep = "CONFIRM_SIGN_IN_WITH_TOTP_CODE"  // of the user's authenticator app

	// Answered by a password.
	SignInPassword    SignInStep = "CONFIRM_SIGN_IN_WITH_PASSWORD"
	SignInNewPassword SignInStep = "CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED" // and NextSignInStep.MissingAttributes, in ConfirmOptions

	// Answered by a choice.
	SignInFactorSelection   SignInStep = "CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION" // one of NextSignInStep.Available
	SignInMFASelection      SignInStep = "CONTINUE_SIGN_IN_WITH_MFA_SELECTION"          // one of NextSignInStep.AllowedMFA
	SignInMFASetupSelection SignInStep = "CONTINUE_SIGN_IN_WITH_MFA_SETUP_SELECTION"    // one of NextSignInStep.AllowedMFA

	// Answered by what sets up a second factor.
	SignInTOTPSetup  SignInStep = "CONTINUE_SIGN_IN_WITH_TOTP_SETUP"  // a code of the app that was given NextSignInStep.TOTP
	SignInEmailSetup SignInStep = "CONTINUE_SIGN_IN_WITH_EMAIL_SETUP" // an e-mail address

	// Answered by what the pool's triggers want, see NextSignInStep.Parameters.
	SignInCustomChallenge SignInStep = "CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE"

	// Answered by the JSON of a credential, which a browser's
	// navigator.credentials.get makes of NextSignInStep.Passkey; or by the name
	// of another factor, to use that instead. With Options.Passkeys the provider
	// answers, and the step comes only if that gives nothing: see
	// NextSignInStep.PasskeyError. Amplify has no such step: it talks to the
	// browser itself.
	SignInPasskey SignInStep = "CONFIRM_SIGN_IN_WITH_PASSKEY"

	// The sign-in ended, since something else comes first.
	SignInConfirmSignUp SignInStep = "CONFIRM_SIGN_UP" // Client.ConfirmSignUp; SignInFlow.Resend sends another code
	SignInResetPassword SignInStep = "RESET_PASSWORD"  // Client.ConfirmResetPassword, with the code that was sent; Client.ResetPassword sends another
)

// Flow says how a sign-in begins. Its values are Amplify's authFlowType.
type Flow = userpool.Flow

const (
	FlowSRP       = userpool.FlowSRP       // the password is proved and never sent
	FlowPassword  = userpool.FlowPassword  // the password is sent, as user migration needs it
	FlowCustom    = userpool.FlowCustom    // custom challenges alone
	FlowCustomSRP = userpool.FlowCustomSRP // the password by SRP, then custom challenges
	FlowUserAuth  = userpool.FlowUserAuth  // the user chooses among first factors
)

// Factor is a first factor of FlowUserAuth. Its values are Amplify's
// AuthFactorType, and FactorTOTPCode, of which Amplify has only the step.
type Factor = userpool.ChallengeName

const (
	FactorPassword    Factor = userpool.PasswordFactor    // PASSWORD: sent
	FactorPasswordSRP Factor = userpool.PasswordSRPFactor // PASSWORD_SRP: proved
	FactorEmailCode   Factor = userpool.EmailOTP          // EMAIL_OTP
	FactorSMSCode     Factor = userpool.SMSOTP            // SMS_OTP
	FactorPasskey     Factor = userpool.WebAuthn          // WEB_AUTHN
	FactorTOTPCode    Factor = userpool.SoftwareTokenMFA  // SOFTWARE_TOKEN_MFA: of an authenticator app
)

// MFAType is a kind of second factor.
type MFAType string

const (
	MFASMS   MFAType = "SMS"
	MFATOTP  MFAType = "TOTP"
	MFAEmail MFAType = "EMAIL"
)

// CodeDelivery says where a code went: Destination is masked, Medium EMAIL or
// SMS, Attribute the user's attribute (empty for codes of a sign-in).
type CodeDelivery = userpool.CodeDelivery

// NextSignInStep is what a sign-in waits for, and what there is to know to
// answer it. Fields that the step does not name are zero.
type NextSignInStep struct {
	Step SignInStep

	Delivery   *CodeDelivery // SignInSMSCode, SignInEmailCode: where the code went
	DeviceName string        // SignInTOTPCode: the name the user gave the app, if any
	AllowedMFA []MFAType     // SignInMFASelection, SignInMFASetupSelection
	Available  []Factor      // SignInFactorSelection; SignInPasskey: instead of the passkey, as far as the service tells
	TOTP       *TOTPSetup    // SignInTOTPSetup

	MissingAttributes []string          // SignInNewPassword: attributes that must be given
	Attributes        map[string]string // SignInNewPassword: those that the user has

	Parameters map[string]string // SignInCustomChallenge: what the trigger sent
	Passkey    json.RawMessage   // SignInPasskey: PublicKeyCredentialRequestOptions

	// PasskeyError, at SignInPasskey, says why Options.Passkeys had no passkey to
	// give: the user may have given up. FactorPasskey is the response to have it
	// asked again. Nil without a provider.
	PasskeyError error

	// RememberDevice, at SignInDone: the pool wants the user asked whether to
	// remember this new device. Client.RememberDevice does.
	RememberDevice bool
}

// TOTPSetup is what an authenticator app is given. It is a secret; formatting
// and logging do not show it.
type TOTPSetup struct {
	Secret  string // in base32, for users who type it
	Account string // the user's name, as the default of URI
}

// URI returns the otpauth URI to show as a QR code. issuer is the name of your
// app; account is what the app shows under it, Account if empty.
func (t TOTPSetup) URI(issuer, account string) string {
	if account == "" {
		account = t.Account
	}
	issuer = escape(issuer)
	return "otpauth://totp/" + issuer + ":" + escape(account) + "?secret=" + escape(t.Secret) + "&issuer=" + issuer
}

// escape writes a space as %20, which apps understand everywhere, as + they do
// not.
func escape(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// String describes t without the secret.
func (t TOTPSetup) String() string { return fmt.Sprintf("TOTPSetup{Account: %q}", t.Account) }

// Format prints String for every verb.
func (t TOTPSetup) Format(f fmt.State, _ rune) { io.WriteString(f, t.String()) }

// LogValue is String.
func (t TOTPSetup) LogValue() slog.Value { return slog.StringValue(t.String()) }
