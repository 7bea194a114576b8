package pool

import (
	"maps"
	"strings"
	"testing"
)

const metadata = `<?xml version="1.0"?><md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example.com">
	<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
		<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example.com/out"/>
		<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example.com/post"/>
		<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example.com/in"/>
	</md:IDPSSODescriptor></md:EntityDescriptor>`

func TestParseSAMLMetadata(t *testing.T) {
	t.Parallel()
	m, err := ParseSAMLMetadata(metadata)
	if want := (SAMLMetadata{"https://idp.example.com", "https://idp.example.com/in", "https://idp.example.com/out"}); err != nil || m != want {
		t.Errorf("ParseSAMLMetadata = %+v, %v, want %+v", m, err, want)
	}
	for name, text := range map[string]string{
		"nothing":                     "",
		"no XML":                      "hello",
		"half of it":                  metadata[:len(metadata)/2],
		"entities":                    `<!DOCTYPE x [<!ENTITY a "b">]>` + metadata[len(`<?xml version="1.0"?>`):],
		"another document":            `<md:Other xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="a"/>`,
		"another name space":          strings.Replace(metadata, "SAML:2.0:metadata", "SAML:1.0:metadata", 1),
		"no name":                     strings.Replace(metadata, "entityID", "id", 1),
		"a service provider":          strings.ReplaceAll(metadata, "IDPSSODescriptor", "SPSSODescriptor"),
		"no place to be redirected":   strings.ReplaceAll(metadata, "HTTP-Redirect", "HTTP-Artifact"),
		"a place that runs something": strings.Replace(metadata, "https://idp.example.com/in", "javascript:alert(1)", 1),
		"too much":                    metadata + strings.Repeat(" ", maxSAMLMetadata),
	} {
		if m, err := ParseSAMLMetadata(text); err == nil {
			t.Errorf("%s was read as %+v", name, m)
		}
	}
}

func FuzzParseSAMLMetadata(f *testing.F) {
	f.Add(metadata)
	f.Add(strings.ReplaceAll(metadata, "md:", ""))
	f.Add("<a><a><a>")
	f.Fuzz(func(t *testing.T, text string) {
		m, err := ParseSAMLMetadata(text)
		if err == nil && (m.EntityID == "" || !secureURL(m.SignOn) || m.SignOut != "" && !secureURL(m.SignOut)) {
			t.Errorf("read %+v", m)
		}
	})
}

