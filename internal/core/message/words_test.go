package message

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestWordsInPlaceOfThePools(t *testing.T) {
	t.Parallel()
	m, st, _ := newMessages(t, Options{Held: true})
	for _, tt := range []struct {
		name          string
		words         Words
		kind          Kind
		d             Delivery
		subject, body string
	}{
		{"an e-mail", Words{"Hi\r\nBcc: x", "<b>{####}</b> {username}"}, SignUp, byEmail, "Hi  Bcc: x", "<b>&lt;1&gt;</b> {username}"},
		{"a subject alone", Words{Subject: "Hi"}, SignUp, byEmail, "Hi", "Your confirmation code is &lt;1&gt;"},
		{"an invitation", Words{Body: "{username}: {####}"}, Invite, byEmail, "Your temporary password", "ada: &lt;1&gt;"},
		{"a text message", Words{"Hi", "is {####}"}, ForgotPassword, bySMS, "", "is <1>"},
		{"nothing", Words{}, ForgotPassword, bySMS, "", "Your password reset code is <1>"},
		{"what is too long", Words{Body: strings.Repeat("{####}", maxSMS/2)}, SignUp, bySMS, "", "Your verification code is <1>"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			put(t, st, m.ComposeIn(tt.words, aPool, ada, tt.kind, tt.d.to(tt.name), "<1>"))
			list, err := m.Inbox(t.Context(), st, tt.name, 1)
			if err != nil || len(list) != 1 || list[0].Subject != tt.subject || list[0].Body != tt.body || list[0].Code != "<1>" {
				t.Errorf("inbox = %+v, %v; want %q, %q", list, err, tt.subject, tt.body)
			}
		})
	}
}

// functions remembers what it was handed, and fails as often as it is told to.
type functions struct {
	mu    sync.Mutex
	fails int
	got   []string
}

func (f *functions) Deliver(_ context.Context, letter []byte, code string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.got = append(f.got, string(letter)+" "+code)
	if f.fails--; f.fails >= 0 {
		return errors.New("no")
	}
	return nil
}

func (f *functions) list() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.got
}

// Without a Sender letters for functions go out, and mail waits: also where it
// is held, and after a function has failed.
func TestLettersGoToFunctionsWhileMailWaits(t *testing.T) {
	t.Parallel()
	for _, held := range []bool{false, true} {
		woken := make(chan struct{}, 9)
		m, st, now := newMessages(t, Options{Held: held, Wake: func() { woken <- struct{}{} }})
		f := &functions{fails: 1}
		d := NewDispatcher(DispatcherOptions{Store: st, Messages: m, Functions: f})
		add(t, m, st, "ada@example.com", "1")
		letter := m.Hand([]byte(`{"a":1}`), aPool, byEmail.to("ada@example.com"), "2")
		put(t, st, letter)
		nobody := m.Hand([]byte(`{"a":2}`), aPool, byEmail.to("eve@example.com"), "3")
		nobody.Destination = Nobody
		put(t, st, nobody)
		select {
		case <-woken:
		case <-time.After(10 * time.Second):
			t.Fatal("nobody was woken")
		}
		if list, err := m.Inbox(t.Context(), st, "ada@example.com", 9); err != nil || len(list) != 1 || list[0].Code != "1" {
			t.Errorf("inbox = %+v, %v; want the mail alone", list, err)
		}
		roundsUntilIdle(t, d)
		if n := len(outbox(t, st)); len(f.list()) != 1 || n != 2 {
			t.Fatalf("after one try %q were handed over and %d are left", f.list(), n)
		}
		now.Advance(time.Minute)
		roundsUntilIdle(t, d)
		if got := f.list(); len(got) != 2 || got[1] != `{"a":1} 2` {
			t.Errorf("handed over %q", got)
		}
		if rows := outbox(t, st); len(rows) != 1 || rows[0].Medium != Email || rows[0].Tries != 0 {
			t.Errorf("left are %+v, want the mail", rows)
		}
	}
}
