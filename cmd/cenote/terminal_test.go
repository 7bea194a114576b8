package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"testing"
)

// typed returns a terminal whose standard input has these lines, and what it says.
func typed(t *testing.T, input string) (*terminal, *bytes.Buffer) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		_, _ = w.WriteString(input) // an error shows as a missing answer
		w.Close()
	}()
	t.Cleanup(func() { r.Close() })
	var said bytes.Buffer
	return &terminal{r, &said}, &said
}

func TestAnswersAreLines(t *testing.T) {
	t.Parallel()
	term, said := typed(t, "  ada \r\n two words \n\n\nlast")
	ctx := t.Context()
	for _, tt := range []struct {
		ask  func(context.Context, string) (string, error)
		want string
	}{
		{term.ask, "ada"}, {term.secret, " two words "}, {term.ask, ""}, {term.askUntil, "last"},
	} {
		if got, err := tt.ask(ctx, "What? "); got != tt.want || err != nil {
			t.Errorf("got %q, %v; want %q", got, err, tt.want)
		}
	}
	if _, err := term.ask(ctx, "And? "); !errors.Is(err, errNoAnswer) {
		t.Errorf("after the end of the input: %v, want errNoAnswer", err)
	}
	if got, want := said.String(), strings.Repeat("What? \n", 5)+"And? \n"; got != want {
		t.Errorf("said %q, want %q", got, want)
	}
}

func TestAnAnswerWithoutEnd(t *testing.T) {
	t.Parallel()
	term, _ := typed(t, strings.Repeat("x", maxLine+1))
	if _, err := term.ask(t.Context(), "What? "); err == nil || !strings.Contains(err.Error(), "longer") {
		t.Errorf("got %v, want an error", err)
	}
}

func TestNobodyWaitsForAnAnswerThatIsNotWanted(t *testing.T) {
	t.Parallel()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (&terminal{r, &bytes.Buffer{}}).secret(ctx, "Password: "); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
}

func TestPrintable(t *testing.T) {
	t.Parallel()
	if got, want := printable("a\x1b[2Jb\u202ec é"), "a�[2Jb�c é"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
