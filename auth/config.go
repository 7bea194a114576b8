package auth

import (
	"fmt"
	"log/slog"
)

// Config says which user pool, which app client and, if any, which identity
// pool a Client talks to. UserPoolID and ClientID are required. ReadConfig
// fills it from Amplify's files, whose names for each field it gives.
//
// SignUpVerification and the fields below describe the pool for an app's own
// pages. Of them only SignUpVerification (SignUpFlow.AutoSignIn), OAuth and
// Passwordless change what a Client does.
type Config struct {
	UserPoolID   string // such as "eu-west-1_AbCdEf123"
	ClientID     string
	ClientSecret string // of a confidential client; every request then carries its SECRET_HASH. No file has it

	// Endpoint is the base URL of the service, such as "http://127.0.0.1:9229"
	// for Cenote. Empty: Amazon Cognito in the pool's region. Of Amplify's files
	// only a ResourcesConfig can have one.
	Endpoint string

	// Issuer is the iss claim of the pool's tokens, where it is not the URL of the
	// service, a slash and the pool's id, as under `cenote serve --issuer`. No file
	// has it.
	Issuer string

	// InsecureHTTP lets http do wherever https is asked for, but for loopback
	// addresses: for the pool's keys, the hosted pages, the origins of a Transport
	// and that of a web.Site. It is for the containers of one developer, with an
	// Endpoint such as "http://cenote:9229": whoever can listen or answer between
	// them can be anybody. No file has it.
	InsecureHTTP bool

	IdentityPoolID       string // such as "eu-west-1:0b1c2d3e-…"
	IdentityPoolEndpoint string // empty: Amazon Cognito in the identity pool's region
	AllowGuestAccess     bool   // whether there are AWS credentials without a sign-in

	SignUpVerification SignUpVerification // code if empty
	OAuth              *OAuth             // of the hosted pages; nil without
	LoginWith          LoginWith          // all false if the file does not say
	RequiredAttributes []string           // what a sign-up must give, such as "email"; sorted
	MFA                MFA
	PasswordPolicy     *PasswordPolicy // nil if the file says nothing of it
	Groups             []Group         // in the file's order
	Passwordless       *Passwordless   // nil if the file says nothing of it
}

// SignUpVerification is how a new user proves an address.
type SignUpVerification string

const (
	VerifyByCode SignUpVerification = "code"
	VerifyByLink SignUpVerification = "link"
)

// OAuth is where the hosted pages are and where they may send people back to.
type OAuth struct {
	Domain          string   // host name, or a URL whose scheme is then kept
	Scopes          []string // such as "openid" and "aws.cognito.signin.user.admin"
	RedirectSignIn  []string // URLs that the app client allows
	RedirectSignOut []string
	ResponseType    string   // "code" or "token"; code if empty
	Providers       []string // in Amplify's words: Google, Facebook, Amazon, Apple; a custom one by its own name
}

// LoginWith says by what users sign in.
type LoginWith struct{ Username, Email, Phone bool }

// MFA is the pool's multi-factor setting.
type MFA struct {
	Status    string // off, optional or on; empty if the file does not say
	SMS, TOTP bool   // Amplify's files have no word for email
}

// PasswordPolicy is what a pool asks of passwords.
type PasswordPolicy struct {
	MinLength                                                          int // 0 if the file gives none; amplify_outputs.json then means 6
	RequireLowercase, RequireUppercase, RequireNumbers, RequireSymbols bool
}

// Group is a group of the pool, for apps that show them.
type Group struct {
	Name       string
	Precedence int // the lower comes first
}

// Passwordless are the first factors a pool offers beside passwords.
type Passwordless struct {
	EmailOTP, SMSOTP   bool
	WebAuthn           *WebAuthn // nil without passkeys
	PreferredChallenge string    // PASSWORD, EMAIL_OTP, SMS_OTP, WEB_AUTHN or empty
}

// WebAuthn is a pool's relying party for passkeys.
type WebAuthn struct {
	RelyingPartyID   string
	UserVerification string // required or preferred
}

// shown is a Config without its methods and secret, for logs.
type shown Config

func (c Config) shown() shown {
	if c.ClientSecret != "" {
		c.ClientSecret = "[secret]"
	}
	return shown(c)
}

// Format prints c without its client secret.
func (c Config) Format(s fmt.State, verb rune) { fmt.Fprintf(s, fmt.FormatString(s, verb), c.shown()) }

// LogValue is c without its client secret.
func (c Config) LogValue() slog.Value { return slog.AnyValue(c.shown()) }
