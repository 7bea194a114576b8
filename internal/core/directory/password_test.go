package directory_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/credential"
	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/keyring/keyringtest"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// A password is refused as long as the pool remembers it, the one of now first.
func TestFormerPasswordsAreRefused(t *testing.T) {
	for size, refused := range map[int32][]string{0: nil, 1: {"four"}, 2: {"four", "three"}, 3: {"four", "three", "two"}} {
		t.Run(fmt.Sprint("of ", size), func(t *testing.T) {
			each(t, func(p *pool.Pool) { p.PasswordPolicy.HistorySize = size }, func(t *testing.T, h hall) {
				passwords := credential.NewPasswords(keyringtest.Open(t))
				ada := h.add(t, "ada")
				seal := func(password string) ([]byte, error) {
					u, err := h.find(t, "ada")
					if err != nil {
						t.Fatal(err)
					}
					return directory.SealPassword(t.Context(), h.store, passwords, h.pool, u, password)
				}
				for _, password := range []string{"one", "two", "three", "four"} {
					sealed, err := seal(password)
					if err != nil {
						t.Fatalf("%s: %v", password, err)
					}
					h.setPassword(t, ada.Sub, sealed)
				}
				for _, password := range []string{"one", "two", "three", "four", "five"} {
					_, err := seal(password)
					if got, want := errors.Is(err, pool.E(pool.PasswordHistory, "Password has previously been used")), slices.Contains(refused, password); got != want {
						t.Errorf("%s: %v, want it refused = %v", password, err, want)
					}
				}
			})
		})
	}
}

// A new password ends open sign-ins and leaves tokens; it comes with a status.
func TestSetPassword(t *testing.T) {
	each(t, nil, func(t *testing.T, h hall) {
		ada := h.add(t, "ada")
		h.setPassword(t, ada.Sub, []byte("sealed"))
		got, err := h.find(t, "ada")
		if err != nil || string(got.SealedPassword) != "sealed" || got.Status != pool.ResetRequired || !got.PasswordSet.Equal(noon.Add(time.Hour)) {
			t.Errorf("%+v, %v", got, err)
		}
		if got.SessionGeneration != ada.SessionGeneration+1 || got.TokenGeneration != ada.TokenGeneration {
			t.Errorf("generations %d and %d, want one more of sessions", got.SessionGeneration, got.TokenGeneration)
		}
	})
}

func (h hall) setPassword(t *testing.T, sub string, sealed []byte) {
	t.Helper()
	now := noon.Add(time.Hour)
	err := h.store.Update(t.Context(), func(tx store.Tx) error {
		u, err := tx.User(t.Context(), h.pool.Key, sub)
		if err != nil {
			return err
		}
		if err := directory.SetPassword(t.Context(), tx, h.pool, u, sealed, pool.ResetRequired, now); err != nil {
			return err
		}
		return directory.Save(t.Context(), tx, h.pool, u, now, false)
	})
	if err != nil {
		t.Fatal(err)
	}
}
