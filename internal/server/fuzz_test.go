package server

import (
	"encoding/json"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
)

// seeds are requests that come far; any is for the operations without one of
// their own, who ignore what they do not know. POOL, CLIENT, ACCESS and REFRESH
// stand for what the first pool has.
var seeds = map[string]string{
	"SignUp":                    `{"ClientId":"CLIENT","Username":"bob@example.com","Password":"Orchid-Meadow-7","UserAttributes":[{"Name":"name","Value":"Bob"}],"ClientMetadata":{"a":"b"}}`,
	"ResendConfirmationCode":    `{"ClientId":"CLIENT","Username":"eve@example.com"}`,
	"InitiateAuth":              `{"ClientId":"CLIENT","AuthFlow":"USER_SRP_AUTH","AuthParameters":{"USERNAME":"ada@example.com","SRP_A":"2","PASSWORD":"x","REFRESH_TOKEN":"REFRESH"}}`,
	"RespondToAuthChallenge":    `{"ClientId":"CLIENT","ChallengeName":"PASSWORD_VERIFIER","Session":"01234567890123456789","ChallengeResponses":{"USERNAME":"ada","PASSWORD_CLAIM_SECRET_BLOCK":"AAAA","PASSWORD_CLAIM_SIGNATURE":"AAAA","TIMESTAMP":"Tue Sep 8 07:04:09 UTC 2026"}}`,
	"GetTokensFromRefreshToken": `{"ClientId":"CLIENT","RefreshToken":"REFRESH","ClientSecret":"x"}`,
	"RevokeToken":               `{"ClientId":"CLIENT","Token":"a.b.c.d.e","ClientSecret":"x"}`,
	"ListUsers":                 `{"UserPoolId":"POOL","Filter":"email ^= \"ada\"","Limit":10,"AttributesToGet":["email"],"PaginationToken":null}`,
	"AdminCreateUser":           `{"UserPoolId":"POOL","Username":"joe@example.com","TemporaryPassword":"Orchid-Meadow-7","MessageAction":"SUPPRESS","UserAttributes":[{"Name":"name","Value":"Joe"}]}`,
	"CreateGroup":               `{"UserPoolId":"POOL","GroupName":"staff","Description":"all","Precedence":1,"RoleArn":"arn:aws:iam::123456789012:role/staff"}`,
	"CreateUserPool":            `{"PoolName":"p","Policies":{"PasswordPolicy":{"MinimumLength":8}},"Schema":[{"Name":"a","AttributeDataType":"Number","NumberAttributeConstraints":{"MinValue":"1","MaxValue":"2"}}],"UserPoolTags":{"_custom_id_":"us-east-1_Fuzz"},"AdminCreateUserConfig":{"InviteMessageTemplate":{"EmailMessage":"{username} {####}"}}}`,
	"CreateUserPoolClient":      `{"UserPoolId":"POOL","ClientName":"c","CallbackURLs":["https://a.example"],"AllowedOAuthFlows":["code"],"AllowedOAuthScopes":["openid"],"ReadAttributes":["email"]}`,
	"UpdateUserPoolClient":      `{"UserPoolId":"POOL","ClientId":"CLIENT","DefaultRedirectURI":"https://a.example","CallbackURLs":["https://a.example"],"LogoutURLs":["myapp://a"]}`,
	"AddCustomAttributes":       `{"UserPoolId":"POOL","CustomAttributes":[{"Name":"a","AttributeDataType":"String","StringAttributeConstraints":{"MinLength":"1"}}]}`,
	"TagResource":               `{"ResourceArn":"arn:aws:cognito-idp:us-east-1:123456789012:userpool/POOL","Tags":{"a":"b"}}`,
}

