package awsjson_test

import (
	"encoding/json"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/endpoint/awsjson"
)

// FuzzHandler: whatever a stranger sends is answered, in the service's form,
// and is never a fault of ours.
func FuzzHandler(f *testing.F) {
	for _, seed := range []struct{ operation, authorization, date, body string }{
		{"SignUp", "", "", goodSignUp},
		{"SignUp", "Bearer x", "", `{"ClientId":null,"UserAttributes":[{"Name":"\ud800"}]}`},
		{"GlobalSignOut", "", "", `{"AccessToken":"` + strings.Repeat("a", 3000) + `"}`},
		{"DeleteUser", "", "", "\x00"},
		{"ListUserPools", signature, "20300102T030405Z", `{"MaxResults":61}`},
		{"ListUserPools", "AWS4-HMAC-SHA256 Credential=////,Signature==", "2", `{}`},
		{"CreateManagedLoginBranding", signature, "20300102T030405Z", `{"UserPoolId":"a_b","Settings":{"a":[1e9,{}]}}`},
		{"Nothing", "", "", ""},
	} {
		f.Add("AWSCognitoIdentityProviderService."+seed.operation, seed.authorization, seed.date, []byte(seed.body))
	}
	built := []string{"SignUp", "GlobalSignOut", "DeleteUser", "ListUserPools", "CreateManagedLoginBranding"}
	h := awsjson.New(awsjson.Options{Handler: fake{}, Keys: awsjson.AnyKey{}})
	f.Fuzz(func(t *testing.T, target, authorization, date string, body []byte) {
		name := strings.TrimPrefix(target, api.TargetPrefix+".")
		if _, known := api.Lookup(name); known && !slices.Contains(built, name) {
			t.Skip("the fake does not answer it")
		}
		r := httptest.NewRequest("POST", "/", strings.NewReader(string(body)))
		r.Header["X-Amz-Target"] = []string{target}
		r.Header["Authorization"] = []string{authorization}
		r.Header["X-Amz-Date"] = []string{date}
		w := serve(h, r)
		if w.Code != 200 && w.Code != 400 && w.Code != 413 {
			t.Fatalf("status = %d for %q %q", w.Code, target, body)
		}
		if w.Body.Len() > 0 && !json.Valid(w.Body.Bytes()) {
			t.Errorf("the answer is not JSON: %q", w.Body)
		}
		if text := w.Header().Get("X-Amzn-Errormessage"); strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Errorf("the header is not plain: %q", text)
		}
	})
}
