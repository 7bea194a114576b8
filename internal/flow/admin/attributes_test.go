package admin_test

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/code"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// proved gives a user that is being made an address that is proved.
func proved(email string) func(*pool.User) {
	return func(u *pool.User) { u.Attributes["email"], u.Attributes["email_verified"] = email, "true" }
}

// outstanding returns the code of a purpose that waits for u.
func outstanding(t *testing.T, e *flowtest.Env, u *pool.User, purpose code.Purpose) (row store.Code, ok bool) {
	t.Helper()
	err := e.Store.View(t.Context(), func(s store.Snapshot) (err error) {
		row, err = s.Code(t.Context(), u.PoolKey, u.Sub, string(purpose))
		return err
	})
	if err != nil && err != store.ErrNotFound {
		t.Fatal(err)
	}
	return row, err == nil
}

func TestUpdateAttributes(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		s := users(e)
		p := e.Pool(t, func(p *pool.Pool) {
			p.Schema = append(p.Schema,
				pool.Attribute{Name: "custom:team", Type: "String", Mutable: true},
				pool.Attribute{Name: "dev:custom:rank", Type: "Number", DeveloperOnly: true, Mutable: true})
		})
		u := e.Person(t, p, "ada", "", func(u *pool.User) {
			proved("ada@example.com")(u)
			u.Attributes["custom:team"], u.Attributes["name"] = "red", "Ada"
		})
		e.Clock.Advance(time.Minute)
		err := s.UpdateAttributes(t.Context(), p.ID, "ADA", map[string]string{"dev:custom:rank": "7", "custom:team": "", "name": "Ada Lovelace", "gender": ""}, nil)
		if err != nil {
			t.Fatalf("UpdateAttributes: %v", err)
		}
		now := e.Again(t, u)
		want := map[string]string{"email": "ada@example.com", "email_verified": "true", "name": "Ada Lovelace", "dev:custom:rank": "7"}
		if !maps.Equal(now.Attributes, want) || !now.Modified.After(u.Modified) {
			t.Errorf("user = %+v, want %v", now, want)
		}
		if now.SessionGeneration != u.SessionGeneration || now.TokenGeneration != u.TokenGeneration || now.Status != u.Status {
			t.Errorf("user = %+v, want nobody signed out", now)
		}
		if err := s.DeleteAttributes(t.Context(), p.ID, "ada", []string{"name", "email", "gender", "name"}); err != nil {
			t.Fatalf("DeleteAttributes: %v", err)
		}
		if got := e.Again(t, u).Attributes; !maps.Equal(got, map[string]string{"dev:custom:rank": "7"}) {
			t.Errorf("attributes = %v", got)
		}
		if err := s.DeleteAttributes(t.Context(), p.ID, "ada", nil); err != nil {
			t.Errorf("no attribute at all: %v", err)
		}
	})
}

