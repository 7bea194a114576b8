package pool

import "encoding/json"

// TokenChanges are what the function of a pool wants the tokens of a sign-in
// to say otherwise than they would. Which of it is obeyed the tokens decide:
// what identifies a token cannot be changed.
type TokenChanges struct {
	ID, Access ClaimChanges
	AddScopes  []string
	DropScopes []string
	Groups     *GroupChange // nil: they are as they are
}

// ClaimChanges are changes of the claims of one token. Drop wins over Set.
type ClaimChanges struct {
	Set  map[string]json.RawMessage // valid JSON, without white space around
	Drop []string
}

// GroupChange is what the tokens say in place of the groups of the user and of
// their roles.
type GroupChange struct {
	Groups    []string
	Roles     []string
	Preferred string // one of the roles, or ""
}
