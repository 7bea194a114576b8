package directory_test

import (
	"testing"

	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

func TestHoldingsAreWhatThePoolLetsPeopleSignInBy(t *testing.T) {
	each(t, nil, func(t *testing.T, h hall) {
		ada, bob, eve := h.add(t, "ada"), h.add(t, "bob"), h.add(t, "eve")
		err := h.store.Update(t.Context(), func(tx store.Tx) error {
			if _, err := tx.AddPasskey(t.Context(), store.Passkey{PoolKey: h.pool.Key, ID: "k", Sub: ada.Sub, Body: "{}"}); err != nil {
				return err
			}
			for _, u := range []*pool.User{ada, bob} {
				if err := tx.AskSoftwareToken(t.Context(), h.pool.Key, u.Sub, []byte("seed")); err != nil {
					return err
				}
			}
			return tx.VerifySoftwareToken(t.Context(), h.pool.Key, ada.Sub, []byte("seed"), "phone", 1)
		})
		if err != nil {
			t.Fatal(err)
		}
		both := []string{pool.FirstPassword, pool.FirstPasskey, pool.FirstToken}
		for _, tt := range []struct {
			name   string
			factor []string
			sub    string
			want   pool.Holdings
		}{
			{"a passkey and a token", both, ada.Sub, pool.Holdings{Passkey: true, SoftwareToken: true}},
			{"a token that nobody verified", both, bob.Sub, pool.Holdings{}},
			{"nothing", both, eve.Sub, pool.Holdings{}},
			{"nobody", both, "00000000-0000-4000-8000-000000000000", pool.Holdings{}},
			{"where passkeys alone are let in", []string{pool.FirstPassword, pool.FirstPasskey}, ada.Sub, pool.Holdings{Passkey: true}},
			{"where tokens alone are let in", []string{pool.FirstPassword, pool.FirstToken}, ada.Sub, pool.Holdings{SoftwareToken: true}},
			{"where passwords alone are let in", []string{pool.FirstPassword}, ada.Sub, pool.Holdings{}},
		} {
			p := *h.pool
			p.AllowedFirstFactors = tt.factor
			err := h.store.View(t.Context(), func(s store.Snapshot) error {
				got, err := directory.Holdings(t.Context(), s, &p, tt.sub)
				if got != tt.want {
					t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
				}
				return err
			})
			if err != nil {
				t.Errorf("%s: %v", tt.name, err)
			}
		}
	})
}
