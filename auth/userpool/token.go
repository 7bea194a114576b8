package userpool

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"strings"
	"time"
)

// maxToken bounds the text of a token, in bytes. The service's own have one to
// four thousand; triggers can add claims.
const maxToken = 64 << 10

// Token is an access or ID token: a JWT whose signature was not checked, since
// it came from the service over TLS. Check tokens that came from elsewhere with
// package verify. The zero Token is no token.
//
// Formatting and logging a Token never show it; Raw does.
type Token struct {
	t **token // fmt, which follows one pointer out of an unexported field, does not follow two
}

type token struct {
	raw, username, subject, originID string
	issued, expires                  time.Time
}

// ParseToken reads a JWT of at most 64 KiB. It returns an error, without the
// text in it, if raw does not have three parts or its payload is no JSON object.
func ParseToken(raw string) (Token, error) {
	payload, err := payloadOf(raw)
	if err != nil {
		return Token{}, err
	}
	var claims struct {
		Subject         any `json:"sub"`
		Username        any `json:"username"`         // of access tokens
		CognitoUsername any `json:"cognito:username"` // of ID tokens
		OriginID        any `json:"origin_jti"`
		Issued          any `json:"iat"`
		Expires         any `json:"exp"`
	}
	if err := json.Unmarshal(payload, &claims); err != nil {
		return Token{}, errors.New("token: the payload is not JSON")
	}
	t := &token{raw: raw, issued: numericDate(claims.Issued), expires: numericDate(claims.Expires)}
	t.subject, _ = claims.Subject.(string)
	t.originID, _ = claims.OriginID.(string)
	if t.username, _ = claims.Username.(string); t.username == "" {
		t.username, _ = claims.CognitoUsername.(string)
	}
	return Token{&t}, nil
}

// payloadOf returns the decoded second part of raw, which is a JSON object or
// at least begins as one. The JavaScript libraries accept both alphabets of
// base64, padded or not; so does it.
func payloadOf(raw string) ([]byte, error) {
	if len(raw) > maxToken {
		return nil, fmt.Errorf("token: longer than %d bytes", maxToken)
	}
	if strings.Count(raw, ".") != 2 {
		return nil, errors.New("token: not three parts")
	}
	_, part, _ := strings.Cut(raw, ".")
	part, _, _ = strings.Cut(part, ".")
	part = strings.NewReplacer("+", "-", "/", "_").Replace(strings.TrimRight(part, "="))
	payload, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return nil, errors.New("token: the payload is not base64")
	}
	if !strings.HasPrefix(strings.TrimLeft(string(payload), " \t\r\n"), "{") {
		return nil, errors.New("token: the payload is no JSON object")
	}
	return payload, nil
}

// numericDate reads seconds since 1970 (RFC 7519, section 2); anything else is
// the zero time.
func numericDate(claim any) time.Time {
	seconds, ok := claim.(float64)
	if !ok || seconds <= 0 || seconds > 253402300799 { // the year 9999
		return time.Time{}
	}
	whole, part := math.Modf(seconds)
	return time.Unix(int64(whole), int64(part*1e9))
}

// Raw returns the token's text, as it goes into an Authorization header. It is
// a secret.
func (t Token) Raw() string { return t.token().raw }

// IsZero reports whether there is no token.
func (t Token) IsZero() bool { return t.t == nil }

// Claims returns the payload, a new map at each call; numbers are float64, and
// nil where that cannot hold them. It is nil for the zero Token.
func (t Token) Claims() map[string]any {
	if t.IsZero() {
		return nil
	}
	payload, err := payloadOf(t.Raw())
	if err != nil {
		return nil
	}
	var claims map[string]any
	json.Unmarshal(payload, &claims) // ParseToken found it to be JSON; only a number may be out of range
	return claims
}

// Expires returns the exp claim; the zero time if there is none.
func (t Token) Expires() time.Time { return t.token().expires }

// IssuedAt returns the iat claim; the zero time if there is none.
func (t Token) IssuedAt() time.Time { return t.token().issued }

// Username returns the user's name in the pool: the username claim of an access
// token, cognito:username of an ID token.
func (t Token) Username() string { return t.token().username }

// Subject returns the sub claim, the user's unchanging id.
func (t Token) Subject() string { return t.token().subject }

// Revocable reports whether the token has an origin_jti claim, without which
// the service knows nothing to revoke.
func (t Token) Revocable() bool { return t.token().originID != "" }

func (t Token) token() *token {
	if t.t == nil {
		return &token{}
	}
	return *t.t
}

// String describes the token without showing it.
func (t Token) String() string {
	if t.IsZero() {
		return "Token{}"
	}
	return fmt.Sprintf("Token{user: %q, expires: %s}", t.Username(), t.Expires().UTC().Format(time.RFC3339))
}

// Format prints String for every verb.
func (t Token) Format(f fmt.State, _ rune) { io.WriteString(f, t.String()) }

// LogValue is String.
func (t Token) LogValue() slog.Value { return slog.StringValue(t.String()) }

// MarshalJSON writes the token's text, "" for the zero Token. It is a secret.
func (t Token) MarshalJSON() ([]byte, error) { return json.Marshal(t.Raw()) }

// UnmarshalJSON reads what MarshalJSON wrote.
func (t *Token) UnmarshalJSON(data []byte) error {
	var raw string
	if err := json.Unmarshal(data, &raw); err != nil {
		return errors.New("token: not a JSON string")
	}
	if raw == "" {
		*t = Token{}
		return nil
	}
	parsed, err := ParseToken(raw)
	if err != nil {
		return err
	}
	*t = parsed
	return nil
}
