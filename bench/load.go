package main

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cenote-auth/cenote/internal/srp"
)

// A cost is what one measurement found.
type cost struct {
	cpu  float64 // µs of the server's CPU an operation
	rate float64 // operations a second on the wall
}

// load drives c, which listens on host, from conns connections for span, and a
// little before that to warm it up.
func load(ctx context.Context, c *child, host string, s *site, conns int, span time.Duration, run func(*worker) error) (cost, error) {
	workers, err := workers(host, s, conns)
	if err != nil {
		return cost{}, err
	}
	defer func() {
		for _, w := range workers {
			w.net.Close()
		}
	}()
	if _, err := drive(ctx, workers, span/5, run); err != nil {
		return cost{}, err
	}
	before, err := c.cpu()
	if err != nil {
		return cost{}, err
	}
	began := time.Now()
	n, err := drive(ctx, workers, span, run)
	if err != nil {
		return cost{}, err
	}
	wall := time.Since(began)
	after, err := c.cpu()
	if err != nil {
		return cost{}, err
	}
	return cost{micros(after-before) / float64(n), float64(n) / wall.Seconds()}, nil
}

func micros(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e3 }

// workers returns n callers with a connection each.
func workers(host string, s *site, n int) ([]*worker, error) {
	client := srp.NewClient()
	var list []*worker
	for range n {
		c, err := dial(host)
		if err != nil {
			for _, w := range list {
				w.net.Close()
			}
			return nil, err
		}
		list = append(list, &worker{c, s, client})
	}
	return list, nil
}

// drive has each worker run again and again until span is over, and returns
// how often they did. What was begun is finished.
func drive(ctx context.Context, workers []*worker, span time.Duration, run func(*worker) error) (int64, error) {
	var n atomic.Int64
	errs := make([]error, len(workers))
	end := time.Now().Add(span)
	var all sync.WaitGroup
	for i, w := range workers {
		all.Go(func() {
			for ok := true; ok; ok = time.Now().Before(end) {
				if errs[i] = ctx.Err(); errs[i] != nil {
					return
				}
				if errs[i] = run(w); errs[i] != nil {
					return
				}
				n.Add(1)
			}
		})
	}
	all.Wait()
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	return n.Load(), errors.Join(errs...)
}
