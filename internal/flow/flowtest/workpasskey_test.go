package flowtest_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/cenote-auth/cenote/internal/core/passkey/testkey"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

func (l ledger) Passkey(ctx context.Context, poolKey int64, id string) (store.Passkey, error) {
	l.w.note("Passkey")
	return l.reads.Passkey(ctx, poolKey, id)
}

func (l ledger) Passkeys(ctx context.Context, poolKey int64, sub string, p store.Page) ([]store.Passkey, error) {
	l.w.note("Passkeys of %d bytes, %d at most", len(sub), p.Limit)
	return l.reads.Passkeys(ctx, poolKey, sub, p)
}

func (l ledger) DomainsOf(ctx context.Context, poolKey int64) ([]pool.Domain, error) {
	l.w.note("DomainsOf")
	return l.reads.DomainsOf(ctx, poolKey)
}

// A wrong assertion by a passkey of somebody is as much work as one by that of
// a name that nobody has and that seems to have one.
func TestTheWorkTellsNotWhoHasAPasskey(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		w := &watched{Store: e.Store}
		e.Store = w
		p := e.Pool(t, func(p *pool.Pool) {
			p.AllowedFirstFactors, p.WebAuthn = []string{"PASSWORD", "WEB_AUTHN"}, &pool.WebAuthn{RelyingParty: "localhost"}
		})
		ada := e.Person(t, p, "ada", right, nil)
		e.Passkey(t, p, ada, testkey.New(t, "https://localhost"))
		nobody := ""
		for i := 0; nobody == ""; i++ {
			if name := fmt.Sprint("bob", i); e.Passkeys.Imagines(p, e.Passwords.UnknownSub(p.Key, name)) {
				nobody = name
			}
		}
		s := newStranger(t, e, p)
		try := func(name string) string {
			return w.during(func() { s.forge(t, name) })
		}
		if known, unknown := try("ada"), try(nobody); known != unknown {
			t.Errorf("somebody:\n%s\nnobody:\n%s", known, unknown)
		}
	})
}

// forge tries to sign in by the passkey of a name, with a key that it is not.
func (s *stranger) forge(t *testing.T, name string) {
	t.Helper()
	step, err := s.start(t, "USER_AUTH", "USERNAME", name, "PREFERRED_CHALLENGE", "WEB_AUTHN")
	if err != nil || step.Challenge != "WEB_AUTHN" {
		t.Fatalf("%s: step = %+v, %v", name, step, err)
	}
	options := step.Parameters["CREDENTIAL_REQUEST_OPTIONS"]
	var o struct{ AllowCredentials []struct{ ID string } }
	if err := json.Unmarshal([]byte(options), &o); err != nil || len(o.AllowCredentials) != 1 {
		t.Fatalf("%s: %s, %v", name, options, err)
	}
	a := testkey.New(t, "https://localhost")
	if a.ID, err = base64.RawURLEncoding.DecodeString(o.AllowCredentials[0].ID); err != nil {
		t.Fatal(err)
	}
	_, err = s.signin.Answer(t.Context(), signin.Reply{
		ClientID: s.client.ID, Challenge: "WEB_AUTHN", Session: step.Session,
		Responses: signin.Parameters{"USERNAME": name, "CREDENTIAL": a.Get(t, options)},
	})
	flowtest.Want(t, err, pool.NotAuthorized, "Incorrect username or password.")
}
