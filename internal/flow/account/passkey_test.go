package account_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/passkey"
	"github.com/cenote-auth/cenote/internal/core/passkey/testkey"
	"github.com/cenote-auth/cenote/internal/flow/account"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

const (
	noChallenge = "The challenge of the registration was not found or has expired."
	noPasskey   = "The WebAuthn credential does not exist."
	badPasskey  = "Credential data is not valid"
	mostKeys    = "The user has the most WebAuthn credentials that are allowed."
)

// safe is a pool of passkeys with ada, who is signed in.
type safe struct {
	*flowtest.Env
	*account.Service
	pool   *pool.Pool
	client *pool.Client
	user   *pool.User
	access string
}

func newSafe(t *testing.T, e *flowtest.Env) *safe {
	t.Helper()
	s := &safe{Env: e, Service: service(e)}
	s.pool = e.Pool(t, func(p *pool.Pool) {
		p.AllowedFirstFactors, p.WebAuthn = []string{"PASSWORD", "WEB_AUTHN"}, &pool.WebAuthn{RelyingParty: "localhost"}
	})
	s.client = e.Client(t, s.pool, nil)
	s.user = ada(t, e, s.pool)
	s.access = e.SignedIn(t, s.pool, s.client, s.user).Access
	return s
}

// make returns the credential that an authenticator makes for an access token.
func (s *safe) make(t *testing.T, access string, a *testkey.Authenticator) json.RawMessage {
	t.Helper()
	options, err := s.StartPasskey(t.Context(), access)
	if err != nil {
		t.Fatal(err)
	}
	return a.Create(t, options)
}

func (s *safe) add(t *testing.T, access string) *testkey.Authenticator {
	t.Helper()
	a := testkey.New(t, "https://localhost")
	if err := s.AddPasskey(t.Context(), access, s.make(t, access, a)); err != nil {
		t.Fatal(err)
	}
	return a
}

func (s *safe) ids(t *testing.T, access string) (ids []string) {
	t.Helper()
	list, next, err := s.ListPasskeys(t.Context(), access, 0, "")
	if err != nil || next != "" {
		t.Fatalf("ListPasskeys: %q, %v", next, err)
	}
	for _, d := range list {
		ids = append(ids, d.ID)
	}
	return ids
}

func TestAPasskeyIsAddedOnce(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		s := newSafe(t, e)
		a := testkey.New(t, "https://localhost")
		credential := s.make(t, s.access, a)
		var all sync.WaitGroup
		var added atomic.Int32
		for range 6 {
			all.Go(func() {
				if s.AddPasskey(t.Context(), s.access, credential) == nil {
					added.Add(1)
				}
			})
		}
		all.Wait()
		if ids := s.ids(t, s.access); added.Load() != 1 || len(ids) != 1 {
			t.Fatalf("added %d times, and listed %v", added.Load(), ids)
		}
		flowtest.Want(t, s.AddPasskey(t.Context(), s.access, credential), pool.WebAuthnChallengeNotFound, noChallenge)
		id := s.ids(t, s.access)[0]
		if options, err := s.StartPasskey(t.Context(), s.access); err != nil || !strings.Contains(string(options), `"excludeCredentials":[{"type":"public-key","id":"`+id+`"`) {
			t.Errorf("options = %s, %v; want %s excluded", options, err, id)
		}

		// The same key a second time, by whomever.
		bob := e.SignedIn(t, s.pool, s.client, e.Person(t, s.pool, "bob", "", nil)).Access
		for _, access := range []string{s.access, bob} {
			flowtest.Want(t, s.AddPasskey(t.Context(), access, s.make(t, access, a)), pool.InvalidParameter, badPasskey)
		}
		// So is one that nobody seems to have, or a sign-in's list of passkeys could be told from
		// a made-up one.
		made, imagined := testkey.New(t, "https://localhost"), e.Passkeys.Imagine(s.pool, "nobody", "localhost")
		made.ID, _ = base64.RawURLEncoding.DecodeString(imagined.ID)
		flowtest.Want(t, s.AddPasskey(t.Context(), bob, s.make(t, bob, made)), pool.InvalidParameter, badPasskey)
		late := s.make(t, s.access, testkey.New(t, "https://localhost"))
		e.Clock.Advance(3 * time.Minute)
		flowtest.Want(t, s.AddPasskey(t.Context(), s.access, late), pool.WebAuthnChallengeNotFound, noChallenge)

		flowtest.Want(t, s.DeletePasskey(t.Context(), bob, id), pool.NotFound, noPasskey)
		if err := s.DeletePasskey(t.Context(), s.access, id); err != nil {
			t.Fatal(err)
		}
		flowtest.Want(t, s.DeletePasskey(t.Context(), s.access, id), pool.NotFound, noPasskey)
		if ids := s.ids(t, s.access); len(ids) != 0 {
			t.Errorf("left are %v", ids)
		}
	})
}

