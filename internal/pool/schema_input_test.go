package pool

import (
	"errors"
	"testing"
)

func yes() *bool { v := true; return &v }
func no() *bool  { v := false; return &v }

func TestNewSchemaRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		wishes []AttributeWish
		want   string
	}{
		{"a custom attribute without a type", []AttributeWish{{Name: "team"}},
			"Invalid AttributeDataType input, consider using the provided AttributeDataType enum."},
		{"a custom attribute without a name", []AttributeWish{{Type: "String"}}, "A custom attribute needs a name."},
		{"a required custom attribute", []AttributeWish{{Name: "team", Type: "String", Required: yes()}},
			"Required custom attributes are not supported currently."},
		{"another type for a standard attribute", []AttributeWish{{Name: "email", Type: "Number"}},
			"You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute email"},
		{"a standard attribute for developers only", []AttributeWish{{Name: "email", DeveloperOnly: true}},
			"You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute email"},
		{"a type for sub", []AttributeWish{{Name: "sub", Type: "Boolean"}},
			"You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute sub"},
		{"a longest length over 2048", []AttributeWish{{Name: "team", Type: "String", StringBounds: &Bounds{Max: "2049"}}},
			"user.custom:team: String attributes cannot have a length of more than 2048"},
		{"a shortest length over 2048", []AttributeWish{{Name: "email", Type: "String", StringBounds: &Bounds{Min: "2049"}}},
			"user.email: String attributes cannot have a length of more than 2048"},
		{"a longest length below the shortest", []AttributeWish{{Name: "team", Type: "String", StringBounds: &Bounds{"5", "4"}}},
			"user.custom:team: Max length cannot be less than min length."},
		{"a longest length of 0 below the shortest", []AttributeWish{{Name: "team", Type: "String", StringBounds: &Bounds{"5", "0"}}},
			"user.custom:team: Max length cannot be less than min length."},
		{"a largest value below the smallest", []AttributeWish{{Name: "age", Type: "Number", NumberBounds: &Bounds{"5", "4"}}},
			"user.custom:age: Max value cannot be less than min value."},
		{"a length that is no number", []AttributeWish{{Name: "team", Type: "String", StringBounds: &Bounds{Min: "many"}}},
			"Invalid StringAttributeConstraints for schema attribute custom:team"},
		{"a negative value", []AttributeWish{{Name: "age", Type: "Number", NumberBounds: &Bounds{Min: "-1"}}},
			"Invalid NumberAttributeConstraints for schema attribute custom:age"},
		{"a custom attribute twice", []AttributeWish{{Name: "team", Type: "String"}, {Name: "team", Type: "Number"}},
			"Duplicate custom attribute names custom:team are not allowed in a user pool schema."},
		{"a standard attribute twice", []AttributeWish{{Name: "email", Required: yes()}, {Name: "email", Required: no()}},
			"Duplicate attribute names email are not allowed in a user pool schema."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := NewSchema(tt.wishes)
			wantError(t, err, InvalidParameter, tt.want)
		})
	}
}

func TestNewSchemaKeeps(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		wish AttributeWish
		want Attribute
	}{
		{"a custom string without bounds", AttributeWish{Name: "team", Type: "String"},
			Attribute{Name: "custom:team", Type: "String", Mutable: true, StringBounds: &Bounds{}}},
		{"a custom number without bounds", AttributeWish{Name: "age", Type: "Number"},
			Attribute{Name: "custom:age", Type: "Number", Mutable: true, NumberBounds: &Bounds{}}},
		{"a custom flag", AttributeWish{Name: "vip", Type: "Boolean", Mutable: no()},
			Attribute{Name: "custom:vip", Type: "Boolean"}},
		{"bounds as they were sent", AttributeWish{Name: "team", Type: "String", StringBounds: &Bounds{"01", "5"}},
			Attribute{Name: "custom:team", Type: "String", Mutable: true, StringBounds: &Bounds{"01", "5"}}},
		{"an open end", AttributeWish{Name: "team", Type: "String", StringBounds: &Bounds{Min: "3"}},
			Attribute{Name: "custom:team", Type: "String", Mutable: true, StringBounds: &Bounds{Min: "3"}}},
		{"an attribute for developers only", AttributeWish{Name: "rank", Type: "String", DeveloperOnly: true},
			Attribute{Name: "dev:custom:rank", Type: "String", DeveloperOnly: true, Mutable: true, StringBounds: &Bounds{}}},
		{"a name that begins with custom: gets it again", AttributeWish{Name: "custom:team", Type: "String"},
			Attribute{Name: "custom:custom:team", Type: "String", Mutable: true, StringBounds: &Bounds{}}},
		{"a required standard attribute", AttributeWish{Name: "email", Required: yes(), Mutable: no()},
			Attribute{Name: "email", Type: "String", Required: true, StringBounds: &Bounds{"0", "2048"}}},
		{"bounds of a standard attribute beside its type", AttributeWish{Name: "name", Type: "String", StringBounds: &Bounds{"1", "9"}},
			Attribute{Name: "name", Type: "String", Mutable: true, StringBounds: &Bounds{"1", "9"}}},
		{"but not without it", AttributeWish{Name: "name", StringBounds: &Bounds{"1", "9"}},
			Attribute{Name: "name", Type: "String", Mutable: true, StringBounds: &Bounds{"0", "2048"}}},
		{"a flag that is named like that of an address", AttributeWish{Name: "email_verified", Type: "Boolean", Mutable: no()},
			Attribute{Name: "custom:email_verified", Type: "Boolean"}},
		{"the flag of an address as it always is", AttributeWish{Name: "email_verified", Type: "Boolean", Mutable: no()},
			Attribute{Name: "email_verified", Type: "Boolean", Mutable: true}},
		{"sub as it always is", AttributeWish{Name: "sub", Mutable: yes(), Required: no()},
			Attribute{Name: "sub", Type: "String", Required: true, StringBounds: &Bounds{"1", "2048"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			schema, err := NewSchema([]AttributeWish{tt.wish})
			if err != nil {
				t.Fatal(err)
			}
			got, ok := schema.Find(tt.want.Name)
			if !ok || !sameAttribute(got, tt.want) {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
			if got, want := schema[0].Name, "sub"; got != want {
				t.Errorf("the first attribute is %s, want %s", got, want)
			}
		})
	}
}

func sameAttribute(a, b Attribute) bool {
	same := func(x, y *Bounds) bool { return x == nil && y == nil || x != nil && y != nil && *x == *y }
	bounds := same(a.StringBounds, b.StringBounds) && same(a.NumberBounds, b.NumberBounds)
	a.StringBounds, a.NumberBounds, b.StringBounds, b.NumberBounds = nil, nil, nil, nil
	return bounds && a == b
}

// wantError fails unless err is a *Error of kind that says message; "" wants none.
func wantError(t *testing.T, err error, kind Kind, message string) {
	t.Helper()
	if message == "" {
		if err != nil {
			t.Errorf("got error %v, want none", err)
		}
		return
	}
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Kind != kind || e.Message != message {
		t.Errorf("got error %v, want kind %d: %s", err, kind, message)
	}
}
