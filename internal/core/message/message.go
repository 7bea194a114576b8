package message

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Options are the parts of Messages. Keyring is required.
type Options struct {
	Keyring *keyring.Keyring
	Now     func() time.Time // time.Now if nil
	Held    bool             // messages wait in the inbox and are never sent
	Wake    func()           // tells the Dispatcher of work for functions; nil if there is none
	Log     *slog.Logger     // slog.Default() if nil
}

// Messages composes messages and opens them. It is safe for concurrent use.
type Messages struct {
	keys *keyring.Keyring
	now  func() time.Time
	held bool
	wake func()
	log  *slog.Logger

	broken sync.Map // ids of messages that do not open and were logged
}

// New returns the messages of a server.
func New(o Options) *Messages {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Wake == nil {
		o.Wake = func() {}
	}
	return &Messages{keys: o.Keyring, now: o.Now, held: o.Held, wake: o.Wake, log: o.Log}
}

// Nobody is the destination of a message that goes the way of all others, at
// the same cost, and is thrown away where it would be sent.
const Nobody = ""

// Compose returns the message of a kind to u, for the outbox. code is the code
// or, in an invitation, the temporary password.
func (m *Messages) Compose(p *pool.Pool, u *pool.User, kind Kind, d Delivery, code string) store.Message {
	return m.ComposeIn(Words{}, p, u, kind, d, code)
}

// ComposeIn is Compose in words that are not the pool's.
func (m *Messages) ComposeIn(w Words, p *pool.Pool, u *pool.User, kind Kind, d Delivery, code string) store.Message {
	out := m.envelope(p, d.Medium, d.Destination)
	if m.held {
		out.Due = time.Time{}
	}
	name := signInName(p, u, d)
	t := w.instead(render(p, kind, d.Medium, name, code), kind, d.Medium, name, code)
	out.Sealed = m.seal(out, content{Subject: t.subject, Body: t.body, Code: code})
	return out
}

// envelope returns a message that is due now and says nothing yet.
func (m *Messages) envelope(p *pool.Pool, medium, destination string) store.Message {
	now := m.now().UTC().Truncate(time.Microsecond)
	return store.Message{
		ID:          uuid.Must(uuid.NewV7()).String(),
		PoolKey:     p.Key,
		Medium:      medium,
		Destination: destination,
		Created:     now,
		Due:         now,
	}
}

// content is the secret part of a message.
type content struct {
	Subject string          `json:"s,omitempty"`
	Body    string          `json:"b,omitempty"`
	Code    string          `json:"c"`
	Letter  json.RawMessage `json:"l,omitempty"` // for a function, in place of subject and body
}

func (m *Messages) seal(msg store.Message, c content) []byte {
	plain, err := json.Marshal(c)
	if err != nil {
		panic("message: " + err.Error()) // strings and valid JSON always marshal
	}
	return m.keys.Seal(keyring.Message, plain, binding(msg)...)
}

// open returns the content of msg. Its error names no more than the fault.
func (m *Messages) open(msg store.Message) (content, error) {
	plain, err := m.keys.Open(keyring.Message, msg.Sealed, binding(msg)...)
	if err != nil {
		return content{}, fmt.Errorf("open message: %w", err)
	}
	var c content
	if json.Unmarshal(plain, &c) != nil {
		return content{}, fmt.Errorf("open message: unknown content")
	}
	return c, nil
}

// binding is what a message is sealed for: so nobody who can write rows can
// send one person's code to another.
func binding(msg store.Message) []any {
	return []any{"outbox", msg.ID, msg.PoolKey, msg.Medium, msg.Destination}
}

// Opened is a message as the inbox shows it.
type Opened struct {
	Message
	Created time.Time
	Code    string // the code or temporary password alone
}

// Inbox returns up to limit messages to destination ("" for all), the newest
// first. What does not open is left out and logged once.
func (m *Messages) Inbox(ctx context.Context, st store.Store, destination string, limit int) ([]Opened, error) {
	var rows []store.Message
	err := st.View(ctx, func(s store.Snapshot) (err error) {
		rows, err = s.Messages(ctx, destination, limit)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read outbox: %w", err)
	}
	list := make([]Opened, 0, len(rows))
	for _, row := range rows {
		c, err := m.open(row)
		if err != nil {
			m.logBroken(row)
			continue
		}
		if c.Letter == nil { // what a function sends is not ours to show
			list = append(list, Opened{outgoing(row, c), row.Created, c.Code})
		}
	}
	return list, nil
}

func (m *Messages) logBroken(row store.Message) {
	if _, again := m.broken.LoadOrStore(row.ID, true); !again {
		m.log.Error("message does not open", ids(row))
	}
}

// ids is all that a log may say about a message.
func ids(row store.Message) slog.Attr {
	return slog.Group("message", "id", row.ID, "pool", row.PoolKey, "medium", row.Medium)
}
