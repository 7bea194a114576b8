package flowtest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/cenote-auth/cenote/internal/core/trigger"
	"github.com/cenote-auth/cenote/internal/pool"
)

// Event is what a trigger's function was told.
type Event struct {
	Source   string                    `json:"triggerSource"`
	UserName string                    `json:"userName"`
	Caller   struct{ ClientID string } `json:"callerContext"`
	Request  struct {
		UserAttributes, ValidationData, ClientMetadata map[string]string
		UserNotFound                                   *bool
		NewDeviceUsed                                  bool

		CodeParameter, UsernameParameter string // of CustomMessage
		Type, Code                       string // of custom senders

		Session                        []trigger.Round // of custom challenges
		ChallengeName, ChallengeAnswer string
		PrivateChallengeParameters     map[string]string

		Password           string // of UserMigration
		Scopes             []string
		GroupConfiguration struct{ GroupsToOverride []string }
	} `json:"request"`
}

// Lambda calls the functions of a test.
type Lambda struct {
	*trigger.Triggers
	mu     sync.Mutex
	events []Event
}

// NewLambda returns a Lambda whose every function is one: it may change the
// response, and its error is that of the function.
func NewLambda(t testing.TB, function func(e Event, response map[string]any) error) *Lambda {
	t.Helper()
	l := &Lambda{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var all map[string]any
		if err := json.NewDecoder(r.Body).Decode(&all); err != nil {
			t.Errorf("event: %v", err)
			return
		}
		if err := function(l.take(t, all), all["response"].(map[string]any)); err != nil {
			w.Header().Set("X-Amz-Function-Error", "Unhandled")
			all = map[string]any{"errorMessage": err.Error()}
		}
		if err := json.NewEncoder(w).Encode(all); err != nil {
			t.Errorf("answer: %v", err)
		}
	}))
	t.Cleanup(s.Close)
	l.Triggers = trigger.New(trigger.Options{Endpoint: s.URL, SenderKey: make([]byte, 32)})
	return l
}

func (l *Lambda) take(t testing.TB, all map[string]any) (e Event) {
	text, err := json.Marshal(all)
	if err == nil {
		err = json.Unmarshal(text, &e)
	}
	if err != nil {
		t.Errorf("event: %v", err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.events = append(l.events, e)
	return e
}

// Events returns what the functions were told, in order, and forgets it.
func (l *Lambda) Events() []Event {
	l.mu.Lock()
	defer l.mu.Unlock()
	events := l.events
	l.events = nil
	return events
}

// Sources returns the triggerSource of each of events.
func Sources(events []Event) []string {
	sources := []string{}
	for _, e := range events {
		sources = append(sources, e.Source)
	}
	return sources
}

// Calls gives a pool that is being made triggers, by their names in LambdaConfig.
func Calls(triggers ...string) func(*pool.Pool) {
	return func(p *pool.Pool) {
		p.Triggers.ARN = map[string]string{}
		for _, name := range triggers {
			p.Triggers.ARN[name] = "arn:aws:lambda:us-east-1:123456789012:function:" + name
		}
	}
}
