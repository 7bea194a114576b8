package parity

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// Emulator is a server that others wrote.
type Emulator struct {
	Name string
	Code string // in every mail it would send
}

// cannot has a file for each emulator, at one version of it: the scenarios that
// it cannot do, each with the first step that goes otherwise.
//
//go:embed cannot/*.json
var cannot embed.FS

// Cannot returns the scenarios that the emulator cannot do and why, and how many
// there are that it can.
func (e *Emulator) Cannot(t testing.TB) (list map[string]string, can int) {
	t.Helper()
	text, err := cannot.ReadFile("cannot/" + e.Name + ".json")
	if err == nil {
		err = json.Unmarshal(text, &list)
	}
	if err != nil {
		t.Fatal(err)
	}
	return list, len(scenarios()) - len(list)
}

// Run tells every scenario to the Go client at an emulator, and holds what each
// step comes to against the table. What it cannot do must fail: a scenario that
// passes is to be struck from the list.
func (e *Emulator) Run(t *testing.T, endpoint string) {
	on := &service{endpoint: strings.TrimSuffix(endpoint, "/"), fixed: e.Code, pools: map[string]pool{}}
	golang := side{"Go", sitDownGo}
	list, _ := e.Cannot(t)
	for i, s := range scenarios() {
		name := s.Library + "/" + s.Name
		why, listed := list[name]
		delete(list, name)
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			r := &run{strict: true, on: on, scenario: s, sides: [2]side{golang, golang}, id: fmt.Sprintf("%da", i)}
			_, err := r.tell(ctx)
			switch {
			case err != nil && !listed:
				t.Errorf("%s cannot do %q: %.120v", e.Name, name, err)
			case err == nil && listed:
				t.Errorf("%s can do this by now; it is listed with %q", e.Name, why)
			}
		})
	}
	for _, name := range slices.Sorted(maps.Keys(list)) {
		t.Errorf("%s: no scenario is called %q", e.Name, name)
	}
}
