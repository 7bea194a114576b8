package srp

import (
	"errors"
	"time"
)

const (
	timestampLayout       = "Mon Jan 2 15:04:05 UTC 2006"
	paddedTimestampLayout = "Mon Jan 02 15:04:05 UTC 2006"
)

// ErrTimestamp refuses a timestamp that is not of the form clients sign.
var ErrTimestamp = errors.New("not a timestamp like Mon Jan 2 15:04:05 UTC 2006")

// FormatTimestamp writes t as clients sign it: in UTC, the day of the month
// without padding.
func FormatTimestamp(t time.Time) string { return t.UTC().Format(timestampLayout) }

// ParseTimestamp reads the form FormatTimestamp writes, and the same with a
// zero before a day of one digit. How old it may be is the caller's rule.
func ParseTimestamp(s string) (time.Time, error) {
	t, err := time.Parse(timestampLayout, s)
	// Parse lets pass a wrong weekday, other cases and fractions of a second.
	if err != nil || s != t.Format(timestampLayout) && s != t.Format(paddedTimestampLayout) {
		return time.Time{}, ErrTimestamp
	}
	return t, nil
}
