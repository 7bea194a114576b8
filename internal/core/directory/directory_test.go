package directory_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

func TestNewPutsTheNameWhereThePoolWantsIt(t *testing.T) {
	t.Parallel()
	folds, counts := &pool.Pool{Key: 7, CaseInsensitive: true}, &pool.Pool{Key: 7}
	byAddress := &pool.Pool{Key: 7, CaseInsensitive: true}
	addresses(byAddress)
	for _, tt := range []struct {
		pool            *pool.Pool
		typed, username string
		attribute       string
	}{
		{folds, "Ada", "ada", ""},
		{counts, "Ada", "Ada", ""},
		{byAddress, "Ada@Example.com", "", "email"},
		{byAddress, "+15551234567", "", "phone_number"},
	} {
		u, err := directory.New(tt.pool, tt.typed, map[string]string{"name": "Ada"}, noon)
		if err != nil {
			t.Errorf("New(%q): %v", tt.typed, err)
			continue
		}
		if tt.attribute != "" && (u.Username != u.Sub || u.Attributes[tt.attribute] != tt.typed) {
			t.Errorf("New(%q) = %+v, want the sub as user name and the name in %s", tt.typed, u, tt.attribute)
		}
		if tt.attribute == "" && u.Username != tt.username {
			t.Errorf("New(%q) is called %q, want %q", tt.typed, u.Username, tt.username)
		}
		if !u.Enabled || u.PoolKey != 7 || !pool.LooksLikeSub(u.Sub) || u.Attributes["name"] != "Ada" || !u.Created.Equal(noon) || !u.Modified.Equal(noon) {
			t.Errorf("New(%q) = %+v", tt.typed, u)
		}
	}
	_, err := directory.New(byAddress, "ada", nil, noon)
	wantError(t, err, pool.InvalidParameter, "Username should be either an email or a phone number.")
}

func TestAttributesLeavesTheGivenOnesAlone(t *testing.T) {
	t.Parallel()
	p := &pool.Pool{CaseInsensitive: true}
	addresses(p)
	given := map[string]string{"email": "ADA@example.com", "name": "Ada"}
	all, err := directory.Attributes(p, "ada@example.com", given)
	if err != nil || all["email"] != "ada@example.com" || all["name"] != "Ada" {
		t.Errorf("Attributes = %v, %v", all, err)
	}
	if given["email"] != "ADA@example.com" {
		t.Errorf("given = %v", given)
	}
	_, err = directory.Attributes(p, "ada", given)
	wantError(t, err, pool.InvalidParameter, "Username should be either an email or a phone number.")
}

func TestAttributesRefusesAnotherAddressThanTheName(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, username, attribute, value string
		anyCase, same                    bool
	}{
		{"another address", "ada@example.com", "email", "eve@example.com", true, false},
		{"the address", "ada@example.com", "email", "ada@example.com", false, true},
		{"the address in other letters", "ada@example.com", "email", "ADA@example.com", true, true},
		{"the address in other letters, where they count", "ada@example.com", "email", "ADA@example.com", false, false},
		{"no address", "ada@example.com", "email", "", false, true},
		{"a number beside it", "ada@example.com", "phone_number", "+15551234567", false, true},
		{"another number", "+15551234567", "phone_number", "+15551234568", false, false},
	} {
		p := &pool.Pool{CaseInsensitive: tt.anyCase}
		addresses(p)
		_, err := directory.Attributes(p, tt.username, map[string]string{tt.attribute: tt.value})
		if tt.same {
			if err != nil {
				t.Errorf("%s: %v", tt.name, err)
			}
			continue
		}
		wantError(t, err, pool.InvalidParameter,
			"User "+tt.attribute+" should be empty or same as username, since username attribute is "+tt.attribute+".")
	}
}

func TestFindPrefersWhatNobodyCanChoose(t *testing.T) {
	each(t, aliases, func(t *testing.T, h hall) {
		ada := h.add(t, "ada", "preferred_username", "countess")
		eve := h.add(t, "eve", "preferred_username", ada.Sub) // calls herself like ada's sub
		bob := h.add(t, "countess")
		h.leadsTo(t, ada.Sub, ada)
		h.leadsTo(t, eve.Sub, eve)
		h.leadsTo(t, "countess", bob) // the user name before the alias
		h.leadsTo(t, "COUNTESS", bob)
		h.leadsTo(t, "00000000-0000-4000-8000-000000000000", nil)
	})
}

