package trigger

import (
	"encoding/json"
	"errors"
	"unicode/utf8"
)

// What is wrong with the output of a function, in the service's words.
var (
	errNotJSON        = errors.New("Invalid lambda function output : Invalid JSON")
	errUnrecognizable = errors.New("Unrecognizable lambda output")
)

// parse returns the response in the output of a function that was called with
// sent. It must be the whole event.
func parse(output []byte, sent event) (members, error) {
	if !json.Valid(output) || !utf8.Valid(output) {
		return nil, errNotJSON
	}
	got, ok := object(output)
	if !ok {
		return nil, errUnrecognizable
	}
	for name, want := range map[string]string{
		"triggerSource": sent.TriggerSource,
		"region":        sent.Region,
		"userPoolId":    sent.UserPoolID,
		"userName":      sent.UserName,
	} {
		if value, ok := text(got[name]); !ok || value != want {
			return nil, errUnrecognizable
		}
	}
	for _, name := range []string{"callerContext", "request"} {
		if _, ok := object(got[name]); !ok {
			return nil, errUnrecognizable
		}
	}
	response, ok := object(got["response"])
	if !ok {
		return nil, errUnrecognizable
	}
	return response, nil
}

// maxComplaint is how much of a function's error message is passed on, in bytes.
const maxComplaint = 4096

// complaint returns what a function says of its own failure: its message, or
// for want of one the type of the error.
func complaint(output []byte) string {
	got, _ := object(output)
	for _, name := range []string{"errorMessage", "errorType"} {
		if said, ok := text(got[name]); ok {
			return cut(said, maxComplaint)
		}
	}
	return "null"
}

// cut returns the first n bytes of s at most, in whole characters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
