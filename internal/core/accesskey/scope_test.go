package accesskey

import (
	"strings"
	"testing"
)

func TestAllows(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name              string
		operations, pools string
		operation, pool   string
		want              bool
	}{
		{"by name", "ListUsers", "us-east-1_a", "ListUsers", "us-east-1_a", true},
		{"a longer name", "ListUsers", "us-east-1_a", "ListUsersInGroup", "us-east-1_a", false},
		{"the second of two", "AdminGetUser,ListUsers", "x_y,us-east-1_a", "ListUsers", "us-east-1_a", true},
		{"a beginning", "Admin*", "us-east-1_a", "AdminGetUser", "us-east-1_a", true},
		{"another beginning", "Admin*", "us-east-1_a", "ListUsers", "us-east-1_a", false},
		{"an end", "*User", "us-east-1_a", "AdminGetUser", "us-east-1_a", true},
		{"two stars", "*Get*", "us-east-1_a", "AdminGetUser", "us-east-1_a", true},
		{"letters of the other case", "admin*", "us-east-1_a", "AdminGetUser", "us-east-1_a", false},
		{"everything", "*", "*", "AdminGetUser", "us-east-1_a", true},
		{"another pool", "*", "us-east-1_a", "ListUsers", "us-east-1_b", false},
		{"a pool that begins like it", "*", "us-east-1_a", "ListUsers", "us-east-1_ab", false},
		{"pools of a region", "*", "us-east-1_*", "ListUsers", "us-east-1_b", true},
		{"pools of another region", "*", "us-east-1_*", "ListUsers", "eu-west-1_b", false},
		{"no pool, good for all", "*", "*", "ListUserPools", "", true},
		{"no pool, good for one", "*", "us-east-1_a", "ListUserPools", "", false},
		{"no pool, good for a region", "*", "us-east-1_*", "ListUserPools", "", false},
		{"nothing", "", "", "ListUsers", "us-east-1_a", false},
		{"nothing and no pool", "", "", "ListUserPools", "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := Scope{strings.Split(tt.operations, ","), strings.Split(tt.pools, ",")}
			if got := s.Allows(tt.operation, tt.pool); got != tt.want {
				t.Errorf("Allows = %v, want %v", got, tt.want)
			}
		})
	}
}

func TestMatches(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		pattern, text string
		want          bool
	}{
		{"", "", true}, {"", "a", false}, {"*", "", true}, {"**", "", true}, {"**", "ab", true},
		{"a*", "a", true}, {"*a", "ba", true}, {"*a", "ab", false}, {"a*a", "a", false}, {"a*a", "aa", true},
		{"a*b*c", "abc", true}, {"a*b*c", "axxbxxc", true}, {"a*b*c", "acb", false}, {"a*b*c", "axc", false}, {"*ab*ab", "ab", false}, {"*ab*ab", "abab", true},
	} {
		if got := matches(tt.pattern, tt.text); got != tt.want {
			t.Errorf("matches(%q, %q) = %v, want %v", tt.pattern, tt.text, got, tt.want)
		}
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	known := []string{"ListUsers", "ListUserPools", "AdminGetUser"}
	for _, tt := range []struct {
		name              string
		operations, pools []string
		want              string // in the error
	}{
		{"all", []string{"*"}, []string{"*"}, ""},
		{"a mix", []string{"Admin*", "ListUsers"}, []string{"us-east-1_a", "eu-west-1_*"}, ""},
		{"no operations", nil, []string{"*"}, "needs operations and pools"},
		{"no pools", []string{"*"}, nil, "needs operations and pools"},
		{"a slip", []string{"ListUser"}, []string{"*"}, `operation "ListUser"`},
		{"a pattern of nothing", []string{"Delete*"}, []string{"*"}, `operation "Delete*"`},
		{"an empty operation", []string{""}, []string{"*"}, `operation ""`},
		{"the policy language's name", []string{"cognito-idp:ListUsers"}, []string{"*"}, "operation"},
		{"a pool's name", []string{"*"}, []string{"garden"}, `pool "garden"`},
		{"a pool's resource name", []string{"*"}, []string{"arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_a"}, "pool"},
		{"two stars for all", []string{"*"}, []string{"**"}, `pool "**"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := Scope{tt.operations, tt.pools}.Check(known)
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

// FuzzMatches holds matches against the plain definition.
func FuzzMatches(f *testing.F) {
	f.Add("a*b*c", "axbxc")
	f.Add("*ab*ab", "ab")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if len(pattern) > 12 || len(text) > 12 {
			return
		}
		if got, want := matches(pattern, text), plain(pattern, text); got != want {
			t.Errorf("matches(%q, %q) = %v, want %v", pattern, text, got, want)
		}
	})
}

func plain(pattern, text string) bool {
	switch {
	case pattern == "":
		return text == ""
	case pattern[0] == '*':
		return plain(pattern[1:], text) || text != "" && plain(pattern, text[1:])
	}
	return text != "" && text[0] == pattern[0] && plain(pattern[1:], text[1:])
}
