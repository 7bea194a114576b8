package e2e

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestAWSCommandLine makes a pool, a client and a user as an operator would, and
// finds them again.
func TestAWSCommandLine(t *testing.T) {
	if _, err := exec.LookPath("aws"); err != nil {
		t.Fatal("the AWS CLI is not installed; scripts/need does that")
	}
	onEachDatabase(t, func(t *testing.T, db database) {
		aws := awsCLI{t: t, endpoint: start(t, t.TempDir(), db(t)...).endpoint, key: "AKIDEXAMPLE", secret: "example"}

		var pool struct{ UserPool struct{ ID, Name string } }
		aws.run(&pool, "create-user-pool", "--pool-name", "garden")
		if id := pool.UserPool.ID; !strings.HasPrefix(id, "eu-central-1_") || pool.UserPool.Name != "garden" {
			t.Fatalf("create-user-pool: got %+v, want garden in eu-central-1", pool.UserPool)
		}
		id := pool.UserPool.ID

		var client struct {
			UserPoolClient struct{ ClientID, ClientSecret string }
		}
		aws.run(&client, "create-user-pool-client", "--user-pool-id", id, "--client-name", "web", "--generate-secret")
		if c := client.UserPoolClient; len(c.ClientID) != 26 || len(c.ClientSecret) < 51 {
			t.Errorf("create-user-pool-client: id of %d and secret of %d characters, want 26 and 51 or 52",
				len(c.ClientID), len(c.ClientSecret))
		}

		var created struct {
			User struct{ Username, UserStatus string }
		}
		aws.run(&created, "admin-create-user", "--user-pool-id", id, "--username", "ada",
			"--user-attributes", "Name=email,Value=ada@example.com", "Name=email_verified,Value=true",
			"--temporary-password", passwordMark+"-first", "--message-action", "SUPPRESS")
		if created.User.Username != "ada" || created.User.UserStatus != "FORCE_CHANGE_PASSWORD" {
			t.Errorf("admin-create-user: got %+v, want ada in FORCE_CHANGE_PASSWORD", created.User)
		}

		var users struct {
			Users []struct {
				Username   string
				Attributes []struct{ Name, Value string }
			}
		}
		aws.run(&users, "list-users", "--user-pool-id", id)
		if len(users.Users) != 1 || users.Users[0].Username != "ada" {
			t.Fatalf("list-users: got %+v, want ada alone", users.Users)
		}
		if got := users.Users[0].Attributes; !slices.Contains(got, struct{ Name, Value string }{"email", "ada@example.com"}) {
			t.Errorf("list-users: ada has %+v, want her email among them", got)
		}

		var pools struct{ UserPools []struct{ ID, Name string } }
		aws.run(&pools, "list-user-pools", "--max-results", "60")
		if !slices.Contains(pools.UserPools, struct{ ID, Name string }{id, "garden"}) {
			t.Errorf("list-user-pools: got %+v, want %s among them", pools.UserPools, id)
		}

		aws.fail("ResourceNotFoundException", "list-users", "--user-pool-id", "eu-central-1_AAAAAAAAA")
		aws.run(nil, "delete-user-pool", "--user-pool-id", id)
		aws.fail("ResourceNotFoundException", "describe-user-pool", "--user-pool-id", id)
	})
}

// awsCLI runs `aws cognito-idp` against an endpoint, with an access key and
// none of the settings of the machine.
type awsCLI struct {
	t           *testing.T
	endpoint    string
	key, secret string
}

func (a awsCLI) command(args []string) *exec.Cmd {
	args = append([]string{"cognito-idp", "--endpoint-url", a.endpoint, "--region", "eu-central-1", "--output", "json"}, args...)
	cmd := exec.CommandContext(a.t.Context(), "aws", args...)
	for _, setting := range os.Environ() {
		if !strings.HasPrefix(setting, "AWS_") {
			cmd.Env = append(cmd.Env, setting)
		}
	}
	cmd.Env = append(cmd.Env,
		"AWS_ACCESS_KEY_ID="+a.key, "AWS_SECRET_ACCESS_KEY="+a.secret, "AWS_EC2_METADATA_DISABLED=true",
		"AWS_CONFIG_FILE="+os.DevNull, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull, "AWS_PAGER=")
	return cmd
}

// run decodes what the command prints into out; with a nil out it must print
// nothing.
func (a awsCLI) run(out any, args ...string) {
	a.t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := a.command(args)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		a.t.Fatalf("aws %s: %v\n%s", args[0], err, stderr.Bytes())
	}
	if out == nil {
		if stdout.Len() > 0 {
			a.t.Errorf("aws %s printed %q, want nothing", args[0], stdout.Bytes())
		}
		return
	}
	if err := json.Unmarshal(stdout.Bytes(), out); err != nil {
		a.t.Fatalf("aws %s: %v in %q", args[0], err, stdout.Bytes())
	}
}

// fail wants the command to fail with the named exception.
func (a awsCLI) fail(exception string, args ...string) {
	a.t.Helper()
	out, err := a.command(args).CombinedOutput()
	if err == nil || !bytes.Contains(out, []byte(exception)) {
		a.t.Errorf("aws %s: got %v and %q, want a failure with %s", args[0], err, out, exception)
	}
}
