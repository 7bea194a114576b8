package pool

import (
	"maps"
	"net/url"
	"slices"
)

// IdentityProvider is another party that signs people in for a pool. Details
// lies sealed in the store: it holds secrets, and addresses that nobody but an
// administrator may change.
type IdentityProvider struct {
	Type        string            // SAML, OIDC, Google, Facebook, LoginWithAmazon, SignInWithApple
	Details     map[string]string `json:"-"` // as sent
	Mapping     map[string]string // attribute of the pool: claim of the provider
	Identifiers []string          // names to ask for it by; no two providers of a pool share one
}

// A social provider has a fixed name and fixed addresses.
type social struct {
	required []string
	subject  string                                 // the claim that its users are told apart by
	derived  func(version string) map[string]string // details that are given back and not asked for
}

var withSecret = []string{"client_id", "client_secret", "authorize_scopes"}

// Source: the ProviderDetails that the service's API documents for each type.
var socials = map[string]social{
	"Google": {withSecret, "sub", func(string) map[string]string {
		return map[string]string{
			"attributes_url": "https://people.googleapis.com/v1/people/me?personFields=", "attributes_url_add_attributes": "true",
			"authorize_url": "https://accounts.google.com/o/oauth2/v2/auth", "oidc_issuer": "https://accounts.google.com",
			"token_request_method": "POST", "token_url": "https://www.googleapis.com/oauth2/v4/token",
		}
	}},
	"Facebook": {withSecret, "id", func(version string) map[string]string {
		return map[string]string{
			"api_version": version, "attributes_url": "https://graph.facebook.com/" + version + "/me?fields=",
			"attributes_url_add_attributes": "true", "authorize_url": "https://www.facebook.com/" + version + "/dialog/oauth",
			"token_request_method": "GET", "token_url": "https://graph.facebook.com/" + version + "/oauth/access_token",
		}
	}},
	"LoginWithAmazon": {withSecret, "user_id", func(string) map[string]string {
		return map[string]string{
			"attributes_url": "https://api.amazon.com/user/profile", "attributes_url_add_attributes": "false",
			"authorize_url": "https://www.amazon.com/ap/oa", "token_request_method": "POST",
			"token_url": "https://api.amazon.com/auth/o2/token",
		}
	}},
	"SignInWithApple": {[]string{"client_id", "team_id", "key_id", "private_key", "authorize_scopes"}, "sub", func(string) map[string]string {
		return map[string]string{
			"attributes_url_add_attributes": "false", "authorize_url": "https://appleid.apple.com/auth/authorize",
			"oidc_issuer": "https://appleid.apple.com", "token_request_method": "POST", "token_url": "https://appleid.apple.com/auth/token",
		}
	}},
}

// facebookVersion is the API of Facebook that is spoken where none is named.
const facebookVersion = "v17.0"

// Social reports whether the provider's name and addresses are fixed.
func (p *IdentityProvider) Social() bool { return socials[p.Type].derived != nil }

// Complete maps the user name to the claim that tells users apart, where the
// mapping does not.
func (p *IdentityProvider) Complete() {
	subject := socials[p.Type].subject
	if p.Type == "OIDC" {
		subject = "sub"
	}
	if subject == "" || p.Mapping["username"] != "" {
		return
	}
	p.Mapping = maps.Clone(p.Mapping)
	if p.Mapping == nil {
		p.Mapping = map[string]string{}
	}
	p.Mapping["username"] = subject
}

// Check returns InvalidParameter for a provider that could not sign anybody in.
func (p *IdentityProvider) Check(name string, schema Schema) error {
	if p.Social() && name != p.Type {
		return E(InvalidParameter, "The name of a provider of type "+p.Type+" must be "+p.Type+".")
	}
	if !p.Social() && (socials[name].derived != nil || name == "COGNITO" || name == "Cognito") {
		return E(InvalidParameter, "The provider name "+name+" is reserved.")
	}
	for _, target := range slices.Sorted(maps.Keys(p.Mapping)) {
		if _, known := schema.Find(target); !known && target != "username" || target == "sub" {
			return E(InvalidParameter, "Invalid attribute mapping: the attribute "+target+" cannot be mapped.")
		}
	}
	seen := map[string]bool{}
	for _, id := range p.Identifiers {
		if seen[id] {
			return E(InvalidParameter, "The identifier "+id+" is given more than once.")
		}
		seen[id] = true
	}
	switch p.Type {
	case "SAML":
		return p.checkSAML()
	case "OIDC":
		return p.checkOIDC()
	}
	return p.require(socials[p.Type].required...)
}

func (p *IdentityProvider) require(names ...string) error {
	for _, name := range names {
		if p.Details[name] == "" {
			return E(InvalidParameter, "Missing "+name+" in provider details.")
		}
	}
	return nil
}

// checkOIDC wants addresses that secrets may go to. Those that are left out
// stand in the document under oidc_issuer.
func (p *IdentityProvider) checkOIDC() error {
	if err := p.require("client_id", "authorize_scopes", "oidc_issuer", "attributes_request_method"); err != nil {
		return err
	}
	if m := p.Details["attributes_request_method"]; m != "GET" && m != "POST" {
		return E(InvalidParameter, "Invalid attributes_request_method in provider details: it must be GET or POST.")
	}
	for _, name := range []string{"oidc_issuer", "authorize_url", "token_url", "attributes_url", "jwks_uri"} {
		if text, given := p.Details[name]; given && !secureURL(text) {
			return E(InvalidParameter, "Invalid "+name+" in provider details: it must be an https URL.")
		}
	}
	return nil
}

// secureURL reports whether text is the address of a host by https, or by http
// where the host is the caller's own machine.
func secureURL(text string) bool {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.User != nil {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && loopback(u.Hostname())
}

// checkSAML wants one source of metadata, and flags that are flags.
func (p *IdentityProvider) checkSAML() error {
	file, address := p.Details["MetadataFile"], p.Details["MetadataURL"]
	switch {
	case (file == "") == (address == ""):
		return E(InvalidParameter, "Provider details must have either MetadataFile or MetadataURL.")
	case address != "" && !secureURL(address):
		return E(InvalidParameter, "Invalid MetadataURL in provider details: it must be an https URL.")
	}
	for _, name := range []string{"IDPSignout", "IDPInit", "EncryptedResponses"} {
		if v, given := p.Details[name]; given && v != "true" && v != "false" {
			return E(InvalidParameter, "Invalid "+name+" in provider details: it must be true or false.")
		}
	}
	if v, given := p.Details["RequestSigningAlgorithm"]; given && v != "rsa-sha256" {
		return E(InvalidParameter, "Invalid RequestSigningAlgorithm in provider details: it must be rsa-sha256.")
	}
	if file == "" {
		return nil
	}
	_, err := ParseSAMLMetadata(file)
	return err
}

// Shown returns the details as they are given back: as sent, with what follows
// from the type or from the metadata that was sent.
func (p *IdentityProvider) Shown() map[string]string {
	out := maps.Clone(p.Details)
	if s := socials[p.Type]; s.derived != nil {
		version := p.Details["api_version"]
		if version == "" {
			version = facebookVersion
		}
		maps.Copy(out, s.derived(version))
		return out
	}
	if p.Type == "OIDC" && out["attributes_url_add_attributes"] == "" {
		out["attributes_url_add_attributes"] = "false"
	}
	if m, err := ParseSAMLMetadata(p.Details["MetadataFile"]); err == nil {
		out["SSORedirectBindingURI"] = m.SignOn
		if m.SignOut != "" {
			out["SLORedirectBindingURI"] = m.SignOut
		}
	}
	return out
}
