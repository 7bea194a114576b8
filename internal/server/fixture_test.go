package server

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/token/testkeys"
	"github.com/cenote-auth/cenote/internal/logtest"
	"github.com/cenote-auth/cenote/internal/srp"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

// node is a server on a port of its own, stopped when the test ends.
type node struct {
	*Server
	listener net.Listener
	url      string
	first    FirstPool
	log      *lines
	stop     func() error // asks it to end, and returns what Serve returned
}

// config is that of a development server for tests, on SQLite in a temporary folder.
func config(t testing.TB) Config {
	return Config{Dev: true, Listen: "127.0.0.1:0", DataDir: t.TempDir(), keys: &testkeys.Source{}}
}

// start runs a server until the test ends.
func start(t testing.TB, c Config) *node {
	t.Helper()
	n, err := newNode(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	n.serve(t, drainTime)
	return n
}

// newNode returns a server, with its first pool in dev, that does not serve yet.
func newNode(ctx context.Context, c Config) (*node, error) {
	n := &node{log: &lines{}}
	if c.Log == nil {
		c.Log = slog.New(slog.NewTextHandler(n.log, nil))
	}
	var err error
	if n.listener, err = Listen(c); err != nil {
		return nil, err
	}
	n.url = URL(n.listener.Addr())
	if c.PublicURL == "" {
		c.PublicURL = n.url
	}
	if n.Server, err = New(ctx, c); err != nil {
		return nil, errors.Join(err, n.listener.Close())
	}
	if !c.Dev {
		return n, nil
	}
	if n.first, err = n.FirstPool(ctx); err != nil {
		return nil, errors.Join(err, n.listener.Close(), n.Close())
	}
	return n, nil
}

func (n *node) serve(t testing.TB, drain time.Duration) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- n.Server.serve(ctx, n.listener, drain) }()
	n.stop = sync.OnceValue(func() error {
		cancel()
		return <-ended
	})
	t.Cleanup(func() {
		if err := n.stop(); err != nil {
			t.Errorf("Serve returned %v", err)
		}
		if t.Failed() {
			t.Logf("log:\n%s", n.log)
		}
	})
}

// onEachDatabase runs test on SQLite and on PostgreSQL.
func onEachDatabase(t *testing.T, test func(t *testing.T, c Config)) {
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		test(t, config(t))
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		c := config(t)
		c.DatabaseURL = withFewConns(t, storetest.Postgres(t))
		test(t, c)
	})
}

func withFewConns(t testing.TB, text string) string {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("pool_max_conns", "6")
	u.RawQuery = q.Encode()
	return u.String()
}

// object is a JSON object.
type object map[string]any

// at returns the string under a path of names, "" if there is none.
func (o object) at(path ...string) string {
	var v any = map[string]any(o)
	for _, name := range path {
		m, _ := v.(map[string]any)
		v = m[name]
	}
	s, _ := v.(string)
	return s
}

// call makes a call that must be answered with 200. It carries a signature of
// the right form, as any key is taken.
func (n *node) call(t testing.TB, operation string, in object) object {
	t.Helper()
	status, out := n.try(t, operation, in)
	if status != http.StatusOK {
		t.Fatalf("%s: got %d %v, want 200", operation, status, out)
	}
	return out
}

func (n *node) try(t testing.TB, operation string, in object) (status int, out object) {
	t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, n.url+"/", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+operation)
	r.Header.Set("X-Amz-Date", "20300102T030405Z")
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20300102/us-east-1/cognito-idp/aws4_request, "+
		"SignedHeaders=host;x-amz-date, Signature="+strings.Repeat("0", 64))
	return n.do(t, r)
}

func (n *node) get(t testing.TB, path string) (status int, out object) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, n.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	return n.do(t, r)
}

func (n *node) do(t testing.TB, r *http.Request) (status int, out object) {
	t.Helper()
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	_ = json.NewDecoder(res.Body).Decode(&out) // some answers have no body
	return res.StatusCode, out
}

