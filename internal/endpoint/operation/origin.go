package operation

import (
	"context"
	"strings"

	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/endpoint/awsjson"
	"github.com/cenote-auth/cenote/internal/pool"
)

// origin is whence a request of the public API came: the address of the
// connection, or the one that a trusted proxy gave, and the User-Agent. data
// may tell another address, for a server that acts for somebody; what a browser
// has encoded in it stays closed, as nobody but the service can read it.
func origin(ctx context.Context, data *api.UserContextDataType) pool.Origin {
	caller := awsjson.CallerFrom(ctx)
	o := pool.Origin{Address: caller.Address, Agent: caller.Agent}
	if data != nil {
		o.Told = awsjson.Address(value(data.IpAddress))
	}
	return o
}

// maxHeaders is how many headers of ContextData are looked at.
const maxHeaders = 100

// adminOrigin is whence somebody came for whom an administrator acts. The
// request's own address is that of the administrator's server and says nothing
// of them.
func adminOrigin(data *api.ContextDataType) pool.Origin {
	if data == nil {
		return pool.Origin{}
	}
	o := pool.Origin{Address: awsjson.Address(data.IpAddress)}
	for i, h := range data.HttpHeaders {
		if i < maxHeaders && strings.EqualFold(value(h.HeaderName), "User-Agent") {
			o.Agent = awsjson.Agent(value(h.HeaderValue))
		}
	}
	return o
}
