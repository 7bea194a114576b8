package auth

import (
	"encoding/json"
	"maps"
	"slices"
)

// outputs is the member "auth" of amplify_outputs.json, schema 1.5. Amplify
// reads no more of it than this: the region is the pool id's.
type outputs struct {
	UserPoolID     string            `json:"user_pool_id"`
	ClientID       string            `json:"user_pool_client_id"`
	IdentityPoolID string            `json:"identity_pool_id"`
	Guests         bool              `json:"unauthenticated_identities_enabled"`
	Policy         *outputsPolicy    `json:"password_policy"`
	OAuth          *outputsOAuth     `json:"oauth"`
	Required       []string          `json:"standard_required_attributes"`
	LoginWith      []string          `json:"username_attributes"`
	MFA            string            `json:"mfa_configuration"`
	MFAMethods     []string          `json:"mfa_methods"`
	Groups         []precedences     `json:"groups"`       // since 1.3
	Passwordless   *outputsFirstStep `json:"passwordless"` // since 1.4
}

type outputsPolicy struct {
	MinLength *int `json:"min_length"`
	Numbers   bool `json:"require_numbers"`
	Lowercase bool `json:"require_lowercase"`
	Uppercase bool `json:"require_uppercase"`
	Symbols   bool `json:"require_symbols"`
}

type outputsOAuth struct {
	Providers       []string `json:"identity_providers"`
	Domain          string   `json:"domain"`
	Scopes          []string `json:"scopes"`
	RedirectSignIn  []string `json:"redirect_sign_in_uri"`
	RedirectSignOut []string `json:"redirect_sign_out_uri"`
	ResponseType    string   `json:"response_type"`
}

type outputsFirstStep struct {
	EmailOTP bool `json:"email_otp_enabled"`
	SMSOTP   bool `json:"sms_otp_enabled"`
	WebAuthn *struct {
		RelyingPartyID   string `json:"relying_party_id"`
		UserVerification string `json:"user_verification"`
	} `json:"web_authn"`
	Preferred string `json:"preferred_challenge"`
}

// precedences are groups as both kinds of file have them: {"name": {"precedence": 1}}.
type precedences map[string]struct {
	Precedence int `json:"precedence"`
}

func readOutputs(raw json.RawMessage) (Config, error) {
	if isNull(raw) {
		return Config{}, nil
	}
	var o outputs
	if err := decodeMember("auth", raw, &o); err != nil {
		return Config{}, err
	}
	return Config{
		UserPoolID:         o.UserPoolID,
		ClientID:           o.ClientID,
		IdentityPoolID:     o.IdentityPoolID,
		AllowGuestAccess:   o.Guests,
		OAuth:              o.OAuth.config(),
		LoginWith:          o.loginWith(),
		RequiredAttributes: sorted(o.Required),
		MFA:                o.mfa(),
		PasswordPolicy:     o.Policy.config(),
		Groups:             groups(o.Groups),
		Passwordless:       o.Passwordless.config(),
	}, nil
}

func (o outputs) loginWith() LoginWith {
	return LoginWith{
		Username: slices.Contains(o.LoginWith, "username"),
		Email:    slices.Contains(o.LoginWith, "email"),
		Phone:    slices.Contains(o.LoginWith, "phone_number"),
	}
}

func (o outputs) mfa() MFA {
	if o.MFA == "" {
		return MFA{}
	}
	status := "off"
	switch o.MFA {
	case "OPTIONAL":
		status = "optional"
	case "REQUIRED":
		status = "on"
	}
	return MFA{Status: status, SMS: slices.Contains(o.MFAMethods, "SMS"), TOTP: slices.Contains(o.MFAMethods, "TOTP")}
}

func (p *outputsPolicy) config() *PasswordPolicy {
	if p == nil {
		return nil
	}
	length := 6
	if p.MinLength != nil {
		length = *p.MinLength
	}
	return &PasswordPolicy{
		MinLength: length, RequireLowercase: p.Lowercase, RequireUppercase: p.Uppercase,
		RequireNumbers: p.Numbers, RequireSymbols: p.Symbols,
	}
}

// outputsProviders are Amplify's words for those that it knows; it drops others.
var outputsProviders = map[string]string{
	"GOOGLE": "Google", "FACEBOOK": "Facebook", "LOGIN_WITH_AMAZON": "Amazon", "SIGN_IN_WITH_APPLE": "Apple",
}

func (o *outputsOAuth) config() *OAuth {
	if o == nil {
		return nil
	}
	out := &OAuth{
		Domain: o.Domain, Scopes: o.Scopes, RedirectSignIn: o.RedirectSignIn, RedirectSignOut: o.RedirectSignOut,
		ResponseType: "code",
	}
	if o.ResponseType == "token" {
		out.ResponseType = "token"
	}
	for _, name := range o.Providers {
		if name := outputsProviders[name]; name != "" {
			out.Providers = append(out.Providers, name)
		}
	}
	return out
}

func (p *outputsFirstStep) config() *Passwordless {
	if p == nil {
		return nil
	}
	out := &Passwordless{EmailOTP: p.EmailOTP, SMSOTP: p.SMSOTP, PreferredChallenge: p.Preferred}
	if p.WebAuthn != nil {
		out.WebAuthn = &WebAuthn{p.WebAuthn.RelyingPartyID, p.WebAuthn.UserVerification}
	}
	return out
}

func groups(list []precedences) []Group {
	var out []Group
	for _, entry := range list {
		for _, name := range slices.Sorted(maps.Keys(entry)) {
			out = append(out, Group{name, entry[name].Precedence})
		}
	}
	return out
}
