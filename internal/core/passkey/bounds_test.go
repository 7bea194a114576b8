package passkey

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"math/big"
	"testing"

	"github.com/go-webauthn/webauthn/protocol"
)

// certificate returns one of a key of so many bits, which nobody has to have.
func certificate(t *testing.T, bits uint) []byte {
	t.Helper()
	signer, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	n := new(big.Int).Lsh(big.NewInt(1), bits)
	key := &rsa.PublicKey{N: n.Sub(n, big.NewInt(1)), E: 65537}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, crypto.PublicKey(key), signer)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func TestBoundedAttestations(t *testing.T) {
	t.Parallel()
	usual, giant := certificate(t, 4096), certificate(t, 4097)
	for _, tt := range []struct {
		name   string
		format string
		chain  any
		key    int // bytes
		want   bool
	}{
		{"nothing", "none", nil, 77, true},
		{"a chain", "packed", []any{usual, usual}, 529, true},
		{"a large key", "none", nil, 601, false},
		{"a large key of a certificate", "packed", []any{usual, giant}, 77, false},
		{"a large key in a format that is not used", "none", []any{giant}, 77, false},
		{"what is no certificate", "tpm", []any{[]byte("x"), 7}, 77, true},
		{"what is no chain", "tpm", "x", 77, true},
		{"a format with signatures of its own", "android-safetynet", nil, 77, false},
		{"a format of formats", "compound", nil, 77, false},
	} {
		o := protocol.AttestationObject{Format: tt.format, AttStatement: map[string]any{"x5c": tt.chain}}
		o.AuthData.AttData.CredentialPublicKey = make([]byte, tt.key)
		if got := bounded(o); got != tt.want {
			t.Errorf("%s: bounded = %t", tt.name, got)
		}
	}
}
