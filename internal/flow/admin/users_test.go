package admin_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/flow/admin"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

const noSuchUser = "User does not exist."

func users(e *flowtest.Env) *admin.Users {
	return admin.NewUsers(admin.UsersOptions{
		Store: e.Store, Keyring: e.Keyring, Passwords: e.Passwords, Devices: e.Devices, Codes: e.Codes, Messages: e.Messages, Limits: e.Limits, Now: e.Clock.Now,
	})
}

// opens fails the test unless password is the one of u as it is stored now.
func opens(t *testing.T, e *flowtest.Env, p *pool.Pool, u *pool.User, password string) {
	t.Helper()
	now := e.Again(t, u)
	v, err := e.Passwords.Open(now)
	if err != nil {
		t.Fatalf("open password of %s: %v", u.Username, err)
	}
	if right, err := e.Passwords.Matches(t.Context(), p, now.Username, v, password); err != nil || !right {
		t.Errorf("%q is not the password of %s: %v", password, u.Username, err)
	}
}

func TestUsersOfAPoolThatIsNotThere(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		s, ctx := users(e), t.Context()
		_, get := s.Get(ctx, "us-east-1_gone", "ada")
		_, create := s.Create(ctx, admin.NewUser{PoolID: "us-east-1_gone", Username: "ada"})
		_, reinvite := s.Reinvite(ctx, admin.NewUser{PoolID: "us-east-1_gone", Username: "ada"})
		_, _, list := s.List(ctx, admin.UserList{PoolID: "us-east-1_gone"})
		for _, err := range []error{
			get, create, reinvite, list,
			s.SetPassword(ctx, "us-east-1_gone", "ada", "x", true), s.Confirm(ctx, "us-east-1_gone", "ada", nil), s.Delete(ctx, "us-east-1_gone", "ada"),
		} {
			flowtest.Want(t, err, pool.NotFound, "User pool us-east-1_gone does not exist.")
		}
	})
}

func TestUsersThatAreNotThere(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		s, ctx := users(e), t.Context()
		p := e.Pool(t, nil)
		e.Person(t, e.Pool(t, nil), "ada", "", nil) // in another pool
		_, get := s.Get(ctx, p.ID, "ada")
		_, reinvite := s.Reinvite(ctx, admin.NewUser{PoolID: p.ID, Username: "ada"})
		for _, err := range []error{
			get, reinvite, s.SetPassword(ctx, p.ID, "ada", "x", true), s.Confirm(ctx, p.ID, "ada", nil), s.Delete(ctx, p.ID, "ada"),
		} {
			flowtest.Want(t, err, pool.UserNotFound, noSuchUser)
		}
	})
}

func TestGetFindsAUserByEveryName(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		verified := func(u *pool.User) {
			u.Attributes["email"], u.Attributes["email_verified"] = "Ada@example.com", "true"
			u.Attributes["phone_number"] = "+15551234567" // not verified
		}
		aliases := e.Pool(t, func(p *pool.Pool) { p.AliasAttributes = []string{"email", "phone_number"} })
		emails := e.Pool(t, func(p *pool.Pool) { p.UsernameAttributes = []string{"email"} })
		plain := e.Pool(t, nil)
		strict := e.Pool(t, func(p *pool.Pool) { p.CaseInsensitive = false })
		ofAliases, ofEmails := e.Person(t, aliases, "ada", "", verified), e.Person(t, emails, "Ada@example.com", "", nil)
		ofPlain, ofStrict := e.Person(t, plain, "ada", "", verified), e.Person(t, strict, "Ada", "", nil)
		for _, tt := range []struct {
			name string
			pool *pool.Pool
			by   string
			want *pool.User
		}{
			{"user name", plain, "ada", ofPlain},
			{"user name in other letters", plain, "ADA", ofPlain},
			{"sub", plain, ofPlain.Sub, ofPlain},
			{"an address that is no alias", plain, "ada@example.com", nil},
			{"user name where case counts", strict, "Ada", ofStrict},
			{"other letters where case counts", strict, "ada", nil},
			{"alias", aliases, "ADA@example.com", ofAliases},
			{"alias that is not verified", aliases, "+15551234567", nil},
			{"sub beside aliases", aliases, ofAliases.Sub, ofAliases},
			{"address", emails, "ada@EXAMPLE.com", ofEmails},
			{"UUID", emails, ofEmails.Username, ofEmails},
			{"sub of another pool", emails, ofPlain.Sub, nil},
		} {
			got, err := users(e).Get(t.Context(), tt.pool.ID, tt.by)
			t.Run(tt.name, func(t *testing.T) {
				switch {
				case tt.want == nil:
					flowtest.Want(t, err, pool.UserNotFound, noSuchUser)
				case err != nil || got.Sub != tt.want.Sub:
					t.Errorf("Get = %+v, %v; want %s", got, err, tt.want.Sub)
				}
			})
		}
	})
}

