package message

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/logtest"
	"github.com/cenote-auth/cenote/internal/store"
)

// sender is a Sender that remembers how often it sent what.
type sender struct {
	send func(context.Context, Message) error

	mu    sync.Mutex
	calls map[string]int // by body
	now   int            // calls under way
	most  int            // the most of them at once
}

func (s *sender) Send(ctx context.Context, m Message) error {
	s.mu.Lock()
	if s.calls == nil {
		s.calls = map[string]int{}
	}
	s.calls[m.Body]++
	s.now++
	s.most = max(s.most, s.now)
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.now--
		s.mu.Unlock()
	}()
	if s.send == nil {
		return nil
	}
	return s.send(ctx, m)
}

func (s *sender) count(code string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls["Your confirmation code is "+code]
}

// roundsUntilIdle claims and sends until nothing is due.
func roundsUntilIdle(t *testing.T, d *Dispatcher) {
	t.Helper()
	var tries sync.WaitGroup
	for more := true; more; {
		more = d.round(t.Context(), &tries)
		tries.Wait()
	}
}

// running runs d until the test ends or stop is called, which waits for it.
func running(t *testing.T, d *Dispatcher) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); d.Run(ctx) }()
	stop = func() { cancel(); <-done }
	t.Cleanup(stop)
	return stop
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}

func TestTwoDispatchersSendEachMessageOnce(t *testing.T) {
	t.Parallel()
	m, st, _ := newMessages(t, Options{})
	s := &sender{send: func(context.Context, Message) error { time.Sleep(time.Millisecond); return nil }}
	const n = 6 * parallel
	for i := range n {
		add(t, m, st, "ada@example.com", fmt.Sprint(i))
	}
	for range 2 {
		d := NewDispatcher(DispatcherOptions{Store: st, Messages: m, Sender: s, poll: 10 * time.Millisecond})
		running(t, d)
	}
	eventually(t, "the outbox is empty", func() bool { return len(outbox(t, st)) == 0 })
	for i := range n {
		if got := s.count(fmt.Sprint(i)); got != 1 {
			t.Errorf("message %d was sent %d times, want once", i, got)
		}
	}
	if s.most > 2*parallel {
		t.Errorf("%d were sent at once, want at most %d", s.most, 2*parallel)
	}
}

func TestAFailingSenderIsTriedAgainLaterAndThenGivenUp(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		send   func(context.Context, Message) error
		reason string
	}{
		{"it fails", func(_ context.Context, m Message) error {
			return errors.New("mailbox unavailable: " + m.Destination + ": " + m.Body)
		}, "refused"},
		{"it panics", func(_ context.Context, m Message) error { panic(m.Destination) }, "panicked: string at "},
		{"it is slow", func(ctx context.Context, m Message) error {
			<-ctx.Done()
			return fmt.Errorf("send to %s: %w", m.Destination, ctx.Err())
		}, "too long"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var log logtest.Lines
			m, st, now := newMessages(t, Options{Log: log.Logger()})
			s := &sender{send: tt.send}
			d := NewDispatcher(DispatcherOptions{Store: st, Messages: m, Sender: s, sendLimit: 5 * time.Millisecond})
			row := add(t, m, st, "ada@example.com", "123456")
			for i, wait := range waits {
				roundsUntilIdle(t, d)
				if got := s.count("123456"); got != i+1 {
					t.Fatalf("%d tries after %d rounds", got, i+1)
				}
				now.Advance(wait - time.Second)
				roundsUntilIdle(t, d)
				if got := s.count("123456"); got != i+1 {
					t.Fatalf("tried again within %v", wait)
				}
				now.Advance(time.Second)
			}
			if log.String() != "" {
				t.Errorf("logged before giving up: %s", log.String())
			}
			roundsUntilIdle(t, d)
			now.Advance(10 * time.Hour)
			roundsUntilIdle(t, d)
			if got := s.count("123456"); got != len(waits)+1 {
				t.Errorf("%d tries, want %d", got, len(waits)+1)
			}
			left := outbox(t, st)
			if len(left) != 1 || !left[0].Due.IsZero() || left[0].Tries != len(waits)+1 {
				t.Errorf("outbox = %+v; want the message, given up", left)
			}
			wantLine(t, log.String(), row.ID, tt.reason)
		})
	}
}

// wantLine checks that log is one line of ids and a reason.
func wantLine(t *testing.T, log, id, reason string) {
	t.Helper()
	if strings.Count(log, "\n") != 1 {
		t.Errorf("log = %q, want one line", log)
	}
	for _, want := range []string{id, "pool=7", "medium=EMAIL", reason} {
		if !strings.Contains(log, want) {
			t.Errorf("log = %q, which lacks %q", log, want)
		}
	}
	for _, secret := range []string{"example.com", "123456", "mailbox"} {
		if strings.Contains(log, secret) {
			t.Errorf("log = %q, which holds %q", log, secret)
		}
	}
}

