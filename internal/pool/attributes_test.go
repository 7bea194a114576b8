package pool

import (
	"maps"
	"math/big"
	"strings"
	"testing"
)

func TestWritableAndReadable(t *testing.T) {
	t.Parallel()
	open := &Client{}
	closed := &Client{ClientSettings: ClientSettings{
		ReadAttributes:  []string{"email", "email_verified", "dev:custom:rank"},
		WriteAttributes: []string{"email", "email_verified", "dev:custom:rank"},
	}}
	none := &Client{ClientSettings: ClientSettings{ReadAttributes: []string{}, WriteAttributes: []string{}}}
	for _, tt := range []struct {
		client           *Client
		attribute        string
		readable, writes bool
	}{
		{open, "email", true, true}, {open, "custom:team", true, true}, {open, "email_verified", true, false},
		{open, "phone_number_verified", true, false}, {open, "dev:custom:rank", false, false}, {open, "sub", true, true},
		{open, "custom:age_verified", true, true},
		{closed, "email", true, true}, {closed, "email_verified", true, false}, {closed, "dev:custom:rank", false, false},
		{closed, "name", false, false}, {closed, "sub", true, false}, {none, "email", false, false}, {none, "sub", true, false},
	} {
		if got := tt.client.Readable(tt.attribute); got != tt.readable {
			t.Errorf("%v: Readable(%s) = %v", tt.client.ReadAttributes, tt.attribute, got)
		}
		if got := tt.client.Writable(tt.attribute); got != tt.writes {
			t.Errorf("%v: Writable(%s) = %v", tt.client.WriteAttributes, tt.attribute, got)
		}
		err := tt.client.CheckWritable(map[string]string{tt.attribute: "x"})
		if want := map[bool]string{false: "A client attempted to write unauthorized attribute"}[tt.writes]; !says(err, NotAuthorized, want) {
			t.Errorf("%v: CheckWritable(%s) = %v", tt.client.WriteAttributes, tt.attribute, err)
		}
	}
}

func schema() Schema {
	s := append(Standard(),
		Attribute{Name: "custom:age", Type: "Number", NumberBounds: &Bounds{Min: "18", Max: "99.5"}},
		Attribute{Name: "custom:team", Type: "String", StringBounds: &Bounds{Min: "2", Max: "4"}},
		Attribute{Name: "custom:free", Type: "String"},
		Attribute{Name: "custom:flag", Type: "Boolean"},
		Attribute{Name: "custom:date", Type: "DateTime"},
		Attribute{Name: "identities", Type: "String"},
	)
	for i := range s {
		s[i].Required = s[i].Required || s[i].Name == "name"
	}
	return s
}

