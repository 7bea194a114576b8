package keyring

import (
	"encoding/base64"

	"github.com/cenote-auth/cenote/internal/pool"
)

// ErrPage is the error for a page token that is none.
var ErrPage = pool.E(pool.InvalidParameter, "Invalid pagination token")

// SealPage returns the token of the page after the row called after. It opens
// for the same request only, whose parts are those of a context.
func (k *Keyring) SealPage(after string, request ...any) string {
	return base64.RawURLEncoding.EncodeToString(k.Seal(Page, []byte(after), request...))
}

// OpenPage returns the row after which a page starts, "" for no token, or
// ErrPage for a token that this request did not give.
func (k *Keyring) OpenPage(token string, request ...any) (string, error) {
	if token == "" {
		return "", nil
	}
	blob, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return "", ErrPage
	}
	after, err := k.Open(Page, blob, request...)
	if err != nil {
		return "", ErrPage
	}
	return string(after), nil
}
