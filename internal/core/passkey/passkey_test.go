package passkey_test

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/keyring/keyringtest"
	"github.com/cenote-auth/cenote/internal/core/passkey"
	"github.com/cenote-auth/cenote/internal/core/passkey/testkey"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

const (
	party = "example.com"
	page  = "https://login.example.com:8443"
)

// room is a pool with ada, an app client and a clock.
type room struct {
	*passkey.Passkeys
	now  time.Time
	pool *pool.Pool
	ada  *pool.User
}

func newRoom(t testing.TB) *room {
	t.Helper()
	r := &room{now: time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)}
	r.Passkeys = passkey.New(keyringtest.Open(t), func() time.Time { return r.now })
	r.pool = &pool.Pool{Key: 7, WebAuthn: &pool.WebAuthn{RelyingParty: party}}
	r.ada = &pool.User{PoolKey: 7, Sub: "6f5902ac-2371-4f47-9c33-2e64ba8ae6e0", Username: "ada"}
	return r
}

func (r *room) registration() passkey.Registration {
	return passkey.Registration{Pool: r.pool, ClientID: "web", User: r.ada, Party: party}
}

func (r *room) options(t testing.TB, existing ...store.Passkey) json.RawMessage {
	t.Helper()
	options, err := r.Options(r.registration(), existing)
	if err != nil {
		t.Fatal(err)
	}
	return options
}

