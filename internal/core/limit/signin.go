package limit

import (
	"context"
	"time"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// The rule for the codes of sign-ins: those that are sent and those of software
// tokens. There are a million of each, and a software token has three that are
// good at a time, so it is stricter than the one for passwords: 24 tries a day
// once the locks are at their longest.
const (
	codeFree    = 5
	codeLock    = time.Minute
	codeMaxLock = time.Hour
	codeForget  = 24 * time.Hour
)

var codes = locking{codeFree, codeLock, codeMaxLock, codeForget}

// SignInCode debits one attempt at a code by which a subject signs in, or
// returns pool.NotAuthorized while that is locked; such an attempt does not
// count. The factor is one of FirstCode or SecondCode.
func (l *Limits) SignInCode(ctx context.Context, tx store.Tx, poolKey int64, subject, factor string) error {
	return l.debit(ctx, tx, poolKey, subject, factor, codes.next,
		pool.E(pool.NotAuthorized, "Code attempts exceeded"))
}

// FirstCode and SecondCode return the factor that codes of a challenge count
// under: whoever tries them for want of a password locks nobody out who has
// one.
func FirstCode(challenge string) string { return "first-code:" + challenge }

// SecondCode is FirstCode where the first factor was right.
func SecondCode(challenge string) string { return "code:" + challenge }

// SendCode returns the rule for the sending of the codes that count under a
// factor. Those that nobody has answered with success count; the number is our
// own.
func SendCode(factor string) Rule { return Rule{"send-" + factor, 10} }
