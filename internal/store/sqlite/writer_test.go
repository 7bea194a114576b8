package sqlite

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/crash"
	"github.com/cenote-auth/cenote/internal/store"
)

// onDisk opens a store on a disk whose syncs can be counted and made to fail.
func onDisk(t *testing.T) (*Store, *disk) {
	t.Helper()
	dir := t.TempDir()
	d := newDisk(t, dir)
	s, err := Open(t.Context(), filepath.Join(dir, "cenote.db"), Options{Readers: 1, vfs: diskVFS})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s, d
}

// hold keeps the writer busy with one closure that writes, so that others wait
// behind it, and returns what lets it go on and waits for its outcome. Its group
// and those after it may take groupTime.
func hold(t *testing.T, s *Store, groupTime time.Duration) (letGo func() error) {
	t.Helper()
	s.writer.time = groupTime
	begun, end, outcome := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	var once sync.Once
	go func() {
		outcome <- s.Update(context.Background(), func(tx store.Tx) error {
			once.Do(func() { close(begun) })
			<-end
			return pair("held")(tx)
		})
	}()
	<-begun
	return func() error { close(end); return <-outcome }
}

// queued starts fn as an Update and waits until it stands in the queue.
func queued(t *testing.T, s *Store, ctx context.Context, fn func(store.Tx) error) (outcome func() error) {
	t.Helper()
	before := len(s.writer.queue)
	done := make(chan error, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				what, at := crash.Describe(p)
				done <- fmt.Errorf("panic: %s at %s", what, at)
			}
		}()
		done <- s.Update(ctx, fn)
	}()
	for len(s.writer.queue) == before {
		time.Sleep(time.Millisecond)
	}
	return func() error { return <-done }
}

// walSyncs returns a count of the syncs of the WAL from now on.
func walSyncs(d *disk) *atomic.Int32 {
	var n atomic.Int32
	d.failing(func(path string) bool {
		if strings.HasSuffix(path, "-wal") {
			n.Add(1)
		}
		return false
	})
	return &n
}

func TestThoseWhoWaitShareOneCommit(t *testing.T) {
	t.Parallel()
	s, d := onDisk(t)
	if err := s.Update(t.Context(), pair("before")); err != nil { // starts the WAL
		t.Fatal(err)
	}
	letGo := hold(t, s, time.Minute)
	syncs := walSyncs(d)
	boom := errors.New("boom")
	var outcomes []func() error
	for i := range 20 {
		outcomes = append(outcomes, queued(t, s, t.Context(), func(tx store.Tx) error {
			if err := pair(fmt.Sprint(i))(tx); err != nil {
				return err
			}
			switch i {
			case 7:
				return boom
			case 8:
				panic("boom")
			}
			return nil
		}))
	}
	if err := letGo(); err != nil {
		t.Fatal(err)
	}
	for i, outcome := range outcomes {
		switch err := outcome(); {
		case i == 7:
			if !errors.Is(err, boom) {
				t.Errorf("update 7 = %v, want boom", err)
			}
		case i == 8:
			if err == nil || !strings.HasPrefix(err.Error(), "panic: string at ") || !strings.Contains(err.Error(), "writer_test.go:") {
				t.Errorf("update 8 = %v, want a panic in this file", err)
			}
		case err != nil:
			t.Errorf("update %d = %v", i, err)
		}
	}
	if n := syncs.Load(); n != 1 {
		t.Errorf("20 updates took %d syncs, want 1", n)
	}
	if n := absent(t, s, []string{"0", "6", "9", "19"}); n != 0 {
		t.Errorf("%d of the members that succeeded are lost", n)
	}
	if n := absent(t, s, []string{"7", "8"}); n != 2 {
		t.Error("a member that failed left something")
	}
}

func TestAGroupIsBoundedInTime(t *testing.T) {
	t.Parallel()
	s, d := onDisk(t)
	if err := s.Update(t.Context(), pair("before")); err != nil {
		t.Fatal(err)
	}
	letGo := hold(t, s, groupTime)
	syncs := walSyncs(d)
	behind := queued(t, s, t.Context(), pair("behind"))
	time.Sleep(groupTime) // now the one in front has used up its group's time
	if err := errors.Join(letGo(), behind()); err != nil {
		t.Fatal(err)
	}
	if n := syncs.Load(); n != 2 {
		t.Errorf("syncs = %d, want 2: for the one in front and for the one behind", n)
	}
}

func TestAGroupIsBoundedInNumber(t *testing.T) {
	t.Parallel()
	s, _ := onDisk(t)
	letGo := hold(t, s, time.Minute)
	largest := 0
	var callers sync.WaitGroup
	for range groupSize + 40 {
		callers.Go(func() {
			// A closure runs in the writer's goroutine, so it may look.
			err := s.Update(t.Context(), func(store.Tx) error { largest = max(largest, len(s.writer.group)); return nil })
			if err != nil {
				t.Errorf("Update = %v", err)
			}
		})
	}
	for len(s.writer.queue) < groupSize {
		time.Sleep(time.Millisecond)
	}
	if err := letGo(); err != nil {
		t.Fatal(err)
	}
	callers.Wait()
	if largest > groupSize {
		t.Errorf("a group had %d members, want at most %d", largest, groupSize)
	}
}

