package job

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/clock"
	"github.com/cenote-auth/cenote/internal/logtest"
	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

// newRunner returns a runner on st that looks for jobs often.
func newRunner(st store.Store, now *clock.Clock, log *logtest.Lines) *Runner {
	return New(Options{
		Store: st, Now: now.Now, Log: log.Logger(), poll: 5 * time.Millisecond,
	})
}

// running runs r until the test ends or stop is called, which waits for it.
func running(t *testing.T, r *Runner) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); r.Run(ctx) }()
	stop = func() { cancel(); <-done }
	t.Cleanup(stop)
	return stop
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}

func update(t *testing.T, st store.Store, fn func(context.Context, store.Tx) error) {
	t.Helper()
	if err := st.Update(t.Context(), func(tx store.Tx) error { return fn(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
}

func add(t *testing.T, st store.Store, j store.Job) {
	t.Helper()
	update(t, st, func(ctx context.Context, tx store.Tx) error { return tx.AddJob(ctx, j) })
}

func jobs(t *testing.T, st store.Store) (list []store.Job) {
	t.Helper()
	err := st.View(t.Context(), func(s store.Snapshot) (err error) {
		list, err = s.Jobs(t.Context(), 100)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// countTo is a job of n steps that fails the test when a step runs beside
// another, or is done twice.
type countTo struct {
	t      *testing.T
	n      int
	beside atomic.Int32
	steps  atomic.Int32
	each   func(step int) // within each step, may be nil
}

func (c *countTo) step(_ context.Context, j store.Job) ([]byte, bool, error) {
	if c.beside.Add(1) != 1 {
		c.t.Error("two steps of one job at once")
	}
	defer c.beside.Add(-1)
	at := 0
	if len(j.State) != 0 {
		at, _ = strconv.Atoi(string(j.State))
	}
	if did := int(c.steps.Add(1)); did != at+1 {
		c.t.Errorf("step %d has the state of step %d", did, at+1)
	}
	if c.each != nil {
		c.each(at + 1)
	}
	return []byte(strconv.Itoa(at + 1)), at+1 == c.n, nil
}

func TestAJobRunsStepByStepAndIsThenGone(t *testing.T) {
	t.Parallel()
	st, now, log := storetest.Open(t), clock.New(), new(logtest.Lines)
	r, c := newRunner(st, now, log), &countTo{t: t, n: 5}
	r.Handle("count", c.step)
	add(t, st, store.Job{ID: "count:1", Kind: "count", Due: now.Now()})
	add(t, st, store.Job{ID: "count:2", Kind: "count", Due: now.Now().Add(time.Hour)})
	for r.next(t.Context()) {
	}
	if got := c.steps.Load(); got != 5 {
		t.Errorf("%d steps, want 5", got)
	}
	if left := jobs(t, st); len(left) != 1 || left[0].ID != "count:2" {
		t.Errorf("jobs = %+v; want the one that is not due", left)
	}
	if log.String() != "" {
		t.Errorf("log = %s", log)
	}
}

func TestARunnerThatIsStoppedLeavesTheRestToTheNext(t *testing.T) {
	t.Parallel()
	st, now, log := storetest.Open(t), clock.New(), new(logtest.Lines)
	reached, goOn := make(chan struct{}), make(chan struct{})
	c := &countTo{t: t, n: 6, each: func(step int) {
		if step == 3 {
			close(reached)
			<-goOn
		}
	}}
	first, second := newRunner(st, now, log), newRunner(st, now, log)
	first.Handle("count", c.step)
	second.Handle("count", c.step)
	add(t, st, store.Job{ID: "count", Kind: "count", Due: now.Now()})

	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); first.Run(ctx) }()
	<-reached
	cancel()
	close(goOn)
	<-done
	if got := c.steps.Load(); got != 3 {
		t.Fatalf("%d steps when stopped in the third, want 3", got)
	}
	if left := jobs(t, st); len(left) != 1 || string(left[0].State) != "3" || left[0].Due.After(now.Now()) {
		t.Fatalf("jobs = %+v; want state 3, due at once", left)
	}
	for second.next(t.Context()) {
	}
	if got := c.steps.Load(); got != 6 || len(jobs(t, st)) != 0 {
		t.Errorf("%d steps, jobs %+v; want 6 and none", got, jobs(t, st))
	}
}

func TestAJobOfARunnerThatDiedIsTakenOverWhenItsLeaseEnds(t *testing.T) {
	t.Parallel()
	st, now, log := storetest.Open(t), clock.New(), new(logtest.Lines)
	r, c := newRunner(st, now, log), &countTo{t: t, n: 2}
	r.Handle("count", c.step)
	add(t, st, store.Job{ID: "count", Kind: "count", Due: now.Now()})
	update(t, st, func(ctx context.Context, tx store.Tx) error {
		_, err := tx.ClaimJob(ctx, now.Now(), now.Now().Add(lease)) // and then the power goes
		return err
	})
	now.Advance(lease - 10*time.Second)
	if r.next(t.Context()) {
		t.Fatal("taken over within the lease")
	}
	now.Advance(10 * time.Second)
	if !r.next(t.Context()) || c.steps.Load() != 2 {
		t.Errorf("not taken over after the lease")
	}
}

func TestARunnerThatLostItsLeaseCannotSaveOrEndTheJob(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		done bool
		err  error
	}{{"the next step", false, nil}, {"the end", true, nil}, {"a failure", false, errors.New("no disk")}} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			st, now, log := storetest.Open(t), clock.New(), new(logtest.Lines)
			slow, other := newRunner(st, now, log), newRunner(st, now, log)
			slow.Handle("slow", func(context.Context, store.Job) ([]byte, bool, error) {
				now.Advance(lease + time.Second)
				other.next(t.Context())
				return []byte("of the slow one"), tt.done, tt.err
			})
			other.Handle("slow", func(_ context.Context, j store.Job) ([]byte, bool, error) {
				return nil, false, errors.New("stay with the other one")
			})
			add(t, st, store.Job{ID: "slow", Kind: "slow", State: []byte("kept"), Due: now.Now()})
			slow.next(t.Context())
			if left := jobs(t, st); len(left) != 1 || string(left[0].State) != "kept" || left[0].Tries != 1 {
				t.Errorf("jobs = %+v; want what the other runner saved", left)
			}
			if !strings.Contains(log.String(), "another runner has taken the job over") {
				t.Errorf("log = %s", log)
			}
		})
	}
}

