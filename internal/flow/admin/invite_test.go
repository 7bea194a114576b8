package admin_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/message"
	"github.com/cenote-auth/cenote/internal/flow/admin"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/pool"
)

func contact() map[string]string {
	return map[string]string{"email": "ada@example.com", "phone_number": "+15551234567"}
}

func TestCreateInvites(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		s := users(e)
		for _, tt := range []struct {
			name       string
			media      []string
			suppress   bool
			attributes map[string]string
			mail, text int
		}{
			{"by text message unless told", nil, false, contact(), 0, 1},
			{"by e-mail where there is no phone", nil, false, map[string]string{"email": "ada@example.com"}, 1, 0},
			{"by e-mail", []string{"EMAIL"}, false, contact(), 1, 0},
			{"by both", []string{"SMS", "EMAIL"}, false, contact(), 1, 1},
			{"not at all", []string{"SMS", "EMAIL"}, true, contact(), 0, 0},
			{"nobody who has no address", []string{"SMS", "EMAIL"}, false, nil, 0, 0},
		} {
			t.Run(tt.name, func(t *testing.T) {
				mail, text := e.Mail(t, "ada@example.com"), e.Mail(t, "+15551234567")
				p := e.Pool(t, nil)
				u, err := s.Create(t.Context(), admin.NewUser{
					PoolID: p.ID, Username: "ada", Attributes: tt.attributes, Media: tt.media, Suppress: tt.suppress,
				})
				if err != nil {
					t.Fatalf("Create: %v", err)
				}
				now := e.Again(t, u)
				if now.Status != pool.ForceChangePassword || !now.Enabled || now.Username != "ada" || u.Status != now.Status || u.Sub != now.Sub {
					t.Errorf("stored %+v, returned %+v", now, u)
				}
				newMail, newText := e.Mail(t, "ada@example.com"), e.Mail(t, "+15551234567")
				if len(newMail)-len(mail) != tt.mail || len(newText)-len(text) != tt.text {
					t.Errorf("%d mails and %d text messages, want %d and %d", len(newMail)-len(mail), len(newText)-len(text), tt.mail, tt.text)
				}
				for _, m := range append(newMail[:tt.mail:tt.mail], newText[:tt.text]...) {
					opens(t, e, p, u, m.Code)
					if !strings.Contains(m.Body, "ada") {
						t.Errorf("the invitation does not name the user: %s", m.Body)
					}
				}
			})
		}
	})
}

func TestCreateWithAGivenPassword(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		s := users(e)
		p := e.Pool(t, func(p *pool.Pool) { p.PasswordPolicy = pool.DefaultPasswordPolicy })
		create := func(name, password string) (*pool.User, error) {
			return s.Create(t.Context(), admin.NewUser{PoolID: p.ID, Username: name, Password: password, Attributes: contact()})
		}
		_, err := create("ada", "Tulip-x-y")
		flowtest.Want(t, err, pool.InvalidPassword, "Password did not conform with password policy: Password must have numeric characters")
		u, err := create("ada", "Tulip-42")
		if err != nil {
			t.Fatal(err)
		}
		opens(t, e, p, u, "Tulip-42")
		if got := e.Code(t, "+15551234567"); got != "Tulip-42" {
			t.Errorf("the invitation says %q", got)
		}
	})
}

// Made passwords fit every policy that a pool can have.
func TestMadePasswordsFitEveryPolicy(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		s := users(e)
		seen := map[string]bool{}
		for _, length := range []int32{6, 8, 12, 13, 99} {
			policy := pool.PasswordPolicy{MinLength: length, RequireLower: true, RequireUpper: true, RequireDigit: true, RequireSymbol: true}
			p := e.Pool(t, func(p *pool.Pool) { p.PasswordPolicy = policy })
			for _, name := range []string{"a", "b", "c", "d"} {
				_, err := s.Create(t.Context(), admin.NewUser{PoolID: p.ID, Username: name, Attributes: contact(), Media: []string{message.Email}})
				if err != nil {
					t.Fatalf("Create: %v", err)
				}
				password := e.Code(t, "ada@example.com")
				if v := policy.Violation(password); v != "" || seen[password] || len(password) < 12 || strings.TrimSpace(password) != password {
					t.Errorf("%q, seen %v: %s", password, seen[password], v)
				}
				seen[password] = true
			}
		}
	})
}

