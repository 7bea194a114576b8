package admin

import (
	"encoding/base64"

	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/pool"
)

// sealPage returns the token of the page after the row called after. It opens
// for the same request only.
func sealPage(k *keyring.Keyring, after string, request ...any) string {
	return base64.RawURLEncoding.EncodeToString(k.Seal(keyring.Page, []byte(after), request...))
}

// openPage returns the row after which a page starts, "" for no token, or
// InvalidParameter for a token that this request did not give.
func openPage(k *keyring.Keyring, token string, request ...any) (string, error) {
	if token == "" {
		return "", nil
	}
	blob, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return "", errPage
	}
	after, err := k.Open(keyring.Page, blob, request...)
	if err != nil {
		return "", errPage
	}
	return string(after), nil
}

var errPage = pool.E(pool.InvalidParameter, "Invalid pagination token")
