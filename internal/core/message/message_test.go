package message

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/clock"
	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/logtest"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/seal"
	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

// newMessages returns messages over an empty store, and their clock.
func newMessages(t *testing.T, o Options) (*Messages, store.Store, *clock.Clock) {
	t.Helper()
	st, now := storetest.Open(t), clock.New()
	keys, err := keyring.Open(t.Context(), st, seal.NewKey(), now.Now)
	if err != nil {
		t.Fatal(err)
	}
	o.Keyring, o.Now = keys, now.Now
	return New(o), st, now
}

var (
	aPool = &pool.Pool{Key: 7, ID: "us-east-1_abc"}
	ada   = &pool.User{PoolKey: 7, Sub: "s", Username: "ada", Attributes: map[string]string{"email": "ada@example.com"}}
)

// add composes a sign-up message to destination and puts it into the outbox.
func add(t *testing.T, m *Messages, st store.Store, destination, code string) store.Message {
	t.Helper()
	row := m.Compose(aPool, ada, SignUp, byEmail.to(destination), code)
	put(t, st, row)
	return row
}

func put(t *testing.T, st store.Store, row store.Message) {
	t.Helper()
	err := st.Update(t.Context(), func(tx store.Tx) error { return tx.AddMessage(t.Context(), row) })
	if err != nil {
		t.Fatal(err)
	}
}

// outbox returns all messages of st, the newest first.
func outbox(t *testing.T, st store.Store) (rows []store.Message) {
	t.Helper()
	err := st.View(t.Context(), func(s store.Snapshot) (err error) {
		rows, err = s.Messages(t.Context(), "", 1000)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestCompose(t *testing.T) {
	t.Parallel()
	m, _, now := newMessages(t, Options{})
	before := now.Now().Truncate(time.Microsecond)
	row := m.Compose(aPool, ada, SignUp, toEmail, "123456")
	if row.PoolKey != 7 || row.Medium != Email || row.Destination != "ada@example.com" || row.Tries != 0 {
		t.Errorf("Compose = %+v", row)
	}
	if row.Created.Before(before) || row.Due != row.Created {
		t.Errorf("created %v, due %v; want both now", row.Created, row.Due)
	}
	if bytes.Contains(row.Sealed, []byte("123456")) {
		t.Error("the code is readable in the row")
	}
	if next := m.Compose(aPool, ada, SignUp, toEmail, "123456"); next.ID <= row.ID {
		t.Errorf("ids %s, %s do not sort by time", row.ID, next.ID)
	}
}

func TestHeldMessagesAreNeverDue(t *testing.T) {
	t.Parallel()
	m, st, now := newMessages(t, Options{Held: true})
	if row := add(t, m, st, "ada@example.com", "123456"); !row.Due.IsZero() {
		t.Errorf("due %v, want never", row.Due)
	}
	now.Advance(1000 * time.Hour)
	got, err := NewDispatcher(DispatcherOptions{Store: st, Messages: m}).claim(t.Context(), 10)
	if len(got) != 0 || err != nil {
		t.Errorf("claimed %v, %v; want none", got, err)
	}
}

func TestInbox(t *testing.T) {
	t.Parallel()
	m, st, _ := newMessages(t, Options{Held: true})
	add(t, m, st, "ada@example.com", "111111")
	add(t, m, st, "bob@example.com", "222222")
	last := add(t, m, st, "ada@example.com", "333333")

	got, err := m.Inbox(t.Context(), st, "ada@example.com", 10)
	if err != nil || len(got) != 2 {
		t.Fatalf("Inbox = %v, %v; want two messages", got, err)
	}
	want := Opened{
		Message{last.ID, 7, "EMAIL", "ada@example.com", "Your verification code", "Your confirmation code is 333333"},
		last.Created, "333333",
	}
	if got[0] != want {
		t.Errorf("newest = %#v, want %#v", got[0].Message.Body, want.Body)
	}
	if got[1].Code != "111111" {
		t.Errorf("oldest has code %s, want 111111", got[1].Code)
	}
	if all, _ := m.Inbox(t.Context(), st, "", 2); len(all) != 2 || all[1].Destination != "bob@example.com" {
		t.Errorf("the newest two of all = %v", all)
	}
	if none, err := m.Inbox(t.Context(), st, "eve@example.com", 10); none == nil || len(none) != 0 || err != nil {
		t.Errorf("Inbox of nobody = %#v, %v; want an empty list", none, err)
	}
}

func TestInboxLeavesOutWhatDoesNotOpenAndLogsItOnce(t *testing.T) {
	t.Parallel()
	var log logtest.Lines
	m, st, _ := newMessages(t, Options{Held: true, Log: log.Logger()})
	good := add(t, m, st, "ada@example.com", "111111")
	moved := m.Compose(aPool, ada, SignUp, toEmail, "222222")
	moved.Destination = "eve@example.com" // somebody else's code in one's own row
	put(t, st, moved)

	for range 3 {
		got, err := m.Inbox(t.Context(), st, "", 10)
		if err != nil || len(got) != 1 || got[0].ID != good.ID {
			t.Fatalf("Inbox = %v, %v; want the good one", got, err)
		}
	}
	if n := strings.Count(log.String(), "does not open"); n != 1 || !strings.Contains(log.String(), moved.ID) {
		t.Errorf("log = %q; want one line naming %s", log.String(), moved.ID)
	}
	if strings.Contains(log.String(), "example.com") {
		t.Errorf("log = %q names an address", log.String())
	}
}

func TestMessageKeepsItsTextOutOfLogs(t *testing.T) {
	t.Parallel()
	msg := Message{"the-id", 7, Email, "ada@example.com", "secret subject", "secret body"}
	var log logtest.Lines
	log.Logger().Info("sending", "message", msg)
	for _, text := range []string{log.String(), fmt.Sprintf("%v %+v %#v %s", msg, msg, msg, Opened{Message: msg, Code: "secret"})} {
		if strings.Contains(text, "secret") || strings.Contains(text, "example.com") || !strings.Contains(text, "the-id") {
			t.Errorf("printed as %s; want the id alone", text)
		}
	}
}
