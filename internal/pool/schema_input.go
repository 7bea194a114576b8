package pool

import "strconv"

// AttributeWish is what a caller asks of one attribute when a schema is made
// or grows. What is nil or empty was not said.
type AttributeWish struct {
	Name          string // without the prefixes custom: and dev:
	Type          string // String, Number, DateTime, Boolean
	DeveloperOnly bool
	Mutable       *bool // true for a custom attribute if nil
	Required      *bool
	StringBounds  *Bounds
	NumberBounds  *Bounds
}

// NewSchema returns the standard attributes as wishes change them, followed by
// the custom ones in their order, or InvalidParameter. A wish whose name no
// standard attribute has makes a custom one; so does one for a verified flag,
// which nobody can change.
func NewSchema(wishes []AttributeWish) (Schema, error) {
	schema := Standard()
	standard := len(schema)
	seen := make(map[string]bool, len(wishes))
	for _, w := range wishes {
		i := schema[:standard].index(w.Name)
		if i < 0 || VerifiedFlag(w.Name) {
			a, err := w.custom()
			if err != nil {
				return nil, err
			}
			if _, taken := schema.Find(a.Name); taken {
				return nil, E(InvalidParameter, "Duplicate custom attribute names "+a.Name+" are not allowed in a user pool schema.")
			}
			schema = append(schema, a)
			continue
		}
		if seen[w.Name] {
			return nil, E(InvalidParameter, "Duplicate attribute names "+w.Name+" are not allowed in a user pool schema.")
		}
		seen[w.Name] = true
		a, err := w.change(schema[i])
		if err != nil {
			return nil, err
		}
		schema[i] = a
	}
	return schema, nil
}

// custom returns the custom attribute that is wished for. A name that already
// begins with custom: is prefixed like any other.
func (w AttributeWish) custom() (Attribute, error) {
	if w.Name == "" {
		return Attribute{}, E(InvalidParameter, "A custom attribute needs a name.")
	}
	if w.Type == "" {
		return Attribute{}, E(InvalidParameter, "Invalid AttributeDataType input, consider using the provided AttributeDataType enum.")
	}
	if w.Required != nil && *w.Required {
		return Attribute{}, E(InvalidParameter, "Required custom attributes are not supported currently.")
	}
	a := Attribute{
		Name: "custom:" + w.Name, Type: w.Type, DeveloperOnly: w.DeveloperOnly,
		Mutable: w.Mutable == nil || *w.Mutable,
	}
	if w.DeveloperOnly {
		a.Name = "dev:" + a.Name
	}
	switch w.Type {
	case "String":
		a.StringBounds = &Bounds{}
	case "Number":
		a.NumberBounds = &Bounds{}
	}
	return a, w.bound(&a)
}

// change returns standard attribute a as it is wished for. sub stays as it is:
// it is given once and every user has it.
func (w AttributeWish) change(a Attribute) (Attribute, error) {
	if w.Type != "" && w.Type != a.Type || w.DeveloperOnly {
		return a, E(InvalidParameter, "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute "+a.Name)
	}
	if a.Name == "sub" {
		return a, nil
	}
	if w.Mutable != nil {
		a.Mutable = *w.Mutable
	}
	if w.Required != nil {
		a.Required = *w.Required
	}
	if w.Type == "" {
		return a, nil // the service reads bounds only beside a type
	}
	return a, w.bound(&a)
}

// bound gives a the bounds that fit its type; bounds of another kind are not read.
func (w AttributeWish) bound(a *Attribute) error {
	switch {
	case a.Type == "String" && w.StringBounds != nil:
		low, high, ok := w.StringBounds.numbers()
		switch {
		case !ok:
			return E(InvalidParameter, "Invalid StringAttributeConstraints for schema attribute "+a.Name)
		case low > maxAttributeLength || high > maxAttributeLength:
			return a.fault("String attributes cannot have a length of more than 2048")
		case w.StringBounds.Max != "" && low > high:
			return a.fault("Max length cannot be less than min length.")
		}
		bounds := *w.StringBounds
		a.StringBounds = &bounds
	case a.Type == "Number" && w.NumberBounds != nil:
		low, high, ok := w.NumberBounds.numbers()
		switch {
		case !ok:
			return E(InvalidParameter, "Invalid NumberAttributeConstraints for schema attribute "+a.Name)
		case w.NumberBounds.Max != "" && low > high:
			return a.fault("Max value cannot be less than min value.")
		}
		bounds := *w.NumberBounds
		a.NumberBounds = &bounds
	}
	return nil
}

// numbers returns both ends, 0 for an open one; ok is false if one of them is
// no whole number from 0 up.
func (b Bounds) numbers() (low, high int64, ok bool) {
	for _, end := range []struct {
		text string
		to   *int64
	}{{b.Min, &low}, {b.Max, &high}} {
		if end.text == "" {
			continue
		}
		n, err := strconv.ParseInt(end.text, 10, 64)
		if err != nil || n < 0 {
			return 0, 0, false
		}
		*end.to = n
	}
	return low, high, true
}
