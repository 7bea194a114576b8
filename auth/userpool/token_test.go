package userpool_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/auth/userpool"
)

// mint returns an unsigned token of ada with these claims beside the usual ones.
func mint(issued, expires time.Time, more map[string]any) string {
	claims := map[string]any{
		"sub": "4d1c2b3a", "username": "ada", "origin_jti": "o-1",
		"iat": issued.Unix(), "exp": expires.Unix(),
	}
	maps.Copy(claims, more)
	payload, err := json.Marshal(claims)
	if err != nil {
		panic(err)
	}
	return "e30." + base64.RawURLEncoding.EncodeToString(payload) + ".c2lnbmF0dXJl"
}

func parse(t testing.TB, raw string) userpool.Token {
	t.Helper()
	token, err := userpool.ParseToken(raw)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

var noon = time.Date(2026, 11, 7, 12, 0, 0, 0, time.UTC)

func TestTokenClaims(t *testing.T) {
	t.Parallel()
	raw := mint(noon, noon.Add(time.Hour), map[string]any{"cognito:groups": []string{"staff"}})
	token := parse(t, raw)
	if got := token.Raw(); got != raw {
		t.Errorf("Raw() = %q, want %q", got, raw)
	}
	if got, want := token.Username()+" "+token.Subject(), "ada 4d1c2b3a"; got != want {
		t.Errorf("name and subject = %q, want %q", got, want)
	}
	if !token.IssuedAt().Equal(noon) || !token.Expires().Equal(noon.Add(time.Hour)) {
		t.Errorf("times = %v to %v, want %v and an hour", token.IssuedAt(), token.Expires(), noon)
	}
	if !token.Revocable() {
		t.Error("a token with origin_jti is not revocable")
	}
	claims := token.Claims()
	claims["cognito:groups"].([]any)[0] = "admin"
	if got := fmt.Sprint(token.Claims()["cognito:groups"]); got != "[staff]" {
		t.Errorf("groups after a caller changed its copy = %s, want [staff]", got)
	}
}

func TestIDTokenNamesItsUserUnderAnotherClaim(t *testing.T) {
	t.Parallel()
	token := parse(t, mint(noon, noon, map[string]any{"username": nil, "cognito:username": "ada"}))
	if got := token.Username(); got != "ada" {
		t.Errorf("Username() = %q, want ada", got)
	}
}

func TestZeroToken(t *testing.T) {
	t.Parallel()
	var none userpool.Token
	if !none.IsZero() || none.Raw() != "" || none.Claims() != nil || !none.Expires().IsZero() || none.Revocable() {
		t.Errorf("the zero token says %v %q", none, none.Raw())
	}
}

func TestParseToken(t *testing.T) {
	t.Parallel()
	encode := base64.RawURLEncoding.EncodeToString
	for _, tt := range []struct{ name, raw, want string }{
		{"empty", "", "not three parts"},
		{"two parts", "a.b", "not three parts"},
		{"four parts", "a.e30.c.d", "not three parts"},
		{"not base64", "a.b!.c", "not base64"},
		{"not JSON", "a." + encode([]byte("{x")) + ".c", "not JSON"},
		{"an array", "a." + encode([]byte("[1]")) + ".c", "no JSON object"},
		{"null", "a." + encode([]byte("null")) + ".c", "no JSON object"},
		{"beyond 64 KiB", "a." + strings.Repeat("A", 64<<10) + ".c", "longer"},
		{"no claims at all", "a.e30.c", ""},
		{"padded", "a." + base64.URLEncoding.EncodeToString([]byte(`{"sub":"1234"}`)) + ".c", ""},
		{"the other alphabet", "a." + base64.StdEncoding.EncodeToString([]byte(`{"sub":"~~~???"}`)) + ".c", ""},
		{"claims of odd kinds", "a." + encode([]byte(`{"sub":1,"exp":"soon","iat":-5}`)) + ".c", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := userpool.ParseToken(tt.raw)
			if got := fmt.Sprint(err); tt.want == "" && err != nil || !strings.Contains(got, tt.want) {
				t.Errorf("ParseToken: %s, want %q", got, tt.want)
			}
			if err != nil && len(tt.raw) > 8 && strings.Contains(err.Error(), tt.raw) {
				t.Error("the error shows the token")
			}
		})
	}
}

