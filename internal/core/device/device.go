package device

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/cenote-auth/cenote/internal/core/credential"
	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/srp"
	"github.com/cenote-auth/cenote/internal/store"
)

// Devices names devices and checks their proofs. It is safe for concurrent use.
type Devices struct {
	keys      *keyring.Keyring
	passwords *credential.Passwords
	account   string
}

// New returns Devices that seal under keys and reckon with passwords, in an
// account of twelve digits, for ARNs.
func New(keys *keyring.Keyring, passwords *credential.Passwords, account string) *Devices {
	return &Devices{keys, passwords, account}
}

// NewKey returns a DeviceKey that no device has had: the region of p and a UUID.
func (s *Devices) NewKey(p *pool.Pool) string { return p.Region() + "_" + uuid.NewString() }

// Group returns the DeviceGroupKey of all devices of a user. It is the same as
// long as the database lives.
func (s *Devices) Group(p *pool.Pool, sub string) string {
	mac := s.keys.MAC(keyring.Device, fmt.Append(nil, p.Key), []byte(sub))
	return "-" + base64.RawURLEncoding.EncodeToString(mac[:6])
}

// maxSalt is the longest salt that is kept, in bytes. Clients send 16 or 17.
const maxSalt = 64

// Secret is what a client confirms a device with, in base64.
type Secret struct{ Salt, Verifier string }

var errSecret = pool.E(pool.InvalidParameter, "Invalid device secret verifier config given.")

// Seal returns what of a secret is kept for the device with a key, or
// InvalidParameter if no password can have it.
func (s *Devices) Seal(p *pool.Pool, sub, key string, given Secret) ([]byte, error) {
	salt, err := base64.StdEncoding.DecodeString(given.Salt)
	if err != nil || len(salt) == 0 || len(salt) > maxSalt {
		return nil, errSecret
	}
	verifier, err := base64.StdEncoding.DecodeString(given.Verifier)
	if err != nil || srp.CheckVerifier(verifier) != nil {
		return nil, errSecret
	}
	verifier = verifier[max(0, len(verifier)-srp.Size):] // what is before it is zero
	plain := append(append([]byte{byte(len(salt))}, salt...), verifier...)
	return s.keys.Seal(keyring.Device, plain, p.Key, sub, key), nil
}

// open returns the verifier of a device.
func (s *Devices) open(dev *store.Device) (credential.Verifier, error) {
	plain, err := s.keys.Open(keyring.Device, dev.Sealed, dev.PoolKey, dev.Sub, dev.Key)
	if err != nil {
		return credential.Verifier{}, fmt.Errorf("open device of %s: %w", dev.Sub, err)
	}
	if len(plain) == 0 || len(plain) < 1+int(plain[0]) {
		return credential.Verifier{}, errors.New("open device of " + dev.Sub + ": wrong length")
	}
	end := 1 + int(plain[0])
	return credential.Verifier{Salt: plain[1:end:end], V: plain[end:]}, nil
}

// Challenge answers the first message of a device's SRP: the salt and B for the
// client, and what Proves must know again, which is secret.
func (s *Devices) Challenge(ctx context.Context, dev *store.Device, a srp.Public) (salt, exchange []byte, b string, err error) {
	v, err := s.open(dev)
	if err != nil {
		return nil, nil, "", err
	}
	exchange, b, err = s.passwords.Challenge(ctx, v, a)
	return v.Salt, exchange, b, err
}

// Proves reports whether a client knows the password of a device. exchange
// comes from Challenge.
func (s *Devices) Proves(ctx context.Context, dev *store.Device, exchange []byte, proof credential.Proof) (bool, error) {
	v, err := s.open(dev)
	if err != nil {
		return false, err
	}
	return s.passwords.ProvesAs(ctx, dev.Group, dev.Key, v, exchange, proof)
}
