package imports

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"strings"

	"github.com/google/uuid"

	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// A batch is a part of a file on its way into the store.
type batch struct {
	s    *Service
	pool *pool.Pool
	job  *pool.Import
	rows *pool.ImportRows

	near   [2]byte // how the subs of these users begin
	users  []candidate
	decoy  string    // the parameters of the password hashes
	faults []refusal // of rows that cannot be users, whatever is in the store
	later  []refusal // of those that could be, in the last transaction
}

type candidate struct {
	line int64
	user *pool.User
}

// A refusal is a row that was not taken, and why. It names nobody.
type refusal struct {
	line    int64
	because string
}

// read makes users of the rows.
func (b *batch) read(ctx context.Context) error {
	lines, first, err := b.s.lines(ctx, b.job)
	if err != nil {
		return err
	}
	rand.Read(b.near[:])
	for n, line := range lines {
		if strings.TrimSpace(line) == "" {
			continue
		}
		at := first + int64(n)
		u, err := b.user(line)
		switch fault, refused := errors.AsType[*pool.Error](err); {
		case refused:
			b.faults = append(b.faults, refusal{at, fault.Message})
		case err != nil:
			return err
		default:
			b.users = append(b.users, candidate{at, u})
		}
	}
	return nil
}

func (b *batch) user(line string) (*pool.User, error) {
	row, err := b.rows.Read(line)
	if err != nil {
		return nil, err
	}
	u, err := directory.New(b.pool, row.Username, row.Attributes, b.s.now())
	if err != nil {
		return nil, err
	}
	u.Status, u.Factors.SMS = pool.Confirmed, row.SMSFactor
	b.settle(u)
	if row.PasswordHash != "" {
		u.PasswordSet = u.Created
		var decoy string
		if u.SealedPassword, decoy, err = b.s.Passwords.Import(u, b.job.Algorithm, row.PasswordHash); err != nil {
			return nil, err
		}
		b.decoy = decoy
	}
	if len(b.pool.FirstFactors(u, pool.Holdings{})) == 0 { // neither a password nor codes
		u.Status = pool.ResetRequired
	}
	return u, b.pool.CheckAliases(u)
}

// settle gives u a sub near those of the others, so that an index of subs is
// written in one place and not in a hundred. The rest of it is random.
func (b *batch) settle(u *pool.User) {
	byName := u.Username != u.Sub
	id := uuid.MustParse(u.Sub)
	copy(id[:], b.near[:])
	u.Sub = id.String()
	if !byName {
		u.Username = u.Sub
	}
}

// write adds the users who are not there yet and counts what became of each
// row. It may run again.
func (b *batch) write(ctx context.Context, tx store.Tx, i *pool.Import) error {
	b.later = nil
	i.Status = pool.ImportInProgress
	i.Failed += int64(len(b.faults))
	for _, c := range b.users {
		err := directory.Add(ctx, tx, b.pool, c.user)
		switch e, refused := errors.AsType[*pool.Error](err); {
		case err == nil:
			i.Imported++
		case errors.Is(err, pool.E(pool.UsernameExists, "")):
			i.Skipped++
		case refused:
			i.Failed++
			b.later = append(b.later, refusal{c.line, e.Message})
		default:
			return err
		}
	}
	if err := b.announce(ctx, tx); err != nil {
		return err
	}
	err := tx.DeleteImportPart(ctx, i.PoolKey, i.ID, i.Upload, i.Done)
	i.Done++
	return err
}

// announce notes in the pool that it has people with hashes of such
// parameters, for those whom it has not to cost as much.
func (b *batch) announce(ctx context.Context, tx store.Tx) error {
	if b.decoy == "" || b.pool.ImportedHashes != "" {
		return nil
	}
	known, err := tx.PoolByKey(ctx, b.pool.Key)
	if errors.Is(err, store.ErrNotFound) {
		return errMoved
	}
	if err != nil {
		return err
	}
	p := *known
	p.ImportedHashes = b.decoy
	return tx.UpdatePool(ctx, &p)
}

// tell logs the rows that were not taken, up to maxTold of an import.
func (b *batch) tell(ctx context.Context) {
	told := b.job.Failed
	for _, r := range append(b.faults, b.later...) {
		if told++; told > maxTold {
			return
		}
		b.s.Log.LogAttrs(ctx, slog.LevelWarn, "user import: row failed",
			slog.String("import", b.job.ID), slog.Int64("line", r.line), slog.String("because", strings.TrimSpace(r.because)))
	}
}
