package pool

import (
	"encoding/xml"
	"slices"
	"strings"
)

// maxSAMLMetadata is how many bytes of metadata a provider may have.
const maxSAMLMetadata = 100 << 10

// SAMLMetadata is what a SAML provider says of itself.
type SAMLMetadata struct {
	EntityID string
	SignOn   string // where a browser is redirected to sign in
	SignOut  string // and to sign out; "" if the provider has no such place
}

const (
	samlMetadataSpace   = "urn:oasis:names:tc:SAML:2.0:metadata"
	samlRedirectBinding = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
)

type samlEndpoint struct {
	Binding  string `xml:"Binding,attr"`
	Location string `xml:"Location,attr"`
}

// ParseSAMLMetadata reads the metadata of a SAML provider, or returns
// InvalidParameter. Source: SAML 2.0 Metadata, sections 2.3.2 and 2.4.3.
func ParseSAMLMetadata(text string) (SAMLMetadata, error) {
	invalid := E(InvalidParameter, "Invalid MetadataFile in provider details: it is not the metadata of a SAML 2.0 identity provider.")
	if len(text) > maxSAMLMetadata || strings.Contains(text, "<!DOCTYPE") {
		return SAMLMetadata{}, invalid
	}
	var entity struct {
		XMLName  xml.Name
		EntityID string `xml:"entityID,attr"`
		IDP      []struct {
			SignOn  []samlEndpoint `xml:"urn:oasis:names:tc:SAML:2.0:metadata SingleSignOnService"`
			SignOut []samlEndpoint `xml:"urn:oasis:names:tc:SAML:2.0:metadata SingleLogoutService"`
		} `xml:"urn:oasis:names:tc:SAML:2.0:metadata IDPSSODescriptor"`
	}
	if err := xml.Unmarshal([]byte(text), &entity); err != nil {
		return SAMLMetadata{}, invalid
	}
	if entity.XMLName != (xml.Name{Space: samlMetadataSpace, Local: "EntityDescriptor"}) || entity.EntityID == "" || len(entity.IDP) == 0 {
		return SAMLMetadata{}, invalid
	}
	m := SAMLMetadata{EntityID: entity.EntityID, SignOn: redirectTo(entity.IDP[0].SignOn), SignOut: redirectTo(entity.IDP[0].SignOut)}
	if !secureURL(m.SignOn) || m.SignOut != "" && !secureURL(m.SignOut) {
		return SAMLMetadata{}, invalid
	}
	return m, nil
}

func redirectTo(endpoints []samlEndpoint) string {
	i := slices.IndexFunc(endpoints, func(e samlEndpoint) bool { return e.Binding == samlRedirectBinding })
	if i < 0 {
		return ""
	}
	return endpoints[i].Location
}
