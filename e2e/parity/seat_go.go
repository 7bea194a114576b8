package parity

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cenote-auth/cenote/auth/userpool"
)

// goSeat is what surrounds a Go client; its calls are a library's.
type goSeat struct {
	road     *road
	sheet    *sheet
	mu       sync.Mutex
	ahead    time.Duration
	events   []any
	do       func(ctx context.Context, name string, with []byte) (any, error)
	mark     func(ctx context.Context) // waits for the events so far; nil if there are none
	leaveNow func()
}

// sitDownGo returns a Go client.
func sitDownGo(_ context.Context, at place, items map[string]string) (seat, error) {
	s := &goSeat{
		road:     &road{client: &http.Client{Transport: &http.Transport{}}},
		sheet:    &sheet{items: maps.Clone(items)},
		ahead:    at.ahead,
		leaveNow: func() {},
	}
	if s.sheet.items == nil {
		s.sheet.items = map[string]string{}
	}
	if at.library == "amplify" {
		return s, s.openAuth(at)
	}
	return s, s.openPool(at)
}

func (s *goSeat) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Now().Add(s.ahead)
}

func (s *goSeat) call(ctx context.Context, name string, with M) outcome {
	s.road.take()
	input, err := json.Marshal(with)
	var o outcome
	if err == nil {
		var result any
		if result, err = s.do(ctx, name, input); err == nil {
			o.Result, err = plain(result)
		}
	}
	if err != nil {
		o.Error = failureOf(err)
	}
	o.Events = s.heard(ctx)
	o.Calls = s.road.take()
	o.Storage = s.sheet.copy()
	return o
}

// heard returns the events since it was last called. They come by a goroutine of
// the client's, in order: those of a call are there when one that is made after
// it is.
func (s *goSeat) heard(ctx context.Context) []any {
	if s.mark != nil {
		s.mark(ctx)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	events := s.events
	s.events = nil
	return events
}

// hurried are the SDK's options with hardly a wait between tries.
var hurried = []func(*cip.Options){func(o *cip.Options) {
	o.Retryer = retry.NewStandard(func(o *retry.StandardOptions) {
		o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return time.Millisecond, nil })
	})
}}

// plain is a value as JSON reads it.
func plain(v any) (any, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	var out any
	return out, json.Unmarshal(text, &out)
}

func failureOf(err error) *failure {
	var e *userpool.Error
	if !errors.As(err, &e) {
		return &failure{Name: "no error of the client's", Message: err.Error()}
	}
	return &failure{Name: string(e.Code), Message: e.Message, Status: e.HTTPStatus}
}

func (s *goSeat) edit(_ context.Context, set map[string]string, remove []string) error {
	return s.sheet.Save(context.Background(), set, remove...)
}

func (s *goSeat) setAhead(_ context.Context, ahead time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ahead = ahead
	return nil
}

func (s *goSeat) setOffline(_ context.Context, is bool) error {
	s.road.mu.Lock()
	defer s.road.mu.Unlock()
	s.road.offline = is
	return nil
}

func (s *goSeat) leave() {
	s.leaveNow()
	s.road.client.CloseIdleConnections()
}
