package awsjson

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/cenote-auth/cenote/internal/sigv4"
)

// AccessKeys knows the secrets of access keys.
type AccessKeys interface {
	// Secret returns the secret of an access key, or false if there is no
	// such key.
	Secret(ctx context.Context, accessKeyID string) (secret string, ok bool)
}

// StaticKeys are access keys from a configuration: secrets by key id.
type StaticKeys map[string]string

// Secret returns the secret of accessKeyID.
func (k StaticKeys) Secret(_ context.Context, accessKeyID string) (string, bool) {
	secret, ok := k[accessKeyID]
	return secret, ok && secret != ""
}

// AnyKey accepts every access key and every signature that is well-formed. It
// is for development servers alone.
type AnyKey struct{}

// Secret knows no key: nothing can be verified under AnyKey.
func (AnyKey) Secret(context.Context, string) (string, bool) { return "", false }

// A credential is what an Authorization header says, and the secret it should
// have been made with.
type credential struct {
	*sigv4.Authorization
	secret string // "" under AnyKey
}

// credentials reads the Authorization header of a signed operation and finds
// the secret of its key. The signature itself needs the body: see verify.
func (h *Handler) credentials(r *http.Request) (*credential, *fault) {
	if h.opts.Page != nil && len(r.Header["Origin"]) > 0 && !h.opts.Page(r) {
		return nil, refuse(forbidden, "Signed operations are not open to web pages of another origin")
	}
	auth, err := sigv4.Parse(r)
	if err != nil {
		return nil, refuseSignature(err)
	}
	if h.trusting {
		return &credential{auth, ""}, nil
	}
	secret, ok := h.opts.Keys.Secret(r.Context(), auth.AccessKey)
	if !ok {
		return nil, refuse(unrecognizedClient, "The security token included in the request is invalid.")
	}
	return &credential{auth, secret}, nil
}

// verify checks the signature over r and its body, by wall time.
func (h *Handler) verify(r *http.Request, body []byte, cred *credential) *fault {
	if h.trusting {
		return nil
	}
	if err := cred.Verify(cred.secret, r, body, time.Now()); err != nil {
		return refuseSignature(err)
	}
	return nil
}

// refuseSignature names what is wrong with a signature.
func refuseSignature(err error) *fault {
	var wrong *sigv4.Error
	if !errors.As(err, &wrong) {
		return refuse(invalidSignature, "")
	}
	switch wrong.Kind {
	case sigv4.Missing:
		return refuse(missingToken, wrong.Message)
	case sigv4.Incomplete:
		return refuse(incompleteSign, wrong.Message)
	}
	return refuse(invalidSignature, wrong.Message)
}