func TestFindWithoutAliasesFindsNoAddress(t *testing.T) {
	each(t, nil, func(t *testing.T, h hall) {
		ada := h.add(t, "Ada", "email", "ada@example.com", "email_verified", "true", "preferred_username", "countess")
		h.leadsTo(t, "aDA", ada)
		h.leadsTo(t, "ada@example.com", nil)
		h.leadsTo(t, "countess", nil)
	})
}

func TestNamesThatAreTaken(t *testing.T) {
	for _, tt := range []struct {
		name         string
		pool         func(*pool.Pool)
		first, again string
		pairs        []string
		self, admin  string
	}{
		{"a user name", nil, "ada", "ADA", nil, "User already exists", "User account already exists"},
		{"an address", addresses, "ada@example.com", "Ada@Example.com", nil,
			"An account with the given email already exists.", "An account with the given email already exists."},
		{"a second address", addresses, "+15551234567", "eve@example.com", []string{"phone_number", "+15551234567"},
			"An account with the given phone_number already exists.", "An account with the given phone_number already exists."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			each(t, tt.pool, func(t *testing.T, h hall) {
				h.add(t, tt.first)
				u := h.make(t, tt.again, tt.pairs...)
				for admin, want := range map[bool]string{false: tt.self, true: tt.admin} {
					err := h.store.View(t.Context(), func(s store.Snapshot) error {
						return directory.Taken(t.Context(), s, h.pool, u, admin)
					})
					wantError(t, err, pool.UsernameExists, want)
					err = h.store.Update(t.Context(), func(tx store.Tx) error {
						return directory.Create(t.Context(), tx, h.pool, u, admin, false)
					})
					wantError(t, err, pool.UsernameExists, want)
				}
			})
		})
	}
}