func TestWhenTheCommitFailsEachRunsAlone(t *testing.T) {
	t.Parallel()
	s, d := onDisk(t)
	if err := s.Update(t.Context(), pair("before")); err != nil {
		t.Fatal(err)
	}
	letGo := hold(t, s, time.Minute)
	var runs [3]int
	var outcomes []func() error
	for i := range runs {
		outcomes = append(outcomes, queued(t, s, t.Context(), func(tx store.Tx) error {
			runs[i]++
			return pair(fmt.Sprint(i))(tx)
		}))
	}
	// The second of these meets an id that the first has spent in vain.
	boom, tries := errors.New("boom"), 0
	spend := func(tx store.Tx) error { return tx.SpendSignIn(t.Context(), 1, "id", time.Now()) }
	outcomes = append(outcomes, queued(t, s, t.Context(), func(tx store.Tx) error {
		if tries++; tries == 2 {
			return boom
		}
		return spend(tx)
	}), queued(t, s, t.Context(), spend))
	failed := false
	d.failing(func(path string) bool {
		fail := !failed && strings.HasSuffix(path, "-wal")
		failed = failed || fail
		return fail
	})
	if err := letGo(); err != nil {
		t.Errorf("the update in front = %v", err)
	}
	for i := range runs {
		if err := outcomes[i](); err != nil || runs[i] != 2 {
			t.Errorf("update %d = %v after %d runs, want nil after 2", i, err, runs[i])
		}
	}
	if err := outcomes[3](); !errors.Is(err, boom) {
		t.Errorf("first of two that spend = %v, want boom", err)
	}
	if err := outcomes[4](); err != nil {
		t.Errorf("second of two that spend = %v, want nil", err)
	}
	if n := absent(t, s, []string{"before", "0", "1", "2"}); n != 0 {
		t.Errorf("%d answered updates are lost", n)
	}
}

func TestWhenTheDiskFailsTheOutcomeIsUnknown(t *testing.T) {
	t.Parallel()
	s, d := onDisk(t)
	if err := s.Update(t.Context(), pair("before")); err != nil {
		t.Fatal(err)
	}
	d.failing(func(path string) bool { return strings.HasSuffix(path, "-wal") })
	if err := s.Update(t.Context(), pair("a")); !errors.Is(err, store.ErrUnknown) {
		t.Errorf("Update = %v, want ErrUnknown", err)
	}
	if n := absent(t, s, []string{"a"}); n != 1 {
		t.Error("what could not be committed is seen")
	}
	d.failing(nil)
	if err := s.Update(t.Context(), pair("b")); err != nil {
		t.Errorf("after the disk has recovered Update = %v", err)
	}
	if n := absent(t, s, []string{"before", "b"}); n != 0 {
		t.Errorf("%d answered updates are lost", n)
	}
}

func TestWhoGoesAwayWhileWaitingIsNotRun(t *testing.T) {
	t.Parallel()
	s, _ := onDisk(t)
	letGo := hold(t, s, time.Minute)
	ctx, cancel := context.WithCancel(t.Context())
	outcome := queued(t, s, ctx, pair("a"))
	cancel()
	if err := outcome(); !errors.Is(err, context.Canceled) {
		t.Errorf("Update = %v, want context.Canceled", err)
	}
	if err := letGo(); err != nil {
		t.Fatal(err)
	}
	if err := s.Update(t.Context(), pair("b")); err != nil {
		t.Fatal(err)
	}
	if absent(t, s, []string{"a"}) != 1 {
		t.Error("the update of a caller who went away was run")
	}
}

// A closure that ends its goroutine, as FailNow of a test does, ends that of
// its caller and not the writer.
func TestAClosureMayEndItsGoroutine(t *testing.T) {
	t.Parallel()
	s, _ := onDisk(t)
	letGo := hold(t, s, time.Minute)
	before := queued(t, s, t.Context(), pair("before"))
	ended := make(chan bool, 1)
	go func() {
		returned := false
		defer func() { ended <- !returned }()
		_ = s.Update(t.Context(), func(tx store.Tx) error {
			if err := pair("gone")(tx); err != nil {
				return err
			}
			runtime.Goexit()
			return nil
		})
		returned = true
	}()
	for len(s.writer.queue) < 2 {
		time.Sleep(time.Millisecond)
	}
	after := queued(t, s, t.Context(), pair("after"))
	if err := errors.Join(letGo(), before(), after()); err != nil {
		t.Fatal(err)
	}
	if !<-ended {
		t.Error("Update returned")
	}
	if absent(t, s, []string{"before", "after"}) != 0 || absent(t, s, []string{"gone"}) != 1 {
		t.Error("the group was not rolled back and run again without it")
	}
}

// Each group is told of once, with all that were in it.
func TestGroupsAreToldOf(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	groups, closures := 0, 0
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "cenote.db"), Options{Grouped: func(size int, took time.Duration) {
		mu.Lock()
		defer mu.Unlock()
		groups, closures = groups+1, closures+size
		if size == 0 || took <= 0 {
			t.Errorf("a group of %d in %v", size, took)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	const callers = 20
	var all sync.WaitGroup
	for i := range callers {
		all.Go(func() {
			err := s.Update(t.Context(), func(tx store.Tx) error {
				_, err := tx.SetMetaOnce(t.Context(), fmt.Sprint(i), "")
				return errors.Join(err, []error{nil, errors.New("boom")}[i%2])
			})
			if (err != nil) != (i%2 == 1) {
				t.Errorf("caller %d: %v", i, err)
			}
		})
	}
	all.Wait()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if closures != callers || groups == 0 || groups > callers {
		t.Errorf("%d groups of %d in all, want %d in all", groups, closures, callers)
	}
}
