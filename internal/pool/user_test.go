package pool

import (
	"reflect"
	"strings"
	"testing"
)

func TestAliases(t *testing.T) {
	t.Parallel()
	person := func(status Status, pairs ...string) *User {
		u := &User{Sub: "s", Username: "ada", Status: status, Attributes: map[string]string{}}
		for i := 0; i < len(pairs); i += 2 {
			u.Attributes[pairs[i]] = pairs[i+1]
		}
		return u
	}
	plain := &Pool{CaseInsensitive: true}
	addresses := &Pool{CaseInsensitive: true, UsernameAttributes: []string{"email", "phone_number"}}
	aliases := &Pool{CaseInsensitive: true, AliasAttributes: []string{"email", "phone_number", "preferred_username"}}
	strict := &Pool{AliasAttributes: []string{"email"}}
	for _, tt := range []struct {
		name string
		pool *Pool
		user *User
		want []Alias
	}{
		{"without aliases", plain, person(Confirmed, "email", "a@b", "email_verified", "true", "preferred_username", "x"), nil},
		{"addresses, proved or not, confirmed or not", addresses, person(Unconfirmed, "email", "A@b", "phone_number", "+1"),
			[]Alias{{"email", "a@b"}, {"phone_number", "+1"}}},
		{"no address", addresses, person(Confirmed), nil},
		{"an alias that is proved", aliases, person(Confirmed, "email", "A@b", "email_verified", "true"), []Alias{{"email", "a@b"}}},
		{"one that is not", aliases, person(Confirmed, "email", "a@b", "email_verified", "false"), nil},
		{"a preferred name needs no proof", aliases, person(ForceChangePassword, "preferred_username", "X"), []Alias{{"preferred_username", "x"}}},
		{"all three", aliases, person(ResetRequired, "email", "a@b", "email_verified", "true", "phone_number", "+1", "phone_number_verified", "true",
			"preferred_username", "x"), []Alias{{"email", "a@b"}, {"phone_number", "+1"}, {"preferred_username", "x"}}},
		{"of somebody unconfirmed", aliases, person(Unconfirmed, "email", "a@b", "email_verified", "true", "preferred_username", "x"), nil},
		{"where case counts", strict, person(Confirmed, "email", "A@b", "email_verified", "true"), []Alias{{"email", "A@b"}}},
	} {
		if got := tt.pool.Aliases(tt.user); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: Aliases = %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestUserAttributes(t *testing.T) {
	t.Parallel()
	u := &User{Sub: "s", Attributes: map[string]string{"name": "Ada", "email": "a@b", "email_verified": "true", "sub": "forged"}}
	if got := u.Attribute("sub"); got != "s" {
		t.Errorf("Attribute(sub) = %q", got)
	}
	if u.Attribute("name") != "Ada" || u.Attribute("gender") != "" || !u.Verified("email") || u.Verified("phone_number") {
		t.Errorf("attributes of %+v", u)
	}
}

func TestListShowsWhatIsVisible(t *testing.T) {
	t.Parallel()
	u := &User{Sub: "s", Attributes: map[string]string{"name": "Ada", "email": "a@b", "dev:custom:rank": "7"}}
	got := u.List(func(name string) bool { return name != "dev:custom:rank" })
	want := []AttributeValue{{"sub", "s"}, {"email", "a@b"}, {"name", "Ada"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("List = %v, want %v", got, want)
	}
	if got := u.List(func(string) bool { return false }); !reflect.DeepEqual(got, want[:1]) {
		t.Errorf("List of nothing = %v, want the sub", got)
	}
}

// Keys of a database have a limit, and so have the values that people sign in by.
func TestCheckAliases(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ä", maxAlias)
	u := &User{Attributes: map[string]string{"email": long, "name": long + "ä"}}
	p := &Pool{UsernameAttributes: []string{"email"}, AliasAttributes: []string{"preferred_username"}}
	wantError(t, p.CheckAliases(u), InvalidParameter, "")
	u.Attributes["preferred_username"] = long + "ä"
	wantError(t, p.CheckAliases(u), InvalidParameter, "user.preferred_username: String attributes cannot have a length of more than 256")
	u.Attributes["email"] = long + "ä"
	wantError(t, p.CheckAliases(u), InvalidParameter, "user.email: String attributes cannot have a length of more than 256")
}
