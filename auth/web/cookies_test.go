package web

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/auth/storage"
	"github.com/cenote-auth/cenote/auth/storage/storagetest"
	"github.com/cenote-auth/cenote/auth/userpool"
)

func TestCookiesAreAStorage(t *testing.T) {
	t.Parallel()
	storagetest.Run(t, func(*testing.T) storage.Storage { return NewCookies(request(), http.Cookie{}) })
}

// request returns a request with these cookies.
func request(cookies ...string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	if len(cookies) > 0 {
		r.Header.Set("Cookie", strings.Join(cookies, "; "))
	}
	return r
}

// answer commits c and returns the cookies of the answer.
func answer(t *testing.T, c *Cookies) []*http.Cookie {
	t.Helper()
	h := http.Header{}
	c.Commit(h)
	var cookies []*http.Cookie
	for _, line := range h["Set-Cookie"] {
		cookie, err := http.ParseSetCookie(line)
		if err != nil {
			t.Fatalf("Set-Cookie %q: %v", line, err)
		}
		if len(cookie.Name)+len(cookie.Value) > 4000 {
			t.Errorf("cookie %s has %d bytes", cookie.Name, len(cookie.Name)+len(cookie.Value))
		}
		cookies = append(cookies, cookie)
	}
	return cookies
}

// next returns the request that a browser sends which had before and got cookies.
func next(before *http.Request, cookies []*http.Cookie) *http.Request {
	jar := map[string]string{}
	for _, c := range before.Cookies() {
		jar[c.Name] = c.Value
	}
	for _, c := range cookies {
		if c.MaxAge < 0 {
			delete(jar, c.Name)
		} else {
			jar[c.Name] = c.Value
		}
	}
	var list []string
	for name, value := range jar {
		list = append(list, name+"="+value)
	}
	return request(list...)
}

func mustSave(t *testing.T, c *Cookies, set map[string]string, remove ...string) {
	t.Helper()
	if err := c.Save(t.Context(), set, remove...); err != nil {
		t.Fatalf("Save: %v", err)
	}
}

func mustLoad(t *testing.T, c *Cookies, keys ...string) map[string]string {
	t.Helper()
	found, err := c.Load(t.Context(), keys...)
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	return found
}

func TestCookiesOfTheNextRequest(t *testing.T) {
	t.Parallel()
	texts := map[string]string{
		"empty": "", "marks": "a=b; c,d \"e\" %25 +/ \\ \n\t<>&", "unicode": "žluťoučký 🐎", "tilde": "~2.abc", "é@(x)": "name",
		"long": strings.Repeat("eyJraWQiOiJ4In0.", 1000), "binary": "\x00\xff\x80",
	}
	keys := []string{"empty", "marks", "unicode", "tilde", "é@(x)", "long", "binary"}
	c := NewCookies(request(), http.Cookie{})
	mustSave(t, c, texts)
	r := next(request(), answer(t, c))
	if got := mustLoad(t, NewCookies(r, http.Cookie{}), keys...); !reflect.DeepEqual(got, texts) {
		t.Errorf("the next request has %q, want %q", got, texts)
	}

	shorter := NewCookies(r, http.Cookie{})
	mustSave(t, shorter, map[string]string{"long": "short"})
	r = next(r, answer(t, shorter))
	if got := len(r.Cookies()); got != len(keys) {
		t.Errorf("pieces of the long text are left: %d cookies, want %d", got, len(keys))
	}

	none := NewCookies(r, http.Cookie{})
	mustSave(t, none, nil, keys...)
	if left := next(r, answer(t, none)).Cookies(); len(left) != 0 {
		t.Errorf("after removing all, %v are left", left)
	}
}

