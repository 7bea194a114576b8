package userpool

import (
	"encoding/json"
	"strconv"
	"time"
)

// DriftFormat is how a stored session tells how far our clock is from the
// service's. The libraries share the key and disagree on unit and sign.
type DriftFormat int

const (
	// DriftSeconds is amazon-cognito-identity-js: our clock minus the service's,
	// in seconds. A store in this format writes no more than that library does:
	// it leaves sign-in details alone, and keeps empty texts for tokens that
	// there are not.
	DriftSeconds DriftFormat = iota

	// DriftMillis is Amplify v6: the service's clock minus ours, in milliseconds.
	DriftMillis
)

// maxDrift bounds what is read, lest a Duration overflow.
const maxDrift = 100 * 365 * 24 * time.Hour

// format writes the drift as the JavaScript libraries round it: their clocks
// count whole milliseconds and whole seconds, and iat is a whole second.
func (f DriftFormat) format(drift time.Duration) string {
	if f == DriftSeconds {
		return strconv.FormatInt(floor(-drift, time.Second), 10)
	}
	return strconv.FormatInt(-floor(-drift, time.Millisecond), 10)
}

func floor(d, unit time.Duration) int64 {
	n := int64(d / unit)
	if d%unit < 0 {
		n--
	}
	return n
}

// parse reads what format, or a JavaScript library, wrote: like parseInt it
// stops at the first byte that is no digit, and "NaN" is no drift.
func (f DriftFormat) parse(s string) time.Duration {
	end := 0
	for end < len(s) && (s[end] >= '0' && s[end] <= '9' || end == 0 && s[end] == '-') {
		end++
	}
	n, err := strconv.ParseInt(s[:end], 10, 64)
	if err != nil {
		return 0
	}
	unit := time.Millisecond
	if f == DriftSeconds {
		n, unit = -n, time.Second
	}
	if limit := int64(maxDrift / unit); n > limit || n < -limit {
		return 0
	}
	return time.Duration(n) * unit
}

func oauthMetadata(oauth bool) string {
	if !oauth {
		return ""
	}
	return `{"oauthSignIn":true}`
}

func isOAuth(metadata string) bool {
	var m struct {
		OAuthSignIn bool `json:"oauthSignIn"`
	}
	return metadata != "" && json.Unmarshal([]byte(metadata), &m) == nil && m.OAuthSignIn
}