func TestTwoRunnersDoEachStepOnce(t *testing.T) {
	t.Parallel()
	st, now, log := storetest.Open(t), clock.New(), new(logtest.Lines)
	var all []*countTo
	kinds := map[string]Step{}
	for i := range 6 {
		c := &countTo{t: t, n: 10, each: func(int) { time.Sleep(time.Millisecond) }}
		name := "count-" + strconv.Itoa(i)
		all, kinds[name] = append(all, c), c.step
		add(t, st, store.Job{ID: name, Kind: name, Due: now.Now()})
	}
	for range 2 {
		r := newRunner(st, now, log)
		for name, step := range kinds {
			r.Handle(name, step)
		}
		running(t, r)
	}
	eventually(t, "all jobs are done", func() bool { return len(jobs(t, st)) == 0 })
	for i, c := range all {
		if got := c.steps.Load(); got != 10 {
			t.Errorf("job %d: %d steps, want 10", i, got)
		}
	}
}

func TestAStepThatFailsIsTriedAgainLaterAndLater(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		fail func() ([]byte, bool, error)
		log  string
	}{
		{"by an error", func() ([]byte, bool, error) { return []byte("lost"), true, errors.New("no disk") }, "no disk"},
		{"by a panic", func() ([]byte, bool, error) { panic("secret words") }, "step panicked: string at github.com/cenote-auth/cenote/internal/core/job.TestAStepThatFails"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			st, now, log := storetest.Open(t), clock.New(), new(logtest.Lines)
			r, failing := newRunner(st, now, log), true
			r.Handle("flaky", func(_ context.Context, j store.Job) ([]byte, bool, error) {
				if failing {
					return tt.fail()
				}
				return nil, string(j.State) == "kept", nil
			})
			add(t, st, store.Job{ID: "flaky", Kind: "flaky", Due: now.Now(), State: []byte("kept")})
			for i, wait := range []time.Duration{time.Second, 2 * time.Second, 4 * time.Second} {
				before := now.Now()
				if !r.next(t.Context()) || r.next(t.Context()) {
					t.Fatalf("try %d: not tried once", i+1)
				}
				j := jobs(t, st)[0]
				if j.Tries != i+1 || string(j.State) != "kept" || j.Due.Sub(before) < wait-time.Millisecond {
					t.Fatalf("after try %d: %+v; want it due in %v", i+1, j, wait)
				}
				now.Advance(wait)
			}
			if !strings.Contains(log.String(), tt.log) || strings.Contains(log.String(), "secret words") {
				t.Errorf("log = %s", log)
			}
			failing = false
			if !r.next(t.Context()) || len(jobs(t, st)) != 0 {
				t.Errorf("not done when it no longer fails: %+v", jobs(t, st))
			}
		})
	}
}

