package awsjson

import (
	"errors"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/cenote-auth/cenote/internal/api"
)

// How much is read of a body. The service documents 2 MB for branding, which
// carries images; the other limit is ours.
const (
	maxBody         = 1 << 20
	maxBrandingBody = 2 << 20
)

// maxUnwanted is how much is read of a body that nobody wants, kept nowhere.
const maxUnwanted = 16 << 20

func maxBytes(operation string) int {
	switch operation {
	case "CreateManagedLoginBranding", "UpdateManagedLoginBranding":
		return maxBrandingBody
	}
	return maxBody
}

// A buffer holds the bodies of one request and is used again for others. What
// is decoded from in is copied.
type buffer struct{ in, out []byte }

const (
	firstRead = 4 << 10  // room for most requests
	maxKept   = 64 << 10 // larger ones are left to the collector
)

var buffers = sync.Pool{New: func() any { return &buffer{in: make([]byte, 0, firstRead)} }}

func newBuffer() *buffer { return buffers.Get().(*buffer) }

// release clears b, since it held passwords and tokens, and keeps it.
func (b *buffer) release() {
	if cap(b.in) > maxKept || cap(b.out) > maxKept {
		return
	}
	clear(b.in)
	clear(b.out)
	b.in, b.out = b.in[:0], b.out[:0]
	buffers.Put(b)
}

// awaitBody bounds the time for the body of r to arrive, also for a body that
// nobody wants: the server reads some of that before it sends an answer. The
// server itself lifts the deadline once the body is there. One that knows no
// deadlines is left to its own timeouts.
func (h *Handler) awaitBody(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength != 0 {
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(h.opts.BodyTimeout))
	}
}

// readBody reads the whole body into b.in.
func (h *Handler) readBody(w http.ResponseWriter, r *http.Request, limit int, b *buffer) *fault {
	if r.ContentLength == 0 {
		return nil
	}
	if r.ContentLength > int64(limit) {
		return tooLarge(w, limit)
	}
	var err error
	if b.in, err = readAll(r.Body, b.in, limit); err != nil {
		return unread(w, err)
	}
	if len(b.in) > limit {
		return tooLarge(w, limit)
	}
	return nil
}

// readAll appends what r holds to b, but stops when that is more than limit.
func readAll(r io.Reader, b []byte, limit int) ([]byte, error) {
	for len(b) <= limit {
		if len(b) == cap(b) {
			b = slices.Grow(b, len(b)+1)
		}
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if err == io.EOF {
			return b, nil
		}
		if err != nil {
			return b, err
		}
	}
	return b, nil
}

// discard reads what is left of the body of a request that was refused: many
// clients read no answer before they have sent everything. One that waits for
// leave to send gets none.
func discard(r *http.Request) {
	if r.ContentLength <= maxUnwanted && r.Header.Get("Expect") == "" {
		_, _ = io.CopyN(io.Discard, r.Body, maxUnwanted) // what does not come is not missed
	}
}

// tooLarge closes the connection after the answer, as there may be more.
func tooLarge(w http.ResponseWriter, limit int) *fault {
	w.Header().Set("Connection", "close")
	return &fault{http.StatusRequestEntityTooLarge, serialization, "Request body is larger than " + strconv.Itoa(limit) + " bytes"}
}

func unread(w http.ResponseWriter, err error) *fault {
	w.Header().Set("Connection", "close")
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return &fault{http.StatusRequestTimeout, requestTimeout, "Request body did not arrive in time"}
	}
	return refuse(serialization, "")
}

// messageOf returns the words for the client in an error of decoding.
func messageOf(err error) string {
	if e, ok := errors.AsType[*api.SerializationError](err); ok {
		return e.Message
	}
	return ""
}