// registered returns the passkey that a makes for ada.
func (r *room) registered(t testing.TB, a *testkey.Authenticator) store.Passkey {
	t.Helper()
	k, _, err := r.Register(r.registration(), a.Create(t, r.options(t)))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func want(t *testing.T, err error, kind pool.Kind, message string) {
	t.Helper()
	if e, ok := errors.AsType[*pool.Error](err); !ok || e.Kind != kind || e.Message != message {
		t.Errorf("err = %v, want %v %q", err, kind, message)
	}
}

const (
	noData      = "Credential data is not valid"
	noChallenge = "The challenge of the registration was not found or has expired."
	noParty     = "The relying party of the credential is not that of the user pool."
	noOrigin    = "The origin of the credential is not allowed."
	noKey       = "The credential is not supported."
	noClient    = "The registration was started by another app client."
)

func TestARegistration(t *testing.T) {
	t.Parallel()
	r, a := newRoom(t), testkey.New(t, page)
	a.AAGUID = [16]byte{0xfb, 0xfc, 0x30, 0x07, 0x15, 0x4e, 0x4e, 0xcc, 0x8c, 0x0b, 0x6e, 0x02, 0x05, 0x57, 0xd7, 0xbd}
	a.Credential = func(_, response map[string]any) { response["transports"] = []string{"internal", "telepathy", "hybrid"} }
	k := r.registered(t, a)
	if k.PoolKey != 7 || k.Sub != r.ada.Sub || !k.Created.Equal(r.now) || !k.Used.IsZero() || k.Counter != 0 {
		t.Errorf("passkey = %+v", k)
	}
	list, _, err := r.List(t.Context(), shelf{k}, r.pool, r.ada.Sub, 0, "")
	if err != nil || len(list) != 1 {
		t.Fatalf("List = %+v, %v", list, err)
	}
	d := list[0]
	if d.ID != k.ID || d.Name != "iCloud Keychain" || d.Party != party || d.Attachment != "platform" || !d.Created.Equal(r.now) ||
		!slices.Equal(d.Transports, []string{"hybrid", "internal"}) {
		t.Errorf("described as %+v", d)
	}
}

// The whole of the options, but for the challenge.
func TestOptions(t *testing.T) {
	t.Parallel()
	r, a := newRoom(t), testkey.New(t, page)
	k := r.registered(t, a)
	r.pool.UsernameAttributes, r.ada.Attributes = []string{"phone_number", "email"}, map[string]string{"email": "ada@example.com"}
	var o map[string]any
	if err := json.Unmarshal(r.options(t, k, r.Imagine(r.pool, "x", "elsewhere.example")), &o); err != nil {
		t.Fatal(err)
	}
	delete(o, "challenge")
	got, _ := json.Marshal(o)
	const all = `{"attestation":"none","authenticatorSelection":{"requireResidentKey":true,"residentKey":"required","userVerification":"preferred"},` +
		`"excludeCredentials":[{"id":"ID","transports":["internal"],"type":"public-key"}],` +
		`"pubKeyCredParams":[{"alg":-7,"type":"public-key"},{"alg":-257,"type":"public-key"}],"rp":{"id":"example.com","name":"example.com"},"timeout":60000,` +
		`"user":{"displayName":"ada@example.com","id":"NmY1OTAyYWMtMjM3MS00ZjQ3LTljMzMtMmU2NGJhOGFlNmUw","name":"ada@example.com"}}`
	if want := strings.Replace(all, "ID", k.ID, 1); string(got) != want {
		t.Errorf("options\n got %s\nwant %s", got, want)
	}
}

func TestRegistrationsThatAreRefused(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	member := func(do func(credential, response map[string]any)) func(*testkey.Authenticator) {
		return func(a *testkey.Authenticator) { a.Credential = do }
	}
	client := func(name string, value any) func(*testkey.Authenticator) {
		return func(a *testkey.Authenticator) { a.ClientData = func(m map[string]any) { m[name] = value } }
	}
	origin := func(o string) func(*testkey.Authenticator) { return func(a *testkey.Authenticator) { a.Origin = o } }
	edKey := func(a *testkey.Authenticator) { _, a.Key, _ = ed25519.GenerateKey(rand.Reader) }
	for _, tt := range []struct {
		name    string
		change  func(*testkey.Authenticator)
		kind    pool.Kind
		message string
	}{
		{"no authenticatorAttachment", member(func(c, _ map[string]any) { delete(c, "authenticatorAttachment") }), pool.InvalidParameter, noData},
		{"no clientExtensionResults", member(func(c, _ map[string]any) { delete(c, "clientExtensionResults") }), pool.InvalidParameter, noData},
		{"no transports", member(func(_, r map[string]any) { delete(r, "transports") }), pool.InvalidParameter, noData},
		{"no response", member(func(c, _ map[string]any) { delete(c, "response") }), pool.InvalidParameter, noData},
		{"no attestation", member(func(_, r map[string]any) { delete(r, "attestationObject") }), pool.InvalidParameter, noData},
		{"no client data", member(func(_, r map[string]any) { delete(r, "clientDataJSON") }), pool.InvalidParameter, noData},
		{"no id", member(func(c, _ map[string]any) { delete(c, "id") }), pool.InvalidParameter, noData},
		{"another id than the authenticator's", member(func(c, _ map[string]any) { c["id"], c["rawId"] = "AAAA", "AAAA" }), pool.InvalidParameter, noData},
		{"another type", member(func(c, _ map[string]any) { c["type"] = "password" }), pool.InvalidParameter, noData},
		{"an assertion", client("type", "webauthn.get"), pool.InvalidParameter, noData},
		{"a page in a page of others", client("crossOrigin", true), pool.InvalidParameter, noData},
		{"nobody present", func(a *testkey.Authenticator) { a.AuthData = func(b []byte) { b[32] &^= 1 } }, pool.InvalidParameter, noData},
		{"a made-up challenge", client("challenge", "AAAAAAAAAAAAAAAAAAAAAAAAAAAA"), pool.WebAuthnChallengeNotFound, noChallenge},
		{"a challenge that is none", client("challenge", "*"), pool.WebAuthnChallengeNotFound, noChallenge},
		{"no challenge", client("challenge", ""), pool.WebAuthnChallengeNotFound, noChallenge},
		{"a page elsewhere", origin("https://example.org"), pool.WebAuthnOriginNotAllowed, noOrigin},
		{"a page whose name ends alike", origin("https://notexample.com"), pool.WebAuthnOriginNotAllowed, noOrigin},
		{"a page above", origin("https://com"), pool.WebAuthnOriginNotAllowed, noOrigin},
		{"a page without TLS", origin("http://example.com"), pool.WebAuthnOriginNotAllowed, noOrigin},
		{"an app", origin("android:apk-key-hash:AAAA"), pool.WebAuthnOriginNotAllowed, noOrigin},
		{"a user before the host", origin("https://x@example.com"), pool.WebAuthnOriginNotAllowed, noOrigin},
		{"another relying party", func(a *testkey.Authenticator) { a.Party = "example.org" }, pool.WebAuthnRelyingPartyMismatch, noParty},
		{"a signature that was not asked for", edKey, pool.WebAuthnCredentialNotSupported, noKey},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := testkey.New(t, page)
			tt.change(a)
			k, _, err := r.Register(r.registration(), a.Create(t, r.options(t)))
			want(t, err, tt.kind, tt.message)
			if k.ID != "" {
				t.Errorf("there is a passkey nevertheless: %+v", k)
			}
		})
	}
	for _, text := range []string{``, `null`, `"{}"`, `[]`, `{`, `{"response":{}}`} {
		_, _, err := r.Register(r.registration(), json.RawMessage(text))
		want(t, err, pool.InvalidParameter, noData)
	}
}

// The options are for one user, one client and a few minutes, and name
// themselves alike whatever is made of them, so that they serve once.
func TestOptionsAreForOne(t *testing.T) {
	t.Parallel()
	r, a := newRoom(t), testkey.New(t, page)
	credential := a.Create(t, r.options(t))
	_, id, err := r.Register(r.registration(), credential)
	if err != nil || id == "" {
		t.Fatalf("Register = %q, %v", id, err)
	}
	if _, again, err := r.Register(r.registration(), credential); err != nil || again != id {
		t.Errorf("the second time: %q, %v; want %q to be spent", again, err, id)
	}
	if _, other, err := r.Register(r.registration(), a.Create(t, r.options(t))); err != nil || other == id {
		t.Errorf("other options: %q, %v", other, err)
	}
	of := func(change func(*passkey.Registration)) error {
		reg := r.registration()
		change(&reg)
		_, _, err := r.Register(reg, credential)
		return err
	}
	want(t, of(func(reg *passkey.Registration) { reg.ClientID = "app" }), pool.WebAuthnClientMismatch, noClient)
	want(t, of(func(reg *passkey.Registration) { reg.User = &pool.User{PoolKey: 7, Sub: "bob"} }), pool.WebAuthnChallengeNotFound, noChallenge)
	want(t, of(func(reg *passkey.Registration) { reg.Pool = &pool.Pool{Key: 8, WebAuthn: r.pool.WebAuthn} }), pool.WebAuthnChallengeNotFound, noChallenge)
	r.now = r.now.Add(3*time.Minute - time.Microsecond)
	if err := of(func(*passkey.Registration) {}); err != nil {
		t.Errorf("after three minutes: %v", err)
	}
	r.now = r.now.Add(time.Microsecond)
	want(t, of(func(*passkey.Registration) {}), pool.WebAuthnChallengeNotFound, noChallenge)
}

