package awsjson

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/cenote-auth/cenote/internal/crash"
)

// The errors of the frame, which the model does not list.
const (
	accessDenied       = "AccessDeniedException"
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
// not know is trouble, and the client learns nothing of it but the request id.
func (h *Handler) named(ctx context.Context, c *call, err error) *fault {
	if h.opts.Exception != nil {
		if name, message, ok := h.opts.Exception(err); ok {
			f := refuse(name, message)
			if f.status == http.StatusInternalServerError {
				c.trouble = &Trouble{slog.LevelError, "request failed", []any{"error", err}}
			}
			return f
		}
	}
	c.trouble = &Trouble{slog.LevelError, "request failed", []any{"error", err}}
	if errors.Is(err, context.Canceled) && ctx.Err() != nil {
		c.trouble = &Trouble{slog.LevelInfo, "client went away", []any{"error", err}}
	}
	return refuse(internalError, "")
}

// panicked returns the fault for a panic of the handler.
func (h *Handler) panicked(c *call, v any) *fault {
	if v == http.ErrAbortHandler {
		panic(v) // the server's own way to cut a connection
	}
	what, at := crash.Describe(v)
	c.trouble = &Trouble{slog.LevelError, "request panicked", []any{"panic", what, "at", at}}
	return refuse(internalError, "")
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
