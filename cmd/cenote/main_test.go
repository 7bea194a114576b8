package main

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"cenote": func() { os.Exit(run(ringForTests(), noBrowser)) }})
}

// leaveAtOnce is in GORACE of the programs that tests run: the race detector
// would have each sleep for a second before it ends.
const leaveAtOnce = "atexit_sleep_ms=0"

// TestScript runs what people type, as testdata/script tells it.
func TestScript(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("GORACE", leaveAtOnce)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"address": address, "await": await, "get": get, "post": post, "ready": ready, "same": same, "terminate": terminate, "word": word,
		},
	})
}

// await FILE: waits until a server has written the file and answers, and sets
// $ENDPOINT, $POOL and $CLIENT to what stands there.
func await(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: await FILE")
	}
	var outputs struct {
		Auth struct {
			Cognito struct{ UserPoolEndpoint, UserPoolID, UserPoolClientID string }
		}
	}
	poll(ts, "the file "+args[0], func() bool {
		text, err := os.ReadFile(ts.MkAbs(args[0]))
		return err == nil && json.Unmarshal(text, &outputs) == nil
	})
	config := outputs.Auth.Cognito
	ts.Setenv("ENDPOINT", strings.TrimSuffix(config.UserPoolEndpoint, "/"))
	ts.Setenv("POOL", config.UserPoolID)
	ts.Setenv("CLIENT", config.UserPoolClientID)
	awaitReady(ts, config.UserPoolEndpoint+"_cenote/ready")
}

// address NAME: sets $NAME to a host and a port that are free now.
func address(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: address NAME")
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Setenv(args[0], ln.Addr().String())
	ts.Check(ln.Close())
}

// ready ADDRESS: waits until a server answers there, and sets $ENDPOINT.
func ready(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: ready ADDRESS")
	}
	endpoint := "http://" + args[0]
	ts.Setenv("ENDPOINT", endpoint)
	awaitReady(ts, endpoint+"/_cenote/ready")
}

func awaitReady(ts *testscript.TestScript, address string) {
	poll(ts, "an answer of the server", func() bool {
		res, err := http.Get(address)
		if err != nil {
			return false
		}
		res.Body.Close()
		return res.StatusCode == http.StatusOK
	})
}

// word NAME PATTERN: sets $NAME to the first group of a pattern that standard
// output matches.
func word(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: word NAME PATTERN")
	}
	found := regexp.MustCompile(args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if len(found) != 2 {
		ts.Fatalf("standard output does not match %s", args[1])
	}
	ts.Setenv(args[0], found[1])
}

func poll(ts *testscript.TestScript, what string, done func() bool) {
	for deadline := time.Now().Add(20 * time.Second); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			ts.Fatalf("waited too long for %s", what)
		}
	}
}

// get URL: prints the body of the answer, which is 200.
func get(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: get URL")
	}
	r, err := http.NewRequest(http.MethodGet, args[0], nil)
	ts.Check(err)
	send(ts, neg, r)
}

// post OPERATION BODY: calls an operation that needs no signature, at
// $ENDPOINT, and prints the answer, which is 200.
func post(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: post OPERATION BODY")
	}
	r, err := http.NewRequest(http.MethodPost, ts.Getenv("ENDPOINT")+"/", strings.NewReader(args[1]))
	ts.Check(err)
	r.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+args[0])
	send(ts, neg, r)
}

func send(ts *testscript.TestScript, neg bool, r *http.Request) {
	res, err := http.DefaultClient.Do(r)
	ts.Check(err)
	defer res.Body.Close()
	_, err = io.Copy(ts.Stdout(), res.Body)
	ts.Check(err)
	if ok := res.StatusCode == http.StatusOK; ok == neg {
		ts.Fatalf("%s %s: %s", r.Method, r.URL, res.Status)
	}
}

// same A B: checks that two words are the same.
func same(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 || (args[0] == args[1]) == neg {
		ts.Fatalf("same %q", args)
	}
}

// terminate: sends SIGTERM to what runs in the background.
func terminate(ts *testscript.TestScript, _ bool, _ []string) {
	for _, cmd := range ts.BackgroundCmds() {
		ts.Check(cmd.Process.Signal(syscall.SIGTERM))
	}
}
