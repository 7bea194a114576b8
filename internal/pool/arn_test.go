package pool

import (
	"strings"
	"testing"
)

func TestIDInARN(t *testing.T) {
	t.Parallel()
	p := &Pool{ID: "eu-west-1_Abc"}
	arn := p.ARN("123456789012")
	if want := "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_Abc"; arn != want {
		t.Errorf("ARN = %s, want %s", arn, want)
	}
	if id, err := IDInARN(arn); err != nil || id != p.ID {
		t.Errorf("IDInARN(%s) = %q, %v, want %q", arn, id, err, p.ID)
	}
	for _, bad := range []string{
		"", "arn", p.ID,
		"arn:aws:cognito-idp:eu-west-1:123456789012:userpool",
		"arn:aws:cognito-idp:eu-west-1:123456789012:userpool/",
		"arn:aws:cognito-idp:eu-west-1:123456789012:userpool/abc",
		"arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_Abc/client/x",
		"arn:aws:cognito-idp:eu-west-1:123456789012:userpool:eu-west-1_Abc",
		"arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_Abc:x",
		"arn:aws:cognito-identity:eu-west-1:123456789012:userpool/eu-west-1_Abc",
		"urn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_Abc",
		" " + arn, arn + "\n", strings.ToUpper(arn),
	} {
		id, err := IDInARN(bad)
		wantError(t, err, InvalidParameter, "Invalid ARN of a user pool: "+bad)
		if id != "" {
			t.Errorf("IDInARN(%q) = %q beside an error", bad, id)
		}
	}
}

func FuzzIDInARN(f *testing.F) {
	f.Add("arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_Abc")
	f.Add("arn:aws:lambda:us-east-1:123456789012:function:f")
	f.Add("::::::")
	f.Add("arn::cognito-idp:::userpool/_")
	f.Fuzz(func(t *testing.T, arn string) {
		id, err := IDInARN(arn)
		if err != nil {
			if id != "" {
				t.Errorf("IDInARN(%q) = %q beside an error", arn, id)
			}
			return
		}
		if CheckID(id) != nil || !strings.HasSuffix(arn, ":userpool/"+id) {
			t.Errorf("IDInARN(%q) = %q", arn, id)
		}
	})
}
