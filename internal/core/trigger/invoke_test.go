package trigger

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/pool"
)

// Each of these answers says something: it is not asked for again.
func TestAnswersThatAreFailures(t *testing.T) {
	t.Parallel()
	fails := func(status int, header, value, body string) func(int, http.ResponseWriter, *http.Request, []byte) {
		return func(_ int, w http.ResponseWriter, _ *http.Request, _ []byte) {
			w.Header().Set(header, value)
			w.WriteHeader(status)
			io.WriteString(w, body)
		}
	}
	const function, code = "X-Amz-Function-Error", "X-Amzn-ErrorType"
	for _, tt := range []struct {
		name    string
		answer  func(int, http.ResponseWriter, *http.Request, []byte)
		kind    pool.Kind
		message string
	}{
		{"the function threw", fails(200, function, "Unhandled", `{"errorMessage":"No strangers.","errorType":"Error"}`),
			pool.UserLambdaValidation, "PreSignUp failed with error No strangers.."},
		{"the function failed in its own way", fails(200, function, "Handled", `{"errorMessage":"full"}`),
			pool.UserLambdaValidation, "PreSignUp failed with error full."},
		{"the function threw without words", fails(200, function, "Unhandled", `{"errorType":"Runtime.ExitError"}`),
			pool.UserLambdaValidation, "PreSignUp failed with error Runtime.ExitError."},
		{"the function threw something else", fails(200, function, "Unhandled", `{"errorMessage":{"a":1}}`),
			pool.UserLambdaValidation, "PreSignUp failed with error null."},
		{"the function threw what is no JSON", fails(200, function, "Unhandled", `oh no`),
			pool.UserLambdaValidation, "PreSignUp failed with error null."},
		{"access denied", fails(403, code, "AccessDeniedException", `{"Message":"no"}`),
			pool.UnexpectedLambda, "PreSignUp invocation failed due to error AccessDeniedException."},
		{"an error type with more behind it", fails(409, code, "ResourceConflictException:http://internal.example/", `{}`),
			pool.UnexpectedLambda, "PreSignUp invocation failed due to error ResourceConflictException."},
		{"an error type that is none", fails(409, code, "<script>", `{}`),
			pool.UnexpectedLambda, "PreSignUp invocation failed due to error ServiceException."},
		{"not found without a type", fails(404, "X-Nothing", "", `page`),
			pool.UnexpectedLambda, "PreSignUp invocation failed due to error ResourceNotFoundException."},
		{"somewhere else", fails(307, "Location", "http://127.0.0.1:1/", ``),
			pool.UnexpectedLambda, "PreSignUp invocation failed due to error ServiceException."},
		{"accepted for later", fails(202, "X-Nothing", "", ``),
			pool.UnexpectedLambda, "PreSignUp invocation failed due to error ServiceException."},
		{"nothing", returns(""), pool.InvalidLambdaResponse, "Invalid lambda function output : Invalid JSON"},
		{"what is no UTF-8", returns("{\"a\":\"\xff\"}"), pool.InvalidLambdaResponse, "Invalid lambda function output : Invalid JSON"},
		{"text", returns("ok"), pool.InvalidLambdaResponse, "Invalid lambda function output : Invalid JSON"},
		{"null", returns("null"), pool.InvalidLambdaResponse, "Unrecognizable lambda output"},
		{"a string", returns(`"ok"`), pool.InvalidLambdaResponse, "Unrecognizable lambda output"},
		{"a list", returns(`[]`), pool.InvalidLambdaResponse, "Unrecognizable lambda output"},
		{"the response alone", returns(`{"autoConfirmUser":true}`), pool.InvalidLambdaResponse, "Unrecognizable lambda output"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			l := newLambda(t, tt.answer)
			tr, log := quick(l.URL)
			tr.patience = patience
			_, err := tr.PreSignUp(t.Context(), ada(), SignUp, nil, nil)
			want(t, err, tt.kind, tt.message)
			if l.calls() != 1 {
				t.Errorf("called %d times, want once", l.calls())
			}
			for _, secret := range []string{"ada@example.com", "No strangers", "oh no"} {
				if strings.Contains(log.String(), secret) {
					t.Errorf("the log has %q: %s", secret, log)
				}
			}
		})
	}
}

