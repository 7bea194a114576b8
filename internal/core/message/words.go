package message

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Words are what a message says in place of the pool's text: with {####} for
// the code, and {username} in invitations; "" is the pool's text.
type Words struct{ Subject, Body string }

// instead returns t with what w says in its place. What would be too long when
// it is filled in stays as it is.
func (w Words) instead(t text, kind Kind, medium, name, code string) text {
	values := []string{"{####}", code}
	if kind == Invite {
		values = append(values, "{username}", name)
	}
	most := maxSMS
	if medium == Email {
		values, most = escaped(values), maxEmail
	}
	if body := strings.NewReplacer(values...).Replace(w.Body); body != "" && utf8.RuneCountInString(body) <= most {
		t.body = body
	}
	if w.Subject != "" && medium == Email {
		t.subject = header(w.Subject)
	}
	return t
}

// Function is the medium of what is handed to a function of the pool, which
// sends it by its own means.
const Function = "FUNCTION"

// Functions calls the functions of pools that send messages themselves.
type Functions interface {
	// Deliver hands letter with its code to the function that it names, as
	// Sender.Send does a message.
	Deliver(ctx context.Context, letter []byte, code string) error
}

// commitTimes are how long the transaction that adds a message may take: usually,
// and where there is much to do. A look that finds nothing is cheap.
var commitTimes = []time.Duration{20 * time.Millisecond, 200 * time.Millisecond, time.Second}

// Hand returns letter, of which only Functions know what is in it, as a message
// for the outbox. It is due even where others are held, and is soon looked for.
func (m *Messages) Hand(letter []byte, p *pool.Pool, d Delivery, code string) store.Message {
	out := m.envelope(p, Function, d.Destination)
	out.Sealed = m.seal(out, content{Code: code, Letter: letter})
	for _, d := range commitTimes {
		time.AfterFunc(d, m.wake)
	}
	return out
}
