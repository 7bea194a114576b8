package main

import (
	"context"
	"strings"
	"testing"
	"time"
)

// Times differ from machine to machine and are not looked at.
func TestEveryQuestionHasARow(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var out strings.Builder
	if err := run(ctx, []string{"-quick", "-enumeration"}, &out); err != nil {
		t.Fatal(err)
	}
	for _, q := range questions {
		if !hasRow(out.String(), q.name, 9) {
			t.Errorf("no row of %s in\n%s", q.name, out.String())
		}
	}
}

func TestHowOftenOneIsLonger(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		a, b samples
		want float64
	}{
		{samples{1, 2, 3}, samples{1, 2, 3}, 0.5},
		{samples{4, 5}, samples{1, 2, 3}, 1},
		{samples{1}, samples{2, 3}, 0},
		{samples{1, 4}, samples{2, 3}, 0.5},
	} {
		if got := longer(tt.a, tt.b); got != tt.want {
			t.Errorf("longer(%v, %v) = %v, want %v", tt.a, tt.b, got, tt.want)
		}
	}
}
