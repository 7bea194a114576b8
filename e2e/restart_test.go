package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestStart checks what a person sees first.
func TestStart(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	printed := s.output.String()
	for _, want := range []string{s.endpoint, s.poolID, s.clientID, s.endpoint + "/_cenote/inbox", "cenote.amplify.json"} {
		if want == "" || !strings.Contains(printed, want) {
			t.Errorf("the first lines lack %q:\n%s", want, printed)
		}
	}
}

// TestRestart signs a user up and stops the server, then starts it on the same
// data: all that was answered before must still hold.
func TestRestart(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db database) {
		for name, end := range map[string]func(*testing.T, *server){
			"after SIGTERM": func(t *testing.T, s *server) { s.stop(t) },
			"after SIGKILL": func(_ *testing.T, s *server) { s.kill() },
		} {
			t.Run(name, func(t *testing.T) { testRestart(t, db(t), end) })
		}
	})
}

func testRestart(t *testing.T, flags []string, end func(*testing.T, *server)) {
	const email, password = "ada@example.com", passwordMark + "-ada"
	dir := t.TempDir()

	first := start(t, dir, flags...)
	first.call(t, "SignUp", object{"ClientId": first.clientID, "Username": email, "Password": password})
	first.call(t, "ConfirmSignUp", object{"ClientId": first.clientID, "Username": email, "ConfirmationCode": first.code(t, email)})
	before := first.signIn(t, email, password)
	first.call(t, "SignUp", object{"ClientId": first.clientID, "Username": "late@example.com", "Password": password})
	end(t, first)

	address := strings.TrimPrefix(first.endpoint, "http://")
	second := start(t, dir, append(flags, "--listen", address)...)
	if second.poolID != first.poolID || second.clientID != first.clientID {
		t.Fatalf("pool and client: got %s %s, want %s %s as before",
			second.poolID, second.clientID, first.poolID, first.clientID)
	}
	second.signIn(t, email, password)
	second.call(t, "GetUser", object{"AccessToken": before.AccessToken})
	refreshed := second.call(t, "InitiateAuth", object{
		"ClientId": second.clientID, "AuthFlow": "REFRESH_TOKEN_AUTH",
		"AuthParameters": object{"REFRESH_TOKEN": before.RefreshToken},
	})
	if refreshed.AuthenticationResult.AccessToken == "" {
		t.Error("the refresh token from before gave no access token")
	}
	second.call(t, "ConfirmSignUp", object{
		"ClientId": second.clientID, "Username": "late@example.com", "ConfirmationCode": second.code(t, "late@example.com"),
	})
}

type object map[string]any

type tokens struct{ AccessToken, IDToken, RefreshToken string }

type reply struct{ AuthenticationResult tokens }

// call makes one unsigned call and fails the test unless the answer is 200.
func (s *server) call(t *testing.T, operation string, in object) reply {
	t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.endpoint+"/", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-amz-json-1.1")
	req.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+operation)
	var out reply
	do(t, req, &out)
	return out
}

func (s *server) signIn(t *testing.T, username, password string) tokens {
	t.Helper()
	got := s.call(t, "InitiateAuth", object{
		"ClientId": s.clientID, "AuthFlow": "USER_PASSWORD_AUTH",
		"AuthParameters": object{"USERNAME": username, "PASSWORD": password},
	}).AuthenticationResult
	if got.AccessToken == "" || got.RefreshToken == "" {
		t.Fatalf("sign-in of %s gave no tokens", username)
	}
	return got
}

// code returns the newest code that was sent to an address.
func (s *server) code(t *testing.T, destination string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet,
		s.endpoint+"/_cenote/inbox?destination="+url.QueryEscape(destination), nil)
	if err != nil {
		t.Fatal(err)
	}
	var inbox struct{ Messages []struct{ Code string } }
	s.await(t, "deliver a code to "+destination, func() bool {
		do(t, req, &inbox)
		return len(inbox.Messages) > 0
	})
	return inbox.Messages[0].Code
}

// do decodes the answer into out, and fails the test unless it is 200.
func do(t *testing.T, req *http.Request, out any) {
	t.Helper()
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Fatalf("%s %s: got %s %s, want 200", req.Header.Get("X-Amz-Target"), req.URL, res.Status, res.Header.Get("X-Amzn-ErrorMessage"))
	}
	if err := json.NewDecoder(res.Body).Decode(out); err != nil {
		t.Fatal(fmt.Errorf("decode the answer to %s: %w", req.URL, err))
	}
}