func TestSetPassword(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		s := users(e)
		p := e.Pool(t, nil)
		for _, tt := range []struct {
			name      string
			before    pool.Status
			permanent bool
			want      pool.Status
		}{
			{"for good", pool.Confirmed, true, pool.Confirmed},
			{"for good, of somebody unconfirmed", pool.Unconfirmed, true, pool.Confirmed},
			{"for good, of somebody invited", pool.ForceChangePassword, true, pool.Confirmed},
			{"for good, of somebody federated", pool.ExternalProvider, true, pool.Confirmed},
			{"for good, after a reset", pool.ResetRequired, true, pool.Confirmed},
			{"until the next sign-in", pool.Confirmed, false, pool.ForceChangePassword},
			{"until the next sign-in, of somebody unconfirmed", pool.Unconfirmed, false, pool.ForceChangePassword},
		} {
			name := fmt.Sprintf("%s-%t", tt.before, tt.permanent)
			u := e.Person(t, p, name, "", func(u *pool.User) { u.Status = tt.before; u.Attributes["email"] = "a@example.com" })
			e.Clock.Advance(time.Minute)
			if err := s.SetPassword(t.Context(), p.ID, name, "correct horse", tt.permanent); err != nil {
				t.Errorf("%s: %v", tt.name, err)
			}
			now := e.Again(t, u)
			if now.Status != tt.want || now.SessionGeneration != u.SessionGeneration+1 || now.TokenGeneration != u.TokenGeneration {
				t.Errorf("%s: user = %+v", tt.name, now)
			}
			if !now.PasswordSet.After(u.Created) || !now.Modified.After(u.Modified) || now.Attributes["email_verified"] != "" {
				t.Errorf("%s: user = %+v", tt.name, now)
			}
			opens(t, e, p, u, "correct horse")
		}
		if n := len(e.Mail(t, "a@example.com")); n != 0 {
			t.Errorf("%d messages were sent", n)
		}
		flowtest.Want(t, s.SetPassword(t.Context(), p.ID, "CONFIRMED-true", "horse", true), pool.InvalidPassword,
			"Password did not conform with policy: Password not long enough")
	})
}

func TestSetPasswordEndsALockOut(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, nil)
		u := e.Person(t, p, "ada", "wrong horse", nil)
		for range 5 {
			e.Tx(t, func(ctx context.Context, tx store.Tx) error {
				_, err := e.Limits.Password(ctx, tx, p.Key, u.Sub)
				return err
			})
		}
		if err := users(e).SetPassword(t.Context(), p.ID, "ada", "correct horse", true); err != nil {
			t.Fatal(err)
		}
		e.Tx(t, func(ctx context.Context, tx store.Tx) error {
			a, err := tx.LockAttempt(ctx, p.Key, u.Sub, limit.FactorPassword)
			if a.Count != 0 || !a.Until.IsZero() {
				t.Errorf("attempts = %+v, want none", a)
			}
			return err
		})
	})
}

// Nobody takes the sub of somebody else for a user name: a server that acts by the user
// name in a token would act for its owner.
func TestNobodyStandsInForASub(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		s := users(e)
		p := e.Pool(t, nil)
		ada := e.Person(t, p, "ada", "", nil)
		for _, name := range []string{ada.Sub, strings.ToUpper(ada.Sub)} {
			_, err := s.Create(t.Context(), admin.NewUser{PoolID: p.ID, Username: name, Suppress: true})
			flowtest.Want(t, err, pool.UsernameExists, "User account already exists")
		}
		const free = "6f5902ac-2371-4f47-9c33-2e64ba8ae6e0"
		if _, err := s.Create(t.Context(), admin.NewUser{PoolID: p.ID, Username: free, Suppress: true}); err != nil {
			t.Errorf("the sub of nobody: %v", err)
		}
	})
}

func TestConfirm(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		s := users(e)
		p := e.Pool(t, nil)
		u := e.Person(t, p, "ada", "", func(u *pool.User) { u.Status = pool.Unconfirmed; u.Attributes["email"] = "ada@example.com" })
		if err := s.Confirm(t.Context(), p.ID, "ada", nil); err != nil {
			t.Fatalf("Confirm: %v", err)
		}
		if now := e.Again(t, u); now.Status != pool.Confirmed || now.Attributes["email_verified"] != "" || len(e.Mail(t, "ada@example.com")) > 0 {
			t.Errorf("user = %+v, want it confirmed and nothing verified", now)
		}
		flowtest.Want(t, s.Confirm(t.Context(), p.ID, "ada", nil), pool.NotAuthorized, "User cannot be confirmed. Current status is CONFIRMED")
		e.Person(t, p, "eve", "", func(u *pool.User) { u.Status = pool.ForceChangePassword })
		flowtest.Want(t, s.Confirm(t.Context(), p.ID, "eve", nil), pool.NotAuthorized,
			"User cannot be confirmed. Current status is FORCE_CHANGE_PASSWORD")
	})
}

