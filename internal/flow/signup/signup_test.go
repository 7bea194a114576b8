package signup_test

import (
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/code"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signup"
	"github.com/cenote-auth/cenote/internal/pool"
)

func service(e *flowtest.Env) *signup.Service {
	return signup.New(signup.Options{
		Store: e.Store, Passwords: e.Passwords, Secrets: e.Secrets, Sessions: e.Sessions, Codes: e.Codes,
		Messages: e.Messages, Limits: e.Limits, Now: e.Clock.Now,
	})
}

// tryConfirm is Confirm without the session that comes of it.
func tryConfirm(t *testing.T, s *signup.Service, r signup.Confirmation) error {
	t.Helper()
	_, err := s.Confirm(t.Context(), r)
	return err
}

func ada(c *pool.Client) signup.Request {
	return signup.Request{
		ClientID: c.ID, Username: "ada", Password: "correct horse",
		Attributes: map[string]string{"email": "ada@example.com", "custom:team": "red"},
	}
}

func withTeam(p *pool.Pool) {
	p.Schema = append(p.Schema, pool.Attribute{Name: "custom:team", Type: "String", Mutable: true, StringBounds: &pool.Bounds{Max: "8"}})
}

func TestSignUpStoresAnUnconfirmedUserAndSendsACode(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, withTeam)
		c := e.Client(t, p, nil)
		res, err := service(e).SignUp(t.Context(), ada(c))
		if err != nil {
			t.Fatalf("SignUp: %v", err)
		}
		u := e.User(t, p, "ada")
		if u.Sub != res.Sub || u.Status != pool.Unconfirmed || !u.Enabled || res.Confirmed {
			t.Errorf("stored %+v for %+v", u, res)
		}
		if u.Attributes["custom:team"] != "red" || u.Attributes["email_verified"] != "false" {
			t.Errorf("attributes = %v", u.Attributes)
		}
		if res.Delivery == nil || res.Delivery.Masked() != "a***@e***" || res.Delivery.Attribute != "email" {
			t.Errorf("delivery = %+v", res.Delivery)
		}
		if code := e.Code(t, "ada@example.com"); len(code) != 6 {
			t.Errorf("code = %q, want six digits", code)
		}
	})
}

func TestSignUpSendsNothingWithoutAnAddressThatThePoolVerifies(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, func(p *pool.Pool) { p.AutoVerifiedAttributes = nil })
		c := e.Client(t, p, nil)
		r := ada(c)
		delete(r.Attributes, "custom:team")
		res, err := service(e).SignUp(t.Context(), r)
		if err != nil || res.Delivery != nil {
			t.Errorf("SignUp = %+v, %v; want no delivery", res, err)
		}
		_, err = service(e).Resend(t.Context(), c.ID, "", "ada", nil)
		flowtest.Want(t, err, pool.InvalidParameter, "Cannot resend codes. Auto verification not turned on.")
	})
}

