package storage_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/cenote-auth/cenote/auth/storage"
	"github.com/cenote-auth/cenote/auth/storage/storagetest"
)

// texts is a user's store that sets one text at a time.
type texts struct {
	mu    sync.Mutex
	items map[string]string
	calls []string
	fail  int // the call that fails, counted from 1
}

var errTexts = errors.New("disk full")

func newTexts() *texts { return &texts{items: map[string]string{}} }

var _ storage.Locker = (*storage.KeyValue)(nil)

func newKeyValue(s *texts) *storage.KeyValue {
	return storage.NewKeyValue(s.get, s.set, s.remove)
}

func (s *texts) get(_ context.Context, key string) (string, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	value, ok := s.items[key]
	return value, ok, s.call("get " + key)
}

func (s *texts) set(_ context.Context, key, value string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.call("set " + key)
	if err == nil {
		s.items[key] = value
	}
	return err
}

func (s *texts) remove(ctx context.Context, key string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := errors.Join(s.call("remove "+key), ctx.Err())
	if err == nil {
		delete(s.items, key)
	}
	return err
}

func (s *texts) call(what string) error {
	s.calls = append(s.calls, what)
	if len(s.calls) == s.fail {
		return errTexts
	}
	return nil
}

func TestKeyValue(t *testing.T) {
	t.Parallel()
	storagetest.Run(t, func(*testing.T) storage.Storage { return newKeyValue(newTexts()) })
}

func TestKeyValueOrder(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		set    map[string]string
		remove []string
		want   []string
	}{
		{"a sign-in in another's place", session("new"), keys("old"), []string{
			"remove CIP.c.old.accessToken",
			"set CIP.c.new.refreshToken",
			"set CIP.c.new.clockDrift",
			"set CIP.c.new.idToken",
			"set CIP.c.new.accessToken",
			"set CIP.c.LastAuthUser",
			"remove CIP.c.old.clockDrift",
			"remove CIP.c.old.idToken",
			"remove CIP.c.old.refreshToken",
		}},
		{"a sign-out", nil, keys("old"), []string{
			"remove CIP.c.old.accessToken",
			"remove CIP.c.LastAuthUser",
			"remove CIP.c.old.clockDrift",
			"remove CIP.c.old.idToken",
			"remove CIP.c.old.refreshToken",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newTexts()
			save(t, newKeyValue(s), tt.set, tt.remove...)
			if !slices.Equal(s.calls, tt.want) {
				t.Errorf("calls:\n%s\nwant:\n%s", strings.Join(s.calls, "\n"), strings.Join(tt.want, "\n"))
			}
		})
	}
}

// A save that fails at any call reads as the old session, as the new one, or
// as none.
func TestKeyValueCutShort(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		before map[string]string
		set    map[string]string
		remove []string
	}{
		{"a first sign-in", nil, session("new"), nil},
		{"a sign-in in another's place", session("old"), session("new"), keys("old")},
		{"a sign-in beside another", session("old"), session("new"), nil},
		{"a sign-out", session("old"), nil, keys("old")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for fail := 1; ; fail++ {
				s := newTexts()
				maps.Copy(s.items, tt.before)
				s.fail = fail
				kv := newKeyValue(s)
				err := kv.Save(t.Context(), tt.set, tt.remove...)
				if !readsWhole(s.items) {
					t.Errorf("after call %d failed the store holds half a session: %q", fail, s.items)
				}
				if err == nil {
					break
				}
				if !errors.Is(err, errTexts) || !errors.Is(err, storage.ErrUnavailable) {
					t.Fatalf("Save = %v, want ErrUnavailable and the store's error", err)
				}
				save(t, kv, tt.set, tt.remove...)
				whole := newTexts()
				maps.Copy(whole.items, tt.before)
				save(t, newKeyValue(whole), tt.set, tt.remove...)
				if !maps.Equal(s.items, whole.items) {
					t.Errorf("saving again leaves %q, want %q", s.items, whole.items)
				}
			}
		})
	}
}

// readsWhole judges as the libraries read: no access token, no session.
func readsWhole(items map[string]string) bool {
	user := items["CIP.c.LastAuthUser"]
	if items["CIP.c."+user+".accessToken"] == "" {
		return true
	}
	for key, value := range session(user) {
		if items[key] != value {
			return false
		}
	}
	return true
}

func TestKeyValueLoadError(t *testing.T) {
	t.Parallel()
	s := newTexts()
	s.fail = 2
	got, err := newKeyValue(s).Load(t.Context(), "a", "b")
	if got != nil || !errors.Is(err, errTexts) || !errors.Is(err, storage.ErrUnavailable) {
		t.Errorf("Load = %v, %v, want ErrUnavailable and the store's error", got, err)
	}
}

func session(user string) map[string]string {
	return map[string]string{
		"CIP.c.LastAuthUser":              user,
		"CIP.c." + user + ".accessToken":  "access of " + user,
		"CIP.c." + user + ".idToken":      "id of " + user,
		"CIP.c." + user + ".refreshToken": "refresh of " + user,
		"CIP.c." + user + ".clockDrift":   "0",
	}
}

func keys(user string) []string {
	return slices.Collect(maps.Keys(session(user)))
}
