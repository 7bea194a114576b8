package limit

import (
	"time"

	"github.com/cenote-auth/cenote/internal/store"
)

// FactorPassword is the factor that Password counts under. SRP and plain
// passwords count together.
const FactorPassword = "password"

// The rule for passwords. Source: the service's user guide, lockout.
const (
	PasswordFree    = 5                // attempts before the first lock, and the one that brings it
	passwordMaxLock = 15 * time.Minute // locks double from 1 s up to this
	passwordForget  = 15 * time.Minute // without an attempt that counts
)

// Rule is how often something may be tried in an hour.
type Rule struct {
	Factor  string
	PerHour int64
}

// The hourly rules. Source: the service's quotas for one user.
var (
	ConfirmSignUp = Rule{"confirm-sign-up", 15}
	VerifyAddress = Rule{"verify-address", 15} // attempts at the codes that prove one
	AddressCode   = Rule{"address-code", 5}    // codes for one, asked for
	ChangeAddress = Rule{"change-address", 20} // changes that send codes; the number is our own
	ResendCode    = Rule{"resend-code", 5}
	ResetPassword = Rule{"reset-password", 20} // by an administrator

	ForgotPassword        = Rule{"forgot-password", 5}          // the sending of codes
	ConfirmForgotPassword = Rule{"confirm-forgot-password", 10} // the codes that are tried; the service's 5 to 20 by risk
	ChangePassword        = Rule{"change-password", 5}
)

// locking is a rule by which attempts lock: the one after which none is free any
// more for first, each one after for twice as long, up to most.
type locking struct {
	free   int64         // attempts before the first lock, and the one that brings it
	first  time.Duration // lock
	most   time.Duration
	forget time.Duration // without an attempt that counts
}

// passwords is the rule for passwords.
var passwords = locking{PasswordFree, time.Second, passwordMaxLock, passwordForget}

// next debits an attempt at a password.
func next(a store.Attempt, now time.Time) (_ store.Attempt, allowed bool) {
	return passwords.next(a, now)
}

// next debits an attempt: a.Since is the last one that counted.
func (l locking) next(a store.Attempt, now time.Time) (_ store.Attempt, allowed bool) {
	if l.locks(a, now) {
		return a, false
	}
	if now.Sub(a.Since) >= l.forget {
		a.Count = 0
	}
	a.Count++
	a.Since, a.Until = now, time.Time{}
	if a.Count >= l.free {
		a.Until = now.Add(l.length(a.Count))
	}
	return a, true
}

// locks reports whether a is locked. An end that lies twice the longest lock
// ahead was written by a clock that has since been set back, and is no lock;
// what clocks of two nodes differ by stays below that.
func (l locking) locks(a store.Attempt, now time.Time) bool {
	return now.Before(a.Until) && a.Until.Sub(now) < 2*l.most
}

// length is how long the nth attempt locks.
func (l locking) length(n int64) time.Duration {
	doublings := n - l.free
	if doublings >= 12 { // longer than the longest of any rule
		return l.most
	}
	return min(l.first<<doublings, l.most)
}

// next debits an attempt by an hourly rule: a.Since is when the hour began.
func (r Rule) next(a store.Attempt, now time.Time) (_ store.Attempt, allowed bool) {
	if now.Sub(a.Since).Abs() >= time.Hour { // also when the clock was set back
		a.Count, a.Since = 0, now
	}
	if a.Count >= r.PerHour {
		return a, false
	}
	a.Count++
	return a, true
}
