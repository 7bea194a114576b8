package main

import (
	"context"
	"strings"
	"testing"
	"time"
)

// How fast it is differs and is not looked at.
func TestUsersAreImportedBesideSignIns(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var out strings.Builder
	if err := run(ctx, []string{"-quick", "-import"}, &out); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "60 users without a password imported in") || !hasRow(out.String(), "before the import", 4) {
		t.Errorf("the figures are missing in\n%s", out.String())
	}
}
