package passkey

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/cenote-auth/cenote/auth"
	"github.com/cenote-auth/cenote/auth/internal/loopback"
)

// Browser is an auth.PasskeyProvider that opens a page in a browser. Its zero
// value is ready. It is safe for concurrent use.
type Browser struct {
	// Open shows a URL to the user, and need not wait for anything; OpenURL if nil.
	// Its context ends with the ceremony, which returns when Open did. It is called
	// on a goroutine of its own.
	//
	// The URL is a secret until the page is there: who else could open it first,
	// on this machine, could make a passkey of their own for the user. Arguments of
	// programs, such as OpenURL starts, are shown to all users of most systems. A
	// page that is opened twice ends the ceremony.
	Open func(ctx context.Context, url string) error

	// Timeout is how long the user has, the browser's start included; two minutes
	// if zero.
	Timeout time.Duration
}

var _ auth.PasskeyProvider = (*Browser)(nil)

const defaultTimeout = 2 * time.Minute

// CreatePasskey makes a passkey; see auth.PasskeyProvider.
func (b *Browser) CreatePasskey(ctx context.Context, options json.RawMessage) (json.RawMessage, error) {
	var in struct{ RP struct{ ID string } }
	if json.Unmarshal(options, &in) != nil {
		return nil, auth.ErrInvalidPasskeyRegistrationOptions
	}
	return b.hold(ctx, ceremony{kind: "create", site: in.RP.ID, options: options})
}

// GetPasskey has a passkey used; see auth.PasskeyProvider.
func (b *Browser) GetPasskey(ctx context.Context, options json.RawMessage) (json.RawMessage, error) {
	var in struct{ RPID string }
	if json.Unmarshal(options, &in) != nil {
		return nil, auth.ErrInvalidPasskeyOptions
	}
	return b.hold(ctx, ceremony{kind: "get", site: in.RPID, options: options})
}

// ceremony is what the browser is asked for.
type ceremony struct {
	kind    string // of navigator.credentials: create or get
	site    string // the relying party's id; that of the page if empty
	options json.RawMessage
}

// hold serves the page until the browser answered.
func (b *Browser) hold(ctx context.Context, c ceremony) (json.RawMessage, error) {
	host := strings.ToLower(cmp.Or(c.site, "localhost"))
	if !loopback.Is(host) || !isName(host) {
		return nil, fmt.Errorf("the passkeys are for %q, and no page of this machine: %w", host, auth.ErrRelyingPartyMismatch)
	}
	var opening sync.WaitGroup
	defer opening.Wait()
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(b.Timeout, defaultTimeout))
	defer cancel()
	s, err := serve(host, c)
	if err != nil {
		return nil, fmt.Errorf("serve the page for a passkey: %w", err)
	}
	defer s.close()
	open := b.Open
	if open == nil {
		open = OpenURL
	}
	failed := make(chan error, 1)
	opening.Go(func() {
		if err := open(ctx, s.url); err != nil {
			failed <- err
		}
	})
	select {
	case a := <-s.answers:
		return a.credential, a.err
	case err := <-failed:
		if ctx.Err() == nil {
			return nil, fmt.Errorf("open the page for a passkey: %w", err)
		}
	case <-ctx.Done():
	}
	return nil, fmt.Errorf("wait for the browser: %w: %w", auth.ErrPasskeyOperationAborted, ctx.Err())
}
