package main

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"cenote": main})
}

// TestScript runs what people type, as testdata/script tells it.
func TestScript(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"await": await, "get": get, "post": post, "same": same, "terminate": terminate,
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
	poll(ts, "an answer of the server", func() bool {
		res, err := http.Get(config.UserPoolEndpoint + "_cenote/ready")
		if err != nil {
			return false
		}
		res.Body.Close()
		return res.StatusCode == http.StatusOK
	})
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