func TestUserVerification(t *testing.T) {
	t.Parallel()
	r, a := newRoom(t), testkey.New(t, page)
	a.Verifies = false
	k := r.registered(t, a)
	if right, err := r.assert(t, k, a); err != nil || right.Verified {
		t.Errorf("preferred: %+v, %v", right, err)
	}
	a.Verifies = true
	if right, err := r.assert(t, k, a); err != nil || right.Verified { // by a PIN that a thief may have set
		t.Errorf("preferred, and not done at first: %+v, %v", right, err)
	}
	k = r.registered(t, a)
	if right, err := r.assert(t, k, a); err != nil || !right.Verified {
		t.Errorf("preferred, and done: %+v, %v", right, err)
	}
	r.pool.WebAuthn.UserVerification = "required"
	if right, err := r.assert(t, k, a); err != nil || !right.Verified {
		t.Errorf("required, and done: %+v, %v", right, err)
	}
	a.Verifies = false
	if _, err := r.assert(t, k, a); !errors.Is(err, passkey.ErrAssertion) {
		t.Errorf("required: %v", err)
	}
	_, _, err := r.Register(r.registration(), a.Create(t, r.options(t)))
	want(t, err, pool.InvalidParameter, noData)
	if options := string(r.options(t)); !strings.Contains(options, `"userVerification":"required"`) {
		t.Errorf("options = %s", options)
	}
}

func TestKeysOfRSA(t *testing.T) {
	t.Parallel()
	r, a := newRoom(t), testkey.New(t, "https://example.com")
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	a.Key = key
	if _, err := r.assert(t, r.registered(t, a), a); err != nil {
		t.Error(err)
	}
	a.Key = giant{} // whose signatures would take seconds to check
	_, _, err = r.Register(r.registration(), a.Create(t, r.options(t)))
	want(t, err, pool.WebAuthnCredentialNotSupported, noKey)
}

// giant is a key of 400,000 bits.
type giant struct{ crypto.Signer }

func (giant) Public() crypto.PublicKey {
	n := new(big.Int).Lsh(big.NewInt(1), 400_000)
	return &rsa.PublicKey{N: n.Sub(n, big.NewInt(1)), E: 65537}
}

func TestOnThisMachineHTTPWillDo(t *testing.T) {
	t.Parallel()
	for page, ok := range map[string]bool{
		"http://localhost:3000": true, "http://app.localhost": true, "https://localhost": true,
		"http://localhost.example.com": false, "http://127.0.0.1": false, "ftp://localhost": false,
	} {
		r, a := newRoom(t), testkey.New(t, page)
		r.pool.WebAuthn.RelyingParty = "localhost"
		reg := r.registration()
		reg.Party = "localhost"
		options, err := r.Options(reg, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := r.Register(reg, a.Create(t, options)); (err == nil) != ok {
			t.Errorf("%s: %v", page, err)
		}
	}
}

// domains are those of a pool.
type domains []pool.Domain

func (d domains) DomainsOf(context.Context, int64) ([]pool.Domain, error) { return d, nil }

func TestParty(t *testing.T) {
	t.Parallel()
	prefix, custom := pool.Domain{Name: "staff"}, pool.Domain{Name: "auth.example.com", Custom: true}
	set := &pool.WebAuthn{RelyingParty: "example.com"}
	for _, tt := range []struct {
		name    string
		config  *pool.WebAuthn
		domains domains
		want    string
	}{
		{"what was set", set, domains{custom}, "example.com"},
		{"the custom domain", &pool.WebAuthn{}, domains{prefix, custom}, "auth.example.com"},
		{"the custom domain where nothing was set", nil, domains{custom}, "auth.example.com"},
	} {
		if got, err := passkey.Party(t.Context(), tt.domains, &pool.Pool{WebAuthn: tt.config}); err != nil || got != tt.want {
			t.Errorf("%s: %q, %v; want %q", tt.name, got, err, tt.want)
		}
	}
	_, err := passkey.Party(t.Context(), domains{prefix}, &pool.Pool{})
	want(t, err, pool.WebAuthnConfigurationMissing, "The WebAuthn configuration of the user pool is missing its relying party.")
	want(t, passkey.Enabled(&pool.Pool{}), pool.WebAuthnNotEnabled, "WebAuthn is not enabled for this user pool.")
}