// Each line breaks one rule; of two broken ones the earlier check answers.
func TestSignUpRefusals(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, func(p *pool.Pool) {
			withTeam(p)
			p.Schema = append(p.Schema, pool.Attribute{Name: "dev:custom:rank", Type: "String", Mutable: true})
			for i := range p.Schema {
				p.Schema[i].Required = p.Schema[i].Required || p.Schema[i].Name == "email"
			}
			p.PasswordPolicy = pool.PasswordPolicy{MinLength: 8, RequireLower: true, RequireUpper: true, RequireDigit: true, RequireSymbol: true}
		})
		c := e.Client(t, p, func(c *pool.Client) {
			c.WriteAttributes = []string{"email", "name", "birthdate", "phone_number", "updated_at", "custom:gone"}
		})
		closed := e.Client(t, e.Pool(t, func(p *pool.Pool) { p.AdminOnly = true }), nil)
		confidential := e.Client(t, p, e.Secret("s3cret"))
		const good = "Tulip-42"
		for _, tt := range []struct {
			name    string
			request signup.Request
			kind    pool.Kind
			message string
		}{
			{"unknown client", signup.Request{ClientID: "nobody"}, pool.NotFound, "User pool client nobody does not exist."},
			{"secret hash missing", signup.Request{ClientID: confidential.ID, Username: "ada"}, pool.NotAuthorized,
				"Client " + confidential.ID + " is configured with secret but SECRET_HASH was not received"},
			{"secret hash wrong", signup.Request{ClientID: confidential.ID, Username: "ada", SecretHash: flowtest.Hash(confidential, "other", "ada")},
				pool.NotAuthorized, "Unable to verify secret hash for client " + confidential.ID},
			{"secret hash for a public client", signup.Request{ClientID: c.ID, Username: "ada", SecretHash: "x"}, pool.NotAuthorized,
				"Client " + c.ID + " is not configured for secret but secret was received"},
			{"administrators only", signup.Request{ClientID: closed.ID, Username: "ada"}, pool.NotAuthorized, "SignUp is not permitted for this user pool"},
			{"attribute the client may not write", signup.Request{ClientID: c.ID, Username: "ada", Password: "x", Attributes: map[string]string{"gender": "f"}},
				pool.NotAuthorized, "A client attempted to write unauthorized attribute"},
			{"verified flag", signup.Request{ClientID: c.ID, Username: "ada", Password: good, Attributes: map[string]string{"email_verified": "true"}},
				pool.NotAuthorized, "A client attempted to write unauthorized attribute"},
			{"no password", signup.Request{ClientID: c.ID, Username: "ada"}, pool.InvalidParameter,
				"1 validation error detected: Value null at 'password' failed to satisfy constraint: Member must not be null"},
			{"short password", signup.Request{ClientID: c.ID, Username: "ada", Password: "Tulip-4"}, pool.InvalidPassword,
				"Password did not conform with policy: Password not long enough"},
			{"password without upper case", signup.Request{ClientID: c.ID, Username: "ada", Password: "tulip-42"}, pool.InvalidPassword,
				"Password did not conform with policy: Password must have uppercase characters"},
			{"password without lower case", signup.Request{ClientID: c.ID, Username: "ada", Password: "TULIP-42"}, pool.InvalidPassword,
				"Password did not conform with policy: Password must have lowercase characters"},
			{"password without digit", signup.Request{ClientID: c.ID, Username: "ada", Password: "Tulip-xx"}, pool.InvalidPassword,
				"Password did not conform with policy: Password must have numeric characters"},
			{"password without symbol", signup.Request{ClientID: c.ID, Username: "ada", Password: "Tulip042"}, pool.InvalidPassword,
				"Password did not conform with policy: Password must have symbol characters"},
			{"required attribute missing", signup.Request{ClientID: c.ID, Username: "ada", Password: good}, pool.InvalidParameter,
				"Attributes did not conform to the schema: email: The attribute is required\n"},
			{"attribute not in the schema", signup.Request{ClientID: c.ID, Username: "ada", Password: good, Attributes: map[string]string{"custom:gone": "x"}},
				pool.InvalidParameter, "Attributes did not conform to the schema: custom:gone: Attribute does not exist in the schema.\nemail: The attribute is required\n"},
			{"not an e-mail address", signup.Request{ClientID: c.ID, Username: "ada", Password: good, Attributes: map[string]string{"email": "ada"}},
				pool.InvalidParameter, "Invalid email address format."},
			{"not a phone number", signup.Request{ClientID: c.ID, Username: "ada", Password: good, Attributes: map[string]string{"email": "a@b.c", "phone_number": "123"}},
				pool.InvalidParameter, "Invalid phone number format."},
			{"value too long", signup.Request{ClientID: c.ID, Username: "ada", Password: good, Attributes: map[string]string{"email": "a@b.c", "name": strings.Repeat("é", 2049)}},
				pool.InvalidParameter, "Attributes did not conform to the schema: name: String must be no longer than 2048 characters\n"},
			{"value too short", signup.Request{ClientID: c.ID, Username: "ada", Password: good, Attributes: map[string]string{"email": "a@b.c", "birthdate": "1815"}},
				pool.InvalidParameter, "Attributes did not conform to the schema: birthdate: String must be no shorter than 10 characters\n"},
			{"number too small", signup.Request{ClientID: c.ID, Username: "ada", Password: good, Attributes: map[string]string{"email": "a@b.c", "updated_at": "-1"}},
				pool.InvalidParameter, "Attributes did not conform to the schema: updated_at: Number attributes cannot have a value of less than 0\n"},
		} {
			_, err := service(e).SignUp(t.Context(), tt.request)
			t.Run(tt.name, func(t *testing.T) { flowtest.Want(t, err, tt.kind, tt.message) })
		}
	})
}

