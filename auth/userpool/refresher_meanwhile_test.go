package userpool_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cenote-auth/cenote/auth/storage"
	"github.com/cenote-auth/cenote/auth/userpool"
)

func TestTokensThatABrowserRotatedAreTaken(t *testing.T) {
	reused := &userpool.Error{Code: userpool.ErrRefreshTokenReuse}
	for _, tt := range []struct {
		name    string
		browser func() *userpool.Session // what it stored meanwhile
		fails   []error
		want    string
		asked   int
	}{
		{"they are good", func() *userpool.Session { return issue(7) }, []error{reused}, "r7", 1},
		{"they have expired too", func() *userpool.Session {
			s := issue(7)
			s.ClockDrift = 2 * time.Hour
			return s
		}, []error{reused}, "r8", 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				service := issuer{fails: tt.fails}
				store := start(t, storage.NewMemory())
				time.Sleep(2 * time.Hour)
				browser := func(ctx context.Context, old *userpool.Stored) (*userpool.Session, error) {
					if service.asked == 0 {
						other := *old
						other.Session = tt.browser()
						if err := store.Save(ctx, &other); err != nil {
							return nil, err
						}
					}
					return service.refresh(ctx, old)
				}
				got, _, err := userpool.NewRefresher(store, browser, nil).Fresh(t.Context(), false)
				if err != nil || got.Session.RefreshToken != tt.want || service.asked != tt.asked {
					t.Errorf("Fresh = %v, %v after %d requests, want %s after %d", got, err, service.asked, tt.want, tt.asked)
				}
				holds(t, store, tt.want)
			})
		})
	}
}

func TestSigningOutDuringARefreshStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var service issuer
		store := start(t, storage.NewMemory())
		r := userpool.NewRefresher(store, service.refresh, nil)
		var group sync.WaitGroup
		group.Go(func() {
			if got, _, err := r.Fresh(t.Context(), true); !errors.Is(err, userpool.ErrNoUser) || got != nil {
				t.Errorf("Fresh = %v, %v, want %v", got, err, userpool.ErrNoUser)
			}
		})
		synctest.Wait()
		if err := store.Clear(t.Context(), "ada"); err != nil {
			t.Error(err)
		}
		group.Wait()
		holds(t, store, "")
	})
}

func TestASignInDuringARefreshStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var service issuer
		store := start(t, storage.NewMemory())
		r := userpool.NewRefresher(store, service.refresh, nil)
		var group sync.WaitGroup
		group.Go(func() {
			if got, _, err := r.Fresh(t.Context(), true); err != nil || got.Session.RefreshToken != "r9" {
				t.Errorf("Fresh = %v, %v, want session 9", got, err)
			}
		})
		synctest.Wait()
		if err := store.Save(t.Context(), &userpool.Stored{Username: "ada", Session: issue(9), SignInDetails: `{"loginId":"ada"}`}); err != nil {
			t.Error(err)
		}
		group.Wait()
		holds(t, store, "r9")
	})
}

func TestASignInDuringARefusalStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := issuer{fails: []error{&userpool.Error{Code: userpool.ErrNotAuthorized}}}
		store := start(t, storage.NewMemory())
		r := userpool.NewRefresher(store, service.refresh, nil)
		var group sync.WaitGroup
		group.Go(func() {
			if _, _, err := r.Fresh(t.Context(), true); !errors.Is(err, userpool.ErrSessionExpired) {
				t.Errorf("Fresh: %v, want %v", err, userpool.ErrSessionExpired)
			}
		})
		synctest.Wait()
		if err := store.Save(t.Context(), &userpool.Stored{Username: "ada", Session: issue(9), SignInDetails: `{"loginId":"ada"}`}); err != nil {
			t.Error(err)
		}
		group.Wait()
		holds(t, store, "r9")
	})
}