// One attribute that cannot be changed keeps all as they were.
func TestUpdateAttributesRefusals(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		s := users(e)
		schema := func(p *pool.Pool) {
			p.Schema = append(p.Schema, pool.Attribute{Name: "custom:born", Type: "String"})
			for i := range p.Schema {
				p.Schema[i].Required = p.Schema[i].Required || p.Schema[i].Name == "name"
			}
		}
		plain := e.Pool(t, schema)
		addresses := e.Pool(t, func(p *pool.Pool) { schema(p); p.UsernameAttributes = []string{"email"} })
		aliases := e.Pool(t, func(p *pool.Pool) { schema(p); p.AliasAttributes = []string{"email", "preferred_username"} })
		careful := e.Pool(t, func(p *pool.Pool) {
			schema(p)
			p.UsernameAttributes, p.VerifyBeforeUpdate = []string{"email"}, []string{"email"}
		})
		e.Person(t, addresses, "taken@example.com", "", nil)
		e.Person(t, careful, "taken@example.com", "", nil)
		e.Person(t, aliases, "eve", "", func(u *pool.User) { proved("taken@example.com")(u); u.Attributes["preferred_username"] = "taken" })
		const taken = "An account with the given email already exists."
		for i, tt := range []struct {
			name       string
			pool       *pool.Pool
			attributes string
			kind       pool.Kind
			message    string
		}{
			{"an unknown attribute", plain, "custom:none=x", pool.InvalidParameter, "user.custom:none: Attribute does not exist in the schema.\n"},
			{"one that never changes", plain, "custom:born=x", pool.InvalidParameter, "user.custom:born: Attribute cannot be updated.\n"},
			{"the sub", plain, "sub=x", pool.InvalidParameter, "user.sub: Attribute cannot be updated.\n"},
			{"a required one away", plain, "name=", pool.InvalidParameter, "user.name: Required attribute cannot be deleted.\n"},
			{"no address", plain, "email=x", pool.InvalidParameter, "Invalid email address format."},
			{"a proof without a number", plain, "phone_number_verified=true", pool.InvalidParameter,
				"Phone number is required to set phone_number_verified to true"},
			{"a proof with the address gone", plain, "email= email_verified=true", pool.InvalidParameter,
				"Email is required to set email_verified to true"},
			{"an address of somebody else", addresses, "email=TAKEN@example.com", pool.AliasExists, taken},
			{"an alias of somebody else", aliases, "email=Taken@example.com email_verified=true", pool.AliasExists, taken},
			{"a preferred user name of somebody else", aliases, "preferred_username=Taken", pool.AliasExists,
				"An account with the given preferred_username already exists."},
			{"an address of somebody else to wait for", careful, "email=TAKEN@example.com", pool.AliasExists, taken},
		} {
			name := fmt.Sprint("user", i)
			if tt.pool == addresses || tt.pool == careful {
				name += "@example.com"
			}
			u := e.Person(t, tt.pool, name, "", func(u *pool.User) {
				proved(fmt.Sprintf("user%d@example.com", i))(u)
				u.Attributes["name"], u.Attributes["gender"] = "Ada", "f"
			})
			changes := map[string]string{"gender": "x"}
			for _, pair := range strings.Fields(tt.attributes) {
				name, value, _ := strings.Cut(pair, "=")
				changes[name] = value
			}
			err := s.UpdateAttributes(t.Context(), tt.pool.ID, u.Sub, changes, nil)
			t.Run(tt.name, func(t *testing.T) { flowtest.Want(t, err, tt.kind, tt.message) })
			if now := e.Again(t, u); !maps.Equal(now.Attributes, u.Attributes) || now.Version != u.Version {
				t.Errorf("%s: user = %+v, was %+v", tt.name, now, u)
			}
			if mail := append(e.Mail(t, "new@example.com"), e.Mail(t, "taken@example.com")...); len(mail) > 0 {
				t.Errorf("%s: a code was sent", tt.name)
			}
		}
	})
}

func TestAnotherAddressIsToBeProved(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		s := users(e)
		both := []string{"email", "phone_number"}
		for _, tt := range []struct {
			name          string
			proves        []string // by itself
			attributes    map[string]string
			verified      string // email_verified afterwards
			mail, text    int
			waiting, gone []code.Purpose
		}{
			{name: "a code goes to a new address", proves: both, attributes: map[string]string{"email": "new@example.com"},
				verified: "false", mail: 1, waiting: []code.Purpose{code.VerifyEmail}, gone: []code.Purpose{code.SignUp, code.ForgotPassword}},
			{name: "a code goes to each", proves: both, attributes: map[string]string{"email": "new@example.com", "phone_number": "+15550009999"},
				verified: "false", mail: 1, text: 1, waiting: []code.Purpose{code.VerifyEmail, code.VerifyPhone}, gone: []code.Purpose{code.SignUp}},
			{name: "none where the pool proves nothing", attributes: map[string]string{"email": "new@example.com"},
				verified: "false", gone: []code.Purpose{code.VerifyEmail, code.SignUp}},
			{name: "none where the administrator vouches", proves: both,
				attributes: map[string]string{"email": "new@example.com", "email_verified": "true"},
				verified:   "true", gone: []code.Purpose{code.VerifyEmail, code.SignUp}},
			{name: "none to the address that is there", proves: both, attributes: map[string]string{"email": "old@example.com"},
				verified: "true", waiting: []code.Purpose{code.SignUp, code.ForgotPassword}},
			{name: "none for something else", proves: both, attributes: map[string]string{"name": "Ada"},
				verified: "true", waiting: []code.Purpose{code.SignUp, code.ForgotPassword}},
			{name: "none to nowhere", proves: both, attributes: map[string]string{"email": ""}, gone: []code.Purpose{code.SignUp}},
			{name: "none for a proof taken back", proves: both, attributes: map[string]string{"email_verified": "false"},
				verified: "false", waiting: []code.Purpose{code.SignUp}},
		} {
			t.Run(tt.name, func(t *testing.T) {
				p := e.Pool(t, func(p *pool.Pool) { p.AutoVerifiedAttributes = tt.proves })
				u := e.Person(t, p, "ada", "", proved("old@example.com"))
				for _, purpose := range []code.Purpose{code.SignUp, code.ForgotPassword} {
					_, row := e.Codes.Make(p.Key, u.Sub, purpose, "email", "old@example.com")
					e.Tx(t, func(ctx context.Context, tx store.Tx) error { return tx.PutCode(ctx, row) })
				}
				mail, text := len(e.Mail(t, "new@example.com")), len(e.Mail(t, "+15550009999"))
				old := len(e.Mail(t, "old@example.com"))
				if err := s.UpdateAttributes(t.Context(), p.ID, "ada", tt.attributes, nil); err != nil {
					t.Fatal(err)
				}
				now := e.Again(t, u)
				if now.Attributes["email_verified"] != tt.verified {
					t.Errorf("email_verified = %q, want %q", now.Attributes["email_verified"], tt.verified)
				}
				newMail := e.Mail(t, "new@example.com")
				if len(newMail)-mail != tt.mail || len(e.Mail(t, "+15550009999"))-text != tt.text || len(e.Mail(t, "old@example.com")) != old {
					t.Errorf("%d mails and %d text messages, want %d and %d", len(newMail)-mail, len(e.Mail(t, "+15550009999"))-text, tt.mail, tt.text)
				}
				for _, purpose := range tt.waiting {
					if _, ok := outstanding(t, e, u, purpose); !ok {
						t.Errorf("no code waits for %s", purpose)
					}
				}
				for _, purpose := range tt.gone {
					if _, ok := outstanding(t, e, u, purpose); ok {
						t.Errorf("a code waits for %s", purpose)
					}
				}
				if row, ok := outstanding(t, e, u, code.VerifyEmail); ok {
					if err := e.Codes.Check(row, "new@example.com", newMail[0].Code); err != nil || row.Attribute != "email" {
						t.Errorf("the code in the mail: %v", err)
					}
				}
			})
		}
	})
}

