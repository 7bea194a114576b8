package parity

import (
	"context"
	"time"
)

// seat is where one client of a library sits: its process, its clock, its
// storage, and the way to the service.
type seat interface {
	// call calls the library.
	call(ctx context.Context, name string, with M) outcome

	// edit changes the storage, setAhead the clock, setOffline the way. Each is
	// there for the next call.
	edit(ctx context.Context, set map[string]string, remove []string) error
	setAhead(ctx context.Context, ahead time.Duration) error
	setOffline(ctx context.Context, is bool) error

	// leave ends the client. The seat is not used after.
	leave()
}

// sitDown returns a new client with a storage that holds items.
type sitDown func(ctx context.Context, place place, items map[string]string) (seat, error)

// place is what a client is told at its start.
type place struct {
	library  string // amplify or identity
	pool     pool
	endpoint string
	config   M
	ahead    time.Duration // the client's clock before the system's
}

// outcome is what a call came to.
type outcome struct {
	Result  any               `json:"result,omitempty"`
	Error   *failure          `json:"error,omitempty"`
	Events  []any             `json:"events,omitempty"`
	Calls   []string          `json:"calls,omitempty"`
	Storage map[string]string `json:"storage,omitempty"`
}

// failure is an error as either library has it.
type failure struct {
	Name    string `json:"name"`
	Message string `json:"message,omitempty"`
	Status  int    `json:"status,omitempty"` // of the service's answer, where the library tells
}

// comesTo is the outcome in a word, as Step.Want has it.
func (o outcome) comesTo() string {
	if o.Error != nil {
		return o.Error.Name
	}
	result, _ := o.Result.(M)
	if next, ok := result["nextStep"].(M); ok {
		for _, name := range []string{"signInStep", "signUpStep", "resetPasswordStep", "updateAttributeStep"} {
			if step, ok := next[name].(string); ok {
				return step
			}
		}
	}
	if challenge, ok := result["challenge"].(string); ok {
		return challenge
	}
	return "ok"
}
