package passkey_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/core/passkey"
	"github.com/cenote-auth/cenote/internal/core/passkey/testkey"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// request returns the options of a sign-in with a fresh challenge.
func (r *room) request(t testing.TB, keys ...store.Passkey) (options string, challenge []byte) {
	t.Helper()
	challenge = passkey.NewChallenge()
	options, err := passkey.Request(r.pool, r.ada, party, challenge, keys)
	if err != nil {
		t.Fatal(err)
	}
	return options, challenge
}

// assert signs in by k, which a holds.
func (r *room) assert(t testing.TB, k store.Passkey, a *testkey.Authenticator) (passkey.Assertion, error) {
	t.Helper()
	options, challenge := r.request(t, k)
	return r.Check(r.pool, r.ada, r.ada.Sub, party, challenge, k, a.Get(t, options))
}

func TestAnAssertion(t *testing.T) {
	t.Parallel()
	r, a := newRoom(t), testkey.New(t, page)
	k := r.registered(t, a)
	options, challenge := r.request(t, k, r.Imagine(r.pool, r.ada.Sub, "elsewhere.example"))
	const all = `{"challenge":"C","timeout":60000,"rpId":"example.com","allowCredentials":[{"type":"public-key","id":"ID","transports":["internal"]}],` +
		`"userVerification":"preferred"}`
	wanted := strings.NewReplacer(`"C"`, `"`+base64.RawURLEncoding.EncodeToString(challenge)+`"`, `"ID"`, `"`+k.ID+`"`).Replace(all)
	if options != wanted {
		t.Errorf("options\n got %s\nwant %s", options, wanted)
	}
	text := a.Get(t, options)
	if id, err := passkey.CredentialID(text); err != nil || id != k.ID {
		t.Errorf("CredentialID = %q, %v; want %q", id, err, k.ID)
	}
	right, err := r.Check(r.pool, r.ada, r.ada.Sub, party, challenge, k, text)
	if err != nil || !right.Verified || right.Before != 0 || right.Key.Counter != 1 || !right.Key.Used.Equal(r.now) || right.Key.ID != k.ID {
		t.Fatalf("Check = %+v, %v", right, err)
	}
	if again, err := r.assert(t, right.Key, a); err != nil || again.Before != 1 || again.Key.Counter != 2 {
		t.Errorf("the second sign-in: %+v, %v", again, err)
	}
}

func TestAssertionsThatAreRefused(t *testing.T) {
	t.Parallel()
	r, a := newRoom(t), testkey.New(t, page)
	k := r.registered(t, a)
	other := r.registered(t, testkey.New(t, page))
	member := func(do func(credential, response map[string]any)) func(*testkey.Authenticator) {
		return func(a *testkey.Authenticator) { a.Credential = do }
	}
	client := func(name string, value any) func(*testkey.Authenticator) {
		return func(a *testkey.Authenticator) { a.ClientData = func(m map[string]any) { m[name] = value } }
	}
	flipped := func(name string, at int) func(*testkey.Authenticator) {
		return member(func(_, r map[string]any) {
			b, _ := base64.RawURLEncoding.DecodeString(r[name].(string))
			b[at] ^= 1
			r[name] = base64.RawURLEncoding.EncodeToString(b)
		})
	}
	origin := func(o string) func(*testkey.Authenticator) { return func(a *testkey.Authenticator) { a.Origin = o } }
	for name, change := range map[string]func(*testkey.Authenticator){
		"a page elsewhere":                 origin("https://example.org"),
		"a page without TLS":               origin("http://login.example.com"),
		"another relying party":            func(a *testkey.Authenticator) { a.Party = "example.org" },
		"another challenge":                client("challenge", base64.RawURLEncoding.EncodeToString(passkey.NewChallenge())),
		"no challenge":                     client("challenge", ""),
		"a registration":                   client("type", "webauthn.create"),
		"a page in a page of others":       client("crossOrigin", true),
		"nobody present":                   func(a *testkey.Authenticator) { a.AuthData = func(b []byte) { b[32] &^= 1 } },
		"a key that became synced":         func(a *testkey.Authenticator) { a.Synced = true },
		"another key":                      func(a *testkey.Authenticator) { a.Key = testkey.New(t, page).Key },
		"another passkey's id":             func(a *testkey.Authenticator) { a.ID, _ = base64.RawURLEncoding.DecodeString(other.ID) },
		"a signature with another bit":     flipped("signature", 20),
		"client data with another bit":     flipped("clientDataJSON", 20),
		"flags with another bit":           flipped("authenticatorData", 32),
		"a counter with another bit":       flipped("authenticatorData", 36),
		"another user's handle":            member(func(_, r map[string]any) { r["userHandle"] = "Ym9i" }),
		"no signature":                     member(func(_, r map[string]any) { delete(r, "signature") }),
		"no authenticator data":            member(func(_, r map[string]any) { delete(r, "authenticatorData") }),
		"no client data":                   member(func(_, r map[string]any) { delete(r, "clientDataJSON") }),
		"no response":                      member(func(c, _ map[string]any) { delete(c, "response") }),
		"no rawId":                         member(func(c, _ map[string]any) { delete(c, "rawId") }),
		"another type":                     member(func(c, _ map[string]any) { c["type"] = "password" }),
		"a challenge inside another field": client("challenge", map[string]any{}),
	} {
		t.Run(name, func(t *testing.T) {
			changed := *a
			change(&changed)
			if right, err := r.assert(t, k, &changed); !errors.Is(err, passkey.ErrAssertion) {
				t.Errorf("Check = %+v, %v; want ErrAssertion", right, err)
			}
		})
	}
	if _, err := r.assert(t, k, a); err != nil {
		t.Errorf("the right one: %v", err)
	}
}

