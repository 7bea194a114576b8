package operation

import (
	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/pool"
)

// attributeWish returns what a request asks of one attribute.
func attributeWish(in api.SchemaAttributeType) pool.AttributeWish {
	w := pool.AttributeWish{
		Name: str(in.Name), Type: str(in.AttributeDataType), DeveloperOnly: value(in.DeveloperOnlyAttribute),
		Mutable: in.Mutable, Required: in.Required,
	}
	if c := in.StringAttributeConstraints; c != nil {
		w.StringBounds = &pool.Bounds{Min: str(c.MinLength), Max: str(c.MaxLength)}
	}
	if c := in.NumberAttributeConstraints; c != nil {
		w.NumberBounds = &pool.Bounds{Min: str(c.MinValue), Max: str(c.MaxValue)}
	}
	return w
}

func attributeWishes(in []api.SchemaAttributeType) []pool.AttributeWish {
	wishes := make([]pool.AttributeWish, len(in))
	for i, a := range in {
		wishes[i] = attributeWish(a)
	}
	return wishes
}

// schemaAttribute shows the definition of one attribute.
func schemaAttribute(a pool.Attribute) api.SchemaAttributeType {
	out := api.SchemaAttributeType{
		Name: &a.Name, AttributeDataType: ptr[api.AttributeDataType](a.Type),
		DeveloperOnlyAttribute: &a.DeveloperOnly, Mutable: &a.Mutable, Required: &a.Required,
	}
	if b := a.StringBounds; b != nil {
		out.StringAttributeConstraints = &api.StringAttributeConstraintsType{MinLength: ptr[string](b.Min), MaxLength: ptr[string](b.Max)}
	}
	if b := a.NumberBounds; b != nil {
		out.NumberAttributeConstraints = &api.NumberAttributeConstraintsType{MinValue: ptr[string](b.Min), MaxValue: ptr[string](b.Max)}
	}
	return out
}
