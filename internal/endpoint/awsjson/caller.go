package awsjson

import (
	"context"
	"net/http"
	"net/netip"
	"strings"
)

// Caller is who made a request. Where nothing was signed there is no access key
// and no region.
type Caller struct {
	AccessKey string
	Region    string // of the credential scope; letters, digits and dashes
	Address   string // IP address; "" if unknown
	Agent     string // User-Agent, cut to MaxAgent bytes
}

// MaxAgent is how much of a User-Agent is looked at.
const MaxAgent = 512

// callerOf is the caller as the connection and the headers of r tell, before
// a signature was looked at.
func callerOf(r *http.Request) Caller {
	return Caller{Address: Address(r.RemoteAddr), Agent: Agent(r.Header.Get("User-Agent"))}
}

// Address returns the IP address in a text, with or without a port, in its one
// form; "" if there is none.
func Address(text string) string {
	if a, err := netip.ParseAddrPort(text); err == nil {
		return a.Addr().Unmap().WithZone("").String()
	}
	a, err := netip.ParseAddr(text)
	if err != nil {
		return ""
	}
	return a.Unmap().WithZone("").String()
}

// Agent returns a User-Agent as it is kept: valid text of MaxAgent bytes at the
// most, without control characters.
func Agent(text string) string {
	if len(text) > MaxAgent {
		text = text[:MaxAgent]
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
}

type callKey struct{}

// CallerFrom returns the caller of the request that ctx belongs to; nothing is
// known of one if it belongs to none.
func CallerFrom(ctx context.Context) Caller {
	if c, ok := ctx.Value(callKey{}).(*call); ok {
		return c.caller
	}
	return Caller{}
}

// WithCaller returns a context as the front door makes it, for callers of an
// api.Handler that come in by another way.
func WithCaller(ctx context.Context, caller Caller) context.Context {
	return context.WithValue(ctx, callKey{}, &call{caller: caller})
}
