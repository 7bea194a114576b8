package sqlite

import (
	"fmt"

	"zombiezen.com/go/sqlite"

	"github.com/cenote-auth/cenote/internal/store"
)

// commitError names what a failed COMMIT means. After an I/O error the end of
// the transaction may stand in the WAL all the same, where the next start
// would find it: the outcome is unknown until then. When the disk is full or
// a lock was not to be had, it was not written.
func commitError(err error) error {
	if err == nil {
		return nil
	}
	switch sqlite.ErrCode(err).ToPrimary() {
	case sqlite.ResultFull, sqlite.ResultBusy:
		return fmt.Errorf("commit: %w", err)
	}
	return fmt.Errorf("%w: %w", store.ErrUnknown, err)
}
