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

// Open returns the secret of c, or "" for a public client.
func (s *Secrets) Open(c *pool.Client) (string, error) {
	if c.SealedSecret == nil {
		return "", nil
	}
	secret, err := s.keys.Open(keyring.ClientSecret, c.SealedSecret, c.ID)
	if err != nil {
		return "", fmt.Errorf("open secret of client %s: %w", c.ID, err)
	}
	return string(secret), nil
}

// CheckHash checks a SECRET_HASH over username: Base64(HMAC-SHA256(secret,
// username ‖ client id)). The error is NotAuthorized in the service's words.
func (s *Secrets) CheckHash(c *pool.Client, username, hash string) error {
	secret, err := s.Open(c)
	switch {
	case err != nil:
		return err
	case secret == "" && hash == "":
		return nil
	case secret == "":
		return pool.E(pool.NotAuthorized, "Client "+c.ID+" is not configured for secret but secret was received")
	case hash == "":
		return pool.E(pool.NotAuthorized, "Client "+c.ID+" is configured with secret but SECRET_HASH was not received")
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(username + c.ID))
	want := base64.StdEncoding.EncodeToString(mac.Sum(nil))
	if subtle.ConstantTimeCompare([]byte(want), []byte(hash)) != 1 {
		return pool.E(pool.NotAuthorized, "Unable to verify secret hash for client "+c.ID)
	}
	return nil
}

// Matches reports whether given is the secret of c; a public client has the
// secret "".
func (s *Secrets) Matches(c *pool.Client, given string) (bool, error) {
	secret, err := s.Open(c)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare([]byte(secret), []byte(given)) == 1, nil
}
