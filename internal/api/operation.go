package api

import (
	"context"
	"iter"
	"maps"
	"strings"
)

// An Operation is one entry of the service's table.
type Operation struct {
	Name   string
	Signed bool     // needs a SigV4 signature
	Errors []string // what the model declares, the Err constants

	newInput func() Input
	invoke   func(context.Context, Handler, Input) (Output, error)
}

// An Input is a pointer to the input type of an operation.
type Input interface {
	// Validate checks every constraint of the model. What it finds comes back
	// in one *ValidationError.
	Validate() error

	decode(*decoder) bool
}

// An Output is a pointer to the output type of an operation.
type Output interface {
	AppendJSON([]byte) []byte
}

// Lookup returns the operation with that exact name.
func Lookup(name string) (*Operation, bool) {
	op, ok := operations[name]
	return op, ok
}

// Operations yields every operation, in no order.
func Operations() iter.Seq[*Operation] { return maps.Values(operations) }

// Decode reads a request body, which must be one JSON object, into a new
// input. The error is a *SerializationError. The caller bounds the size.
func (o *Operation) Decode(body []byte) (Input, error) {
	in := o.newInput()
	if err := decodeBody(body, in); err != nil {
		return nil, err
	}
	return in, nil
}

// Invoke calls the method of h that answers o. The output is nil, and the
// response body empty, when the operation has none. It panics when in is not
// of o's input type.
func (o *Operation) Invoke(ctx context.Context, h Handler, in Input) (Output, error) {
	return o.invoke(ctx, h, in)
}

// answer keeps a nil pointer from becoming an Output that is not nil.
func answer[T any, P interface {
	*T
	Output
}](out P, err error) (Output, error) {
	if err != nil {
		return nil, err
	}
	return out, nil
}

// UserPoolID returns the pool an input names, by its id or its resource name,
// or "" if it names none.
func UserPoolID(in Input) string {
	switch v := in.(type) {
	case interface{ userPoolID() string }:
		return v.userPoolID()
	case *TagResourceRequest:
		return idInARN(v.ResourceArn)
	case *UntagResourceRequest:
		return idInARN(v.ResourceArn)
	case *ListTagsForResourceRequest:
		return idInARN(v.ResourceArn)
	case *GetProvisionedLimitRequest:
		return v.LimitDefinition.Attributes["UserPoolId"]
	case *UpdateProvisionedLimitRequest:
		return v.LimitDefinition.Attributes["UserPoolId"]
	}
	return ""
}

// idInARN returns the id at the end of the resource name of a pool. Whether
// the rest of the name is right, whoever serves the operation says.
func idInARN(arn string) string {
	id, found := strings.CutPrefix(arn[strings.LastIndexByte(arn, ':')+1:], "userpool/")
	if !found {
		return ""
	}
	return id
}

// ClientID returns the app client an input names, or "" if it names none.
func ClientID(in Input) string {
	if named, ok := in.(interface{ clientID() string }); ok {
		return named.clientID()
	}
	return ""
}

// AccessToken returns the access token that an input carries, or "".
func AccessToken(in Input) string {
	if carries, ok := in.(interface{ accessToken() string }); ok {
		return carries.accessToken()
	}
	return ""
}

// Username returns the user that an input names, or "" if it names none.
func Username(in Input) string {
	if named, ok := in.(interface{ username() string }); ok {
		return named.username()
	}
	return ""
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
