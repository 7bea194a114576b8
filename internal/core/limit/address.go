package limit

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"github.com/cenote-auth/cenote/internal/store"
)

// The rule for addresses, of our own: many people may share one, and each
// mistypes. Wrong passwords beyond those that are free lock the address as those
// of one account lock that.
const (
	factorAddress = "address"
	addressFree   = 20          // wrong passwords at a time, whosever they are
	addressDecay  = time.Minute // after which one is forgotten
)

// Address debits one attempt at any password that comes from an address, or
// returns pool.NotAuthorized while the address is locked; such an attempt does
// not count. Where the address is not known nothing is counted.
func (l *Limits) Address(ctx context.Context, tx store.Tx, poolKey int64, address string) error {
	subject, ok := addressSubject(address)
	if !ok {
		return nil
	}
	return l.debit(ctx, tx, poolKey, subject, factorAddress, nextAddress, errLocked)
}

// Refund takes back the debit of an attempt whose password was right.
func (l *Limits) Refund(ctx context.Context, tx store.Tx, poolKey int64, address string) error {
	subject, ok := addressSubject(address)
	if !ok {
		return nil
	}
	a, err := tx.LockAttempt(ctx, poolKey, subject, factorAddress)
	if err != nil {
		return fmt.Errorf("read attempts of an address: %w", err)
	}
	if a.Count == 0 {
		return nil
	}
	if a.Count--; a.Count <= addressFree {
		a.Until = time.Time{}
	}
	if err := tx.PutAttempt(ctx, a); err != nil {
		return fmt.Errorf("take back an attempt of an address: %w", err)
	}
	return nil
}

// addressSubject is the subject that an address counts as: one of IPv4, or the
// 64 bits of IPv6 within which everybody may choose.
func addressSubject(address string) (string, bool) {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return "", false
	}
	if a = a.Unmap().WithZone(""); a.Is4() {
		return "address " + a.String(), true
	}
	p, err := a.Prefix(64)
	return "address " + p.Masked().String(), err == nil
}

// nextAddress debits an attempt from an address: a.Since is until when the
// forgetting is reckoned up.
func nextAddress(a store.Attempt, now time.Time) (_ store.Attempt, allowed bool) {
	if passwords.locks(a, now) {
		return a, false
	}
	if forgotten := int64(now.Sub(a.Since) / addressDecay); forgotten >= a.Count || forgotten < 0 {
		a.Count, a.Since = 0, now
	} else {
		a.Count -= forgotten
		a.Since = a.Since.Add(time.Duration(forgotten) * addressDecay)
	}
	a.Count++
	a.Until = time.Time{}
	if over := a.Count - addressFree; over > 0 {
		a.Until = now.Add(passwords.length(PasswordFree - 1 + over))
	}
	return a, true
}
