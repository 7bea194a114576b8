package sqlite

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/cenote-auth/cenote/internal/crash"
	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/sqlstore"
)

// A group ends when it has this many closures or has run this long.
const (
	groupSize = 256
	groupTime = 50 * time.Millisecond
)

// call is one Update on its way through the writer.
type call struct {
	fn    func(store.Tx) error
	taken atomic.Bool   // by the writer, or by a caller who goes away
	done  chan struct{} // closed when what follows is final

	err       error
	panicked  *crash.Moved // fn panicked
	exited    bool         // fn ended its goroutine
	conflicts int
}

// failed reports whether what the last run wrote has to be undone.
func (c *call) failed() bool { return c.err != nil || c.panicked != nil }

// again reports whether the last run met a conflict and may be repeated.
func (c *call) again() bool {
	if c.panicked != nil || !errors.Is(c.err, store.ErrConflict) {
		return false
	}
	c.conflicts++
	return c.conflicts < store.MaxTries
}

// writer owns the only connection that writes. What follows queue is touched
// by its loop alone.
type writer struct {
	queue chan *call
	ended chan struct{} // closed when the loop has returned

	conn     *conn
	tx       *sqlstore.Tx
	time     time.Duration // of a group
	group    []*call       // taken and not answered
	began    time.Time     // with the group
	grouped  func(size int, took time.Duration)
	finished bool
}

func newWriter(c *conn, tx *sqlstore.Tx) *writer {
	return &writer{queue: make(chan *call, groupSize), ended: make(chan struct{}), conn: c, tx: tx, time: groupTime}
}

// stop ends the loop; nobody may call do any more.
func (w *writer) stop() {
	close(w.queue)
	<-w.ended
}

