package awsjson

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/cenote-auth/cenote/internal/sigv4"
)

// AccessKey is what signed operations need to know of a key.
type AccessKey struct {
	Secret string
	Name   string // of whoever holds it, in refusals

	// Allows reports whether the key is good for an operation on a pool, ""
	// for operations that name none. nil allows everything.
	Allows func(operation, poolID string) bool
}

// AccessKeys knows access keys.
type AccessKeys interface {
	// AccessKey returns the key of an id, or nil if there is none. An error
	// says that this cannot be told now.
	AccessKey(ctx context.Context, id string) (*AccessKey, error)
}

// AnyKey accepts every access key and every signature that is well-formed. It
// is for development servers alone.
type AnyKey struct{}

// AccessKey knows no key: nothing can be verified under AnyKey.
func (AnyKey) AccessKey(context.Context, string) (*AccessKey, error) { return nil, nil }

// noKeys are those of a server without any.
type noKeys struct{}

func (noKeys) AccessKey(context.Context, string) (*AccessKey, error) { return nil, nil }

// A credential is what an Authorization header says, and the key it should
// have been made with.
type credential struct {
	*sigv4.Authorization
	key *AccessKey // nil under AnyKey
}

// credentials reads the Authorization header of a signed operation and finds
// its key. The signature itself needs the body: see verify.
func (h *Handler) credentials(r *http.Request, c *call) (*credential, *fault) {
	if h.opts.Page != nil && len(r.Header["Origin"]) > 0 && !h.opts.Page(r) {
		return nil, refuse(forbidden, "Signed operations are not open to web pages of another origin")
	}
	auth, err := sigv4.Parse(r)
	if err != nil {
		return nil, refuseSignature(err)
	}
	if h.trusting {
		return &credential{auth, nil}, nil
	}
	ctx, cancel := context.WithTimeout(r.Context(), h.opts.Timeout)
	defer cancel()
	key, err := h.opts.Keys.AccessKey(ctx, auth.AccessKey)
	if err != nil {
		return nil, h.named(r.Context(), c, err)
	}
	if key == nil || key.Secret == "" {
		return nil, refuse(unrecognizedClient, "The security token included in the request is invalid.")
	}
	return &credential{auth, key}, nil
}

// verify checks the signature over r and its body, by wall time.
func (h *Handler) verify(r *http.Request, body []byte, cred *credential) *fault {
	if h.trusting {
		return nil
	}
	if err := cred.Verify(cred.key.Secret, r, body, time.Now()); err != nil {
		return refuseSignature(err)
	}
	return nil
}

// authorize checks that the key is good for the operation on the pool that
// in names. Source: the text of an identity-based policy's refusal.
func (h *Handler) authorize(c *call, cred *credential) *fault {
	if cred == nil || cred.key == nil || cred.key.Allows == nil {
		return nil
	}
	if cred.key.Allows(c.route.op.Name, c.poolID) {
		return nil
	}
	resource := "*"
	if c.poolID != "" {
		resource = "arn:aws:cognito-idp:" + cred.Region + ":" + h.opts.Account + ":userpool/" + c.poolID
	}
	action := "cognito-idp:" + c.route.op.Name
	return refuse(accessDenied, "User: arn:aws:iam::"+h.opts.Account+":user/"+cred.key.Name+
		" is not authorized to perform: "+action+" on resource: "+resource+
		" because no identity-based policy allows the "+action+" action")
}

// refuseSignature names what is wrong with a signature.
func refuseSignature(err error) *fault {
	wrong, ok := errors.AsType[*sigv4.Error](err)
	if !ok {
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
