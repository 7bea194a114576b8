package signin

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/golden"
)

// The whole machine, as a page to read.
func TestMachine(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(openings)) {
		o := openings[name]
		who := ""
		if o.admins {
			who = " (administrators)"
		}
		fmt.Fprintf(&b, "%s%s\n  -> %s\n", name, who, strings.Join(o.next, " "))
	}
	b.WriteString("\n")
	for _, name := range slices.Sorted(maps.Keys(challenges)) {
		c := challenges[name]
		fmt.Fprintf(&b, "%s awaits %s\n", name, strings.Join(c.awaits, " "))
		if len(c.instead) > 0 {
			fmt.Fprintf(&b, "  or answers %s\n", strings.Join(c.instead, " "))
		}
		fmt.Fprintf(&b, "  -> %s\n", strings.Join(c.next, " "))
	}
	golden.Equal(t, "machine.txt", b.String())
}

// Every state that something leads to is one of the machine.
func TestMachineIsClosed(t *testing.T) {
	t.Parallel()
	check := func(from string, next []string) {
		for _, to := range next {
			if _, ok := challenges[to]; !ok && to != tokens {
				t.Errorf("%s leads to %s, which is no state", from, to)
			}
		}
		if len(next) == 0 {
			t.Errorf("%s leads nowhere", from)
		}
	}
	for name, o := range openings {
		check(name, o.next)
	}
	for name, c := range challenges {
		check(name, c.next)
		if c.purpose != inBlock && c.purpose != inSession {
			t.Errorf("%s has no purpose", name)
		}
	}
}

// What the machine has no edge for does not leave it.
func TestNoStepOutsideTheMachine(t *testing.T) {
	t.Parallel()
	failed := errors.New("failed")
	for _, tt := range []struct {
		name string
		step Step
		err  error
		ok   bool
	}{
		{"an edge", Step{Challenge: "PASSWORD_VERIFIER"}, nil, true},
		{"no edge", Step{Challenge: "SMS_MFA"}, nil, false},
		{"tokens where none are due", Step{Tokens: &token.Set{}}, nil, false},
		{"nothing", Step{}, nil, false},
		{"a failure", Step{Challenge: "PASSWORD_VERIFIER"}, failed, false},
	} {
		step, err := led("USER_SRP_AUTH", openings["USER_SRP_AUTH"].next, tt.step, tt.err)
		if (err == nil) != tt.ok || err != nil && (step.Challenge != "" || step.Tokens != nil) {
			t.Errorf("%s: %+v, %v", tt.name, step, err)
		}
	}
	end := Step{Tokens: &token.Set{}}
	if _, err := led("PASSWORD", afterFirst, end, nil); err != nil {
		t.Error(err)
	}
	end.Challenge = "SMS_MFA"
	if _, err := led("PASSWORD", afterFirst, end, nil); err == nil {
		t.Error("tokens and a challenge in one step")
	}
}