func TestTwoStoresWithTheSameTokensShareARefresh(t *testing.T) {
	for _, tt := range []struct {
		name  string
		fails []error
		want  string
	}{
		{"both get the tokens", nil, "r1"},
		{"both lose a session that is over", []error{&userpool.Error{Code: userpool.ErrNotAuthorized}}, ""},
		{"both keep theirs when the service is away", []error{&userpool.Error{Code: userpool.ErrNetwork}}, "r0"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				service := issuer{fails: tt.fails}
				stores := []*userpool.SessionStore{start(t, storage.NewMemory()), start(t, storage.NewMemory())}
				first := userpool.NewRefresher(stores[0], service.refresh, nil)
				second := first.WithStore(stores[1])
				time.Sleep(2 * time.Hour)
				var group sync.WaitGroup
				group.Go(func() { first.Fresh(t.Context(), false) })
				group.Go(func() { second.Fresh(t.Context(), false) })
				group.Wait()
				if service.asked != 1 {
					t.Errorf("%d requests, want 1", service.asked)
				}
				for _, store := range stores {
					holds(t, store, tt.want)
				}
			})
		})
	}
}

// Two seats of one person wait for a refresh. What happens to the storage before
// the second of them goes on is what counts.
func TestWhoWaitedDoesNotUndoWhatCameAfter(t *testing.T) {
	for _, tt := range []struct {
		name  string
		fails []error
		after func(context.Context, *userpool.SessionStore) error
		want  string
	}{
		{"a sign-out after new tokens", nil, func(ctx context.Context, s *userpool.SessionStore) error {
			return s.Clear(ctx, "ada")
		}, ""},
		{"a sign-in after the session was over", []error{&userpool.Error{Code: userpool.ErrNotAuthorized}}, func(ctx context.Context, s *userpool.SessionStore) error {
			return s.Save(ctx, &userpool.Stored{Username: "ada", Session: issue(9), SignInDetails: `{"loginId":"ada"}`})
		}, "r9"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				service := issuer{fails: tt.fails}
				both := storage.NewMemory()
				store := start(t, both)
				first := userpool.NewRefresher(store, service.refresh, &userpool.RefresherOptions{
					Done: func(ctx context.Context, _ *userpool.Stored, _ error) {
						if err := tt.after(ctx, store); err != nil {
							t.Error(err)
						}
					},
				})
				second := first.WithStore(userpool.NewSessionStore(both, "c", userpool.DriftMillis))
				time.Sleep(2 * time.Hour)
				var group sync.WaitGroup
				group.Go(func() { first.Fresh(t.Context(), false) })
				synctest.Wait()
				group.Go(func() { second.Fresh(t.Context(), false) })
				group.Wait()
				holds(t, store, tt.want)
			})
		})
	}
}

func TestEveryCallerHasASessionOfItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var service issuer
		r := userpool.NewRefresher(start(t, storage.NewMemory()), service.refresh, nil)
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				got, _, err := r.Fresh(t.Context(), true)
				if err != nil || got.Session.RefreshToken != "r1" {
					t.Errorf("Fresh = %v, %v, want session 1", got, err)
					return
				}
				got.Username, got.Session.RefreshToken = "", "" // as one who hands the rest to others
			})
		}
		group.Wait()
	})
}

// saved is a Storage that notes the keys it was last given.
type saved struct {
	*storage.Memory
	keys map[string]string
}

func (s *saved) Save(ctx context.Context, set map[string]string, remove ...string) error {
	s.keys = set
	return s.Memory.Save(ctx, set, remove...)
}

// In a cookie everything would end some time after it was written.
func TestARefreshWritesTheWholeSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var service issuer
		s := &saved{Memory: storage.NewMemory()}
		store := start(t, s)
		if _, _, err := userpool.NewRefresher(store, service.refresh, nil).Fresh(t.Context(), true); err != nil {
			t.Fatal(err)
		}
		k := store.Keys()
		for _, key := range []string{k.LastAuthUser(), k.AccessToken("ada"), k.IDToken("ada"), k.RefreshToken("ada"), k.SignInDetails("ada")} {
			if s.keys[key] == "" {
				t.Errorf("%s was not written", key)
			}
		}
	})
}

func TestARefreshLeavesWhoSignedInLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var service issuer
		store := start(t, storage.NewMemory())
		if err := store.Save(t.Context(), &userpool.Stored{Username: "bob", Session: issue(5)}); err != nil {
			t.Fatal(err)
		}
		r := userpool.NewRefresher(store, service.refresh, nil).WithUser("ada")
		if got, _, err := r.Fresh(t.Context(), true); err != nil || got.Username != "ada" || got.Session.RefreshToken != "r1" {
			t.Errorf("Fresh = %v, %v, want session 1 of ada", got, err)
		}
		if last, err := store.LastUser(t.Context()); err != nil || last != "bob" {
			t.Errorf("signed in last: %q, %v, want bob", last, err)
		}
	})
}