func TestSignUpByEmail(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, func(p *pool.Pool) { p.UsernameAttributes = []string{"email"} })
		c := e.Client(t, p, func(c *pool.Client) { c.WriteAttributes = []string{"name"} })
		s := service(e)
		r := signup.Request{ClientID: c.ID, Username: "Ada@Example.com", Password: "correct horse"}
		res, err := s.SignUp(t.Context(), r)
		if err != nil {
			t.Fatalf("SignUp: %v", err)
		}
		u := e.User(t, p, "ada@example.com")
		if u.Username != res.Sub || u.Attributes["email"] != "Ada@Example.com" {
			t.Errorf("user = %+v, want its sub as user name and the address as typed", u)
		}
		r.Username = "ADA@example.com"
		_, err = s.SignUp(t.Context(), r)
		flowtest.Want(t, err, pool.UsernameExists, "An account with the given email already exists.")
		r.Username = "ada"
		_, err = s.SignUp(t.Context(), r)
		flowtest.Want(t, err, pool.InvalidParameter, "Username should be an email.")

		r = signup.Request{ClientID: e.Client(t, p, nil).ID, Username: "eve@example.com", Password: r.Password, Attributes: map[string]string{"email": "bob@example.com"}}
		_, err = s.SignUp(t.Context(), r)
		flowtest.Want(t, err, pool.InvalidParameter, "User email should be empty or same as username, since username attribute is email.")
		r.Attributes["email"] = "EVE@example.com"
		if _, err := s.SignUp(t.Context(), r); err != nil {
			t.Fatalf("with the name as address, too: %v", err)
		}
		if got := e.User(t, p, "eve@example.com").Attributes["email"]; got != r.Username {
			t.Errorf("the address is %s, want %s as the name was typed", got, r.Username)
		}
	})
}

func TestSignUpTwice(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		c := e.Client(t, e.Pool(t, withTeam), nil)
		s := service(e)
		if _, err := s.SignUp(t.Context(), ada(c)); err != nil {
			t.Fatal(err)
		}
		again := ada(c)
		again.Username = "ADA"
		_, err := s.SignUp(t.Context(), again)
		flowtest.Want(t, err, pool.UsernameExists, "User already exists")
	})
}

func TestConfirm(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, withTeam)
		c := e.Client(t, p, nil)
		s := service(e)
		if _, err := s.SignUp(t.Context(), ada(c)); err != nil {
			t.Fatal(err)
		}
		confirm := func(code string) error {
			return tryConfirm(t, s, signup.Confirmation{ClientID: c.ID, Username: "ada", Code: code})
		}
		first := e.Code(t, "ada@example.com")
		flowtest.Want(t, confirm("000000x"), pool.CodeMismatch, "Invalid verification code provided, please try again.")
		if _, err := s.Resend(t.Context(), c.ID, "", "ada", nil); err != nil {
			t.Fatalf("Resend: %v", err)
		}
		second := e.Code(t, "ada@example.com")
		if first != second { // one time in a million they are the same
			flowtest.Want(t, confirm(first), pool.CodeMismatch, "Invalid verification code provided, please try again.")
		}
		if err := confirm(second); err != nil {
			t.Fatalf("Confirm: %v", err)
		}
		u := e.User(t, p, "ada")
		if u.Status != pool.Confirmed || u.Attributes["email_verified"] != "true" {
			t.Errorf("user = %+v, want confirmed and verified", u)
		}
		flowtest.Want(t, confirm(second), pool.NotAuthorized, "User cannot be confirmed. Current status is CONFIRMED")
		_, err := s.Resend(t.Context(), c.ID, "", "ada", nil)
		flowtest.Want(t, err, pool.InvalidParameter, "User is already confirmed.")
	})
}

