package trigger

import (
	"testing"
	"unicode/utf8"
)

func FuzzOutput(f *testing.F) {
	sent := newEvent(ada(), "PreSignUp_SignUp")
	sent.Response = Verdict{}
	whole := sent.encode()
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
		if v, err := verdict(response); err != nil && v != (Verdict{}) {
			t.Errorf("verdict %+v with an error", v)
		}
		if said := complaint(output); len(said) > maxComplaint || !utf8.ValidString(said) {
			t.Errorf("complaint of %d bytes, valid %v", len(said), utf8.ValidString(said))
		}
	})
}
