// Package testkeys gives tests RSA keys that were made long ago, since making
// one takes 43 ms and more. The keys are public: nothing but tests may import
// this package.
package testkeys

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	_ "embed"
	"encoding/pem"
	"sync"
	"sync/atomic"
)

//go:embed testdata/keys.pem
var text []byte

var keys = sync.OnceValue(func() []*rsa.PrivateKey {
	var keys []*rsa.PrivateKey
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		k, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		if err != nil {
			panic("testkeys: " + err.Error())
		}
		keys = append(keys, k.(*rsa.PrivateKey))
	}
	return keys
})

// Source is a token.KeySource of eight keys, which begins again when all were
// given. The zero Source is ready and begins with the first key.
type Source struct{ given atomic.Int64 }

// Key returns the next key. The error is always nil.
func (s *Source) Key(context.Context) (*rsa.PrivateKey, error) {
	all := keys()
	return all[(s.given.Add(1)-1)%int64(len(all))], nil
}
