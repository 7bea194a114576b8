package main

import (
	"cmp"
	"context"
	"errors"
	"os"
	"slices"
	"strings"

	"github.com/cenote-auth/cenote/auth"
	"github.com/cenote-auth/cenote/auth/passkey"
)

// passkeys holds the ceremonies of passkeys in the browser of the machine, which
// may be another than the one the person sits at.
func (d *desk) passkeys() auth.PasskeyProvider {
	return &passkey.Browser{Open: func(ctx context.Context, url string) error {
		d.terminal.say("A passkey needs a browser. If none opens on this machine, go to %s", url)
		if err := d.browser(ctx, url); err != nil {
			d.terminal.say("(no browser opens: %s)", oneLine(err))
		}
		return nil
	}}
}

// deviceName is what the pool calls this device, if it remembers devices.
func deviceName() string {
	host, _ := os.Hostname() // or the machine has no name
	return "cenote on " + cmp.Or(host, "a terminal")
}

// passkey is asked when the browser gave none: for another try, or for another
// way to sign in.
func (i *interview) passkey(ctx context.Context, next auth.NextSignInStep) (reply, error) {
	others := next.Available
	if len(others) == 0 {
		others = []auth.Factor{auth.FactorPasskey, auth.FactorPasswordSRP, auth.FactorPassword, auth.FactorEmailCode, auth.FactorSMSCode}
	}
	switch err := next.PasskeyError; {
	case err == nil, errors.Is(err, auth.ErrRelyingPartyMismatch), errors.Is(err, auth.ErrPasskeyNotSupported):
		i.terminal.say("Passkeys of this pool are not for this program%s.", i.signInPage())
		others = slices.DeleteFunc(slices.Clone(others), func(f auth.Factor) bool { return f == auth.FactorPasskey })
	default:
		i.terminal.say("%s", oneLine(err))
	}
	if len(others) == 1 && others[0] == auth.FactorPasskey { // no choice, but not for ever
		_, err := i.terminal.ask(ctx, "Press Enter to try again. ")
		return reply{text: string(auth.FactorPasskey)}, err
	}
	return choose(ctx, i.terminal, "How do you sign in?", others, factorNames)
}

// signInPage says where the hosted pages are, if the configuration knows.
func (i *interview) signInPage() string {
	oauth := i.client.Config().OAuth
	if oauth == nil {
		return ""
	}
	domain := oauth.Domain
	if !strings.Contains(domain, "://") {
		domain = "https://" + domain
	}
	return ", such as " + printable(strings.TrimSuffix(domain, "/")) + "/login?client_id=" + printable(i.client.Config().ClientID)
}
