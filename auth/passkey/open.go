package passkey

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os/exec"
	"runtime"
	"strings"
)

// OpenURL shows a URL in the browser that the system prefers. It returns when the
// system has taken the URL over, which does not say that anybody sees it. Where
// the browser itself was started for that, this may be when it is closed; the end
// of ctx ends the waiting, and not the browser.
func OpenURL(ctx context.Context, url string) error {
	name, args := opener(runtime.GOOS, url)
	if name == "" {
		return errors.New("no way to open a browser is known on " + runtime.GOOS)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	cmd := exec.Command(name, args...)
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
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

// isName reports whether host is a name of letters, digits and hyphens, as those of
// relying parties are: no address, and nothing that means more in a URL.
func isName(host string) bool {
	for label := range strings.SplitSeq(host, ".") {
		if label == "" || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return false
		}
	}
	return net.ParseIP(host) == nil
}
