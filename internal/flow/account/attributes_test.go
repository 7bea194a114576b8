package account_test

import (
	"maps"
	"reflect"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/core/message"
	"github.com/cenote-auth/cenote/internal/flow/account"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/pool"
)

const (
	oldEmail = "old@example.com"
	newEmail = "new@example.com"
)

// at is somebody at a client, signed in.
type at struct {
	*flowtest.Env
	*account.Service
	pool   *pool.Pool
	client *pool.Client
	user   *pool.User
	access string
}

// signedIn makes a pool with one person, called ada or old@example.com, whose
// e-mail address is proved.
func signedIn(t *testing.T, e *flowtest.Env, changePool func(*pool.Pool), changeClient func(*pool.Client)) *at {
	t.Helper()
	a := &at{Env: e, Service: service(e), pool: e.Pool(t, changePool)}
	a.client = e.Client(t, a.pool, changeClient)
	a.user = a.person(t, "ada", oldEmail)
	a.access = e.SignedIn(t, a.pool, a.client, a.user).Access
	return a
}

// person adds somebody with an address that is proved.
func (a *at) person(t *testing.T, name, email string) *pool.User {
	t.Helper()
	if a.pool.HasUsernameAttribute("email") {
		name = email
	}
	return a.Person(t, a.pool, name, "", func(u *pool.User) { u.Prove("email", email) })
}

// has fails the test unless the attributes of the user are these.
func (a *at) has(t *testing.T, want map[string]string) {
	t.Helper()
	if got := a.Again(t, a.user).Attributes; !maps.Equal(got, want) {
		t.Errorf("attributes = %v, want %v", got, want)
	}
}

func careful(p *pool.Pool) { p.VerifyBeforeUpdate = []string{"email"} }

func email(address, verified string) map[string]string {
	return map[string]string{"email": address, "email_verified": verified}
}

func TestUpdateAttributes(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		a := signedIn(t, e, func(p *pool.Pool) {
			p.Schema = append(p.Schema, pool.Attribute{Name: "custom:team", Type: "String", Mutable: true})
			p.AutoVerifiedAttributes = []string{"phone_number", "email"}
		}, nil)
		e.Clock.Advance(time.Minute)
		for _, tt := range []struct {
			name    string
			changes map[string]string
			want    map[string]string
			sent    []message.Delivery
		}{
			{"what is no address", map[string]string{"name": "Ada", "custom:team": "red"},
				map[string]string{"name": "Ada", "custom:team": "red", "email": oldEmail, "email_verified": "true"}, nil},
			{"an empty value takes it away", map[string]string{"name": "", "custom:team": "blue", "gender": ""},
				map[string]string{"custom:team": "blue", "email": oldEmail, "email_verified": "true"}, nil},
			{"both addresses", map[string]string{"custom:team": "", "phone_number": "+15550001111", "email": newEmail},
				map[string]string{"email": newEmail, "email_verified": "false", "phone_number": "+15550001111", "phone_number_verified": "false"},
				[]message.Delivery{{Medium: "EMAIL", Destination: newEmail, Attribute: "email"}, {Medium: "SMS", Destination: "+15550001111", Attribute: "phone_number"}}},
			{"the same again", map[string]string{"phone_number": "+15550001111", "email": newEmail},
				map[string]string{"email": newEmail, "email_verified": "false", "phone_number": "+15550001111", "phone_number_verified": "false"}, nil},
			{"nothing", nil,
				map[string]string{"email": newEmail, "email_verified": "false", "phone_number": "+15550001111", "phone_number_verified": "false"}, nil},
		} {
			sent, err := a.UpdateAttributes(t.Context(), a.access, tt.changes, nil)
			t.Run(tt.name, func(t *testing.T) {
				if err != nil || !reflect.DeepEqual(sent, tt.sent) {
					t.Errorf("UpdateAttributes = %v, %v, want %v", sent, err, tt.sent)
				}
				a.has(t, tt.want)
			})
		}
		if now := e.Again(t, a.user); !now.Modified.After(a.user.Modified) || now.SessionGeneration != a.user.SessionGeneration || now.TokenGeneration != a.user.TokenGeneration {
			t.Errorf("user = %+v, want it modified and nobody signed out", now)
		}
	})
}