func TestCreateRefusals(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		s := users(e)
		required := func(p *pool.Pool) {
			for i := range p.Schema {
				p.Schema[i].Required = p.Schema[i].Required || p.Schema[i].Name == "name"
			}
		}
		plain := e.Pool(t, required)
		emails := e.Pool(t, func(p *pool.Pool) { p.UsernameAttributes = []string{"email"} })
		either := e.Pool(t, func(p *pool.Pool) { p.UsernameAttributes = []string{"email", "phone_number"} })
		aliases := e.Pool(t, func(p *pool.Pool) { p.AliasAttributes = []string{"email", "phone_number"} })
		e.Person(t, plain, "ada", "", nil)
		e.Person(t, emails, "ada@example.com", "", nil)
		e.Person(t, either, "+15551234567", "", nil)
		e.Person(t, aliases, "ada", "", func(u *pool.User) {
			u.Attributes["email"], u.Attributes["email_verified"] = "ada@example.com", "true"
		})
		for _, tt := range []struct {
			name       string
			pool       *pool.Pool
			username   string
			attributes map[string]string
			kind       pool.Kind
			message    string
		}{
			{"a user name that is taken", plain, "Ada", nil, pool.UsernameExists, "User account already exists"},
			{"an address that is taken", emails, "ADA@example.com", nil, pool.UsernameExists, "An account with the given email already exists."},
			{"a number that is taken", either, "+15551234567", nil, pool.UsernameExists, "An account with the given phone_number already exists."},
			{"a number that is taken, beside an address", either, "bob@example.com", map[string]string{"phone_number": "+15551234567"},
				pool.UsernameExists, "An account with the given phone_number already exists."},
			{"a user name that is taken, beside aliases", aliases, "ADA", nil, pool.UsernameExists, "User account already exists"},
			{"an alias that is taken", aliases, "eve", map[string]string{"email": "Ada@example.com", "email_verified": "true"},
				pool.AliasExists, "An account with the given email already exists."},
			{"no address", emails, "ada", nil, pool.InvalidParameter, "Username should be an email."},
			{"another address than the name", emails, "eve@example.com", map[string]string{"email": "bob@example.com"}, pool.InvalidParameter,
				"User email should be empty or same as username, since username attribute is email."},
			{"another number than the name", either, "+15557654321", map[string]string{"phone_number": "+15557654322"}, pool.InvalidParameter,
				"User phone_number should be empty or same as username, since username attribute is phone_number."},
			{"neither address nor number", either, "ada", nil, pool.InvalidParameter, "Username should be either an email or a phone number."},
			{"an address where it is an alias", aliases, "eve@example.com", nil, pool.InvalidParameter,
				"Username cannot be of email format, since user pool is configured for email alias."},
			{"a number where it is an alias", aliases, "+15551234567", nil, pool.InvalidParameter,
				"Username cannot be of phone number format, since user pool is configured for phone number alias."},
			{"an unknown attribute", plain, "eve", map[string]string{"custom:none": "x"}, pool.InvalidParameter,
				"Attributes did not conform to the schema: custom:none: Attribute does not exist in the schema.\n"},
			{"the sub", plain, "eve", map[string]string{"sub": "x"}, pool.InvalidParameter, "Cannot modify the non-mutable attribute sub"},
			{"a proof without an address", plain, "eve", map[string]string{"email_verified": "True"}, pool.InvalidParameter,
				"Email is required to set email_verified to true"},
			{"a proof without a number", plain, "eve", map[string]string{"phone_number_verified": "true"}, pool.InvalidParameter,
				"Phone number is required to set phone_number_verified to true"},
			{"a flag that is neither", plain, "eve", map[string]string{"email": "e@example.com", "email_verified": "yes"}, pool.InvalidParameter,
				"Attributes did not conform to the schema: email_verified: Boolean attributes must be true or false\n"},
		} {
			_, err := s.Create(t.Context(), admin.NewUser{PoolID: tt.pool.ID, Username: tt.username, Attributes: tt.attributes})
			t.Run(tt.name, func(t *testing.T) { flowtest.Want(t, err, tt.kind, tt.message) })
		}
		u, err := s.Create(t.Context(), admin.NewUser{PoolID: plain.ID, Username: "eve", Attributes: map[string]string{"email": "e@example.com", "email_verified": "True"}})
		if err != nil || e.Again(t, u).Attributes["email_verified"] != "true" {
			t.Errorf("without a required attribute: %+v, %v", u, err)
		}
	})
}

func TestCreateMovesAnAliasOnlyByForce(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		s := users(e)
		p := e.Pool(t, func(p *pool.Pool) { p.AliasAttributes = []string{"email", "phone_number"} })
		both := contact()
		both["email_verified"], both["phone_number_verified"] = "true", "true"
		create := func(name string, force bool) (*pool.User, error) {
			return s.Create(t.Context(), admin.NewUser{PoolID: p.ID, Username: name, Attributes: both, ForceAlias: force, Suppress: true})
		}
		ada, err := create("ada", false)
		if err != nil {
			t.Fatal(err)
		}
		_, err = create("eve", false)
		flowtest.Want(t, err, pool.AliasExists, "An account with the given email already exists.")
		eve, err := create("eve", true)
		if err != nil {
			t.Fatalf("by force: %v", err)
		}
		for _, alias := range []string{"ada@example.com", "+15551234567"} {
			if got, err := s.Get(t.Context(), p.ID, alias); err != nil || got.Sub != eve.Sub {
				t.Errorf("%s leads to %+v, %v", alias, got, err)
			}
		}
		loser := e.Again(t, ada)
		for name, want := range map[string]string{
			"email": "ada@example.com", "email_verified": "false", "phone_number": "+15551234567", "phone_number_verified": "false",
		} {
			if got := loser.Attributes[name]; got != want {
				t.Errorf("who lost it has %s = %q, want %q", name, got, want)
			}
		}
	})
}

