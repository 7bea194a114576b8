package server

import (
	"net/http"
	"sync"
	"testing"

	"github.com/cenote-auth/cenote/internal/store/storetest"
)

const (
	ada         = "ada@example.com"
	adaPassword = "Orchid-Meadow-7-ada"
)

func TestAPersonSignsUpConfirmsAndSignsInBySRP(t *testing.T) {
	t.Parallel()
	onEachDatabase(t, func(t *testing.T, c Config) {
		n := start(t, c)
		a := n.firstApp()
		n.signUp(t, a, ada, adaPassword)
		e := n.challenge(t, a, ada, adaPassword)
		tokens := n.call(t, "RespondToAuthChallenge", e.reply)
		access := tokens.at("AuthenticationResult", "AccessToken")
		me := n.call(t, "GetUser", object{"AccessToken": access})
		if got, want := me.at("Username"), e.challenge.at("ChallengeParameters", "USER_ID_FOR_SRP"); got != want || got == "" {
			t.Errorf("user name = %q, want %q", got, want)
		}
		again := n.call(t, "GetTokensFromRefreshToken", object{
			"ClientId": a.clientID, "RefreshToken": tokens.at("AuthenticationResult", "RefreshToken"),
		})
		if again.at("AuthenticationResult", "AccessToken") == "" {
			t.Errorf("refresh gave %v, want an access token", again)
		}
		if got := n.log.String(); got != "" {
			t.Errorf("the log is not quiet:\n%s", got)
		}
	})
}

func TestAWrongPasswordIsRefused(t *testing.T) {
	t.Parallel()
	n := start(t, config(t))
	a := n.firstApp()
	n.signUp(t, a, ada, adaPassword)
	e := n.challenge(t, a, ada, "Orchid-Meadow-8-ada")
	status, out := n.try(t, "RespondToAuthChallenge", e.reply)
	if status != http.StatusBadRequest || out.at("__type") != "NotAuthorizedException" {
		t.Errorf("got %d %v, want a NotAuthorizedException", status, out)
	}
}

func TestPaths(t *testing.T) {
	t.Parallel()
	n := start(t, config(t))
	for _, tt := range []struct {
		path string
		want int
	}{
		{"/_cenote/health", 200},
		{"/_cenote/ready", 200},
		{"/_cenote/inbox", 200},
		{"/_cenote/clock", 200},
		{"/_cenote/metrics", 200},
		{"/" + n.first.ID + "/.well-known/jwks.json", 200},
		{"/" + n.first.ID + "/.well-known/openid-configuration", 200},
		{"/us-east-1_Nobody/.well-known/jwks.json", 404},
		{"/", 405},
		{"/elsewhere", 404},
	} {
		if status, out := n.get(t, tt.path); status != tt.want {
			t.Errorf("GET %s: got %d %v, want %d", tt.path, status, out, tt.want)
		}
	}
}

func TestAForeignHostIsRefusedAndThePublicOneIsNot(t *testing.T) {
	t.Parallel()
	c := config(t)
	c.PublicURL = "https://auth.example.com/"
	n := start(t, c)
	for host, want := range map[string]int{"auth.example.com": 200, "localhost:9229": 200, "evil.example": 403} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, n.url+"/_cenote/health", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = host
		if status, _ := n.do(t, r); status != want {
			t.Errorf("Host %s: got %d, want %d", host, status, want)
		}
	}
	_, discovery := n.get(t, "/"+n.first.ID+"/.well-known/openid-configuration")
	if got, want := discovery.at("issuer"), "https://auth.example.com/"+n.first.ID; got != want {
		t.Errorf("issuer = %q, want %q", got, want)
	}
}

func TestTheIssuerCanBeAnother(t *testing.T) {
	t.Parallel()
	c := config(t)
	c.Issuer = "https://cognito-idp.{region}.amazonaws.com/{poolId}"
	n := start(t, c)
	_, discovery := n.get(t, "/"+n.first.ID+"/.well-known/openid-configuration")
	if got, want := discovery.at("issuer"), "https://cognito-idp.us-east-1.amazonaws.com/"+n.first.ID; got != want {
		t.Errorf("issuer = %q, want %q", got, want)
	}
	if got, want := discovery.at("jwks_uri"), n.url+"/"+n.first.ID+"/.well-known/jwks.json"; got != want {
		t.Errorf("jwks_uri = %q, want %q", got, want)
	}
}

func TestEveryCodeIsTheFixedOne(t *testing.T) {
	t.Parallel()
	c := config(t)
	c.FixedCode = "271828"
	n := start(t, c)
	for _, code := range n.signUp(t, n.firstApp(), ada, adaPassword) {
		if code != "271828" {
			t.Errorf("code = %q, want 271828", code)
		}
	}
}

func TestTheAccountStandsInNames(t *testing.T) {
	t.Parallel()
	c := config(t)
	c.Account = "210987654321"
	n := start(t, c)
	out := n.call(t, "DescribeUserPool", object{"UserPoolId": n.first.ID})
	if got, want := out.at("UserPool", "Arn"), "arn:aws:cognito-idp:us-east-1:210987654321:userpool/"+n.first.ID; got != want {
		t.Errorf("Arn = %q, want %q", got, want)
	}
}

func TestTwoNodesStartTogetherOnOnePostgreSQL(t *testing.T) {
	t.Parallel()
	c := config(t)
	c.DatabaseURL = withFewConns(t, storetest.Postgres(t))
	c.PublicURL = "https://auth.example.com" // of both, as it is in their tokens
	var nodes [2]*node
	var errs [2]error
	var both sync.WaitGroup
	for i := range nodes {
		both.Go(func() { nodes[i], errs[i] = newNode(t.Context(), c) })
	}
	both.Wait()
	for i, n := range nodes {
		if errs[i] != nil {
			t.Fatal(errs[i])
		}
		n.serve(t, drainTime)
	}
	one, two := nodes[0], nodes[1]
	if one.first.ID != two.first.ID || one.first.ClientID != two.first.ClientID {
		t.Fatalf("first pools: %s %s and %s %s, want the same", one.first.ID, one.first.ClientID, two.first.ID, two.first.ClientID)
	}
	a := one.firstApp()
	one.signUp(t, a, ada, adaPassword)
	e := one.challenge(t, a, ada, adaPassword)
	tokens := two.call(t, "RespondToAuthChallenge", e.reply)
	one.call(t, "GlobalSignOut", object{"AccessToken": tokens.at("AuthenticationResult", "AccessToken")})
	status, out := two.try(t, "GetUser", object{"AccessToken": tokens.at("AuthenticationResult", "AccessToken")})
	if status != http.StatusBadRequest || out.at("__type") != "NotAuthorizedException" {
		t.Errorf("after a sign-out on the other node: got %d %v, want a NotAuthorizedException", status, out)
	}
}
