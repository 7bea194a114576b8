package server

import (
	"context"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/cenote-auth/cenote/internal/core/clock"
	"github.com/cenote-auth/cenote/internal/core/job"
	"github.com/cenote-auth/cenote/internal/endpoint/awsjson"
	"github.com/cenote-auth/cenote/internal/endpoint/feedback"
	"github.com/cenote-auth/cenote/internal/endpoint/health"
	"github.com/cenote-auth/cenote/internal/endpoint/metrics"
	"github.com/cenote-auth/cenote/internal/endpoint/operation"
	"github.com/cenote-auth/cenote/internal/endpoint/upload"
	"github.com/cenote-auth/cenote/internal/endpoint/watch"
	"github.com/cenote-auth/cenote/internal/endpoint/wellknown"
	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/metered"
)

// newHandler returns all that the server answers to, watched.
func newHandler(c Config, p *parts) http.Handler {
	return watch.Options{
		Log: c.Log, Level: c.mode().requests,
		Began: c.metrics.Began,
		Done:  func(v *watch.Visit) { c.metrics.Done(v.Operation, v.Exception, v.Took) },
	}.Wrap(c.mode().handler(c, p))
}

// newMux routes the paths that every server has. door says whose signatures
// the API takes.
func newMux(c Config, p *parts, door awsjson.Options) *http.ServeMux {
	door.Admit = operation.Admit(p.rates, p.operations.SetUpClient)
	door.Handler = operation.CountSignIns(p.operations, c.metrics.SignIn)
	door.Exception = operation.Exception
	door.Account = c.Account
	door.BodyTimeout = c.patience
	door.Done = note
	mux, log := http.NewServeMux(), watch.Logger(c.Log)
	mux.Handle("/{$}", awsjson.New(door))
	wellknown.Register(mux, p.tokens, log)
	feedback.Register(mux, p.events.JudgeByLink, log)
	upload.Register(mux, p.imports.Receive, log)
	health.Register(mux, ready(p.store), log)
	return mux
}

// note tells the watch what the API knows of a request.
func note(w http.ResponseWriter, a awsjson.Answer) {
	d := watch.Details{Operation: a.Operation, PoolID: a.PoolID, ClientID: a.ClientID, AccessKey: a.AccessKey, In: a.In}
	if t := a.Trouble; t != nil {
		d.Trouble, d.Level, d.Args = t.Message, t.Level, t.Args
	}
	watch.Note(w, d)
}

// measured returns st with its transactions counted.
func measured(c Config, st store.Store) store.Store {
	return metered.New(st, func(x metered.Transaction) {
		kind := "view"
		if x.Update {
			kind = "update"
		}
		c.metrics.Transaction(kind, string(x.Outcome), x.Runs, x.Took)
	})
}

// timed returns a step of a kind of job with its runs counted.
func timed(c Config, kind string, step job.Step) job.Step {
	return func(ctx context.Context, j store.Job) ([]byte, bool, error) {
		began, outcome := time.Now(), "done"
		next, done, err := step(ctx, j)
		if err != nil {
			outcome = "failed"
		}
		c.metrics.Step(kind, outcome, time.Since(began))
		return next, done, err
	}
}

// backlog counts the work that waits.
func backlog(st store.Store, now *clock.Clock) func(context.Context) (metrics.Backlog, error) {
	return func(ctx context.Context) (metrics.Backlog, error) {
		var b store.Backlog
		at := now.Now()
		err := st.View(ctx, func(snap store.Snapshot) (err error) {
			b, err = snap.Backlog(ctx, at)
			return err
		})
		out := metrics.Backlog{Messages: b.Messages, Jobs: b.Jobs, Failing: b.Failing}
		if !b.Oldest.IsZero() {
			out.Oldest = max(0, at.Sub(b.Oldest))
		}
		return out, err
	}
}

// version is that of the program, as the build recorded it.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.Main.Version
	}
	return ""
}
