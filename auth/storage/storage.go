package storage

import (
	"context"
	"errors"
	"fmt"
	"maps"
)

// Storage keeps a session's texts by name. Names and values are UTF-8, as in
// the JavaScript libraries, so that a session can move between them and Go. It
// is safe for concurrent use.
//
// Every error wraps ErrUnavailable, and the context's error where the context
// ended the call.
type Storage interface {
	// Load returns the values of those keys that exist, as they stood at one
	// moment. An empty value exists. Without any it returns an empty map. The
	// map is the caller's.
	Load(ctx context.Context, keys ...string) (map[string]string, error)

	// Save removes and sets in one step: after an error, or after the program
	// was killed, either all of it happened or nothing did. Removing what does
	// not exist is no error; a key that is in both is set. If ctx has ended
	// before the call, nothing happens.
	Save(ctx context.Context, set map[string]string, remove ...string) error
}

// Locker is what a Storage also is when several programs, or several Clients of
// one, share it: a Client by itself keeps its calls in order. Whoever refreshes
// tokens holds the lock, so that one asks the service and the others find its
// answer.
type Locker interface {
	// Lock waits until nobody else holds the lock, in this process or another,
	// or until ctx ends. The caller calls unlock once. Load and Save work while
	// the lock is held, for its holder and for everybody else. The lock of a
	// process that died is free.
	Lock(ctx context.Context) (unlock func(), err error)
}

// ErrUnavailable wraps every error of a storage that could not be read or
// written. It never means that nobody is signed in.
var ErrUnavailable = errors.New("storage unavailable")

// ErrCorrupt is in the error of a File whose contents are damaged, are not a
// File's, or are sealed under a key that the keyring no longer has. Reading it
// again does not help; File.Erase starts afresh.
var ErrCorrupt = errors.New("not a session file, or damaged")

func unavailable(err error) error {
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}

// pick returns those of items that keys name.
func pick(items map[string]string, keys []string) map[string]string {
	found := make(map[string]string, len(keys))
	for _, key := range keys {
		if value, ok := items[key]; ok {
			found[key] = value
		}
	}
	return found
}

// change returns items without remove and with set. It leaves items as it is.
func change(items, set map[string]string, remove []string) map[string]string {
	changed := maps.Clone(items)
	if changed == nil {
		changed = make(map[string]string, len(set))
	}
	for _, key := range remove {
		delete(changed, key)
	}
	maps.Copy(changed, set)
	return changed
}
