package storetest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

func readUser(t *testing.T, s store.Store, key int64, sub string) *pool.User {
	t.Helper()
	return read(t, s, func(ctx context.Context, tx store.Snapshot) (*pool.User, error) { return tx.User(ctx, key, sub) })
}

// byAlias returns the sub of the user who holds an alias, or "".
func byAlias(t *testing.T, s store.Store, key int64, folded string, kinds ...string) (sub string) {
	t.Helper()
	view(t, s, func(ctx context.Context, tx store.Snapshot) error {
		u, err := tx.UserByAlias(ctx, key, folded, kinds...)
		if isOneOf(err, []error{store.ErrNotFound}) {
			return nil
		} else if err != nil {
			return err
		}
		sub = u.Sub
		return nil
	})
	return sub
}

func testUser(t *testing.T, s store.Store) {
	key := newPool(t, s, "p")
	want := pool.User{
		PoolKey: key, Sub: "11111111-2222-4333-8444-555555555555", Username: "Ada", Status: pool.ForceChangePassword,
		Enabled: true, Version: 1, Created: noon, Modified: noon.Add(time.Microsecond),
		Attributes:     map[string]string{"email": "Ada@Example.com", "custom:näme": "\"quoted\" \\ \u2028 𝒜 <&>"},
		SealedPassword: []byte{0, 1, 2, 255}, PasswordSet: noon, SessionGeneration: 3, TokenGeneration: 1 << 40,
		Factors: pool.Factors{SMS: true, SoftwareToken: true, Preferred: pool.TokenFactor, Passkey: true},
	}
	n := store.Names{Username: "ada", Search: map[string]string{"email": "ada@example.com"}}
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.CreateUser(ctx, &want, n) })
	equal(t, "User", *readUser(t, s, key, want.Sub), want)
	equal(t, "UserByName", *read(t, s, func(ctx context.Context, tx store.Snapshot) (*pool.User, error) {
		return tx.UserByName(ctx, key, "ada")
	}), want)
	absent(t, s, "User of another pool", func(ctx context.Context, tx store.Snapshot) error {
		_, err := tx.User(ctx, key+1, want.Sub)
		return err
	})

	bare := pool.User{PoolKey: key, Sub: "s", Username: "bare", Status: pool.Unconfirmed, Version: 1}
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		return tx.CreateUser(ctx, &bare, store.Names{Username: "bare"})
	})
	got := readUser(t, s, key, "s")
	equal(t, "User without anything", *got, bare)
	if got.SealedPassword != nil || !got.PasswordSet.IsZero() || !got.Created.IsZero() {
		t.Errorf("absent values came back as %v, %v, %v", got.SealedPassword, got.PasswordSet, got.Created)
	}
}

func testCreateUserTwice(t *testing.T, s store.Store) {
	key := newPool(t, s, "p")
	newUser(t, s, key, "ada", pool.Alias{Kind: "email", Folded: "a@x"})
	for _, tt := range []struct{ sub, username, email, key string }{
		{"sub-new", "ada", "b@x", "username"},
		{"sub-ada", "new", "b@x", "sub"},
		{"sub-new", "new", "a@x", "email"},
	} {
		taken(t, s, tt.key, func(ctx context.Context, tx store.Tx) error {
			u, n := person(key, tt.username, pool.Alias{Kind: "email", Folded: tt.email})
			u.Sub = tt.sub
			return tx.CreateUser(ctx, u, n)
		})
	}
	if n := read(t, s, func(ctx context.Context, tx store.Snapshot) (int64, error) { return tx.CountUsers(ctx, key) }); n != 1 {
		t.Errorf("CountUsers = %d, want 1", n)
	}
	if sub := byAlias(t, s, key, "b@x", "email"); sub != "" {
		t.Errorf("a refused user left an alias to %s", sub)
	}
}