func TestNothingPrintsASecret(t *testing.T) {
	t.Parallel()
	raw := mint(noon, noon, nil)
	session := userpool.Session{AccessToken: parse(t, raw), IDToken: parse(t, raw), RefreshToken: "opaque"}
	device := userpool.Device{Key: "eu-1", GroupKey: "-g", Password: "opaque"}
	stored := userpool.Stored{Username: "ada", Session: &session}
	hidden := struct{ token userpool.Token }{session.AccessToken}
	for _, v := range []any{
		session.AccessToken, &session.AccessToken, session, &session, device, &device, stored, &stored,
		hidden, []userpool.Token{session.AccessToken}, map[string]*userpool.Session{"a": &session},
	} {
		var log strings.Builder
		slog.New(slog.NewTextHandler(&log, nil)).Info("x", "v", v)
		texts := []string{log.String(), fmt.Sprintf("%d", v), fmt.Sprintf("%x", v)}
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
			texts = append(texts, fmt.Sprintf(verb, v))
		}
		for _, text := range texts {
			if strings.Contains(text, raw) || strings.Contains(text, "opaque") || strings.Contains(text, "c2lnbm") {
				t.Errorf("%T shows a secret: %s", v, text)
			}
		}
	}
}

func TestTokenAsJSON(t *testing.T) {
	t.Parallel()
	want := userpool.Session{AccessToken: parse(t, mint(noon, noon, nil)), RefreshToken: "r"}
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got userpool.Session
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if got.AccessToken.Raw() != want.AccessToken.Raw() || !got.IDToken.IsZero() || got.RefreshToken != "r" {
		t.Errorf("read back %s", text)
	}
	if err := json.Unmarshal([]byte(`{"AccessToken":"x.y"}`), &got); err == nil {
		t.Error("a text that is no token was read as one")
	}
}

func TestSessionValid(t *testing.T) {
	t.Parallel()
	long, short := parse(t, mint(noon, noon.Add(time.Hour), nil)), parse(t, mint(noon, noon.Add(5*time.Minute), nil))
	for _, tt := range []struct {
		name    string
		session *userpool.Session
		after   time.Duration
		leeway  time.Duration
		want    bool
	}{
		{"no session", nil, 0, 0, false},
		{"no access token", &userpool.Session{IDToken: long}, 0, 0, false},
		{"without an ID token", &userpool.Session{AccessToken: long}, time.Minute, 0, true},
		{"a second before the end", &userpool.Session{AccessToken: long, IDToken: long}, time.Hour - time.Second, 0, true},
		{"at the end", &userpool.Session{AccessToken: long, IDToken: long}, time.Hour, 0, false},
		{"within the leeway", &userpool.Session{AccessToken: long}, time.Hour - time.Second, 5 * time.Second, false},
		{"the ID token ends first", &userpool.Session{AccessToken: long, IDToken: short}, 6 * time.Minute, 0, false},
		{"the access token ends first", &userpool.Session{AccessToken: short, IDToken: long}, 6 * time.Minute, 0, false},
		{"our clock is two hours ahead", &userpool.Session{AccessToken: long, ClockDrift: -2 * time.Hour}, 2*time.Hour + time.Minute, 0, true},
		{"our clock is two hours behind", &userpool.Session{AccessToken: long, ClockDrift: 2 * time.Hour}, -time.Minute, 0, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.session.Valid(noon.Add(tt.after), tt.leeway); got != tt.want {
				t.Errorf("Valid = %t, want %t", got, tt.want)
			}
		})
	}
}

func FuzzParseToken(f *testing.F) {
	f.Add(mint(noon, noon.Add(time.Hour), nil))
	f.Add("a.e30.c")
	f.Add("a.eyJleHAiOjFlOTk5fQ.c")
	f.Add("..")
	f.Add(".eyJ0000iOjZlOTA0fX.") // a number beyond float64
	f.Add("a.bnVsbA.c")
	f.Fuzz(func(t *testing.T, raw string) {
		token, err := userpool.ParseToken(raw)
		if err != nil {
			if !token.IsZero() {
				t.Error("an error and a token")
			}
			return
		}
		if token.Raw() != raw || token.Claims() == nil {
			t.Errorf("ParseToken(%q) keeps %q and claims %v", raw, token.Raw(), token.Claims())
		}
		text, err := json.Marshal(token)
		if err != nil {
			t.Fatal(err)
		}
		var again userpool.Token
		if err := json.Unmarshal(text, &again); err != nil && strings.ToValidUTF8(raw, "") == raw {
			t.Errorf("%s is not read back: %v", text, err)
		}
	})
}
