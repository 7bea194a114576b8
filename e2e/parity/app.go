package parity

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"
)

// lookAtApp sets {code} to what the authenticator app shows by the server's clock.
func (r *run) lookAtApp(ctx context.Context, with M) error {
	secret := r.secret()
	if secret == "" {
		return errors.New("no app was set up")
	}
	ahead, err := r.on.ahead(ctx)
	if err != nil {
		return err
	}
	later, _ := with["later"].(float64)
	code, err := totp(secret, time.Now().Add(ahead+time.Duration(later)*period))
	r.nameCode(code)
	return err
}

// secret is the newest one that a library was given for an app.
func (r *run) secret() (newest string) {
	for _, l := range r.lines {
		if s := secretIn(l.outcome); s != "" {
			newest = s
		}
	}
	return newest
}

// secrets are those of all apps, and what stands for each.
func (r *run) secrets() (pairs []string) {
	for _, l := range r.lines {
		if s := secretIn(l.outcome); s != "" && !slices.Contains(pairs, s) {
			pairs = append(pairs, s, fmt.Sprintf("{secret%d}", len(pairs)/2+1))
		}
	}
	return pairs
}

// secretIn is where setUpTOTP, a step of a sign-in or associateSoftwareToken has
// it.
func secretIn(o outcome) string {
	result, _ := o.Result.(M)
	next, _ := result["nextStep"].(M)
	details, _ := next["totpSetupDetails"].(M)
	for _, holder := range []M{result, details} {
		if s, ok := holder["sharedSecret"].(string); ok {
			return s
		}
	}
	return ""
}

const period = 30 * time.Second

// totp is the code of a secret at a time (RFC 6238).
func totp(secret string, at time.Time) (string, error) {
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		return "", fmt.Errorf("the secret of an app: %w", err)
	}
	mac := hmac.New(sha1.New, key)
	binary.Write(mac, binary.BigEndian, at.Unix()/int64(period/time.Second))
	sum := mac.Sum(nil)
	offset := sum[len(sum)-1] & 15
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[offset:])&0x7fffffff%1_000_000), nil
}
