package token

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/cenote-auth/cenote/internal/pool"
)

// The two kinds of JWT: the token_use claim, and the use of the signing key.
const (
	useID     = "id"
	useAccess = "access"
)

// accessClaims are the claims of an access token as they are read; list says
// how they are written. Times are seconds since 1970.
type accessClaims struct {
	Subject   string   `json:"sub"`
	DeviceKey string   `json:"device_key"`
	Groups    []string `json:"cognito:groups"`
	Issuer    string   `json:"iss"`
	ClientID  string   `json:"client_id"`
	OriginJTI string   `json:"origin_jti"`
	Family    string   `json:"event_id"`
	Use       string   `json:"token_use"`
	Scope     string   `json:"scope"`
	AuthTime  int64    `json:"auth_time"`
	Expires   int64    `json:"exp"`
	Issued    int64    `json:"iat"`
	ID        string   `json:"jti"`
	Username  string   `json:"username"`
}

func (t *Tokens) accessClaims(g Grant, now time.Time) accessClaims {
	c := accessClaims{
		Subject:   g.User.Sub,
		DeviceKey: g.DeviceKey,
		Groups:    g.standing().Groups,
		Issuer:    t.issuer(g.Pool),
		ClientID:  g.Client.ID,
		Family:    g.Family,
		Use:       useAccess,
		Scope:     g.Scope,
		AuthTime:  g.AuthTime.Unix(),
		Expires:   now.Add(g.Client.AccessLifetime()).Unix(),
		Issued:    now.Unix(),
		Username:  g.User.Username,
	}
	if c.Scope == "" {
		c.Scope = APIScope
	}
	c.Scope = changedScope(c.Scope, g.Changes)
	if g.Client.RevokesTokens() {
		c.OriginJTI, c.ID = g.OriginJTI, t.newID()
	}
	return c
}

// list returns the claims in their order.
func (c accessClaims) list() []claim {
	list := append(make([]claim, 0, 14), claim{"sub", c.Subject})
	if c.DeviceKey != "" {
		list = append(list, claim{"device_key", c.DeviceKey})
	}
	if len(c.Groups) > 0 {
		list = append(list, claim{"cognito:groups", c.Groups})
	}
	list = append(list, claim{"iss", c.Issuer}, claim{"client_id", c.ClientID})
	if c.OriginJTI != "" {
		list = append(list, claim{"origin_jti", c.OriginJTI})
	}
	list = append(list, claim{"event_id", c.Family}, claim{"token_use", c.Use}, claim{"scope", c.Scope},
		claim{"auth_time", c.AuthTime}, claim{"exp", c.Expires}, claim{"iat", c.Issued})
	if c.ID != "" {
		list = append(list, claim{"jti", c.ID})
	}
	return append(list, claim{"username", c.Username})
}

// idClaims returns the claims of an ID token in the order of their names: the
// attributes of the user that the client may read, and what the token itself
// says, which wins.
func (t *Tokens) idClaims(g Grant, now time.Time) []claim {
	list := make([]claim, 0, len(g.User.Attributes)+14)
	list = append(list,
		claim{"sub", g.User.Sub},
		claim{"iss", t.issuer(g.Pool)},
		claim{"aud", g.Client.ID},
		claim{"token_use", useID},
		claim{"event_id", g.Family},
		claim{"auth_time", g.AuthTime.Unix()},
		claim{"iat", now.Unix()},
		claim{"exp", now.Add(g.Client.IDLifetime()).Unix()},
		claim{"cognito:username", g.User.Username},
	)
	list = appendGroups(list, g.standing())
	if g.Client.RevokesTokens() {
		list = append(list, claim{"jti", t.newID()})
		if g.OriginJTI != "" {
			list = append(list, claim{"origin_jti", g.OriginJTI})
		}
	}
	own := list
	for name, value := range g.User.Attributes {
		if value != "" && g.Client.Readable(name) && !slices.ContainsFunc(own, func(c claim) bool { return c.name == name }) {
			list = append(list, claim{name, attributeClaim(name, value)})
		}
	}
	if g.Changes != nil {
		list = changed(list, g.Changes.ID, fixedInBoth)
	}
	sortClaims(list)
	return list
}

// appendGroups appends what ID tokens say about groups and their roles.
func appendGroups(list []claim, g pool.GroupChange) []claim {
	if len(g.Groups) > 0 {
		list = append(list, claim{"cognito:groups", g.Groups})
	}
	if len(g.Roles) > 0 {
		list = append(list, claim{"cognito:roles", g.Roles})
	}
	if g.Preferred != "" {
		list = append(list, claim{"cognito:preferred_role", g.Preferred})
	}
	return list
}

// attributeClaim returns the value of an attribute as an ID token has it: text
// but for the four that OpenID Connect Core section 5.1 defines otherwise, and
// for the identities that are linked to the user.
func attributeClaim(name, value string) any {
	switch name {
	case "email_verified", "phone_number_verified":
		return value == "true"
	case "address":
		return address(value)
	case "identities":
		if json.Valid([]byte(value)) {
			return identities(value)
		}
	case "updated_at":
		if n, err := strconv.ParseInt(value, 10, 64); err == nil {
			return n
		}
	}
	return value
}
