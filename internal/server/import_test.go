package server

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// put sends a file to an address.
func put(t *testing.T, address, file string) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, address, strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Amz-Server-Side-Encryption", "aws:kms")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if _, err := io.ReadAll(res.Body); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode
}

// An import needs no signature for its file: the address is the secret, and
// neither it nor anything of the file is seen elsewhere.
func TestAnOperatorImportsUsers(t *testing.T) {
	t.Parallel()
	onEachServeDatabase(t, func(t *testing.T, c Config) {
		const hash, password = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "U*U"
		log := jsonLog(&c)
		key := newKey(t, c, "deploy", "*", "*")
		n := start(t, c)
		poolID := n.mustAs(t, key, "CreateUserPool", object{"PoolName": "garden", "AutoVerifiedAttributes": []string{"email"}}).at("UserPool", "Id")
		clientID := n.mustAs(t, key, "CreateUserPoolClient", object{
			"UserPoolId": poolID, "ClientName": "web", "ExplicitAuthFlows": []string{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
		}).at("UserPoolClient", "ClientId")
		columns := []string{}
		for _, column := range n.mustAs(t, key, "GetCSVHeader", object{"UserPoolId": poolID})["CSVHeader"].([]any) {
			columns = append(columns, column.(string))
		}
		columns = append(columns, "cognito:password_hash")
		row := func(values map[string]string) string {
			line := make([]string, len(columns))
			for i, column := range columns {
				line[i] = values[column]
			}
			return strings.Join(line, ",") + "\n"
		}
		file := strings.Join(columns, ",") + "\n" + row(map[string]string{
			"cognito:username": "ada", "email": "ada@example.com", "email_verified": "TRUE", "cognito:mfa_enabled": "FALSE", "cognito:password_hash": hash,
		}) + row(map[string]string{"cognito:username": "bob@nowhere"})

		job := n.mustAs(t, key, "CreateUserImportJob", object{
			"UserPoolId": poolID, "JobName": "everybody", "CloudWatchLogsRoleArn": "arn:aws:iam::123456789012:role/a", "PasswordHashingAlgorithm": "BCRYPT",
		})
		address, id := job.at("UserImportJob", "PreSignedUrl"), job.at("UserImportJob", "JobId")
		if !strings.HasPrefix(address, n.url+"/_cenote/import/") || len(address) > 2048 {
			t.Fatalf("address = %s", address)
		}
		if status := put(t, address+"x", file); status != http.StatusForbidden {
			t.Errorf("another address: %d, want 403", status)
		}
		if status := put(t, address, file); status != http.StatusOK {
			t.Errorf("the file: %d, want 200", status)
		}
		if status := put(t, address, file); status != http.StatusConflict {
			t.Errorf("the file again: %d, want 409", status)
		}
		name := object{"UserPoolId": poolID, "JobId": id}
		if found := (secrets{"hash": []byte(hash), "address": []byte("ada@example.com")}).foundIn(raw(t, c)); len(found) > 0 {
			t.Errorf("of the file the database shows %v", found)
		}
		n.mustAs(t, key, "StartUserImportJob", name)
		at := object{}
		for deadline := time.Now().Add(20 * time.Second); at.at("UserImportJob", "CompletionMessage") == "" && time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
			at = n.mustAs(t, key, "DescribeUserImportJob", name)
		}
		if got := at["UserImportJob"].(map[string]any); got["Status"] != "Succeeded" || got["ImportedUsers"] != 1.0 || got["FailedUsers"] != 1.0 {
			t.Errorf("job = %v", got)
		}
		out := n.call(t, "InitiateAuth", object{
			"ClientId": clientID, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": object{"USERNAME": "ada", "PASSWORD": password},
		})
		if out.at("AuthenticationResult", "AccessToken") == "" {
			t.Errorf("sign-in = %v", out)
		}
		token := address[strings.LastIndexByte(address, '/')+1:]
		for what, text := range map[string]string{"the token": token, "a hash": "$2a$05$CCC", "a name": "bob@nowhere"} {
			if strings.Contains(log.String(), text) {
				t.Errorf("the log holds %s", what)
			}
		}
		if len(log.entries(t, "user import: row failed")) != 1 || len(log.entries(t, "user import ended")) != 1 {
			t.Errorf("log: %s", log)
		}
		if found := (secrets{"hash": []byte(hash)}).foundIn(raw(t, c)); len(found) > 0 {
			t.Errorf("readable in the database: %v", found)
		}
	})
}
