package credential

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"runtime"

	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/srp"
)

// saltSize is the length of an SRP salt in bytes.
const saltSize = 16

// Verifier is a password as SRP knows it.
type Verifier struct {
	Salt []byte
	V    []byte // g^x mod N, big-endian, srp.Size bytes

	foreign *foreign // the hash that counts in place of Salt and V; nil: none
	decoy   bool     // it is nobody's
}

// Passwords makes and checks verifiers. At most GOMAXPROCS exponentiations run
// at once, so that a storm of sign-ins leaves room for other requests.
type Passwords struct {
	keys    *keyring.Keyring
	slots   chan struct{}
	foreign chan struct{} // for hashes of other systems
}

// NewPasswords returns Passwords that seal under keys.
func NewPasswords(keys *keyring.Keyring) *Passwords {
	n := runtime.GOMAXPROCS(0)
	return &Passwords{keys: keys, slots: make(chan struct{}, n), foreign: make(chan struct{}, min(max(1, n/2), maxForeign))}
}

// Make returns the sealed verifier of a new password of u, bound to u's pool
// and sub. It costs one exponentiation.
func (p *Passwords) Make(ctx context.Context, pl *pool.Pool, u *pool.User, password string) ([]byte, error) {
	salt := make([]byte, saltSize)
	rand.Read(salt)
	release, err := p.acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	v := srp.Verifier(pl.SRPName(), u.Username, password, salt)
	return p.keys.Seal(keyring.Password, append(salt, v...), u.PoolKey, u.Sub), nil
}

// Open returns the verifier of u.
func (p *Passwords) Open(u *pool.User) (Verifier, error) {
	plain, err := p.keys.Open(keyring.Password, u.SealedPassword, u.PoolKey, u.Sub)
	if err != nil {
		return Verifier{}, fmt.Errorf("open password of %s: %w", u.Sub, err)
	}
	if hash, ok := bytes.CutPrefix(plain, []byte(importedMark)); ok && len(plain) != saltSize+srp.Size {
		return p.openImported(u, string(hash))
	}
	if len(plain) != saltSize+srp.Size {
		return Verifier{}, errors.New("open password of " + u.Sub + ": wrong length")
	}
	return Verifier{Salt: plain[:saltSize:saltSize], V: plain[saltSize:]}, nil
}

// Matches reports whether password belongs to v, in a time that depends on
// neither. It costs one exponentiation, or for an imported hash what that one
// costs.
func (p *Passwords) Matches(ctx context.Context, pl *pool.Pool, username string, v Verifier, password string) (bool, error) {
	if v.foreign != nil {
		return p.matchesForeign(ctx, v.foreign, password)
	}
	release, err := p.acquire(ctx)
	if err != nil {
		return false, err
	}
	defer release()
	got := srp.Verifier(pl.SRPName(), username, password, v.Salt)
	return subtle.ConstantTimeCompare(got, v.V) == 1, nil
}

// Repeats reports whether password is one of former, sealed passwords of u as
// Make returned them. It costs an exponentiation for each until one fits.
func (p *Passwords) Repeats(ctx context.Context, pl *pool.Pool, u *pool.User, former [][]byte, password string) (bool, error) {
	for _, sealed := range former {
		old := *u
		old.SealedPassword = sealed
		v, err := p.Open(&old)
		if err != nil {
			return false, err
		}
		if same, err := p.Matches(ctx, pl, u.Username, v, password); same || err != nil {
			return same, err
		}
	}
	return false, nil
}

// Challenge answers the first message of SRP: it returns what Proves must know
// again, which is secret, and B in hex. It costs one exponentiation.
func (p *Passwords) Challenge(ctx context.Context, v Verifier, a srp.Public) (exchange []byte, b string, err error) {
	release, err := p.acquire(ctx)
	if err != nil {
		return nil, "", err
	}
	defer release()
	x, public, err := srp.Challenge(a, v.V)
	if err != nil {
		return nil, "", err
	}
	return x.Bytes(), public.Hex(), nil
}

// Proof is the second message of SRP: what shows that a client knows the
// password.
type Proof struct {
	SecretBlock []byte
	Timestamp   string
	Signature   []byte
}

// Proves reports whether a client knows the password of v. exchange comes from
// Challenge. It costs two exponentiations.
func (p *Passwords) Proves(ctx context.Context, pl *pool.Pool, username string, v Verifier, exchange []byte, proof Proof) (bool, error) {
	return p.ProvesAs(ctx, pl.SRPName(), username, v, exchange, proof)
}

// ProvesAs is Proves for whom SRP knows by two other names than a pool's and a
// user's: a device has the keys of its group and its own.
func (p *Passwords) ProvesAs(ctx context.Context, group, name string, v Verifier, exchange []byte, proof Proof) (bool, error) {
	x, err := srp.ParseExchange(exchange)
	if err != nil {
		return false, err
	}
	release, err := p.acquire(ctx)
	if err != nil {
		return false, err
	}
	defer release()
	key, err := x.Key(v.V)
	if err != nil {
		return false, err
	}
	want := srp.Signature(key, group, name, proof.SecretBlock, proof.Timestamp)
	return subtle.ConstantTimeCompare(want, proof.Signature) == 1, nil
}

// acquire waits for a slot; the caller gives it back.
func (p *Passwords) acquire(ctx context.Context) (release func(), err error) {
	select {
	case p.slots <- struct{}{}:
		return func() { <-p.slots }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
