package web

import (
	"net/url"
	"strings"
)

// isLocal reports whether a browser that is sent to path stays in this app: it
// begins with one slash, and holds nothing that browsers read as another host.
func isLocal(path string) bool {
	if len(path) > maxReturn || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsRune(path, '\\') {
		return false
	}
	for i := range len(path) { // browsers drop tabs and line breaks before they look
		if path[i] <= ' ' || path[i] == 0x7f {
			return false
		}
	}
	u, err := url.Parse(path)
	return err == nil && u.Scheme == "" && u.Host == "" && u.User == nil
}

// maxReturn bounds a path to return to, in bytes.
const maxReturn = 2000
