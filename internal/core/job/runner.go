package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/cenote-auth/cenote/internal/crash"
	"github.com/cenote-auth/cenote/internal/store"
)

// The rules of running.
const (
	lease     = 30 * time.Second // how long a claim holds; renewed each step
	stepLimit = 15 * time.Second // for one step
	saveLimit = 10 * time.Second // for one save; a step, a save and a rest fit in a lease
	slice     = 2 * time.Second  // on one job while others are due
	poll      = 5 * time.Second  // between looks without a wake-up
	unknown   = 10 * time.Second // until a job of an unknown kind is due again
	firstWait = time.Second      // after a failed step, doubling
	maxWait   = 5 * time.Minute
)

// Step does a small part of a job, up to about 500 rows, and returns what the
// next one must know (kept as job.State) and whether the job is done. It gets
// 15 seconds. After an error the same state is tried again later.
type Step func(ctx context.Context, job store.Job) (next []byte, done bool, err error)

// Options are the parts of a Runner. Store is required.
type Options struct {
	Store store.Store
	Now   func() time.Time // time.Now if nil
	Log   *slog.Logger     // slog.Default() if nil

	poll time.Duration // for tests
}

// Runner runs jobs, one at a time. Several, on any number of nodes, may work
// on one store.
type Runner struct {
	store store.Store
	now   func() time.Time
	log   *slog.Logger
	poll  time.Duration

	kinds map[string]kind
	wake  chan struct{}
}

type kind struct {
	step  Step
	every time.Duration // 0: a job is deleted when it is done
}

// New returns a runner that knows no kind of job yet.
func New(o Options) *Runner {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.poll == 0 {
		o.poll = poll
	}
	return &Runner{o.Store, o.Now, o.Log, o.poll, map[string]kind{}, make(chan struct{}, 1)}
}

// Handle registers what jobs of a kind do. Jobs of other kinds are left to
// nodes that know them. It must be called before Run.
func (r *Runner) Handle(name string, step Step) { r.kinds[name] = kind{step: step} }

// Every registers a job that there is one of, with its kind as its id. When
// it is done it is due again after a pause. It must be called before Run.
func (r *Runner) Every(name string, pause time.Duration, step Step) {
	r.kinds[name] = kind{step, pause}
}

// Wake says that a job was added. It never waits.
func (r *Runner) Wake() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// Run runs jobs until ctx ends. A step that has begun is then finished and the
// job released, so it returns up to 25 seconds later.
func (r *Runner) Run(ctx context.Context) {
	ticks := time.NewTicker(r.poll)
	defer ticks.Stop()
	planned := false
	for {
		if !planned {
			planned = r.plan(ctx)
		}
		for r.next(ctx) {
		}
		select {
		case <-ctx.Done():
			return
		case <-r.wake:
		case <-ticks.C:
		}
	}
}

// plan adds the jobs that there is one of, unless they are there. One that is
// due later than a pause and the longest wait from now has its time from a clock
// that was set back since, and would not run until that time.
func (r *Runner) plan(ctx context.Context) bool {
	err := r.store.Update(ctx, func(tx store.Tx) error {
		for name, k := range r.kinds {
			if k.every == 0 {
				continue
			}
			now := r.now()
			if err := tx.AddJob(ctx, store.Job{ID: name, Kind: name, Due: now}); err != nil {
				return err
			}
			if err := tx.HastenJob(ctx, name, now.Add(k.every+maxWait), now); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil && ctx.Err() == nil {
		r.log.Error("add periodic jobs", "err", err)
	}
	return err == nil
}

// next claims a job and works on it. It reports whether there was one.
func (r *Runner) next(ctx context.Context) bool {
	if ctx.Err() != nil {
		return false
	}
	var j store.Job
	err := r.store.Update(ctx, func(tx store.Tx) (err error) {
		now := r.now()
		j, err = tx.ClaimJob(ctx, now, now.Add(lease))
		return err
	})
	if err != nil {
		if !errors.Is(err, store.ErrNotFound) && ctx.Err() == nil {
			r.log.Error("claim job", "err", err)
		}
		return false
	}
	r.work(ctx, j)
	return true
}

// work runs steps of a claimed job until it is done, fails, has had its slice
// of time, or ctx ends.
func (r *Runner) work(ctx context.Context, j store.Job) {
	k, known := r.kinds[j.Kind]
	if !known {
		r.save(ctx, &j, r.now().Add(unknown))
		return
	}
	for began := time.Now(); ; {
		stepBegan := time.Now()
		next, done, err := r.step(ctx, k.step, j)
		if err != nil {
			r.failed(ctx, &j, err)
			return
		}
		j.State, j.Tries = next, 0
		if done {
			r.finish(ctx, &j, k)
			return
		}
		goOn := ctx.Err() == nil && time.Since(began) < slice
		due := r.now()
		if goOn {
			due = due.Add(lease)
		}
		if !r.save(ctx, &j, due) || !goOn {
			return
		}
		rest(ctx, time.Since(stepBegan))
	}
}

// rest waits for as long as the last step took, a second at most, so that
// requests get at least every other turn at the database.
func rest(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(min(d, time.Second)):
	}
}

// step runs one step to its end, also while the server stops.
func (r *Runner) step(ctx context.Context, step Step, j store.Job) (next []byte, done bool, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stepLimit)
	defer cancel()
	defer func() {
		if v := recover(); v != nil {
			what, at := crash.Describe(v)
			err = fmt.Errorf("step panicked: %s at %s", what, at)
		}
	}()
	return step(ctx, j)
}

// failed puts j off, for longer with each failure in a row.
func (r *Runner) failed(ctx context.Context, j *store.Job, err error) {
	wait := maxWait
	if j.Tries < 16 { // the doubling stays far from overflow
		wait = min(firstWait<<j.Tries, maxWait)
	}
	j.Tries++
	r.log.Error("job step failed", "job", j.ID, "kind", j.Kind, "tries", j.Tries, "err", err)
	r.save(ctx, j, r.now().Add(wait))
}

// finish deletes a job that is done, or sets when it is due again.
func (r *Runner) finish(ctx context.Context, j *store.Job, k kind) {
	if k.every != 0 {
		r.save(ctx, j, r.now().Add(k.every))
		return
	}
	r.write(ctx, j, func(ctx context.Context, tx store.Tx) error { return tx.DeleteJob(ctx, j.ID, j.Due) })
}

// save writes j with the time when it is due, and reports whether that went
// well. It does not if another runner has claimed j meanwhile: that is possible
// only after the lease here ended, so the lease there ends later, and tells.
func (r *Runner) save(ctx context.Context, j *store.Job, due time.Time) bool {
	held := j.Due
	next := *j
	next.Due = due
	if !r.write(ctx, j, func(ctx context.Context, tx store.Tx) error { return tx.SaveJob(ctx, next, held) }) {
		return false
	}
	j.Due = due
	return true
}

// write runs fn in a transaction, also while the server stops. When it fails
// the job is due again when its lease ends.
func (r *Runner) write(ctx context.Context, j *store.Job, fn func(context.Context, store.Tx) error) bool {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), saveLimit)
	defer cancel()
	err := r.store.Update(ctx, func(tx store.Tx) error { return fn(ctx, tx) })
	switch {
	case errors.Is(err, store.ErrNotFound):
		r.log.Warn("another runner has taken the job over", "job", j.ID, "kind", j.Kind)
	case err != nil:
		r.log.Error("save job", "job", j.ID, "kind", j.Kind, "err", err)
	}
	return err == nil
}