// code returns the newest code, or temporary password, that went to an address.
func (n *node) code(t testing.TB, destination string) string {
	t.Helper()
	_, out := n.get(t, "/_cenote/inbox?destination="+url.QueryEscape(destination))
	list, _ := out["messages"].([]any)
	if len(list) == 0 {
		t.Fatalf("nothing was sent to %s", destination)
	}
	return object(list[0].(map[string]any)).at("code")
}

// app is a client as an app uses it.
type app struct {
	poolID, clientID, secret string
}

func (n *node) firstApp() app { return app{n.first.ID, n.first.ClientID, ""} }

// hash returns the SECRET_HASH of a user name, "" for a public client.
func (a app) hash(username string) string {
	if a.secret == "" {
		return ""
	}
	mac := hmac.New(sha256.New, []byte(a.secret))
	mac.Write([]byte(username + a.clientID))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// signed adds the secret hash under a name, where the client has a secret.
func (a app) signed(in object, name, username string) object {
	if h := a.hash(username); h != "" {
		in[name] = h
	}
	return in
}

// signUp makes a confirmed user and returns the codes that it took.
func (n *node) signUp(t testing.TB, a app, email, password string) (codes []string) {
	t.Helper()
	n.call(t, "SignUp", a.signed(object{"ClientId": a.clientID, "Username": email, "Password": password}, "SecretHash", email))
	codes = append(codes, n.code(t, email))
	n.call(t, "ResendConfirmationCode", a.signed(object{"ClientId": a.clientID, "Username": email}, "SecretHash", email))
	codes = append(codes, n.code(t, email))
	n.call(t, "ConfirmSignUp", a.signed(object{
		"ClientId": a.clientID, "Username": email, "ConfirmationCode": codes[1],
	}, "SecretHash", email))
	return codes
}

// exchange is a sign-in by SRP that waits for its proof.
type exchange struct {
	challenge object
	reply     object
	verifier  []byte // what the server must keep of the password
}

// challenge begins a sign-in by SRP.
func (n *node) challenge(t testing.TB, a app, email, password string) exchange {
	t.Helper()
	client := srp.NewClient()
	out := n.call(t, "InitiateAuth", object{
		"ClientId": a.clientID, "AuthFlow": "USER_SRP_AUTH",
		"AuthParameters": a.signed(object{"USERNAME": email, "SRP_A": client.A()}, "SECRET_HASH", email),
	})
	if got := out.at("ChallengeName"); got != "PASSWORD_VERIFIER" {
		t.Fatalf("challenge = %q, want PASSWORD_VERIFIER", got)
	}
	_, poolName, _ := strings.Cut(a.poolID, "_")
	user, salt := out.at("ChallengeParameters", "USER_ID_FOR_SRP"), out.at("ChallengeParameters", "SALT")
	key, err := client.Key(poolName, user, password, salt, out.at("ChallengeParameters", "SRP_B"))
	if err != nil {
		t.Fatal(err)
	}
	block := out.at("ChallengeParameters", "SECRET_BLOCK")
	rawBlock, err := base64.StdEncoding.DecodeString(block)
	if err != nil {
		t.Fatal(err)
	}
	now := srp.FormatTimestamp(time.Now())
	return exchange{out, object{
		"ClientId": a.clientID, "ChallengeName": "PASSWORD_VERIFIER",
		"ChallengeResponses": a.signed(object{
			"USERNAME": user, "PASSWORD_CLAIM_SECRET_BLOCK": block, "TIMESTAMP": now,
			"PASSWORD_CLAIM_SIGNATURE": base64.StdEncoding.EncodeToString(srp.Signature(key, poolName, user, rawBlock, now)),
		}, "SECRET_HASH", user),
	}, srp.Verifier(poolName, user, password, unhex(t, salt))}
}

// lines is the log of a node.
type lines struct{ logtest.Lines }
