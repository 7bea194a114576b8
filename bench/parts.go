package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"time"
)

// The parts of operations beside HTTP. partInsert is an Update that adds a
// refresh token, partUser one that adds a user, each with as many callers as
// the operation has; partRow is what one row more in the same Update adds.
const (
	partSign     = "RSA-2048 signature"
	partVerify   = "RSA-2048 verification"
	partBase     = "SRP g^b"
	partKey      = "SRP v^u and ^b"
	partVerifier = "SRP g^x"
	partRead     = "indexed read"
	partInsert   = "grouped insert"
	partUser     = "grouped insert of a user"
	partRow      = "further row"
)

// cryptographic are the parts that an operation may cost once; the others it
// may cost twice.
var cryptographic = map[string]bool{partSign: true, partVerify: true, partBase: true, partKey: true, partVerifier: true}

// callers are the numbers of callers that inserts are measured with.
var callers = []int{8, 64}

// insertBy names an insert by its number of callers.
func insertBy(part string, callers int) string { return fmt.Sprintf("%s, %d callers", part, callers) }

// An order is what the children are asked for.
type order struct {
	Path, Database string // the database: a file, or a URL
	ClientID       string
	Users          int
	Span           time.Duration // of one measurement
}

// parts measures each part in a process that does nothing else, and prints the
// µs of CPU that each costs as JSON.
func parts(in io.Reader, out io.Writer) error {
	var o order
	if err := json.NewDecoder(in).Decode(&o); err != nil {
		return err
	}
	found := map[string]float64{}
	all, err := cryptography()
	if err != nil {
		return err
	}
	for part, fn := range all {
		if found[part], err = costOf(o.Span, fn); err != nil {
			return fmt.Errorf("%s: %w", part, err)
		}
	}
	if err := storeParts(context.Background(), o, found); err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(found)
}

// costOf returns the CPU of one call of fn in µs, over as many as span holds.
func costOf(span time.Duration, fn func() error) (float64, error) {
	for end := time.Now().Add(span / 5); time.Now().Before(end); {
		if err := fn(); err != nil {
			return 0, err
		}
	}
	runtime.GC()
	before, err := processCPU(0)
	if err != nil {
		return 0, err
	}
	n := 0
	for end := time.Now().Add(span); n == 0 || time.Now().Before(end); n++ {
		if err := fn(); err != nil {
			return 0, err
		}
	}
	after, err := processCPU(0)
	return micros(after-before) / float64(n), err
}

// measureParts has a child measure the parts on a copy of the database of s.
func (b *bench) measureParts(ctx context.Context, o order) (map[string]float64, error) {
	input, err := json.Marshal(o)
	if err != nil {
		return nil, err
	}
	c, err := start(ctx, b.place, input, b.self, "parts")
	if err != nil {
		return nil, fmt.Errorf("measure parts: %w", err)
	}
	line, err := c.line()
	if err != nil {
		return nil, err
	}
	found := map[string]float64{}
	if err := json.Unmarshal([]byte(line), &found); err != nil {
		return nil, c.failed(err)
	}
	return found, c.stop()
}
