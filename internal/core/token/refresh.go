package token

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// refreshHeader opens every refresh token, since the service's are JWEs that
// its clients cannot read either.
var refreshHeader = base64.RawURLEncoding.EncodeToString([]byte(`{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}`))

// refreshParts are the bytes of the four parts after the header, all random:
// where a JWE has its key, nonce, ciphertext and tag.
var refreshParts = [...]int{32, 12, 32, 16}

// refreshLength is the length of every refresh token.
var refreshLength = len(refreshText(func([]byte) {}))

// refreshText returns a refresh token of 736 bits that random fills in.
func refreshText(random func([]byte)) string {
	var b strings.Builder
	b.WriteString(refreshHeader)
	for _, n := range refreshParts {
		part := make([]byte, n)
		random(part)
		b.WriteByte('.')
		b.WriteString(base64.RawURLEncoding.EncodeToString(part))
	}
	return b.String()
}

func hashRefresh(text string) []byte {
	hash := sha256.Sum256([]byte(text))
	return hash[:]
}

// The errors of a refresh token that does not serve.
var (
	errRefreshInvalid = pool.E(pool.NotAuthorized, "Invalid Refresh Token")
	errRefreshExpired = pool.E(pool.NotAuthorized, "Refresh Token has expired")
	errRefreshRevoked = pool.E(pool.NotAuthorized, "Refresh Token has been revoked")
	errDisabled       = pool.E(pool.NotAuthorized, "User is disabled.")
	errUserGone       = pool.E(pool.UserNotFound, "User does not exist.")
)

// Refresh returns the row of a refresh token and its user, if client c of pool
// p may get new tokens for it now; otherwise NotAuthorized in the words for
// the case, UserNotFound or ErrReused.
func (t *Tokens) Refresh(ctx context.Context, snap store.Snapshot, p *pool.Pool, c *pool.Client, text string) (store.RefreshToken, *pool.User, error) {
	row, err := refreshRow(ctx, snap, p, c, text)
	if err != nil {
		return store.RefreshToken{}, nil, err
	}
	switch {
	case !t.now().Before(row.Expires):
		return store.RefreshToken{}, nil, errRefreshExpired
	case !row.Revoked.IsZero():
		return store.RefreshToken{}, nil, errRefreshRevoked
	case reused(row, c.RotationGrace(), t.now()):
		return store.RefreshToken{}, nil, ErrReused
	}
	user, err := snap.User(ctx, p.Key, row.Sub)
	if errors.Is(err, store.ErrNotFound) {
		return store.RefreshToken{}, nil, errUserGone
	}
	if err != nil {
		return store.RefreshToken{}, nil, fmt.Errorf("read the user of a refresh token: %w", err)
	}
	if !user.Enabled { // before the generation, which a disable raises too
		return store.RefreshToken{}, nil, errDisabled
	}
	if row.Generation < user.TokenGeneration {
		return store.RefreshToken{}, nil, errRefreshRevoked
	}
	return row, user, nil
}

// Revoke voids a refresh token of client c and all that came from it. A token
// that nobody has, or that another client has, is no error. An access or ID
// token is UnsupportedTokenType.
func (t *Tokens) Revoke(ctx context.Context, tx store.Tx, p *pool.Pool, c *pool.Client, text string) error {
	if isJWT(text) {
		return pool.E(pool.UnsupportedTokenType, "Unsupported token type")
	}
	row, err := refreshRow(ctx, tx, p, c, text)
	if errors.Is(err, errRefreshInvalid) {
		return nil
	}
	if err != nil || !row.Revoked.IsZero() { // a family may have many rows, and be revoked as often
		return err
	}
	if err := tx.RevokeFamily(ctx, p.Key, row.Family, t.now()); err != nil {
		return fmt.Errorf("revoke tokens: %w", err)
	}
	return nil
}

// refreshRow returns the row of a token of client c, or errRefreshInvalid.
func refreshRow(ctx context.Context, tokens store.TokenReader, p *pool.Pool, c *pool.Client, text string) (store.RefreshToken, error) {
	if len(text) != refreshLength {
		return store.RefreshToken{}, errRefreshInvalid
	}
	row, err := tokens.RefreshToken(ctx, p.Key, hashRefresh(text))
	if errors.Is(err, store.ErrNotFound) || err == nil && !belongs(row, c) {
		return store.RefreshToken{}, errRefreshInvalid
	}
	if err != nil {
		return store.RefreshToken{}, fmt.Errorf("read a refresh token: %w", err)
	}
	return row, nil
}

// belongs reports whether a token was issued to c, and not to a client that had
// its id before.
func belongs(row store.RefreshToken, c *pool.Client) bool {
	if row.ClientKey == 0 {
		return row.ClientID == c.ID
	}
	return row.ClientKey == c.Key
}

// isJWT reports whether text looks like a signed token: three parts, the first
// a JSON object.
func isJWT(text string) bool {
	header, rest, _ := strings.Cut(text, ".")
	if strings.Count(rest, ".") != 1 {
		return false
	}
	b, err := base64.RawURLEncoding.DecodeString(header)
	return err == nil && bytes.HasPrefix(b, []byte("{")) && json.Valid(b)
}
