package passkey

import "testing"

func TestEverySystemHasAWayToOpenAURL(t *testing.T) {
	t.Parallel()
	for system, want := range map[string]string{
		"linux": "xdg-open", "darwin": "open", "windows": "rundll32", "freebsd": "xdg-open", "plan9": "",
	} {
		name, args := opener(system, "http://localhost:1/x")
		if name != want || want != "" && args[len(args)-1] != "http://localhost:1/x" {
			t.Errorf("%s: %s %v, want %s with the URL last", system, name, args, want)
		}
	}
}
