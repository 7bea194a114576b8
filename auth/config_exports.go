package auth

import (
	"encoding/json"
	"slices"
	"strings"
)

// exports are the members of aws-exports that are about Auth.
type exports struct {
	UserPoolID     string          `json:"aws_user_pools_id"`
	ClientID       string          `json:"aws_user_pools_web_client_id"`
	IdentityPoolID string          `json:"aws_cognito_identity_pool_id"`
	MandatorySign  json.RawMessage `json:"aws_mandatory_sign_in"` // "enable", or anything else
	Verification   string          `json:"aws_cognito_sign_up_verification_method"`
	MFA            string          `json:"aws_cognito_mfa_configuration"`
	MFATypes       []string        `json:"aws_cognito_mfa_types"`
	Policy         *exportsPolicy  `json:"aws_cognito_password_protection_settings"`
	Mechanisms     []string        `json:"aws_cognito_verification_mechanisms"`
	Attributes     []string        `json:"aws_cognito_signup_attributes"`
	LoginWith      []string        `json:"aws_cognito_username_attributes"`
	Providers      []string        `json:"aws_cognito_social_providers"`
	OAuth          json.RawMessage `json:"oauth"`
}

type exportsPolicy struct {
	MinLength  int      `json:"passwordPolicyMinLength"`
	Characters []string `json:"passwordPolicyCharacters"`
}

type exportsOAuth struct {
	Domain          string   `json:"domain"`
	Scopes          []string `json:"scope"`
	RedirectSignIn  string   `json:"redirectSignIn"` // URLs with commas between
	RedirectSignOut string   `json:"redirectSignOut"`
	ResponseType    string   `json:"responseType"`
}

func readExports(text []byte, members map[string]json.RawMessage) (Config, error) {
	if _, ok := members["aws_project_region"]; !ok {
		return Config{}, unreadable(`The file has members of aws-exports, but no "aws_project_region".`, nil)
	}
	var e exports
	if err := decodeMember("", text, &e); err != nil {
		return Config{}, err
	}
	hosted, err := e.oauth()
	if err != nil {
		return Config{}, err
	}
	return Config{
		UserPoolID:         e.UserPoolID,
		ClientID:           e.ClientID,
		IdentityPoolID:     e.IdentityPoolID,
		AllowGuestAccess:   string(e.MandatorySign) != `"enable"`,
		SignUpVerification: SignUpVerification(e.Verification),
		OAuth:              hosted,
		LoginWith:          e.loginWith(),
		RequiredAttributes: e.required(),
		MFA:                e.mfa(),
		PasswordPolicy:     e.Policy.config(),
	}, nil
}

func (e exports) loginWith() LoginWith {
	email, phone := slices.Contains(e.LoginWith, "EMAIL"), slices.Contains(e.LoginWith, "PHONE_NUMBER")
	return LoginWith{Username: !email && !phone, Email: email, Phone: phone}
}

// required has the verified attributes too: the CLI makes them required.
func (e exports) required() []string {
	names := slices.Concat(e.Mechanisms, e.Attributes)
	for i, name := range names {
		names[i] = strings.ToLower(name)
	}
	return sorted(names)
}

func (e exports) mfa() MFA {
	if e.MFA == "" {
		return MFA{}
	}
	return MFA{
		Status: strings.ToLower(e.MFA),
		SMS:    slices.Contains(e.MFATypes, "SMS"),
		TOTP:   slices.Contains(e.MFATypes, "TOTP"),
	}
}

func (p *exportsPolicy) config() *PasswordPolicy {
	if p == nil {
		return nil
	}
	return &PasswordPolicy{
		MinLength:        p.MinLength,
		RequireLowercase: slices.Contains(p.Characters, "REQUIRES_LOWERCASE"),
		RequireUppercase: slices.Contains(p.Characters, "REQUIRES_UPPERCASE"),
		RequireNumbers:   slices.Contains(p.Characters, "REQUIRES_NUMBERS"),
		RequireSymbols:   slices.Contains(p.Characters, "REQUIRES_SYMBOLS"),
	}
}

// oauth returns nil for the empty object that the CLI writes without hosted pages.
func (e exports) oauth() (*OAuth, error) {
	if isNull(e.OAuth) {
		return nil, nil
	}
	var members map[string]json.RawMessage
	if err := decodeMember("oauth", e.OAuth, &members); err != nil || len(members) == 0 {
		return nil, err
	}
	var o exportsOAuth
	if err := decodeMember("oauth", e.OAuth, &o); err != nil {
		return nil, err
	}
	out := &OAuth{
		Domain: o.Domain, Scopes: o.Scopes, ResponseType: o.ResponseType,
		RedirectSignIn: urls(o.RedirectSignIn), RedirectSignOut: urls(o.RedirectSignOut),
	}
	for _, name := range e.Providers {
		if name != "" {
			out.Providers = append(out.Providers, strings.ToUpper(name[:1])+strings.ToLower(name[1:]))
		}
	}
	return out, nil
}

// urls splits at commas. Amplify keeps spaces and empty ones, which match no
// URL that the service allows.
func urls(list string) []string {
	var out []string
	for u := range strings.SplitSeq(list, ",") {
		if u := strings.TrimSpace(u); u != "" {
			out = append(out, u)
		}
	}
	return out
}