func TestTheWholeEventMustComeBack(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"triggerSource", "region", "userPoolId", "userName", "callerContext", "request", "response"} {
		for how, change := range map[string]func(map[string]any){
			"without":            func(e map[string]any) { delete(e, name) },
			"with another":       func(e map[string]any) { e[name] = "another" },
			"with a null for":    func(e map[string]any) { e[name] = nil },
			"with a number for":  func(e map[string]any) { e[name] = 1 },
			"with a capital for": func(e map[string]any) { e[strings.ToUpper(name[:1])+name[1:]] = e[name]; delete(e, name) },
		} {
			t.Run(how+" "+name, func(t *testing.T) {
				t.Parallel()
				l := newLambda(t, changed(change))
				err := New(Options{Endpoint: l.URL}).PostAuthentication(t.Context(), ada(), false, nil)
				want(t, err, pool.InvalidLambdaResponse, "Unrecognizable lambda output")
			})
		}
	}
}

func TestASlowFunctionIsTriedThreeTimesAndNoLonger(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func(int, http.ResponseWriter, *http.Request, []byte){
		"it never answers": func(_ int, _ http.ResponseWriter, r *http.Request, _ []byte) { <-r.Context().Done() },
		"it answers by drops": func(_ int, w http.ResponseWriter, r *http.Request, _ []byte) {
			for r.Context().Err() == nil {
				io.WriteString(w, " ")
				http.NewResponseController(w).Flush()
				time.Sleep(5 * time.Millisecond)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLambda(t, answer)
			tr, log := quick(l.URL)
			began := time.Now()
			err := tr.PreAuthentication(t.Context(), ada(), nil)
			want(t, err, pool.UnexpectedLambda, "PreAuthentication invocation failed due to error Socket timeout while invoking Lambda function.")
			if took := time.Since(began); took < 3*tr.patience || took > 3*tr.patience+2*time.Second {
				t.Errorf("took %v, want three times %v", took, tr.patience)
			}
			if l.calls() != 3 {
				t.Errorf("called %d times, want 3", l.calls())
			}
			if !strings.Contains(log.String(), "trigger=PreAuthentication pool=eu-west-1_Abc") {
				t.Errorf("the log is %q", log)
			}
		})
	}
}

func TestASecondAttemptCanSucceed(t *testing.T) {
	t.Parallel()
	for name, first := range map[string]func(http.ResponseWriter, *http.Request){
		"after a timeout": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"after a cut":     func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"after half an answer": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "9")
			io.WriteString(w, "{")
		},
		"after what is no HTTP": func(w http.ResponseWriter, _ *http.Request) { noHTTP(w) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLambda(t, func(n int, w http.ResponseWriter, r *http.Request, payload []byte) {
				if n == 1 {
					first(w, r)
					return
				}
				w.Write(payload)
			})
			tr, log := quick(l.URL)
			if err := tr.PostConfirmation(t.Context(), ada(), nil); err != nil || l.calls() != 2 {
				t.Errorf("PostConfirmation: %v after %d calls, want success after 2", err, l.calls())
			}
			if log.String() != "" {
				t.Errorf("the log has %q", log)
			}
		})
	}
}

// The Invoke API is asked again where it says that another time may do, and not
// where a function cannot be started.
// Source: the service's guide to triggers.
func TestATroubleOfTheInvokeAPIMayPass(t *testing.T) {
	t.Parallel()
	const refused = "PostConfirmation invocation failed due to error EC2ThrottledException."
	for _, tt := range []struct {
		status, passes int
		want           string
		calls          int
	}{
		{429, 2, "", 3},
		{429, 3, refused, 3},
		{500, 1, refused, 1},
		{502, 1, refused, 1},
		{503, 1, refused, 1},
		{504, 1, refused, 1},
	} {
		t.Run(fmt.Sprintf("%d, %d times", tt.status, tt.passes), func(t *testing.T) {
			t.Parallel()
			l := newLambda(t, func(n int, w http.ResponseWriter, _ *http.Request, payload []byte) {
				if n > tt.passes {
					w.Write(payload)
					return
				}
				w.Header().Set("X-Amzn-ErrorType", "EC2ThrottledException")
				w.WriteHeader(tt.status)
			})
			tr, _ := quick(l.URL)
			tr.patience = patience
			said := ""
			if err := tr.PostConfirmation(t.Context(), ada(), nil); err != nil {
				said = err.Error()
			}
			if said != tt.want || l.calls() != tt.calls {
				t.Errorf("error %q after %d calls, want %q after %d", said, l.calls(), tt.want, tt.calls)
			}
		})
	}
}

func noHTTP(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	io.WriteString(conn, "220 mail.example ESMTP\r\n")
	conn.Close()
}

func TestADeadEndpoint(t *testing.T) {
	t.Parallel()
	tr, log := quick("http://" + closedPort(t))
	_, err := tr.PreSignUp(t.Context(), ada(), SignUp, nil, nil)
	want(t, err, pool.UnexpectedLambda, "PreSignUp invocation failed due to error Unable to execute HTTP request.")
	if !strings.Contains(log.String(), "connection refused") {
		t.Errorf("the log does not say why: %q", log)
	}
}

