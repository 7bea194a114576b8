package cenotetest

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"testing"
	"time"
)

// totpPeriod is how long an authenticator app shows a code.
const totpPeriod = 30 * time.Second

// TOTP returns what an authenticator app shows now, by the server's clock, that
// was given secret (RFC 6238). A code is good once: Advance by half a minute for
// the next.
func (s *Server) TOTP(t testing.TB, secret string) string {
	t.Helper()
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		t.Fatalf("cenotetest: the secret of an authenticator app: %v", err)
	}
	return totp(key, s.Now())
}

func totp(key []byte, at time.Time) string {
	mac := hmac.New(sha1.New, key)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(at.Unix())/uint64(totpPeriod/time.Second)))
	sum := mac.Sum(nil)
	offset := sum[len(sum)-1] & 15
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[offset:])&0x7fffffff%1_000_000)
}
