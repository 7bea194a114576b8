package server

import (
	"crypto/sha1"
	"encoding/hex"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/store"
)

// The operator's lists are obeyed: a password that is known elsewhere is
// refused, somebody who comes too fast is told so by mail, and may answer.
func TestThreatProtection(t *testing.T) {
	t.Parallel()
	c := config(t)
	hash := sha1.Sum([]byte("known elsewhere 1A"))
	c.CompromisedPasswords, c.Locations = filepath.Join(c.DataDir, "passwords"), filepath.Join(c.DataDir, "places")
	for path, text := range map[string]string{
		c.CompromisedPasswords: strings.ToUpper(hex.EncodeToString(hash[:])) + ":12\r\n",
		c.Locations:            "192.0.2.0/24,52.52,13.4,DE,Berlin\n203.0.113.0/24,-33.87,151.2,AU,Sydney\n",
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	n := start(t, c)
	pool := n.call(t, "CreateUserPool", object{
		"PoolName": "guarded", "UserPoolTier": "PLUS", "AutoVerifiedAttributes": []string{"email"},
		"UserPoolAddOns": object{"AdvancedSecurityMode": "ENFORCED"},
	}).at("UserPool", "Id")
	client := n.call(t, "CreateUserPoolClient", object{
		"UserPoolId": pool, "ClientName": "server", "GenerateSecret": false,
		"ExplicitAuthFlows": []string{"ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
	}).at("UserPoolClient", "ClientId")
	mail := object{"Subject": "Too fast from {city}", "HtmlBody": `<a href="{one-click-link-valid}">me</a>`, "TextBody": "It was me."}
	n.call(t, "SetRiskConfiguration", object{
		"UserPoolId": pool,
		"CompromisedCredentialsRiskConfiguration": object{"Actions": object{"EventAction": "BLOCK"}},
		"AccountTakeoverRiskConfiguration": object{
			"Actions":             object{"HighAction": object{"Notify": true, "EventAction": "BLOCK"}},
			"NotifyConfiguration": object{"SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/a@example.com", "BlockEmail": mail},
		},
	})

	signUp := object{"ClientId": client, "Username": "ada", "UserAttributes": []object{{"Name": "email", "Value": "ada@example.com"}}}
	signUp["Password"] = "known elsewhere 1A"
	if status, out := n.try(t, "SignUp", signUp); status != 400 || out["__type"] != "InvalidPasswordException" {
		t.Fatalf("a password known elsewhere: %d %v", status, out)
	}
	signUp["Password"] = "Correct-horse-1"
	n.call(t, "SignUp", signUp)
	n.call(t, "ConfirmSignUp", object{"ClientId": client, "Username": "ada", "ConfirmationCode": n.code(t, "ada@example.com")})
	from := func(address string) (int, object) {
		return n.try(t, "AdminInitiateAuth", object{
			"UserPoolId": pool, "ClientId": client, "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
			"AuthParameters": object{"USERNAME": "ada", "PASSWORD": "Correct-horse-1"},
			"ContextData": object{"IpAddress": address, "ServerName": "app", "ServerPath": "/", "HttpHeaders": []object{
				{"headerName": "user-agent", "headerValue": "curl/8"},
			}},
		})
	}
	if status, out := from("192.0.2.7"); status != 200 {
		t.Fatalf("in Berlin: %v", out)
	}
	if status, out := from("203.0.113.8"); status != 400 || out["message"] != "Unable to login because of security reasons." {
		t.Fatalf("in Sydney, at once: %d %v", status, out)
	}
	events := n.call(t, "AdminListUserAuthEvents", object{"UserPoolId": pool, "Username": "ada"})["AuthEvents"].([]any)
	newest := object(events[0].(map[string]any))
	if newest.at("EventContextData", "City") != "Sydney" || newest.at("EventRisk", "RiskLevel") != "High" || newest.at("EventRisk", "RiskDecision") != "Block" {
		t.Errorf("the newest event is %v", newest)
	}

	_, inbox := n.get(t, "/_cenote/inbox?destination=ada@example.com")
	told := object(inbox["messages"].([]any)[0].(map[string]any))
	link := regexp.MustCompile(`href="[^?"]+\?([^"]+)"`).FindStringSubmatch(told["body"].(string))
	if told["subject"] != "Too fast from Sydney" || link == nil {
		t.Fatalf("the newest mail is %v", told)
	}
	r, err := http.NewRequest("POST", n.url+"/"+pool+"/feedback", strings.NewReader(strings.ReplaceAll(link[1], "&amp;", "&")))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != 200 {
		t.Errorf("the answer was not taken: %s", answer.Status)
	}
	if status, out := from("203.0.113.8"); status != 200 {
		t.Errorf("in Sydney, vouched for: %v", out)
	}
}

func TestSigningKeysRotateByAge(t *testing.T) {
	t.Parallel()
	c := config(t)
	c.SigningKeyAge = time.Hour
	n := start(t, c)
	keys := func() (rows []store.SigningKey) {
		t.Helper()
		err := n.store.View(t.Context(), func(snap store.Snapshot) error {
			p, err := snap.Pool(t.Context(), n.first.ID)
			if err == nil {
				rows, err = snap.SigningKeys(t.Context(), p.Key)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	if got := len(keys()); got != 2 {
		t.Fatalf("%d keys, want two", got)
	}
	r, err := http.NewRequest("POST", n.url+"/_cenote/clock", strings.NewReader(`{"advance":"70m"}`))
	if err != nil {
		t.Fatal(err)
	}
	if status, out := n.do(t, r); status != 200 {
		t.Fatalf("clock: %d %v", status, out)
	}
	began := time.Now()
	for len(keys()) == 2 && time.Since(began) < 30*time.Second {
		time.Sleep(100 * time.Millisecond)
	}
	if got := len(keys()); got != 4 {
		t.Errorf("%d keys after an hour, want four", got)
	}
}