func testUpdateUser(t *testing.T, s store.Store) {
	key := newPool(t, s, "p")
	sub := newUser(t, s, key, "ada")
	want := *readUser(t, s, key, sub)
	want.Status, want.Enabled, want.Modified = pool.ResetRequired, false, noon.Add(time.Hour)
	want.Attributes, want.SealedPassword = map[string]string{"name": "Ada"}, []byte("sealed")
	want.PasswordSet, want.SessionGeneration, want.TokenGeneration = noon, 7, 8
	want.Factors = pool.Factors{Email: true, Preferred: pool.MailFactor}
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		return tx.UpdateUser(ctx, &want, store.Names{Username: "ada"})
	})
	want.Version++
	equal(t, "User", *readUser(t, s, key, sub), want)
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error {
		u, n := person(key, "nobody")
		return tx.UpdateUser(ctx, u, n)
	})
}

func testAliases(t *testing.T, s store.Store) {
	key := newPool(t, s, "p")
	email := func(v string) pool.Alias { return pool.Alias{Kind: "email", Folded: v} }
	phone := func(v string) pool.Alias { return pool.Alias{Kind: "phone_number", Folded: v} }
	ada := newUser(t, s, key, "ada", email("a@x"), phone("+1"))
	bob := newUser(t, s, key, "bob", email("b@x"), phone("a@x"))
	for _, tt := range []struct {
		name, folded string
		kinds        []string
		want         string
	}{
		{"by one kind", "a@x", []string{"email"}, ada},
		{"of two the first kind wins", "a@x", []string{"email", "phone_number"}, ada},
		{"of two the first kind wins, asked the other way", "a@x", []string{"phone_number", "email"}, bob},
		{"by the last of three kinds", "b@x", []string{"preferred_username", "phone_number", "email"}, bob},
		{"a kind that was not asked for does not count", "+1", []string{"email"}, ""},
		{"without a kind there is nobody", "a@x", nil, ""},
	} {
		if got := byAlias(t, s, key, tt.folded, tt.kinds...); got != tt.want {
			t.Errorf("%s: UserByAlias = %q, want %q", tt.name, got, tt.want)
		}
	}

	rename := func(ctx context.Context, tx store.Tx, sub string, aliases ...pool.Alias) error {
		u, err := tx.User(ctx, key, sub)
		if err != nil {
			return err
		}
		return tx.UpdateUser(ctx, u, store.Names{Username: u.Username, Aliases: aliases})
	}
	taken(t, s, "email", func(ctx context.Context, tx store.Tx) error { return rename(ctx, tx, ada, email("b@x")) })
	if got := byAlias(t, s, key, "+1", "phone_number"); got != ada {
		t.Errorf("a refused change took the alias +1 to %q", got)
	}
	update(t, s, func(ctx context.Context, tx store.Tx) error { return rename(ctx, tx, ada, email("new@x"), phone("+1")) })
	for folded, want := range map[string]string{"new@x": ada, "a@x": bob, "+1": ada} {
		if got := byAlias(t, s, key, folded, "email", "phone_number"); got != want {
			t.Errorf("after the change %s is %q, want %q", folded, got, want)
		}
	}
	newUser(t, s, key, "eve", email("a@x")) // is free again
}

func testTakeAlias(t *testing.T, s store.Store) {
	key := newPool(t, s, "p")
	alias := pool.Alias{Kind: "email", Folded: "a@x"}
	ada := newUser(t, s, key, "ada", alias)
	for _, want := range []string{ada, ""} {
		update(t, s, func(ctx context.Context, tx store.Tx) error {
			got, err := tx.TakeAlias(ctx, key, alias)
			if got != want {
				t.Errorf("TakeAlias = %q, want %q", got, want)
			}
			return err
		})
	}
	newUser(t, s, key, "bob", alias)
}

