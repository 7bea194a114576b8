package postgres_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

// wire is a network between a store and its server that can be cut.
type wire struct {
	url string

	mu  sync.Mutex
	cut func(sent []byte) (before, after bool) // looks at what the client sends
}

// newWire puts a wire before the server of a URL.
func newWire(t *testing.T, raw string) *wire {
	t.Helper()
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	server := u.Host
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	u.Host = listener.Addr().String()
	w := &wire{url: u.String()}
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go w.carry(client, server)
		}
	}()
	return w
}

func (w *wire) set(cut func([]byte) (before, after bool)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = cut
}

// carry copies both ways until somebody hangs up or the wire is cut, before
// or after the server got what was sent.
func (w *wire) carry(client net.Conn, address string) {
	defer client.Close()
	server, err := net.Dial("tcp", address)
	if err != nil {
		return
	}
	defer server.Close()
	var mute atomic.Bool // the answer must not come through
	go func() {
		defer client.Close()
		b := make([]byte, 1<<16)
		for {
			n, err := server.Read(b)
			if err != nil || mute.Load() {
				return
			}
			if _, err := client.Write(b[:n]); err != nil {
				return
			}
		}
	}()
	b := make([]byte, 1<<16)
	for {
		n, err := client.Read(b)
		if err != nil {
			return
		}
		before, after := w.look(b[:n])
		if before {
			return
		}
		mute.Store(after)
		if _, err := server.Write(b[:n]); err != nil {
			return
		}
	}
}

func (w *wire) look(sent []byte) (before, after bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.cut == nil {
		return false, false
	}
	return w.cut(sent)
}

// once cuts the wire at the first message that contains text.
func once(text string, before bool) func([]byte) (bool, bool) {
	done := false
	return func(sent []byte) (bool, bool) {
		if done || !bytes.Contains(sent, []byte(text)) {
			return false, false
		}
		done = true
		return before, !before
	}
}

func TestALostConnection(t *testing.T) {
	t.Parallel()
	url := storetest.Postgres(t)
	direct := open(t, url)
	w := newWire(t, url)
	s := open(t, w.url)
	for _, tt := range []struct {
		name string
		cut  func([]byte) (before, after bool)
		want error
		runs int
	}{
		{"before the first statement, fn runs again", once("before the first", true), nil, 2},
		{"within fn, it runs again", once("marker", true), nil, 2},
		{"before the commit arrives, nobody knows", once("COMMIT", true), store.ErrUnknown, 1},
		{"after the commit, nobody knows", once("COMMIT", false), store.ErrUnknown, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := s.Update(t.Context(), set(t, "warm "+tt.name)); err != nil { // prepares the statements
				t.Fatal(err)
			}
			w.set(tt.cut)
			runs := 0
			err := s.Update(t.Context(), func(tx store.Tx) error {
				runs++
				if err := set(t, tt.name)(tx); err != nil {
					return err
				}
				_, err := tx.SetMetaOnce(context.Background(), "marker "+tt.name, "")
				return err
			})
			w.set(nil)
			if !errors.Is(err, tt.want) || runs != tt.runs {
				t.Errorf("Update = %v after %d runs, want %v after %d", err, runs, tt.want, tt.runs)
			}
			if tt.want == nil && !has(t, direct, tt.name) {
				t.Error("an answered update is not there")
			}
			if err := s.Ping(t.Context()); err != nil {
				t.Errorf("the store did not recover: %v", err)
			}
		})
	}
}
