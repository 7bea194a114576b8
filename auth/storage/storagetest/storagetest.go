// Package storagetest is the contract of storage.Storage as tests. Whoever
// writes a Storage runs it:
//
//	func TestStorage(t *testing.T) {
//		storagetest.Run(t, func(t *testing.T) storage.Storage { return newRedis(t) })
//	}
//
// It cannot see what a crash leaves; that is for the Storage's own tests.
package storagetest

import (
	"context"
	"errors"
	"maps"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/auth/storage"
)

// Run checks the contract of storage.Storage, and that of storage.Locker if
// what open returns is one. open is called once a subtest, possibly at the same
// time, and returns an empty storage.
func Run(t *testing.T, open func(t *testing.T) storage.Storage) {
	for _, tt := range []struct {
		name string
		test func(*testing.T, storage.Storage)
	}{
		{"an empty storage has nothing", testEmpty},
		{"what was saved is loaded", testSaveLoad},
		{"one step sets and removes", testSetAndRemove},
		{"a key that is set and removed is set", testSetWins},
		{"removing what does not exist is no error", testRemoveMissing},
		{"saving nothing changes nothing", testSaveNothing},
		{"texts come back as they were", testTexts},
		{"maps are not shared", testMaps},
		{"after the end of the context nothing happens", testEndedContext},
		{"concurrent saves lose nothing", testConcurrentSaves},
		{"a load never sees half a save", testSnapshots},
		{"one holds the lock at a time", testLockExcludes},
		{"waiting for the lock ends with the context", testLockWait},
		{"the lock's holder and others save", testSaveUnderLock},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.test(t, open(t))
		})
	}
}

// names are keys as the libraries make them, of user names that ask for care.
var names = []string{
	"CIP.5h57cf4n3u.LastAuthUser",
	"CIP.5h57cf4n3u.ada@example.com.accessToken",
	"CIP.5h57cf4n3u.ada@example.com.idToken",
	"CIP.5h57cf4n3u.Åda, 100%/ü.refreshToken",
	"com.amplify.Cognito.eu-west-1:0b1c.identityId",
}

func testEmpty(t *testing.T, s storage.Storage) {
	want(t, s, map[string]string{}, names...)
	got, err := s.Load(t.Context())
	if err != nil || got == nil || len(got) != 0 {
		t.Errorf("Load without keys = %v, %v, want an empty map", got, err)
	}
}

func testSaveLoad(t *testing.T, s storage.Storage) {
	all := map[string]string{}
	for _, name := range names {
		all[name] = "value of " + name
	}
	save(t, s, all)
	want(t, s, all, names...)
	want(t, s, map[string]string{names[1]: all[names[1]]}, names[1], "CIP.5h57cf4n3u.another")
	want(t, s, map[string]string{})

	save(t, s, map[string]string{names[0]: "new"})
	all[names[0]] = "new"
	want(t, s, all, names...)
}

func testSetAndRemove(t *testing.T, s storage.Storage) {
	save(t, s, map[string]string{"a": "1", "b": "1", "c": "1"})
	save(t, s, map[string]string{"a": "2", "d": "2"}, "b", "c")
	want(t, s, map[string]string{"a": "2", "d": "2"}, "a", "b", "c", "d")
	save(t, s, nil, "a", "d")
	want(t, s, map[string]string{}, "a", "b", "c", "d")
}

func testSetWins(t *testing.T, s storage.Storage) {
	save(t, s, map[string]string{"a": "1"}, "a")
	want(t, s, map[string]string{"a": "1"}, "a")
	save(t, s, map[string]string{"a": "2"}, "a", "a")
	want(t, s, map[string]string{"a": "2"}, "a")
}

func testRemoveMissing(t *testing.T, s storage.Storage) {
	save(t, s, nil, "a")
	save(t, s, map[string]string{"a": "1"}, "b", "b")
	want(t, s, map[string]string{"a": "1"}, "a", "b")
}

func testSaveNothing(t *testing.T, s storage.Storage) {
	save(t, s, map[string]string{"a": "1"})
	save(t, s, nil)
	save(t, s, map[string]string{})
	want(t, s, map[string]string{"a": "1"}, "a")
}

func testTexts(t *testing.T, s storage.Storage) {
	texts := map[string]string{
		"empty":   "",
		"json":    `{"loginId":"ada@example.com","authFlowType":"USER_SRP_AUTH"}`,
		"marks":   "a=b; c,d \"e\" %25 +/ \\ \n\t<>&",
		"unicode": "žluťoučký 🐎 \u2028",
		"long":    strings.Repeat("eyJraWQiOiJ4In0.", 512),
	}
	save(t, s, texts)
	want(t, s, texts, "empty", "json", "marks", "unicode", "long")
}

func testMaps(t *testing.T, s storage.Storage) {
	mine := map[string]string{"a": "1"}
	save(t, s, mine)
	mine["a"] = "2"
	got := load(t, s, "a")
	got["a"] = "3"
	got["b"] = "3"
	want(t, s, map[string]string{"a": "1"}, "a", "b")
}

func testEndedContext(t *testing.T, s storage.Storage) {
	save(t, s, map[string]string{"a": "1"})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Load(ctx, "a"); !isEnded(err) {
		t.Errorf("Load after the end: error %v, want ErrUnavailable and context.Canceled", err)
	}
	if err := s.Save(ctx, map[string]string{"b": "1"}, "a"); !isEnded(err) {
		t.Errorf("Save after the end: error %v, want ErrUnavailable and context.Canceled", err)
	}
	want(t, s, map[string]string{"a": "1"}, "a", "b")
}

func isEnded(err error) bool {
	return errors.Is(err, storage.ErrUnavailable) && errors.Is(err, context.Canceled)
}

func save(t *testing.T, s storage.Storage, set map[string]string, remove ...string) {
	t.Helper()
	if err := s.Save(t.Context(), set, remove...); err != nil {
		t.Fatalf("Save: %v", err)
	}
}

func load(t *testing.T, s storage.Storage, keys ...string) map[string]string {
	t.Helper()
	got, err := s.Load(t.Context(), keys...)
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	return got
}

func want(t *testing.T, s storage.Storage, want map[string]string, keys ...string) {
	t.Helper()
	if got := load(t, s, keys...); !maps.Equal(got, want) {
		t.Errorf("Load(%q) = %q, want %q", keys, got, want)
	}
}