func testDeleteUser(t *testing.T, s store.Store) {
	key := newPool(t, s, "p")
	alias := pool.Alias{Kind: "email", Folded: "a@x"}
	ada, bob := newUser(t, s, key, "ada", alias), newUser(t, s, key, "bob")
	belongings(t, s, key, ada)
	belongings(t, s, key, bob)
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.DeleteUser(ctx, key, ada) })
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error { return tx.DeleteUser(ctx, key, ada) })
	for what, fn := range map[string]func(context.Context, store.Snapshot, string) error{
		"Code": func(ctx context.Context, tx store.Snapshot, sub string) error {
			_, err := tx.Code(ctx, key, sub, "sign-up")
			return err
		},
		"RefreshToken": func(ctx context.Context, tx store.Snapshot, sub string) error {
			_, err := tx.RefreshToken(ctx, key, fmt.Append(nil, key, sub))
			return err
		},
		"LatestToken": func(ctx context.Context, tx store.Snapshot, sub string) error {
			_, err := tx.LatestToken(ctx, key, fmt.Sprint(key, sub))
			return err
		},
		"SoftwareToken": func(ctx context.Context, tx store.Snapshot, sub string) error {
			_, err := tx.SoftwareToken(ctx, key, sub)
			return err
		},
		"Passkey": func(ctx context.Context, tx store.Snapshot, sub string) error {
			_, err := tx.Passkey(ctx, key, fmt.Sprint(key, sub))
			return err
		},
		"Device": func(ctx context.Context, tx store.Snapshot, sub string) error {
			_, err := tx.Device(ctx, key, sub, "d")
			return err
		},
		"Conversation": func(ctx context.Context, tx store.Snapshot, sub string) error {
			_, err := tx.Conversation(ctx, key, fmt.Sprint(key, sub))
			return err
		},
		"AuthEvent": func(ctx context.Context, tx store.Snapshot, sub string) error {
			_, err := tx.AuthEvent(ctx, key, sub, "e")
			return err
		},
		"User": func(ctx context.Context, tx store.Snapshot, sub string) error {
			_, err := tx.User(ctx, key, sub)
			return err
		},
	} {
		absent(t, s, what, func(ctx context.Context, tx store.Snapshot) error { return fn(ctx, tx, ada) })
		view(t, s, func(ctx context.Context, tx store.Snapshot) error { return fn(ctx, tx, bob) })
	}
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		a, err := tx.LockAttempt(ctx, key, ada, "password")
		if a.Count != 0 {
			t.Errorf("a deleted user has %d attempts", a.Count)
		}
		return err
	})
	newUser(t, s, key, "ada", alias)
}

func testNamesByByte(t *testing.T, s store.Store) {
	key := newPool(t, s, "p")
	names := []string{"Ada", "ada", "ADA", "ad\u00e1", "ada\u0301", "ada ", "ß", "ss", "ａｄａ"}
	for _, name := range names {
		newUser(t, s, key, name, pool.Alias{Kind: "email", Folded: name})
	}
	for _, name := range names {
		u := read(t, s, func(ctx context.Context, tx store.Snapshot) (*pool.User, error) { return tx.UserByName(ctx, key, name) })
		if u.Username != name {
			t.Errorf("UserByName(%q) = %q", name, u.Username)
		}
		if got := byAlias(t, s, key, name, "email"); got != "sub-"+name {
			t.Errorf("UserByAlias(%q) = %q", name, got)
		}
	}
	want := slices.Sorted(slices.Values(names))
	var got []string
	for _, sub := range listed(t, s, key, store.UserFilter{}, 100) {
		got = append(got, strings.TrimPrefix(sub, "sub-"))
	}
	if !slices.Equal(got, want) {
		t.Errorf("order = %q, want %q", got, want)
	}
}

func testPoolsShareNoNames(t *testing.T, s store.Store) {
	alias := pool.Alias{Kind: "email", Folded: "a@x"}
	p, q := newPool(t, s, "p"), newPool(t, s, "q")
	newUser(t, s, p, "ada", alias)
	newUser(t, s, q, "ada", alias)
	newUser(t, s, q, "bob", pool.Alias{Kind: "email", Folded: "b@x"})
	for what, find := range map[string]func(context.Context, store.Snapshot) error{
		"User":       func(ctx context.Context, tx store.Snapshot) error { _, err := tx.User(ctx, p, "sub-bob"); return err },
		"UserByName": func(ctx context.Context, tx store.Snapshot) error { _, err := tx.UserByName(ctx, p, "bob"); return err },
		"UserByAlias": func(ctx context.Context, tx store.Snapshot) error {
			_, err := tx.UserByAlias(ctx, p, "b@x", "email")
			return err
		},
	} {
		absent(t, s, what+" of another pool", find)
	}
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.DeleteUser(ctx, p, "sub-ada") })
	if got := byAlias(t, s, q, "a@x", "email"); got != "sub-ada" {
		t.Errorf("deleting a namesake in another pool left %q", got)
	}
}
