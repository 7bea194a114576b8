package awsjson

import "context"

// Caller is who signed a request. It is zero for operations that need no
// signature, whatever the request carried.
type Caller struct {
	AccessKey string
	Region    string // of the credential scope; letters, digits and dashes
}

type callKey struct{}

// CallerFrom returns the caller of the request that ctx belongs to.
func CallerFrom(ctx context.Context) Caller { return callFrom(ctx).caller }

// RequestID returns the id under which the client knows the request, "" if
// ctx belongs to none.
func RequestID(ctx context.Context) string { return callFrom(ctx).id }

// WithCaller returns a context as the front door makes it, for callers of an
// api.Handler that come in by another way.
func WithCaller(ctx context.Context, requestID string, caller Caller) context.Context {
	return context.WithValue(ctx, callKey{}, &call{id: requestID, caller: caller})
}

func callFrom(ctx context.Context) *call {
	if c, ok := ctx.Value(callKey{}).(*call); ok {
		return c
	}
	return &call{}
}
