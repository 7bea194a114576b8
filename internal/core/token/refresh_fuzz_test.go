package token_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Of all texts the one that was issued refreshes, and revokes; another is
// refused, and a fault of ours for nobody.
func FuzzRefresh(f *testing.F) {
	fix := newFixture(f)
	c, u := fix.client(f), fix.ada(f)
	good, _ := fix.signIn(f, c, u)
	parts := strings.Split(good.Refresh, ".")
	for _, text := range []string{
		"", ".", "....", "ada", good.Access, good.ID, good.Refresh, good.Refresh + ".", good.Refresh + "\n", strings.ToUpper(good.Refresh),
		strings.Join(parts[:4], "."), strings.Join(append(parts[1:], parts[0]), "."),
		good.Refresh[:len(good.Refresh)-1] + "A", parts[0] + strings.Repeat(".", len(good.Refresh)-len(parts[0])),
		strings.Repeat("é", len(good.Refresh)/2), strings.Repeat("\x00", len(good.Refresh)), "\xff\xfe", "eyJhIjoxfQ.e30.",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		_, user, err := fix.refresh(fix.pool, c, text)
		if text == good.Refresh {
			if err != nil || user.Sub != u.Sub {
				t.Fatalf("the token that was issued: %v", err)
			}
			return
		}
		wantError(t, text, err, pool.NotAuthorized, refreshInvalid)
		err = fix.store.Update(context.Background(), func(tx store.Tx) error { return fix.Revoke(context.Background(), tx, fix.pool, c, text) })
		if err != nil && !errors.Is(err, pool.E(pool.UnsupportedTokenType, "")) {
			t.Errorf("Revoke(%q) = %v", text, err)
		}
		if _, _, err := fix.refresh(fix.pool, c, good.Refresh); err != nil {
			t.Fatalf("%q ended the token that was issued: %v", text, err)
		}
	})
}
