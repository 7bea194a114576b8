package directory_test

import (
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/pool"
)

func TestAnAliasIsTakenByProof(t *testing.T) {
	each(t, aliases, func(t *testing.T, h hall) {
		ada := h.add(t, "ada", "email", "shared@example.com", "email_verified", "true")
		eve := h.add(t, "eve", "email", "Shared@example.com") // not proved: no alias
		h.leadsTo(t, "shared@example.com", ada)
		wantError(t, h.change(t, eve, false, func(u *pool.User) { u.Attributes["email_verified"] = "true" }),
			pool.AliasExists, "An account with the given email already exists.")
		wantError(t, h.create(t, h.make(t, "bob", "email", "shared@example.com", "email_verified", "true"), false),
			pool.AliasExists, "An account with the given email already exists.")
		h.leadsTo(t, "bob", nil)
		if err := h.change(t, ada, false, func(u *pool.User) { u.Attributes["email"] = "new@example.com" }); err != nil {
			t.Fatal(err)
		}
		h.leadsTo(t, "new@example.com", ada)
		h.leadsTo(t, "shared@example.com", nil)
		if err := h.change(t, eve, false, func(u *pool.User) { u.Attributes["email_verified"] = "true" }); err != nil {
			t.Fatal(err)
		}
		h.leadsTo(t, "SHARED@example.com", eve)
	})
}

func TestSaveRenamesWherePeopleSignInByAddress(t *testing.T) {
	each(t, addresses, func(t *testing.T, h hall) {
		ada, eve := h.add(t, "ada@example.com"), h.add(t, "eve@example.com")
		wantError(t, h.change(t, eve, false, func(u *pool.User) { u.Attributes["email"] = "ADA@example.com" }),
			pool.AliasExists, "An account with the given email already exists.")
		wantError(t, h.change(t, eve, true, func(u *pool.User) { u.Attributes["email"] = "ADA@example.com" }),
			pool.AliasExists, "An account with the given email already exists.")
		if err := h.change(t, ada, false, func(u *pool.User) { u.Attributes["email"] = "new@example.com" }); err != nil {
			t.Fatal(err)
		}
		h.leadsTo(t, "ada@example.com", nil)
		h.leadsTo(t, "new@example.com", ada)
		got, err := h.find(t, "new@example.com")
		if err != nil || !got.Modified.Equal(noon.Add(time.Hour)) || got.Version != 2 {
			t.Errorf("saved %+v, %v", got, err)
		}
	})
}

func TestForceTakesAliases(t *testing.T) {
	each(t, aliases, func(t *testing.T, h hall) {
		all := []string{
			"email", "ada@example.com", "email_verified", "true",
			"phone_number", "+15551234567", "phone_number_verified", "true", "preferred_username", "countess",
		}
		ada := h.add(t, "ada", all...)
		eve := h.make(t, "eve", all...)
		if err := h.create(t, eve, true); err != nil {
			t.Fatalf("by force: %v", err)
		}
		for _, alias := range []string{"ada@example.com", "+15551234567", "countess"} {
			h.leadsTo(t, alias, eve)
		}
		loser, err := h.find(t, "ada")
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]string{
			"email": "ada@example.com", "email_verified": "false", "phone_number": "+15551234567", "phone_number_verified": "false",
			"preferred_username": "", "preferred_username_verified": "",
		} {
			if got := loser.Attributes[name]; got != want {
				t.Errorf("who lost the aliases has %s = %q, want %q", name, got, want)
			}
		}
		if err := h.change(t, ada, true, func(u *pool.User) { u.Attributes["email_verified"] = "true" }); err != nil {
			t.Fatalf("back by force: %v", err)
		}
		h.leadsTo(t, "ada@example.com", ada)
		h.leadsTo(t, "+15551234567", eve)
		if err := h.change(t, ada, true, func(u *pool.User) { u.Attributes["name"] = "Ada" }); err != nil {
			t.Fatalf("by force from oneself: %v", err)
		}
		if got, err := h.find(t, "ada@example.com"); err != nil || got.Sub != ada.Sub || !got.Verified("email") {
			t.Errorf("one's own alias by force = %+v, %v", got, err)
		}
	})
}

// Who is not confirmed has no alias yet, and so takes none.
func TestForceOfSomebodyUnconfirmedTakesNothing(t *testing.T) {
	each(t, aliases, func(t *testing.T, h hall) {
		ada := h.add(t, "ada", "preferred_username", "countess")
		eve := h.make(t, "eve", "preferred_username", "countess")
		eve.Status = pool.Unconfirmed
		if err := h.create(t, eve, true); err != nil {
			t.Fatal(err)
		}
		h.leadsTo(t, "countess", ada)
	})
}

func TestForceDoesNotTakeAUserName(t *testing.T) {
	each(t, addresses, func(t *testing.T, h hall) {
		ada := h.add(t, "ada@example.com")
		wantError(t, h.create(t, h.make(t, "ada@example.com"), true), pool.UsernameExists, "An account with the given email already exists.")
		h.leadsTo(t, "ada@example.com", ada)
	})
}