const anySeed = `{"UserPoolId":"POOL","ClientId":"CLIENT","Username":"ada@example.com","Password":"Orchid-Meadow-8","ConfirmationCode":"123456",
	"GroupName":"staff","AccessToken":"ACCESS","MaxResults":10,"Limit":10,"NextToken":null,"UserAttributes":[{"Name":"name","Value":"Ada"}],
	"UserAttributeNames":["name"],"ResourceArn":"arn:aws:cognito-idp:us-east-1:123456789012:userpool/POOL","TagKeys":["a"],
	"AuthFlow":"ADMIN_USER_PASSWORD_AUTH","AuthParameters":{"USERNAME":"ada@example.com","PASSWORD":"x"},
	"ChallengeName":"NEW_PASSWORD_REQUIRED","ChallengeResponses":{"USERNAME":"ada@example.com","NEW_PASSWORD":"x"},"Session":"01234567890123456789"}`

// wholeBody stands for no member: the text is all of the body.
const wholeBody = 255

// Whatever is asked of any operation, the answer is the service's, and nothing
// goes wrong behind it. text takes the place of the nth value of a request that
// comes far.
func FuzzOperations(f *testing.F) {
	n := start(f, config(f))
	a := n.firstApp()
	n.signUp(f, a, ada, adaPassword)
	tokens := n.call(f, "InitiateAuth", a.passwordAuth(ada, adaPassword))
	real := strings.NewReplacer("POOL", a.poolID, "CLIENT", a.clientID,
		"ACCESS", tokens.at("AuthenticationResult", "AccessToken"), "REFRESH", tokens.at("AuthenticationResult", "RefreshToken"))
	ask := func(t testing.TB, name, body string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("POST", n.url+"/", strings.NewReader(body))
		r.Header = n.request(t, name, "").Header
		w := httptest.NewRecorder()
		n.handler.ServeHTTP(w, r)
		return w
	}
	seed := func(name string) string {
		if body := seeds[name]; body != "" {
			return real.Replace(body)
		}
		return real.Replace(anySeed)
	}
	operations := built(f)
	for i, name := range operations {
		f.Add(uint8(i), uint8(wholeBody), seed(name))
		for nth, text := range []string{"", "ada", `email = "\"`, strings.Repeat("é", 1030)} {
			f.Add(uint8(i), uint8(nth), text)
		}
	}
	f.Fuzz(func(t *testing.T, i, nth uint8, text string) {
		name := operations[int(i)%len(operations)]
		body := text
		if nth != wholeBody {
			body = withValue(t, seed(name), int(nth), text)
		}
		w := ask(t, name, body)
		if w.Code != 200 && w.Code != 400 && w.Code != 413 && w.Code != 501 {
			t.Fatalf("%s of %q: %d %s", name, body, w.Code, w.Body)
		}
		if w.Body.Len() > 0 && !json.Valid(w.Body.Bytes()) {
			t.Errorf("%s of %q: the answer is not JSON: %q", name, body, w.Body)
		}
	})
}

// built returns the operations that docs/operations.md calls done, but for those
// that take away what the others need.
func built(t testing.TB) (operations []string) {
	t.Helper()
	text, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(line, " | ")
		if name := strings.TrimPrefix(cells[0], "| "); strings.HasSuffix(line, "| done |\n") && !strings.Contains(name, "Delete") {
			operations = append(operations, name)
		}
	}
	if len(operations) < 20 {
		t.Fatalf("docs/operations.md calls done %q", operations)
	}
	return operations
}

// withValue returns a JSON text with its nth value, or one of the first where
// there are fewer, replaced by text.
func withValue(t *testing.T, body string, nth int, text string) string {
	t.Helper()
	var all any
	if err := json.Unmarshal([]byte(body), &all); err != nil {
		t.Fatal(err)
	}
	count := 0
	replace(all, func(v any) any { count++; return v })
	nth %= count
	replace(all, func(v any) any {
		if nth--; nth == -1 {
			return text
		}
		return v
	})
	out, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// replace calls do for each value that is no list or object, in an order that
// is always the same, and puts what it returns in the place.
func replace(v any, do func(any) any) any {
	switch v := v.(type) {
	case map[string]any:
		var names []string
		for name := range v {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			v[name] = replace(v[name], do)
		}
		return v
	case []any:
		for i := range v {
			v[i] = replace(v[i], do)
		}
		return v
	}
	return do(v)
}
