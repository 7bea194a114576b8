package parity

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"strings"
	"sync"
)

// sheet is a storage that shows all it holds.
type sheet struct {
	mu    sync.Mutex
	items map[string]string
}

func (s *sheet) Load(_ context.Context, keys ...string) (map[string]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := map[string]string{}
	for _, key := range keys {
		if value, ok := s.items[key]; ok {
			found[key] = value
		}
	}
	return found, nil
}

func (s *sheet) Save(_ context.Context, set map[string]string, remove ...string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.Copy(s.items, set)
	for _, key := range remove {
		delete(s.items, key)
	}
	return nil
}

func (s *sheet) copy() map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.items)
}

// road is the way to the service. It notes what goes there.
type road struct {
	client *http.Client

	mu      sync.Mutex
	calls   []string
	offline bool
}

func (r *road) Do(req *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	req.Body = io.NopCloser(strings.NewReader(string(body)))
	_, op, _ := strings.Cut(req.Header.Get("X-Amz-Target"), ".")
	var in struct{ AuthFlow, ChallengeName string }
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, err
	}
	r.mu.Lock()
	r.calls = append(r.calls, strings.Join(strings.Fields(op+" "+in.AuthFlow+" "+in.ChallengeName), " "))
	offline := r.offline
	r.mu.Unlock()
	if offline {
		return nil, errors.New("the way to the service is cut")
	}
	return r.client.Do(req)
}

// take returns the calls since it was last called.
func (r *road) take() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	calls := r.calls
	r.calls = nil
	return calls
}
