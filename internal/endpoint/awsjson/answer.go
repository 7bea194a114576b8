package awsjson

import (
	"log/slog"
	"net/http"

	"github.com/cenote-auth/cenote/internal/api"
)

// An Answer says what became of a request, for logs and metrics. It holds
// nothing of what people are called or prove themselves with.
type Answer struct {
	Operation string // "" if the target names none
	PoolID    string // that the input named, once it was valid
	ClientID  string // likewise
	AccessKey string // whose signature was right; "" under AnyKey
	Exception string // "" for a success
	In        int    // bytes of the body
	Trouble   *Trouble
}

// Trouble is what an operator should know of a request.
type Trouble struct {
	Level   slog.Level
	Message string
	Args    []any // for the log
}

// done hands the answer on. Without somebody to hand it to, trouble is logged.
func (h *Handler) done(w http.ResponseWriter, r *http.Request, c *call, f *fault, b *buffer) {
	operation := ""
	if c.route.op != nil {
		operation = c.route.op.Name
	}
	if h.opts.Done == nil {
		if t := c.trouble; t != nil {
			h.opts.Log.With("request_id", c.id, "operation", operation).Log(r.Context(), t.Level, t.Message, t.Args...)
		}
		return
	}
	a := Answer{Operation: operation, PoolID: c.poolID, ClientID: c.clientID, In: len(b.in), Trouble: c.trouble}
	if !h.trusting {
		a.AccessKey = c.caller.AccessKey
	}
	if f != nil {
		a.Exception = f.name
	}
	h.opts.Done(w, a)
}

// note keeps what the answer will say of a valid input.
func (c *call) note(in api.Input) {
	c.poolID, c.clientID = api.UserPoolID(in), api.ClientID(in)
}
