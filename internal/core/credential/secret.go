package credential

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"

	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/pool"
)

// Secrets checks the secrets of app clients.
type Secrets struct{ keys *keyring.Keyring }

// NewSecrets returns Secrets that open with keys.
func NewSecrets(keys *keyring.Keyring) *Secrets { return &Secrets{keys} }

// Seal returns the secret of the client with the given id as it is stored.
func (s *Secrets) Seal(clientID, secret string) []byte {
	return s.keys.Seal(keyring.ClientSecret, []byte(secret), clientID)
}

// Open returns the secret of c, the older one if there are two, or "" for a
// public client.
func (s *Secrets) Open(c *pool.Client) (string, error) {
	all, err := s.open(c)
	if err != nil || len(all) == 0 {
		return "", err
	}
	return string(all[0]), nil
}

// open returns the secrets of c, the oldest first.
func (s *Secrets) open(c *pool.Client) ([][]byte, error) {
	all := make([][]byte, len(c.Secrets))
	for i, one := range c.Secrets {
		secret, err := s.keys.Open(keyring.ClientSecret, one.Sealed, c.ID)
		if err != nil {
			return nil, fmt.Errorf("open secret of client %s: %w", c.ID, err)
		}
		all[i] = secret
	}
	return all, nil
}

// CheckHash checks a SECRET_HASH over username: Base64(HMAC-SHA256(secret,
// username ‖ client id)). Of two secrets either will do. The error is
// NotAuthorized in the service's words.
func (s *Secrets) CheckHash(c *pool.Client, username, hash string) error {
	secrets, err := s.open(c)
	switch {
	case err != nil:
		return err
	case len(secrets) == 0 && hash == "":
		return nil
	case len(secrets) == 0:
		return pool.E(pool.NotAuthorized, "Client "+c.ID+" is not configured for secret but secret was received")
	case hash == "":
		return pool.E(pool.NotAuthorized, "Client "+c.ID+" is configured with secret but SECRET_HASH was not received")
	}
	right := 0
	for _, secret := range secrets {
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte(username + c.ID))
		want := base64.StdEncoding.EncodeToString(mac.Sum(nil))
		right |= subtle.ConstantTimeCompare([]byte(want), []byte(hash))
	}
	if right != 1 {
		return pool.E(pool.NotAuthorized, "Unable to verify secret hash for client "+c.ID)
	}
	return nil
}

// Matches reports whether given is a secret of c; a public client has the
// secret "".
func (s *Secrets) Matches(c *pool.Client, given string) (bool, error) {
	secrets, err := s.open(c)
	if err != nil {
		return false, err
	}
	if len(secrets) == 0 {
		return given == "", nil
	}
	right := 0
	for _, secret := range secrets {
		right |= subtle.ConstantTimeCompare(secret, []byte(given))
	}
	return right == 1, nil
}
