package userpool_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cenote-auth/cenote/auth/storage"
	"github.com/cenote-auth/cenote/auth/userpool"
)

// issuer is a service that rotates refresh tokens "r0", "r1" … and takes a
// second to answer.
type issuer struct {
	mu    sync.Mutex
	asked int
	fails []error // the answers of the next calls; nil for tokens
	done  []error // what RefresherOptions.Done was called with
}

func (i *issuer) refresh(ctx context.Context, old *userpool.Stored) (*userpool.Session, error) {
	i.mu.Lock()
	n := i.asked
	i.asked++
	i.mu.Unlock()
	select {
	case <-time.After(time.Second):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if n < len(i.fails) && i.fails[n] != nil {
		return nil, i.fails[n]
	}
	var last int
	fmt.Sscanf(old.Session.RefreshToken, "r%d", &last)
	return issue(last + 1), nil
}

func (i *issuer) options() *userpool.RefresherOptions {
	return &userpool.RefresherOptions{Leeway: 5 * time.Second, Done: func(_ context.Context, _ *userpool.Stored, err error) {
		i.done = append(i.done, err)
	}}
}

// issue returns the nth session, good for an hour from now.
func issue(n int) *userpool.Session {
	now := time.Now()
	access, err := userpool.ParseToken(mint(now, now.Add(time.Hour), map[string]any{"n": n}))
	if err != nil {
		panic(err)
	}
	return &userpool.Session{AccessToken: access, IDToken: access, RefreshToken: fmt.Sprintf("r%d", n)}
}

// start has ada signed in with session 0.
func start(t *testing.T, s storage.Storage) *userpool.SessionStore {
	t.Helper()
	store := userpool.NewSessionStore(s, "c", userpool.DriftMillis)
	if err := store.Save(t.Context(), &userpool.Stored{Username: "ada", Session: issue(0), SignInDetails: `{"loginId":"ada"}`}); err != nil {
		t.Fatal(err)
	}
	return store
}

// holds checks which session is stored; empty for none.
func holds(t *testing.T, store *userpool.SessionStore, want string) {
	t.Helper()
	got, err := store.Load(t.Context())
	if want == "" {
		if !errors.Is(err, userpool.ErrNoUser) {
			t.Errorf("stored: %v, %v, want nobody", got, err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if got.Session.RefreshToken != want || got.SignInDetails != `{"loginId":"ada"}` {
		t.Errorf("stored: %s with details %s, want %s", got.Session.RefreshToken, got.SignInDetails, want)
	}
}

func TestFreshLeavesGoodTokensAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var service issuer
		r := userpool.NewRefresher(start(t, storage.NewMemory()), service.refresh, service.options())
		time.Sleep(time.Hour - 6*time.Second)
		got, refreshed, err := r.Fresh(t.Context(), false)
		if err != nil || refreshed || service.asked != 0 || got.Session.RefreshToken != "r0" {
			t.Errorf("Fresh = %v, %t, %v after %d requests, want the stored session", got, refreshed, err, service.asked)
		}
	})
}

func TestAThousandGoroutinesCauseOneRefresh(t *testing.T) {
	for _, tt := range []struct {
		name    string
		storage func() storage.Storage
		force   bool
		wait    time.Duration
	}{
		{"the tokens have expired", func() storage.Storage { return storage.NewMemory() }, false, 2 * time.Hour},
		{"each insists", func() storage.Storage { return storage.NewMemory() }, true, time.Minute},
		{"the storage has no lock", func() storage.Storage { return new(book) }, false, 2 * time.Hour},
		{"each insists, without a lock", func() storage.Storage { return new(book) }, true, time.Minute},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { // which ends only when every goroutine has
				var service issuer
				store := start(t, tt.storage())
				r := userpool.NewRefresher(store, service.refresh, service.options())
				time.Sleep(tt.wait)
				var group sync.WaitGroup
				for range 1000 {
					group.Go(func() {
						got, refreshed, err := r.Fresh(t.Context(), tt.force)
						if err != nil || !refreshed || got.Session.RefreshToken != "r1" || got.Username != "ada" {
							t.Errorf("Fresh = %v, %t, %v, want session 1", got, refreshed, err)
						}
					})
				}
				group.Wait()
				if service.asked != 1 || len(service.done) != 1 {
					t.Errorf("%d requests and %d times done, want 1 and 1", service.asked, len(service.done))
				}
				holds(t, store, "r1")
			})
		})
	}
}

