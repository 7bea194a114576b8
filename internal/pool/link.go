package pool

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// SubjectName is how requests call what a provider tells its users apart by.
const SubjectName = "Cognito_Subject"

// linkKind is the kind of the aliases that links are.
const linkKind = "identity"

// Link is an identity at an identity provider that stands for a user.
type Link struct {
	UserID   string  `json:"userId"`
	Provider string  `json:"providerName"`
	Type     string  `json:"providerType"`
	Issuer   *string `json:"issuer"`
	Primary  bool    `json:"primary"`
	Created  int64   `json:"dateCreated"` // milliseconds since 1970
	// Attribute is what UserID is a value of; empty for the subject.
	Attribute string `json:"attributeName,omitempty"`
}

// NewLink returns a link that was made by an administrator.
func NewLink(provider, providerType, attribute, value string, now time.Time) Link {
	if attribute == SubjectName {
		attribute = ""
	}
	return Link{UserID: value, Provider: provider, Type: providerType, Created: now.UnixMilli(), Attribute: attribute}
}

// Alias is under which the user of a link is found; no two users of a pool
// share one.
func (l Link) Alias() Alias {
	attribute := l.Attribute
	if attribute == "" {
		attribute = SubjectName
	}
	key, err := json.Marshal([]string{l.Provider, attribute, l.UserID})
	if err != nil {
		panic(err) // it is text
	}
	return Alias{linkKind, string(key)}
}

// Check returns InvalidParameter for a link that cannot be found again.
func (l Link) Check() error {
	if len(l.Alias().Folded) > 2*maxAlias {
		return E(InvalidParameter, fmt.Sprintf("The identity of SourceUser is too long: name and value have %d characters at most.", maxAlias))
	}
	return nil
}

// Links returns the identities that stand for u, in the order in which they
// were linked.
func (u *User) Links() []Link {
	text := u.Attributes["identities"]
	if text == "" {
		return nil
	}
	var links []Link
	if err := json.Unmarshal([]byte(text), &links); err != nil {
		return nil // nobody but SetLinks writes it
	}
	return links
}

// SetLinks makes links the identities that stand for u.
func (u *User) SetLinks(links []Link) error {
	if len(links) == 0 {
		u.set("identities", "")
		return nil
	}
	text, err := json.Marshal(links)
	if err != nil {
		return fmt.Errorf("encode identities: %w", err)
	}
	u.set("identities", string(text))
	return nil
}

// Immutable returns an attribute of u that can never change, or "".
func (u *User) Immutable(s Schema) string {
	for _, a := range s {
		if !a.Mutable && a.Name != "sub" && u.Attributes[a.Name] != "" {
			return a.Name
		}
	}
	return ""
}

// Without returns the links but one, and whether it was among them.
func Without(links []Link, one Link) ([]Link, bool) {
	i := slices.IndexFunc(links, func(l Link) bool { return l.Alias() == one.Alias() })
	if i < 0 {
		return links, false
	}
	return slices.Delete(slices.Clone(links), i, i+1), true
}
