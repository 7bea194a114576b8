package passkey

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os/exec"
	"runtime"
)

// OpenURL shows a URL in the browser that the system prefers. It returns when the
// system has taken the URL over, which does not say that anybody sees it.
func OpenURL(ctx context.Context, url string) error {
	name, args := opener(runtime.GOOS, url)
	if name == "" {
		return errors.New("no way to open a browser is known on " + runtime.GOOS)
	}
	if err := exec.CommandContext(ctx, name, args...).Run(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// opener is the program that opens URLs on a system.
func opener(system, url string) (name string, args []string) {
	switch system {
	case "windows":
		return "rundll32", []string{"url.dll,FileProtocolHandler", url}
	case "darwin":
		return "open", []string{url}
	case "linux", "freebsd", "netbsd", "openbsd", "dragonfly":
		return "xdg-open", []string{url}
	}
	return "", nil
}

// isAddress reports whether host is no name. Relying parties are names.
func isAddress(host string) bool { return net.ParseIP(host) != nil }
