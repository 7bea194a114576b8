package pool

import (
	"net"
	"net/url"
	"slices"
	"strings"
)

// The scopes that every pool has. Others belong to resource servers.
var (
	openIDScopes = []string{"openid", "email", "phone", "profile"}
	apiScope     = "aws.cognito.signin.user.admin"
)

// checkOAuth holds the flows and scopes of a client against each other.
func (s *ClientSettings) checkOAuth(around Around) error {
	if s.OAuthClient && (len(s.OAuthFlows) == 0 || len(s.OAuthScopes) == 0) {
		return E(InvalidOAuthFlow, "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.")
	}
	redirects := slices.Contains(s.OAuthFlows, "code") || slices.Contains(s.OAuthFlows, "implicit")
	if slices.Contains(s.OAuthFlows, "client_credentials") {
		switch {
		case redirects:
			return E(InvalidOAuthFlow, "client_credentials flow can not be selected along with code flow or implicit flow.")
		case !around.Secret:
			return E(InvalidOAuthFlow, "client_credentials flow can not be selected if client does not have a client secret.")
		}
		if message := peopleScopes(s.OAuthScopes); message != "" {
			return E(InvalidOAuthFlow, message)
		}
	}
	for _, scope := range s.OAuthScopes {
		if scope != apiScope && !slices.Contains(openIDScopes, scope) && !slices.Contains(around.Scopes, scope) {
			return E(ScopeDoesNotExist, "Invalid scope requested: "+scope)
		}
	}
	if redirects && len(s.CallbackURLs) == 0 {
		return E(InvalidOAuthFlow, "CallbackUrls can not be empty when code flow or implicit flow is selected")
	}
	return nil
}

// peopleScopes says which of scopes are about a person, whom a client that
// signs in by itself does not have; "" if none is.
func peopleScopes(scopes []string) string {
	var found []string
	for _, s := range scopes {
		if s == apiScope || slices.Contains(openIDScopes, s) {
			found = append(found, s)
		}
	}
	slices.Sort(found)
	found = slices.Compact(found)
	switch n := len(found); n {
	case 0:
		return ""
	case 1:
		return found[0] + " is not supported with client_credentials flow."
	default:
		return strings.Join(found[:n-1], ", ") + " and " + found[n-1] + " are not supported with client_credentials flow."
	}
}

// checkURLs holds the addresses that a browser is sent to against the rules
// of OAuth (RFC 6749, section 3.1.2) and the service.
func (s *ClientSettings) checkURLs() error {
	for _, u := range slices.Concat(s.CallbackURLs, s.LogoutURLs) {
		if err := checkURL(u); err != nil {
			return err
		}
	}
	if d := s.DefaultRedirectURI; d != "" && !slices.Contains(s.CallbackURLs, d) {
		return E(InvalidParameter, "The default redirect URI "+d+" is not in the callback URIs list.")
	}
	return nil
}

// checkURL wants an absolute address without a fragment; plain HTTP only to
// the caller's own machine. Addresses of apps (myapp://home) are fine.
func checkURL(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Scheme == "":
		return E(InvalidParameter, text+" is not an absolute URL.")
	case strings.Contains(text, "#"):
		return E(InvalidParameter, text+" cannot use fragment")
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return E(InvalidParameter, text+" cannot use the HTTP protocol.")
	case u.Scheme == "https" && u.Host == "":
		return E(InvalidParameter, text+" is not an absolute URL.")
	case slices.Contains([]string{"javascript", "data", "vbscript", "file", "blob"}, u.Scheme):
		return E(InvalidParameter, text+" cannot use the "+strings.ToUpper(u.Scheme)+" protocol.")
	}
	return nil
}

func loopback(host string) bool {
	return strings.EqualFold(host, "localhost") || net.ParseIP(host).IsLoopback()
}