func TestCheckNew(t *testing.T) {
	t.Parallel()
	const conform = "Attributes did not conform to the schema: "
	for _, tt := range []struct {
		name        string
		attributes  string // name=value, separated by |
		required    bool
		normal, err string
	}{
		{"nothing", "", false, "", ""},
		{"a required one is missing", "", true, "", conform + "name: The attribute is required\n"},
		{"an empty one is missing", "name=", true, "", conform + "name: The attribute is required\n"},
		{"an empty one is none", "name=|gender=", false, "", ""},
		{"it is there", "name=Ada", true, "name=Ada", ""},
		{"several faults are told together, in order", "x=1|custom:none=1", true, "",
			conform + "custom:none: Attribute does not exist in the schema.\nx: Attribute does not exist in the schema.\nname: The attribute is required\n"},
		{"bad values among them", "custom:team=x|x=1|birthdate=1815", true, "",
			conform + "birthdate: String must be no shorter than 10 characters\ncustom:team: String must be no shorter than 2 characters\n" +
				"x: Attribute does not exist in the schema.\nname: The attribute is required\n"},
		{"a bad value of a required one", "name=" + strings.Repeat("a", 2049), true, "", conform + "name: String must be no longer than 2048 characters\n"},
		{"the sub", "sub=x", false, "", "Cannot modify the non-mutable attribute sub"},
		{"identities", "identities=[]", false, "", conform + "identities: Attribute does not exist in the schema.\n"},
		{"the service's own", "cognito:groups=x", false, "", conform + "cognito:groups: Attribute does not exist in the schema.\n"},
		{"flags are kept in lower case", "email_verified=True|custom:flag=FALSE", false, "email_verified=true|custom:flag=false", ""},
		{"no flag", "custom:flag=1", false, "", conform + "custom:flag: Boolean attributes must be true or false\n"},
		{"no address", "email=ada", false, "", "Invalid email address format."},
		{"no number of a phone", "phone_number=555", false, "", "Invalid phone number format."},
		{"short", "custom:team=x", false, "", conform + "custom:team: String must be no shorter than 2 characters\n"},
		{"long", "custom:team=xxxxx", false, "", conform + "custom:team: String must be no longer than 4 characters\n"},
		{"characters count, not bytes", "custom:team=ööää", false, "custom:team=ööää", ""},
		{"as long as may be", "custom:free=" + strings.Repeat("ä", 2048), false, "custom:free=" + strings.Repeat("ä", 2048), ""},
		{"longer", "custom:free=" + strings.Repeat("ä", 2049), false, "", conform + "custom:free: String must be no longer than 2048 characters\n"},
		{"a number", "custom:age=18", false, "custom:age=18", ""},
		{"a fraction at the bound", "custom:age=99.50", false, "custom:age=99.50", ""},
		{"below", "custom:age=17.9", false, "", conform + "custom:age: Number attributes cannot have a value of less than 18\n"},
		{"above", "custom:age=99.51", false, "", conform + "custom:age: Number attributes cannot have a value of more than 99.5\n"},
		{"no number", "custom:age=old", false, "", conform + "custom:age: Number attributes must be a number\n"},
		{"an exponent", "custom:age=1e1000000000", false, "", conform + "custom:age: Number attributes must be a number\n"},
		{"more digits than are taken", "custom:age=20." + strings.Repeat("0", 62), false, "", conform + "custom:age: Number attributes must be a number\n"},
		{"a ratio", "custom:age=40/2", false, "", conform + "custom:age: Number attributes must be a number\n"},
		{"a time", "custom:date=1893553445", false, "custom:date=1893553445", ""},
		{"no time", "custom:date=2030-01-02", false, "", conform + "custom:date: DateTime attributes must be a number\n"},
		{"a birthday of another length", "birthdate=1815", false, "", conform + "birthdate: String must be no shorter than 10 characters\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := schema().CheckNew(pairs(tt.attributes), tt.required)
			if !says(err, InvalidParameter, tt.err) || tt.err == "" && !maps.Equal(got, pairs(tt.normal)) {
				t.Errorf("CheckNew = %v, %v", got, err)
			}
		})
	}
}

func pairs(text string) map[string]string {
	m := map[string]string{}
	for _, pair := range strings.Split(text, "|") {
		if name, value, ok := strings.Cut(pair, "="); ok {
			m[name] = value
		}
	}
	return m
}

func TestCheckNewLeavesTheGivenOnesAlone(t *testing.T) {
	t.Parallel()
	given := map[string]string{"email_verified": "True", "name": ""}
	if _, err := schema().CheckNew(given, false); err != nil || given["email_verified"] != "True" || len(given) != 2 {
		t.Errorf("given = %v, %v", given, err)
	}
}

// A value that is taken is within its bounds and stays as it was sent, but for
// flags.
func FuzzAttributeValue(f *testing.F) {
	for _, s := range []string{"", "18", "-0.0", "+99.5", "1e9", "1/2", "..", "0x1F", "True", "ada@example.com", "+1555", strings.Repeat("9", 65)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, value string) {
		for _, name := range []string{"custom:age", "custom:team", "custom:flag", "email", "phone_number"} {
			a, _ := schema().Find(name)
			got, fault := a.normal(value)
			if fault != "" || value == "" {
				continue
			}
			if got != value && (a.Type != "Boolean" || got != strings.ToLower(value)) {
				t.Errorf("%s: %q is kept as %q", name, value, got)
			}
			if again, fault := a.normal(got); fault != "" || again != got {
				t.Errorf("%s: %q is not normal: %q, %s", name, got, again, fault)
			}
			if name == "custom:age" {
				n, ok := new(big.Rat).SetString(got)
				if !ok || n.Cmp(big.NewRat(18, 1)) < 0 || n.Cmp(big.NewRat(199, 2)) > 0 {
					t.Errorf("%q was taken for a number from 18 to 99.5", got)
				}
			}
		}
	})
}
