package server

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/seal"
)

// What went through a server in a day stands neither in the log, of whatever
// level, nor in the metrics; nor does who it was about.
func TestNothingSecretIsSeenFromOutside(t *testing.T) {
	t.Parallel()
	c := config(t)
	c.MasterKey = seal.NewKey().Encode()
	log := jsonLog(&c)
	n := start(t, c)
	all := day(t, n)
	users := n.call(t, "ListUsers", object{"UserPoolId": n.first.ID})
	list, _ := users["Users"].([]any)
	for _, u := range list {
		all["user name"] = []byte(object(u.(map[string]any)).at("Username"))
	}
	if len(all) < 35 || len(all["user name"]) < 5 {
		t.Fatalf("the day had %d secrets only", len(all))
	}
	n.try(t, "SignUp", object{"ClientId": ada, "Username": adaPassword})                                           // in the wrong places
	n.try(t, adaPassword, object{})                                                                                // an operation that is none
	n.get(t, "/"+ada+"/.well-known/jwks.json")                                                                     // a pool that is none
	n.get(t, "/"+adaPassword)                                                                                      // a path that is none
	n.try(t, "InitiateAuth", object{"ClientId": n.first.ClientID, "AuthFlow": adaPassword, "AuthParameters": nil}) // a flow that is none
	for _, plain := range []string{ada, "bob@example.com", "eve@example.com"} {
		all["address "+plain] = []byte(plain)
	}

	metrics := text(t, n.url+"/_cenote/metrics")
	seen := log.String() + metrics
	for _, plain := range []string{n.first.ID, n.first.ClientID, "RespondToAuthChallenge", "cenote_sign_ins_total"} {
		if !strings.Contains(seen, plain) { // or this is not what was seen
			t.Errorf("%s is not in what was read", plain)
		}
	}
	if found := all.foundIn(uuids.ReplaceAll([]byte(log.String()), nil)); len(found) > 0 {
		t.Errorf("readable in the log: %s", strings.Join(found, "; "))
	}
	if found := all.foundIn([]byte(metrics)); len(found) > 0 {
		t.Errorf("readable in the metrics: %s", strings.Join(found, "; "))
	}
}

func TestMetricsOfServe(t *testing.T) {
	t.Parallel()
	c := serveConfig(t)
	c.MetricsListen = "127.0.0.1:0"
	key := newKey(t, c, "deploy", "*", "*")
	n := start(t, c)
	signInWithAPassword(t, n, key)
	n.try(t, "ListUserPools", object{"MaxResults": 1})
	n.get(t, "/nowhere")

	got := text(t, n.side.url())
	for _, want := range []string{
		`cenote_request_seconds_count{operation="AdminCreateUser"} 1`,
		`cenote_request_seconds_count{operation="InitiateAuth"} 2`,
		`cenote_request_errors_total{exception="NotAuthorizedException",operation="InitiateAuth"} 1`,
		`cenote_request_errors_total{exception="UnrecognizedClientException",operation="ListUserPools"} 1`,
		`cenote_request_errors_total{exception="404",operation="unknown"} 1`,
		`cenote_requests_in_flight 0`,
		`cenote_sign_ins_total{result="tokens",step="USER_PASSWORD_AUTH"} 1`,
		`cenote_sign_ins_total{result="NotAuthorizedException",step="USER_PASSWORD_AUTH"} 1`,
		`cenote_database_up 1`,
		`cenote_outbox_messages 1`,
	} {
		if !strings.Contains(got, want+"\n") {
			t.Errorf("no line %s", want)
		}
	}
	for _, want := range []string{
		`cenote_transaction_seconds_count{kind="update",outcome="done"} [1-9]`, `cenote_transaction_seconds_count{kind="view",outcome="done"} [1-9]`,
		`cenote_commit_group_size_count [1-9]`, `cenote_commit_group_seconds_sum [0-9.e-]+`,
		`cenote_job_step_seconds_count{kind="sweep",outcome="done"} [1-9]`, `cenote_outbox_oldest_seconds [0-9.e-]+`, `go_memstats_alloc_bytes [0-9]`,
	} {
		if !regexp.MustCompile(`(?m)^` + want).MatchString(got) {
			t.Errorf("no line %s", want)
		}
	}
	if t.Failed() {
		t.Logf("metrics:\n%s", got)
	}
	if err := n.stop(); err != nil {
		t.Fatal(err)
	}
	if res, err := http.Get(n.side.url()); err == nil {
		res.Body.Close()
		t.Error("the metrics are still served after the end")
	}
}

