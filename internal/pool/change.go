package pool

import (
	"maps"
	"slices"
	"strings"
)

// Contacts are the attributes that are an address, which can be proved.
var Contacts = [...]string{"email", "phone_number"}

// IsContact reports whether an attribute is an address.
func IsContact(name string) bool { return slices.Contains(Contacts[:], name) }

// CheckChange returns what the attributes of a user shall become in their
// normal form; "" takes one away. InvalidParameter for what the schema does
// not have, what never changes, what must not be missing, and values that do
// not fit.
func (s Schema) CheckChange(attributes map[string]string) (map[string]string, error) {
	normal := make(map[string]string, len(attributes))
	var faults strings.Builder
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		definition, known := s.Find(name)
		switch {
		case !known || name == "identities" || strings.HasPrefix(name, "cognito:"):
			faults.WriteString("user." + name + ": Attribute does not exist in the schema.\n")
			continue
		case !definition.Mutable:
			faults.WriteString("user." + name + ": Attribute cannot be updated.\n")
			continue
		case attributes[name] == "" && definition.Required:
			faults.WriteString("user." + name + ": Required attribute cannot be deleted.\n")
			continue
		}
		if err := definition.checkAddress(attributes[name]); err != nil {
			return nil, err
		}
		value, fault := definition.normal(attributes[name])
		if fault != "" {
			faults.WriteString("user." + name + ": " + fault + "\n")
			continue
		}
		normal[name] = value
	}
	if faults.Len() > 0 {
		return nil, E(InvalidParameter, faults.String())
	}
	return normal, nil
}

// Postpone splits changes, as CheckChange returns them, into those that are made
// now and the addresses that wait. An address waits where the pool wants it
// proved before it takes the place of what u has, unless the changes say that
// it is proved. A flag beside an address that waits is about that one, and goes
// with it.
func (p *Pool) Postpone(u *User, changes map[string]string) (now map[string]string, waiting []string) {
	now = maps.Clone(changes)
	for _, name := range p.VerifyBeforeUpdate {
		value := changes[name]
		if value == "" || value == u.Attributes[name] || changes[name+"_verified"] == "true" {
			continue
		}
		delete(now, name)
		delete(now, name+"_verified")
		waiting = append(waiting, name)
	}
	return now, waiting
}

// Change makes changes, as CheckChange returns them, to the attributes of u. It
// returns which of email and phone_number have another value now, or none: one
// that has counts as proved only if changes say so.
func (u *User) Change(changes map[string]string) (moved []string) {
	before := make(map[string]string, len(Contacts))
	for _, name := range Contacts {
		before[name] = u.Attributes[name]
	}
	for name, value := range changes {
		u.set(name, value)
	}
	for _, name := range Contacts {
		value := u.Attributes[name]
		if value == before[name] {
			continue
		}
		moved = append(moved, name)
		switch {
		case changes[name+"_verified"] == "true":
		case value == "":
			delete(u.Attributes, name+"_verified")
		default:
			u.set(name+"_verified", "false")
		}
	}
	return moved
}

// Prove makes value the address of u in attribute email or phone_number, and
// proved.
func (u *User) Prove(attribute, value string) {
	u.set(attribute, value)
	u.set(attribute+"_verified", "true")
}

// Doubt tells of each address of u that nobody has vouched for that it is not
// proved, which those who signed up by themselves are told from the start.
func (u *User) Doubt() {
	for _, name := range Contacts {
		if u.Attributes[name] != "" && u.Attributes[name+"_verified"] == "" {
			u.set(name+"_verified", "false")
		}
	}
}

// set gives u an attribute, or takes it away for the value "".
func (u *User) set(name, value string) {
	if value == "" {
		delete(u.Attributes, name)
		return
	}
	if u.Attributes == nil {
		u.Attributes = map[string]string{}
	}
	u.Attributes[name] = value
}
