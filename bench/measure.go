package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// measure makes a database of users and measures every operation on it.
func (b *bench) measure(ctx context.Context, users int) (*result, error) {
	r := &result{users: users, parts: map[string]samples{}}
	return r, b.onServer(ctx, fmt.Sprint(users), users, func(s *site, sv *server) error { return b.measureAll(ctx, r, s, sv) })
}

// measureAll measures every operation into r.
func (b *bench) measureAll(ctx context.Context, r *result, s *site, sv *server) error {
	bare, bareHost, err := b.startBare(ctx, s)
	if err != nil {
		return err
	}
	defer bare.stop()

	r.ready = sv.ready
	if err := sv.settle(); err != nil {
		return err
	}
	if r.idle, err = residentMiB(sv.cmd.Process.Pid); err != nil {
		return err
	}
	if err := r.rehearse(sv, s); err != nil {
		return err
	}
	m := measurement{b, s, sv, bare, bareHost, r}
	if r.others, err = foreign([]*child{sv.child, bare}, func() error { return m.all(ctx) }); err != nil {
		return err
	}
	r.full, err = residentMiB(sv.cmd.Process.Pid)
	return err
}

// onServer calls fn with a new database of some users and a server on it, and
// ends both.
func (b *bench) onServer(ctx context.Context, name string, users int, fn func(*site, *server) error) (err error) {
	s, remove, err := b.newSite(ctx, name, users)
	if err != nil {
		return err
	}
	defer remove()
	if err := b.prepare(ctx, s); err != nil {
		return err
	}
	sv, err := b.serve(ctx, s)
	if err != nil {
		return err
	}
	defer func() {
		if stopped := sv.stop(); err == nil && stopped != nil {
			err = sv.failed(stopped)
		}
	}()
	return fn(s, sv)
}

// newSite returns a database of its own for some users, still empty, and what
// removes it when bench ends if that is not in our folder.
func (b *bench) newSite(ctx context.Context, name string, users int) (_ *site, remove func() error, err error) {
	s, remove := &site{dir: filepath.Join(b.dir, name), users: users}, func() error { return nil }
	if o := b.options; !o.enumeration && !o.paging && !o.imports {
		s.second = cautiousUsers(users)
	}
	if b.database != "" {
		s.database, remove, err = makeSchema(ctx, b.database)
	}
	return s, remove, err
}

// foreign returns how much of a processor programs other than ours took while
// fn ran. children are ours and running.
func foreign(children []*child, fn func() error) (float64, error) {
	theirs := func() (time.Duration, error) {
		all, err := busy()
		if err != nil {
			return 0, err
		}
		own, err := ownCPU()
		for _, c := range children {
			if err != nil {
				return 0, err
			}
			var cpu time.Duration
			cpu, err = c.cpu()
			own += cpu
		}
		return all - own, err
	}
	began := time.Now()
	before, err := theirs()
	if err != nil {
		return 0, err
	}
	if err := fn(); err != nil {
		return 0, err
	}
	after, err := theirs()
	return max(0, (after-before).Seconds()/time.Since(began).Seconds()), err
}

// prepare makes the database of s: the pool by the server, the users without.
func (b *bench) prepare(ctx context.Context, s *site) error {
	sv, err := b.serve(ctx, s)
	if err != nil {
		return err
	}
	c, err := dial(sv.url.Host)
	if err != nil {
		return sv.failed(err)
	}
	err = s.makePool(c)
	c.net.Close()
	if err != nil {
		return sv.failed(err)
	}
	if err := sv.stop(); err != nil {
		return sv.failed(err)
	}
	if err := fill(ctx, s); err != nil {
		return err
	}
	if s.database != "" {
		return nil
	}
	return copyFile(filepath.Join(s.dir, filledFile), filepath.Join(s.dir, databaseFile))
}

// rehearse runs each operation once, to see its exchanges and that it works.
func (r *result) rehearse(sv *server, s *site) error {
	workers, err := workers(sv.url.Host, s, 1)
	if err != nil {
		return err
	}
	w := workers[0]
	defer w.net.Close()
	w.record = true
	for _, op := range operations {
		w.seen = nil
		if err := op.run(w); err != nil {
			return sv.failed(err)
		}
		r.operations = append(r.operations, &operationResult{operation: op, seen: w.seen})
	}
	return nil
}

// A measurement is one in the course of being made.
type measurement struct {
	*bench
	site     *site
	server   *server
	bare     *child
	bareHost string
	result   *result
}

// all measures everything as often as asked for, the parts and the operations
// in turns, so that a bad minute of the machine falls on both. Sign-ups wait
// until the others are through.
func (m measurement) all(ctx context.Context) error {
	grows := len(m.result.operations)
	for i, op := range m.result.operations {
		if op.name == "SignUp" {
			grows = i
		}
	}
	for _, some := range [][]*operationResult{m.result.operations[:grows], m.result.operations[grows:]} {
		for range m.runs {
			if err := m.partsOnce(ctx); err != nil {
				return err
			}
			if err := m.once(ctx, some); err != nil {
				return err
			}
		}
	}
	return nil
}

// partsOnce measures each part once, on a fresh copy of the database.
func (m measurement) partsOnce(ctx context.Context) error {
	o, err := m.site.order("parts.db", m.span/2)
	if err != nil {
		return err
	}
	found, err := m.measureParts(ctx, o)
	if err != nil {
		return err
	}
	for part, µs := range found {
		m.result.parts[part] = append(m.result.parts[part], µs)
	}
	return nil
}

// once measures each of some operations once: its exchanges alone, those with
// its cryptography and its reads, and the operation.
func (m measurement) once(ctx context.Context, operations []*operationResult) error {
	for _, op := range operations {
		http, err := m.bareCost(ctx, op, nil)
		if err != nil {
			return fmt.Errorf("echo POST for %s: %w", op.name, err)
		}
		all, err := m.bareCost(ctx, op, op.unwritten())
		if err != nil {
			return fmt.Errorf("all but the writes of %s: %w", op.name, err)
		}
		found, err := load(ctx, m.server.child, m.server.url.Host, m.site, op.conns, m.span, op.run)
		if err != nil {
			return fmt.Errorf("%s: %w", op.name, err)
		}
		op.cpu = append(op.cpu, found.cpu)
		op.rate = append(op.rate, found.rate)
		op.sums = append(op.sums, m.result.sum(op, http, all))
	}
	return nil
}

// bareCost returns what the bare server takes for the exchanges of op and for
// parts, in µs.
func (m measurement) bareCost(ctx context.Context, op *operationResult, parts []amount) (float64, error) {
	run, err := posts(op.seen, parts)
	if err != nil {
		return 0, err
	}
	found, err := load(ctx, m.bare, m.bareHost, m.site, op.conns, m.span/2, run)
	return found.cpu, err
}

func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if closed := out.Close(); err == nil {
		err = closed
	}
	return err
}
