package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const root = "../.."

func generated(t *testing.T) map[string][]byte {
	t.Helper()
	files, err := generate(root)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestCheckedInFilesAreCurrent(t *testing.T) {
	t.Parallel()
	want := generated(t)
	for name, text := range want {
		got, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Error(err)
			continue
		}
		if !bytes.Equal(got, text) {
			t.Errorf("%s is out of date: run go generate ./...", name)
		}
	}
	present, err := filepath.Glob(filepath.Join(root, apiPath, "*_gen.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range present {
		if want[apiPath+"/"+filepath.Base(file)] == nil {
			t.Errorf("%s is no longer generated: delete it", file)
		}
	}
}

func TestGenerationIsDeterministic(t *testing.T) {
	t.Parallel()
	first, second := generated(t), generated(t)
	for name := range first {
		if !bytes.Equal(first[name], second[name]) {
			t.Errorf("%s differs between two runs", name)
		}
	}
}

func TestGeneratedFilesCanBeRead(t *testing.T) {
	t.Parallel()
	for name, text := range generated(t) {
		if lines := bytes.Count(text, []byte("\n")); lines > 8000 {
			t.Errorf("%s has %d lines", name, lines)
		}
	}
}

// page returns the operations page for the methods in src.
func page(t *testing.T, src string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "unbuilt.go")
	if err := os.WriteFile(file, []byte(src), 0o600); err != nil {
		t.Fatal(err)
	}
	unbuilt, err := unbuiltOperations(file)
	if err != nil {
		t.Fatal(err)
	}
	m := &model{Operations: map[string]*operation{
		"SignUp":  {Name: "SignUp"},
		"TagUser": {Name: "TagUser", Signed: true},
	}}
	return string(operationsPage(m, unbuilt))
}

func TestOperationsPage(t *testing.T) {
	t.Parallel()
	got := page(t, "package operation\nfunc (unbuilt) TagUser() {}\nfunc SignUp() {}\nfunc (unbuilt) signUp() {}\n")
	for _, want := range []string{"1 of 2 operations are done.", "| SignUp | no | done |", "| TagUser | yes | not yet |"} {
		if !strings.Contains(got, want) {
			t.Errorf("the page lacks %q:\n%s", want, got)
		}
	}
}
