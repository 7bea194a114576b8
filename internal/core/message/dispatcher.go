package message

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/cenote-auth/cenote/internal/crash"
	"github.com/cenote-auth/cenote/internal/store"
)

// The rules of sending.
const (
	parallel  = 64               // messages on their way at once, on one node: a dead function is slow to fail
	sendLimit = 10 * time.Second // for one try
	lease     = 3 * sendLimit    // how long a node has a message to itself
	poll      = 5 * time.Second  // between looks without a wake-up
	noteLimit = 10 * time.Second // for writing down the outcome of a try
)

// waits are the pauses after each try that failed. After one try more than
// there are pauses a message is given up.
var waits = []time.Duration{5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, time.Hour}

// DispatcherOptions are the parts of a Dispatcher. Store and Messages are
// required.
type DispatcherOptions struct {
	Store     store.Store
	Messages  *Messages
	Sender    Sender    // nil: mail and text messages wait
	Functions Functions // nil where pools have none that send

	sendLimit time.Duration // for tests
	poll      time.Duration
}

// Dispatcher sends the messages of the outbox. Any number of them, on any
// number of nodes, may work on one store.
type Dispatcher struct {
	store     store.Store
	messages  *Messages
	sender    Sender
	functions Functions
	medium    string // that it sends; "" for all
	now       func() time.Time
	log       *slog.Logger

	sendLimit, poll time.Duration

	wake  chan struct{}
	slots chan struct{} // a token for each message on its way

	mu    sync.Mutex
	busy  map[string]bool // messages on their way from here
	ended map[string]bool // tries that ended since the last claim began
	sent  map[string]bool // sent, but still in the outbox
}

// NewDispatcher returns a dispatcher that sends once it runs.
func NewDispatcher(o DispatcherOptions) *Dispatcher {
	d := &Dispatcher{
		store: o.Store, messages: o.Messages, sender: o.Sender, functions: o.Functions,
		now: o.Messages.now, log: o.Messages.log,
		sendLimit: o.sendLimit, poll: o.poll,
		wake:  make(chan struct{}, 1),
		slots: make(chan struct{}, parallel),
		busy:  map[string]bool{},
		ended: map[string]bool{},
		sent:  map[string]bool{},
	}
	if d.sender == nil {
		d.medium = Function
	}
	if d.sendLimit == 0 {
		d.sendLimit = sendLimit
	}
	if d.poll == 0 {
		d.poll = poll
	}
	return d
}

// Wake says that a message was added. It never waits.
func (d *Dispatcher) Wake() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// Run sends messages until ctx ends. Tries that have begun are then finished
// and written down first, so it returns up to 20 seconds later.
func (d *Dispatcher) Run(ctx context.Context) {
	var tries sync.WaitGroup
	defer tries.Wait()
	ticks := time.NewTicker(d.poll)
	defer ticks.Stop()
	for {
		if !d.round(ctx, &tries) {
			select {
			case <-ctx.Done():
				return
			case <-d.wake:
			case <-ticks.C:
			}
		}
	}
}

// round waits for a free slot, claims as many messages as there are free slots
// and starts a try for each. It reports whether there may be more to claim.
func (d *Dispatcher) round(ctx context.Context, tries *sync.WaitGroup) (more bool) {
	free := d.takeSlots(ctx)
	if free == 0 {
		return false // ctx has ended
	}
	claimed, err := d.claim(ctx, free)
	for range free - len(claimed) {
		<-d.slots
	}
	if err != nil {
		if ctx.Err() == nil {
			d.log.Error("claim messages", "err", err)
		}
		return false
	}
	for _, row := range claimed {
		if !d.begin(row.ID) { // a clock that leapt made it due meanwhile
			<-d.slots
			continue
		}
		tries.Go(func() {
			defer func() { <-d.slots }()
			defer d.end(row.ID)
			d.try(context.WithoutCancel(ctx), row)
		})
	}
	return len(claimed) == free
}

// takeSlots takes all free slots, at least one, or none when ctx has ended.
func (d *Dispatcher) takeSlots(ctx context.Context) int {
	if ctx.Err() != nil {
		return 0
	}
	select {
	case <-ctx.Done():
		return 0
	case d.slots <- struct{}{}:
	}
	for n := 1; ; n++ {
		select {
		case d.slots <- struct{}{}:
		default:
			return n
		}
	}
}

func (d *Dispatcher) claim(ctx context.Context, limit int) (rows []store.Message, err error) {
	d.claiming()
	now := d.now()
	err = d.store.Update(ctx, func(tx store.Tx) (err error) {
		rows, err = tx.ClaimMessages(ctx, d.medium, now, now.Add(lease), limit)
		return err
	})
	if err != nil {
		return nil, err
	}
	return rows, nil
}

// try sends one message, unless it goes to nobody, and writes down what came of
// it.
func (d *Dispatcher) try(ctx context.Context, row store.Message) {
	if row.Destination == Nobody || d.wasSent(row.ID) {
		d.delete(ctx, row)
		return
	}
	c, err := d.messages.open(row)
	if err != nil {
		d.messages.logBroken(row)
		d.retry(ctx, row, time.Time{})
		return
	}
	send := func(ctx context.Context) error { return d.sender.Send(ctx, outgoing(row, c)) }
	if c.Letter != nil {
		send = func(ctx context.Context) error { return d.functions.Deliver(ctx, c.Letter, c.Code) }
	}
	if reason := d.send(ctx, send); reason != "" {
		d.fail(ctx, row, reason)
		return
	}
	d.delete(ctx, row)
}

// send returns "" when the sender took the message, else why not, in our words.
func (d *Dispatcher) send(ctx context.Context, do func(context.Context) error) (reason string) {
	ctx, cancel := context.WithTimeout(ctx, d.sendLimit)
	defer cancel()
	defer func() {
		if v := recover(); v != nil {
			what, at := crash.Describe(v)
			reason = "the sender panicked: " + what + " at " + at
		}
	}()
	switch err := do(ctx); {
	case err == nil:
		return ""
	case errors.Is(err, context.DeadlineExceeded):
		return "the sender took too long"
	default:
		return "the sender refused it"
	}
}

// fail puts the message off, or gives it up after the last try.
func (d *Dispatcher) fail(ctx context.Context, row store.Message, reason string) {
	if row.Tries >= len(waits) {
		d.log.Error("message given up", ids(row), "tries", row.Tries+1, "reason", reason)
		d.retry(ctx, row, time.Time{})
		return
	}
	d.retry(ctx, row, d.now().Add(waits[row.Tries]))
}
