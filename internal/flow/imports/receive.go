package imports

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"

	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// A part of a file ends when it has this many lines or bytes. It is what one
// step of a job works on, so it must be short: whoever signs in waits behind it.
const (
	partLines = 250
	partBytes = 128 << 10
)

// lineBytes is how much is kept of a line: what is cut off has more characters
// than a row may have still.
const lineBytes = 4*pool.MaxImportRow + 4

// clearParts is how many parts are deleted at once.
const clearParts = 16

// The errors of an upload besides those of its token.
var (
	ErrReceived = pool.E(pool.PreconditionNotMet, "The user import job does not wait for a file.")
	ErrSize     = pool.E(pool.LimitExceeded, "The file is larger than 100 MB or has more than 500000 rows.")
	errAnother  = pool.E(pool.PreconditionNotMet, "Another upload of the same file has begun.")
)

// An upload is one attempt to send a file.
type upload struct {
	s    *Service
	to   target
	id   string
	part store.ImportPart
	text bytes.Buffer // of the part
	rows int64        // of the file without the header, blank ones too
}

// Receive keeps the file that is sent to the address with token, once: until it
// is there, a new attempt takes the place of those before. NotAuthorized for the
// token, PreconditionNotMet if the job has its file or is gone, LimitExceeded
// for a file that is too large; otherwise an error of reading file.
func (s *Service) Receive(ctx context.Context, token string, file io.Reader) error {
	to, err := s.open(token)
	if err != nil {
		return err
	}
	u := &upload{s: s, to: to, id: rand.Text()}
	if err := u.begin(ctx); err != nil {
		return wrap("begin upload", err)
	}
	lines := &lines{r: bufio.NewReaderSize(file, partBytes), left: pool.MaxImportSize}
	first, err := lines.next()
	header := string(first)
	if err != nil && !errors.Is(err, io.EOF) {
		return wrap("read upload", err)
	}
	if err := u.keep(ctx, lines); err != nil {
		return wrap("upload", err)
	}
	return wrap("end upload", u.end(ctx, header))
}

// begin makes u the attempt that counts, and clears what others left.
func (u *upload) begin(ctx context.Context) error {
	err := u.change(ctx, func(i *pool.Import) error { i.Upload = u.id; return nil })
	for n := clearParts; n == clearParts && err == nil; {
		err = u.s.Store.Update(ctx, func(tx store.Tx) (err error) {
			n, err = tx.ClearImport(ctx, u.to.Pool, u.to.Import, clearParts)
			return err
		})
	}
	return err
}

// change changes the job while it waits for its file.
func (u *upload) change(ctx context.Context, do func(*pool.Import) error) error {
	return u.s.Store.Update(ctx, func(tx store.Tx) error {
		i, err := u.waiting(ctx, tx)
		if err != nil {
			return err
		}
		if err := do(i); err != nil {
			return err
		}
		return tx.UpdateImport(ctx, i)
	})
}

func (u *upload) waiting(ctx context.Context, tx store.Tx) (*pool.Import, error) {
	i, err := tx.Import(ctx, u.to.Pool, u.to.Import)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil, ErrReceived
	case err != nil:
		return nil, err
	case i.Received || !i.Waiting(u.s.now()):
		return nil, ErrReceived
	}
	return i, nil
}

// keep writes the lines of the file, part by part.
func (u *upload) keep(ctx context.Context, lines *lines) error {
	u.part.Line = 2
	for n := 1; ; n++ {
		line, err := lines.next()
		if errors.Is(err, io.EOF) {
			return u.flush(ctx)
		}
		if err != nil {
			return err
		}
		u.text.Write(line)
		u.text.WriteByte('\n')
		if u.rows++; u.rows > u.s.maxRows {
			return ErrSize
		}
		if n%partLines == 0 || u.text.Len() >= partBytes {
			if err := u.flush(ctx); err != nil {
				return err
			}
			u.part.Line, n = u.part.Line+int64(n), 0
		}
	}
}

// flush writes a part, if there is anything in it.
func (u *upload) flush(ctx context.Context) error {
	if u.text.Len() == 0 {
		return nil
	}
	u.part.Sealed = u.s.Keyring.Seal(keyring.Import, u.text.Bytes(), partContext(u.to.Pool, u.to.Import, u.id, u.part.Number)...)
	u.text.Reset()
	err := u.s.Store.Update(ctx, func(tx store.Tx) error {
		i, err := u.waiting(ctx, tx)
		if err != nil {
			return err
		}
		if i.Upload != u.id {
			return errAnother
		}
		return tx.AddImportPart(ctx, u.to.Pool, u.to.Import, u.id, u.part)
	})
	u.part.Number++
	return err
}

func partContext(poolKey int64, id, upload string, number int64) []any {
	return []any{"part", poolKey, id, upload, number}
}

// end says that the file is there.
func (u *upload) end(ctx context.Context, header string) error {
	return u.change(ctx, func(i *pool.Import) error {
		if i.Upload != u.id {
			return errAnother
		}
		i.Received, i.Header, i.Parts = true, header, u.part.Number
		return nil
	})
}

// lines reads a file line by line.
type lines struct {
	r    *bufio.Reader
	left int64 // bytes that the file may have still
	line []byte
}

// next returns a line without its end, as far as lineBytes; it is good until the
// next one. After the last it is io.EOF, and ErrSize beyond the limit.
func (l *lines) next() ([]byte, error) {
	l.line = l.line[:0]
	for {
		piece, err := l.r.ReadSlice('\n')
		if l.left -= int64(len(piece)); l.left < 0 {
			return nil, ErrSize
		}
		l.line = append(l.line, piece[:min(len(piece), lineBytes-len(l.line))]...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && len(l.line) == 0:
			return nil, io.EOF
		case err != nil && !errors.Is(err, io.EOF):
			return nil, fmt.Errorf("read line: %w", err)
		}
		return bytes.TrimRight(l.line, "\r\n"), nil
	}
}