func closedPort(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

func TestAnEndlessAnswerIsReadToItsLimitOnly(t *testing.T) {
	t.Parallel()
	written := make(chan int, 1)
	l := newLambda(t, func(_ int, w http.ResponseWriter, _ *http.Request, _ []byte) {
		chunk, n := []byte(strings.Repeat(" ", 1<<20)), 0
		for n < 1<<30 {
			if _, err := w.Write(chunk); err != nil {
				break
			}
			n += len(chunk)
		}
		written <- n
	})
	tr, _ := quick(l.URL)
	tr.patience = patience
	err := tr.PostAuthentication(t.Context(), ada(), false, nil)
	want(t, err, pool.UnexpectedLambda,
		"PostAuthentication invocation failed due to error Response payload size exceeded maximum allowed payload size (6291456 bytes).")
	if n := <-written; n > 64<<20 {
		t.Errorf("%d bytes were taken", n)
	}
}

func TestTheLargestAnswerIsTaken(t *testing.T) {
	t.Parallel()
	l := newLambda(t, func(_ int, w http.ResponseWriter, _ *http.Request, payload []byte) {
		fmt.Fprintf(w, "%s%s", payload, strings.Repeat(" ", maxOutput-len(payload)))
	})
	tr, _ := quick(l.URL)
	tr.patience = patience
	if err := tr.PostAuthentication(t.Context(), ada(), false, nil); err != nil {
		t.Error(err)
	}
}

func TestALongComplaintIsCut(t *testing.T) {
	t.Parallel()
	l := newLambda(t, func(_ int, w http.ResponseWriter, _ *http.Request, _ []byte) {
		w.Header().Set("X-Amz-Function-Error", "Unhandled")
		fmt.Fprintf(w, `{"errorMessage":"%s"}`, strings.Repeat("é", 1<<20))
	})
	err := New(Options{Endpoint: l.URL}).PostConfirmation(t.Context(), ada(), nil)
	want(t, err, pool.UserLambdaValidation, "PostConfirmation failed with error "+strings.Repeat("é", maxComplaint/2)+".")
}

func TestACallerWhoLeaves(t *testing.T) {
	t.Parallel()
	arrived := make(chan struct{}, 3)
	l := newLambda(t, func(_ int, w http.ResponseWriter, r *http.Request, payload []byte) {
		arrived <- struct{}{}
		select {
		case <-r.Context().Done():
		case <-time.After(50 * time.Millisecond):
			w.Write(payload)
		}
	})
	tr, log := quick(l.URL)
	tr.patience = patience

	t.Run("is not waited for before the deed", func(t *testing.T) {
		ctx, leave := context.WithCancel(t.Context())
		go func() { <-arrived; leave() }()
		err := tr.PreAuthentication(ctx, ada(), nil)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error = %v, want that of the context", err)
		}
	})
	t.Run("does not stop what follows from the deed", func(t *testing.T) {
		ctx, leave := context.WithCancel(t.Context())
		go func() { <-arrived; leave() }()
		if err := tr.PostConfirmation(ctx, ada(), nil); err != nil {
			t.Error(err)
		}
	})
	if log.String() != "" {
		t.Errorf("the log has %q", log)
	}
}

// A request has a limit of its own: what is left of it is all there is.
func TestTheCallersDeadlineCountsAsATimeout(t *testing.T) {
	t.Parallel()
	l := newLambda(t, func(_ int, _ http.ResponseWriter, r *http.Request, _ []byte) { <-r.Context().Done() })
	tr, _ := quick(l.URL)
	tr.patience = patience
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err := tr.PreAuthentication(ctx, ada(), nil)
	want(t, err, pool.UnexpectedLambda, "PreAuthentication invocation failed due to error Socket timeout while invoking Lambda function.")
}

// What one function answers late, or too much of, is not read as the answer
// to the next call.
func TestAnswersDoNotMix(t *testing.T) {
	t.Parallel()
	l := newLambda(t, func(n int, w http.ResponseWriter, _ *http.Request, payload []byte) {
		switch n {
		case 1:
			io.WriteString(w, strings.Repeat(" ", maxOutput+1)+string(payload))
		default:
			w.Write(payload)
		}
	})
	tr, _ := quick(l.URL)
	tr.patience = patience
	if err := tr.PostAuthentication(t.Context(), ada(), false, nil); err == nil {
		t.Fatal("an answer that is too long was taken")
	}
	bob := ada()
	bob.User.Username = "bob"
	if err := tr.PostAuthentication(t.Context(), bob, false, nil); err != nil {
		t.Error(err)
	}
}
