package awsjson_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/endpoint/awsjson"
)

// exception is an error that the table of the tests knows.
type exception struct{ name, message string }

func (e exception) Error() string { return e.name + ": " + e.message }

func table(err error) (name, message string, ok bool) {
	if e, ok := errors.AsType[exception](err); ok {
		return e.name, e.message, true
	}
	return "", "", false
}

// failing is a handler whose SignUp ends with err.
func failing(err error) fake {
	return fake{signUp: func(context.Context, *api.SignUpRequest) (*api.SignUpResponse, error) { return nil, err }}
}

func TestErrorsOfTheHandler(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		err     error
		status  int
		kind    string
		message string
	}{
		{"not authorized", exception{"NotAuthorizedException", "Incorrect username or password."}, 400, "NotAuthorizedException", "Incorrect username or password."},
		{"not found", exception{"ResourceNotFoundException", "User pool client x does not exist."}, 400, "ResourceNotFoundException", "User pool client x does not exist."},
		{"too many requests", exception{"TooManyRequestsException", "Rate exceeded"}, 400, "TooManyRequestsException", "Rate exceeded"},
		{"wrapped", fmt.Errorf("sign up: %w", exception{"UsernameExistsException", "User already exists"}), 400, "UsernameExistsException", "User already exists"},
		{"without words", exception{"CodeMismatchException", ""}, 400, "CodeMismatchException", ""},
		{"not built", exception{"NotImplementedException", "SignUp is not implemented"}, 501, "NotImplementedException", "SignUp is not implemented"},
		{"forbidden", exception{"ForbiddenException", "Request not allowed"}, 403, "ForbiddenException", "Request not allowed"},
		{"internal, named", exception{"InternalErrorException", "Internal error"}, 500, "InternalErrorException", "Internal error"},
		{"internal, the other name", exception{"InternalServerException", ""}, 500, "InternalServerException", ""},
		{"nothing the table knows", errors.New("password hunter2 in table users"), 500, "InternalErrorException", ""},
		{"markup and quotes", exception{"InvalidParameterException", `1 < 2 & "3"`}, 400, "InvalidParameterException", `1 < 2 & "3"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := awsjson.New(awsjson.Options{Handler: failing(tt.err), Exception: table})
			wantError(t, serve(h, post("SignUp", goodSignUp)), tt.status, tt.kind, tt.message)
		})
	}
}

func TestNoTableMeansNoWords(t *testing.T) {
	t.Parallel()
	h := awsjson.New(awsjson.Options{Handler: failing(exception{"CodeMismatchException", "x"})})
	wantError(t, serve(h, post("SignUp", goodSignUp)), 500, "InternalErrorException", "")
}

func TestTheEnvelopeIsPlain(t *testing.T) {
	t.Parallel()
	h := awsjson.New(awsjson.Options{Handler: failing(exception{"UserNotFoundException", "User <x> does not exist."}), Exception: table})
	w := serve(h, post("SignUp", goodSignUp))
	if got, want := w.Body.String(), `{"__type":"UserNotFoundException","message":"User <x> does not exist."}`; got != want {
		t.Errorf("body = %s, want %s", got, want)
	}
}

// A message repeats what a client sent; the header must bear it.
func TestTheHeaderBearsEveryMessage(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, message, want string }{
		{"as it is", "User does not exist.", "User does not exist."},
		{"lines", "a\r\nSet-Cookie: x=1\nb\tc", "a  Set-Cookie: x=1 b c"},
		{"other letters", "Value 'Zoë 日本' at", "Value 'Zo? ??' at"},
		{"a DEL", "a\x7fb", "a?b"},
		{"a long value", strings.Repeat("x", 100_000), strings.Repeat("x", 1024)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := awsjson.New(awsjson.Options{Handler: failing(exception{"InvalidParameterException", tt.message}), Exception: table})
			w := serve(h, post("SignUp", goodSignUp))
			wantError(t, w, 400, "InvalidParameterException", tt.message)
			if got := w.Header().Get("X-Amzn-Errormessage"); got != tt.want {
				t.Errorf("x-amzn-ErrorMessage = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestAFaultOfOursIsOneLogLine(t *testing.T) {
	t.Parallel()
	log, lines := logged()
	h := awsjson.New(awsjson.Options{Handler: failing(fmt.Errorf("sign up: %w", errors.New("disk gone"))), Exception: table, Log: log})
	w := serve(h, post("SignUp", goodSignUp))
	got := lines.String()
	for _, want := range []string{"level=ERROR", `error="sign up: disk gone"`, "operation=SignUp", "request_id=" + w.Header().Get("X-Amzn-Requestid")} {
		if !strings.Contains(got, want) {
			t.Errorf("the log has no %s: %s", want, got)
		}
	}
	if n := strings.Count(got, "\n"); n != 1 {
		t.Errorf("%d log lines, want 1: %s", n, got)
	}
}

func TestAClientsMistakeIsNoLogLine(t *testing.T) {
	t.Parallel()
	log, lines := logged()
	h := awsjson.New(awsjson.Options{Handler: failing(exception{"CodeMismatchException", "x"}), Exception: table, Log: log})
	serve(h, post("SignUp", goodSignUp))
	serve(h, post("SignUp", "{"))
	if got := lines.String(); got != "" {
		t.Errorf("logged %s", got)
	}
}

func TestPanics(t *testing.T) {
	t.Parallel()
	var none *api.SignUpRequest
	for _, tt := range []struct {
		name   string
		signUp func(context.Context, *api.SignUpRequest) (*api.SignUpResponse, error)
		want   string // in the log
	}{
		{"with a secret", func(context.Context, *api.SignUpRequest) (*api.SignUpResponse, error) { panic("hunter2") }, "panic=string"},
		{"with an error", func(context.Context, *api.SignUpRequest) (*api.SignUpResponse, error) { panic(errors.New("hunter2")) }, "panic=*errors.errorString"},
		{"of the runtime", func(context.Context, *api.SignUpRequest) (*api.SignUpResponse, error) {
			return &api.SignUpResponse{UserSub: none.Username}, nil
		}, `panic="runtime error: invalid memory address or nil pointer dereference"`},
		{"by answering nothing", func(context.Context, *api.SignUpRequest) (*api.SignUpResponse, error) { return nil, nil }, "panic="},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			log, lines := logged()
			h := awsjson.New(awsjson.Options{Handler: fake{signUp: tt.signUp}, Log: log})
			wantError(t, serve(h, post("SignUp", goodSignUp)), 500, "InternalErrorException", "")
			got := lines.String()
			if !strings.Contains(got, tt.want) || strings.Contains(got, "hunter2") || strings.Count(got, "\n") != 1 {
				t.Errorf("logged %s, want one line with %s", got, tt.want)
			}
			if !regexp.MustCompile(`at="\S+ \(\w+\.go:\d+\)"`).MatchString(got) || strings.Contains(got, "goroutine") {
				t.Errorf("logged %s, want the place and no stack", got)
			}
		})
	}
}

func TestTheServersOwnAbortGoesOn(t *testing.T) {
	t.Parallel()
	h := awsjson.New(awsjson.Options{Handler: fake{signUp: func(context.Context, *api.SignUpRequest) (*api.SignUpResponse, error) {
		panic(http.ErrAbortHandler)
	}}})
	defer func() {
		if got := recover(); got != http.ErrAbortHandler {
			t.Errorf("recovered %v, want http.ErrAbortHandler", got)
		}
	}()
	serve(h, post("SignUp", goodSignUp))
}

// untilDone waits as a database would, and gives the context's error.
func untilDone(ctx context.Context, _ *api.SignUpRequest) (*api.SignUpResponse, error) {
	<-ctx.Done()
	return nil, fmt.Errorf("read user: %w", ctx.Err())
}

func TestAnOperationHas15Seconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		log, lines := logged()
		h := awsjson.New(awsjson.Options{Handler: fake{signUp: untilDone}, Log: log})
		start := time.Now()
		wantError(t, serve(h, post("SignUp", goodSignUp)), 500, "InternalErrorException", "")
		if got := time.Since(start); got != 15*time.Second {
			t.Errorf("gave up after %v", got)
		}
		if !strings.Contains(lines.String(), "level=ERROR") {
			t.Errorf("logged %s, want an error", lines)
		}
	})
}

func TestAClientThatGoesAwayIsNoError(t *testing.T) {
	t.Parallel()
	log, lines := logged()
	h := awsjson.New(awsjson.Options{Handler: fake{signUp: untilDone}, Log: log})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, post("SignUp", goodSignUp).WithContext(ctx))
	wantError(t, w, 500, "InternalErrorException", "")
	if got := lines.String(); !strings.Contains(got, "level=INFO") || !strings.Contains(got, "client went away") {
		t.Errorf("logged %s, want a remark", got)
	}
}
