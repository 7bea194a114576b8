package sqlite

import (
	"context"
	"sync"

	"github.com/cenote-auth/cenote/internal/store/sqlstore"
)

// reader is a connection for Views and the snapshot over it.
type reader struct {
	conn *conn
	tx   *sqlstore.Tx
}

// readers are the connections for Views. The one that was used last is taken
// first: a commit empties the page cache of every other connection, and of
// those few are filled again that few Views need.
type readers struct {
	taken chan struct{} // has room for as many as there are

	mu   sync.Mutex
	idle []*reader
}

// take returns a reader that nobody else has, until put. It waits for one as
// long as ctx lasts.
func (r *readers) take(ctx context.Context) (*reader, error) {
	select {
	case r.taken <- struct{}{}:
	default:
		select {
		case r.taken <- struct{}{}:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	last := len(r.idle) - 1
	taken := r.idle[last]
	r.idle = r.idle[:last]
	return taken, nil
}

func (r *readers) put(back *reader) {
	r.mu.Lock()
	r.idle = append(r.idle, back)
	r.mu.Unlock()
	<-r.taken
}