// do has fn run in a group and returns its outcome. A ctx that ends before
// fn was begun takes it back.
func (w *writer) do(ctx context.Context, fn func(store.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c := &call{fn: fn, done: make(chan struct{})}
	select {
	case w.queue <- c:
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case <-c.done:
	case <-ctx.Done():
		if c.taken.CompareAndSwap(false, true) {
			return ctx.Err()
		}
		<-c.done
	}
	switch {
	case c.exited:
		runtime.Goexit() // as fn did, which ran on another goroutine
	case c.panicked != nil:
		panic(c.panicked)
	}
	return c.err
}

// loop runs groups until the queue is closed. A closure may end the goroutine
// it runs on (a test's FailNow does); then another takes the group over.
func (w *writer) loop() {
	defer func() {
		if w.finished {
			close(w.ended)
			return
		}
		go w.loop()
	}()
	if len(w.group) > 0 {
		w.apart()
	}
	for c := range w.queue {
		if c.taken.CompareAndSwap(false, true) {
			// Whoever is about to write comes before the commit, and so into
			// this group: on a busy processor each would else be its own.
			runtime.Gosched()
			w.group, w.began = append(w.group, c), time.Now()
			w.together()
		}
	}
	w.finished = true
}

// together runs the first closure of a group and those that wait behind it,
// commits and answers. There is no savepoint around a closure, since most
// succeed and savepoints cost as much again; when one has to be undone that is
// not alone, the group starts again with savepoints.
func (w *writer) together() {
	if err := w.exec(`BEGIN IMMEDIATE`); err != nil {
		w.group[0].err = fmt.Errorf("begin: %w", err)
		w.answer()
		return
	}
	end := time.Now().Add(w.time)
	wrote := false
	for c := w.group[0]; c != nil; c = w.next(end) {
		ok := false
		if ok, wrote = w.plain(c, wrote); !ok {
			w.carefully(end)
			return
		}
	}
	if err := w.exec(`COMMIT`); err != nil {
		w.apart()
		return
	}
	w.answer()
}

// plain runs a closure without a savepoint; wrote says whether the group
// has written anything, before it and after it. It returns false when what the
// closure wrote has to be undone and others wrote before it.
func (w *writer) plain(c *call, wrote bool) (ok, wroteNow bool) {
	for {
		w.conn.wrote = false
		w.run(c)
		if w.conn.c.AutocommitEnabled() {
			return false, wrote
		}
		if !c.failed() {
			return true, wrote || w.conn.wrote
		}
		if w.conn.wrote {
			if wrote {
				return false, wrote
			}
			w.rollback()
			if w.exec(`BEGIN IMMEDIATE`) != nil {
				return false, wrote
			}
		}
		if !c.again() {
			return true, wrote
		}
	}
}

// carefully runs the group from the start, each closure in a savepoint, and
// then goes on to those that wait.
func (w *writer) carefully(end time.Time) {
	w.rollback()
	if w.exec(`BEGIN IMMEDIATE`) != nil {
		w.apart()
		return
	}
	again := len(w.group)
	for i := 0; i < again || w.next(end) != nil; i++ {
		if !w.member(w.group[i]) {
			w.apart()
			return
		}
	}
	if w.exec(`COMMIT`) != nil {
		w.apart()
		return
	}
	w.answer()
}

// next takes a closure that waits into the group, or returns nil when none
// does or the group is full.
func (w *writer) next(end time.Time) *call {
	for len(w.group) < groupSize && time.Now().Before(end) {
		select {
		case c, ok := <-w.queue:
			if !ok {
				return nil
			}
			if c.taken.CompareAndSwap(false, true) {
				w.group = append(w.group, c)
				return c
			}
		default:
			return nil
		}
	}
	return nil
}

// member runs a closure in its savepoint. It returns false when the group
// cannot go on: the database has rolled the transaction back.
func (w *writer) member(c *call) bool {
	for {
		if w.exec(`SAVEPOINT member`) != nil {
			return false
		}
		w.run(c)
		if w.conn.c.AutocommitEnabled() {
			return false
		}
		if !c.failed() {
			return w.exec(`RELEASE member`) == nil
		}
		if w.exec(`ROLLBACK TO member`) != nil || w.exec(`RELEASE member`) != nil {
			return false
		}
		if !c.again() {
			return true
		}
	}
}

// apart gives up the group's transaction and runs each closure in one of its
// own, from the start.
func (w *writer) apart() {
	w.rollback()
	group := w.group
	for i, c := range group {
		w.group = group[i:]
		if !c.exited {
			w.alone(c)
		}
		close(c.done)
	}
	w.group = group[:0]
	w.tell(len(group))
}

// alone runs one closure in a transaction of its own.
func (w *writer) alone(c *call) {
	for {
		if err := w.exec(`BEGIN IMMEDIATE`); err != nil {
			c.err, c.panicked = fmt.Errorf("begin: %w", err), nil
			return
		}
		w.run(c)
		switch {
		case c.failed():
		case w.conn.c.AutocommitEnabled():
			c.err = errors.New("sqlite: the database rolled the transaction back")
		default:
			c.err = commitError(w.exec(`COMMIT`))
		}
		w.rollback()
		if !c.again() {
			return
		}
	}
}

// run runs a closure once and keeps what came of it.
func (w *writer) run(c *call) {
	c.err, c.panicked, c.exited = nil, nil, true
	defer func() {
		if p := recover(); p != nil {
			c.panicked, c.exited = crash.Move(p), false
		}
	}()
	c.err = c.fn(w.tx)
	c.exited = false
}

// answer lets the callers of the group go on.
func (w *writer) answer() {
	size := len(w.group)
	for i, c := range w.group {
		close(c.done)
		w.group[i] = nil
	}
	w.group = w.group[:0]
	w.tell(size)
}

// tell reports a group that has been answered.
func (w *writer) tell(size int) {
	if w.grouped != nil {
		w.grouped(size, time.Since(w.began))
	}
}

// rollback ends a transaction that is open, if one is.
func (w *writer) rollback() {
	if !w.conn.c.AutocommitEnabled() {
		// Without a transaction to end there is nothing to do about an error
		// here: the next BEGIN reports it.
		_ = w.exec(`ROLLBACK`)
	}
}

func (w *writer) exec(sql string) error {
	_, err := w.conn.Exec(context.Background(), sql)
	return err
}
