package verify

import (
	"fmt"
	"io"
	"log/slog"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4/json"
)

// Use is what a token is for: its token_use claim.
type Use string

const (
	Access Use = "access" // shown to APIs
	ID     Use = "id"     // tells the app who signed in
)

// Claims are what a verified token says. Times have whole seconds.
type Claims struct {
	Subject  string // the user's unchanging id
	Username string // username, or cognito:username of an ID token
	Issuer   string
	ClientID string // client_id, or aud of an ID token
	Use      Use
	Groups   []string // cognito:groups, the most important first
	Scopes   []string // of access tokens
	Email    string   // of ID tokens, where the client may read it; anybody's unless EmailVerified
	Nonce    string   // of ID tokens after a redirect that sent one
	JTI      string   // this token's id
	OriginID string   // origin_jti, of all the tokens of one sign-in

	EmailVerified bool // email_verified: the user has shown that Email is theirs

	AuthTime, IssuedAt, Expires time.Time

	payload []byte
}

// HasScope reports whether scope is among the access token's.
func (c *Claims) HasScope(scope string) bool { return slices.Contains(c.Scopes, scope) }

// InGroup reports whether the user is in that group.
func (c *Claims) InGroup(name string) bool { return slices.Contains(c.Groups, name) }

// Decode reads the claims into v as encoding/json does, custom attributes such
// as "custom:plan" among them; names are matched with their case.
func (c *Claims) Decode(v any) error {
	if err := json.Unmarshal(c.payload, v); err != nil {
		return fmt.Errorf("decode claims: %w", err)
	}
	return nil
}

// String says whose token it was.
func (c Claims) String() string {
	return fmt.Sprintf("Claims{Use: %s, Subject: %q, Username: %q}", c.Use, c.Subject, c.Username)
}

// Format prints String for every verb: claims are personal.
func (c Claims) Format(f fmt.State, _ rune) { io.WriteString(f, c.String()) }

// LogValue is String.
func (c Claims) LogValue() slog.Value { return slog.StringValue(c.String()) }

// wireClaims is the payload of both kinds of token. go-jose's json, unlike the
// standard library's, tells names apart by case and refuses one that comes
// twice, so that no two readers see different claims.
type wireClaims struct {
	Subject         string   `json:"sub"`
	Issuer          string   `json:"iss"`
	ClientID        string   `json:"client_id"`
	Audience        audience `json:"aud"`
	Use             Use      `json:"token_use"`
	Username        string   `json:"username"`
	CognitoUsername string   `json:"cognito:username"`
	Groups          []string `json:"cognito:groups"`
	Scope           string   `json:"scope"`
	Email           string   `json:"email"`
	EmailVerified   truth    `json:"email_verified"`
	Nonce           string   `json:"nonce"`
	JTI             string   `json:"jti"`
	OriginID        string   `json:"origin_jti"`
	AuthTime        seconds  `json:"auth_time"`
	IssuedAt        seconds  `json:"iat"`
	NotBefore       seconds  `json:"nbf"`
	Expires         seconds  `json:"exp"`
}

func (w *wireClaims) claims(payload []byte) *Claims {
	c := &Claims{
		Subject: w.Subject, Username: w.Username, Issuer: w.Issuer, ClientID: w.ClientID, Use: w.Use,
		Groups: w.Groups, Scopes: strings.Fields(w.Scope), Email: w.Email, Nonce: w.Nonce,
		EmailVerified: bool(w.EmailVerified), JTI: w.JTI, OriginID: w.OriginID,
		AuthTime: w.AuthTime.time(), IssuedAt: w.IssuedAt.time(), Expires: w.Expires.time(),
		payload: payload,
	}
	if w.Use == ID {
		c.Username, c.ClientID = w.CognitoUsername, string(w.Audience)
	}
	return c
}

// audience is a text, or a list with one text in it. The service writes the
// first, and adds an aud of several to access tokens, where it is not read.
type audience string

func (a *audience) UnmarshalJSON(data []byte) error {
	var list []string
	if json.Unmarshal(data, &list) != nil {
		return json.Unmarshal(data, (*string)(a))
	}
	if len(list) == 1 {
		*a = audience(list[0])
	}
	return nil
}

// truth is true, or "true" as identity providers' attributes are mapped.
// Whatever else stands there is false.
type truth bool

func (b *truth) UnmarshalJSON(data []byte) error {
	*b = string(data) == "true" || string(data) == `"true"`
	return nil
}

// seconds is a NumericDate (RFC 7519, section 2), 0 if absent.
type seconds float64

const maxSeconds = 253402300799 // the year 9999

func (s *seconds) UnmarshalJSON(data []byte) error {
	var n float64
	if err := json.Unmarshal(data, &n); err != nil {
		return err
	}
	if n < 0 || n > maxSeconds || math.IsNaN(n) {
		return fmt.Errorf("not a date")
	}
	*s = seconds(n)
	return nil
}

func (s seconds) time() time.Time {
	if s == 0 {
		return time.Time{}
	}
	return time.Unix(int64(s), 0)
}