func TestCheckIdentityProvider(t *testing.T) {
	t.Parallel()
	oidc := map[string]string{"client_id": "a", "authorize_scopes": "openid", "oidc_issuer": "https://idp.example.com", "attributes_request_method": "GET"}
	with := func(details map[string]string, name, value string) map[string]string {
		out := maps.Clone(details)
		out[name] = value
		return out
	}
	saml := map[string]string{"MetadataFile": metadata}
	google := map[string]string{"client_id": "a", "client_secret": "b", "authorize_scopes": "email"}
	for _, tt := range []struct {
		name, kind, called string
		details            map[string]string
		want               string
	}{
		{"Google", "Google", "Google", google, ""},
		{"Google under another name", "Google", "G", google, "The name of a provider of type Google must be Google."},
		{"Google without scopes", "Google", "Google", with(google, "authorize_scopes", ""), "Missing authorize_scopes in provider details."},
		{"Apple without a key", "SignInWithApple", "SignInWithApple",
			map[string]string{"client_id": "a", "team_id": "b", "key_id": "c", "authorize_scopes": "email"}, "Missing private_key in provider details."},
		{"OpenID Connect", "OIDC", "Okta", oidc, ""},
		{"OpenID Connect on this machine", "OIDC", "Okta", with(oidc, "oidc_issuer", "http://localhost:8080/realms/a"), ""},
		{"OpenID Connect under the name of another", "OIDC", "Google", oidc, "The provider name Google is reserved."},
		{"OpenID Connect under our own name", "OIDC", "COGNITO", oidc, "The provider name COGNITO is reserved."},
		{"OpenID Connect without TLS", "OIDC", "Okta", with(oidc, "token_url", "http://idp.example.com/token"),
			"Invalid token_url in provider details: it must be an https URL."},
		{"OpenID Connect with a password in the address", "OIDC", "Okta", with(oidc, "jwks_uri", "https://a:b@idp.example.com"),
			"Invalid jwks_uri in provider details: it must be an https URL."},
		{"OpenID Connect by another method", "OIDC", "Okta", with(oidc, "attributes_request_method", "PUT"),
			"Invalid attributes_request_method in provider details: it must be GET or POST."},
		{"SAML", "SAML", "Corp", saml, ""},
		{"SAML with all flags", "SAML", "Corp", map[string]string{"MetadataURL": "https://idp.example.com/metadata", "IDPSignout": "true", "IDPInit": "false",
			"EncryptedResponses": "true", "RequestSigningAlgorithm": "rsa-sha256"}, ""},
		{"SAML without metadata", "SAML", "Corp", map[string]string{}, "Provider details must have either MetadataFile or MetadataURL."},
		{"SAML with both", "SAML", "Corp", with(saml, "MetadataURL", "https://idp.example.com"), "Provider details must have either MetadataFile or MetadataURL."},
		{"SAML with metadata without TLS", "SAML", "Corp", map[string]string{"MetadataURL": "http://idp.example.com"},
			"Invalid MetadataURL in provider details: it must be an https URL."},
		{"SAML with a flag that is none", "SAML", "Corp", with(saml, "IDPSignout", "yes"), "Invalid IDPSignout in provider details: it must be true or false."},
		{"SAML with a weak signature", "SAML", "Corp", with(saml, "RequestSigningAlgorithm", "rsa-sha1"),
			"Invalid RequestSigningAlgorithm in provider details: it must be rsa-sha256."},
		{"SAML with a page for metadata", "SAML", "Corp", map[string]string{"MetadataFile": "<html></html>"},
			"Invalid MetadataFile in provider details: it is not the metadata of a SAML 2.0 identity provider."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := IdentityProvider{Type: tt.kind, Details: tt.details}
			err := p.Check(tt.called, Standard())
			if tt.want == "" {
				if err != nil {
					t.Errorf("Check = %v, want nil", err)
				}
				return
			}
			wantError(t, err, InvalidParameter, tt.want)
		})
	}
}

func TestCheckMappingAndIdentifiers(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*IdentityProvider){
		"Invalid attribute mapping: the attribute sub cannot be mapped.":         func(p *IdentityProvider) { p.Mapping = map[string]string{"sub": "id"} },
		"Invalid attribute mapping: the attribute custom:team cannot be mapped.": func(p *IdentityProvider) { p.Mapping = map[string]string{"custom:team": "t"} },
		"The identifier a is given more than once.":                              func(p *IdentityProvider) { p.Identifiers = []string{"a", "b", "a"} },
	} {
		p := IdentityProvider{Type: "SAML", Details: map[string]string{"MetadataFile": metadata}}
		change(&p)
		wantError(t, p.Check("Corp", Standard()), InvalidParameter, want)
	}
}

func TestShownDetails(t *testing.T) {
	t.Parallel()
	saml := IdentityProvider{Type: "SAML", Details: map[string]string{"MetadataFile": metadata}}
	if got := saml.Shown(); got["SSORedirectBindingURI"] != "https://idp.example.com/in" || got["SLORedirectBindingURI"] != "https://idp.example.com/out" {
		t.Errorf("SAML shows %v", got)
	}
	facebook := IdentityProvider{Type: "Facebook", Details: map[string]string{"api_version": "v21.0"}}
	if got := facebook.Shown()["token_url"]; got != "https://graph.facebook.com/v21.0/oauth/access_token" {
		t.Errorf("Facebook shows the token_url %s", got)
	}
	for kind, want := range map[string]string{"Facebook": "id", "LoginWithAmazon": "user_id", "OIDC": "sub", "SAML": ""} {
		p := IdentityProvider{Type: kind, Mapping: map[string]string{"email": "mail"}}
		p.Complete()
		if got := p.Mapping["username"]; got != want || p.Mapping["email"] != "mail" {
			t.Errorf("%s maps %v, want username to %q", kind, p.Mapping, want)
		}
	}
}
