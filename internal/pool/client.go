package pool

import (
	"cmp"
	"strconv"
	"time"
)

// Client is an app client of a pool.
type Client struct {
	PoolKey  int64
	Key      int64 // the database's own; another client never has it, whatever its ID
	Version  int64
	ID       string
	Created  time.Time
	Modified time.Time
	// Secrets are those that prove the client, the oldest first: none of a
	// public client, two while one is exchanged for another.
	Secrets []ClientSecret

	ClientSettings
}

// ClientSecret is a secret of an app client.
type ClientSecret struct {
	Created time.Time // to the millisecond; two of a client differ
	Sealed  []byte    // under the key "client-secret"
}

// ID is how the API names the secret of the client with the given id.
func (s ClientSecret) ID(clientID string) string {
	return clientID + "--" + strconv.FormatInt(s.Created.UnixMilli(), 10)
}

// Confidential reports whether the client has to prove itself.
func (c *Client) Confidential() bool { return len(c.Secrets) > 0 }

// ClientSettings are what UpdateUserPoolClient replaces as a whole, but for a
// name that it leaves out.
type ClientSettings struct {
	Name                    string
	AuthFlows               []string // as sent; nil means the default three
	ReadAttributes          []string // nil: all
	WriteAttributes         []string // nil: all
	AccessToken             Validity
	IDToken                 Validity
	RefreshToken            Validity
	AuthSessionMinutes      int32  // 3 to 15
	HideUnknownUsers        string // PreventUserExistenceErrors as sent: "", LEGACY, ENABLED
	RevocationOff           bool   // EnableTokenRevocation = false
	PropagateUserContext    bool
	IdentityProviders       []string
	CallbackURLs            []string
	LogoutURLs              []string
	DefaultRedirectURI      string
	OAuthFlows              []string
	OAuthScopes             []string
	OAuthClient             bool // AllowedOAuthFlowsUserPoolClient
	RefreshRotation         bool
	RefreshRotationGiven    bool // RefreshTokenRotation was sent at all
	RefreshRotationGraceSec int32
	RefreshRotationGraceSet bool // the grace was sent, though it may be 0
	Analytics               map[string]string
}

// Validity is a token lifetime as a client states it: a number of units.
type Validity struct {
	Value int32  // 0: the default of the token, whatever the unit
	Unit  string // "": the default unit of the token
}

// Or returns v as a duration: the default value and unit where v has no value,
// the default unit where it has no unit.
func (v Validity) Or(value int32, unit string) time.Duration {
	if v.Value != 0 {
		value, unit = v.Value, cmp.Or(v.Unit, unit)
	}
	units := map[string]time.Duration{
		"seconds": time.Second, "minutes": time.Minute, "hours": time.Hour, "days": 24 * time.Hour,
	}
	return time.Duration(value) * units[unit]
}

// AccessLifetime is how long an access token lives: 1 hour unless set.
func (c *Client) AccessLifetime() time.Duration { return c.AccessToken.Or(1, "hours") }

// IDLifetime is how long an ID token lives: 1 hour unless set.
func (c *Client) IDLifetime() time.Duration { return c.IDToken.Or(1, "hours") }

// RefreshLifetime is how long a refresh token lives: 30 days unless set.
func (c *Client) RefreshLifetime() time.Duration { return c.RefreshToken.Or(30, "days") }

// SessionLifetime is how long a challenge may stay unanswered: 3 minutes unless set.
func (c *Client) SessionLifetime() time.Duration {
	if c.AuthSessionMinutes == 0 {
		return 3 * time.Minute
	}
	return time.Duration(c.AuthSessionMinutes) * time.Minute
}

// RotationGrace is for how long a refresh token that was replaced is still
// good: 0 to 60 seconds.
func (c *Client) RotationGrace() time.Duration {
	if !c.RefreshRotation {
		return 0
	}
	return time.Duration(c.RefreshRotationGraceSec) * time.Second
}

// HidesUnknownUsers reports whether PreventUserExistenceErrors is ENABLED.
func (c *Client) HidesUnknownUsers() bool { return c.HideUnknownUsers == "ENABLED" }

// RevokesTokens reports whether tokens of this client can be revoked.
func (c *Client) RevokesTokens() bool { return !c.RevocationOff }
