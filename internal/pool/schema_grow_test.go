package pool

import (
	"fmt"
	"testing"
)

func wishes(n int, prefix string) []AttributeWish {
	list := make([]AttributeWish, n)
	for i := range list {
		list[i] = AttributeWish{Name: fmt.Sprint(prefix, i), Type: "String"}
	}
	return list
}

func TestAddToSchema(t *testing.T) {
	t.Parallel()
	schema, err := NewSchema([]AttributeWish{{Name: "team", Type: "String"}})
	if err != nil {
		t.Fatal(err)
	}
	room := append(make(Schema, 0, 100), schema...)
	grown, err := room.Add([]AttributeWish{
		{Name: "age", Type: "Number", NumberBounds: &Bounds{Min: "18"}},
		{Name: "team", Type: "String", DeveloperOnly: true, Mutable: no()},
		{Name: "email", Type: "Boolean"},
		{Name: "custom:team", Type: "DateTime"},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []Attribute{
		{Name: "custom:age", Type: "Number", Mutable: true, NumberBounds: &Bounds{Min: "18"}},
		{Name: "dev:custom:team", Type: "String", DeveloperOnly: true, StringBounds: &Bounds{}},
		{Name: "custom:email", Type: "Boolean", Mutable: true},
		{Name: "custom:custom:team", Type: "DateTime", Mutable: true},
	}
	if len(grown) != len(schema)+len(want) {
		t.Fatalf("the schema has %d attributes, want %d", len(grown), len(schema)+len(want))
	}
	for i, w := range want {
		if got := grown[len(schema)+i]; !sameAttribute(got, w) {
			t.Errorf("attribute %d is %+v, want %+v", i, got, w)
		}
	}
	if email, _ := grown.Find("email"); email.Type != "String" {
		t.Errorf("the standard attribute email became %+v", email)
	}
	// Two who grow one schema at once do not write into each other's.
	other, err := room.Add(wishes(1, "other"))
	if err != nil || other[len(schema)].Name != "custom:other0" || grown[len(schema)].Name != "custom:age" {
		t.Errorf("growing it again changed what was grown before (%v)", err)
	}
}

func TestAddToSchemaRefuses(t *testing.T) {
	t.Parallel()
	full, err := Standard().Add(append(wishes(48, "a"), AttributeWish{Name: "a0", Type: "String", DeveloperOnly: true}))
	if err != nil {
		t.Fatal(err)
	}
	const tooMany = "A user pool can have up to 50 custom attributes."
	for _, tt := range []struct {
		name   string
		schema Schema
		wishes []AttributeWish
		want   string
	}{
		{"one that is there", full, wishes(1, "a"), "custom:a0: Existing attribute already has name custom:a0."},
		{"one for developers that is there", full, []AttributeWish{{Name: "a0", Type: "Number", DeveloperOnly: true}},
			"dev:custom:a0: Existing attribute already has name dev:custom:a0."},
		{"one twice", Standard(), append(wishes(1, "a"), wishes(1, "a")...), "custom:a0: Existing attribute already has name custom:a0."},
		{"one without a name", Standard(), []AttributeWish{{Type: "String"}}, "A custom attribute needs a name."},
		{"one without a type", Standard(), []AttributeWish{{Name: "team"}},
			"Invalid AttributeDataType input, consider using the provided AttributeDataType enum."},
		{"a required one", Standard(), []AttributeWish{{Name: "team", Type: "String", Required: yes()}},
			"Required custom attributes are not supported currently."},
		{"one with bounds that exclude everything", Standard(), []AttributeWish{{Name: "team", Type: "String", StringBounds: &Bounds{"5", "4"}}},
			"user.custom:team: Max length cannot be less than min length."},
		{"the 50th", full, wishes(1, "b"), ""},
		{"the 51st", full, wishes(2, "b"), tooMany},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := tt.schema.Add(tt.wishes)
			wantError(t, err, InvalidParameter, tt.want)
		})
	}
}
