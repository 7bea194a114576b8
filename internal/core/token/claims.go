package token

import (
	"strconv"
	"time"

	"github.com/cenote-auth/cenote/internal/pool"
)

// The two kinds of JWT: the token_use claim, and the use of the signing key.
const (
	useID     = "id"
	useAccess = "access"
)

// accessClaims are the claims of an access token in the order in which they
// are written. Times are seconds since 1970.
type accessClaims struct {
	Subject   string   `json:"sub"`
	Groups    []string `json:"cognito:groups,omitempty"`
	Issuer    string   `json:"iss"`
	ClientID  string   `json:"client_id"`
	OriginJTI string   `json:"origin_jti,omitempty"`
	Family    string   `json:"event_id"`
	Use       string   `json:"token_use"`
	Scope     string   `json:"scope"`
	AuthTime  int64    `json:"auth_time"`
	Expires   int64    `json:"exp"`
	Issued    int64    `json:"iat"`
	ID        string   `json:"jti,omitempty"`
	Username  string   `json:"username"`
}

func (t *Tokens) accessClaims(g Grant, now time.Time) accessClaims {
	c := accessClaims{
		Subject:  g.User.Sub,
		Groups:   g.Groups.Ranked().Names(),
		Issuer:   t.issuer(g.Pool),
		ClientID: g.Client.ID,
		Family:   g.Family,
		Use:      useAccess,
		Scope:    g.Scope,
		AuthTime: g.AuthTime.Unix(),
		Expires:  now.Add(g.Client.AccessLifetime()).Unix(),
		Issued:   now.Unix(),
		Username: g.User.Username,
	}
	if c.Scope == "" {
		c.Scope = APIScope
	}
	if g.Client.RevokesTokens() {
		c.OriginJTI, c.ID = g.OriginJTI, t.newID()
	}
	return c
}

// idClaims returns the claims of an ID token: the attributes of the user that
// the client may read, and what the token itself says, which wins.
func (t *Tokens) idClaims(g Grant, now time.Time) map[string]any {
	claims := make(map[string]any, len(g.User.Attributes)+12)
	for name, value := range g.User.Attributes {
		if value != "" && g.Client.Readable(name) {
			claims[name] = attributeClaim(name, value)
		}
	}
	claims["sub"] = g.User.Sub
	claims["iss"] = t.issuer(g.Pool)
	claims["aud"] = g.Client.ID
	claims["token_use"] = useID
	claims["event_id"] = g.Family
	claims["auth_time"] = g.AuthTime.Unix()
	claims["iat"] = now.Unix()
	claims["exp"] = now.Add(g.Client.IDLifetime()).Unix()
	claims["cognito:username"] = g.User.Username
	addGroups(claims, g.Groups.Ranked())
	if g.Client.RevokesTokens() {
		claims["jti"] = t.newID()
		if g.OriginJTI != "" {
			claims["origin_jti"] = g.OriginJTI
		}
	}
	return claims
}

// addGroups adds what ID tokens say about groups and their roles.
func addGroups(claims map[string]any, ranked pool.Groups) {
	if len(ranked) > 0 {
		claims["cognito:groups"] = ranked.Names()
	}
	if roles := ranked.Roles(); len(roles) > 0 {
		claims["cognito:roles"] = roles
	}
	if role := ranked.PreferredRole(); role != "" {
		claims["cognito:preferred_role"] = role
	}
}

// attributeClaim returns the value of an attribute as an ID token has it: text
// but for the four that OpenID Connect Core section 5.1 defines otherwise.
func attributeClaim(name, value string) any {
	switch name {
	case "email_verified", "phone_number_verified":
		return value == "true"
	case "address":
		return map[string]string{"formatted": value}
	case "updated_at":
		if n, err := strconv.ParseInt(value, 10, 64); err == nil {
			return n
		}
	}
	return value
}
