package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
)

// A message is the body of a POST to the bare server: how long the answer
// shall be, which parts to do before it, and text that makes the request as long
// as that of a real operation.
type message struct {
	Answer int
	Do     map[string]int `json:",omitempty"` // how often, by part
	Text   string
}

// answerSize is what the answer holds beside its text.
const answerSize = len(`{"Answer":1000,"Text":""}`)

// A bareServer answers requests with net/http and encoding/json, and does the
// cryptography and the reads that they ask for, and nothing else. So each costs
// what it costs a server: beside the others, and beside a client at work.
type bareServer struct {
	crypto map[string]func() error
	reads  *transactions
}

// bare runs a bare server on the database of an order. It prints its address and
// ends with its input.
func bare(in io.Reader, out io.Writer) (err error) {
	var o order
	if err := json.NewDecoder(in).Decode(&o); err != nil {
		return err
	}
	var s bareServer
	if s.crypto, err = cryptography(); err != nil {
		return err
	}
	st, err := openStore(context.Background(), o.Path, o.Database)
	if err != nil {
		return err
	}
	defer st.Close()
	if s.reads, err = newTransactions(context.Background(), st, o); err != nil {
		return err
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(out, ln.Addr()); err != nil {
		return err
	}
	go func() {
		io.Copy(io.Discard, in)
		ln.Close()
	}()
	if err := http.Serve(ln, s); !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

func (s bareServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var m message
	if err := json.NewDecoder(r.Body).Decode(&m); err != nil {
		http.Error(w, "not a message", http.StatusBadRequest)
		return
	}
	if err := s.do(m.Do); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	answer, err := json.Marshal(message{Answer: m.Answer, Text: strings.Repeat("a", max(0, m.Answer-answerSize))})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	_, _ = w.Write(answer) // the client is gone, or has it
}

// do makes reads and does cryptographic parts, each as often as n says.
func (s bareServer) do(n map[string]int) error {
	if n[partRead] > 0 {
		if err := s.reads.view(n[partRead]); err != nil {
			return err
		}
	}
	for part, fn := range s.crypto {
		for range n[part] {
			if err := fn(); err != nil {
				return err
			}
		}
	}
	return nil
}

// posts returns a run of POSTs with bodies of the sizes in seen; the last asks
// for parts.
func posts(seen []exchange, parts []amount) (func(*worker) error, error) {
	var bodies [][]byte
	for i, e := range seen {
		m := message{Answer: e.answer}
		if i == len(seen)-1 && len(parts) > 0 {
			m.Do = map[string]int{}
			for _, a := range parts {
				m.Do[a.part] += a.n
			}
		}
		b, err := json.Marshal(m)
		if err != nil {
			return nil, err
		}
		m.Text = strings.Repeat("a", max(0, e.request-len(b)))
		if b, err = json.Marshal(m); err != nil {
			return nil, err
		}
		bodies = append(bodies, b)
	}
	return func(w *worker) error {
		for _, b := range bodies {
			if _, err := w.call("Echo", "", b); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

// startBare starts the bare server on a copy of the database of s and returns
// where it listens.
func (b *bench) startBare(ctx context.Context, s *site) (*child, string, error) {
	o, err := s.order("bare.db", b.span)
	if err != nil {
		return nil, "", err
	}
	input, err := json.Marshal(o)
	if err != nil {
		return nil, "", fmt.Errorf("start the bare server: %w", err)
	}
	c, err := start(ctx, b.place, input, b.self, "bare")
	if err != nil {
		return nil, "", fmt.Errorf("start the bare server: %w", err)
	}
	host, err := c.line()
	return c, host, err
}
