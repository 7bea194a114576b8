package trigger

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/logtest"
	"github.com/cenote-auth/cenote/internal/pool"
)

const function = "arn:aws:lambda:us-east-1:123456789012:function:hooks/live"

// lambda is an Invoke API whose functions do what a test wants.
type lambda struct {
	*httptest.Server
	mu       sync.Mutex
	requests []*http.Request
	payloads [][]byte
}

// newLambda calls answer with the number of the attempt, from 1.
func newLambda(t *testing.T, answer func(n int, w http.ResponseWriter, r *http.Request, payload []byte)) *lambda {
	t.Helper()
	l := &lambda{}
	l.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		payload, err := io.ReadAll(r.Body)
		if err != nil {
			return // the caller had enough
		}
		l.mu.Lock()
		l.requests = append(l.requests, r)
		l.payloads = append(l.payloads, payload)
		n := len(l.requests)
		l.mu.Unlock()
		answer(n, w, r, payload)
	}))
	t.Cleanup(l.Close)
	return l
}

func (l *lambda) calls() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.requests)
}

// echo is a function that gives the event back as it came.
func echo(_ int, w http.ResponseWriter, _ *http.Request, payload []byte) { w.Write(payload) }

// returns is a function that returns text.
func returns(text string) func(int, http.ResponseWriter, *http.Request, []byte) {
	return func(_ int, w http.ResponseWriter, _ *http.Request, _ []byte) { io.WriteString(w, text) }
}

// changed is a function that changes the event and gives it back.
func changed(change func(event map[string]any)) func(int, http.ResponseWriter, *http.Request, []byte) {
	return func(_ int, w http.ResponseWriter, _ *http.Request, payload []byte) {
		var e map[string]any
		if err := json.Unmarshal(payload, &e); err != nil {
			panic(err)
		}
		change(e)
		json.NewEncoder(w).Encode(e)
	}
}

// quick returns Triggers that lose patience soon, and what they log.
func quick(endpoint string) (*Triggers, *logtest.Lines) {
	log := new(logtest.Lines)
	t := New(Options{Endpoint: endpoint, SenderKey: senderKey, Log: log.Logger()})
	t.patience, t.pause = 100*time.Millisecond, time.Millisecond
	return t, log
}

var senderKey = bytes.Repeat([]byte{7}, 32)

// ada is a user of a pool that has every trigger.
func ada() Subject {
	p := &pool.Pool{ID: "eu-west-1_Abc", Schema: pool.Standard()}
	p.Triggers.ARN = map[string]string{}
	for _, name := range []string{
		preSignUp, postConfirmation, preAuthentication, postAuthentication, preTokenGeneration, customMessage,
		defineAuthChallenge, createAuthChallenge, verifyAuthChallenge, userMigration, customEmailSender, customSMSSender, inboundFederation,
	} {
		p.Triggers.ARN[name] = function
	}
	return Subject{
		Pool:   p,
		Client: &pool.Client{ID: "client1"},
		User: &pool.User{
			Sub: "7a3d1c9e-0000-4000-8000-000000000001", Username: "ada", Status: pool.Confirmed,
			Attributes: map[string]string{"email": "ada@example.com", "email_verified": "true", "custom:team": "<red> & \u00e9"},
		},
	}
}

func want(t *testing.T, err error, kind pool.Kind, message string) {
	t.Helper()
	e, ok := err.(*pool.Error)
	if !ok || e.Kind != kind || e.Message != message {
		t.Errorf("error = %v (%T), want kind %d, %q", err, err, kind, message)
	}
}
