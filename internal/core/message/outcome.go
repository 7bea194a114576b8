package message

import (
	"context"
	"errors"
	"time"

	"github.com/cenote-auth/cenote/internal/store"
)

// claiming notes that a claim begins.
func (d *Dispatcher) claiming() {
	d.mu.Lock()
	defer d.mu.Unlock()
	clear(d.ended)
}

// begin notes that a claimed message is on its way from here. It returns false
// if it was so already when it was claimed.
func (d *Dispatcher) begin(id string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.busy[id] || d.ended[id] {
		return false
	}
	d.busy[id] = true
	return true
}

// end notes that a try has ended and its outcome is written down.
func (d *Dispatcher) end(id string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.busy, id)
	d.ended[id] = true
}

// wasSent reports whether a message went out and could not be deleted then.
func (d *Dispatcher) wasSent(id string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.sent[id]
}

func (d *Dispatcher) noteSent(id string, stays bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if stays {
		d.sent[id] = true
	} else {
		delete(d.sent, id)
	}
}

// delete removes a message that was sent. If that fails the message is due
// again when its lease ends, and is deleted then, not sent again.
func (d *Dispatcher) delete(ctx context.Context, row store.Message) {
	err := d.write(ctx, func(ctx context.Context, tx store.Tx) error { return tx.DeleteMessage(ctx, row.ID) })
	d.noteSent(row.ID, err != nil)
	if err != nil {
		d.log.Error("delete sent message", ids(row), "err", err)
	}
}

// retry sets the next try. If that fails the message is due again when its
// lease ends.
func (d *Dispatcher) retry(ctx context.Context, row store.Message, due time.Time) {
	err := d.write(ctx, func(ctx context.Context, tx store.Tx) error { return tx.RetryMessage(ctx, row.ID, due) })
	if err != nil {
		d.log.Error("put message off", ids(row), "err", err)
	}
}

// write runs fn in a transaction. A message that is gone needs nothing more.
func (d *Dispatcher) write(ctx context.Context, fn func(context.Context, store.Tx) error) error {
	ctx, cancel := context.WithTimeout(ctx, noteLimit)
	defer cancel()
	err := d.store.Update(ctx, func(tx store.Tx) error { return fn(ctx, tx) })
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}
