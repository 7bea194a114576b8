// Package logtest is a log, or what else a program says, that a test can read
// while it is written.
package logtest

import (
	"bytes"
	"log/slog"
	"sync"
)

// Lines is what was written so far. It is safe for concurrent use.
type Lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *Lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *Lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// Logger returns a logger of everything from level info on, as text.
func (l *Lines) Logger() *slog.Logger { return slog.New(slog.NewTextHandler(l, nil)) }
