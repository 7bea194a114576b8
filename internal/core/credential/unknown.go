package credential

import (
	"strconv"

	"github.com/google/uuid"

	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/srp"
)

// Unknown returns the verifier of a sub without a password. It is the same for
// the same sub as long as the database lives, and no password fits it.
func (p *Passwords) Unknown(poolKey int64, sub string) Verifier {
	v := p.expand(poolKey, sub, "verifier", srp.Size)
	v[0] &= 0x7f // below N, whose first bit is set
	return Verifier{Salt: p.expand(poolKey, sub, "salt", saltSize), V: v}
}

// UnknownSub returns the sub that a name would have if somebody had it: the
// subject of its attempts, and its user name in pools that sign in by
// attribute. It is the same as long as the database lives. A name that is a
// sub itself stays as it is: who calls nobody by the sub that we made up meets
// the same nobody, as with the sub of somebody.
func (p *Passwords) UnknownSub(poolKey int64, folded string) string {
	if pool.LooksLikeSub(folded) {
		return folded
	}
	id := uuid.UUID(p.expand(poolKey, folded, "sub", 16))
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return id.String()
}

// expand returns n bytes that only this server can know for a name.
func (p *Passwords) expand(poolKey int64, folded, what string, n int) []byte {
	key := strconv.AppendInt(nil, poolKey, 10)
	out := make([]byte, 0, n+32)
	for block := byte(0); len(out) < n; block++ {
		out = append(out, p.keys.MAC(keyring.Unknown, key, []byte(folded), []byte(what), []byte{block})...)
	}
	return out[:n]
}
