package auth

import "encoding/json"

// resources is Auth.Cognito of Amplify v6's ResourcesConfig.
type resources struct {
	UserPoolID       string                 `json:"userPoolId"`
	ClientID         string                 `json:"userPoolClientId"`
	Endpoint         string                 `json:"userPoolEndpoint"`
	IdentityPoolID   string                 `json:"identityPoolId"`
	IdentityEndpoint string                 `json:"identityPoolEndpoint"`
	Guests           bool                   `json:"allowGuestAccess"`
	Verification     string                 `json:"signUpVerificationMethod"`
	LoginWith        resourcesLogin         `json:"loginWith"`
	Attributes       map[string]isRequired  `json:"userAttributes"`
	MFA              resourcesMFA           `json:"mfa"`
	Policy           *resourcesPolicy       `json:"passwordFormat"`
	Groups           []precedences          `json:"groups"`
	Passwordless     *resourcesPasswordless `json:"passwordless"`
}

type resourcesLogin struct {
	OAuth    *resourcesOAuth `json:"oauth"`
	Username bool            `json:"username"`
	Email    bool            `json:"email"`
	Phone    bool            `json:"phone"`
}

type isRequired struct {
	Required bool `json:"required"`
}

type resourcesMFA struct {
	Status string `json:"status"`
	TOTP   bool   `json:"totpEnabled"`
	SMS    bool   `json:"smsEnabled"`
}

type resourcesPolicy struct {
	MinLength int  `json:"minLength"`
	Lowercase bool `json:"requireLowercase"`
	Uppercase bool `json:"requireUppercase"`
	Numbers   bool `json:"requireNumbers"`
	Symbols   bool `json:"requireSpecialCharacters"`
}

type resourcesOAuth struct {
	Domain          string              `json:"domain"`
	Scopes          []string            `json:"scopes"`
	RedirectSignIn  []string            `json:"redirectSignIn"`
	RedirectSignOut []string            `json:"redirectSignOut"`
	ResponseType    string              `json:"responseType"`
	Providers       []resourcesProvider `json:"providers"`
}

// resourcesProvider is "Google" or {"custom": "MyOwn"}.
type resourcesProvider string

// UnmarshalJSON implements json.Unmarshaler.
func (p *resourcesProvider) UnmarshalJSON(text []byte) error {
	var custom struct {
		Name string `json:"custom"`
	}
	if text[0] == '{' {
		err := json.Unmarshal(text, &custom)
		*p = resourcesProvider(custom.Name)
		return err
	}
	return json.Unmarshal(text, (*string)(p))
}

type resourcesPasswordless struct {
	EmailOTP bool `json:"emailOtpEnabled"`
	SMSOTP   bool `json:"smsOtpEnabled"`
	WebAuthn *struct {
		RelyingPartyID   string `json:"relyingPartyId"`
		UserVerification string `json:"userVerification"`
	} `json:"webAuthn"`
	Preferred string `json:"preferredChallenge"`
}

func readResources(raw json.RawMessage) (Config, error) {
	var auth struct{ Cognito *resources }
	if err := decodeMember("Auth", raw, &auth); err != nil {
		return Config{}, err
	}
	r := auth.Cognito
	if r == nil {
		return Config{}, nil
	}
	return Config{
		UserPoolID:           r.UserPoolID,
		ClientID:             r.ClientID,
		Endpoint:             r.Endpoint,
		IdentityPoolID:       r.IdentityPoolID,
		IdentityPoolEndpoint: r.IdentityEndpoint,
		AllowGuestAccess:     r.Guests,
		SignUpVerification:   SignUpVerification(r.Verification),
		OAuth:                r.LoginWith.OAuth.config(),
		LoginWith:            LoginWith{r.LoginWith.Username, r.LoginWith.Email, r.LoginWith.Phone},
		RequiredAttributes:   r.required(),
		MFA:                  MFA{Status: r.MFA.Status, SMS: r.MFA.SMS, TOTP: r.MFA.TOTP},
		PasswordPolicy:       r.Policy.config(),
		Groups:               groups(r.Groups),
		Passwordless:         r.Passwordless.config(),
	}, nil
}

func (r *resources) required() []string {
	var names []string
	for name, attribute := range r.Attributes {
		if attribute.Required {
			names = append(names, name)
		}
	}
	return sorted(names)
}

func (p *resourcesPolicy) config() *PasswordPolicy {
	if p == nil {
		return nil
	}
	return &PasswordPolicy{
		MinLength: p.MinLength, RequireLowercase: p.Lowercase, RequireUppercase: p.Uppercase,
		RequireNumbers: p.Numbers, RequireSymbols: p.Symbols,
	}
}

func (o *resourcesOAuth) config() *OAuth {
	if o == nil {
		return nil
	}
	out := &OAuth{
		Domain: o.Domain, Scopes: o.Scopes, RedirectSignIn: o.RedirectSignIn, RedirectSignOut: o.RedirectSignOut,
		ResponseType: o.ResponseType,
	}
	for _, name := range o.Providers {
		if name != "" {
			out.Providers = append(out.Providers, string(name))
		}
	}
	return out
}

func (p *resourcesPasswordless) config() *Passwordless {
	if p == nil {
		return nil
	}
	out := &Passwordless{EmailOTP: p.EmailOTP, SMSOTP: p.SMSOTP, PreferredChallenge: p.Preferred}
	if p.WebAuthn != nil {
		out.WebAuthn = &WebAuthn{p.WebAuthn.RelyingPartyID, p.WebAuthn.UserVerification}
	}
	return out
}
