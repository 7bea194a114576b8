package pool

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"
)

// Group is a named set of a pool's users. Its name is fixed, and case
// sensitive in every pool.
type Group struct {
	PoolKey int64
	Name    string
	// Key names the group's memberships. It is random, so that a group made
	// again under the name of a deleted one has another and starts empty.
	Key      int64
	Version  int64 // grows with every change of the row
	Created  time.Time
	Modified time.Time

	Description string
	RoleARN     string // "" for none
	Precedence  *int32 // from 0, which comes first; nil comes last
}

// rank is the precedence of g as a number: none is behind all there are.
func (g *Group) rank() int64 {
	if g.Precedence == nil {
		return math.MaxInt64
	}
	return int64(*g.Precedence)
}

// Groups are the groups of one user.
type Groups []Group

// Ranked returns a copy of g by precedence, those that have the same by name.
// It is the order in which tokens list groups.
func (g Groups) Ranked() Groups {
	ranked := slices.Clone(g)
	slices.SortFunc(ranked, func(a, b Group) int {
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), strings.Compare(a.Name, b.Name))
	})
	return ranked
}

// Names returns the names in the order of g, nil for no groups.
func (g Groups) Names() []string {
	var names []string
	for i := range g {
		names = append(names, g[i].Name)
	}
	return names
}

// Roles returns the roles in the order of g, each once, nil for none.
func (g Groups) Roles() []string {
	var roles []string
	for i := range g {
		if role := g[i].RoleARN; role != "" && !slices.Contains(roles, role) {
			roles = append(roles, role)
		}
	}
	return roles
}

// PreferredRole returns the role of the group that comes first among those
// that have a role; "" if two that come first differ in it, or none has one.
func (g Groups) PreferredRole() string {
	best := Group{}
	for _, group := range g {
		switch {
		case group.RoleARN == "":
		case best.Name == "" || group.rank() < best.rank():
			best = group
		case group.rank() == best.rank() && group.RoleARN != best.RoleARN:
			best.RoleARN = ""
		}
	}
	return best.RoleARN
}
