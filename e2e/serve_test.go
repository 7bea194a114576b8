package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// listening is the line by which `cenote serve` says where it listens.
var listening = regexp.MustCompile(`"msg":"serving","listen":"(127\.0\.0\.1:[0-9]+)"`)

// TestServe administers pools as operators do: with access keys that were made
// on the command line, by the AWS CLI and by the SDK.
func TestServe(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db database) {
		dir, flags := t.TempDir(), db(t)
		writeMasterKey(t, filepath.Join(dir, "cenote-data"))
		all := makeKey(t, dir, flags, "--operations", "*", "--pools", "*", "--name", "root")
		lister := makeKey(t, dir, flags, "--operations", "List*", "--pools", "*", "--name", "lister")
		s := launch(t, dir, listening, append([]string{"serve", "--listen", "127.0.0.1:0", "--public-url", "http://127.0.0.1"}, flags...)...)

		root := awsCLI{t, s.endpoint, all.id, all.secret}
		var pool struct{ UserPool struct{ ID string } }
		root.run(&pool, "create-user-pool", "--pool-name", "garden")
		id := pool.UserPool.ID
		root.run(&struct{}{}, "admin-create-user", "--user-pool-id", id, "--username", "ada",
			"--temporary-password", passwordMark+"-first", "--message-action", "SUPPRESS")

		few := awsCLI{t, s.endpoint, lister.id, lister.secret}
		few.run(&struct{}{}, "list-users", "--user-pool-id", id)
		few.fail("(AccessDeniedException) when calling the AdminGetUser operation: User: arn:aws:iam::123456789012:user/lister"+
			" is not authorized to perform: cognito-idp:AdminGetUser on resource: arn:aws:cognito-idp:eu-central-1:123456789012:userpool/"+id,
			"admin-get-user", "--user-pool-id", id, "--username", "ada")
		few.fail("(AccessDeniedException)", "create-user-pool", "--pool-name", "another")

		awsCLI{t, s.endpoint, all.id, lister.secret}.fail("(InvalidSignatureException)", "list-user-pools", "--max-results", "1")
		awsCLI{t, s.endpoint, "CENOAAAAAAAAAAAAAAAA", all.secret}.fail("(UnrecognizedClientException)", "list-user-pools", "--max-results", "1")
		awsCLI{t, s.endpoint, "AKIAIOSFODNN7EXAMPLE", all.secret}.fail("(UnrecognizedClientException)", "list-user-pools", "--max-results", "1")

		sdkOfOperators(t, s, id, all, lister)
		for _, secret := range []string{all.secret, lister.secret} {
			if strings.Contains(s.output.String(), secret) {
				t.Error("the secret of an access key is in the log")
			}
		}
	})
}

// writeMasterKey does what an operator does once: with PostgreSQL the server
// makes no key of its own.
func writeMasterKey(t *testing.T, data string) {
	t.Helper()
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(data, "master.key"), []byte("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"), 0o600); err != nil {
		t.Fatal(err)
	}
}

type accessKey struct{ id, secret string }

// makeKey runs `cenote keys create` in dir, where no server runs yet.
func makeKey(t *testing.T, dir string, flags []string, scope ...string) accessKey {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, append(append([]string{"keys", "create"}, flags...), scope...)...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("cenote keys create: %v\n%s", err, out)
	}
	found := regexp.MustCompile(`access key +(\S+)\nsecret +(\S+)\n`).FindSubmatch(out)
	if found == nil {
		t.Fatalf("cenote keys create printed %s", out)
	}
	return accessKey{string(found[1]), string(found[2])}
}

// sdkOfOperators runs serve.mjs with both keys on a pool.
func sdkOfOperators(t *testing.T, s *server, poolID string, all, lister accessKey) {
	t.Helper()
	if _, err := os.Stat("node_modules"); err != nil {
		t.Fatal("the npm packages are not installed; scripts/need does that")
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	given, err := json.Marshal(object{
		"endpoint": s.endpoint, "poolId": poolID,
		"all":    object{"accessKeyId": all.id, "secretAccessKey": all.secret},
		"lister": object{"accessKeyId": lister.id, "secretAccessKey": lister.secret},
	})
	if err != nil {
		t.Fatal(err)
	}
	node := exec.CommandContext(ctx, "node", "--test", "--test-reporter=spec", "serve.mjs")
	node.Env = append(os.Environ(), "CENOTE_SERVE="+string(given))
	if out, err := node.CombinedOutput(); err != nil {
		t.Errorf("node --test serve.mjs: %v\n%s", err, bytes.TrimSpace(out))
	}
}
