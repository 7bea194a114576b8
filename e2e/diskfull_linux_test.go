package e2e

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
	"unsafe"
)

// limitFiles bounds how large a file a process may write, as a full disk does;
// it needs no rights over a process of one's own. 0 lifts it.
func limitFiles(t *testing.T, pid int, size uint64) {
	t.Helper()
	limit := syscall.Rlimit{Cur: size, Max: ^uint64(0)}
	if size == 0 {
		limit.Cur = limit.Max
	}
	const fileSize = 1 // RLIMIT_FSIZE
	_, _, errno := syscall.RawSyscall6(syscall.SYS_PRLIMIT64, uintptr(pid), fileSize, uintptr(unsafe.Pointer(&limit)), 0, 0, 0)
	if errno != 0 {
		t.Fatalf("prlimit: %v", errno)
	}
}

// There is no more room for the write-ahead log of SQLite, and then there is.
func TestTheDiskIsFull(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	flags := []string{"--fixed-code", fixedCode}
	s := start(t, dir, flags...)
	wal := filepath.Join(dir, "cenote-data", "cenote.db-wal")
	full := func() {
		info, err := os.Stat(wal)
		if err != nil {
			t.Fatal(err)
		}
		limitFiles(t, s.cmd.Process.Pid, uint64(info.Size())+5000) // and half of the next page
	}
	told := outage{s, full, func() { limitFiles(t, s.cmd.Process.Pid, 0) }, time.Second}.test(t)

	// The next process finds what this one has acknowledged.
	s.kill()
	s = start(t, dir, flags...)
	told.check(t, s, newCaller(t, "the next server", s.endpoint, 8), 3)
}
