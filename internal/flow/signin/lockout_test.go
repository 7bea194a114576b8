package signin_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/pool"
)

// stopped gives w limits whose clock moves only when it is told to.
func (w *world) stopped() (advance func(time.Duration)) {
	began := w.Clock.Now()
	var ahead atomic.Int64
	w.service = service(w.Env, limit.New(func() time.Time { return began.Add(time.Duration(ahead.Load())) }))
	return func(d time.Duration) { ahead.Add(int64(d)) }
}

// Somebody and nobody are locked out alike, by either way to try a password
// and by both together, under whatever name they are called.
func TestFiveWrongPasswordsLock(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		advance := w.stopped()
		emails := w.Pool(t, byEmail)
		ofEmails := w.Client(t, emails, hides)
		bob := w.Person(t, emails, "bob@example.com", password, nil)
		fake := w.begin(t, emails, ofEmails, "USERNAME", "nobody@example.com").parameters["USER_ID_FOR_SRP"]
		for _, tt := range []struct {
			name   string
			pool   *pool.Pool
			client *pool.Client
			names  []string
		}{
			{"somebody", w.pool, w.client, []string{"ada", "ADA", w.ada.Sub}},
			{"nobody", w.pool, w.hiding, []string{"nobody", "NOBODY", "Nobody"}},
			{"somebody by e-mail", emails, ofEmails, []string{"bob@example.com", "BOB@example.com", bob.Username}},
			{"nobody by e-mail", emails, ofEmails, []string{"nobody@example.com", "NOBODY@example.com", fake}},
		} {
			t.Run(tt.name, func(t *testing.T) {
				try := func(i int) error {
					name := tt.names[i%len(tt.names)]
					if i%2 == 0 {
						_, err := w.byPassword(t, tt.client, name, "wrong horse")
						return err
					}
					_, err := w.bySRP(t, tt.pool, tt.client, name, "wrong horse")
					return err
				}
				for i := range 5 {
					flowtest.Want(t, try(i), pool.NotAuthorized, wrongPassword)
				}
				for i := range 4 {
					flowtest.Want(t, try(i), pool.NotAuthorized, lockedOut)
				}
				advance(time.Second)
				flowtest.Want(t, try(0), pool.NotAuthorized, wrongPassword)
				advance(1900 * time.Millisecond)
				flowtest.Want(t, try(1), pool.NotAuthorized, lockedOut)
			})
		}
	})
}

func TestARightPasswordDoesNotOpenALock(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		advance := w.stopped()
		early := w.begin(t, w.pool, w.client, "USERNAME", "ada").proof(t, password)
		for range 5 {
			_, err := w.byPassword(t, w.client, "ada", "wrong horse")
			flowtest.Want(t, err, pool.NotAuthorized, wrongPassword)
		}
		_, err := w.byPassword(t, w.client, "ada", password)
		flowtest.Want(t, err, pool.NotAuthorized, lockedOut)
		_, err = w.prove(t, w.client, early)
		flowtest.Want(t, err, pool.NotAuthorized, lockedOut)
		advance(time.Second)
		step, err := w.prove(t, w.client, early)
		w.wantTokens(t, step, err, w.ada)
		for range 5 {
			_, err := w.byPassword(t, w.client, "ada", "wrong horse")
			flowtest.Want(t, err, pool.NotAuthorized, wrongPassword)
		}
	})
}

// A right password forgives what went before also where it does not lead to
// tokens.
func TestARightPasswordForgives(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.stopped()
		w.Person(t, w.pool, "unconfirmed", password, func(u *pool.User) { u.Status = pool.Unconfirmed })
		w.Person(t, w.pool, "new", password, func(u *pool.User) { u.Status = pool.ForceChangePassword })
		for _, name := range []string{"ada", "unconfirmed", "new"} {
			for range 3 {
				for range 4 {
					_, err := w.byPassword(t, w.client, name, "wrong horse")
					flowtest.Want(t, err, pool.NotAuthorized, wrongPassword)
				}
				_, err := w.byPassword(t, w.client, name, password)
				if e, ok := err.(*pool.Error); ok && e.Kind != pool.UserNotConfirmed {
					t.Errorf("%s after four wrong tries: %v", name, err)
				}
			}
		}
	})
}

func TestOfManyWrongTriesAtOnceFiveAreLookedAt(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.stopped()
		for _, name := range []string{"ada", "nobody"} {
			var looked, locked atomic.Int64
			var all sync.WaitGroup
			for range 100 {
				all.Go(func() {
					_, err := w.byPassword(t, w.hiding, name, "wrong horse")
					switch {
					case errors.Is(err, pool.E(pool.NotAuthorized, wrongPassword)):
						looked.Add(1)
					case errors.Is(err, pool.E(pool.NotAuthorized, lockedOut)):
						locked.Add(1)
					default:
						t.Errorf("%s: %v", name, err)
					}
				})
			}
			all.Wait()
			if looked.Load() != 5 || locked.Load() != 95 {
				t.Errorf("%s: %d were looked at and %d refused, want 5 and 95", name, looked.Load(), locked.Load())
			}
		}
	})
}

// A session that was refused for its name costs somebody what it costs nobody.
func TestAnotherNameInTheAnswerCostsNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.stopped()
		for _, name := range []string{"ada", "nobody"} {
			proof := w.begin(t, w.pool, w.hiding, "USERNAME", name).proof(t, "wrong horse")
			for range 8 {
				_, err := w.prove(t, w.hiding, with(proof, "USERNAME", "another"))
				flowtest.Want(t, err, pool.NotAuthorized, wrongPassword)
			}
			_, err := w.prove(t, w.hiding, proof)
			flowtest.Want(t, err, pool.NotAuthorized, wrongPassword)
		}
	})
}
