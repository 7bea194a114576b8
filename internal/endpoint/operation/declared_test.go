package operation

import (
	"errors"
	"slices"
	"testing"

	"github.com/cenote-auth/cenote/internal/api"
)

// declared holds an operation against the errors that the model declares for
// it: each is reached by a case, or cannot occur here for a reason that is
// given.
type declared struct {
	operation string
	reached   []refusedCall
	cannot    map[string]string // exception: why
}

// tooMany is the answer to who calls too often. The door gives it, so no case
// has to.
const tooMany = "TooManyRequestsException"

// A refusedCall is a request and what is answered to it.
type refusedCall struct {
	name, exception, message, body string
	on                             *Operations // where not the usual ones
}

func (d declared) check(t *testing.T, usual *Operations) {
	op, ok := api.Lookup(d.operation)
	if !ok {
		t.Fatalf("there is no operation %s", d.operation)
	}
	checked.Store(d.operation, true)
	seen := map[string]bool{}
	for _, c := range d.reached {
		seen[c.exception] = true
		t.Run(c.name, func(t *testing.T) {
			on := usual
			if c.on != nil {
				on = c.on
			}
			name, message := answer(t, on, op, c.body)
			if name != c.exception || message != c.message {
				t.Errorf("got %s %q, want %s %q", name, message, c.exception, c.message)
			}
		})
		if !slices.Contains(op.Errors, c.exception) && c.exception != NotImplemented {
			t.Errorf("%s does not declare %s", d.operation, c.exception)
		}
	}
	if slices.Contains(op.Errors, tooMany) {
		seen[tooMany] = true
		if name, message := refusedAtTheDoor(t, op); name != tooMany || message != "Rate exceeded" {
			t.Errorf("called too often: got %s %q", name, message)
		}
	}
	for _, name := range op.Errors {
		if why, excused := d.cannot[name]; seen[name] == excused || excused && why == "" {
			t.Errorf("%s: is neither reached nor excused with a reason, or both", name)
		}
	}
	for name := range d.cannot {
		if !slices.Contains(op.Errors, name) {
			t.Errorf("%s is excused and not declared", name)
		}
	}
}

// answer returns the error that a request gets, as the front door names it.
func answer(t *testing.T, o *Operations, op *api.Operation, body string) (name, message string) {
	t.Helper()
	in, err := op.Decode([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	if err := in.Validate(); err != nil {
		var violations *api.ValidationError
		if !errors.As(err, &violations) {
			t.Fatal(err)
		}
		return api.ErrInvalidParameterException, violations.Error()
	}
	if _, err = op.Invoke(t.Context(), o, in); err == nil {
		return "", "no error"
	}
	if name, message, ok := Exception(err); ok {
		return name, message
	}
	return api.ErrInternalErrorException, ""
}
