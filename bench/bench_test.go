package main

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"
)

// TestMain is also what bench runs as its children.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && children[os.Args[1]] != nil {
		main()
		return
	}
	os.Exit(m.Run())
}

// Times differ from machine to machine and are not looked at.
func TestEveryOperationAndPartHasARow(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) { testRows(t, "-quick") })
	t.Run("PostgreSQL", func(t *testing.T) {
		server := os.Getenv("CENOTE_TEST_POSTGRES")
		if server == "" {
			t.Skip("needs PostgreSQL: CENOTE_TEST_POSTGRES is not set; scripts/with-postgres sets it")
		}
		testRows(t, "-quick", "-database", server)
	})
}

func testRows(t *testing.T, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	var out strings.Builder
	if err := run(ctx, args, &out); err != nil {
		t.Fatal(err)
	}
	_, tables, _ := strings.Cut(out.String(), "\n20 users")
	few, many, _ := strings.Cut(tables, "\n60 users")
	many, growth, _ := strings.Cut(many, "\n60 users over 20")
	for _, text := range []string{few, many} {
		for _, op := range operations {
			if !hasRow(text, op.name, 15) {
				t.Errorf("no row of %s in\n%s", op.name, text)
			}
		}
		for _, part := range partNames() {
			if !hasRow(text, part, 3) {
				t.Errorf("no row of %s in\n%s", part, text)
			}
		}
	}
	for _, op := range operations {
		if !hasRow(growth, op.name, 3) {
			t.Errorf("no row of %s in\n%s", op.name, growth)
		}
	}
}

// hasRow reports whether a line of text holds name and at least n columns.
func hasRow(text, name string, n int) bool {
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(strings.TrimSpace(line), name+" "); ok && len(strings.Fields(rest)) >= n {
			return true
		}
	}
	return false
}

func TestFlagsAreChecked(t *testing.T) {
	t.Parallel()
	for _, args := range []string{"-users many", "-users 0", "-runs 0", "-span 0s", "-quick more"} {
		var out strings.Builder
		if _, err := parse(strings.Fields(args), &out); err == nil {
			t.Errorf("parse(%q) took it", args)
		}
	}
}

func TestBound(t *testing.T) {
	t.Parallel()
	r := result{parts: map[string]samples{
		partVerify: {1, 30}, partSign: {1, 1000}, partRead: {1, 5}, insertBy(partInsert, 8): {1, 80}, insertBy(partInsert, 64): {1, 40},
	}}
	for _, tt := range []struct {
		name string
		op   operation
		want float64
	}{
		{"cryptography counts once, HTTP and reads twice", operation{"", 8, nil, []amount{{1, partVerify, ""}, {3, partRead, ""}}}, 30 + 2*(20+15)},
		{"writes are those with as many callers", operation{"", 64, nil, []amount{{2, partSign, ""}, {1, partInsert, ""}}}, 2000 + 2*(20+40)},
	} {
		if got := r.sum(&operationResult{operation: tt.op}, 20, 0).bound(); got != tt.want {
			t.Errorf("%s: bound = %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestMedian(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		samples samples
		want    float64
	}{{samples{3}, 3}, {samples{9, 1, 2}, 2}, {samples{4, 1, 2, 9}, 3}} {
		if got := tt.samples.median(); got != tt.want {
			t.Errorf("median of %v = %v, want %v", tt.samples, got, tt.want)
		}
	}
}
