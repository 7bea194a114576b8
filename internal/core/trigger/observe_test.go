package trigger

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/sigv4"
)

func TestCallsAreObserved(t *testing.T) {
	t.Parallel()
	for outcome, answer := range map[string]func(int, http.ResponseWriter, *http.Request, []byte){
		Done: echo,
		Failed: func(_ int, w http.ResponseWriter, _ *http.Request, _ []byte) {
			w.Header().Set("X-Amz-Function-Error", "Unhandled")
		},
		TimedOut:    func(_ int, _ http.ResponseWriter, r *http.Request, _ []byte) { <-r.Context().Done() },
		Unreachable: func(int, http.ResponseWriter, *http.Request, []byte) { panic(http.ErrAbortHandler) },
		Refused:     func(_ int, w http.ResponseWriter, _ *http.Request, _ []byte) { w.WriteHeader(http.StatusForbidden) },
		Invalid:     returns("{}"),
	} {
		t.Run(outcome, func(t *testing.T) {
			t.Parallel()
			l := newLambda(t, answer)
			tr, _ := quick(l.URL)
			var seen []string
			var took time.Duration
			tr.observe = func(trigger, outcome string, d time.Duration) { seen, took = append(seen, trigger+" "+outcome), d }
			_, err := tr.CustomMessage(t.Context(), ada(), MessageSignUp, true, nil)
			if (err == nil) != (outcome == Done) || len(seen) != 1 || seen[0] != "CustomMessage "+outcome {
				t.Errorf("observed %v with error %v", seen, err)
			}
			if took <= 0 || outcome == TimedOut && took < 3*tr.patience {
				t.Errorf("it took %v", took)
			}
		})
	}
	t.Run("what the response says counts too", func(t *testing.T) {
		t.Parallel()
		tr := answering(t, `{"smsMessage": 1}`)
		seen := ""
		tr.observe = func(_, outcome string, _ time.Duration) { seen = outcome }
		if _, err := tr.CustomMessage(t.Context(), ada(), MessageSignUp, true, nil); err == nil || seen != Invalid {
			t.Errorf("observed %q with error %v", seen, err)
		}
	})
	t.Run("a caller who leaves", func(t *testing.T) {
		t.Parallel()
		ctx, leave := context.WithCancel(t.Context())
		l := newLambda(t, func(_ int, _ http.ResponseWriter, r *http.Request, _ []byte) { leave(); <-r.Context().Done() })
		tr, _ := quick(l.URL)
		seen := ""
		tr.observe = func(_, outcome string, _ time.Duration) { seen = outcome }
		if _, err := tr.PreTokenGeneration(ctx, ada(), Upcoming{Occasion: TokensByAPI}, nil); err == nil || seen != Abandoned {
			t.Errorf("observed %q with error %v", seen, err)
		}
	})
}

var access = Credentials{AccessKey: "AKIDEXAMPLE", Secret: "secret", SessionToken: "session", Region: "us-west-2"}

func TestCallsAreSigned(t *testing.T) {
	t.Parallel()
	for function, region := range map[string]string{function: "us-east-1", "hooks": "us-west-2"} {
		l := newLambda(t, func(_ int, w http.ResponseWriter, r *http.Request, payload []byte) {
			a, err := sigv4.Parse(r)
			if err != nil || a.AccessKey != "AKIDEXAMPLE" || a.Region != region || !strings.Contains(r.Header.Get("Authorization"), "/lambda/aws4_request") {
				t.Errorf("Authorization is %q (%v)", r.Header.Get("Authorization"), err)
			}
			if r.Header.Get("X-Amz-Security-Token") != "session" || !strings.Contains(r.Header.Get("Authorization"), "x-amz-security-token") {
				t.Error("the session's token is not there, or not signed")
			}
			if want := signedBySDK(t, r, payload, region); r.Header.Get("Authorization") != want {
				t.Errorf("Authorization is %s\nthe SDK's is   %s", r.Header.Get("Authorization"), want)
			}
			w.Write(payload)
		})
		s := ada()
		s.Pool.Triggers.ARN[postConfirmation] = function
		if err := New(Options{Endpoint: l.URL, Credentials: access}).PostConfirmation(t.Context(), s, nil); err != nil {
			t.Error(err)
		}
	}
}

