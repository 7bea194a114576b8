package trigger

import (
	"bytes"
	"encoding/json"
	"maps"

	"github.com/cenote-auth/cenote/internal/pool"
)

// noClient stands in place of a client's id where none was named.
const noClient = "CLIENT_ID_NOT_APPLICABLE"

// event is what a function is called with, and what it gives back. Metadata
// that nobody sent is left out of requests.
type event struct {
	Version       string        `json:"version"`
	Region        string        `json:"region"`
	UserPoolID    string        `json:"userPoolId"`
	UserName      string        `json:"userName"`
	CallerContext callerContext `json:"callerContext"`
	TriggerSource string        `json:"triggerSource"`
	Request       any           `json:"request"`
	Response      any           `json:"response"`

	attributes map[string]string
}

type callerContext struct {
	AWSSDKVersion string `json:"awsSdkVersion"`
	ClientID      string `json:"clientId"`
}

// newEvent returns an event about s with an empty response and no request yet.
func newEvent(s Subject, source string) event {
	e := event{
		Version: "1", Region: s.Pool.Region(), UserPoolID: s.Pool.ID, UserName: s.Name,
		CallerContext: callerContext{"aws-sdk-unknown-unknown", noClient},
		TriggerSource: source, Response: struct{}{},
		attributes: map[string]string{},
	}
	if s.Client != nil {
		e.CallerContext.ClientID = s.Client.ID
	}
	if s.User != nil {
		e.UserName = s.User.Username
		e.attributes = attributes(s.Pool, s.User)
	}
	return e
}

// attributes returns those of u, and those that only functions see: the status,
// and the addresses that u is found by besides the user name.
func attributes(p *pool.Pool, u *pool.User) map[string]string {
	all := make(map[string]string, len(u.Attributes)+4)
	maps.Copy(all, u.Attributes)
	all["sub"] = u.Sub
	all["cognito:user_status"] = string(u.Status)
	for _, a := range p.Aliases(u) {
		if p.HasAlias(a.Kind) && a.Kind != "preferred_username" {
			all["cognito:"+a.Kind+"_alias"] = u.Attributes[a.Kind]
		}
	}
	return all
}

// unknown is the member userNotFound: only those clients have it that hide from
// people who exists.
func (s Subject) unknown() *bool {
	if s.Client == nil || !s.Client.HidesUnknownUsers() {
		return nil
	}
	return new(s.User == nil)
}

// orEmpty returns m, never nil: an object in JSON where there is always one.
func orEmpty(m map[string]string) map[string]string {
	if m == nil {
		return map[string]string{}
	}
	return m
}

// listed returns list, never nil: a list in JSON.
func listed[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// encode returns v as JSON.
func encode(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(err) // strings, booleans, and maps and lists of them always encode
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
