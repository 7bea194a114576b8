package devclock

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// limits of one request.
const (
	maxBody   = 1 << 10
	maxOffset = 100 * 365 * 24 * time.Hour // in all; a Duration ends at 292 years
)

// Clock is the time that the endpoint shows and moves.
type Clock interface {
	Now() time.Time
	// Offset is how far the clock is ahead of the system's.
	Offset() time.Duration
	Advance(d time.Duration)
}

// Register adds /_cenote/clock to mux.
func Register(mux *http.ServeMux, clock Clock) {
	mux.HandleFunc("GET /_cenote/clock", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, stateOf(clock))
	})
	mux.HandleFunc("POST /_cenote/clock", func(w http.ResponseWriter, r *http.Request) {
		d, err := advance(http.MaxBytesReader(w, r.Body, maxBody))
		if err == nil && d > maxOffset-clock.Offset() {
			err = errors.New("advance: the clock goes no further than 100 years ahead")
		}
		if err != nil {
			answer(w, http.StatusBadRequest, failure{err.Error()})
			return
		}
		clock.Advance(d)
		answer(w, http.StatusOK, stateOf(clock))
	})
}

type state struct {
	Now    string `json:"now"`
	Offset string `json:"offset"`
}

type failure struct {
	Message string `json:"message"`
}

func stateOf(c Clock) state {
	return state{c.Now().UTC().Format(time.RFC3339Nano), c.Offset().String()}
}

// advance reads {"advance":"<duration>"} and nothing else.
func advance(body io.Reader) (time.Duration, error) {
	var in struct {
		Advance *string `json:"advance"`
	}
	dec := json.NewDecoder(body)
	dec.DisallowUnknownFields()
	if err := dec.Decode(&in); err != nil {
		return 0, fmt.Errorf(`the body must be {"advance":"<duration>"}: %w`, err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return 0, errors.New("the body must be one JSON object and nothing after it")
	}
	if in.Advance == nil {
		return 0, errors.New(`advance is missing; give a duration such as "25h" or "90s"`)
	}
	d, err := time.ParseDuration(*in.Advance)
	if err != nil {
		return 0, fmt.Errorf(`advance must be a duration such as "25h" or "90s": %w`, err)
	}
	if d <= 0 {
		return 0, errors.New("advance must be more than zero: the clock does not go back")
	}
	return d, nil
}

func answer(w http.ResponseWriter, status int, body any) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // a client that went away hears nothing
}
