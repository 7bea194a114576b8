package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/store"
)

func addMessage(t *testing.T, s store.Store, m store.Message) {
	t.Helper()
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.AddMessage(ctx, m) })
}

func messageIDs(t *testing.T, s store.Store, destination string, limit int) (ids []string) {
	t.Helper()
	for _, m := range read(t, s, func(ctx context.Context, tx store.Snapshot) ([]store.Message, error) {
		return tx.Messages(ctx, destination, limit)
	}) {
		ids = append(ids, m.ID)
	}
	return ids
}

func testMessages(t *testing.T, s store.Store) {
	m := store.Message{ID: "1", PoolKey: 3, Medium: "EMAIL", Destination: "a@x", Created: noon, Due: noon, Tries: 2, Sealed: []byte{1, 0}}
	addMessage(t, s, m)
	list := read(t, s, func(ctx context.Context, tx store.Snapshot) ([]store.Message, error) {
		return tx.Messages(ctx, "a@x", 9)
	})
	equal(t, "Messages", list, []store.Message{m})
	refused(t, s, store.ErrExists, func(ctx context.Context, tx store.Tx) error { return tx.AddMessage(ctx, m) })
	addMessage(t, s, store.Message{ID: "3", Destination: "a@x", Created: noon})
	addMessage(t, s, store.Message{ID: "2", Destination: "b@x", Created: noon})
	addMessage(t, s, store.Message{ID: "4", Created: noon}) // to nobody
	equal(t, "all", messageIDs(t, s, "", 9), []string{"3", "2", "1"})
	equal(t, "the newest two", messageIDs(t, s, "", 2), []string{"3", "2"})
	equal(t, "of one destination", messageIDs(t, s, "a@x", 9), []string{"3", "1"})
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.DeleteMessage(ctx, "3") })
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.DeleteMessage(ctx, "3") })
	equal(t, "after a delete", messageIDs(t, s, "", 9), []string{"2", "1"})
}

// claim returns the ids of the messages that a worker got.
func claim(t *testing.T, s store.Store, now, lease time.Time, limit int) (ids []string, err error) {
	err = s.Update(t.Context(), func(tx store.Tx) error {
		list, err := tx.ClaimMessages(t.Context(), "", now, lease, limit)
		ids = nil
		for _, m := range list {
			ids = append(ids, m.ID)
		}
		return err
	})
	return ids, err
}

func testClaimMessages(t *testing.T, s store.Store) {
	const messages = 40
	for i := range messages {
		addMessage(t, s, store.Message{ID: fmt.Sprintf("m%02d", i), Created: noon, Due: noon.Add(time.Duration(i) * time.Second)})
	}
	addMessage(t, s, store.Message{ID: "kept", Created: noon}) // never due
	now, lease := noon.Add(30*time.Second), noon.Add(10*time.Minute)
	var mu sync.Mutex
	got := map[string]int{}
	race(t, 6, func(int) error {
		for empty := 0; empty < 3; {
			ids, err := claim(t, s, now, lease, 3)
			if err != nil {
				return err
			}
			if len(ids) == 0 {
				empty++ // another may hold what it will not keep
			}
			mu.Lock()
			for _, id := range ids {
				got[id]++
			}
			mu.Unlock()
		}
		return nil
	})
	for i := range messages {
		id, want := fmt.Sprintf("m%02d", i), 1
		if i > 30 {
			want = 0 // not due
		}
		if got[id] != want {
			t.Errorf("message %s was claimed %d times, want %d", id, got[id], want)
		}
	}
	if len(got) != 31 {
		t.Errorf("%d messages were claimed, want 31", len(got))
	}
	ids, err := claim(t, s, lease, lease.Add(time.Minute), 100)
	if err != nil || len(ids) != messages {
		t.Errorf("after the lease %d messages are due again (%v), want %d", len(ids), err, messages)
	}
}

func testClaimMessagesOfAMedium(t *testing.T, s store.Store) {
	for i, medium := range []string{"EMAIL", "FUNCTION", "SMS", "FUNCTION"} {
		addMessage(t, s, store.Message{ID: fmt.Sprint(i), Medium: medium, Destination: "a@x", Created: noon, Due: noon})
	}
	for _, tt := range []struct {
		medium string
		want   []string
	}{{"FUNCTION", []string{"1", "3"}}, {"FUNCTION", nil}, {"", []string{"0", "2"}}} {
		var ids []string
		update(t, s, func(ctx context.Context, tx store.Tx) error {
			list, err := tx.ClaimMessages(ctx, tt.medium, noon, noon.Add(time.Minute), 9)
			ids = nil
			for _, m := range list {
				ids = append(ids, m.ID)
			}
			return err
		})
		equal(t, "of "+tt.medium, ids, tt.want)
	}
}

