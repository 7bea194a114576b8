package pool

import (
	"slices"
	"strings"
	"time"
)

// Pool is a user pool. What UpdateUserPool may change is in Settings; the rest
// is fixed when the pool is made, or has an operation of its own.
type Pool struct {
	// Key is the internal key. It is never used again, also not when a pool
	// of the same id is made after this one was deleted.
	Key      int64
	Version  int64 // grows with every change of the row
	ID       string
	Created  time.Time
	Modified time.Time

	UsernameAttributes []string // email, phone_number; excludes AliasAttributes
	AliasAttributes    []string // email, phone_number, preferred_username
	CaseInsensitive    bool     // UsernameConfiguration.CaseSensitive = false
	CaseGiven          bool     // UsernameConfiguration was sent at all
	Schema             Schema
	// ImportedHashes are the parameters of password hashes that people of the
	// pool were imported with, "" if none were. An import fills it in.
	ImportedHashes string
	WebAuthn       *WebAuthn // nil: never set
	Second         SecondFactors
	Sessions       SessionRules

	Settings
}

// Region is the part of the pool's id before the underscore.
func (p *Pool) Region() string {
	region, _, _ := strings.Cut(p.ID, "_")
	return region
}

// SRPName is the part of the pool's id after the underscore; SRP hashes it.
func (p *Pool) SRPName() string {
	_, name, _ := strings.Cut(p.ID, "_")
	return name
}

// Settings are what UpdateUserPool replaces as a whole, but for a name and tags
// that it leaves out. JSON names are the store's, not the wire's; a field
// without a rule behind it is kept and given back (docs/divergences.md names
// those).
type Settings struct {
	Name                   string
	PasswordPolicy         PasswordPolicy
	AllowedFirstFactors    []string // PASSWORD, EMAIL_OTP, SMS_OTP, WEB_AUTHN
	DeletionProtection     bool
	AutoVerifiedAttributes []string
	VerifyBeforeUpdate     []string // UserAttributeUpdateSettings
	AdminOnly              bool     // AdminCreateUserConfig.AllowAdminCreateUserOnly
	UnusedAccountDays      int32
	Tier                   string // LITE, ESSENTIALS, PLUS
	MFA                    string // OFF, OPTIONAL, ON
	Recovery               []RecoveryOption
	RecoveryGiven          bool
	Templates              Templates
	Triggers               Triggers
	Device                 *DeviceSettings
	Email                  EmailSettings
	SMS                    *SMSSettings
	AdvancedSecurity       string // "", OFF, AUDIT, ENFORCED
	CustomAuthSecurity     string // AdvancedSecurityAdditionalFlows.CustomAuthMode
	Tags                   map[string]string
}

// RecoveryOption is one way to recover a password; a lower Priority is tried first.
type RecoveryOption struct {
	Name     string // verified_email, verified_phone_number, admin_only
	Priority int32
}

// Templates are the texts of the messages that a pool sends. An empty text
// means the default one.
type Templates struct {
	EmailOption        string // CONFIRM_WITH_CODE or CONFIRM_WITH_LINK
	SMSVerification    string
	EmailSubject       string
	EmailMessage       string
	EmailSubjectByLink string
	EmailMessageByLink string
	SMSAuthentication  string
	InviteSMS          string
	InviteEmailSubject string
	InviteEmailMessage string
}

// Triggers maps the name of a trigger as it stands in LambdaConfig (PreSignUp,
// PostConfirmation, ...) to the function's ARN. Versions holds the ones that
// carry a version of their own.
type Triggers struct {
	ARN      map[string]string
	Versions map[string]string
	KMSKeyID string
}

// DeviceSettings are the pool's rules for remembering devices.
type DeviceSettings struct {
	ChallengeOnNewDevice bool
	OnlyOnPrompt         bool
}

// EmailSettings say whence a pool's mail comes.
type EmailSettings struct {
	Account          string // COGNITO_DEFAULT or DEVELOPER
	From             string
	ReplyTo          string
	SourceARN        string
	ConfigurationSet string
}

// SMSSettings say how a pool sends text messages.
type SMSSettings struct {
	CallerARN  string
	ExternalID string
	Region     string
}

// HasUsernameAttribute reports whether people sign in with attribute name
// (email or phone_number) in place of a user name.
func (p *Pool) HasUsernameAttribute(name string) bool {
	return slices.Contains(p.UsernameAttributes, name)
}

// HasAlias reports whether attribute name is a second name to sign in with.
func (p *Pool) HasAlias(name string) bool { return slices.Contains(p.AliasAttributes, name) }

// AutoVerifies reports whether codes are sent to attribute name unasked.
func (p *Pool) AutoVerifies(name string) bool { return slices.Contains(p.AutoVerifiedAttributes, name) }

// AllowsCodes reports whether people may sign in by a one-time code in place
// of a password, so that a user may be without one.
func (p *Pool) AllowsCodes() bool {
	return p.AllowsFirst(FirstMail) || p.AllowsFirst(FirstText)
}

// Fold returns the form of a user name, e-mail address or alias in which this
// pool compares it: lower case unless the pool is case sensitive.
func (p *Pool) Fold(s string) string {
	if p.CaseInsensitive {
		return strings.ToLower(s)
	}
	return s
}
