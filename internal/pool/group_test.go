package pool

import (
	"slices"
	"testing"
)

func TestGroupsRank(t *testing.T) {
	t.Parallel()
	group := func(name, role string, precedence ...int32) Group {
		g := Group{Name: name, RoleARN: role}
		if len(precedence) > 0 {
			g.Precedence = &precedence[0]
		}
		return g
	}
	for _, tt := range []struct {
		name      string
		groups    Groups
		order     []string
		roles     []string
		preferred string
	}{
		{"nobody's", nil, nil, nil, ""},
		{"one without a precedence", Groups{group("a", "r")}, []string{"a"}, []string{"r"}, "r"},
		{"one without a role", Groups{group("a", "", 1)}, []string{"a"}, nil, ""},
		{"zero comes first, none comes last",
			Groups{group("none", "r1"), group("most", "r2", 1<<31-1), group("zero", "r3", 0)},
			[]string{"zero", "most", "none"}, []string{"r3", "r2", "r1"}, "r3"},
		{"by name where precedence is the same",
			Groups{group("b", ""), group("Z", ""), group("a", ""), group("c", "", 7)},
			[]string{"c", "Z", "a", "b"}, nil, ""},
		{"one role for two that come first",
			Groups{group("a", "r1", 2), group("b", "r1", 2), group("c", "r2", 3)},
			[]string{"a", "b", "c"}, []string{"r1", "r2"}, "r1"},
		{"different roles for two that come first",
			Groups{group("a", "r1", 2), group("b", "r2", 2), group("c", "r3", 3)},
			[]string{"a", "b", "c"}, []string{"r1", "r2", "r3"}, ""},
		{"different roles for three, two of them the same",
			Groups{group("a", "r1", 2), group("b", "r2", 2), group("c", "r1", 2)},
			[]string{"a", "b", "c"}, []string{"r1", "r2"}, ""},
		{"different roles without any precedence",
			Groups{group("a", "r1"), group("b", "r2")}, []string{"a", "b"}, []string{"r1", "r2"}, ""},
		{"a better one settles it",
			Groups{group("a", "r1", 2), group("b", "r2", 2), group("c", "r3", 1)},
			[]string{"c", "a", "b"}, []string{"r3", "r1", "r2"}, "r3"},
		{"the first that has a role counts",
			Groups{group("a", "", 0), group("b", "r2", 5)}, []string{"a", "b"}, []string{"r2"}, "r2"},
	} {
		given := slices.Clone(tt.groups)
		ranked := tt.groups.Ranked()
		if got := ranked.Names(); !slices.Equal(got, tt.order) {
			t.Errorf("%s: order = %q, want %q", tt.name, got, tt.order)
		}
		if got := ranked.Roles(); !slices.Equal(got, tt.roles) {
			t.Errorf("%s: Roles = %q, want %q", tt.name, got, tt.roles)
		}
		for what, groups := range map[string]Groups{"given": tt.groups, "ranked": ranked} {
			if got := groups.PreferredRole(); got != tt.preferred {
				t.Errorf("%s: PreferredRole of the %s = %q, want %q", tt.name, what, got, tt.preferred)
			}
		}
		if !slices.Equal(tt.groups.Names(), given.Names()) {
			t.Errorf("%s: Ranked changed what it was given", tt.name)
		}
	}
}