func TestNobodyHasMoreThanTwentyPasskeys(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		s := newSafe(t, e)
		e.Tx(t, func(ctx context.Context, tx store.Tx) error {
			for i := range passkey.MaxPerUser - 2 {
				if _, err := tx.AddPasskey(ctx, store.Passkey{PoolKey: s.pool.Key, Sub: s.user.Sub, ID: fmt.Sprint("k", i), Body: `{}`}); err != nil {
					return err
				}
			}
			return nil
		})
		made := make([]json.RawMessage, 5)
		for i := range made {
			made[i] = s.make(t, s.access, testkey.New(t, "https://localhost"))
		}
		var all sync.WaitGroup
		var added, refused atomic.Int32
		for _, credential := range made {
			all.Go(func() {
				switch err := s.AddPasskey(t.Context(), s.access, credential); {
				case err == nil:
					added.Add(1)
				default:
					flowtest.Want(t, err, pool.LimitExceeded, mostKeys)
					refused.Add(1)
				}
			})
		}
		all.Wait()
		if n := len(s.ids(t, s.access)); added.Load() != 2 || refused.Load() != 3 || n != passkey.MaxPerUser {
			t.Errorf("%d were added, %d refused and %d are there", added.Load(), refused.Load(), n)
		}
		_, err := s.StartPasskey(t.Context(), s.access)
		flowtest.Want(t, err, pool.LimitExceeded, mostKeys)
		var pages []string
		for page, n := "", 0; n == 0 || page != ""; n++ {
			list, next, err := s.ListPasskeys(t.Context(), s.access, 7, page)
			if err != nil {
				t.Fatal(err)
			}
			pages, page = append(pages, fmt.Sprint(len(list))), next
		}
		if got := strings.Join(pages, " "); got != "7 7 6" {
			t.Errorf("pages of %s, want 7 7 6", got)
		}
	})
}

// What ends an access token while a request is under way ends the request.
func TestPasskeysStayWhereATokenEndsMeanwhile(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		for name, end := range map[string]func(*pool.User){
			"signed out": func(u *pool.User) { u.TokenGeneration++ },
			"disabled":   func(u *pool.User) { u.Enabled = false },
		} {
			s := newSafe(t, e)
			s.add(t, s.access)
			id := s.ids(t, s.access)[0]
			credential := s.make(t, s.access, testkey.New(t, "https://localhost"))
			kept := s.Service.Store
			for _, call := range []func() error{
				func() error { return s.AddPasskey(t.Context(), s.access, credential) },
				func() error { return s.DeletePasskey(t.Context(), s.access, id) },
			} {
				s.access = e.SignedIn(t, s.pool, s.client, e.User(t, s.pool, "ada")).Access
				s.Service.Store = &overtaken{Store: e.Store, left: 1, before: func() { e.Change(t, s.pool, "ada", end) }}
				if err := call(); !errors.Is(err, pool.E(pool.NotAuthorized, "")) {
					t.Errorf("%s: %v", name, err)
				}
				s.Service.Store = kept
				e.Change(t, s.pool, "ada", func(u *pool.User) { u.Enabled = true })
			}
			access := e.SignedIn(t, s.pool, s.client, e.User(t, s.pool, "ada")).Access
			if ids := s.ids(t, access); len(ids) != 1 || ids[0] != id {
				t.Errorf("%s: passkeys %v, want %s alone", name, ids, id)
			}
		}
	})
}

// What ends an access token ends it here too.
func TestPasskeysNeedATokenThatIsGood(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		s := newSafe(t, e)
		a := s.add(t, s.access)
		credential := s.make(t, s.access, testkey.New(t, "https://localhost"))
		e.Change(t, s.pool, "ada", func(u *pool.User) { u.TokenGeneration++ })
		for name, call := range map[string]func(access string) error{
			"start":  func(access string) error { _, err := s.StartPasskey(t.Context(), access); return err },
			"add":    func(access string) error { return s.AddPasskey(t.Context(), access, credential) },
			"list":   func(access string) error { _, _, err := s.ListPasskeys(t.Context(), access, 0, ""); return err },
			"delete": func(access string) error { return s.DeletePasskey(t.Context(), access, string(a.ID)) },
		} {
			flowtest.Want(t, call(s.access), pool.NotAuthorized, "Access Token has been revoked")
			flowtest.Want(t, call("x"), pool.NotAuthorized, "Invalid Access Token")
			if t.Failed() {
				t.Fatal(name)
			}
		}
		again := e.SignedIn(t, s.pool, s.client, e.User(t, s.pool, "ada")).Access
		if ids := s.ids(t, again); len(ids) != 1 {
			t.Errorf("passkeys %v, want one", ids)
		}
		if err := s.AddPasskey(t.Context(), again, credential); err != nil { // the options are the user's
			t.Error(err)
		}
	})
}
