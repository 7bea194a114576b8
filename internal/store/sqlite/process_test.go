package sqlite

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/store"
)

// writingTo makes a run of this test binary a process that writes to the
// database it names until it is killed.
const writingTo = "CENOTE_TEST_WRITING_TO"

func TestMain(m *testing.M) {
	if path := os.Getenv(writingTo); path != "" {
		writeForever(path)
	}
	os.Exit(m.Run())
}

// writeForever prints the name of each update that was answered.
func writeForever(path string) {
	s, err := Open(context.Background(), path, Options{Readers: 1})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	var mu sync.Mutex
	for caller := range 8 {
		go func() {
			for i := 0; ; i++ {
				name := fmt.Sprintf("%d/%d", caller, i)
				if err := s.Update(context.Background(), pair(name)); err != nil {
					fmt.Println(err)
					os.Exit(1)
				}
				mu.Lock()
				fmt.Println(name)
				mu.Unlock()
			}
		}()
	}
	select {}
}

func TestAKilledProcessLosesNothing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "cenote.db")
	writer := exec.Command(os.Args[0])
	writer.Env = append(os.Environ(), writingTo+"="+path)
	out, err := writer.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := writer.Start(); err != nil {
		t.Fatal(err)
	}
	var names []string
	for lines := bufio.NewScanner(out); lines.Scan(); {
		names = append(names, lines.Text())
		if len(names) == 100 {
			if _, err := Open(t.Context(), path, Options{}); !errors.Is(err, ErrInUse) {
				t.Errorf("Open beside another process = %v, want that it is in use", err)
			}
			if err := writer.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = writer.Wait() // it was killed
	if len(names) < 100 {
		t.Fatalf("the writer said %q", names)
	}
	s, err := Open(t.Context(), path, Options{Readers: 1})
	if err != nil {
		t.Fatalf("open after the kill: %v", err)
	}
	defer s.Close()
	if n := absent(t, s, names); n != 0 {
		t.Errorf("%d of %d answered updates are lost", n, len(names))
	}
	if n := unsound(t, path); n != 0 {
		t.Errorf("the database has %d faults", n)
	}
}

func TestOneStoreADatabase(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "cenote.db")
	s, err := Open(t.Context(), path, Options{Readers: 1})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), path, Options{}); !errors.Is(err, ErrInUse) {
		t.Errorf("second Open = %v, want that it is in use", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = Open(t.Context(), path, Options{Readers: 1}); err != nil {
		t.Fatalf("Open after Close: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{path, path + ".lock"} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("mode of %s = %v (%v), want 0600", name, info.Mode(), err)
		}
	}
}

func TestANewerSchemaIsRefused(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "cenote.db")
	s, err := Open(t.Context(), path, Options{Readers: 1})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.writer.conn.script(`INSERT INTO schema_version VALUES (1000)`); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), path, Options{}); !errors.Is(err, store.ErrSchema) {
		t.Errorf("Open = %v, want ErrSchema", err)
	}
}

func TestWhatIsNoDatabaseIsRefused(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "cenote.db")
	if err := os.WriteFile(path, []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), path, Options{}); err == nil {
		t.Error("Open took a file that is no database")
	}
	if _, err := Open(t.Context(), filepath.Join(path, "no folder"), Options{}); err == nil {
		t.Error("Open took a path that cannot be")
	}
}

// Not parallel: it looks at the goroutines of the whole process.
func TestCloseLeavesNoGoroutine(t *testing.T) {
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "cenote.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.Update(t.Context(), pair("a")), s.Close()); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		stacks := make([]byte, 1<<20)
		stacks = stacks[:runtime.Stack(stacks, true)]
		if !strings.Contains(string(stacks), "sqlite.(*writer)") {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("goroutines after Close:\n%s", stacks)
		}
	}
}
