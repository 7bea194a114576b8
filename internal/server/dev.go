package server

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/cenote-auth/cenote/internal/core/trigger"
	"github.com/cenote-auth/cenote/internal/endpoint/awsjson"
	"github.com/cenote-auth/cenote/internal/endpoint/devclock"
	"github.com/cenote-auth/cenote/internal/endpoint/guard"
	"github.com/cenote-auth/cenote/internal/endpoint/health"
	"github.com/cenote-auth/cenote/internal/endpoint/inbox"
	"github.com/cenote-auth/cenote/internal/endpoint/operation"
	"github.com/cenote-auth/cenote/internal/endpoint/wellknown"
)

// operationTime is how long an operation may take: its own part, and the two
// triggers that it waits for at most.
const operationTime = 15*time.Second + 2*trigger.Longest

// newHandler routes the paths of a development server: any access key is
// taken, messages are read in the inbox, the clock can be moved, and web pages
// of strangers are kept out of all that.
func newHandler(c Config, p *parts) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/{$}", awsjson.New(awsjson.Options{
		Handler:   p.operations,
		Exception: operation.Exception,
		Keys:      awsjson.AnyKey{},
		Page:      guard.SameOrigin,
		Timeout:   operationTime,
		Log:       c.Log,
	}))
	wellknown.Register(mux, p.tokens, c.Log)
	health.Register(mux, ready(p.store), c.Log)
	inbox.Register(mux, p.inbox, c.Log)
	devclock.Register(mux, p.clock)

	hosts := []string{c.Listen}
	if u, err := url.Parse(c.PublicURL); err == nil {
		hosts = append(hosts, u.Host)
	}
	return guard.New(hosts...).Wrap(mux)
}

// inbox returns what was sent to destination, in the form of the endpoint.
func (p *parts) inbox(ctx context.Context, destination string, limit int) ([]inbox.Message, error) {
	opened, err := p.messages.Inbox(ctx, p.store, destination, limit)
	if err != nil {
		return nil, err
	}
	list := make([]inbox.Message, len(opened))
	for i, m := range opened {
		list[i] = inbox.Message{
			ID: m.ID, Time: m.Created, Medium: m.Medium, Destination: m.Destination,
			Subject: m.Subject, Body: m.Body, Code: m.Code,
		}
	}
	return list, nil
}
