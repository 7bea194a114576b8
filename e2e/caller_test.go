package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"
)

// fixedCode is what every code is of a server that was started with codes.
const fixedCode = "271828"

// caller makes calls that may fail, for tests that want to know how.
type caller struct {
	name     string
	endpoint string
	client   *http.Client
}

// newCaller returns a caller with connections of its own, at most conns of them.
func newCaller(t *testing.T, name, endpoint string, conns int) *caller {
	transport := &http.Transport{MaxConnsPerHost: conns, MaxIdleConnsPerHost: conns}
	t.Cleanup(transport.CloseIdleConnections)
	return &caller{name, endpoint, &http.Client{Transport: transport, Timeout: time.Minute}}
}

// said is an answer of the server.
type said struct {
	status    int
	requestID string
	exception string
	message   string

	UserSub              string
	UserStatus           string
	ChallengeName        string
	Session              string
	SecretCode           string
	AuthenticationResult tokens
	ChallengeParameters  map[string]string
}

// ok reports whether it was a success.
func (s said) ok() bool { return s.status == http.StatusOK }

// is reports whether it was this error.
func (s said) is(exception, message string) bool {
	return s.exception == exception && s.message == message
}

func (s said) String() string { return fmt.Sprintf("%d %s %q", s.status, s.exception, s.message) }

// wellFormed is a signature that a development server takes.
const wellFormed = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20300102/us-east-1/cognito-idp/aws4_request, " +
	"SignedHeaders=host;x-amz-date, Signature=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// call makes a call. The error is that of the network: the server may have
// done what was asked, or not.
func (c *caller) call(operation string, in object) (said, error) {
	body, err := json.Marshal(in)
	if err != nil {
		return said{}, err
	}
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, c.endpoint+"/", bytes.NewReader(body))
	if err != nil {
		return said{}, err
	}
	r.GetBody = nil // so that the transport sends nothing twice by itself
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+operation)
	r.Header.Set("X-Amz-Date", "20300102T030405Z")
	r.Header.Set("Authorization", wellFormed)
	res, err := c.client.Do(r)
	if err != nil {
		return said{}, err
	}
	defer res.Body.Close()
	s := said{status: res.StatusCode, requestID: res.Header.Get("X-Amzn-Requestid")}
	var text bytes.Buffer
	if _, err := text.ReadFrom(res.Body); err != nil {
		return said{}, err
	}
	if text.Len() == 0 {
		return s, nil
	}
	if err := json.Unmarshal(text.Bytes(), &s); err != nil {
		return said{}, fmt.Errorf("%s: %w", operation, err)
	}
	var failure struct {
		Type    string `json:"__type"`
		Message string `json:"message"`
	}
	err = json.Unmarshal(text.Bytes(), &failure)
	s.exception, s.message = failure.Type, failure.Message
	return s, err
}

// must makes a call that has to succeed.
func (c *caller) must(t *testing.T, operation string, in object) said {
	t.Helper()
	s, err := c.call(operation, in)
	if err != nil {
		t.Fatalf("%s at %s: %v", operation, c.name, err)
	}
	if !s.ok() {
		t.Fatalf("%s at %s: %v", operation, c.name, s)
	}
	return s
}

// The calls that several tests make of a pool of people.

func signUp(s *server, email, password string) object {
	return object{"ClientId": s.clientID, "Username": email, "Password": password}
}

func confirm(s *server, email, code string) object {
	return object{"ClientId": s.clientID, "Username": email, "ConfirmationCode": code}
}

func byPassword(s *server, email, password string) object {
	return object{
		"ClientId": s.clientID, "AuthFlow": "USER_PASSWORD_AUTH",
		"AuthParameters": object{"USERNAME": email, "PASSWORD": password},
	}
}

func refresh(s *server, token string) object {
	return object{
		"ClientId": s.clientID, "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": object{"REFRESH_TOKEN": token},
	}
}

// advance moves the clock of a server.
func advance(t *testing.T, c *caller, by string) {
	t.Helper()
	res, err := c.client.Post(c.endpoint+"/_cenote/clock", "application/json", bytes.NewReader([]byte(`{"advance":"`+by+`"}`)))
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Fatalf("advance the clock of %s: %s", c.name, res.Status)
	}
}
