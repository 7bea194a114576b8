package token

import "container/list"

// recent keeps the values that were used last, and forgets the one that was
// used longest ago when there are too many. It is not safe for concurrent use.
type recent[K comparable, V any] struct {
	limit int
	items map[K]*list.Element // of *item[K, V]
	used  *list.List          // the last used at the front
}

type item[K comparable, V any] struct {
	key   K
	value V
}

func newRecent[K comparable, V any](limit int) recent[K, V] {
	return recent[K, V]{limit: limit, items: map[K]*list.Element{}, used: list.New()}
}

func (r *recent[K, V]) get(key K) (value V, ok bool) {
	e, ok := r.items[key]
	if !ok {
		return value, false
	}
	r.used.MoveToFront(e)
	return e.Value.(*item[K, V]).value, true
}

func (r *recent[K, V]) put(key K, value V) {
	if e, ok := r.items[key]; ok {
		r.used.MoveToFront(e)
		e.Value.(*item[K, V]).value = value
		return
	}
	r.items[key] = r.used.PushFront(&item[K, V]{key, value})
	if r.used.Len() > r.limit {
		last := r.used.Remove(r.used.Back()).(*item[K, V])
		delete(r.items, last.key)
	}
}