func TestConfirmDoesNotTakeAnAlias(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, func(p *pool.Pool) { p.AliasAttributes = []string{"email"} })
		verified := func(status pool.Status) func(*pool.User) {
			return func(u *pool.User) {
				u.Attributes["email"], u.Attributes["email_verified"], u.Status = "ada@example.com", "true", status
			}
		}
		e.Person(t, p, "ada", "", verified(pool.Confirmed))
		eve := e.Person(t, p, "eve", "", verified(pool.Unconfirmed))
		flowtest.Want(t, users(e).Confirm(t.Context(), p.ID, "eve", nil), pool.AliasExists, "An account with the given email already exists.")
		if now := e.Again(t, eve); now.Status != pool.Unconfirmed {
			t.Errorf("status = %s", now.Status)
		}
	})
}

func TestDeletedNamesAreFree(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		s := users(e)
		p := e.Pool(t, func(p *pool.Pool) { p.UsernameAttributes = []string{"email"} })
		create := func() *pool.User {
			u, err := s.Create(t.Context(), admin.NewUser{PoolID: p.ID, Username: "ada@example.com", Suppress: true})
			if err != nil {
				t.Fatalf("Create: %v", err)
			}
			return u
		}
		first := create()
		if err := s.Delete(t.Context(), p.ID, "Ada@example.com"); err != nil {
			t.Fatalf("Delete: %v", err)
		}
		flowtest.Want(t, s.Delete(t.Context(), p.ID, "ada@example.com"), pool.UserNotFound, noSuchUser)
		_, err := s.Get(t.Context(), p.ID, first.Sub)
		flowtest.Want(t, err, pool.UserNotFound, noSuchUser)
		if second := create(); second.Sub == first.Sub {
			t.Error("the sub was used again")
		}
	})
}

// crowd adds n users.
func crowd(t *testing.T, e *flowtest.Env, p *pool.Pool, n int) {
	t.Helper()
	e.Tx(t, func(ctx context.Context, tx store.Tx) error {
		for i := range n {
			u, err := directory.New(p, fmt.Sprintf("user-%03d", i), map[string]string{}, e.Clock.Now())
			if err != nil {
				return err
			}
			if err := directory.Create(ctx, tx, p, u, true, false); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestList(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		s := users(e)
		p, other := e.Pool(t, nil), e.Pool(t, nil)
		empty, next, err := s.List(t.Context(), admin.UserList{PoolID: p.ID})
		if err != nil || len(empty) != 0 || next != "" {
			t.Errorf("an empty pool: %v, %q, %v", empty, next, err)
		}
		crowd(t, e, p, 130)
		for _, tt := range []struct {
			limit int
			pages []int
		}{{60, []int{60, 60, 10}}, {0, []int{60, 60, 10}}, {13, []int{13, 13, 13, 13, 13, 13, 13, 13, 13, 13}}, {1, nil}} {
			seen := map[string]bool{}
			var token string
			for n := 0; ; n++ {
				page, next, err := s.List(t.Context(), admin.UserList{PoolID: p.ID, Token: token, Limit: tt.limit})
				if err != nil {
					t.Fatalf("page %d of %d: %v", n, tt.limit, err)
				}
				if tt.pages != nil && (n >= len(tt.pages) || len(page) != tt.pages[n]) {
					t.Fatalf("page %d of %d has %d users, want pages of %v", n, tt.limit, len(page), tt.pages)
				}
				for _, u := range page {
					if seen[u.Username] {
						t.Errorf("%s came twice", u.Username)
					}
					seen[u.Username] = true
				}
				if token = next; token == "" {
					break
				}
			}
			if len(seen) != 130 {
				t.Errorf("limit %d: %d users, want 130", tt.limit, len(seen))
			}
		}
		_, token, err := s.List(t.Context(), admin.UserList{PoolID: p.ID, Limit: 60})
		if err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{"x", "AAAA", token[:len(token)-2], token + "AA"} {
			_, _, err := s.List(t.Context(), admin.UserList{PoolID: p.ID, Token: bad, Limit: 60})
			flowtest.Want(t, err, pool.InvalidParameter, "Invalid pagination token")
		}
		_, _, err = s.List(t.Context(), admin.UserList{PoolID: other.ID, Token: token, Limit: 60})
		flowtest.Want(t, err, pool.InvalidParameter, "Invalid pagination token")
	})
}

// Who is added or removed between two pages hides nobody else.
func TestListBesideChanges(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		s := users(e)
		p := e.Pool(t, nil)
		crowd(t, e, p, 30)
		page, next, err := s.List(t.Context(), admin.UserList{PoolID: p.ID, Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		seen := len(page)
		if err := s.Delete(t.Context(), p.ID, page[9].Username); err != nil {
			t.Fatal(err)
		}
		for next != "" {
			if page, next, err = s.List(t.Context(), admin.UserList{PoolID: p.ID, Token: next, Limit: 10}); err != nil {
				t.Fatal(err)
			}
			seen += len(page)
		}
		if seen != 30 {
			t.Errorf("%d users were listed, want 30", seen)
		}
	})
}
