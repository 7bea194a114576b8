package main

import (
	"context"
	"strings"
	"testing"
	"time"
)

// What a machine holds differs and is not looked at.
func TestEveryUserIsPagedThrough(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var out strings.Builder
	if err := run(ctx, []string{"-quick", "-paging"}, &out); err != nil {
		t.Fatal(err)
	}
	for _, row := range []string{"at the start", "most up to user 60", "most beyond the start"} {
		if !hasRow(out.String(), row, 2) {
			t.Errorf("no row %q in\n%s", row, out.String())
		}
	}
}

func TestGauge(t *testing.T) {
	t.Parallel()
	const text = "# HELP held what is held\nheld_max 7\nheld 1.5e+06\n"
	if got, err := gauge([]byte(text), "held"); got != 1.5e6 || err != nil {
		t.Errorf("gauge = %v, %v, want 1.5e6", got, err)
	}
	if _, err := gauge([]byte(text), "hel"); err == nil {
		t.Error("a metric that is not there has a value")
	}
}