// One attribute that cannot be changed keeps all as they were, and no code is
// sent.
func TestAttributesThatCannotBeChanged(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		schema := func(p *pool.Pool) {
			p.Schema = append(p.Schema, pool.Attribute{Name: "custom:born", Type: "String"}, pool.Attribute{Name: "custom:team", Type: "String", Mutable: true},
				pool.Attribute{Name: "dev:custom:rank", Type: "String", Mutable: true, DeveloperOnly: true})
			for i := range p.Schema {
				p.Schema[i].Required = p.Schema[i].Required || p.Schema[i].Name == "name"
			}
		}
		const (
			unwritable = "A client attempted to write unauthorized attribute"
			taken      = "An account with the given email already exists."
		)
		for _, tt := range []struct {
			name, attribute, value string
			write                  []string
			pool                   func(*pool.Pool)
			kind                   pool.Kind
			message                string
		}{
			{"an unknown one", "custom:none", "x", nil, nil, pool.InvalidParameter, "user.custom:none: Attribute does not exist in the schema.\n"},
			{"one that never changes", "custom:born", "x", nil, nil, pool.InvalidParameter, "user.custom:born: Attribute cannot be updated.\n"},
			{"the sub", "sub", "x", nil, nil, pool.InvalidParameter, "user.sub: Attribute cannot be updated.\n"},
			{"a required one away", "name", "", nil, nil, pool.InvalidParameter, "user.name: Required attribute cannot be deleted.\n"},
			{"a proof", "email_verified", "true", nil, nil, pool.NotAuthorized, unwritable},
			{"a proof that the client lists", "email_verified", "true", []string{"email", "email_verified", "gender"}, nil, pool.NotAuthorized, unwritable},
			{"one for developers", "dev:custom:rank", "1", nil, nil, pool.NotAuthorized, unwritable},
			{"one that the client does not list", "custom:team", "red", []string{"email", "gender"}, nil, pool.NotAuthorized, unwritable},
			{"an unknown one that the client does not list", "custom:none", "x", []string{"email", "gender"}, nil, pool.NotAuthorized, unwritable},
			{"no number", "phone_number", "5551234", nil, nil, pool.InvalidParameter, "Invalid phone number format."},
			{"a name that people sign in with", "email", "TAKEN@example.com", nil, func(p *pool.Pool) { p.UsernameAttributes = []string{"email"} }, pool.AliasExists, taken},
			{"a name that people sign in with, to wait for", "email", "TAKEN@example.com", nil,
				func(p *pool.Pool) { p.UsernameAttributes = []string{"email"}; careful(p) }, pool.AliasExists, taken},
			{"a preferred user name of somebody else", "preferred_username", "Eve", nil,
				func(p *pool.Pool) { p.AliasAttributes = []string{"preferred_username"} }, pool.AliasExists, "An account with the given preferred_username already exists."},
		} {
			t.Run(tt.name, func(t *testing.T) {
				a := signedIn(t, e, func(p *pool.Pool) {
					schema(p)
					if tt.pool != nil {
						tt.pool(p)
					}
				}, func(c *pool.Client) { c.WriteAttributes = tt.write })
				eve := a.person(t, "eve", "taken@example.com")
				e.Change(t, a.pool, eve.Username, func(u *pool.User) { u.Attributes["preferred_username"] = "eve" })
				changes := map[string]string{"gender": "f", "email": newEmail}
				changes[tt.attribute] = tt.value
				_, err := a.UpdateAttributes(t.Context(), a.access, changes, nil)
				flowtest.Want(t, err, tt.kind, tt.message)
				if now := e.Again(t, a.user); !reflect.DeepEqual(now, a.user) {
					t.Errorf("user = %+v, was %+v", now, a.user)
				}
			})
		}
		if mail := append(e.Mail(t, newEmail), e.Mail(t, "TAKEN@example.com")...); len(mail) > 0 {
			t.Errorf("%d codes were sent", len(mail))
		}
	})
}

func TestDeleteAttributes(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		a := signedIn(t, e, func(p *pool.Pool) {
			p.AliasAttributes = []string{"email"}
			for i := range p.Schema {
				p.Schema[i].Required = p.Schema[i].Required || p.Schema[i].Name == "name"
			}
		}, func(c *pool.Client) { c.WriteAttributes = []string{"email", "gender", "name"} })
		e.Change(t, a.pool, "ada", func(u *pool.User) { u.Attributes["name"], u.Attributes["nickname"] = "Ada", "A" })
		for _, tt := range []struct {
			names   []string
			kind    pool.Kind
			message string
		}{
			{[]string{"email", "name"}, pool.InvalidParameter, "user.name: Required attribute cannot be deleted.\n"},
			{[]string{"email", "nickname"}, pool.NotAuthorized, "A client attempted to write unauthorized attribute"},
			{[]string{"email", "email_verified"}, pool.NotAuthorized, "A client attempted to write unauthorized attribute"},
		} {
			flowtest.Want(t, a.DeleteAttributes(t.Context(), a.access, tt.names), tt.kind, tt.message)
		}
		everything := map[string]string{"email": oldEmail, "email_verified": "true", "name": "Ada", "nickname": "A"}
		a.has(t, everything)
		e.User(t, a.pool, oldEmail) // the alias is there

		if err := a.DeleteAttributes(t.Context(), a.access, []string{"gender", "email", "gender"}); err != nil {
			t.Fatalf("DeleteAttributes: %v", err)
		}
		a.has(t, map[string]string{"name": "Ada", "nickname": "A"})
		a.person(t, "eve", oldEmail) // nobody holds the alias any more
		if err := a.DeleteAttributes(t.Context(), a.access, nil); err != nil {
			t.Errorf("no attribute at all: %v", err)
		}
	})
}

// Whoever is signed in must not have the server write to all the world.
func TestChangesThatSendCodesAreCounted(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		a := signedIn(t, e, careful, nil)
		for i := range limit.ChangeAddress.PerHour {
			to := []string{newEmail, "third@example.com"}[i%2]
			if sent, err := a.UpdateAttributes(t.Context(), a.access, map[string]string{"email": to}, nil); err != nil || len(sent) != 1 {
				t.Fatalf("change %d: %v, %v", i, sent, err)
			}
		}
		changes := map[string]string{"email": newEmail, "name": "Ada"}
		_, err := a.UpdateAttributes(t.Context(), a.access, changes, nil)
		flowtest.Want(t, err, pool.TooManyRequests, "Too many requests")
		a.has(t, email(oldEmail, "true"))
		if _, err := a.UpdateAttributes(t.Context(), a.access, map[string]string{"name": "Ada"}, nil); err != nil {
			t.Errorf("a change that sends nothing: %v", err)
		}
		e.Clock.Advance(time.Hour - time.Second)
		a.access = e.SignedIn(t, a.pool, a.client, a.user).Access
		_, err = a.UpdateAttributes(t.Context(), a.access, changes, nil)
		flowtest.Want(t, err, pool.TooManyRequests, "Too many requests")
		e.Clock.Advance(time.Second)
		if _, err := a.UpdateAttributes(t.Context(), a.access, changes, nil); err != nil {
			t.Errorf("an hour later: %v", err)
		}
	})
}
