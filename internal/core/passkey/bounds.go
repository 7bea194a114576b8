package passkey

import (
	"crypto/rsa"
	"crypto/x509"
	"slices"

	"github.com/go-webauthn/webauthn/protocol"
)

// The largest keys that signatures are checked by. How long that takes grows with the
// square of the key and more, and whoever knows the name of a user can have it done.
const (
	maxKey = 600  // bytes in COSE; RSA of 4,096 bits has 529
	maxRSA = 4096 // bits
)

// formats are the attestations that are read: those whose certificates bounded sees.
// Source: W3C Web Authentication section 8.
var formats = []protocol.AttestationFormat{
	protocol.AttestationFormatNone, protocol.AttestationFormatPacked, protocol.AttestationFormatTPM, protocol.AttestationFormatApple,
	protocol.AttestationFormatAndroidKey, protocol.AttestationFormatFIDOUniversalSecondFactor,
}

// bounded reports whether the signatures of an attestation, and those of the key in it,
// are soon checked.
func bounded(o protocol.AttestationObject) bool {
	if len(o.AuthData.AttData.CredentialPublicKey) > maxKey || !slices.Contains(formats, protocol.AttestationFormat(o.Format)) {
		return false
	}
	chain, _ := o.AttStatement["x5c"].([]any)
	return !slices.ContainsFunc(chain, func(one any) bool {
		der, _ := one.([]byte)
		cert, err := x509.ParseCertificate(der)
		if err != nil {
			return false // nobody reads it
		}
		key, ok := cert.PublicKey.(*rsa.PublicKey)
		return ok && key.N.BitLen() > maxRSA
	})
}
