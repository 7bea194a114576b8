package message

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/cenote-auth/cenote/internal/store"
)

// Sender hands messages to the world: a mail server, a carrier.
type Sender interface {
	// Send sends msg and returns nil when it is out of our hands. It returns
	// soon after ctx has ended. It is called for several messages at once,
	// and, when a node dies between sending and noting so, twice for one.
	Send(ctx context.Context, msg Message) error
}

// Message is a message in the clear, for a Sender.
type Message struct {
	ID          string // the same on each try
	PoolKey     int64
	Medium      string // EMAIL or SMS
	Destination string
	Subject     string // "" in a text message
	Body        string // HTML in an e-mail, plain in a text message
}

func outgoing(row store.Message, c content) Message {
	return Message{row.ID, row.PoolKey, row.Medium, row.Destination, c.Subject, c.Body}
}

// LogValue keeps what people are told out of logs.
func (m Message) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", m.ID), slog.Int64("pool", m.PoolKey), slog.String("medium", m.Medium))
}

// Format writes the message's id, whatever the verb, and nothing of its text.
func (m Message) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "message.Message(%s)", m.ID) }