func TestCreateWhereCodesLetIn(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		s := users(e)
		p := e.Pool(t, func(p *pool.Pool) { p.AllowedFirstFactors = []string{"PASSWORD", "EMAIL_OTP"} })
		u, err := s.Create(t.Context(), admin.NewUser{PoolID: p.ID, Username: "ada", Attributes: contact(), Media: []string{"EMAIL"}})
		if err != nil {
			t.Fatal(err)
		}
		if now := e.Again(t, u); now.Status != pool.Confirmed || now.SealedPassword != nil {
			t.Errorf("user = %+v, want it confirmed without a password", now)
		}
		u, err = s.Create(t.Context(), admin.NewUser{PoolID: p.ID, Username: "eve", Password: "correct horse", Attributes: contact()})
		if err != nil || e.Again(t, u).Status != pool.ForceChangePassword {
			t.Errorf("with a password: %+v, %v", u, err)
		}
	})
}

func TestReinvite(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		s := users(e)
		p := e.Pool(t, nil)
		u, err := s.Create(t.Context(), admin.NewUser{PoolID: p.ID, Username: "ada", Attributes: contact()})
		if err != nil {
			t.Fatal(err)
		}
		before := e.Again(t, u)
		first := e.Code(t, "+15551234567")
		e.Clock.Advance(time.Hour)
		again, err := s.Reinvite(t.Context(), admin.NewUser{PoolID: p.ID, Username: "Ada", Media: []string{"EMAIL"}})
		if err != nil {
			t.Fatalf("Reinvite: %v", err)
		}
		now := e.Again(t, u)
		if again.Sub != u.Sub || now.Status != pool.ForceChangePassword || !now.PasswordSet.After(before.PasswordSet) || now.SessionGeneration == before.SessionGeneration {
			t.Errorf("user = %+v, was %+v", now, before)
		}
		second := e.Code(t, "ada@example.com")
		opens(t, e, p, u, second)
		if first == second || len(e.Mail(t, "+15551234567")) != 1 {
			t.Errorf("passwords %q and %q", first, second)
		}
		_, err = s.Reinvite(t.Context(), admin.NewUser{PoolID: p.ID, Username: "ada", Password: "short"})
		flowtest.Want(t, err, pool.InvalidPassword, "Password did not conform with password policy: Password not long enough")
		for _, status := range []pool.Status{pool.Confirmed, pool.Unconfirmed, pool.ResetRequired} {
			e.Change(t, p, "ada", func(u *pool.User) { u.Status = status })
			_, err = s.Reinvite(t.Context(), admin.NewUser{PoolID: p.ID, Username: "ada"})
			flowtest.Want(t, err, pool.UnsupportedUserState, "Resend not possible. ada status is not FORCE_CHANGE_PASSWORD")
		}
	})
}

func TestOfManyCreatedAtOnceOneIs(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		s := users(e)
		p := e.Pool(t, nil)
		var won atomic.Int64
		var all sync.WaitGroup
		for range 10 {
			all.Go(func() {
				_, err := s.Create(t.Context(), admin.NewUser{PoolID: p.ID, Username: "ada", Attributes: contact()})
				if err == nil {
					won.Add(1)
				} else {
					flowtest.Want(t, err, pool.UsernameExists, "User account already exists")
				}
			})
		}
		all.Wait()
		if won.Load() != 1 || len(e.Mail(t, "+15551234567")) != 1 {
			t.Errorf("%d users, %d invitations", won.Load(), len(e.Mail(t, "+15551234567")))
		}
	})
}

// Administrators who invite somebody at the same time all do: the password of
// the last one counts, and its invitation is there.
func TestReinviteAtOnce(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		s := users(e)
		p := e.Pool(t, nil)
		u, err := s.Create(t.Context(), admin.NewUser{PoolID: p.ID, Username: "ada", Attributes: contact(), Suppress: true})
		if err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for range 5 {
			all.Go(func() {
				if _, err := s.Reinvite(t.Context(), admin.NewUser{PoolID: p.ID, Username: "ada", Media: []string{"EMAIL"}}); err != nil {
					t.Errorf("Reinvite: %v", err)
				}
			})
		}
		all.Wait()
		now, right := e.Again(t, u), 0
		v, err := e.Passwords.Open(now)
		if err != nil {
			t.Fatal(err)
		}
		mail := e.Mail(t, "ada@example.com")
		for _, m := range mail {
			if ok, err := e.Passwords.Matches(t.Context(), p, now.Username, v, m.Code); err == nil && ok {
				right++
			}
		}
		if len(mail) != 5 || right != 1 || now.Status != pool.ForceChangePassword {
			t.Errorf("%d invitations, %d of them with the password, status %s", len(mail), right, now.Status)
		}
	})
}