func TestCookiesThatAmplifyWrote(t *testing.T) {
	t.Parallel()
	k := userpool.Keys{ClientID: "1tulip"}
	// Written by js-cookie 3.0.8.
	c := NewCookies(request(
		"CognitoIdentityServiceProvider.1tulip.LastAuthUser=ada@example.com",
		"CognitoIdentityServiceProvider.1tulip.ada%40example.com.signInDetails={%22loginId%22:%22ada@example.com%22%2C%22authFlowType%22:%22USER_SRP_AUTH%22}",
		"CognitoIdentityServiceProvider.1tulip.a%20%28b%29.accessToken=e.e.e",
	), http.Cookie{})
	want := map[string]string{
		k.LastAuthUser():                   "ada@example.com",
		k.SignInDetails("ada@example.com"): `{"loginId":"ada@example.com","authFlowType":"USER_SRP_AUTH"}`,
		k.AccessToken("a (b)"):             "e.e.e",
	}
	if got := mustLoad(t, c, k.LastAuthUser(), k.SignInDetails("ada@example.com"), k.AccessToken("a (b)")); !reflect.DeepEqual(got, want) {
		t.Errorf("Load = %q, want %q", got, want)
	}
	again := NewCookies(request(), http.Cookie{})
	mustSave(t, again, want)
	var lines []string
	for _, cookie := range answer(t, again) {
		lines = append(lines, cookie.Name+"="+cookie.Value)
	}
	slices.Sort(lines)
	wrote := []string{
		"CognitoIdentityServiceProvider.1tulip.LastAuthUser=ada@example.com",
		"CognitoIdentityServiceProvider.1tulip.a%20%28b%29.accessToken=e.e.e",
		"CognitoIdentityServiceProvider.1tulip.ada%40example.com.signInDetails={%22loginId%22:%22ada@example.com%22%2C%22authFlowType%22:%22USER_SRP_AUTH%22}",
	}
	if !slices.Equal(lines, wrote) {
		t.Errorf("cookies =\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(wrote, "\n"))
	}
}

func TestAttributesOfCookies(t *testing.T) {
	t.Parallel()
	template := http.Cookie{Path: "/app", Domain: "example.com", MaxAge: 3600, SameSite: http.SameSiteStrictMode, Secure: true, HttpOnly: false, Name: "x", Value: "y"}
	k := userpool.Keys{ClientID: "1tulip"}
	c := NewCookies(request(k.IDToken("ada")+"=old", k.OAuthPKCE()+"=old"), template)
	mustSave(t, c, map[string]string{k.AccessToken("ada"): "a", k.OAuthState(): "s"}, k.IDToken("ada"), k.OAuthPKCE(), k.RefreshToken("ada"))
	cookies := answer(t, c)
	if len(cookies) != 4 {
		t.Fatalf("cookies = %v, want four", cookies)
	}
	for _, got := range cookies {
		wantSite, wantAge := http.SameSiteStrictMode, 3600
		if got.Name == k.OAuthState() {
			wantSite, wantAge = http.SameSiteLaxMode, 900
		}
		if got.Name == k.OAuthPKCE() {
			wantSite = http.SameSiteLaxMode
		}
		if got.Value == "" {
			wantAge = -1
		}
		if got.Path != "/app" || got.Domain != "example.com" || !got.Secure || !got.HttpOnly || got.SameSite != wantSite || got.MaxAge != wantAge {
			t.Errorf("cookie = %v", got)
		}
	}
}

func TestAttributesByDefault(t *testing.T) {
	t.Parallel()
	c := NewCookies(request(), http.Cookie{})
	mustSave(t, c, map[string]string{"a": "1"})
	got := answer(t, c)[0]
	if got.Path != "/" || !got.HttpOnly || got.Secure || got.SameSite != http.SameSiteLaxMode || got.MaxAge != 30*24*3600 {
		t.Errorf("cookie = %v", got)
	}
}

func TestOtherUsersSessionsGo(t *testing.T) {
	t.Parallel()
	k, other := userpool.Keys{ClientID: "1tulip"}, userpool.Keys{ClientID: "2rose"}
	r := request(k.AccessToken("a.b")+"=1", k.IDToken("eve")+"=1", k.DeviceKey("eve")+"=1", k.AccessToken("a")+"=1",
		other.AccessToken("eve")+"=1", "theme=dark", k.OAuthState()+"=1")
	c := NewCookies(r, http.Cookie{})
	mustSave(t, c, map[string]string{k.LastAuthUser(): "a", k.IDToken("a"): "2"})
	var gone []string
	for _, cookie := range answer(t, c) {
		if cookie.MaxAge < 0 {
			gone = append(gone, cookie.Name)
		}
	}
	if want := []string{k.AccessToken("a.b"), k.IDToken("eve")}; !slices.Equal(gone, want) {
		t.Errorf("gone = %v, want %v", gone, want)
	}
}

func TestOneTextIsOneCookieHoweverOftenItIsSaved(t *testing.T) {
	t.Parallel()
	c := NewCookies(request("a=0"), http.Cookie{})
	mustSave(t, c, map[string]string{"a": "1"})
	mustSave(t, c, nil, "a")
	mustSave(t, c, map[string]string{"a": "2"})
	if got := answer(t, c); len(got) != 1 || got[0].Value != "2" {
		t.Errorf("cookies = %v, want a=2", got)
	}
}

func TestCookiesCannotFollowTheAnswer(t *testing.T) {
	t.Parallel()
	c := NewCookies(request("a=0"), http.Cookie{})
	h := http.Header{}
	c.Commit(h)
	if len(h) != 0 {
		t.Errorf("nothing was saved, and the header is %v", h)
	}
	err := c.Save(t.Context(), map[string]string{"a": "1"})
	if !errors.Is(err, storage.ErrUnavailable) {
		t.Errorf("Save = %v, want %v", err, storage.ErrUnavailable)
	}
	if got := mustLoad(t, c, "a"); got["a"] != "0" {
		t.Errorf("Load = %v", got)
	}
}

func TestATextTooLongIsRefusedWhole(t *testing.T) {
	t.Parallel()
	c := NewCookies(request(), http.Cookie{})
	err := c.Save(t.Context(), map[string]string{"a": "1", "b": strings.Repeat("x", 40_000)})
	if !errors.Is(err, storage.ErrUnavailable) || len(mustLoad(t, c, "a", "b")) != 0 {
		t.Errorf("Save = %v, and stored %v", err, mustLoad(t, c, "a", "b"))
	}
	if strings.Contains(err.Error(), "xxx") {
		t.Error("the text is in the error")
	}
}

func TestPiecesOfTwoTextsAreNoText(t *testing.T) {
	t.Parallel()
	long := func(letter string) *http.Request {
		c := NewCookies(request(), http.Cookie{})
		mustSave(t, c, map[string]string{"a": strings.Repeat(letter, 9000)})
		return next(request(), answer(t, c))
	}
	x, y := long("x"), long("y")
	mixed := request()
	for _, c := range x.Cookies() {
		if c.Name != "a~1" {
			mixed.AddCookie(c)
		}
	}
	if got := mustLoad(t, NewCookies(mixed, http.Cookie{}), "a"); len(got) != 0 {
		t.Errorf("without a piece: %d bytes", len(got["a"]))
	}
	for _, c := range y.Cookies() {
		if c.Name == "a~1" {
			mixed.AddCookie(c)
		}
	}
	if got := mustLoad(t, NewCookies(mixed, http.Cookie{}), "a"); len(got) != 0 {
		t.Errorf("with another's piece: %d bytes", len(got["a"]))
	}
}

func FuzzCookies(f *testing.F) {
	f.Add("a", "text", "a=~3.00; a~0=x; a~1=%zz; a~2=")
	f.Add("é@(x)", "~1.", "a=~99999999999.; b=%")
	f.Add("CognitoIdentityServiceProvider.1.LastAuthUser", "ada", "CognitoIdentityServiceProvider.1.eve.accessToken=1")
	f.Fuzz(func(t *testing.T, key, text, header string) {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header["Cookie"] = []string{header}
		c := NewCookies(r, http.Cookie{})
		if _, err := c.Load(context.Background(), key, "a", "b"); err != nil {
			t.Fatalf("Load: %v", err)
		}
		if c.Save(context.Background(), map[string]string{key: text}) != nil || key == "" {
			return
		}
		h := http.Header{}
		c.Commit(h)
		again := httptest.NewRequest(http.MethodGet, "/", nil)
		for _, line := range h["Set-Cookie"] {
			cookie, err := http.ParseSetCookie(line)
			if err != nil {
				t.Fatalf("Set-Cookie %q: %v", line, err)
			}
			if cookie.MaxAge > 0 {
				again.AddCookie(cookie)
			}
		}
		if found, err := NewCookies(again, http.Cookie{}).Load(context.Background(), key); err != nil || found[key] != text {
			t.Errorf("%q came back as %q, %v", text, found, err)
		}
	})
}

func TestIsLocal(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]bool{
		"/": true, "/orders?id=1&x=/y#z": true, "/a//b": true, "/a:b": true, "/%2F%2Fevil.example": true, "/@evil.example": true,
		"": false, "orders": false, "//evil.example": false, "/\\evil.example": false, "\\/evil.example": false,
		"https://evil.example": false, "javascript:alert(1)": false, "/\t/evil.example": false, "/\n/evil.example": false,
		" /x": false, "/x y": false, "/x\x7f": false, "///evil.example": false, "/a\\b": false, "/" + strings.Repeat("a", 2000): false, "/%zz": false,
	} {
		if got := isLocal(path); got != want {
			t.Errorf("isLocal(%q) = %v, want %v", path, got, want)
		}
	}
}
