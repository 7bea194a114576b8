// Package golden compares what a test got with a file that was reviewed.
// Run the test with -update to write the file anew; the review reads the
// difference.
package golden

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Equal fails the test unless got is what testdata/name holds. Text and bytes
// are compared as they are, other values as indented JSON.
func Equal(t testing.TB, name string, got any) {
	t.Helper()
	path := filepath.Join("testdata", name)
	text := render(t, got)
	if *update {
		write(t, path, text)
		return
	}
	want, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("%s is not there; run the test with -update to make it", path)
	}
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(text, want) {
		t.Errorf("differs from %s\n got: %s\nwant: %s", path, text, want)
	}
}

func render(t testing.TB, got any) []byte {
	t.Helper()
	switch v := got.(type) {
	case []byte:
		return v
	case string:
		return []byte(v)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(got); err != nil {
		t.Fatalf("golden: %v", err)
	}
	return b.Bytes()
}

func write(t testing.TB, path string, text []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
}
