// Package flowtest gives the tests of the flows what a server gives the flows:
// a database, keys and core's parts, with a clock to turn. The messages of a
// test lie in the inbox.
package flowtest

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/clock"
	"github.com/cenote-auth/cenote/internal/core/code"
	"github.com/cenote-auth/cenote/internal/core/credential"
	"github.com/cenote-auth/cenote/internal/core/device"
	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/core/message"
	"github.com/cenote-auth/cenote/internal/core/passkey"
	"github.com/cenote-auth/cenote/internal/core/session"
	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/core/token/testkeys"
	"github.com/cenote-auth/cenote/internal/core/totp"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/seal"
	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

// Env is a server's inside without its doors.
type Env struct {
	Store     store.Store
	Clock     *clock.Clock
	Keyring   *keyring.Keyring
	Passwords *credential.Passwords
	Devices   *device.Devices
	Passkeys  *passkey.Passkeys
	Secrets   *credential.Secrets
	Sessions  *session.Sessions
	Tokens    *token.Tokens
	Codes     *code.Codes
	Messages  *message.Messages
	Seeds     *totp.Seeds
	Limits    *limit.Limits
}

// Each runs test on every backend, each time on an empty database.
func Each(t *testing.T, test func(*testing.T, *Env)) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st store.Store) { test(t, New(t, st)) })
}

// New returns an Env on st.
func New(t testing.TB, st store.Store) *Env {
	e := &Env{Store: st, Clock: clock.New()}
	var err error
	if e.Keyring, err = keyring.Open(t.Context(), st, seal.NewKey(), e.Clock.Now); err != nil {
		t.Fatalf("open keyring: %v", err)
	}
	e.Passwords = credential.NewPasswords(e.Keyring)
	e.Devices = device.New(e.Keyring, e.Passwords, "123456789012")
	e.Passkeys = passkey.New(e.Keyring, e.Clock.Now)
	e.Secrets = credential.NewSecrets(e.Keyring)
	e.Sessions = session.New(e.Keyring, e.Clock.Now)
	e.Codes = code.New(code.Options{Keyring: e.Keyring, Now: e.Clock.Now})
	e.Messages = message.New(message.Options{Keyring: e.Keyring, Now: e.Clock.Now, Held: true})
	e.Seeds = totp.New(e.Keyring)
	e.Limits = limit.New(e.Clock.Now)
	e.Tokens = token.New(token.Options{
		Store: st, Keyring: e.Keyring, Now: e.Clock.Now, Keys: new(testkeys.Source), PublicURL: "http://cenote.test",
		Issuer: func(p *pool.Pool) string { return "http://cenote.test/" + p.ID },
	})
	return e
}

// Pool adds a pool: people have user names and verified e-mail addresses, and
// the policy is 8 characters of any kind. change may make it another one.
func (e *Env) Pool(t testing.TB, change func(*pool.Pool)) *pool.Pool {
	t.Helper()
	now := e.Clock.Now().Truncate(time.Millisecond)
	p := &pool.Pool{ID: "us-east-1_" + unique(9), Created: now, Modified: now, Schema: pool.Standard(), CaseInsensitive: true}
	p.Name = "test"
	p.MFA = "OFF"
	p.AutoVerifiedAttributes = []string{"email"}
	p.PasswordPolicy = pool.PasswordPolicy{MinLength: 8}
	if change != nil {
		change(p)
	}
	keys, err := e.Tokens.NewSigningKeys(t.Context())
	if err != nil {
		t.Fatalf("signing keys: %v", err)
	}
	e.update(t, func(ctx context.Context, tx store.Tx) error {
		key, err := tx.CreatePool(ctx, p)
		if err != nil {
			return err
		}
		for _, k := range keys {
			k.PoolKey = key
			if err := tx.AddSigningKey(ctx, k); err != nil {
				return err
			}
		}
		p, err = tx.PoolByKey(ctx, key)
		return err
	})
	return p
}

// Client adds a client to p that may use every flow. change may make it
// another one.
func (e *Env) Client(t testing.TB, p *pool.Pool, change func(*pool.Client)) *pool.Client {
	t.Helper()
	now := e.Clock.Now().Truncate(time.Millisecond)
	c := &pool.Client{PoolKey: p.Key, ID: unique(26), Created: now, Modified: now}
	c.Name = "test"
	c.AuthFlows = []string{"ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_CUSTOM_AUTH", "ALLOW_USER_AUTH"}
	if change != nil {
		change(c)
	}
	e.update(t, func(ctx context.Context, tx store.Tx) error {
		if err := tx.CreateClient(ctx, c); err != nil {
			return err
		}
		made, _, err := tx.Client(ctx, c.ID)
		if err == nil {
			c.Key = made.Key
		}
		return err
	})
	return c
}

// Secret gives a client that is being made a secret.
func (e *Env) Secret(secret string) func(*pool.Client) {
	return func(c *pool.Client) {
		c.Secrets = append(c.Secrets, pool.ClientSecret{Created: e.Clock.Now(), Sealed: e.Secrets.Seal(c.ID, secret)})
	}
}

// Hash returns the SECRET_HASH of a user name.
func Hash(c *pool.Client, secret, username string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(username + c.ID))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// User returns the stored user of a user name or alias.
func (e *Env) User(t testing.TB, p *pool.Pool, folded string) (u *pool.User) {
	t.Helper()
	err := e.Store.View(t.Context(), func(s store.Snapshot) (err error) {
		u, err = s.UserByName(t.Context(), p.Key, folded)
		if err != nil {
			u, err = s.UserByAlias(t.Context(), p.Key, folded, "email", "phone_number", "preferred_username")
		}
		return err
	})
	if err != nil {
		t.Fatalf("user %q: %v", folded, err)
	}
	return u
}

// Change changes the stored user of a user name behind everybody's back.
func (e *Env) Change(t testing.TB, p *pool.Pool, folded string, do func(*pool.User)) {
	t.Helper()
	e.update(t, func(ctx context.Context, tx store.Tx) error {
		u, err := tx.UserByName(ctx, p.Key, folded)
		if err != nil {
			return err
		}
		do(u)
		return tx.UpdateUser(ctx, u, store.Names{Username: folded, Aliases: p.Aliases(u)})
	})
}

// Code returns the code, or the temporary password, in the newest message to
// an address.
func (e *Env) Code(t testing.TB, destination string) string {
	t.Helper()
	mail := e.Mail(t, destination)
	if len(mail) == 0 {
		t.Fatalf("no message to %s", destination)
	}
	return mail[0].Code
}

// Mail returns the messages to an address, the newest first.
func (e *Env) Mail(t testing.TB, destination string) []message.Opened {
	t.Helper()
	mail, err := e.Messages.Inbox(t.Context(), e.Store, destination, 100)
	if err != nil {
		t.Fatalf("inbox of %s: %v", destination, err)
	}
	return mail
}

func (e *Env) update(t testing.TB, fn func(context.Context, store.Tx) error) {
	t.Helper()
	if err := e.Store.Update(t.Context(), func(tx store.Tx) error { return fn(t.Context(), tx) }); err != nil {
		t.Fatalf("set up: %v", err)
	}
}

// Want fails the test unless err is a pool.Error of a kind with these words.
func Want(t testing.TB, err error, kind pool.Kind, message string) {
	t.Helper()
	e, ok := err.(*pool.Error)
	if !ok || e.Kind != kind || e.Message != message {
		t.Errorf("error = %v (%T), want kind %d, %q", err, err, kind, message)
	}
}
