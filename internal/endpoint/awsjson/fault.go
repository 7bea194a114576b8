package awsjson

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

// The errors of the frame, which the model does not list.
const (
	forbidden          = "ForbiddenException"
	incompleteSign     = "IncompleteSignatureException"
	internalError      = "InternalErrorException"
	invalidSignature   = "InvalidSignatureException"
	missingToken       = "MissingAuthenticationTokenException"
	requestTimeout     = "RequestTimeoutException"
	serialization      = "SerializationException"
	unknownOperation   = "UnknownOperationException"
	unrecognizedClient = "UnrecognizedClientException"
)

// A fault is an error as the client sees it. An empty message is left out.
type fault struct {
	status  int
	name    string
	message string
}

// refuse returns a fault with the HTTP status of its name: 400 but for those
// few that say something about the server.
func refuse(name, message string) *fault {
	status := http.StatusBadRequest
	switch name {
	case internalError, "InternalServerException":
		status = http.StatusInternalServerError
	case "NotImplementedException":
		status = http.StatusNotImplemented
	case forbidden:
		status = http.StatusForbidden
	}
	return &fault{status, name, message}
}

// named returns the fault for an error of the handler. What Exception does
// not know is logged, and the client learns nothing of it but the request id.
func (h *Handler) named(ctx context.Context, c *call, err error) *fault {
	if h.opts.Exception != nil {
		if name, message, ok := h.opts.Exception(err); ok {
			f := refuse(name, message)
			h.log(ctx, levelOf(f), "request refused", c, "exception", name, "error", err)
			return f
		}
	}
	if errors.Is(err, context.Canceled) && ctx.Err() != nil {
		h.log(ctx, slog.LevelInfo, "client went away", c, "error", err)
	} else {
		h.log(ctx, slog.LevelError, "request failed", c, "error", err)
	}
	return refuse(internalError, "")
}

// levelOf keeps what is the client's affair out of the log of a busy server.
func levelOf(f *fault) slog.Level {
	if f.status == http.StatusInternalServerError {
		return slog.LevelError
	}
	return slog.LevelDebug
}

// panicked returns the fault for a panic of the handler. What it panicked with
// may hold secrets, so the log names its type and the place alone.
func (h *Handler) panicked(ctx context.Context, c *call, v any) *fault {
	if v == http.ErrAbortHandler {
		panic(v) // the server's own way to cut a connection
	}
	what := fmt.Sprintf("%T", v)
	if err, ok := v.(runtime.Error); ok {
		what = err.Error()
	}
	h.log(ctx, slog.LevelError, "request panicked", c, "panic", what, "at", panicPlace())
	return refuse(internalError, "")
}

// panicPlace returns the function and line that panicked. It is called while
// the panic is being recovered.
func panicPlace() string {
	pcs := make([]uintptr, 32)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	for panicking := false; ; {
		frame, more := frames.Next()
		if panicking && !strings.HasPrefix(frame.Function, "runtime.") {
			return frame.Function + " (" + filepath.Base(frame.File) + ":" + strconv.Itoa(frame.Line) + ")"
		}
		panicking = panicking || frame.Function == "runtime.gopanic"
		if !more {
			return "unknown"
		}
	}
}

func (h *Handler) log(ctx context.Context, level slog.Level, message string, c *call, args ...any) {
	if !h.opts.Log.Enabled(ctx, level) {
		return
	}
	operation := ""
	if c.route.op != nil {
		operation = c.route.op.Name
	}
	h.opts.Log.With("request_id", c.id, "operation", operation).Log(ctx, level, message, args...)
}

// envelope is the body of an error.
type envelope struct {
	Type    string `json:"__type"`
	Message string `json:"message,omitempty"`
}

func writeFault(w http.ResponseWriter, id string, f *fault) {
	var body bytes.Buffer
	enc := json.NewEncoder(&body)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(envelope{f.name, f.message}); err != nil {
		panic(err) // two strings always encode
	}
	header := w.Header()
	header["X-Amzn-Errortype"] = []string{f.name + ":"}
	if f.message != "" {
		header["X-Amzn-Errormessage"] = []string{headerText(f.message)}
	}
	write(w, id, f.status, bytes.TrimSuffix(body.Bytes(), []byte("\n")))
}

// maxHeaderText keeps a message that repeats a long value from breaking the
// header limits of clients.
const maxHeaderText = 1024

// headerText returns message as one line of printable ASCII, cut to 1,024 bytes.
func headerText(message string) string {
	text := strings.Map(func(r rune) rune {
		switch {
		case r < ' ':
			return ' '
		case r > '~':
			return '?'
		}
		return r
	}, message)
	return text[:min(len(text), maxHeaderText)]
}

// write answers with a body, which may be empty.
func write(w http.ResponseWriter, id string, status int, body []byte) {
	header := w.Header()
	header["Content-Type"] = jsonType
	header["X-Amzn-Requestid"] = []string{id}
	header["Content-Length"] = []string{strconv.Itoa(len(body))}
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that went away hears nothing
}
