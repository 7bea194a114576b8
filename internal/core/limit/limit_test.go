package limit

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/clock"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

// stopped returns limits whose clock only moves when it is told to.
func stopped() (*Limits, *time.Duration) {
	began, ahead := clock.New().Now(), new(time.Duration)
	return New(func() time.Time { return began.Add(*ahead) }), ahead
}

// update runs fn in a transaction of st.
func update(t *testing.T, st store.Store, fn func(context.Context, store.Tx) error) error {
	return st.Update(t.Context(), func(tx store.Tx) error { return fn(t.Context(), tx) })
}

func TestPassword(t *testing.T) {
	t.Parallel()
	st := storetest.Open(t)
	l, ahead := stopped()
	try := func(subject string) error {
		return update(t, st, func(ctx context.Context, tx store.Tx) error {
			_, err := l.Password(ctx, tx, 7, subject)
			return err
		})
	}
	for i := range PasswordFree {
		if err := try("ada"); err != nil {
			t.Fatalf("attempt %d: %v", i+1, err)
		}
	}
	err := try("ada")
	if !errors.Is(err, pool.E(pool.NotAuthorized, "Password attempts exceeded")) {
		t.Errorf("attempt while locked: %v", err)
	}
	if err := try("bob"); err != nil {
		t.Errorf("another subject: %v", err)
	}
	if err := update(t, st, func(ctx context.Context, tx store.Tx) error { _, err := l.Password(ctx, tx, 8, "ada"); return err }); err != nil {
		t.Errorf("the same subject in another pool: %v", err)
	}
	*ahead = time.Second
	if err := try("ada"); err != nil {
		t.Errorf("when the lock has ended: %v", err)
	}
	if err := try("ada"); err == nil {
		t.Error("the sixth attempt did not lock")
	}
	err = update(t, st, func(ctx context.Context, tx store.Tx) error { return l.Clear(ctx, tx, 7, "ada", FactorPassword) })
	if err != nil {
		t.Fatal(err)
	}
	for i := range PasswordFree {
		if err := try("ada"); err != nil {
			t.Fatalf("attempt %d after a success: %v", i+1, err)
		}
	}
}

func TestHourly(t *testing.T) {
	t.Parallel()
	st := storetest.Open(t)
	l, ahead := stopped()
	try := func(rule Rule) error {
		return update(t, st, func(ctx context.Context, tx store.Tx) error { return l.Hourly(ctx, tx, 7, "ada", rule) })
	}
	for i := range ResendCode.PerHour {
		if err := try(ResendCode); err != nil {
			t.Fatalf("attempt %d: %v", i+1, err)
		}
	}
	want := pool.E(pool.LimitExceeded, "Attempt limit exceeded, please try after some time.")
	if err := try(ResendCode); !errors.Is(err, want) {
		t.Errorf("one more: %v, want %v", err, want)
	}
	if err := try(ConfirmSignUp); err != nil {
		t.Errorf("another rule: %v", err)
	}
	*ahead = time.Hour
	if err := try(ResendCode); err != nil {
		t.Errorf("an hour later: %v", err)
	}
}

func TestOfManyAtOnceOnlyAsManyPassAsMay(t *testing.T) {
	t.Parallel()
	l, _ := stopped()
	for _, tt := range []struct {
		name string
		want int64
		try  func(context.Context, store.Tx) error
	}{
		{"a password", PasswordFree, func(ctx context.Context, tx store.Tx) error {
			_, err := l.Password(ctx, tx, 7, "ada")
			return err
		}},
		{"a code of a sign-in", codeFree, func(ctx context.Context, tx store.Tx) error {
			return l.SignInCode(ctx, tx, 7, "ada", "code:SMS_MFA")
		}},
		{"a code", ConfirmSignUp.PerHour, func(ctx context.Context, tx store.Tx) error {
			return l.Hourly(ctx, tx, 7, "ada", ConfirmSignUp)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			st := storetest.Open(t)
			var passed atomic.Int64
			var tries sync.WaitGroup
			for range 200 {
				tries.Go(func() {
					var kind *pool.Error
					switch err := update(t, st, tt.try); {
					case err == nil:
						passed.Add(1)
					case !errors.As(err, &kind):
						t.Errorf("neither passed nor refused: %v", err)
					}
				})
			}
			tries.Wait()
			if got := passed.Load(); got != tt.want {
				t.Errorf("%d of 200 passed, want %d", got, tt.want)
			}
		})
	}
}
