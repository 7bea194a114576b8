package imports_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/core/job"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/imports"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// desk is a pool and who imports users into it.
type desk struct {
	*flowtest.Env
	*imports.Service
	pool *pool.Pool
	log  *bytes.Buffer
}

func newDesk(t testing.TB, e *flowtest.Env, change func(*pool.Pool)) *desk {
	d := &desk{Env: e, pool: e.Pool(t, change), log: new(bytes.Buffer)}
	d.Service = d.service(d.log)
	return d
}

// service returns another node of the same database.
func (d *desk) service(log *bytes.Buffer) *imports.Service {
	return imports.New(imports.Options{
		Store: d.Env.Store, Keyring: d.Env.Keyring, Passwords: d.Env.Passwords, Now: d.Clock.Now,
		Log: slog.New(slog.NewTextHandler(log, nil)), UploadURL: "http://cenote.test/import/",
	})
}

// inDesks runs test at a new desk on every backend.
func inDesks(t *testing.T, change func(*pool.Pool), test func(*testing.T, *desk)) {
	t.Helper()
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) { test(t, newDesk(t, e, change)) })
}

// A row has a value for some columns; it is verified, and without a second
// factor, unless it says otherwise.
type row map[string]string

func person(name string) row { return row{"cognito:username": name, "email": name + "@example.com"} }

// file returns the text of a file, with the columns of the pool and more.
func (d *desk) file(rows []row, more ...string) string {
	columns := append(d.pool.ImportHeader(), more...)
	var b strings.Builder
	b.WriteString(strings.Join(columns, ",") + "\n")
	for _, r := range rows {
		for n, c := range columns {
			value, given := r[c]
			switch {
			case !given && c == "cognito:mfa_enabled":
				value = "FALSE"
			case !given && c == "email_verified":
				value = "TRUE"
			}
			if n > 0 {
				b.WriteByte(',')
			}
			b.WriteString(value)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// people returns rows for a number of users.
func people(n int) (rows []row) {
	for i := range n {
		rows = append(rows, person(fmt.Sprintf("user-%05d", i)))
	}
	return rows
}

func (d *desk) create(t testing.TB, algorithm string) imports.Job {
	t.Helper()
	j, err := d.Create(t.Context(), imports.NewJob{PoolID: d.pool.ID, Name: "everybody", RoleARN: "arn:aws:iam::1:role/a", Algorithm: algorithm})
	if err != nil {
		t.Fatalf("Create: %v", err)
	}
	return j
}

func (d *desk) send(t testing.TB, j imports.Job, file string) {
	t.Helper()
	if err := d.Receive(t.Context(), token(j), strings.NewReader(file)); err != nil {
		t.Fatalf("Receive: %v", err)
	}
}

func token(j imports.Job) string { return strings.TrimPrefix(j.URL, "http://cenote.test/import/") }

func (d *desk) start(t testing.TB, j imports.Job) {
	t.Helper()
	if got, err := d.Start(t.Context(), d.pool.ID, j.ID); err != nil || got.Status != pool.ImportPending {
		t.Fatalf("Start: %v, %s", err, got.Status)
	}
}

// started returns a job that runs with a file.
func (d *desk) started(t testing.TB, algorithm, file string) imports.Job {
	t.Helper()
	j := d.create(t, algorithm)
	d.send(t, j, file)
	d.start(t, j)
	return j
}

// again returns a job as it is now.
func (d *desk) again(t testing.TB, j imports.Job) imports.Job {
	t.Helper()
	j, err := d.Describe(t.Context(), d.pool.ID, j.ID)
	if err != nil {
		t.Fatalf("Describe: %v", err)
	}
	return j
}

// work runs all that is due, as a runner does.
func (d *desk) work(t testing.TB) {
	t.Helper()
	for d.workOn(t, 1) {
	}
}

// workOn runs some steps of what is due, and reports whether there was any.
func (d *desk) workOn(t testing.TB, steps int) bool {
	t.Helper()
	kinds := map[string]job.Step{imports.KindImport: d.Step, imports.KindExpire: d.Expire}
	for range steps {
		var j store.Job
		err := d.Env.Store.Update(t.Context(), func(tx store.Tx) (err error) {
			j, err = tx.ClaimJob(t.Context(), d.Clock.Now(), d.Clock.Now())
			return err
		})
		if errors.Is(err, store.ErrNotFound) {
			return false
		}
		if err != nil {
			t.Fatal(err)
		}
		next, done, err := kinds[j.Kind](t.Context(), j)
		if err != nil {
			t.Fatalf("step of %s: %v", j.ID, err)
		}
		d.Tx(t, func(ctx context.Context, tx store.Tx) error {
			if done {
				return tx.DeleteJob(ctx, j.ID, j.Due)
			}
			held := j.Due
			j.State = next
			return tx.SaveJob(ctx, j, held)
		})
	}
	return true
}

func (d *desk) users(t testing.TB) (n int64) {
	t.Helper()
	err := d.Env.Store.View(t.Context(), func(s store.Snapshot) (err error) {
		n, err = s.CountUsers(t.Context(), d.pool.Key)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// want fails the test unless a job stands so.
func (d *desk) want(t testing.TB, j imports.Job, status pool.ImportStatus, imported, skipped, failed int64) imports.Job {
	t.Helper()
	got := d.again(t, j)
	if got.Status != status || got.Imported != imported || got.Skipped != skipped || got.Failed != failed {
		t.Errorf("%s: %d imported, %d skipped, %d failed; want %s: %d, %d, %d\nlog: %s", got.Status, got.Imported, got.Skipped, got.Failed,
			status, imported, skipped, failed, d.log)
	}
	return got
}

// wantError is flowtest.Want for an error that is wrapped.
func wantError(t testing.TB, err error, kind pool.Kind, message string) {
	t.Helper()
	e, ok := errors.AsType[*pool.Error](err)
	if !ok || e.Kind != kind || e.Message != message {
		t.Errorf("error = %v, want kind %d, %q", err, kind, message)
	}
}