// signedBySDK is the Authorization that the AWS SDK gives a request at its time.
func signedBySDK(t *testing.T, r *http.Request, payload []byte, region string) string {
	t.Helper()
	at, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
	if err != nil {
		t.Error(err)
	}
	again, err := http.NewRequest(r.Method, "http://"+r.Host+r.URL.EscapedPath(), nil)
	if err != nil {
		t.Error(err)
	}
	for _, name := range []string{"Content-Type", "X-Amz-Invocation-Type", "X-Amz-Log-Type"} {
		again.Header.Set(name, r.Header.Get(name))
	}
	hash := sha256.Sum256(payload)
	keys := aws.Credentials{AccessKeyID: access.AccessKey, SecretAccessKey: access.Secret, SessionToken: access.SessionToken}
	if err := v4.NewSigner().SignHTTP(t.Context(), keys, again, hex.EncodeToString(hash[:]), "lambda", region, at); err != nil {
		t.Error(err)
	}
	return again.Header.Get("Authorization")
}

func TestWhereCallsAreSigned(t *testing.T) {
	t.Parallel()
	for address, signed := range map[string]bool{
		"https://lambda.us-east-1.amazonaws.com/x": true, "http://127.0.0.1:9399/x": true, "http://localhost/x": true, "http://[::1]/x": true,
		"http://lambda.example/x": false, "http://192.0.2.1/x": false, "http://localhost.example/x": false,
	} {
		r, err := http.NewRequest(http.MethodPost, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		access.sign(r, function, nil)
		if got := len(r.Header) > 0; got != signed {
			t.Errorf("%s: headers %v, want signed %v", address, r.Header, signed)
		}
		Credentials{}.sign(r, function, nil)
	}
}

// The signature holds over TLS too, which AWS wants.
func TestCallsByTLS(t *testing.T) {
	t.Parallel()
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		event, _ := io.ReadAll(r.Body)
		w.Write(event)
	}))
	t.Cleanup(s.Close)
	tr := New(Options{Endpoint: s.URL, Credentials: access})
	tr.client.Transport.(*http.Transport).TLSClientConfig = &tls.Config{RootCAs: s.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs}
	if err := tr.PostConfirmation(t.Context(), ada(), nil); err != nil {
		t.Error(err)
	}
}

// Hundreds of people at once, half of whose functions are slow, wrong or huge:
// each gets the answer that was for them, and nobody waits longer than the limit.
func TestSlowWrongAndHugeAnswersDoNotMix(t *testing.T) {
	t.Parallel()
	l := newLambda(t, func(n int, w http.ResponseWriter, r *http.Request, payload []byte) {
		switch n % 4 {
		case 0:
			<-r.Context().Done()
		case 1:
			fmt.Fprintf(w, "%s%s", payload, strings.Repeat(" ", 100<<10))
		case 2:
			io.WriteString(w, `{"userName":"somebody else"}`)
		default:
			w.Write(payload)
		}
	})
	tr, _ := quick(l.URL)
	var all sync.WaitGroup
	for i := range 200 {
		all.Go(func() {
			s := ada()
			s.User.Username = fmt.Sprint("user", i)
			began := time.Now()
			err := tr.PreAuthentication(t.Context(), s, nil)
			if took := time.Since(began); took > 3*tr.patience+10*time.Second {
				t.Errorf("waited %v", took)
			}
			if e, ok := err.(*pool.Error); err != nil && (!ok || e.Kind != pool.InvalidLambdaResponse && e.Kind != pool.UnexpectedLambda) {
				t.Errorf("error %v", err)
			}
		})
	}
	all.Wait()
}
