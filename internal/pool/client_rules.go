package pool

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Complete fills in what was not said with the service's defaults. What is
// left out of the access and ID token's lifetime stays out. That of the refresh
// token is 30 days, in the unit that was said.
func (s *ClientSettings) Complete() {
	if r := &s.RefreshToken; r.Value == 0 {
		r.Value = int32(r.Or(30, "days") / Validity{1, r.Unit}.Or(1, "days"))
	}
	s.AuthSessionMinutes = cmp.Or(s.AuthSessionMinutes, 3)
}

// Act is what a caller is about to do with a client, as errors say it.
type Act string

// What is done with a client whose settings are checked.
const (
	Creating Act = "creating"
	Updating Act = "updating"
)

// Around is what the settings of a client are held against beside its pool.
type Around struct {
	Secret    bool     // the client has one
	Scopes    []string // of the pool's resource servers, in full
	Providers []string // the pool's identity providers
}

// Check returns what is wrong with the settings of a client of p, as
// InvalidParameter or one of the OAuth kinds.
func (s *ClientSettings) Check(p *Pool, around Around, act Act) error {
	if err := checkAuthFlows(s.AuthFlows, s.RefreshRotation); err != nil {
		return err
	}
	if slices.Contains(s.AuthFlows, ClientTokenFlow) && !around.Secret {
		return E(InvalidParameter, ClientTokenFlow+" requires a client with a secret.")
	}
	if err := s.checkLifetimes(); err != nil {
		return err
	}
	if err := s.checkAttributes(p.Schema, act); err != nil {
		return err
	}
	for _, name := range s.IdentityProviders {
		if name != "COGNITO" && !slices.Contains(around.Providers, name) {
			return E(InvalidParameter, "The provider "+name+" does not exist for User Pool "+p.ID+".")
		}
	}
	if err := s.checkOAuth(around); err != nil {
		return err
	}
	if err := s.checkURLs(); err != nil {
		return err
	}
	a := s.Analytics
	if a["ApplicationArn"] != "" && (a["ApplicationId"] != "" || a["RoleArn"] != "" || a["ExternalId"] != "") {
		return E(InvalidParameter, "Invalid analytics configuration given, either <application arn> or <application id, role arn, external id> are valid")
	}
	return nil
}

// ClientTokenFlow allows a client to get tokens for itself. It goes with no flow
// of people.
const ClientTokenFlow = "ALLOW_CLIENT_TOKEN_AUTH"

// checkAuthFlows refuses a list with names of both generations, and one of the
// new generation that cannot refresh, unless tokens rotate.
func checkAuthFlows(flows []string, rotation bool) error {
	var current, legacy bool
	for _, f := range flows {
		allow := strings.HasPrefix(f, "ALLOW_")
		current, legacy = current || allow, legacy || !allow
	}
	if current && legacy {
		return E(InvalidParameter, "Auth flow name with prefix 'ALLOW' cannot be used with legacy auth flow names.")
	}
	if slices.Contains(flows, ClientTokenFlow) {
		if len(flows) > 1 {
			return E(InvalidParameter, ClientTokenFlow+" cannot be used with other auth flows.")
		}
		return nil
	}
	if current && !rotation && !slices.Contains(flows, "ALLOW_REFRESH_TOKEN_AUTH") {
		return E(InvalidParameter, "REFRESH_TOKEN_AUTH should always be allowed.")
	}
	return nil
}

// The service's limits for what a client may ask of tokens.
const (
	minJWTLifetime     = 5 * time.Minute
	maxJWTLifetime     = 24 * time.Hour
	minRefreshLifetime = time.Hour
	maxRefreshLifetime = 3650 * 24 * time.Hour
)

func (s *ClientSettings) checkLifetimes() error {
	outside := E(InvalidParameter, "Invalid range for token validity.")
	if s.AccessToken.overflows("hours") || s.IDToken.overflows("hours") || s.RefreshToken.overflows("days") {
		return outside
	}
	c := Client{ClientSettings: *s}
	access, id, refresh := c.AccessLifetime(), c.IDLifetime(), c.RefreshLifetime()
	switch {
	case access < minJWTLifetime, access > maxJWTLifetime, id < minJWTLifetime, id > maxJWTLifetime,
		refresh < minRefreshLifetime, refresh > maxRefreshLifetime:
		return outside
	case access > refresh, id > refresh:
		return E(InvalidParameter, "Access and Id Token expiration times must be less than or equal to refresh token expiration times.")
	case s.AuthSessionMinutes < 3 || s.AuthSessionMinutes > 15:
		return E(InvalidParameter, "AuthSessionValidity must be from 3 to 15 minutes.")
	}
	return nil
}

// overflows reports whether v is longer than any token may live, whose
// duration might not even fit into its type.
func (v Validity) overflows(unit string) bool {
	one := Validity{Value: 1, Unit: v.Unit}.Or(1, unit)
	return one <= 0 || int64(v.Value) > int64(maxRefreshLifetime/one)
}

// checkAttributes wants lists of attributes that exist, a write list without
// what no client may write and with what every sign-up must.
func (s *ClientSettings) checkAttributes(schema Schema, act Act) error {
	for _, name := range s.ReadAttributes {
		if _, known := schema.Find(name); !known {
			return E(InvalidParameter, "Invalid read attributes specified while "+string(act)+" a client")
		}
	}
	if s.WriteAttributes == nil {
		return nil
	}
	invalid := E(InvalidParameter, "Invalid write attributes specified while "+string(act)+" a client")
	for _, name := range s.WriteAttributes {
		if _, known := schema.Find(name); !known || unwritable(name) {
			return invalid
		}
	}
	for _, a := range schema {
		if a.Required && !unwritable(a.Name) && !slices.Contains(s.WriteAttributes, a.Name) {
			return invalid
		}
	}
	return nil
}

// unwritable reports whether no client may write a standard attribute.
func unwritable(name string) bool { return name == "sub" || VerifiedFlag(name) }