// signInWithAPassword makes a pool, a client and ada, and tries to sign in
// with a wrong password and with the right one. It returns the pool, the
// client and the tokens.
func signInWithAPassword(t *testing.T, n *node, key credentials) (poolID, clientID string, tokens object) {
	t.Helper()
	poolID = n.mustAs(t, key, "CreateUserPool", object{"PoolName": "garden"}).at("UserPool", "Id")
	clientID = n.mustAs(t, key, "CreateUserPoolClient", object{
		"UserPoolId": poolID, "ClientName": "web", "ExplicitAuthFlows": []string{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
	}).at("UserPoolClient", "ClientId")
	n.mustAs(t, key, "AdminCreateUser", object{
		"UserPoolId": poolID, "Username": "ada-of-the-garden", "DesiredDeliveryMediums": []string{"EMAIL"},
		"UserAttributes": []object{{"Name": "email", "Value": ada}},
	})
	n.mustAs(t, key, "AdminSetUserPassword", object{"UserPoolId": poolID, "Username": "ada-of-the-garden", "Password": adaPassword, "Permanent": true})
	a := app{poolID, clientID, ""}
	if status, out := n.try(t, "InitiateAuth", a.passwordAuth("ada-of-the-garden", "Orchid-Wrong-7-ada")); out.at("__type") != "NotAuthorizedException" {
		t.Errorf("a wrong password: got %d %v", status, out)
	}
	return poolID, clientID, n.signIn(t, a, "ada-of-the-garden", adaPassword)
}

func TestOneLineARequest(t *testing.T) {
	t.Parallel()
	c := serveConfig(t)
	log := jsonLog(&c)
	key := newKey(t, c, "deploy", "*", "*")
	n := start(t, c)
	poolID, clientID, tokens := signInWithAPassword(t, n, key)
	access := tokens.at("AuthenticationResult", "AccessToken")
	n.call(t, "GetUser", object{"AccessToken": access})
	n.get(t, "/"+poolID+"/.well-known/jwks.json")
	n.get(t, "/_cenote/health")

	var got []string
	for _, line := range log.entries(t, "request") {
		if line.at("level") != "INFO" {
			continue // the probe
		}
		words := []string{line.at("operation")}
		for _, id := range []string{"pool", "client", "access_key", "exception"} {
			value := strings.NewReplacer(poolID, "P", clientID, "C", key.id, "K").Replace(line.at(id))
			if value != "" {
				words = append(words, id+"="+value)
			}
		}
		got = append(got, strings.Join(words, " "))
		if len(line.at("request_id")) != 36 || line.at("remote") != "127.0.0.1" || line["ms"] == nil || line["status"] == nil || line["out"].(float64) < 1 && line["status"].(float64) != 200 {
			t.Errorf("a line that lacks something: %v", line)
		}
	}
	want := []string{
		"CreateUserPool access_key=K",
		"CreateUserPoolClient pool=P access_key=K",
		"AdminCreateUser pool=P access_key=K",
		"AdminSetUserPassword pool=P access_key=K",
		"InitiateAuth client=C exception=NotAuthorizedException",
		"InitiateAuth client=C",
		"GetUser",
		"/{poolId}/.well-known/jwks.json",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("lines\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for what, text := range map[string]string{"the access token": access, "the password": adaPassword, "the user name": "ada-of-the-garden",
		"the address": ada, "the secret of the access key": key.secret} {
		if strings.Contains(log.String(), text) {
			t.Errorf("%s is in the log", what)
		}
	}
}

func TestADevelopmentServerIsQuiet(t *testing.T) {
	t.Parallel()
	n := start(t, config(t))
	n.signUp(t, n.firstApp(), ada, adaPassword)
	n.get(t, "/nowhere")
	if got := n.log.String(); got != "" {
		t.Errorf("the log is not quiet:\n%s", got)
	}
}

// A fault behind any endpoint has one line, with the id that the client got.
func TestAFaultBehindAnEndpoint(t *testing.T) {
	t.Parallel()
	n := start(t, config(t))
	if err := n.store.Close(); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/" + n.first.ID + "/.well-known/openid-configuration", "/_cenote/inbox", "/_cenote/ready"} {
		before := n.log.String()
		res, err := http.Get(n.url + path)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		got := strings.TrimPrefix(n.log.String(), before)
		if id := res.Header.Get("X-Amzn-Requestid"); res.StatusCode < 500 || strings.Count(got, id) != 1 || strings.Count(got, "store is closed") != 1 {
			t.Errorf("%s: %s, logged %s", path, res.Status, got)
		}
	}
}

// An endpoint that panics is answered for with a 500, and the log has one line
// with the id that the client got.
func TestAPanicInAnEndpoint(t *testing.T) {
	t.Parallel()
	n, err := newNode(t.Context(), config(t))
	if err != nil {
		t.Fatal(err)
	}
	n.handler = newHandler(n.config, &parts{store: n.store}) // with no keys to publish
	n.serve(t, drainTime)
	res, err := http.Get(n.url + "/us-east-1_a/.well-known/jwks.json")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	id := res.Header.Get("X-Amzn-Requestid")
	if res.StatusCode != http.StatusInternalServerError || len(id) != 36 {
		t.Errorf("got %s with the id %q, want a 500 with an id", res.Status, id)
	}
	got := n.log.String()
	if strings.Count(got, "\n") != 1 || !strings.Contains(got, id) || !strings.Contains(got, "level=ERROR") || !strings.Contains(got, "request panicked") || strings.Contains(got, "goroutine ") {
		t.Errorf("log = %q, want one line with the id and no stack", got)
	}
}
