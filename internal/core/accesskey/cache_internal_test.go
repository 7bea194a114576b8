package accesskey

import (
	"fmt"
	"testing"
	"time"
)

func TestNoMoreKeysAreRememberedThanMay(t *testing.T) {
	t.Parallel()
	k := New(Options{})
	now := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	for i := range maxCached + 10 {
		k.remember(fmt.Sprint(i), found{at: now})
		if _, ok := k.remembered(fmt.Sprint(i), now); !ok {
			t.Fatalf("key %d was not remembered", i)
		}
	}
	if len(k.cached) != maxCached {
		t.Errorf("%d keys are remembered, want %d", len(k.cached), maxCached)
	}
	last := fmt.Sprint(maxCached + 9)
	k.remember(last, found{at: now}) // it is there
	if len(k.cached) != maxCached {
		t.Errorf("a key that was read again put another out: %d are left", len(k.cached))
	}
}

// What was read at a time that has not come yet, by a clock that was set back
// since, would be good for longer than CacheTime.
func TestWhatAClockAheadHasSeenIsReadAgain(t *testing.T) {
	t.Parallel()
	k := New(Options{})
	now := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	k.remember("a", found{at: now})
	for age, want := range map[time.Duration]bool{-1: false, 0: true, CacheTime - 1: true, CacheTime: false} {
		if _, ok := k.remembered("a", now.Add(age)); ok != want {
			t.Errorf("remembered after %v = %v, want %v", age, ok, want)
		}
	}
}