func TestASlowSenderDoesNotHoldUpOthers(t *testing.T) {
	t.Parallel()
	m, st, _ := newMessages(t, Options{})
	release := make(chan struct{})
	let := sync.OnceFunc(func() { close(release) })
	defer let()
	s := &sender{send: func(ctx context.Context, msg Message) error {
		if msg.Destination == "slow@example.com" {
			<-release
		}
		return nil
	}}
	const slow = 30
	for range slow {
		add(t, m, st, "slow@example.com", "slow")
	}
	d := NewDispatcher(DispatcherOptions{Store: st, Messages: m, Sender: s, poll: time.Hour})
	stop := running(t, d)
	eventually(t, "the slow ones have begun", func() bool { return s.count("slow") == slow })
	for i := range 10 {
		add(t, m, st, "ada@example.com", fmt.Sprint(i))
		d.Wake()
	}
	eventually(t, "the others are sent", func() bool { return len(outbox(t, st)) == slow })
	let()
	stop() // waits for the slow ones and their deletion
	if left := outbox(t, st); len(left) != 0 {
		t.Errorf("%d messages are left after stopping, want none", len(left))
	}
}

func TestAClockThatLeapsDoesNotSendTwice(t *testing.T) {
	t.Parallel()
	m, st, now := newMessages(t, Options{})
	began, release := make(chan struct{}, 10), make(chan struct{})
	s := &sender{send: func(context.Context, Message) error { began <- struct{}{}; <-release; return nil }}
	add(t, m, st, "ada@example.com", "123456")
	d := NewDispatcher(DispatcherOptions{Store: st, Messages: m, Sender: s})
	var tries sync.WaitGroup
	d.round(t.Context(), &tries)
	<-began
	now.Advance(25 * time.Hour)
	for range 3 {
		d.round(t.Context(), &tries)
	}
	close(release)
	tries.Wait()
	if got := s.count("123456"); got != 1 {
		t.Errorf("sent %d times, want once", got)
	}
}

func TestATryThatEndsDuringAClaimIsNotBegunAgainByIt(t *testing.T) {
	t.Parallel()
	m, st, _ := newMessages(t, Options{})
	d := NewDispatcher(DispatcherOptions{Store: st, Messages: m, Sender: &sender{}})
	d.claiming()
	if !d.begin("x") || d.begin("x") {
		t.Fatal("a message did not begin once")
	}
	d.claiming()
	d.end("x")
	if d.begin("x") {
		t.Error("begun again by a claim that was under way")
	}
	d.claiming()
	if !d.begin("x") {
		t.Error("not begun by the next claim")
	}
}

func TestAMessageToNobodyIsThrownAway(t *testing.T) {
	t.Parallel()
	var log logtest.Lines
	m, st, _ := newMessages(t, Options{Log: log.Logger()})
	row := m.Compose(aPool, ada, ResendCode, toEmail, "123456")
	row.Destination = Nobody
	put(t, st, row)
	if shown, err := m.Inbox(t.Context(), st, "", 10); err != nil || len(shown) != 0 {
		t.Errorf("Inbox = %v, %v; want it empty", shown, err)
	}
	s := &sender{}
	roundsUntilIdle(t, NewDispatcher(DispatcherOptions{Store: st, Messages: m, Sender: s}))
	if len(s.calls) != 0 || log.String() != "" {
		t.Errorf("sent %v, logged %q; want neither", s.calls, log.String())
	}
	err := st.Update(t.Context(), func(tx store.Tx) error { return tx.AddMessage(t.Context(), row) })
	if err != nil {
		t.Errorf("it is still in the outbox: %v", err)
	}
}

func TestAMessageThatDoesNotOpenIsGivenUp(t *testing.T) {
	t.Parallel()
	var log logtest.Lines
	m, st, now := newMessages(t, Options{Log: log.Logger()})
	row := m.Compose(aPool, ada, SignUp, toEmail, "123456")
	row.Sealed[len(row.Sealed)-1] ^= 1
	put(t, st, row)
	s := &sender{}
	d := NewDispatcher(DispatcherOptions{Store: st, Messages: m, Sender: s})
	for range 3 {
		roundsUntilIdle(t, d)
		now.Advance(time.Hour)
	}
	if len(s.calls) != 0 {
		t.Error("it was sent")
	}
	if left := outbox(t, st); len(left) != 1 || !left[0].Due.IsZero() {
		t.Errorf("outbox = %+v; want it there, given up", left)
	}
	wantLine(t, log.String(), row.ID, "does not open")
}

// forgetful is a store whose first deletions of messages fail.
type forgetful struct {
	store.Store
	failures int
}

type forgetfulTx struct {
	store.Tx
	of *forgetful
}

func (f *forgetful) Update(ctx context.Context, fn func(store.Tx) error) error {
	return f.Store.Update(ctx, func(tx store.Tx) error { return fn(forgetfulTx{tx, f}) })
}

func (tx forgetfulTx) DeleteMessage(ctx context.Context, id string) error {
	if tx.of.failures > 0 {
		tx.of.failures--
		return errors.New("the disk is away")
	}
	return tx.Tx.DeleteMessage(ctx, id)
}

func TestAMessageWhoseDeletionFailedIsNotSentAgain(t *testing.T) {
	t.Parallel()
	var log logtest.Lines
	m, st, now := newMessages(t, Options{Log: log.Logger()})
	add(t, m, st, "ada@example.com", "123456")
	s := &sender{}
	d := NewDispatcher(DispatcherOptions{Store: &forgetful{st, 2}, Messages: m, Sender: s})
	for range 3 {
		roundsUntilIdle(t, d)
		now.Advance(lease)
	}
	if got := s.count("123456"); got != 1 {
		t.Errorf("sent %d times, want once", got)
	}
	if left := outbox(t, st); len(left) != 0 {
		t.Errorf("outbox = %+v, want it empty", left)
	}
	if len(d.sent) != 0 || len(d.busy) != 0 {
		t.Errorf("the dispatcher still remembers %v, %v", d.sent, d.busy)
	}
}
