package auth

import (
	"slices"
	"sync"
)

// maxEvents is how many events wait for one subscriber.
const maxEvents = 256

// hub hands events to subscribers.
type hub struct {
	mu   sync.Mutex // held while an event is queued, so that all see one order
	subs []*subscriber
}

// subscriber has a goroutine only while events wait for it.
type subscriber struct {
	hear func(Event)

	mu      sync.Mutex
	queue   []Event
	lost    int
	running bool
	gone    bool
}

// Subscribe calls hear with every event of c, and of the clients that come from
// it or from which it comes by WithStorage, one at a time and in order, until
// cancel is called. The calls that cause events never wait for hear: if 256
// events wait, the oldest are dropped, and EventsLost says how many. hear runs
// in a goroutine that ends when no event waits. It may call c.
//
// cancel may be called more than once and from within hear; a call of hear that
// is under way then still ends.
func (c *Client) Subscribe(hear func(Event)) (cancel func()) {
	s := &subscriber{hear: hear}
	c.events.mu.Lock()
	c.events.subs = append(c.events.subs, s)
	c.events.mu.Unlock()
	return func() { c.events.drop(s) }
}

func (h *hub) drop(s *subscriber) {
	h.mu.Lock()
	h.subs = slices.DeleteFunc(h.subs, func(other *subscriber) bool { return other == s })
	h.mu.Unlock()
	s.mu.Lock()
	s.gone, s.queue = true, nil
	s.mu.Unlock()
}

func (h *hub) emit(e Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, s := range h.subs {
		s.put(e)
	}
}

func (s *subscriber) put(e Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.queue) == maxEvents {
		s.queue = s.queue[1:]
		s.lost++
	}
	s.queue = append(s.queue, e)
	if !s.running {
		s.running = true
		go s.run()
	}
}

// run hands over what waits.
func (s *subscriber) run() {
	for {
		e := s.take()
		if e == nil {
			return
		}
		s.hear(e)
	}
}

// take returns the next event, nil if there is none: then the goroutine is over.
func (s *subscriber) take() Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.gone || len(s.queue) == 0:
		s.running = false
		return nil
	case s.lost > 0:
		e := EventsLost{Count: s.lost}
		s.lost = 0
		return e
	}
	e := s.queue[0]
	s.queue = s.queue[1:]
	return e
}