func testRetryMessage(t *testing.T, s store.Store) {
	m := store.Message{ID: "1", Destination: "a@x", Created: noon, Due: noon}
	addMessage(t, s, m)
	for _, due := range []time.Time{noon.Add(time.Minute), {}} {
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.RetryMessage(ctx, "1", due) })
		m.Due, m.Tries = due, m.Tries+1
		list := read(t, s, func(ctx context.Context, tx store.Snapshot) ([]store.Message, error) { return tx.Messages(ctx, "", 9) })
		equal(t, "Messages", list, []store.Message{m})
	}
	if ids, err := claim(t, s, noon.Add(time.Hour), noon.Add(2*time.Hour), 9); err != nil || len(ids) != 0 {
		t.Errorf("a message that was given up was claimed: %q, %v", ids, err)
	}
}

func testJobs(t *testing.T, s store.Store) {
	job := store.Job{ID: "b", Kind: "clear", PoolKey: 3, State: []byte(`{"a":1}`), Due: noon, Tries: 1}
	later := store.Job{ID: "a", Kind: "clear", Due: noon.Add(time.Hour)}
	again := job
	again.Kind = "other"
	for _, j := range []store.Job{job, later, again} {
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.AddJob(ctx, j) })
	}
	wantJobs(t, s, later, job)
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		got, err := tx.ClaimJob(ctx, noon, noon.Add(time.Minute))
		job.Due = noon.Add(time.Minute)
		equal(t, "ClaimJob", got, job)
		return err
	})
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error {
		_, err := tx.ClaimJob(ctx, noon, noon.Add(time.Minute))
		return err
	})
	held, lost := job.Due, job.Due.Add(-time.Minute)
	next := job
	next.State, next.Due, next.Tries = []byte("next"), noon.Add(time.Second), 0
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error { return tx.SaveJob(ctx, next, lost) })
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error { return tx.DeleteJob(ctx, "b", lost) })
	wantJobs(t, s, later, job)
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.SaveJob(ctx, next, held) })
	wantJobs(t, s, later, next)
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.DeleteJob(ctx, "b", next.Due) })
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error { return tx.DeleteJob(ctx, "b", next.Due) })
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error { return tx.SaveJob(ctx, next, next.Due) })
	wantJobs(t, s, later)
	hasten := func(id string, latest time.Time) {
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.HastenJob(ctx, id, latest, noon) })
	}
	hasten("b", noon)
	hasten("a", later.Due)
	wantJobs(t, s, later)
	hasten("a", later.Due.Add(-time.Microsecond))
	later.Due = noon
	wantJobs(t, s, later)
}

func wantJobs(t *testing.T, s store.Store, want ...store.Job) {
	t.Helper()
	equal(t, "Jobs", read(t, s, func(ctx context.Context, tx store.Snapshot) ([]store.Job, error) { return tx.Jobs(ctx, 9) }), want)
}

func testClaimJobs(t *testing.T, s store.Store) {
	for i := range 10 {
		update(t, s, func(ctx context.Context, tx store.Tx) error {
			return tx.AddJob(ctx, store.Job{ID: fmt.Sprint("job", i), Due: noon})
		})
	}
	var mu sync.Mutex
	got := map[string]int{}
	race(t, 5, func(int) error {
		for empty := 0; empty < 8; {
			var job store.Job
			err := s.Update(t.Context(), func(tx store.Tx) (err error) {
				job, err = tx.ClaimJob(t.Context(), noon, noon.Add(time.Minute))
				return err
			})
			if isOneOf(err, []error{store.ErrNotFound}) {
				empty++ // none, or another was faster
				continue
			} else if err != nil {
				return err
			}
			mu.Lock()
			got[job.ID]++
			mu.Unlock()
		}
		return nil
	})
	for id, n := range got {
		if n != 1 {
			t.Errorf("%s was claimed %d times", id, n)
		}
	}
	if len(got) != 10 {
		t.Errorf("%d jobs were claimed, want 10", len(got))
	}
}

