package pool

import (
	"strings"
	"testing"
)

func TestParseFilter(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, text string
		want       Filter
		err        string
	}{
		{"nothing", "", Filter{}, ""},
		{"white space", " \t", Filter{}, ""},
		{"equal", `email = "ada@example.com"`, Filter{"email", false, "ada@example.com"}, ""},
		{"without spaces", `email="ada@example.com"`, Filter{"email", false, "ada@example.com"}, ""},
		{"prefix", `given_name ^= "Ad"`, Filter{"given_name", true, "Ad"}, ""},
		{"prefix without spaces", `phone_number^="+1"`, Filter{"phone_number", true, "+1"}, ""},
		{"a quoted attribute", `"family_name"="Love"`, Filter{"family_name", false, "Love"}, ""},
		{"status of the account", `cognito:user_status = "confirmed"`, Filter{"cognito:user_status", false, "confirmed"}, ""},
		{"status", `status = "Enabled"`, Filter{"status", false, "Enabled"}, ""},
		{"an empty value", `name = ""`, Filter{"name", false, ""}, ""},
		{"quotes and backslashes inside", `name = "a \"b\" \\ c"`, Filter{"name", false, `a "b" \ c`}, ""},
		{"an equal sign inside", `name = "a=b^=c"`, Filter{"name", false, "a=b^=c"}, ""},
		{"right to left", `name = "שלום"`, Filter{"name", false, "שלום"}, ""},
		{"no operator", `email "x"`, Filter{}, "Error while parsing filter."},
		{"no value", `email =`, Filter{}, "Error while parsing filter."},
		{"no quotes", `email = ada`, Filter{}, "Error while parsing filter."},
		{"an open quote", `email = "ada`, Filter{}, "Error while parsing filter."},
		{"something behind", `email = "a" and name = "b"`, Filter{}, "Error while parsing filter."},
		{"another escape", `name = "a\n"`, Filter{}, "Error while parsing filter."},
		{"no attribute", `= "a"`, Filter{}, "Error while parsing filter."},
		{"two words", `given name = "a"`, Filter{}, "Error while parsing filter."},
		{"another operator", `email != "a"`, Filter{}, "Error while parsing filter."},
		{"an attribute that is not searchable", `gender = "f"`, Filter{}, "Invalid search attribute: gender"},
		{"a custom attribute", `custom:team = "red"`, Filter{}, "Input fails to satisfy the constraints."},
		{"a prefix of a sub", `sub ^= "7"`, Filter{}, "Error while parsing filter."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := ParseFilter(tt.text)
			message := ""
			if err != nil {
				message = err.Error()
			}
			if got != tt.want || message != tt.err {
				t.Errorf("ParseFilter(%q) = %+v, %q; want %+v, %q", tt.text, got, message, tt.want, tt.err)
			}
		})
	}
}

// What parses, written out again, parses to the same.
func FuzzParseFilter(f *testing.F) {
	for _, s := range []string{"", `email = "a"`, `name ^= "a \"b\" \\"`, `"status"="Enabled"`, `x=`, `"="`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := ParseFilter(text)
		if err != nil || got == (Filter{}) {
			return
		}
		op := " = "
		if got.Prefix {
			op = " ^= "
		}
		again, err := ParseFilter(got.Attribute + op + `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(got.Value) + `"`)
		if err != nil || again != got {
			t.Errorf("%q is %+v, which becomes %+v, %v", text, got, again, err)
		}
	})
}
