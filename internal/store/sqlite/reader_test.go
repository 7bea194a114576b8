package sqlite

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
)

func TestTheReaderThatWasUsedLastIsTakenFirst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a, b := &reader{}, &reader{conn: &conn{}}
		pool := readers{taken: make(chan struct{}, 2), idle: []*reader{a, b}}
		take := func() *reader {
			t.Helper()
			r, err := pool.take(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		if take() != b || take() != a {
			t.Error("two readers are not given to two")
		}
		gone, leave := context.WithCancel(t.Context())
		leave()
		if _, err := pool.take(gone); !errors.Is(err, context.Canceled) {
			t.Errorf("who goes away while all are taken gets %v", err)
		}
		var third *reader
		go func() { third = take() }()
		synctest.Wait()
		pool.put(a)
		synctest.Wait()
		if third != a {
			t.Error("who waits does not get the reader that comes back")
		}
		pool.put(b)
		pool.put(a)
		if take() != a {
			t.Error("the reader that came back last is not taken first")
		}
	})
}
