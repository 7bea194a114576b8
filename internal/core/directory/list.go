package directory

import (
	"context"
	"strings"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// searchLength is how much of a value can be searched, in characters. A whole
// filter is no longer.
const searchLength = 256

// beginning returns as much of value as can be searched.
func beginning(value string) string {
	n := 0
	for i := range value {
		if n++; n > searchLength {
			return value[:i]
		}
	}
	return value
}

// List returns a page of the users of p that f lets through, and where the
// next page starts, "" at the end.
func List(ctx context.Context, s store.UserReader, p *pool.Pool, f pool.Filter, page store.Page) ([]*pool.User, string, error) {
	condition, somebody := search(p, f)
	if !somebody {
		return nil, "", nil
	}
	return s.Users(ctx, p.Key, condition, page)
}

// search puts f as the store knows users: false if it lets nobody through.
// The state of the account counts in any case, whether it is enabled only as
// it is written.
func search(p *pool.Pool, f pool.Filter) (condition store.UserFilter, somebody bool) {
	switch f.Attribute {
	case "":
		return store.UserFilter{}, true
	case "sub":
		return store.UserFilter{By: "sub", Value: f.Value}, true
	case "cognito:user_status":
		return store.UserFilter{By: "status", Prefix: f.Prefix, Value: strings.ToUpper(f.Value)}, true
	case "status":
		return searchEnabled(f)
	}
	return store.UserFilter{By: f.Attribute, Prefix: f.Prefix, Value: p.Fold(f.Value)}, true
}

func searchEnabled(f pool.Filter) (condition store.UserFilter, somebody bool) {
	fits := func(word string) bool { return word == f.Value || f.Prefix && strings.HasPrefix(word, f.Value) }
	switch enabled, disabled := fits("Enabled"), fits("Disabled"); {
	case enabled && disabled:
		return store.UserFilter{}, true
	case enabled:
		return store.UserFilter{By: "enabled", Value: "true"}, true
	case disabled:
		return store.UserFilter{By: "enabled", Value: "false"}, true
	}
	return store.UserFilter{}, false
}