func TestConfirmRefusals(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, withTeam)
		open, hiding := e.Client(t, p, nil), e.Client(t, p, func(c *pool.Client) { c.HideUnknownUsers = "ENABLED" })
		s := service(e)
		if _, err := s.SignUp(t.Context(), ada(open)); err != nil {
			t.Fatal(err)
		}
		confirm := func(c *pool.Client, name string) error {
			return tryConfirm(t, s, signup.Confirmation{ClientID: c.ID, Username: name, Code: e.Code(t, "ada@example.com")})
		}
		flowtest.Want(t, confirm(open, "bob"), pool.UserNotFound, "Username/client id combination not found.")
		flowtest.Want(t, confirm(hiding, "bob"), pool.ExpiredCode, "Invalid code provided, please request a code again.")
		e.Change(t, p, "ada", func(u *pool.User) { u.Enabled = false })
		flowtest.Want(t, confirm(open, "ada"), pool.NotAuthorized, "User is disabled.")
		e.Change(t, p, "ada", func(u *pool.User) { u.Enabled = true })
		e.Clock.Advance(25 * time.Hour)
		flowtest.Want(t, confirm(open, "ada"), pool.ExpiredCode, "Invalid code provided, please request a code again.")
	})
}

// The sixteenth try of an hour is refused though its code is right, for
// somebody and for nobody; an hour later one may try again.
func TestConfirmCountsAttempts(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		c := e.Client(t, e.Pool(t, withTeam), func(c *pool.Client) { c.HideUnknownUsers = "ENABLED" })
		s := service(e)
		if _, err := s.SignUp(t.Context(), ada(c)); err != nil {
			t.Fatal(err)
		}
		try := func(name, code string) error {
			return tryConfirm(t, s, signup.Confirmation{ClientID: c.ID, Username: name, Code: code})
		}
		for range 15 {
			flowtest.Want(t, try("ada", "wrong"), pool.CodeMismatch, "Invalid verification code provided, please try again.")
			flowtest.Want(t, try("bob", "wrong"), pool.ExpiredCode, "Invalid code provided, please request a code again.")
		}
		right := e.Code(t, "ada@example.com")
		flowtest.Want(t, try("ada", right), pool.LimitExceeded, "Attempt limit exceeded, please try after some time.")
		flowtest.Want(t, try("bob", right), pool.LimitExceeded, "Attempt limit exceeded, please try after some time.")
		e.Clock.Advance(61 * time.Minute)
		if err := try("ada", right); err != nil {
			t.Errorf("an hour later: %v", err)
		}
	})
}

func TestResendIsLimited(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		c := e.Client(t, e.Pool(t, withTeam), func(c *pool.Client) { c.HideUnknownUsers = "ENABLED" })
		s := service(e)
		if _, err := s.SignUp(t.Context(), ada(c)); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"ada", "bob@example.com"} {
			for range 5 {
				to, err := s.Resend(t.Context(), c.ID, "", name, nil)
				if err != nil || to.Medium != "EMAIL" {
					t.Fatalf("Resend to %s = %+v, %v", name, to, err)
				}
			}
			_, err := s.Resend(t.Context(), c.ID, "", name, nil)
			flowtest.Want(t, err, pool.LimitExceeded, "Attempt limit exceeded, please try after some time.")
		}
		if n := len(e.Mail(t, "ada@example.com")); n != 6 {
			t.Errorf("%d messages to ada, want 6", n)
		}
		if n := len(e.Mail(t, "")); n != 6 {
			t.Errorf("%d messages in all, want none to nobody", n)
		}
		_, err := s.Resend(t.Context(), e.Client(t, e.Pool(t, nil), nil).ID, "", "bob", nil)
		flowtest.Want(t, err, pool.UserNotFound, "Username/client id combination not found.")
	})
}

