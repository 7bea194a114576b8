package storage

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
)

// KeyValue is a Storage over a store of the caller's that gets, sets and
// removes one text at a time, such as the one that an app's JavaScript half
// uses. It is also a Locker, for several clients of one program. See NewKeyValue
// for what it cannot promise.
type KeyValue struct {
	get    func(ctx context.Context, key string) (value string, ok bool, err error)
	set    func(ctx context.Context, key, value string) error
	remove func(ctx context.Context, key string) error
	mu     sync.RWMutex
	lock   turnstile
}

// NewKeyValue returns a KeyValue. get reports ok false for a key that does not
// exist; removing such a key is no error. Each function is to be atomic and
// safe for concurrent use by itself.
//
// Within one KeyValue a Load never sees half a Save. A Save that an error or
// the end of the program cuts short, and a reader from elsewhere in between,
// cannot be helped, so the texts are written in this order: an access token
// that goes, goes first; then the new texts, the refresh token first, the
// access token after all others of the user, LastAuthUser last of all; then
// what else goes. What is left in between reads as the old session, as the new
// one, or, because it has no access token, as signed out. In a refresh it may
// hold tokens of the same user from before and after, which work together.
// Saving again mends it.
//
// A store that can change several texts in one step is better reached by
// implementing Storage, and one that processes share by implementing Locker
// with it: the lock of a KeyValue is its own.
func NewKeyValue(
	get func(ctx context.Context, key string) (value string, ok bool, err error),
	set func(ctx context.Context, key, value string) error,
	remove func(ctx context.Context, key string) error,
) *KeyValue {
	return &KeyValue{get: get, set: set, remove: remove}
}

// Load implements Storage, by one get a key.
func (kv *KeyValue) Load(ctx context.Context, keys ...string) (map[string]string, error) {
	if err := ctx.Err(); err != nil {
		return nil, unavailable(err)
	}
	kv.mu.RLock()
	defer kv.mu.RUnlock()
	items := make(map[string]string, len(keys))
	for _, key := range keys {
		value, ok, err := kv.get(ctx, key)
		if err != nil {
			return nil, unavailable(fmt.Errorf("get %s: %w", key, err))
		}
		if ok {
			items[key] = value
		}
	}
	return items, nil
}

// Save implements Storage, but for what NewKeyValue says of half a Save. Once
// it has begun it does not stop for the end of ctx.
func (kv *KeyValue) Save(ctx context.Context, set map[string]string, remove ...string) error {
	if err := ctx.Err(); err != nil {
		return unavailable(err)
	}
	ctx = context.WithoutCancel(ctx)
	kv.mu.Lock()
	defer kv.mu.Unlock()
	for _, step := range steps(set, remove) {
		if err := kv.take(ctx, step, set); err != nil {
			return unavailable(err)
		}
	}
	return nil
}

func (kv *KeyValue) take(ctx context.Context, s step, set map[string]string) error {
	if s.remove {
		if err := kv.remove(ctx, s.key); err != nil {
			return fmt.Errorf("remove %s: %w", s.key, err)
		}
		return nil
	}
	if err := kv.set(ctx, s.key, set[s.key]); err != nil {
		return fmt.Errorf("set %s: %w", s.key, err)
	}
	return nil
}

// Lock implements Locker, for those who have this very KeyValue.
func (kv *KeyValue) Lock(ctx context.Context) (unlock func(), err error) {
	if err := kv.lock.enter(ctx); err != nil {
		return nil, unavailable(err)
	}
	return sync.OnceFunc(kv.lock.leave), nil
}

// Format prints the type alone.
func (kv *KeyValue) Format(s fmt.State, _ rune) { io.WriteString(s, "storage.KeyValue") }

// step is one call of set or remove.
type step struct {
	key    string
	remove bool
}

// steps orders a Save as NewKeyValue tells.
func steps(set map[string]string, remove []string) []step {
	var all []step
	for key := range set {
		all = append(all, step{key: key})
	}
	for _, key := range remove {
		if _, ok := set[key]; !ok {
			all = append(all, step{key: key, remove: true})
		}
	}
	slices.SortFunc(all, func(a, b step) int {
		if d := a.rank() - b.rank(); d != 0 {
			return d
		}
		return strings.Compare(a.key, b.key)
	})
	return all
}

func (s step) rank() int {
	switch access := strings.HasSuffix(s.key, ".accessToken"); {
	case s.remove && access:
		return 0
	case s.remove:
		return 5
	case strings.HasSuffix(s.key, ".refreshToken"):
		return 1
	case strings.HasSuffix(s.key, ".LastAuthUser"):
		return 4
	case access:
		return 3
	default:
		return 2
	}
}
