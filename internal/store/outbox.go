package store

import (
	"context"
	"time"
)

// Message is a mail or text message on its way. Body is sealed. One without a
// destination goes to nobody: it is only there to cost what others cost.
type Message struct {
	ID          string // UUID version 7: sorts by time
	PoolKey     int64
	Medium      string // EMAIL or SMS, or FUNCTION for a custom sender
	Destination string
	Created     time.Time
	Due         time.Time // next try; zero: kept for the inbox, never sent
	Tries       int
	Sealed      []byte // subject, body and code under the key "message"
}

// OutboxReader reads messages.
type OutboxReader interface {
	// Messages returns the newest messages first, at most limit; destination
	// "" means all but those to nobody.
	Messages(ctx context.Context, destination string, limit int) ([]Message, error)
}

// OutboxWriter keeps messages until they are sent.
type OutboxWriter interface {
	// AddMessage adds m, or returns ErrExists if its ID is taken.
	AddMessage(ctx context.Context, m Message) error
	// ClaimMessages returns up to limit messages that are due, of one medium or
	// of all for "", and puts each off until lease, so that no other node sends
	// it meanwhile. They come in the order of their ids.
	ClaimMessages(ctx context.Context, medium string, now, lease time.Time, limit int) ([]Message, error)
	// RetryMessage sets the next try of a message and counts the last one;
	// a zero due gives it up and keeps it. No error if it is gone.
	RetryMessage(ctx context.Context, id string, due time.Time) error
	// DeleteMessage removes a message that was sent, if it is there.
	DeleteMessage(ctx context.Context, id string) error
}
