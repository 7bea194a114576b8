package storage

import (
	"context"
	"fmt"
	"io"
	"sync"
)

// Memory is a Storage that lives as long as the program: for tests, for tools
// that sign in each time, for one request of a server. It is also a Locker, for
// several clients of one program. The zero value is empty and ready.
type Memory struct {
	lock  turnstile
	mu    sync.Mutex
	items map[string]string
}

// NewMemory returns an empty Memory.
func NewMemory() *Memory { return new(Memory) }

// Load implements Storage. It fails only if ctx has ended.
func (m *Memory) Load(ctx context.Context, keys ...string) (map[string]string, error) {
	if err := ctx.Err(); err != nil {
		return nil, unavailable(err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return pick(m.items, keys), nil
}

// Save implements Storage. It fails only if ctx has ended.
func (m *Memory) Save(ctx context.Context, set map[string]string, remove ...string) error {
	if err := ctx.Err(); err != nil {
		return unavailable(err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.items = change(m.items, set, remove)
	return nil
}

// Lock implements Locker.
func (m *Memory) Lock(ctx context.Context) (unlock func(), err error) {
	if err := m.lock.enter(ctx); err != nil {
		return nil, unavailable(err)
	}
	return sync.OnceFunc(m.lock.leave), nil
}

// Format prints the type alone: what a Memory holds is secret.
func (m *Memory) Format(s fmt.State, _ rune) { io.WriteString(s, "storage.Memory") }

// A turnstile lets one goroutine in at a time. Unlike a mutex it can be given
// up waiting for.
type turnstile struct {
	made   sync.Once
	inside chan struct{}
}

func (t *turnstile) enter(ctx context.Context) error {
	t.made.Do(func() { t.inside = make(chan struct{}, 1) })
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case t.inside <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (t *turnstile) leave() { <-t.inside }