func TestAStepThatGoesWellEndsTheFailuresInARow(t *testing.T) {
	t.Parallel()
	st, now, log := storetest.Open(t), clock.New(), new(logtest.Lines)
	r := newRunner(st, now, log)
	r.Every("tidy", time.Minute, func(context.Context, store.Job) ([]byte, bool, error) { return nil, true, nil })
	add(t, st, store.Job{ID: "tidy", Kind: "tidy", Due: now.Now(), Tries: 3})
	if j := jobs(t, st)[0]; !r.next(t.Context()) || jobs(t, st)[0].Tries != 0 {
		t.Errorf("job = %+v, then %+v; want no failures", j, jobs(t, st)[0])
	}
}

func TestTheWaitAfterFailuresHasALimit(t *testing.T) {
	t.Parallel()
	st, now, log := storetest.Open(t), clock.New(), new(logtest.Lines)
	r := newRunner(st, now, log)
	for _, tries := range []int{9, 16, 1_000_000} {
		id := strconv.Itoa(tries)
		due := now.Now()
		add(t, st, store.Job{ID: id, Kind: "flaky", Due: due})
		r.failed(t.Context(), &store.Job{ID: id, Kind: "flaky", Tries: tries, Due: due}, errors.New("again"))
	}
	for _, j := range jobs(t, st) {
		if wait := j.Due.Sub(now.Now()); wait > maxWait || wait < maxWait-time.Minute {
			t.Errorf("after %s tries: wait %v, want %v", j.ID, wait, maxWait)
		}
	}
}

func TestAJobOfAnUnknownKindIsLeftToOthers(t *testing.T) {
	t.Parallel()
	st, now, log := storetest.Open(t), clock.New(), new(logtest.Lines)
	older, newer, done := newRunner(st, now, log), newRunner(st, now, log), 0
	newer.Handle("new", func(_ context.Context, j store.Job) ([]byte, bool, error) {
		done++
		return nil, string(j.State) == "kept", nil
	})
	add(t, st, store.Job{ID: "new", Kind: "new", Due: now.Now(), State: []byte("kept"), Tries: 2})
	for older.next(t.Context()) {
	}
	if j := jobs(t, st)[0]; string(j.State) != "kept" || j.Tries != 2 || j.Due.Sub(now.Now()) > unknown {
		t.Errorf("left as %+v; want it as it was, due soon", j)
	}
	now.Advance(unknown)
	for newer.next(t.Context()) {
	}
	if done != 1 || len(jobs(t, st)) != 0 {
		t.Errorf("done %d times, jobs %+v; want once and none", done, jobs(t, st))
	}
}

func TestAPeriodicJobIsDueAgainAfterItsPause(t *testing.T) {
	t.Parallel()
	st, now, log := storetest.Open(t), clock.New(), new(logtest.Lines)
	var steps atomic.Int32
	for range 2 { // two nodes, one job
		r := newRunner(st, now, log)
		r.Every("tidy", time.Minute, func(context.Context, store.Job) ([]byte, bool, error) {
			return nil, steps.Add(1)%3 == 0, nil // three steps each time
		})
		running(t, r)
	}
	for round := range int32(3) {
		eventually(t, "the job is done", func() bool {
			list := jobs(t, st)
			return len(list) == 1 && steps.Load() == 3*(round+1) && list[0].Due.Sub(now.Now()) > 50*time.Second
		})
		if j := jobs(t, st)[0]; j.ID != "tidy" || j.Kind != "tidy" {
			t.Fatalf("job = %+v", j)
		}
		now.Advance(time.Minute)
	}
}

// A clock that was ahead when the job was done must not keep it from running
// for as long once it is right.
func TestAPeriodicJobComesBackFromAClockThatWasAhead(t *testing.T) {
	t.Parallel()
	st, ahead, log := storetest.Open(t), clock.New(), new(logtest.Lines)
	ahead.Advance(365 * 24 * time.Hour)
	var steps atomic.Int32
	start := func(now *clock.Clock) (stop func()) {
		r := newRunner(st, now, log)
		r.Every("tidy", time.Minute, func(context.Context, store.Job) ([]byte, bool, error) { steps.Add(1); return nil, true, nil })
		return running(t, r)
	}
	stop := start(ahead)
	eventually(t, "the job is done", func() bool { return steps.Load() == 1 && jobs(t, st)[0].Due.After(ahead.Now().Add(50*time.Second)) })
	stop()
	start(clock.New())
	eventually(t, "the job is done by the right clock", func() bool {
		due := time.Until(jobs(t, st)[0].Due)
		return steps.Load() == 2 && due > 50*time.Second && due <= time.Minute
	})
}
