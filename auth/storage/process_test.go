package storage_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/auth/storage"
)

// TestMain lets the test binary be the other processes that share a file.
func TestMain(m *testing.M) {
	role, path := os.Getenv("STORAGE_TEST_ROLE"), os.Getenv("STORAGE_TEST_PATH")
	if role == "" {
		os.Exit(m.Run())
	}
	if err := roles[role](path, os.Getenv("STORAGE_TEST_NAME")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

var roles = map[string]func(path, name string) error{
	"count": count,
	"write": write,
	"lock":  takeLock,
}

const counts = 4

// count adds to a counter under the lock, and saves keys of its own beside it.
func count(path, name string) error {
	f, err := storage.OpenFile(path)
	if err != nil {
		return err
	}
	ctx := context.Background()
	for i := range counts {
		if err := f.Save(ctx, map[string]string{name + strconv.Itoa(i): "1"}); err != nil {
			return err
		}
		if err := addOne(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

func addOne(ctx context.Context, f *storage.File) error {
	unlock, err := f.Lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	got, err := f.Load(ctx, "counter")
	if err != nil {
		return err
	}
	n, _ := strconv.Atoi(got["counter"])
	return f.Save(ctx, map[string]string{"counter": strconv.Itoa(n + 1)})
}

// write saves a and b, always the same, until it is killed, and tells of each
// pair that is saved.
func write(path, first string) error {
	f, err := storage.OpenFile(path)
	if err != nil {
		return err
	}
	n, _ := strconv.Atoi(first)
	for ; ; n++ {
		s := strconv.Itoa(n)
		set := map[string]string{"a": s, "b": s, "long": strings.Repeat(s, 2000)}
		if err := f.Save(context.Background(), set); err != nil {
			return err
		}
		fmt.Println(n)
	}
}

// takeLock holds the lock until it is killed.
func takeLock(path, _ string) error {
	f, err := storage.OpenFile(path)
	if err != nil {
		return err
	}
	if _, err := f.Lock(context.Background()); err != nil {
		return err
	}
	fmt.Println("locked")
	time.Sleep(time.Minute)
	return nil
}

func process(t *testing.T, role, path, name string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), "STORAGE_TEST_ROLE="+role, "STORAGE_TEST_PATH="+path, "STORAGE_TEST_NAME="+name)
	cmd.Stderr = os.Stderr
	return cmd
}

func TestProcessesLoseNothing(t *testing.T) {
	t.Parallel()
	const processes = 8
	path := filepath.Join(t.TempDir(), "cenote", "session")
	var wg sync.WaitGroup
	for p := range processes {
		cmd := process(t, "count", path, fmt.Sprintf("process%d.", p))
		wg.Go(func() {
			if err := cmd.Run(); err != nil {
				t.Errorf("process %d: %v", p, err)
			}
		})
	}
	wg.Wait()
	all := map[string]string{"counter": strconv.Itoa(processes * counts)}
	keys := []string{"counter"}
	for p := range processes {
		for i := range counts {
			key := fmt.Sprintf("process%d.%d", p, i)
			all[key], keys = "1", append(keys, key)
		}
	}
	want(t, openFile(t, path), all, keys...)
}

func TestKilledProcessLeavesTheOldOrTheNew(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "session")
	acknowledged := 0
	for range 12 {
		acknowledged = writeAndKill(t, path, acknowledged+1)
		got, err := openFile(t, path).Load(t.Context(), "a", "b", "long")
		must(t, err)
		n, _ := strconv.Atoi(got["a"])
		if got["b"] != got["a"] || got["long"] != strings.Repeat(got["a"], 2000) {
			t.Fatalf("half a save: a = %q, b = %q", got["a"], got["b"])
		}
		if n < acknowledged || n > acknowledged+1 {
			t.Fatalf("after save %d was acknowledged the file holds %d", acknowledged, n)
		}
		acknowledged = n
	}
}

// writeAndKill lets a process save for some milliseconds, kills it, and returns
// the last save that it told of.
func writeAndKill(t *testing.T, path string, first int) int {
	t.Helper()
	cmd := process(t, "write", path, strconv.Itoa(first))
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	lines := bufio.NewScanner(out)
	last := first - 1
	var kill *time.Timer
	for lines.Scan() {
		if kill == nil {
			kill = time.AfterFunc(rand.N(5*time.Millisecond), func() { cmd.Process.Kill() })
		}
		last, err = strconv.Atoi(lines.Text())
		must(t, err)
	}
	cmd.Wait()
	if kill == nil {
		t.Fatal("the process saved nothing")
	}
	return last
}

func TestLockOfADeadProcessIsFree(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "session")
	cmd := process(t, "lock", path, "")
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	if line, _ := bufio.NewReader(out).ReadString('\n'); line != "locked\n" {
		t.Fatalf("the process says %q, want locked", line)
	}
	f := openFile(t, path)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	if _, err := f.Lock(ctx); err == nil {
		t.Error("Lock while another process has it succeeded")
	}
	save(t, f, map[string]string{"a": "1"})

	must(t, cmd.Process.Kill())
	io.Copy(io.Discard, out)
	cmd.Wait()
	unlock, err := f.Lock(t.Context())
	must(t, err)
	unlock()
}