// A code is sent again to nobody too, and fits nowhere.
func TestNoCodeConfirmsNobody(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		const fixed = "424242"
		e.Codes = code.New(code.Options{Keyring: e.Keyring, Now: e.Clock.Now, Fixed: fixed})
		c := e.Client(t, e.Pool(t, nil), func(c *pool.Client) { c.HideUnknownUsers = "ENABLED" })
		s := service(e)
		for _, name := range []string{"bob", "bob@example.com"} {
			if _, err := s.Resend(t.Context(), c.ID, "", name, nil); err != nil {
				t.Fatal(err)
			}
			err := tryConfirm(t, s, signup.Confirmation{ClientID: c.ID, Username: name, Code: fixed})
			flowtest.Want(t, err, pool.CodeMismatch, "Invalid verification code provided, please try again.")
		}
	})
}

func TestConfirmMovesAnAliasOnlyByForce(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, func(p *pool.Pool) { p.AliasAttributes = []string{"email"} })
		c := e.Client(t, p, nil)
		s := service(e)
		join := func(name string, force bool) error {
			r := signup.Request{ClientID: c.ID, Username: name, Password: "correct horse", Attributes: map[string]string{"email": "ada@example.com"}}
			if _, err := s.SignUp(t.Context(), r); err != nil && !force {
				return err
			}
			return tryConfirm(t, s, signup.Confirmation{ClientID: c.ID, Username: name, Code: e.Code(t, "ada@example.com"), Force: force})
		}
		if err := join("ada", false); err != nil {
			t.Fatalf("first holder: %v", err)
		}
		flowtest.Want(t, join("eve", false), pool.AliasExists, "An account with the given email already exists.")
		if got := e.User(t, p, "eve").Status; got != pool.Unconfirmed {
			t.Errorf("status after the conflict = %s", got)
		}
		if err := join("eve", true); err != nil {
			t.Fatalf("by force: %v", err)
		}
		loser := e.User(t, p, "ada")
		if loser.Attributes["email"] != "ada@example.com" || loser.Attributes["email_verified"] != "false" {
			t.Errorf("who lost the alias has %v", loser.Attributes)
		}
		_, err := s.SignUp(t.Context(), signup.Request{ClientID: c.ID, Username: "x@example.com", Password: "correct horse"})
		flowtest.Want(t, err, pool.InvalidParameter, "Username cannot be of email format, since user pool is configured for email alias.")
	})
}

// Addresses are shown as they would be of a name that nobody has: capitals
// that somebody once typed would tell.
func TestTheMaskOfAResentCodeDoesNotTellHowAnAddressWasTyped(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, func(p *pool.Pool) { p.UsernameAttributes = []string{"email"} })
		c := e.Client(t, p, func(c *pool.Client) { c.HideUnknownUsers = "ENABLED" })
		r := signup.Request{ClientID: c.ID, Username: "Ada@Example.com", Password: "correct horse"}
		if _, err := service(e).SignUp(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"ada@example.com", "anna@elsewhere.com"} {
			if to, err := service(e).Resend(t.Context(), c.ID, "", name, nil); err != nil || to.Masked() != "a***@e***" {
				t.Errorf("Resend(%s) = %s, %v, want a***@e***", name, to.Masked(), err)
			}
		}
		if n := len(e.Mail(t, "Ada@Example.com")); n != 2 {
			t.Errorf("%d codes went to the address as it was typed, want 2", n)
		}
	})
}
