package pool

import (
	"slices"
	"strings"
)

// Add returns the schema with the custom attributes of wishes at its end, or
// InvalidParameter. Every wish makes a custom attribute, whatever its name; s
// stays as it is.
func (s Schema) Add(wishes []AttributeWish) (Schema, error) {
	grown := slices.Clone(s)
	for _, w := range wishes {
		a, err := w.custom()
		if err != nil {
			return nil, err
		}
		if _, taken := grown.Find(a.Name); taken {
			return nil, E(InvalidParameter, a.Name+": Existing attribute already has name "+a.Name+".")
		}
		grown = append(grown, a)
	}
	if grown.custom() > maxCustomAttributes {
		return nil, E(InvalidParameter, "A user pool can have up to 50 custom attributes.")
	}
	return grown, nil
}

// custom counts the custom attributes.
func (s Schema) custom() (n int) {
	for _, a := range s {
		if strings.HasPrefix(a.Name, "custom:") || strings.HasPrefix(a.Name, "dev:custom:") {
			n++
		}
	}
	return n
}
