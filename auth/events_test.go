package auth_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/auth"
)

// names are those of the events of a client, as v5 calls them.
type names struct {
	mu   sync.Mutex
	list []string
}

func (n *names) add(e auth.Event) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.list = append(n.list, e.NameV5())
}

func (n *names) text() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return strings.Join(n.list, " ")
}

// want waits until the events are there, which come in their own goroutine.
func (n *names) want(t *testing.T, want string) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); n.text() != want && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	if got := n.text(); got != want {
		t.Errorf("events: %s\nwant:   %s", got, want)
	}
}

// A slow subscriber holds up nobody, hears the newest events in their order, and
// is told how many it missed.
func TestSlowSubscriber(t *testing.T) {
	t.Parallel()
	client := newClient(t, nil)
	heard, free := make(chan auth.Event), make(chan struct{})
	cancel := client.Subscribe(func(e auth.Event) {
		<-free
		heard <- e
	})
	defer cancel()

	const extra = 3
	for range 1 + 256 + extra { // one is in the subscriber's hands
		if err := client.SignOut(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
	}
	close(free)
	var lost, got int
	for got+lost < 1+256+extra {
		switch e := (<-heard).(type) {
		case auth.EventsLost:
			lost += e.Count
		case auth.SignedOut:
			got++
		}
	}
	if lost < extra || lost > extra+1 {
		t.Errorf("%d events were lost, want %d or one more", lost, extra)
	}
}

func TestUnsubscribe(t *testing.T) {
	t.Parallel()
	client := newClient(t, nil)
	var first, second names
	var cancel func()
	cancel = client.Subscribe(func(e auth.Event) { first.add(e); cancel() })
	defer client.WithStorage(client.Storage()).Subscribe(second.add)()
	if err := client.SignOut(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	first.want(t, "signOut")
	cancel() // waits for nothing; the one from within may not have come yet
	if err := client.SignOut(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	second.want(t, "signOut signOut")
	first.want(t, "signOut")
}

func TestEventNames(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		event  auth.Event
		v6, v5 string
	}{
		{auth.SignedUp{}, "", "signUp"},
		{auth.SignUpFailed{}, "", "signUp_failure"},
		{auth.SignUpConfirmed{}, "", "confirmSignUp"},
		{auth.AutoSignedIn{}, "", "autoSignIn"},
		{auth.AutoSignInFailed{}, "", "autoSignIn_failure"},
		{auth.SignedIn{}, "signedIn", "signIn"},
		{auth.SignInFailed{}, "", "signIn_failure"},
		{auth.NewPasswordFailed{}, "", "completeNewPassword_failure"},
		{auth.SignedOut{}, "signedOut", "signOut"},
		{auth.SessionEnded{}, "", "signOut"},
		{auth.TokenRefreshed{}, "tokenRefresh", "tokenRefresh"},
		{auth.TokenRefreshFailed{}, "tokenRefresh_failure", "tokenRefresh_failure"},
		{auth.EventsLost{}, "", ""},
	} {
		if v6, v5 := tt.event.Name(), tt.event.NameV5(); v6 != tt.v6 || v5 != tt.v5 {
			t.Errorf("%T is %q and %q, want %q and %q", tt.event, v6, v5, tt.v6, tt.v5)
		}
	}
}
