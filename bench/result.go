package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// A result is what was found with one number of users.
type result struct {
	users      int
	ready      time.Duration // from a start on the full database to the first answer
	idle, full float64       // MiB that the server held before and after the load
	others     float64       // how much of a processor other programs took meanwhile
	parts      map[string]samples
	operations []*operationResult
}

// cost is the median of an operation, in µs.
func (r *result) cost(name string) float64 {
	for _, op := range r.operations {
		if op.name == name {
			return op.cpu.median()
		}
	}
	return 0
}

type operationResult struct {
	operation
	seen []exchange
	sums []sum   // what its parts cost in each run
	cpu  samples // µs of the server
	rate samples // operations a second on the wall
}

// overBound returns the CPU over a bound of the same run.
func (op *operationResult) overBound(bound func(sum) float64) (ratios samples) {
	for i, s := range op.sums {
		ratios = append(ratios, op.cpu[i]/bound(s))
	}
	return ratios
}

// A sum is what the parts of an operation cost in one run, in µs: each alone,
// again and again, and all but the writes together, on the bare server.
type sum struct{ crypto, http, reads, writes, unwritten float64 }

// beside is what HTTP and reads cost beside the cryptography. A signature costs
// as much in a server as alone; the others do not, since after milliseconds of
// arithmetic nothing of them is left in the processor's caches.
func (s sum) beside() float64 { return max(s.http+s.reads, s.unwritten-s.crypto) }

// bound is what the operation may cost.
func (s sum) bound() float64 { return s.crypto + 2*(s.beside()+s.writes) }

// boundAlone is bound if HTTP and reads cost what they cost alone.
func (s sum) boundAlone() float64 { return s.crypto + 2*(s.http+s.reads+s.writes) }

// sum adds up what the parts of op cost when they were measured last. http is
// what the bare server takes for the exchanges, and unwritten with cryptography
// and reads.
func (r *result) sum(op *operationResult, http, unwritten float64) sum {
	s := sum{http: http, unwritten: unwritten}
	for _, a := range op.parts {
		part, to := a.part, &s.writes
		switch {
		case cryptographic[part]:
			to = &s.crypto
		case part == partRead:
			to = &s.reads
		default:
			part = insertBy(part, op.conns)
		}
		*to += float64(a.n) * r.parts[part].last()
	}
	return s
}

// samples are what the runs of one measurement found.
type samples []float64

func (s samples) median() float64 {
	sorted := slices.Sorted(slices.Values(s))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// spread is the smallest, the median and the largest, in µs.
func (s samples) spread() string {
	return fmt.Sprintf("%.0f\t%.0f\t%.0f", slices.Min(s), s.median(), slices.Max(s))
}

func (s samples) last() float64 { return s[len(s)-1] }

// columns are the medians of what the parts cost, and of the bounds.
func (op *operationResult) columns() []string {
	var text []string
	for _, of := range []func(sum) float64{
		func(s sum) float64 { return s.crypto },
		sum.beside,
		func(s sum) float64 { return s.writes },
		sum.bound,
		func(s sum) float64 { return s.http },
		func(s sum) float64 { return s.reads },
	} {
		var list samples
		for _, s := range op.sums {
			list = append(list, of(s))
		}
		text = append(text, fmt.Sprintf("%.0f", list.median()))
	}
	return text
}

// recipe says what an operation is made of and why.
func (op *operationResult) recipe() string {
	var list []string
	for _, e := range op.seen {
		list = append(list, fmt.Sprintf("echo POST of %d B answered by %d B", e.request, e.answer))
	}
	for _, a := range op.parts {
		list = append(list, fmt.Sprintf("%d x %s (%s)", a.n, a.part, a.why))
	}
	return strings.Join(list, " + ")
}
