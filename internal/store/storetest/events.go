package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/store"
)

func addEvents(t *testing.T, s store.Store, events ...store.AuthEvent) {
	t.Helper()
	for _, e := range events {
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.AddAuthEvent(ctx, e) })
	}
}

func event(t *testing.T, s store.Store, key int64, sub, id string) store.AuthEvent {
	t.Helper()
	return read(t, s, func(ctx context.Context, tx store.Snapshot) (store.AuthEvent, error) {
		return tx.AuthEvent(ctx, key, sub, id)
	})
}

func testEvent(t *testing.T, s store.Store) {
	want := store.AuthEvent{
		PoolKey: 1, Sub: "s", ID: "1", Created: noon, Type: "SignIn", Response: "InProgress", RiskDecision: "AccountTakeover",
		RiskLevel: "High", Compromised: true, Challenges: `[{"name":"Password"}]`, Context: `{"city":"Zürich"}`,
	}
	addEvents(t, s, want, store.AuthEvent{PoolKey: 1, Sub: "another", ID: "1"}, store.AuthEvent{PoolKey: 2, Sub: "s", ID: "1"})
	equal(t, "AuthEvent", event(t, s, 1, "s", "1"), want)
	taken(t, s, "event", func(ctx context.Context, tx store.Tx) error { return tx.AddAuthEvent(ctx, want) })
	absent(t, s, "AuthEvent", func(ctx context.Context, tx store.Snapshot) error {
		_, err := tx.AuthEvent(ctx, 1, "s", "2")
		return err
	})

	want.Response, want.Challenges = "Pass", `[]`
	want.RiskDecision, want.RiskLevel, want.Compromised, want.Context = "Block", "Low", false, `{}`
	want.Feedback, want.FeedbackProvider, want.FeedbackTime = "Valid", "Admin", noon.Add(time.Hour)
	changed := want
	changed.Type, changed.Created = "SignUp", noon.Add(1) // stay as they are
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.SaveAuthEvent(ctx, changed) })
	equal(t, "a saved event", event(t, s, 1, "s", "1"), want)
	equal(t, "another's", event(t, s, 1, "another", "1"), store.AuthEvent{PoolKey: 1, Sub: "another", ID: "1"})
	changed.ID = "2"
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error { return tx.SaveAuthEvent(ctx, changed) })
}

func testEvents(t *testing.T, s store.Store) {
	for _, id := range []string{"b", "d", "a", "c", "e"} {
		addEvents(t, s, store.AuthEvent{PoolKey: 1, Sub: "s", ID: id, Created: noon})
	}
	addEvents(t, s, store.AuthEvent{PoolKey: 1, Sub: "another", ID: "f"}, store.AuthEvent{PoolKey: 2, Sub: "s", ID: "g"})
	ids := func(p store.Page) (ids []string) {
		for _, e := range read(t, s, func(ctx context.Context, tx store.Snapshot) ([]store.AuthEvent, error) {
			return tx.AuthEvents(ctx, 1, "s", p)
		}) {
			ids = append(ids, e.ID)
		}
		return ids
	}
	equal(t, "AuthEvents", ids(store.Page{Limit: 9}), []string{"e", "d", "c", "b", "a"})
	equal(t, "the newest of them", ids(store.Page{Limit: 2}), []string{"e", "d"})
	equal(t, "those before them", ids(store.Page{After: "d", Limit: 2}), []string{"c", "b"})
	equal(t, "the oldest", ids(store.Page{After: "b", Limit: 2}), []string{"a"})
	equal(t, "before the oldest", ids(store.Page{After: "a", Limit: 2}), []string{})
}

func testVisits(t *testing.T, s store.Store) {
	for id, e := range map[string]store.AuthEvent{
		"1": {Type: "SignIn", Response: "Pass"},
		"2": {Type: "SignIn", Response: "Fail"},
		"3": {Type: "SignIn", Response: "InProgress"},
		"4": {Type: "SignIn", Response: "Fail", Feedback: "Valid"},
		"5": {Type: "SignIn", Response: "Pass", Feedback: "Invalid"},
		"6": {Type: "SignIn", Response: "Pass", Feedback: "Valid"},
		"7": {Type: "PasswordChange", Response: "Pass"},
		"8": {Type: "SignIn", Response: "Pass", Context: `{"a":1}`},
	} {
		e.PoolKey, e.Sub, e.ID = 1, "s", id
		addEvents(t, s, e)
	}
	pass := store.AuthEvent{PoolKey: 1, Sub: "another", ID: "9", Type: "SignIn", Response: "Pass"}
	addEvents(t, s, pass)
	visits := func(limit int) (ids []string) {
		for _, e := range read(t, s, func(ctx context.Context, tx store.Snapshot) ([]store.AuthEvent, error) {
			return tx.Visits(ctx, 1, "s", limit)
		}) {
			ids = append(ids, e.ID+e.Context)
		}
		return ids
	}
	equal(t, "Visits", visits(9), []string{`8{"a":1}`, "6", "4", "1"})
	equal(t, "the newest of them", visits(2), []string{`8{"a":1}`, "6"})
}
