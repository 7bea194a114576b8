package token

// FixRandom makes ids and random bytes the ones that a test gives.
func (t *Tokens) FixRandom(newID func() string, random func([]byte)) {
	t.newID, t.random = newID, random
}

// LimitKeys makes room for the keys of n pools.
func (t *Tokens) LimitKeys(n int) { t.cache = newKeyCache(n) }

// MaxJWT is the length from which on a JWT is not looked at.
const MaxJWT = maxJWT
