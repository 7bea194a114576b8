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

// members are the members of a JSON object by their exact names.
type members map[string]json.RawMessage

// parse returns the response in the output of a function that was called with
// sent. It must be the whole event.
func parse(output []byte, sent event) (members, error) {
	if !json.Valid(output) {
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
	if _, ok := object(got["callerContext"]); !ok {
		return nil, errUnrecognizable
	}
	response, ok := object(got["response"])
	if !ok {
		return nil, errUnrecognizable
	}
	return response, nil
}

// verdict reads the response of PreSignUp. What is missing or null is false.
func verdict(response members) (Verdict, error) {
	var v Verdict
	for name, field := range map[string]*bool{
		"autoConfirmUser": &v.Confirm,
		"autoVerifyEmail": &v.VerifyEmail,
		"autoVerifyPhone": &v.VerifyPhone,
	} {
		if raw, sent := response[name]; sent && json.Unmarshal(raw, field) != nil {
			return Verdict{}, errUnrecognizable
		}
	}
	return v, nil
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

// object returns the members of a JSON object, or false for anything else.
func object(raw []byte) (members, bool) {
	var m members
	return m, json.Unmarshal(raw, &m) == nil && m != nil
}

// text returns the text of a JSON string, or false for anything else.
func text(raw []byte) (string, bool) {
	var s *string
	if json.Unmarshal(raw, &s) != nil || s == nil {
		return "", false
	}
	return *s, true
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