func TestAnAssertionIsForItsUserAndPoolAlone(t *testing.T) {
	t.Parallel()
	r, a := newRoom(t), testkey.New(t, page)
	k := r.registered(t, a)
	options, challenge := r.request(t, k)
	a.Credential = func(_, response map[string]any) { delete(response, "userHandle") } // as of a key that keeps no names
	text := a.Get(t, options)
	if _, err := r.Check(r.pool, r.ada, "bob", party, challenge, k, text); !errors.Is(err, passkey.ErrAssertion) {
		t.Errorf("of bob: %v", err)
	}
	if _, err := r.Check(r.pool, r.ada, r.ada.Sub, "login.example.com", challenge, k, text); !errors.Is(err, passkey.ErrAssertion) {
		t.Errorf("of another relying party: %v", err)
	}
	if _, err := r.Check(r.pool, r.ada, r.ada.Sub, party, passkey.NewChallenge(), k, text); !errors.Is(err, passkey.ErrAssertion) {
		t.Errorf("to another challenge: %v", err)
	}
	if _, err := r.Check(r.pool, r.ada, r.ada.Sub, party, challenge, k, text); err != nil {
		t.Error(err)
	}
}

// A counter only grows; an authenticator that has none says 0 each time.
func TestCounters(t *testing.T) {
	t.Parallel()
	r, a := newRoom(t), testkey.New(t, page)
	a.Counter = 5
	k := r.registered(t, a)
	right, err := r.assert(t, k, a)
	if err != nil || right.Before != 5 || right.Key.Counter != 6 {
		t.Fatalf("counter = %d, %v, want 6", right.Key.Counter, err)
	}
	for _, back := range []uint32{5, 4, 0xffffffff} { // 6, 5 and 0
		a.Counter = back
		if _, err := r.assert(t, right.Key, a); !errors.Is(err, passkey.ErrAssertion) {
			t.Errorf("%d after 6: %v", back+1, err)
		}
	}
	a.Counter = 1 << 31
	if right, err = r.assert(t, right.Key, a); err != nil || right.Key.Counter != 1<<31+1 {
		t.Errorf("counter = %d, %v", right.Key.Counter, err)
	}

	without := testkey.New(t, page)
	without.Counts, without.Synced = false, true
	k = r.registered(t, without)
	for range 2 {
		right, err := r.assert(t, k, without)
		if err != nil || right.Key.Counter != 0 {
			t.Errorf("without a counter: %+v, %v", right, err)
		}
		k = right.Key
	}
}

// Nobody seems to have a passkey as often as not, the same each time, and can
// sign by none.
func TestNobodysPasskey(t *testing.T) {
	t.Parallel()
	r, have := newRoom(t), 0
	for i := range 200 {
		sub := strings.Repeat("n", i)
		if r.Imagines(r.pool, sub) {
			have++
		}
		k, again := r.Imagine(r.pool, sub, party), r.Imagine(r.pool, sub, party)
		if k.ID != again.ID || r.Imagines(r.pool, sub) != r.Imagines(r.pool, sub) || len(k.ID) < 20 {
			t.Errorf("%d: %q and then %q", i, k.ID, again.ID)
		}
		others := k
		if others.ID = "A" + k.ID[1:]; others.ID == k.ID {
			others.ID = "B" + k.ID[1:]
		}
		if !r.Imagined(r.pool, k) || r.Imagined(&pool.Pool{Key: 8}, k) || r.Imagined(r.pool, others) || r.Imagined(r.pool, store.Passkey{ID: k.ID[:8]}) {
			t.Errorf("%d: %q is not known again, or something else is", i, k.ID)
		}
	}
	if have < 60 || have > 140 {
		t.Errorf("%d of 200 seem to have a passkey", have)
	}
	k, a := r.Imagine(r.pool, r.ada.Sub, party), testkey.New(t, page)
	if k.ID == r.Imagine(&pool.Pool{Key: 8}, r.ada.Sub, party).ID {
		t.Error("nobody seems to have the same passkey in two pools")
	}
	a.ID, _ = base64.RawURLEncoding.DecodeString(k.ID)
	a.Synced = true
	if _, err := r.assert(t, k, a); !errors.Is(err, passkey.ErrAssertion) {
		t.Errorf("an assertion by nobody: %v", err)
	}
}

