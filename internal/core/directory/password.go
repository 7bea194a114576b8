package directory

import (
	"context"
	"fmt"
	"time"

	"github.com/cenote-auth/cenote/internal/core/code"
	"github.com/cenote-auth/cenote/internal/core/credential"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// SealPassword returns the sealed verifier of a new password of u, for
// SetPassword. PasswordHistory if u has that password or had it, as far back as
// p remembers. It costs an exponentiation, and one for each remembered
// password; who calls it is in no transaction, and sees to it in the one that
// follows that u still has the password of now.
func SealPassword(ctx context.Context, st store.Store, passwords *credential.Passwords, p *pool.Pool, u *pool.User, password string) ([]byte, error) {
	former, err := history(ctx, st, p, u)
	if err != nil {
		return nil, err
	}
	repeated, err := passwords.Repeats(ctx, p, u, former, password)
	if err != nil {
		return nil, err
	}
	if repeated {
		return nil, pool.E(pool.PasswordHistory, "Password has previously been used")
	}
	return passwords.Make(ctx, p, u, password)
}

// history returns the sealed passwords that u must not have again: the one of
// now and those before it, as many as p remembers.
func history(ctx context.Context, st store.Store, p *pool.Pool, u *pool.User) ([][]byte, error) {
	size := int(p.PasswordPolicy.HistorySize)
	var passwords [][]byte
	if size > 0 && u.SealedPassword != nil { // an administrator may have taken it away
		passwords = append(passwords, u.SealedPassword)
	}
	if size <= 1 {
		return passwords, nil
	}
	var former [][]byte
	err := st.View(ctx, func(snap store.Snapshot) (err error) {
		former, err = snap.FormerPasswords(ctx, p.Key, u.Sub, size-1)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read former passwords: %w", err)
	}
	return append(passwords, former...), nil
}

// SetPassword gives u, as it was read in tx, a sealed password and the status
// that it leads to; Save must follow. The password of before becomes a former
// one, the open sign-ins end, and so does the code that would allow another
// new password. Tokens stay.
func SetPassword(ctx context.Context, tx store.Tx, p *pool.Pool, u *pool.User, sealed []byte, status pool.Status, now time.Time) error {
	if err := tx.KeepPassword(ctx, u, max(0, int(p.PasswordPolicy.HistorySize)-1)); err != nil {
		return fmt.Errorf("keep former password: %w", err)
	}
	if err := tx.VoidCode(ctx, p.Key, u.Sub, string(code.ForgotPassword)); err != nil {
		return fmt.Errorf("void reset code: %w", err)
	}
	u.SealedPassword, u.PasswordSet, u.Status = sealed, now, status
	u.SessionGeneration++
	return nil
}