func TestANewAddressSignsInAndTheOldOneDoesNot(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		s := users(e)
		leads := func(p *pool.Pool, name string, want *pool.User) {
			t.Helper()
			got, err := s.Get(t.Context(), p.ID, name)
			if want == nil {
				flowtest.Want(t, err, pool.UserNotFound, noSuchUser)
			} else if err != nil || got.Sub != want.Sub {
				t.Errorf("%s leads to %+v, %v", name, got, err)
			}
		}
		addresses := e.Pool(t, func(p *pool.Pool) { p.UsernameAttributes = []string{"email"} })
		ada := e.Person(t, addresses, "old@example.com", "", nil)
		if err := s.UpdateAttributes(t.Context(), addresses.ID, "OLD@example.com", map[string]string{"email": "New@example.com"}, nil); err != nil {
			t.Fatal(err)
		}
		leads(addresses, "old@example.com", nil)
		leads(addresses, "new@EXAMPLE.com", ada)
		leads(addresses, ada.Sub, ada)
		if e.Again(t, ada).Username != ada.Username {
			t.Error("the user name changed")
		}

		aliases := e.Pool(t, func(p *pool.Pool) { p.AliasAttributes = []string{"email"} })
		eve := e.Person(t, aliases, "eve", "", proved("old@example.com"))
		if err := s.UpdateAttributes(t.Context(), aliases.ID, "eve", map[string]string{"email": "new@example.com"}, nil); err != nil {
			t.Fatal(err)
		}
		leads(aliases, "old@example.com", nil)
		leads(aliases, "new@example.com", nil) // not proved
		if err := s.UpdateAttributes(t.Context(), aliases.ID, "eve", map[string]string{"email_verified": "true"}, nil); err != nil {
			t.Fatal(err)
		}
		leads(aliases, "new@example.com", eve)

		careful := e.Pool(t, func(p *pool.Pool) { p.VerifyBeforeUpdate = []string{"email"}; p.UsernameAttributes = []string{"email"} })
		bob := e.Person(t, careful, "old@example.com", "", nil)
		if err := s.UpdateAttributes(t.Context(), careful.ID, bob.Sub, map[string]string{"email": "new@example.com", "email_verified": "true"}, nil); err != nil {
			t.Fatal(err)
		}
		leads(careful, "new@example.com", bob)
		leads(careful, "old@example.com", nil)
		if err := s.UpdateAttributes(t.Context(), careful.ID, bob.Sub, map[string]string{"email": "later@example.com"}, nil); err != nil {
			t.Fatal(err)
		}
		leads(careful, "new@example.com", bob) // until the code comes back
		leads(careful, "later@example.com", nil)
		if row, ok := outstanding(t, e, bob, code.ChangeEmail); !ok || e.Codes.Check(row, "later@example.com", e.Code(t, "later@example.com")) != nil {
			t.Errorf("the code of the address that waits: %+v, %v", row, ok)
		}
		if err := s.DeleteAttributes(t.Context(), careful.ID, bob.Sub, []string{"email"}); err != nil {
			t.Fatal(err)
		}
		leads(careful, "new@example.com", nil)
		leads(careful, bob.Sub, bob)
	})
}
