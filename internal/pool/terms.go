package pool

import (
	"maps"
	"slices"
)

// Terms are what a person who signs up by a client agrees to: links to a
// document, by language.
type Terms struct {
	Name        string            // terms-of-use or privacy-policy
	Source      string            // LINK
	Enforcement string            // NONE
	Links       map[string]string // cognito:default, cognito:english, ...
}

// TermsKey is the second name of terms: a client has each of their names once.
func TermsKey(clientID, name string) string { return clientID + "/" + name }

// Check returns InvalidParameter for links that lead nowhere.
func (t *Terms) Check() error {
	if t.Links["cognito:default"] == "" {
		return E(InvalidParameter, "Links must have a value for cognito:default.")
	}
	for _, language := range slices.Sorted(maps.Keys(t.Links)) {
		if !secureURL(t.Links[language]) {
			return E(InvalidParameter, "The link for "+language+" must be an https URL.")
		}
	}
	return nil
}