func testSweep(t *testing.T, s store.Store) {
	key := newPool(t, s, "p")
	sub := newUser(t, s, key, "ada")
	belongings(t, s, key, sub) // all expire at noon
	fresh := noon.Add(100 * 24 * time.Hour)
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		for _, err := range []error{
			tx.PutCode(ctx, store.Code{PoolKey: key, Sub: sub, Purpose: "fresh", MAC: []byte("m"), Expires: fresh}),
			tx.PutAttempt(ctx, store.Attempt{PoolKey: key, Subject: sub, Factor: "locked", Since: noon, Until: fresh}),
			tx.AddMessage(ctx, store.Message{ID: "fresh", PoolKey: key, Destination: "a@x", Created: fresh, Due: fresh}),
			tx.AddMessage(ctx, store.Message{ID: "to nobody", PoolKey: key, Created: noon, Due: noon}),
		} {
			if err != nil {
				return err
			}
		}
		return nil
	})
	sweep := func(now time.Time, limit int) (n int) {
		update(t, s, func(ctx context.Context, tx store.Tx) (err error) { n, err = tx.Sweep(ctx, now, limit); return err })
		return n
	}
	for _, tt := range []struct {
		name  string
		now   time.Time
		limit int
		want  int
	}{
		{"before anything expires", noon, 100, 0},
		{"no more than the limit", noon.Add(time.Second), 1, 1},
		{"the others of code, sign-in and conversation, and a message to nobody", noon.Add(time.Second), 100, 3},
		{"tokens and attempts after a day", noon.Add(24*time.Hour + time.Second), 100, 3},
		{"messages after a week", noon.Add(7*24*time.Hour + time.Second), 100, 1},
		{"nothing for months", noon.Add(90 * 24 * time.Hour), 100, 0},
		{"events then", noon.Add(90*24*time.Hour + time.Second), 100, 1},
		{"nothing is left", noon.Add(91 * 24 * time.Hour), 100, 0},
	} {
		if got := sweep(tt.now, tt.limit); got != tt.want {
			t.Errorf("%s: Sweep = %d, want %d", tt.name, got, tt.want)
		}
	}
	equal(t, "messages", messageIDs(t, s, "", 9), []string{"fresh"})
	wantAttempt(t, s, store.Attempt{PoolKey: key, Subject: sub, Factor: "locked", Since: noon, Until: fresh})
	if n := read(t, s, func(ctx context.Context, tx store.Snapshot) (int64, error) { return tx.CountUsers(ctx, key) }); n != 1 {
		t.Errorf("CountUsers = %d, want 1", n)
	}
}

// What has expired and is renewed while it is swept away stays.
func testSweepBesideRenewal(t *testing.T, s store.Store) {
	now := noon.Add(time.Second)
	old := store.Code{PoolKey: 1, Sub: "s", Purpose: "sign-up", MAC: []byte("old"), Expires: noon}
	talk := store.Conversation{PoolKey: 1, SignInID: "i", Sub: "s", Expires: noon, Sealed: []byte("old")}
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		return errors.Join(tx.PutCode(ctx, old), tx.AddConversation(ctx, talk))
	})
	fresh := old
	fresh.MAC, fresh.Expires = []byte("new"), now.Add(time.Hour)
	talk.Sealed, talk.Expires = []byte("new"), fresh.Expires
	var once sync.Once
	swept := make(chan error, 1)
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		if err := errors.Join(tx.PutCode(ctx, fresh), tx.SaveConversation(ctx, talk)); err != nil {
			return err
		}
		once.Do(func() {
			go func() {
				swept <- s.Update(t.Context(), func(tx store.Tx) error { _, err := tx.Sweep(t.Context(), now, 100); return err })
			}()
		})
		time.Sleep(50 * time.Millisecond) // so that it waits for us by now
		return nil
	})
	if err := <-swept; err != nil {
		t.Fatalf("Sweep: %v", err)
	}
	view(t, s, func(ctx context.Context, snap store.Snapshot) error {
		code, err := snap.Code(ctx, 1, "s", "sign-up")
		equal(t, "Code", code, fresh)
		if err != nil {
			return err
		}
		got, err := snap.Conversation(ctx, 1, "i")
		equal(t, "Conversation", got, talk)
		return err
	})
}
