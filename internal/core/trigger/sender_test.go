package trigger

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/golden"
)

var code = regexp.MustCompile(`"code": "([^"]+)"`)

// What custom senders get, a file for each source. Their code is another each
// time, and package esdk says what is in it.
func TestLetters(t *testing.T) {
	t.Parallel()
	for _, occasion := range []string{
		MessageSignUp, MessageInvite, MessageResend, MessageForgot, MessageUpdate, MessageVerify, MessageSignIn, MessageTakenOver,
	} {
		for _, byEmail := range []bool{true, false} {
			file := "custom_sms_sender_" + strings.ToLower(occasion) + ".json"
			if byEmail {
				file = "custom_email_sender_" + strings.ToLower(occasion) + ".json"
			} else if occasion == MessageTakenOver {
				continue // goes by e-mail alone
			}
			t.Run(file, func(t *testing.T) {
				t.Parallel()
				l := newLambda(t, returns("whatever"))
				tr, log := quick(l.URL)
				if err := tr.Deliver(t.Context(), tr.Letter(ada(), occasion, byEmail, metadata), "123456"); err != nil {
					t.Fatal(err)
				}
				event := indented(t, l.payloads[0])
				secret, err := base64.StdEncoding.DecodeString(code.FindStringSubmatch(event)[1])
				if err != nil || len(secret) < 200 || strings.Contains(event, "123456") {
					t.Errorf("the code is %q, %v", secret, err)
				}
				golden.Equal(t, file, code.ReplaceAllString(event, `"code": "..."`))
				if log.String() != "" {
					t.Errorf("the log has %q", log)
				}
			})
		}
	}
}

func TestALetterThatIsNotDelivered(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func(int, http.ResponseWriter, *http.Request, []byte){
		"the function failed": func(_ int, w http.ResponseWriter, _ *http.Request, _ []byte) {
			w.Header().Set("X-Amz-Function-Error", "Unhandled")
			io.WriteString(w, `{"errorMessage":"ada@example.com"}`)
		},
		"there is no function": func(_ int, w http.ResponseWriter, _ *http.Request, _ []byte) { w.WriteHeader(http.StatusNotFound) },
		"the line was cut":     func(int, http.ResponseWriter, *http.Request, []byte) { panic(http.ErrAbortHandler) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLambda(t, answer)
			tr, log := quick(l.URL)
			outcome := ""
			tr.observe = func(trigger, how string, _ time.Duration) { outcome = trigger + " " + how }
			err := tr.Deliver(t.Context(), tr.Letter(ada(), MessageSignUp, true, nil), "123456")
			if err == nil || l.calls() != 1 {
				t.Errorf("Deliver = %v after %d calls, want an error after one", err, l.calls())
			}
			if !strings.HasPrefix(outcome, customEmailSender) || outcome == customEmailSender+" "+Done {
				t.Errorf("observed %q", outcome)
			}
			for _, secret := range []string{"ada@example.com", "123456"} {
				if strings.Contains(log.String()+err.Error(), secret) {
					t.Errorf("%q is in %q or %v", secret, log, err)
				}
			}
		})
	}
}

func TestWithoutAKeyNoCodeLeaves(t *testing.T) {
	t.Parallel()
	l := newLambda(t, echo)
	tr := New(Options{Endpoint: l.URL})
	if err := tr.Deliver(t.Context(), tr.Letter(ada(), MessageSignUp, false, nil), "123456"); err == nil || l.calls() != 0 || tr.CanSend() {
		t.Errorf("Deliver = %v after %d calls", err, l.calls())
	}
	if err := tr.Deliver(t.Context(), []byte("{"), "123456"); err == nil {
		t.Error("a broken letter was delivered")
	}
}

func TestTemporaryPasswordsAreEscaped(t *testing.T) {
	t.Parallel()
	lengths := map[string]int{}
	for _, occasion := range []string{MessageInvite, MessageSignUp} {
		l := newLambda(t, echo)
		tr, _ := quick(l.URL)
		if err := tr.Deliver(t.Context(), tr.Letter(ada(), occasion, true, nil), `a<"b`); err != nil {
			t.Fatal(err)
		}
		var event struct{ Request struct{ Code []byte } }
		if err := json.Unmarshal(l.payloads[0], &event); err != nil {
			t.Fatal(err)
		}
		lengths[occasion] = len(event.Request.Code)
	}
	if more := lengths[MessageInvite] - lengths[MessageSignUp]; more != len(`a&lt;&quot;b`)-len(`a<"b`) {
		t.Errorf("an invitation's code is %d bytes longer, want the 8 of two entities", more)
	}
}
