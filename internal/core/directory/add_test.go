package directory

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

// blind is a transaction that does not see an alias that somebody just took.
type blind struct{ store.Tx }

func (blind) UserByAlias(context.Context, int64, string, ...string) (*pool.User, error) {
	return nil, store.ErrNotFound
}

// Whoever loses a race for an alias has written a row by then, so that the
// transaction is run again; in what Add says itself nothing was written.
func TestAddBesideOthersWhoTakeTheSameName(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st store.Store) {
		for name, p := range map[string]*pool.Pool{
			"signing in by address": {Key: 1, UsernameAttributes: []string{"email"}},
			"aliases":               {Key: 2, AliasAttributes: []string{"email"}},
		} {
			make := func(username string) *pool.User {
				u, err := New(p, username, map[string]string{"email": "ada@example.com", "email_verified": "true"}, time.Now())
				if err != nil {
					t.Fatal(err)
				}
				u.Status = pool.Confirmed
				return u
			}
			names := [2]string{"ada", "bob"}
			if len(p.UsernameAttributes) > 0 {
				names = [2]string{"ada@example.com", "ada@example.com"}
			}
			first, second := make(names[0]), make(names[1])
			if err := st.Update(t.Context(), func(tx store.Tx) error { return Add(t.Context(), tx, p, first) }); err != nil {
				t.Fatal(err)
			}
			err := st.Update(t.Context(), func(tx store.Tx) error { return Add(t.Context(), blind{tx}, p, second) })
			if !errors.Is(err, store.ErrConflict) {
				t.Errorf("%s, unseen: %v, want ErrConflict", name, err)
			}
			err = st.Update(t.Context(), func(tx store.Tx) error {
				if err := Add(t.Context(), tx, p, second); err == nil || errors.Is(err, store.ErrConflict) {
					t.Errorf("%s: %v, want that it is taken", name, err)
				}
				_, err := tx.User(t.Context(), p.Key, second.Sub)
				return err
			})
			if !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s: %v, want nobody written", name, err)
			}
		}
	})
}