func TestClientAndPoolThatAreNotThere(t *testing.T) {
	each(t, nil, func(t *testing.T, h hall) {
		err := h.store.View(t.Context(), func(s store.Snapshot) error {
			_, _, err := directory.Client(t.Context(), s, "gone")
			wantError(t, err, pool.NotFound, "User pool client gone does not exist.")
			_, err = directory.Pool(t.Context(), s, "us-east-1_gone")
			wantError(t, err, pool.NotFound, "User pool us-east-1_gone does not exist.")
			p, err := directory.Pool(t.Context(), s, h.pool.ID)
			if err == nil && p.Key != h.pool.Key {
				t.Errorf("pool = %+v", p)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// An administrator of one pool does not reach the clients of another.
func TestAClientOfAnotherPoolIsNoClient(t *testing.T) {
	each(t, nil, func(t *testing.T, h hall) {
		other := &pool.Pool{ID: "us-east-1_Other", Created: noon, Modified: noon}
		err := h.store.Update(t.Context(), func(tx store.Tx) error {
			key, err := tx.CreatePool(t.Context(), other)
			if err != nil {
				return err
			}
			return tx.CreateClient(t.Context(), &pool.Client{PoolKey: key, ID: "theirs", Created: noon, Modified: noon})
		})
		if err != nil {
			t.Fatal(err)
		}
		err = h.store.View(t.Context(), func(s store.Snapshot) error {
			_, _, err := directory.ClientOf(t.Context(), s, h.pool.ID, "theirs")
			wantError(t, err, pool.NotFound, "User pool client theirs does not exist.")
			_, _, err = directory.ClientOf(t.Context(), s, "us-east-1_gone", "theirs")
			wantError(t, err, pool.NotFound, "User pool us-east-1_gone does not exist.")
			c, p, err := directory.ClientOf(t.Context(), s, other.ID, "theirs")
			if err == nil && (c.ID != "theirs" || p.ID != other.ID) {
				t.Errorf("client %q of pool %q", c.ID, p.ID)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// What Save would say of an address is said before, so that it does not have to wait.
func TestCheckAddress(t *testing.T) {
	each(t, addresses, func(t *testing.T, h hall) {
		ada := h.add(t, "ada@example.com")
		h.add(t, "eve@example.com")
		check := func(p *pool.Pool, attribute, value string) (err error) {
			_ = h.store.View(t.Context(), func(s store.Snapshot) error {
				err = directory.CheckAddress(t.Context(), s, p, ada, attribute, value)
				return nil
			})
			return err
		}
		for _, value := range []string{"new@example.com", "ADA@example.com"} {
			if err := check(h.pool, "email", value); err != nil {
				t.Errorf("%s: %v", value, err)
			}
		}
		wantError(t, check(h.pool, "email", "EVE@example.com"), pool.AliasExists, "An account with the given email already exists.")
		wantError(t, check(h.pool, "email", strings.Repeat("x", 257)), pool.InvalidParameter, "user.email: String attributes cannot have a length of more than 256")
		byName := *h.pool
		byName.UsernameAttributes = nil
		if err := check(&byName, "email", "eve@example.com"); err != nil {
			t.Errorf("where nobody signs in by it: %v", err)
		}
	})
}

func TestCheckUnconfirmed(t *testing.T) {
	t.Parallel()
	if err := directory.CheckUnconfirmed(&pool.User{Status: pool.Unconfirmed}); err != nil {
		t.Errorf("unconfirmed: %v", err)
	}
	for _, s := range []pool.Status{pool.Confirmed, pool.ForceChangePassword, pool.ResetRequired, pool.ExternalProvider} {
		wantError(t, directory.CheckUnconfirmed(&pool.User{Status: s}), pool.NotAuthorized,
			"User cannot be confirmed. Current status is "+string(s))
	}
}

// A fault of the store is not taken for an answer.
func TestFaultsAreNotAnswers(t *testing.T) {
	each(t, aliases, func(t *testing.T, h hall) {
		u := h.make(t, "ada")
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		err := h.store.View(t.Context(), func(s store.Snapshot) error {
			for name, ask := range map[string]func() error{
				"Client": func() error { _, _, err := directory.Client(ctx, s, "gone"); return err },
				"Pool":   func() error { _, err := directory.Pool(ctx, s, "gone"); return err },
				"Find":   func() error { _, err := directory.Find(ctx, s, h.pool, u.Sub); return err },
				"User":   func() error { _, err := directory.User(ctx, s, h.pool, "ada"); return err },
				"Taken":  func() error { return directory.Taken(ctx, s, h.pool, u, false) },
			} {
				err := ask()
				if _, told := err.(*pool.Error); told || err == nil {
					t.Errorf("%s on a store that fails: %v", name, err)
				}
			}
			return nil
		})
		_ = err // the cancelled reads may have ended the snapshot
	})
}

// A preferred user name needs no proof, and may be what somebody's address is.
func TestFindPrefersWhatWasProved(t *testing.T) {
	each(t, func(p *pool.Pool) {
		p.AliasAttributes = []string{"preferred_username", "phone_number", "email"}
	}, func(t *testing.T, h hall) {
		ada := h.add(t, "ada", "email", "ada@example.com", "email_verified", "true", "phone_number", "+15551234567", "phone_number_verified", "true")
		eve := h.add(t, "eve", "preferred_username", "ada@example.com")
		h.add(t, "mallory", "preferred_username", "+15551234567")
		h.leadsTo(t, "ada@example.com", ada)
		h.leadsTo(t, "+15551234567", ada)
		if err := h.change(t, ada, false, func(u *pool.User) { u.Change(map[string]string{"email": ""}) }); err != nil {
			t.Fatal(err)
		}
		h.leadsTo(t, "ada@example.com", eve)
	})
}

// Where two write at once, a user may go after it was read: whoever saves it
// then is asked to look again, and finds nobody.
func TestSaveOfSomebodyWhoIsGone(t *testing.T) {
	each(t, addresses, func(t *testing.T, h hall) {
		gone := h.make(t, "ada@example.com")
		err := h.store.Update(t.Context(), func(tx store.Tx) error {
			return directory.Save(t.Context(), tx, h.pool, gone, noon, false)
		})
		if !errors.Is(err, store.ErrConflict) {
			t.Errorf("Save = %v, want a conflict", err)
		}
	})
}
