package awsjson

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/cenote-auth/cenote/internal/api"
)

// Options are the parts of the front door. Handler is required.
type Options struct {
	Handler api.Handler

	// Exception names an error of Handler as the client sees it. It is false
	// for an error that is none of the client's business. nil names none.
	Exception func(error) (name, message string, ok bool)

	// Keys holds the access keys of signed operations. nil knows none, so
	// that every signed operation is refused.
	Keys AccessKeys

	// Account is where refusals say that keys and pools belong: twelve digits.
	Account string

	// Page, if not nil, decides whether a web page may make this request for
	// a signed operation. Requests without Origin are not shown to it.
	Page func(*http.Request) bool

	// Admit, if not nil, may refuse a request that is valid and allowed, with
	// an error for Exception.
	Admit func(context.Context, *api.Operation, api.Input) error

	Timeout     time.Duration // of one operation; 15 seconds if zero
	BodyTimeout time.Duration // for the body to arrive; 10 seconds if zero

	// Done, if not nil, is told of each request that was answered, but for
	// preflights. If nil, Log gets what is not the client's doing.
	Done func(http.ResponseWriter, Answer)
	Log  *slog.Logger // nothing is logged if nil
}

// Handler serves POST / and OPTIONS /.
type Handler struct {
	opts     Options
	trusting bool             // Keys is AnyKey
	routes   map[string]route // by the whole X-Amz-Target
}

// A route is what a target names.
type route struct {
	op       *api.Operation
	maxBytes int
}

// New returns the front door. It panics when an option it needs is missing.
func New(opts Options) *Handler {
	if opts.Timeout == 0 {
		opts.Timeout = 15 * time.Second
	}
	if opts.BodyTimeout == 0 {
		opts.BodyTimeout = 10 * time.Second
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	_, trusting := opts.Keys.(AnyKey)
	if opts.Handler == nil {
		panic("awsjson: Options need a Handler")
	}
	if opts.Keys == nil {
		opts.Keys = noKeys{}
	}
	h := &Handler{opts: opts, trusting: trusting, routes: map[string]route{}}
	for op := range api.Operations() {
		h.routes[api.TargetPrefix+"."+op.Name] = route{op, maxBytes(op.Name)}
	}
	return h
}

// SignedOperations returns the names of the operations that need an access key,
// in order.
func SignedOperations() []string {
	var names []string
	for op := range api.Operations() {
		if op.Signed {
			names = append(names, op.Name)
		}
	}
	slices.Sort(names)
	return names
}

// A call is one request on its way through the door.
type call struct {
	id       string // request id
	caller   Caller
	route    route
	poolID   string // of a valid input
	clientID string
	trouble  *Trouble
}

func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	allowEveryOrigin(w.Header())
	if r.Method == http.MethodOptions {
		preflight(w)
		return
	}
	h.awaitBody(w, r)
	c := &call{id: uuid.NewString(), caller: callerOf(r)}
	b := newBuffer()
	defer b.release()
	f := h.serve(w, r, c, b)
	if f != nil {
		discard(r)
		writeFault(w, c.id, f)
	} else {
		write(w, c.id, http.StatusOK, b.out)
	}
	h.done(w, r, c, f, b)
}

// serve leaves the response body in b.out, or returns what stood in the way.
func (h *Handler) serve(w http.ResponseWriter, r *http.Request, c *call, b *buffer) (f *fault) {
	defer func() {
		if v := recover(); v != nil {
			f = h.panicked(c, v)
		}
	}()
	if f := h.find(w, r, c); f != nil {
		return f
	}
	var cred *credential
	if c.route.op.Signed {
		if cred, f = h.credentials(r, c); f != nil {
			return f
		}
	}
	if f := h.readBody(w, r, c.route.maxBytes, b); f != nil {
		return f
	}
	if cred != nil {
		if f := h.verify(r, b.in, cred); f != nil {
			return f
		}
		c.caller.AccessKey, c.caller.Region = cred.AccessKey, cred.Region
	}
	in, f := read(c.route.op, b.in)
	if f != nil {
		return f
	}
	c.note(in)
	if f := h.authorize(c, cred); f != nil {
		return f
	}
	return h.invoke(r.Context(), c, in, b)
}

// find puts the route of the request into c.
func (h *Handler) find(w http.ResponseWriter, r *http.Request, c *call) *fault {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", "OPTIONS, POST")
		return &fault{http.StatusMethodNotAllowed, unknownOperation, ""}
	}
	targets := r.Header["X-Amz-Target"]
	if len(targets) != 1 {
		return refuse(unknownOperation, "")
	}
	var ok bool
	if c.route, ok = h.routes[targets[0]]; !ok {
		return refuse(unknownOperation, "")
	}
	return nil
}

// read decodes and validates a body.
func read(op *api.Operation, body []byte) (api.Input, *fault) {
	in, err := op.Decode(body)
	if err != nil {
		return nil, refuse(serialization, messageOf(err))
	}
	if err := in.Validate(); err != nil {
		return nil, refuse(api.ErrInvalidParameterException, err.Error())
	}
	return in, nil
}

// invoke calls the operation if it is admitted, with a deadline, and encodes
// what it answers.
func (h *Handler) invoke(ctx context.Context, c *call, in api.Input, b *buffer) *fault {
	limited, cancel := context.WithTimeout(ctx, h.opts.Timeout)
	defer cancel()
	if h.opts.Admit != nil {
		if err := h.opts.Admit(limited, c.route.op, in); err != nil {
			return h.named(ctx, c, err)
		}
	}
	out, err := c.route.op.Invoke(context.WithValue(limited, callKey{}, c), h.opts.Handler, in)
	if err != nil {
		return h.named(ctx, c, err)
	}
	if out != nil {
		b.out = out.AppendJSON(b.out)
	}
	return nil
}
