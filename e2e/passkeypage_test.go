package e2e

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/auth"
	"github.com/cenote-auth/cenote/auth/passkey"
	"github.com/cenote-auth/cenote/internal/logtest"
)

// finger is somebody at Chromium who presses a button of each page.
type finger struct {
	in     io.Writer
	said   chan string // a line for each page
	button string
}

// newFinger starts Chromium by passkeypage.mjs.
func newFinger(t *testing.T) *finger {
	t.Helper()
	cmd := exec.Command("node", "passkeypage.mjs")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var said logtest.Lines
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stuck := time.AfterFunc(time.Minute, func() { cmd.Process.Kill() })
	t.Cleanup(func() {
		in.Close()
		defer stuck.Stop()
		if err := cmd.Wait(); err != nil {
			t.Errorf("passkeypage.mjs: %v\n%s", err, said.String())
		}
	})
	f := &finger{in, make(chan string, 8), "go"}
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			f.said <- lines.Text()
		}
		close(f.said)
	}()
	return f
}

// open is what a passkey.Browser calls.
func (f *finger) open(_ context.Context, url string) error {
	_, err := fmt.Fprintln(f.in, f.button, url)
	return err
}

// pressed waits until the page said that it is over, without an error.
func (f *finger) pressed(t *testing.T) {
	t.Helper()
	if said, ok := <-f.said; said != "done" {
		t.Errorf("the page: %q, and goes on: %t", said, ok)
	}
}

// TestPasskeysByABrowser has the Go client make a passkey and sign in by it with
// the page that it opens in Chromium.
func TestPasskeysByABrowser(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	c := newCaller(t, "admin", s.endpoint, 1)
	c.must(t, "UpdateUserPool", object{"UserPoolId": s.poolID, "Policies": object{"SignInPolicy": object{"AllowedFirstAuthFactors": []string{"PASSWORD", "WEB_AUTHN"}}}})
	c.must(t, "SetUserPoolMfaConfig", object{"UserPoolId": s.poolID, "WebAuthnConfiguration": object{"RelyingPartyId": "localhost"}})
	c.must(t, "UpdateUserPoolClient", object{"UserPoolId": s.poolID, "ClientId": s.clientID, "ExplicitAuthFlows": []string{
		"ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH",
	}})
	c.must(t, "AdminCreateUser", object{"UserPoolId": s.poolID, "Username": "ada@example.com", "MessageAction": "SUPPRESS"})
	c.must(t, "AdminSetUserPassword", object{"UserPoolId": s.poolID, "Username": "ada@example.com", "Password": passwordMark + "-ada", "Permanent": true})

	f, ctx := newFinger(t), t.Context()
	client, err := auth.New(auth.Config{UserPoolID: s.poolID, ClientID: s.clientID, Endpoint: s.endpoint}, &auth.Options{
		Passkeys: &passkey.Browser{Open: f.open, Timeout: 40 * time.Second},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.SignIn(ctx, auth.SignInInput{Username: "ada@example.com", Password: passwordMark + "-ada"}); err != nil {
		t.Fatal(err)
	}
	if err := client.AssociateWebAuthnCredential(ctx); err != nil {
		t.Error(err)
	}
	f.pressed(t)
	if err := client.AssociateWebAuthnCredential(ctx); !errors.Is(err, auth.ErrPasskeyAlreadyExists) {
		t.Errorf("the same passkey once more: %v", err)
	}
	f.pressed(t)
	page, err := client.WebAuthnCredentials(ctx, nil)
	if err != nil || len(page.Credentials) != 1 || page.Credentials[0].RelyingPartyID != "localhost" {
		t.Errorf("passkeys: %+v, %v", page, err)
	}
	if err := client.SignOut(ctx, nil); err != nil {
		t.Fatal(err)
	}

	f.button = "no"
	flow, err := client.SignIn(ctx, auth.SignInInput{Username: "ada@example.com", Flow: auth.FlowUserAuth, PreferredChallenge: auth.FactorPasskey})
	if err != nil {
		t.Fatal(err)
	}
	if next := flow.Next(); next.Step != auth.SignInPasskey || !errors.Is(next.PasskeyError, auth.ErrPasskeyAuthenticationCanceled) {
		t.Errorf("given up: %+v", next)
	}
	f.pressed(t)
	f.button = "go"
	if err := flow.Confirm(ctx, string(auth.FactorPasskey), nil); err != nil || !flow.Done() {
		t.Errorf("at the second try: %v, at %s (%v)", err, flow.Step(), flow.Next().PasskeyError)
	}
	f.pressed(t)
}
