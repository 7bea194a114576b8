package token

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"time"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Grant says for whom and for what tokens are made.
type Grant struct {
	Pool      *pool.Pool
	Client    *pool.Client
	User      *pool.User
	Scope     string             // separated by spaces; "" is APIScope
	AuthTime  time.Time          // of the sign-in; zero is now
	Family    string             // Issue makes one up if ""
	OriginJTI string             // Issue makes one up if "" and the client revokes tokens
	Groups    pool.Groups        // all of the user's, in any order
	DeviceKey string             // of the device that they are for; "" for none
	Origin    pool.Origin        // of the request
	Changes   *pool.TokenChanges // what a function wants otherwise; nil for nothing
}

// Set is the tokens that a client gets.
type Set struct {
	Access, ID string
	Refresh    string // "" from Renew
	ExpiresIn  int32  // seconds that Access lives
}

// Issue makes the tokens of a new sign-in, and the row of its refresh token,
// which the caller must have written before it hands the tokens out: without
// the row they are all void. It reads the pool's keys, so it is not for the
// inside of a transaction.
func (t *Tokens) Issue(ctx context.Context, g Grant) (Set, store.RefreshToken, error) {
	now := t.now()
	if g.AuthTime.IsZero() {
		g.AuthTime = now
	}
	if g.Family == "" {
		g.Family = t.newID()
	}
	if g.OriginJTI == "" && g.Client.RevokesTokens() {
		g.OriginJTI = t.newID()
	}
	set, err := t.signBoth(ctx, g, now)
	if err != nil {
		return Set{}, store.RefreshToken{}, err
	}
	set.Refresh = refreshText(t.random)
	return set, store.RefreshToken{
		PoolKey:    g.Pool.Key,
		Hash:       hashRefresh(set.Refresh),
		Family:     g.Family,
		OriginJTI:  g.OriginJTI,
		Sub:        g.User.Sub,
		ClientID:   g.Client.ID,
		ClientKey:  g.Client.Key,
		Generation: g.User.TokenGeneration,
		AuthTime:   g.AuthTime,
		Issued:     now,
		Expires:    now.Add(g.Client.RefreshLifetime()),
		DeviceKey:  g.DeviceKey,
		Agent:      g.agent(now),
	}, nil
}

// Renew makes an access and an ID token for the family of a refresh token:
// AuthTime, Family and OriginJTI of g are those of its row. Like Issue it is
// not for the inside of a transaction.
func (t *Tokens) Renew(ctx context.Context, g Grant) (Set, error) {
	return t.signBoth(ctx, g, t.now())
}

// signBoth makes both tokens and signs them in one turn: no more callers sign
// at the same time than there are processors.
func (t *Tokens) signBoth(ctx context.Context, g Grant, now time.Time) (Set, error) {
	claims := t.accessClaims(g, now).list()
	if g.Changes != nil {
		claims = changed(claims, g.Changes.Access, fixedInAccess)
	}
	access, err := t.unsigned(ctx, g.Pool, useAccess, claims)
	if err != nil {
		return Set{}, fmt.Errorf("make an access token: %w", err)
	}
	id, err := t.unsigned(ctx, g.Pool, useID, t.idClaims(g, now))
	if err != nil {
		return Set{}, fmt.Errorf("make an ID token: %w", err)
	}
	if err := g.tooLong(access, id); err != nil {
		return Set{}, err
	}
	select {
	case t.signing <- struct{}{}:
		defer func() { <-t.signing }()
	case <-ctx.Done():
		return Set{}, fmt.Errorf("wait to sign: %w", ctx.Err())
	}
	set := Set{ExpiresIn: int32(g.Client.AccessLifetime() / time.Second)}
	if set.Access, err = access.sign(); err != nil {
		return Set{}, fmt.Errorf("sign an access token: %w", err)
	}
	if set.ID, err = id.sign(); err != nil {
		return Set{}, fmt.Errorf("sign an ID token: %w", err)
	}
	return set, nil
}

// unsigned is a token without its third part.
type unsigned struct {
	text []byte
	key  *rsa.PrivateKey
}

// usualPayload is room for the claims of most users.
const usualPayload = 1 << 10

// unsigned returns a token of claims for the pool's key of a use.
func (t *Tokens) unsigned(ctx context.Context, p *pool.Pool, use string, claims []claim) (unsigned, error) {
	k, err := t.signer(ctx, p, use)
	if err != nil {
		return unsigned{}, err
	}
	private, err := k.private()
	if err != nil {
		return unsigned{}, err
	}
	payload := appendClaims(make([]byte, 0, usualPayload), claims)
	length := len(k.header) + 1 + base64.RawURLEncoding.EncodedLen(len(payload)) + 1 + base64.RawURLEncoding.EncodedLen(private.Size())
	text := append(append(make([]byte, 0, length), k.header...), '.')
	return unsigned{base64.RawURLEncoding.AppendEncode(text, payload), private}, nil
}

// sign returns the token as a JWS in compact form.
// Source: RFC 7515 section 3.1, RFC 7518 section 3.3.
func (u unsigned) sign() (string, error) {
	digest := sha256.Sum256(u.text)
	signature, err := rsa.SignPKCS1v15(nil, u.key, crypto.SHA256, digest[:])
	if err != nil {
		return "", err
	}
	return string(base64.RawURLEncoding.AppendEncode(append(u.text, '.'), signature)), nil
}
