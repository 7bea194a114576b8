package credential

import (
	"context"
	"fmt"
	"strings"

	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/pool"
)

// importedMark begins what is sealed for a user whose password is known by the
// hash of another system. With the hash after it, it is never as long as a
// salt and a verifier.
const importedMark = "hash:"

// maxHash is the longest hash that is taken, in bytes.
const maxHash = 256

// Import returns the password of u as it is stored until u signs in with it: a
// hash that another system made by a PasswordHashingAlgorithm, sealed and bound
// as Make does. decoy are its parameters, for Decoy. InvalidParameter for what
// is no such hash, or costs too much to check.
func (p *Passwords) Import(u *pool.User, algorithm, hash string) (sealed []byte, decoy string, err error) {
	parse, known := parsers[algorithm]
	if !known {
		return nil, "", fmt.Errorf("import password: no algorithm %q", algorithm)
	}
	if len(hash) > maxHash {
		return nil, "", badHash
	}
	f, err := parse(hash)
	if err != nil {
		return nil, "", badHash
	}
	return p.keys.Seal(keyring.Password, []byte(importedMark+hash), u.PoolKey, u.Sub), f.decoy, nil
}

var badHash = pool.E(pool.InvalidParameter, "The password hash is not one of the algorithm of the job, or too expensive to verify.")

// Imported reports whether v is a hash of another system. SRP cannot prove
// such a password; Matches can, after which Make makes a verifier of it.
func (v Verifier) Imported() bool { return v.foreign != nil && !v.decoy }

// openImported returns the verifier of a user with an imported password: for
// SRP it is one that no password fits.
func (p *Passwords) openImported(u *pool.User, hash string) (Verifier, error) {
	f, err := parseForeign(hash)
	if err != nil {
		return Verifier{}, fmt.Errorf("open password of %s: %w", u.Sub, err)
	}
	v := p.Unknown(u.PoolKey, u.Sub)
	v.foreign = &f
	return v, nil
}

// Decoy returns v, the verifier of a name that nobody has in p, such that it
// costs as much as that of somebody whose password was imported. It does so for
// every other name where there are such people, as some of those who exist have
// signed in and cost it no more; with the same name it is always the same.
func (p *Passwords) Decoy(pl *pool.Pool, sub string, v Verifier) Verifier {
	if pl.ImportedHashes == "" || p.expand(pl.Key, sub, "imported", 1)[0]&1 == 0 {
		return v
	}
	if f, err := parseForeign(decoyHash(pl.ImportedHashes)); err == nil {
		v.foreign, v.decoy = &f, true
	}
	return v
}

// decoyHash completes parameters to a hash that no password has.
func decoyHash(parameters string) string {
	if strings.HasPrefix(parameters, "$2") {
		return parameters + strings.Repeat("O", 53)
	}
	return parameters + strings.Repeat("A", 22) + "$" + strings.Repeat("A", 43)
}

// maxForeign is how many foreign hashes are checked at once, at the most: each
// may want 128 MiB.
const maxForeign = 4

// matchesForeign reports whether password is the one that f is a hash of. These
// are dear, so at most half of the processors check them: other sign-ins go on
// beside.
func (p *Passwords) matchesForeign(ctx context.Context, f *foreign, password string) (bool, error) {
	select {
	case p.foreign <- struct{}{}:
		defer func() { <-p.foreign }()
		return f.matches(password), nil
	case <-ctx.Done():
		return false, ctx.Err()
	}
}
