package pool

import (
	"errors"
	"fmt"
	"io"
	"testing"
)

func TestErrorsAreToldByKindAndWords(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("sign up: %w", &Error{Kind: UsernameExists, Message: "User already exists", Err: io.EOF})
	for _, tt := range []struct {
		name   string
		target error
		want   bool
	}{
		{"of its kind", E(UsernameExists, ""), true},
		{"of its kind and in its words", E(UsernameExists, "User already exists"), true},
		{"of its kind in other words", E(UsernameExists, "taken"), false},
		{"of another kind", E(AliasExists, ""), false},
		{"of another kind in its words", E(AliasExists, "User already exists"), false},
		{"its cause", io.EOF, true},
		{"another error", io.ErrUnexpectedEOF, false},
	} {
		if got := errors.Is(err, tt.target); got != tt.want {
			t.Errorf("%s: errors.Is = %v, want %v", tt.name, got, tt.want)
		}
	}
}