func TestCredentialID(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"id":"AQID"}`: "AQID", `{"id":"AQID","rawId":"x"}`: "AQID",
		`{"id":"` + strings.Repeat("AAAA", 341) + `"}`: strings.Repeat("AAAA", 341),
		``: "", `{}`: "", `null`: "", `{"id":7}`: "", `{"id":""}`: "", `{"id":"AQI="}`: "", `{"id":"AQ\n"}`: "AQ",
		`{"id":"` + strings.Repeat("AAAA", 342) + `"}`: "", `{"id":"AQID"`: "",
	} {
		got, err := passkey.CredentialID(text)
		if got != want || (err == nil) != (want != "") || err != nil && !errors.Is(err, passkey.ErrAssertion) {
			t.Errorf("CredentialID(%.40s) = %q, %v; want %q", text, got, err, want)
		}
	}
}

// shelf is all the passkeys of a user.
type shelf []store.Passkey

func (s shelf) Passkey(context.Context, int64, string) (store.Passkey, error) {
	return store.Passkey{}, store.ErrNotFound
}

func (s shelf) Passkeys(_ context.Context, _ int64, _ string, p store.Page) (list []store.Passkey, _ error) {
	for _, k := range s {
		if k.ID > p.After && len(list) < p.Limit {
			list = append(list, k)
		}
	}
	return list, nil
}

func TestPages(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	var all shelf
	for _, id := range []string{"a", "b", "c"} {
		all = append(all, store.Passkey{PoolKey: 7, Sub: r.ada.Sub, ID: id, Body: `{"name":"Passkey"}`})
	}
	list, next, err := r.List(t.Context(), all, r.pool, r.ada.Sub, 2, "")
	if err != nil || len(list) != 2 || next == "" {
		t.Fatalf("the first page: %+v, %q, %v", list, next, err)
	}
	list, end, err := r.List(t.Context(), all, r.pool, r.ada.Sub, 2, next)
	if err != nil || len(list) != 1 || list[0].ID != "c" || end != "" {
		t.Errorf("the second page: %+v, %q, %v", list, end, err)
	}
	if list, end, err = r.List(t.Context(), all, r.pool, r.ada.Sub, 3, ""); err != nil || len(list) != 3 || end != "" {
		t.Errorf("all: %+v, %q, %v", list, end, err)
	}
	for name, page := range map[string]string{"of nobody's": "AAAA", "no token": "*"} {
		_, _, err = r.List(t.Context(), all, r.pool, r.ada.Sub, 2, page)
		want(t, err, pool.InvalidParameter, "Invalid pagination token")
		if err == nil {
			t.Error(name)
		}
	}
	_, _, err = r.List(t.Context(), all, r.pool, "bob", 2, next)
	want(t, err, pool.InvalidParameter, "Invalid pagination token")
	if _, _, err = r.List(t.Context(), shelf{{ID: "a", Body: "x"}}, r.pool, "bob", 2, ""); err == nil {
		t.Error("a row that cannot be read was listed")
	}
}

// Whatever strangers send, nothing breaks, and what nobody signed is refused.
func FuzzAssertion(f *testing.F) {
	r, a := newRoom(f), testkey.New(f, page)
	k := r.registered(f, a)
	options, _ := r.request(f, k)
	f.Add(a.Get(f, options))
	f.Add(`{"id":"AQID","rawId":"AQID","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"AAAA","signature":""}}`)
	challenge := passkey.NewChallenge() // nothing was signed for it
	f.Fuzz(func(t *testing.T, text string) {
		id, err := passkey.CredentialID(text)
		if err == nil {
			if raw, bad := base64.RawURLEncoding.DecodeString(id); bad != nil || len(raw) == 0 {
				t.Errorf("CredentialID = %q", id)
			}
		}
		if _, err := r.Check(r.pool, r.ada, r.ada.Sub, party, challenge, k, text); !errors.Is(err, passkey.ErrAssertion) {
			t.Errorf("Check = %v", err)
		}
	})
}

func FuzzRegistration(f *testing.F) {
	r, a := newRoom(f), testkey.New(f, page)
	f.Add([]byte(a.Create(f, r.options(f))))
	f.Add([]byte(`{"id":"AQID","rawId":"AQID","type":"public-key","authenticatorAttachment":"","clientExtensionResults":{},` +
		`"response":{"transports":[],"clientDataJSON":"e30","attestationObject":"o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YVgA"}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		k, id, err := r.Register(r.registration(), json.RawMessage(text))
		if _, known := errors.AsType[*pool.Error](err); err != nil && !known {
			t.Errorf("Register = %v, which is ours to mend", err)
		}
		if err == nil && (id == "" || k.ID == "" || k.Sub != r.ada.Sub) {
			t.Errorf("Register = %+v, %q", k, id)
		}
	})
}
