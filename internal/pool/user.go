package pool

import (
	"maps"
	"slices"
	"time"
	"unicode/utf8"
)

// Status is where a user stands in its life. Enabled is a separate matter.
type Status string

// The states of a user. Source: UserStatusType in model/.
const (
	Unconfirmed         Status = "UNCONFIRMED"
	Confirmed           Status = "CONFIRMED"
	ForceChangePassword Status = "FORCE_CHANGE_PASSWORD"
	ResetRequired       Status = "RESET_REQUIRED"
	ExternalProvider    Status = "EXTERNAL_PROVIDER"
)

// User is one person's entry in a pool.
type User struct {
	PoolKey  int64
	Sub      string // UUID, lower case; the key within the pool
	Username string // as stored and as SRP hashes it; equals Sub in pools that sign in by attribute
	Status   Status
	Enabled  bool
	Version  int64 // grows with every change of the row
	Created  time.Time
	Modified time.Time

	// Attributes hold every attribute but sub by its full name
	// (email, email_verified, custom:team), all as text.
	Attributes map[string]string

	// SealedPassword is the SRP salt and verifier under the key "password",
	// bound to pool and sub; nil for a user without a password.
	SealedPassword []byte
	PasswordSet    time.Time // when; temporary passwords expire by it

	Factors Factors // the second factors that the user has switched on

	// SessionGeneration kills the open sign-ins of a user when it grows:
	// with a new password, a disable, a sign-out everywhere.
	SessionGeneration int64
	// TokenGeneration kills the tokens that were issued before it grew:
	// with a disable or a sign-out everywhere.
	TokenGeneration int64
}

// Attribute returns the value of an attribute, sub among them, or "".
func (u *User) Attribute(name string) string {
	if name == "sub" {
		return u.Sub
	}
	return u.Attributes[name]
}

// Verified reports whether email or phone_number has been proved.
func (u *User) Verified(name string) bool { return u.Attributes[name+"_verified"] == "true" }

// Alias is a second name by which a user is found. (pool, Kind, Folded)
// belongs to one user at most.
type Alias struct {
	Kind   string // email, phone_number, preferred_username; identity for a link
	Folded string
}

// Aliases returns the names besides the user name by which u is found in p:
// each value of a username attribute, verified or not, each identity that is
// linked, and each alias attribute that is verified (preferred_username needs no
// proof).
func (p *Pool) Aliases(u *User) []Alias {
	var list []Alias
	for _, name := range p.UsernameAttributes {
		if v := u.Attributes[name]; v != "" {
			list = append(list, Alias{name, p.Fold(v)})
		}
	}
	for _, link := range u.Links() {
		list = append(list, link.Alias())
	}
	if u.Status == Unconfirmed {
		return list
	}
	for _, name := range p.AliasAttributes {
		if v := u.Attributes[name]; v != "" && (name == "preferred_username" || u.Verified(name)) {
			list = append(list, Alias{name, p.Fold(v)})
		}
	}
	return list
}

// maxAlias is the longest value to sign in with, in characters: keys of a
// database have a limit, and addresses end before this one.
const maxAlias = 256

// CheckAliases returns InvalidParameter if a value with which u can sign in to
// p, now or once it is confirmed, is too long for that.
func (p *Pool) CheckAliases(u *User) error {
	for _, names := range [][]string{p.UsernameAttributes, p.AliasAttributes} {
		for _, name := range names {
			if utf8.RuneCountInString(u.Attributes[name]) > maxAlias {
				return Attribute{Name: name}.fault("String attributes cannot have a length of more than 256")
			}
		}
	}
	return nil
}

// AttributeValue is an attribute of a user, as lists carry them.
type AttributeValue struct{ Name, Value string }

// List returns the attributes of u that visible lets through: sub first, the
// others by name.
func (u *User) List(visible func(name string) bool) []AttributeValue {
	list := make([]AttributeValue, 1, len(u.Attributes)+1)
	list[0] = AttributeValue{"sub", u.Sub}
	for _, name := range slices.Sorted(maps.Keys(u.Attributes)) {
		if visible(name) {
			list = append(list, AttributeValue{name, u.Attributes[name]})
		}
	}
	return list
}
