package signin_test

import (
	"testing"

	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/pool"
)

// refused adds people who may not sign in, each called by the reason.
func (w *world) refused(t *testing.T) {
	t.Helper()
	status := func(s pool.Status) func(*pool.User) { return func(u *pool.User) { u.Status = s } }
	w.Person(t, w.pool, "unconfirmed", password, status(pool.Unconfirmed))
	w.Person(t, w.pool, "reset", password, status(pool.ResetRequired))
	w.Person(t, w.pool, "imported", "", status(pool.ResetRequired))
	w.Person(t, w.pool, "federated", "", status(pool.ExternalProvider))
	w.Person(t, w.pool, "disabled", password, func(u *pool.User) { u.Enabled = false })
}

// Each case stands for both ways to prove a password: they must not differ.
func TestWhoMayNotSignIn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.refused(t)
		for _, tt := range []struct {
			name     string
			client   *pool.Client
			user     string
			password string
			kind     pool.Kind
			message  string
		}{
			{"wrong password", w.client, "ada", "wrong horse", pool.NotAuthorized, wrongPassword},
			{"password in other letters", w.client, "ada", "Correct horse", pool.NotAuthorized, wrongPassword},
			{"nobody", w.client, "nobody", password, pool.UserNotFound, noSuchUser},
			{"nobody, hidden", w.hiding, "nobody", password, pool.NotAuthorized, wrongPassword},
			{"unconfirmed with the right password", w.client, "unconfirmed", password, pool.UserNotConfirmed, "User is not confirmed."},
			{"unconfirmed with a wrong password", w.client, "unconfirmed", "wrong horse", pool.NotAuthorized, wrongPassword},
			{"must reset the password", w.client, "reset", password, pool.PasswordResetRequired, resetRequired},
			{"must reset the password, hidden", w.hiding, "reset", password, pool.PasswordResetRequired, resetRequired},
			{"imported", w.client, "imported", password, pool.PasswordResetRequired, resetRequired},
			{"imported, hidden", w.hiding, "imported", password, pool.NotAuthorized, wrongPassword},
			{"without a password", w.client, "federated", password, pool.NotAuthorized, wrongPassword},
			{"disabled", w.client, "disabled", password, pool.NotAuthorized, disabled},
			{"disabled with a wrong password", w.hiding, "disabled", "wrong horse", pool.NotAuthorized, disabled},
		} {
			_, byPassword := w.byPassword(t, tt.client, tt.user, tt.password)
			t.Run(tt.name, func(t *testing.T) { flowtest.Want(t, byPassword, tt.kind, tt.message) })
			t.Run(tt.name+", by SRP", func(t *testing.T) {
				_, bySRP := w.trySRP(t, tt.client, tt.user, tt.password)
				flowtest.Want(t, bySRP, tt.kind, tt.message)
			})
		}
	})
}

func TestPasswordSignsIn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		emails := w.Pool(t, byEmail)
		c := w.Client(t, emails, hides)
		bob := w.Person(t, emails, "bob@example.com", "pässwörd \U0001F511", nil)
		for _, name := range []string{"bob@example.com", "BOB@example.com", bob.Sub} {
			step, err := w.byPassword(t, c, name, "pässwörd \U0001F511")
			w.wantTokens(t, step, err, bob)
		}
		step, err := w.byPassword(t, w.client, "Ada", password)
		w.wantTokens(t, step, err, w.ada)
		if got := claims(t, step.Tokens.ID)["cognito:username"]; got != "ada" {
			t.Errorf("cognito:username = %v", got)
		}
	})
}

func TestASubLeadsToItsOwnUser(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		step, err := w.byPassword(t, w.client, w.ada.Sub, password)
		w.wantTokens(t, step, err, w.ada)
		_, err = w.byPassword(t, w.client, w.ada.Sub, "eves password")
		flowtest.Want(t, err, pool.NotAuthorized, wrongPassword)
	})
}

// trySRP is bySRP where the first step may fail.
func (w *world) trySRP(t *testing.T, c *pool.Client, name, password string) (signin.Step, error) {
	t.Helper()
	if _, err := w.start(t, c, "USER_SRP_AUTH", "USERNAME", name, "SRP_A", "2"); err != nil {
		return signin.Step{}, err
	}
	return w.bySRP(t, w.pool, c, name, password)
}
