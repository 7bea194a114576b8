package server

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// names are what people of the world are called, and passwords in their scripts.
var names = []struct{ name, username, fullName, password string }{
	{"emoji", "🦊🌷", "👩🏽 Fuchs 🏳️", "Füchse-🦊-mögen-7"},
	{"a flag", "🇨🇭", "🇨🇭", "Grüezi-🇨🇭-4711"},
	{"Arabic", "ليلى", "ليلى بنت الورد", "كلمة-السر-Aa7"},
	{"Hebrew with points", "רָחֵל", "רָחֵל ‏(רחלי)‏", "סיסמה-Aa7-טובה"},
	{"left and right", "ada-ليلى-42", "\u202bada\u202c", "Aa7-\u202eabc\u202c-x"},
	{"Chinese", "李白", "李白", "静夜思-Aa7-床前"},
	{"beyond the first plane", "𠮷野家", "𠮷野家", "𠮷-Aa7-野家-𝒳"},
	{"Thai, with marks", "สวัสดี", "สวัสดี", "สวัสดี-Aa7-ครับ"},
	{"letters and marks apart", "ade\u0301le", "Ade\u0301le", "Ade\u0301le-Aa7-x"},
	{"the same in one", "ad\u00e9le", "Ad\u00e9le", "Ad\u00e9le-Aa7-x"},
	{"a Turkish i", "İstanbul", "İstanbul ı", "İstanbul-ı-7"},
	{"what JSON and HTML escape", `<a>&"\'</a>`, `"<b>\n&amp;</b>"`, `<"Aa7\&'>xyz`},
	{"what SQL and paths escape", "';--%_/../$1", "'; DROP TABLE user; --", "';--Aa7%_?$1:x"},
	{"a replacement character", "\ufffd", "\ufffd\uffff\U0010ffff", "Aa7-\ufffd-\uffff-x"},
}

func TestNamesOfTheWorld(t *testing.T) {
	t.Parallel()
	onEachDatabase(t, func(t *testing.T, c Config) {
		n := start(t, c)
		a := n.plainApp(t)
		for _, who := range names {
			n.call(t, "SignUp", object{
				"ClientId": a.clientID, "Username": who.username, "Password": who.password,
				"UserAttributes": []object{{"Name": "name", "Value": who.fullName}},
			})
			n.call(t, "AdminConfirmSignUp", object{"UserPoolId": a.poolID, "Username": who.username})
		}
		for _, who := range names {
			t.Run(who.name, func(t *testing.T) { n.wantKnown(t, a, who.username, who.fullName, who.password) })
		}
		out := n.call(t, "ListUsers", object{"UserPoolId": a.poolID})
		var listed, want []string
		for _, u := range out["Users"].([]any) {
			listed = append(listed, object(u.(map[string]any)).at("Username"))
		}
		for _, who := range names {
			want = append(want, who.username)
		}
		slices.Sort(listed)
		slices.Sort(want)
		if !slices.Equal(listed, want) {
			t.Errorf("listed are %q\nwant %q", listed, want)
		}
	})
}

// plainApp makes a pool of user names, told apart by case, and its client.
func (n *node) plainApp(t testing.TB) app {
	t.Helper()
	out := n.call(t, "CreateUserPool", object{"PoolName": "plain"})
	poolID := out.at("UserPool", "Id")
	out = n.call(t, "CreateUserPoolClient", object{
		"UserPoolId": poolID, "ClientName": "plain", "PreventUserExistenceErrors": "ENABLED",
		"ExplicitAuthFlows": []string{"ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"},
	})
	return app{poolID, out.at("UserPoolClient", "ClientId"), ""}
}

// wantKnown signs somebody in both ways and reads the profile.
func (n *node) wantKnown(t *testing.T, a app, username, fullName, password string) {
	t.Helper()
	for _, tokens := range []object{
		n.signIn(t, a, username, password),
		n.call(t, "RespondToAuthChallenge", n.challenge(t, a, username, password).reply),
	} {
		me := n.call(t, "GetUser", object{"AccessToken": tokens.at("AuthenticationResult", "AccessToken")})
		if got := me.at("Username"); got != username {
			t.Errorf("user name = %q, want %q", got, username)
		}
		if got := attribute(me, "name"); got != fullName {
			t.Errorf("name = %q, want %q", got, fullName)
		}
	}
}

// attribute returns an attribute of an answer with UserAttributes.
func attribute(out object, name string) string {
	list, _ := out["UserAttributes"].([]any)
	for _, a := range list {
		if a := object(a.(map[string]any)); a.at("Name") == name {
			return a.at("Value")
		}
	}
	return ""
}

func TestNamesThatCannotBe(t *testing.T) {
	t.Parallel()
	n, a := settled(t, config(t))
	const pattern = `Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+`
	for _, tt := range []struct{ name, username, message string }{
		{"a blank", "ada lovelace", pattern},
		{"a line end", "ada\n", pattern},
		{"a mark that turns the direction", "ada\u202eevol", pattern},
		{"a joiner that nobody sees", "a\u200dda", pattern},
		{"a tag that nobody sees", "ada\U000e0041", pattern},
		{"a character for private use", "ada\ue000", pattern},
		{"one that is not assigned", "ada\u0378", pattern},
		{"129 characters", strings.Repeat("a", 129), "Member must have length less than or equal to 128"},
		{"65 characters of two units", strings.Repeat("🦊", 65), "Member must have length less than or equal to 128"},
		{"none", "", "Member must have length greater than or equal to 1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			status, out := n.try(t, "SignUp", object{"ClientId": a.clientID, "Username": tt.username, "Password": adaPassword})
			if status != http.StatusBadRequest || out.at("__type") != "InvalidParameterException" || !strings.Contains(out.at("message"), tt.message) {
				t.Errorf("got %d %v, want an InvalidParameterException with %q", status, out, tt.message)
			}
		})
	}
}

// A value has 2,048 characters at most, of which the service counts those
// beyond the first plane twice. Where one is longer nothing is changed.
func TestAttributesAsLongAsTheyMayBe(t *testing.T) {
	t.Parallel()
	onEachDatabase(t, func(t *testing.T, c Config) {
		n := start(t, c)
		a := n.plainApp(t)
		for i, letter := range []string{"a", "é", "李", "🦊", `"`, "<"} {
			units := len([]rune(letter))
			if letter == "🦊" {
				units = 2
			}
			longest, name := strings.Repeat(letter, 2048/units), fmt.Sprintf("user-%d", i)
			signUp := func(value string) (int, object) {
				return n.try(t, "SignUp", object{
					"ClientId": a.clientID, "Username": name, "Password": adaPassword,
					"UserAttributes": []object{{"Name": "name", "Value": value}, {"Name": "nickname", "Value": value}},
				})
			}
			status, out := signUp(longest + "a")
			if status != http.StatusBadRequest || out.at("__type") != "InvalidParameterException" ||
				!strings.Contains(out.at("message"), "less than or equal to 2048") {
				t.Errorf("2,049 of %s: got %d %v", letter, status, out.at("__type"))
			}
			if status, out := signUp(longest); status != http.StatusOK {
				t.Errorf("2,048 of %s: got %d %v", letter, status, out)
			}
			n.call(t, "AdminConfirmSignUp", object{"UserPoolId": a.poolID, "Username": name})
			n.wantKnown(t, a, name, longest, adaPassword)
		}
	})
}
