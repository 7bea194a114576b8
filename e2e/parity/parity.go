package parity

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// Of one scenario, and of the processes that run JavaScript.
const (
	patience  = time.Minute
	processes = 2
)

// Run tells every scenario to the JavaScript libraries and to the Go client, at
// the server at endpoint, and holds the transcripts against each other. The
// server calls Functions for its triggers.
func Run(t *testing.T, endpoint string) {
	on := &service{endpoint: strings.TrimSuffix(endpoint, "/"), pools: map[string]pool{}}
	nodes := newNodes(processes)
	t.Cleanup(nodes.close)
	js, golang := side{"JavaScript", nodes.sitDown}, side{"Go", sitDownGo}

	t.Run("scenarios", func(t *testing.T) {
		for i, s := range scenarios() {
			t.Run(s.Library+"/"+s.Name, func(t *testing.T) {
				t.Parallel()
				compare(t, on, s, i, js, golang)
			})
		}
	})
	checkDivergences(t)
}

// checkDivergences reports divergences that stand in no line of the page that
// justifies them, and those that no scenario needed, if all of them ran.
func checkDivergences(t *testing.T) {
	page, err := os.ReadFile(beside("..", "..", "docs", "divergences.md"))
	if err != nil {
		t.Fatal(err)
	}
	all := flag.Lookup("test.run").Value.String()
	for _, d := range divergences {
		if !strings.Contains(string(page), "\n| "+d.Key+" |") {
			t.Errorf("docs/divergences.md has no line %q", d.Key)
		}
		if d.used.Load() == 0 && !t.Failed() && !strings.Contains(all, "/") {
			t.Errorf("no difference is as %q says: %s %s", d.Key, d.Scenarios, d.Paths)
		}
	}
}

// beside returns a path from the folder of this file.
func beside(path ...string) string {
	_, here, _, _ := runtime.Caller(0)
	return filepath.Join(append([]string{filepath.Dir(here)}, path...)...)
}

// compare tells one scenario to both sides, and where the storage is handed over
// also with the other side going on.
func compare(t *testing.T, on *service, s Scenario, number int, js, golang side) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if s.movesClock() {
		on.clock.Lock()
		defer on.clock.Unlock()
	} else {
		on.clock.RLock()
		defer on.clock.RUnlock()
	}
	tellings := [][2]side{{js, js}, {golang, golang}}
	if s.handsOver() {
		tellings = append(tellings, [2]side{js, golang}, [2]side{golang, js})
	}
	var model transcript
	for i, sides := range tellings {
		r := &run{on: on, scenario: s, sides: sides, id: fmt.Sprintf("%d%c", number, 'a'+i)}
		lines, err := r.tell(ctx)
		if err != nil {
			t.Fatalf("%s, then %s: %v", sides[0].name, sides[1].name, err)
		}
		outline(t, lines, sides)
		if i == 0 {
			model = r.transcript()
			continue
		}
		differences(t, s, sides, model, r.transcript())
	}
}

// outline holds what each step came to against the table.
func outline(t *testing.T, lines []line, sides [2]side) {
	t.Helper()
	for i, l := range lines {
		if got, want := l.outcome.comesTo(), l.wanted(); got != want {
			why := ""
			if l.outcome.Error != nil {
				why = ": " + l.outcome.Error.Message
			}
			t.Errorf("%s, then %s: %02d %s %v: got %s, want %s%s", sides[0].name, sides[1].name, i+1, l.step.Do, l.step.With, got, want, why)
		}
	}
}

// differences reports where two transcripts differ and no divergence says so.
func differences(t *testing.T, s Scenario, sides [2]side, want, got transcript) {
	t.Helper()
	paths := map[string]bool{}
	for path := range want {
		paths[path] = true
	}
	for path := range got {
		paths[path] = true
	}
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		if want[path] != got[path] && !ownWords(got, path) && !justified(s, path, got[path]) {
			t.Errorf("%s, then %s: %s\n\tGo:         %q\n\tJavaScript: %q", sides[0].name, sides[1].name, path, got[path], want[path])
		}
	}
}

// ownWords reports whether a path is the message of an error that the Go client
// made, not the service. Its name is compared, its words are its own.
func ownWords(got transcript, path string) bool {
	at, isMessage := strings.CutSuffix(path, "/message")
	status := got[at+"/status"]
	return isMessage && (status == "" || status == "0" || !strings.HasSuffix(got[at+"/name"], "Exception"))
}
