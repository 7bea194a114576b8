package token

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// maxJWT is how long a JWT may be before it is not looked at: room for the
// 100 longest names of groups.
const maxJWT = 64 << 10

// Access is what a good access token says, and of whom.
type Access struct {
	Pool    *pool.Pool
	Client  *pool.Client
	User    *pool.User
	Family  string
	Device  string // the key of the device that it was issued to; "" for none
	Scope   string // separated by spaces
	Expires time.Time
}

// The errors of an access token that does not serve, in the order in which
// they are looked for.
var (
	errAccessInvalid   = pool.E(pool.NotAuthorized, "Invalid Access Token")
	errAccessSignature = pool.E(pool.NotAuthorized, "Could not verify signature for Access Token")
	errAccessExpired   = pool.E(pool.NotAuthorized, "Access Token has expired")
	errAccessRevoked   = pool.E(pool.NotAuthorized, "Access Token has been revoked")
	errAccessScope     = pool.E(pool.NotAuthorized, "Access Token does not have required scopes")
	errResetRequired   = pool.E(pool.PasswordResetRequired, "Password reset required for the user")
)

// VerifyAccess returns what an access token for the API says if it is good
// now: ours, in time, not revoked, of scope APIScope, and of a user who may
// use it. Otherwise it returns NotAuthorized, UserNotFound or
// PasswordResetRequired in the service's words.
func (t *Tokens) VerifyAccess(ctx context.Context, text string) (*Access, error) {
	id := tokenID(sha256.Sum256([]byte(text)))
	known, genuine := t.proven.get(id, t.now())
	token := jwt{claims: known.claims}
	if !genuine {
		var ok bool
		if token, ok = parse(text); !ok {
			return nil, errAccessInvalid
		}
	}
	var access *Access
	err := t.store.View(ctx, func(snap store.Snapshot) error {
		c, p, err := t.origin(ctx, snap, token.claims)
		if err != nil {
			return err
		}
		if genuine && known.poolKey != p.Key {
			token, _ = parse(text) // it parsed once
			genuine = false
		}
		if !genuine {
			if err := t.prove(ctx, snap, p, id, token); err != nil {
				return err
			}
		}
		if t.now().Unix() >= token.claims.Expires {
			return errAccessExpired
		}
		access, err = holder(ctx, snap, c, p, token.claims)
		return err
	})
	if err != nil {
		return nil, err
	}
	return access, nil
}

// jwt is an access token in its parts. None of it is known to be genuine.
type jwt struct {
	header    string // as it came
	signed    string // header and payload as they came
	signature []byte
	claims    accessClaims
}

// parse takes an access token apart, and refuses any other text. The header
// is not read: the key is found by the header as a whole, of which each key
// has exactly one, so that no token chooses its own algorithm.
func parse(text string) (jwt, bool) {
	if len(text) > maxJWT {
		return jwt{}, false
	}
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		return jwt{}, false
	}
	payload, ok := decodePart(parts[1])
	if !ok {
		return jwt{}, false
	}
	signature, ok := decodePart(parts[2])
	if !ok {
		return jwt{}, false
	}
	token := jwt{header: parts[0], signed: text[:len(parts[0])+1+len(parts[1])], signature: signature}
	if json.Unmarshal(payload, &token.claims) != nil || token.claims.Use != useAccess {
		return jwt{}, false
	}
	return token, true
}

// decodePart decodes base64url in the one way in which its bytes are written:
// two texts are never the same token.
func decodePart(part string) ([]byte, bool) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(part)
	return b, err == nil && base64.RawURLEncoding.EncodedLen(len(b)) == len(part)
}

// prove returns NotAuthorized unless pool p signed the token, and remembers it
// if so.
func (t *Tokens) prove(ctx context.Context, snap store.Snapshot, p *pool.Pool, id tokenID, token jwt) error {
	k, err := t.verifier(ctx, snap, p, useAccess, token.header)
	if err != nil {
		return err
	}
	if k == nil {
		return errAccessSignature
	}
	digest := sha256.Sum256([]byte(token.signed))
	if rsa.VerifyPKCS1v15(k.public, crypto.SHA256, digest[:], token.signature) != nil {
		return errAccessSignature
	}
	until := t.now().Add(keysFresh)
	if !k.retires.IsZero() && k.retires.Before(until) {
		until = k.retires
	}
	t.proven.put(id, proven{token.claims, p.Key, until})
	return nil
}

// origin returns the client and the pool that a token says it is of: one read,
// unless the client is gone.
func (t *Tokens) origin(ctx context.Context, snap store.Snapshot, claims accessClaims) (*pool.Client, *pool.Pool, error) {
	id := claims.Issuer[strings.LastIndexByte(claims.Issuer, '/')+1:]
	if !plausible(id) || !plausible(claims.ClientID) {
		return nil, nil, errAccessSignature
	}
	c, p, err := snap.Client(ctx, claims.ClientID)
	if errors.Is(err, store.ErrNotFound) {
		p, err = snap.Pool(ctx, id)
	}
	if errors.Is(err, store.ErrNotFound) || err == nil && t.issuer(p) != claims.Issuer {
		return nil, nil, errAccessSignature
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read the pool of an access token: %w", err)
	}
	return c, p, nil
}

// Again returns the user of a as it is now, or the error that VerifyAccess would
// give now if the token was revoked since, or its user may not use it any more.
// Whoever changes something for the user asks it in the transaction that does.
func (a *Access) Again(ctx context.Context, snap store.Snapshot) (*pool.User, error) {
	now, err := holder(ctx, snap, a.Client, a.Pool, accessClaims{Family: a.Family, Subject: a.User.Sub, Scope: a.Scope})
	if err != nil {
		return nil, err
	}
	return now.User, nil
}

// holder returns who holds a genuine token, unless it was revoked, does not
// reach as far as the API, or its user may not use it.
func holder(ctx context.Context, snap store.Snapshot, c *pool.Client, p *pool.Pool, claims accessClaims) (*Access, error) {
	family, err := snap.TokenFamily(ctx, p.Key, claims.Family)
	known := err == nil
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, fmt.Errorf("read the family of an access token: %w", err)
	}
	user, err := snap.User(ctx, p.Key, claims.Subject)
	exists := err == nil
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, fmt.Errorf("read the user of an access token: %w", err)
	}
	switch {
	case c == nil, // with a client go its tokens
		known && !belongs(family, c),
		known && !family.Revoked.IsZero(),
		exists && !known, // of a user who is gone the family is too
		exists && family.Generation < user.TokenGeneration:
		return nil, errAccessRevoked
	case !slices.Contains(strings.Split(claims.Scope, " "), APIScope):
		return nil, errAccessScope
	case !exists:
		return nil, errUserGone
	case !user.Enabled:
		return nil, errDisabled
	case user.Status == pool.ResetRequired:
		return nil, errResetRequired
	}
	return &Access{
		Pool: p, Client: c, User: user, Family: claims.Family, Device: claims.DeviceKey, Scope: claims.Scope,
		Expires: time.Unix(claims.Expires, 0).UTC(),
	}, nil
}
