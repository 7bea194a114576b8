package pool

import "slices"

// Schema lists the attributes of a pool, the standard ones first.
type Schema []Attribute

// Attribute is the definition of one user attribute.
type Attribute struct {
	Name          string // full name: email, custom:team, dev:custom:team
	Type          string // String, Number, DateTime, Boolean
	DeveloperOnly bool
	Mutable       bool
	Required      bool
	// Bounds as they were sent: text, because the service keeps and returns
	// text. nil means that the attribute has no constraints member at all.
	StringBounds *Bounds // length
	NumberBounds *Bounds // value
}

// Bounds are a smallest and a largest length or value; "" leaves an end open.
type Bounds struct{ Min, Max string }

// Find returns the definition of the attribute called name.
func (s Schema) Find(name string) (Attribute, bool) {
	if i := s.index(name); i >= 0 {
		return s[i], true
	}
	return Attribute{}, false
}

func (s Schema) index(name string) int {
	return slices.IndexFunc(s, func(a Attribute) bool { return a.Name == name })
}

// Standard returns the standard attributes as every pool has them before its
// own wishes. Source: the service's default schema.
func Standard() Schema {
	text := func(name string) Attribute {
		return Attribute{Name: name, Type: "String", Mutable: true, StringBounds: &Bounds{"0", "2048"}}
	}
	flag := func(name string) Attribute { return Attribute{Name: name, Type: "Boolean", Mutable: true} }
	return Schema{
		{Name: "sub", Type: "String", Required: true, StringBounds: &Bounds{"1", "2048"}},
		text("name"), text("given_name"), text("family_name"), text("middle_name"), text("nickname"),
		text("preferred_username"), text("profile"), text("picture"), text("website"),
		text("email"), flag("email_verified"), text("gender"),
		{Name: "birthdate", Type: "String", Mutable: true, StringBounds: &Bounds{"10", "10"}},
		text("zoneinfo"), text("locale"), text("phone_number"), flag("phone_number_verified"), text("address"),
		{Name: "updated_at", Type: "Number", Mutable: true, NumberBounds: &Bounds{Min: "0"}},
	}
}
