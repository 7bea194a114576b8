package pool

import (
	"errors"
	"testing"
	"time"
)

func TestAnImportThatWaitsForTooLongExpires(t *testing.T) {
	t.Parallel()
	noon := time.Date(2030, 1, 2, 12, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name   string
		status ImportStatus
		age    time.Duration
		want   ImportStatus
	}{
		{"within a day", ImportCreated, 24*time.Hour - 1, ImportCreated},
		{"after a day", ImportCreated, 24 * time.Hour, ImportExpired},
		{"while it runs", ImportInProgress, 48 * time.Hour, ImportInProgress},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			i := &Import{Status: tt.status, Created: noon}
			if i.Expire(noon.Add(tt.age)); i.Status != tt.want || (i.Message != "") != (tt.want == ImportExpired) {
				t.Errorf("status = %s %q, want %s", i.Status, i.Message, tt.want)
			}
		})
	}
}

func TestImportStates(t *testing.T) {
	t.Parallel()
	p := imports(nil)
	for status, want := range map[ImportStatus]struct{ start, stop, runs bool }{
		ImportCreated: {start: true}, ImportPending: {stop: true, runs: true}, ImportInProgress: {stop: true, runs: true},
		ImportStopping: {stop: true, runs: true}, ImportExpired: {}, ImportStopped: {}, ImportFailed: {}, ImportSucceeded: {},
	} {
		i := &Import{Status: status}
		i.Received = true
		start, runs := i.CheckStart(p), i.Running()
		stop := i.Stop()
		if (start == nil) != want.start || (stop == nil) != want.stop || runs != want.runs {
			t.Errorf("%s: start %v, stop %v, runs %v; want %+v", status, start, stop, runs, want)
		}
		for _, err := range []error{start, stop} {
			if err != nil && !errors.Is(err, E(PreconditionNotMet, "")) {
				t.Errorf("%s: %v", status, err)
			}
		}
	}
}

func TestHowAnImportEnds(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name                      string
		imported, skipped, failed int64
		want                      ImportStatus
	}{
		{"everybody is in", 3, 0, 0, ImportSucceeded},
		{"somebody is in", 1, 5, 5, ImportSucceeded},
		{"nobody is in", 0, 0, 1, ImportFailed},
		{"all were there", 0, 2, 0, ImportFailed},
		{"nobody was asked for", 0, 0, 0, ImportSucceeded},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var i Import
			i.Imported, i.Skipped, i.Failed = tt.imported, tt.skipped, tt.failed
			if i.Complete(time.Now()); i.Status != tt.want {
				t.Errorf("status = %s, want %s", i.Status, tt.want)
			}
		})
	}
}
