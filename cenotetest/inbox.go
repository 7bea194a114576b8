package cenotetest

import (
	"net/http"
	"net/url"
	"testing"
	"time"
)

// Message is a mail or text message that the server kept instead of sending it.
type Message struct {
	ID          string
	Time        time.Time
	Medium      string // EMAIL or SMS
	Destination string // an address or a phone number
	Subject     string // empty for a text message
	Body        string
	Code        string // the code or the temporary password in Body
}

// codeWait is how long Code waits for a message that is not there yet.
const codeWait = 2 * time.Second

// Messages returns what was sent to an address or a phone number, or to
// everybody if destination is empty, the newest first and at most a hundred.
// A message is there when the call that sends it has returned.
func (s *Server) Messages(t testing.TB, destination string) []Message {
	t.Helper()
	var out struct{ Messages []Message }
	query := url.Values{"destination": {destination}}
	if err := s.call(t.Context(), http.MethodGet, "/_cenote/inbox?"+query.Encode(), nil, &out); err != nil {
		t.Fatalf("cenotetest: read the inbox: %v", err)
	}
	return out.Messages
}

// Code returns the code, or the temporary password, in the newest message to
// an address or a phone number. Where there is none yet it waits for two
// seconds, since a program under test may be about to send it.
func (s *Server) Code(t testing.TB, destination string) string {
	t.Helper()
	for end := time.Now().Add(codeWait); ; time.Sleep(10 * time.Millisecond) {
		if list := s.Messages(t, destination); len(list) > 0 {
			return list[0].Code
		}
		if time.Now().After(end) {
			t.Fatalf("cenotetest: nothing was sent to %s", destination)
		}
	}
}
