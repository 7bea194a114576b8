package awsjson_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/endpoint/awsjson"
)

// padded is a good sign-up of n bytes.
func padded(n int) string { return goodSignUp + strings.Repeat(" ", n-len(goodSignUp)) }

func TestBodySizes(t *testing.T) {
	t.Parallel()
	const mib = 1 << 20
	h := awsjson.New(awsjson.Options{Handler: fake{}, Keys: awsjson.AnyKey{}})
	branding := func(n int) string {
		body := `{"UserPoolId":"us-east-1_Abcdef123","ClientId":"abc"}`
		return body + strings.Repeat(" ", n-len(body))
	}
	for _, tt := range []struct {
		name, operation, body string
		limit                 int // of the error; 0 for a success
	}{
		{"1 MiB", "SignUp", padded(mib), 0},
		{"a byte more", "SignUp", padded(mib + 1), mib},
		{"10 MB", "SignUp", padded(10_000_000), mib},
		{"2 MiB of branding", "CreateManagedLoginBranding", branding(2 * mib), 0},
		{"more branding", "CreateManagedLoginBranding", branding(2*mib + 1), 2 * mib},
	} {
		for _, chunked := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, chunked %v", tt.name, chunked), func(t *testing.T) {
				t.Parallel()
				r := post(tt.operation, tt.body)
				if chunked {
					r.ContentLength = -1
				}
				w := serve(h, r)
				if tt.limit != 0 {
					wantError(t, w, 413, "SerializationException", fmt.Sprintf("Request body is larger than %d bytes", tt.limit))
				} else if w.Code != 200 {
					t.Errorf("got %d %s, want 200", w.Code, w.Body)
				}
			})
		}
	}
}

// talk sends raw bytes to a server and returns what it answers; the connection
// stays open for writing.
func talk(t *testing.T, h http.Handler, raw string) *http.Response {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	c, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(c, raw); err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { res.Body.Close() })
	return res
}

const head = "POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: AWSCognitoIdentityProviderService."

func TestASlowBodyIsGivenUp(t *testing.T) {
	t.Parallel()
	h := awsjson.New(awsjson.Options{Handler: fake{}, BodyTimeout: 50 * time.Millisecond})
	res := talk(t, h, head+"SignUp\r\nContent-Length: 100\r\n\r\n{")
	if res.StatusCode != 408 || res.Header.Get("X-Amzn-Errortype") != "RequestTimeoutException:" || !res.Close {
		t.Errorf("got %d %v, want 408 and the end of the connection", res.StatusCode, res.Header)
	}
}

func TestASlowBodyThatNobodyWantsIsGivenUp(t *testing.T) {
	t.Parallel()
	h := awsjson.New(awsjson.Options{Handler: fake{}, BodyTimeout: 50 * time.Millisecond})
	res := talk(t, h, head+"Nothing\r\nContent-Length: 100\r\n\r\n{")
	if res.StatusCode != 400 || res.Header.Get("X-Amzn-Errortype") != "UnknownOperationException:" {
		t.Errorf("got %d %v, want 400", res.StatusCode, res.Header)
	}
}

func TestABodyThatBreaksOff(t *testing.T) {
	t.Parallel()
	h := awsjson.New(awsjson.Options{Handler: fake{}})
	res := talk(t, h, head+"SignUp\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")
	if res.StatusCode != 400 || res.Header.Get("X-Amzn-Errortype") != "SerializationException:" {
		t.Errorf("got %d %v, want 400", res.StatusCode, res.Header)
	}
}

// The deadline of a body must not end its operation.
func TestTheDeadlineOfABodyEndsWithIt(t *testing.T) {
	t.Parallel()
	const bodyTimeout = 50 * time.Millisecond
	slow := func(ctx context.Context, _ *api.SignUpRequest) (*api.SignUpResponse, error) {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(3 * bodyTimeout):
			return &api.SignUpResponse{}, nil
		}
	}
	h := awsjson.New(awsjson.Options{Handler: fake{signUp: slow}, BodyTimeout: bodyTimeout})
	res := talk(t, h, head+fmt.Sprintf("SignUp\r\nContent-Length: %d\r\n\r\n%s", len(goodSignUp), goodSignUp))
	if res.StatusCode != 200 {
		t.Errorf("status = %d, want 200", res.StatusCode)
	}
}

// endless is a body that has no end; more than left bytes of it are too many.
type endless struct {
	t    *testing.T
	left int
}

func (e *endless) Read(b []byte) (int, error) {
	if e.left -= len(b); e.left < 0 {
		e.t.Fatal("the body is read far beyond its limit")
	}
	return len(b), nil
}

func TestABodyWithoutEndIsReadToItsLimit(t *testing.T) {
	t.Parallel()
	h := awsjson.New(awsjson.Options{Handler: fake{}})
	r := post("SignUp", "")
	r.Body, r.ContentLength = io.NopCloser(&endless{t, 20 << 20}), -1
	wantError(t, serve(h, r), 413, "SerializationException", "Request body is larger than 1048576 bytes")
}

func TestALargeBodyOverTheWire(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(awsjson.New(awsjson.Options{Handler: fake{}}))
	defer s.Close()
	r, err := http.NewRequest("POST", s.URL, strings.NewReader(padded(10_000_000)))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService.SignUp")
	res, err := s.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != 413 {
		t.Errorf("status = %d, want 413", res.StatusCode)
	}
}

// Many clients read nothing before they have sent everything.
func TestWhoSendsALargeBodyToItsEndIsAnswered(t *testing.T) {
	t.Parallel()
	const size = 10_000_000
	h := awsjson.New(awsjson.Options{Handler: fake{}})
	for _, tt := range []struct {
		name, operation, more string
		status                int
	}{
		{"too large", "SignUp", "", 413},
		{"nobody wants it", "Nothing", "", 400},
		{"without a signature", "ListUserPools", "", 400},
		{"too large, and waits for leave to send", "SignUp", "Expect: 100-continue\r\n", 413},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			raw := head + tt.operation + "\r\n" + tt.more + fmt.Sprintf("Content-Length: %d\r\n\r\n", size)
			if tt.more == "" {
				raw += strings.Repeat(" ", size)
			}
			if res := talk(t, h, raw); res.StatusCode != tt.status {
				t.Errorf("status = %d, want %d", res.StatusCode, tt.status)
			}
		})
	}
}
