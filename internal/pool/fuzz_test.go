package pool

import (
	"net/url"
	"strings"
	"testing"
)

func FuzzCheckURL(f *testing.F) {
	for _, s := range []string{
		"https://a.example/cb", "http://localhost:3000/", "myapp://home", "http://[::1]/", "http://a.example", "JavaScript:alert(1)",
		"https:///x", "http://localhost@a.example/", "https://a.example/#", "//a.example", "java\tscript:1", "http:localhost", "",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if checkURL(s) != nil {
			return
		}
		u, err := url.Parse(s)
		if err != nil {
			t.Fatalf("%q was taken and is no URL: %v", s, err)
		}
		switch {
		case u.Scheme == "", u.Scheme == "javascript", u.Scheme == "data", strings.Contains(s, "#"):
			t.Errorf("%q was taken", s)
		case u.Scheme == "http" && !loopback(u.Hostname()):
			t.Errorf("%q leaves this machine in the clear", s)
		}
	})
}

func FuzzCheckID(f *testing.F) {
	for _, s := range []string{"us-east-1_AbC123xyz", "a_b", "_", "us-east-1_", "a_b_c", "ä_b", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, id string) {
		if CheckID(id) != nil {
			return
		}
		p := Pool{ID: id}
		if got := p.Region() + "_" + p.SRPName(); got != id || len(id) > 55 || strings.ContainsAny(id, "/:. \n") {
			t.Errorf("%q was taken; its parts are %q", id, got)
		}
	})
}
