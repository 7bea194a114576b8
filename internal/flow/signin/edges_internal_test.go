package signin

import (
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
)

// crossed are the edges of the machine that the tests took: "from -> to".
var crossed sync.Map

// TestMain fails, where all tests ran, unless they crossed each edge of the
// machine.
func TestMain(m *testing.M) {
	for name, o := range openings {
		take := o.take
		o.take = func(s *Service, ctx context.Context, r Request) (Step, error) {
			step, err := take(s, ctx, r)
			cross(name, step, err)
			return step, err
		}
		openings[name] = o
	}
	for name, c := range challenges {
		take := c.take
		c.take = func(s *Service, ctx context.Context, r Reply) (Step, error) {
			step, err := take(s, ctx, r)
			cross(name, step, err)
			return step, err
		}
		challenges[name] = c
	}
	code := m.Run()
	if code == 0 && allRan() {
		if edges := uncrossed(); len(edges) > 0 {
			fmt.Printf("FAIL: no test goes\n\t%s\n", strings.Join(edges, "\n\t"))
			code = 1
		}
	}
	os.Exit(code)
}

// cross notes an edge.
func cross(from string, step Step, err error) {
	if err != nil {
		return
	}
	to := step.Challenge
	if step.Tokens != nil {
		to = tokens
	}
	crossed.Store(from+" -> "+to, true)
}

// uncrossed lists the edges that no test crossed.
func uncrossed() (edges []string) {
	look := func(from string, next []string) {
		for _, to := range next {
			edge := from + " -> " + to
			if _, ok := crossed.Load(edge); !ok && !slices.Contains(edges, edge) {
				edges = append(edges, edge)
			}
		}
	}
	for name, o := range openings {
		look(name, o.next)
	}
	for name, c := range challenges {
		look(name, c.next)
	}
	slices.Sort(edges)
	return edges
}

// allRan reports whether no flag chose among the tests.
func allRan() bool {
	for _, name := range []string{"test.run", "test.skip", "test.list", "test.fuzz", "test.bench"} {
		if f := flag.Lookup(name); f != nil && f.Value.String() != "" {
			return false
		}
	}
	return !testing.Short()
}
