package userpool

import (
	"fmt"
	"io"
	"log/slog"
	"time"
)

// Session is what a sign-in ends with. Its tokens are secrets; formatting and
// logging it do not show them, marshalling as JSON does.
type Session struct {
	AccessToken  Token
	IDToken      Token  // zero if the client was given no openid scope
	RefreshToken string // empty after an implicit redirect

	// ClockDrift is the service's clock minus ours at the time the tokens came.
	ClockDrift time.Duration
}

// clone returns a copy, for a caller to do with what it likes; nil of nil.
func (s *Session) clone() *Session {
	if s == nil {
		return nil
	}
	return new(*s)
}

// Valid reports whether the access token, and the ID token if there is one,
// will not have expired when the service's clock shows now plus leeway. now is
// ours; ClockDrift is added to it.
func (s *Session) Valid(now time.Time, leeway time.Duration) bool {
	if s == nil || s.AccessToken.IsZero() {
		return false
	}
	then := now.Add(s.ClockDrift).Add(leeway)
	return then.Before(s.AccessToken.Expires()) &&
		(s.IDToken.IsZero() || then.Before(s.IDToken.Expires()))
}

// String describes the session without showing a token.
func (s Session) String() string {
	return fmt.Sprintf("Session{AccessToken: %s, IDToken: %s, RefreshToken: %s}",
		s.AccessToken, s.IDToken, withheld(s.RefreshToken))
}

// Format prints String for every verb.
func (s Session) Format(f fmt.State, _ rune) { io.WriteString(f, s.String()) }

// LogValue is String.
func (s Session) LogValue() slog.Value { return slog.StringValue(s.String()) }

// Device is what this device proves itself by, kept after sign-out. Formatting
// and logging it do not show the password.
type Device struct {
	Key, GroupKey, Password string
}

// String describes the device without showing its password.
func (d Device) String() string {
	return fmt.Sprintf("Device{Key: %q, GroupKey: %q, Password: %s}", d.Key, d.GroupKey, withheld(d.Password))
}

// Format prints String for every verb.
func (d Device) Format(f fmt.State, _ rune) { io.WriteString(f, d.String()) }

// LogValue is String.
func (d Device) LogValue() slog.Value { return slog.StringValue(d.String()) }

// withheld says of a secret only whether there is one.
func withheld(secret string) string {
	if secret == "" {
		return "none"
	}
	return "withheld"
}