func TestARefreshOutlivesTheCallThatBeganIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var service issuer
		store := start(t, storage.NewMemory())
		r := userpool.NewRefresher(store, service.refresh, service.options())
		time.Sleep(2 * time.Hour)
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		var group sync.WaitGroup
		group.Go(func() {
			if _, _, err := r.Fresh(ctx, false); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("the impatient call: %v, want %v", err, context.DeadlineExceeded)
			}
		})
		synctest.Wait()
		if got, _, err := r.Fresh(t.Context(), false); err != nil || got.Session.RefreshToken != "r1" {
			t.Errorf("the patient call: %v, %v", got, err)
		}
		group.Wait()
		if service.asked != 1 {
			t.Errorf("%d requests, want 1", service.asked)
		}
		holds(t, store, "r1")
	})
}

func TestARefreshIsBoundedInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hang := func(ctx context.Context, _ *userpool.Stored) (*userpool.Session, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}
		store := start(t, storage.NewMemory())
		r := userpool.NewRefresher(store, hang, nil)
		time.Sleep(2 * time.Hour)
		began := time.Now()
		_, _, err := r.Fresh(context.Background(), false)
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != 30*time.Second {
			t.Errorf("Fresh = %v after %v, want %v after 30s", err, time.Since(began), context.DeadlineExceeded)
		}
		holds(t, store, "r0")
	})
}

func TestErrorsOfARefresh(t *testing.T) {
	offline := &userpool.Error{Code: userpool.ErrNetwork, Message: "no route"}
	refused := &userpool.Error{Code: userpool.ErrNotAuthorized, Message: "Refresh Token has been revoked", HTTPStatus: 400}
	reused := &userpool.Error{Code: userpool.ErrRefreshTokenReuse}
	for _, tt := range []struct {
		name   string
		wait   time.Duration
		force  bool
		fails  []error
		want   error  // of Fresh
		got    string // the session it returns
		stored string
	}{
		{"expired and offline", 2 * time.Hour, false, []error{offline}, userpool.ErrNetwork, "", "r0"},
		{"nearly expired and offline", time.Hour - 3*time.Second, false, []error{offline}, nil, "r0", "r0"},
		{"good, forced and offline", 0, true, []error{offline}, userpool.ErrNetwork, "r0", "r0"},
		{"throttled", 2 * time.Hour, false, []error{&userpool.Error{Code: userpool.ErrTooManyRequests}}, userpool.ErrTooManyRequests, "", "r0"},
		{"a trigger failed", 2 * time.Hour, false, []error{&userpool.Error{Code: userpool.ErrLambdaValidation}}, userpool.ErrLambdaValidation, "", "r0"},
		{"revoked", 2 * time.Hour, false, []error{refused}, userpool.ErrSessionExpired, "", ""},
		{"revoked while the access token is good", time.Hour - 3*time.Second, false, []error{refused}, userpool.ErrNotAuthorized, "", ""},
		{"no such user", 2 * time.Hour, true, []error{&userpool.Error{Code: userpool.ErrUserNotFound}}, userpool.ErrSessionExpired, "", ""},
		{"a password to reset", 2 * time.Hour, false, []error{&userpool.Error{Code: userpool.ErrPasswordResetRequired}}, userpool.ErrPasswordResetRequired, "", ""},
		{"used twice", 2 * time.Hour, false, []error{reused}, userpool.ErrRefreshTokenReuse, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				service := issuer{fails: tt.fails}
				store := start(t, storage.NewMemory())
				r := userpool.NewRefresher(store, service.refresh, service.options())
				time.Sleep(tt.wait)
				got, refreshed, err := r.Fresh(t.Context(), tt.force)
				if refreshed || !errors.Is(err, tt.want) {
					t.Errorf("Fresh = %t, %v, want %v", refreshed, err, tt.want)
				}
				if tt.got == "" != (got == nil) || got != nil && got.Session.RefreshToken != tt.got {
					t.Errorf("Fresh = %v, want session %q", got, tt.got)
				}
				if len(service.done) != 1 || service.done[0] == nil {
					t.Errorf("done with %v, want one error", service.done)
				}
				holds(t, store, tt.stored)
			})
		})
	}
}

func TestAnExpiredSessionSaysWhatTheServiceSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := issuer{fails: []error{&userpool.Error{Code: userpool.ErrNotAuthorized, Message: "User is disabled.", RequestID: "q-1", HTTPStatus: 400}}}
		r := userpool.NewRefresher(start(t, storage.NewMemory()), service.refresh, nil)
		_, _, err := r.Fresh(t.Context(), true)
		e, ok := errors.AsType[*userpool.Error](err)
		if !ok || e.Code != userpool.ErrSessionExpired || e.Message != "User is disabled." || e.RequestID != "q-1" || e.HTTPStatus != 400 {
			t.Errorf("Fresh: %#v", err)
		}
	})
}

func TestWithoutARefreshToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var service issuer
		store := start(t, storage.NewMemory())
		session := issue(0)
		session.RefreshToken = ""
		if err := store.Save(t.Context(), &userpool.Stored{Username: "ada", Session: session}); err != nil {
			t.Fatal(err)
		}
		r := userpool.NewRefresher(store, service.refresh, service.options())
		if _, _, err := r.Fresh(t.Context(), true); !errors.Is(err, userpool.ErrTokenRefresh) {
			t.Errorf("forced: %v, want %v", err, userpool.ErrTokenRefresh)
		}
		time.Sleep(time.Hour - time.Second)
		if got, _, err := r.Fresh(t.Context(), false); err != nil || got == nil {
			t.Errorf("a second before the end: %v, %v, want the session", got, err)
		}
		time.Sleep(time.Second)
		if got, _, err := r.Fresh(t.Context(), false); !errors.Is(err, userpool.ErrTokenRefresh) || got != nil {
			t.Errorf("at the end: %v, %v, want %v", got, err, userpool.ErrTokenRefresh)
		}
	})
}

func TestAnAnswerAtTheLastMomentIsSaved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := func(ctx context.Context, _ *userpool.Stored) (*userpool.Session, error) {
			<-ctx.Done()
			return issue(1), nil
		}
		store := start(t, storage.NewMemory())
		if _, _, err := userpool.NewRefresher(store, slow, nil).Fresh(t.Context(), true); err != nil {
			t.Error(err)
		}
		holds(t, store, "r1")
	})
}

func TestARefreshTokenThatStaysGoodIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := func(context.Context, *userpool.Stored) (*userpool.Session, error) {
			session := issue(1)
			session.RefreshToken = ""
			return session, nil
		}
		store := start(t, storage.NewMemory())
		got, _, err := userpool.NewRefresher(store, service, nil).Fresh(t.Context(), true)
		if err != nil || got.Session.RefreshToken != "r0" || got.Session.AccessToken.Claims()["n"] != 1.0 {
			t.Errorf("Fresh = %v, %v, want new tokens and r0", got, err)
		}
		holds(t, store, "r0")
	})
}

func TestTokensThatCouldNotBeSavedAreReturned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var service issuer
		s := &watched{Memory: storage.NewMemory()}
		store := start(t, s)
		breaking := func(ctx context.Context, old *userpool.Stored) (*userpool.Session, error) {
			s.failing = storage.ErrUnavailable
			return service.refresh(ctx, old)
		}
		got, refreshed, err := userpool.NewRefresher(store, breaking, nil).Fresh(t.Context(), true)
		if !errors.Is(err, storage.ErrUnavailable) || !refreshed || got == nil || got.Session.RefreshToken != "r1" {
			t.Errorf("Fresh = %v, %t, %v, want session 1 and the storage's error", got, refreshed, err)
		}
	})
}

// A refresh token that was used is good no more, though the one that came for it
// is nowhere but here.
func TestTokensThatCouldNotBeSavedAreGoneOnFrom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &watched{Memory: storage.NewMemory()}
		store := start(t, s)
		var service issuer
		var shown []string
		outage := 2
		refresh := func(ctx context.Context, old *userpool.Stored) (*userpool.Session, error) {
			shown = append(shown, old.Session.RefreshToken)
			if outage--; outage >= 0 {
				s.failing = storage.ErrUnavailable
			}
			return service.refresh(ctx, old)
		}
		r := userpool.NewRefresher(store, refresh, nil)
		for range 2 {
			if _, _, err := r.Fresh(t.Context(), true); !errors.Is(err, storage.ErrUnavailable) {
				t.Errorf("while the storage is away: %v", err)
			}
			s.failing = nil
		}
		holds(t, store, "r0")
		for _, want := range []string{"r3", "r4"} {
			if got, _, err := r.Fresh(t.Context(), true); err != nil || got.Session.RefreshToken != want {
				t.Errorf("Fresh = %v, %v, want %s", got, err, want)
			}
			holds(t, store, want)
		}
		if got := fmt.Sprint(shown); got != "[r0 r1 r2 r3]" {
			t.Errorf("the service was shown %s", got)
		}
	})
}

func TestShortLivedTokensAreNotRenewedAtEveryCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var service issuer
		r := userpool.NewRefresher(start(t, storage.NewMemory()), service.refresh, &userpool.RefresherOptions{Leeway: 2 * time.Hour})
		for range 3 {
			if _, _, err := r.Fresh(t.Context(), false); err != nil {
				t.Fatal(err)
			}
		}
		if service.asked != 0 {
			t.Errorf("%d requests, want 0", service.asked)
		}
		time.Sleep(31 * time.Minute)
		if _, refreshed, err := r.Fresh(t.Context(), false); err != nil || !refreshed {
			t.Errorf("after half of their life: refreshed %t, %v", refreshed, err)
		}
	})
}
