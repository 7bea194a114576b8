package trigger

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

func FuzzOutput(f *testing.F) {
	sent := newEvent(ada(), "PreSignUp_SignUp")
	sent.Response = Verdict{}
	whole := encode(sent)
	f.Add(whole)
	f.Add(whole[:len(whole)-1])
	f.Add([]byte(`{"response":{"autoConfirmUser":true}}`))
	f.Add([]byte(`{"errorMessage":"\ud800","errorType":null}`))
	f.Add([]byte(`null`))
	f.Add([]byte(`[[[[`))
	f.Add([]byte(``))
	f.Fuzz(func(t *testing.T, output []byte) {
		response, err := parse(output, sent)
		if err == nil {
			got, ok := object(output)
			if name, isText := text(got["userName"]); !ok || !isText || name != sent.UserName {
				t.Errorf("%q was taken for the answer to %s", output, whole)
			}
		}
		var v Verdict
		if err := v.read(response); err != nil && v != (Verdict{}) {
			t.Errorf("verdict %+v with an error", v)
		}
		if said := complaint(output); len(said) > maxComplaint || !utf8.ValidString(said) {
			t.Errorf("complaint of %d bytes, valid %v", len(said), utf8.ValidString(said))
		}
	})
}

// A response that is refused leaves nothing behind, and one that is taken is
// within its bounds.
func FuzzResponse(f *testing.F) {
	for _, seed := range []string{
		`{}`, `null`, `{"claimsOverrideDetails":{"claimsToAddOrOverride":{"a":"b"},"claimsToSuppress":["c"],"groupOverrideDetails":{}}}`,
		`{"claimsAndScopeOverrideDetails":{"idTokenGeneration":{"claimsToAddOrOverride":{"a":[1,{"b":null}]}},"accessTokenGeneration":{"scopesToAdd":["x"],"scopesToSuppress":[null]},"groupOverrideDetails":{"groupsToOverride":["g"],"iamRolesToOverride":null,"preferredRole":"r"}}}`,
		`{"smsMessage":"{####}","emailMessage":"{username} {####}","emailSubject":1}`,
		`{"challengeName":"CUSTOM_CHALLENGE","issueTokens":false,"failAuthentication":null}`,
		`{"publicChallengeParameters":{"a":1,"b":true,"c":null},"privateChallengeParameters":{"d":"e"},"challengeMetadata":"M"}`,
		`{"userAttributes":{"email":"a@example.com"},"finalUserStatus":"CONFIRMED","messageAction":"SUPPRESS","desiredDeliveryMediums":["EMAIL"]}`,
		`{"answerCorrect":"true"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		response, ok := object(raw)
		if !ok {
			return
		}
		for _, c := range []changes{{root: "claimsOverrideDetails"}, {root: "claimsAndScopeOverrideDetails", any: true}} {
			if err := c.read(response); err != nil && c.wanted != nil {
				t.Errorf("%s: changes with an error", raw)
			}
			if c.wanted == nil {
				continue
			}
			for name, value := range c.wanted.ID.Set {
				if _, isText := text(value); !json.Valid(value) || null(value) || !c.any && !isText {
					t.Errorf("claim %q is %s", name, value)
				}
			}
		}
		w := wording{byEmail: true, places: []string{codePlace}}
		if err := w.read(response); err != nil && w.words != (Words{}) || w.words.Body != "" && !strings.Contains(w.words.Body, codePlace) {
			t.Errorf("%s: words %q", raw, w.words)
		}
		var n Next
		if err := n.read(response); (err == nil) == (n == Next{}) || n.Tokens && n.Fail {
			t.Errorf("%s: next %+v, %v", raw, n, err)
		}
		var c Challenge
		if err := c.read(response); err != nil && c.size() > 0 || c.size() > maxChallenge {
			t.Errorf("%s: challenge %+v, %v", raw, c, err)
		}
		var m Migrated
		if err := m.read(response); err != nil && m.Attributes != nil || m.Status != "" && m.Status != "CONFIRMED" && m.Status != "RESET_REQUIRED" {
			t.Errorf("%s: migrated %+v, %v", raw, m, err)
		}
	})
}
