package signin_test

import (
	"testing"

	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/pool"
)

// hashed gives somebody a password that another system made a hash of: U*U.
func (w *world) hashed(t *testing.T) func(*pool.User) {
	return func(u *pool.User) {
		sealed, _, err := w.Passwords.Import(u, "BCRYPT", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")
		if err != nil {
			t.Fatalf("import password: %v", err)
		}
		u.SealedPassword = sealed
	}
}

func TestAnImportedPasswordSignsInAndCanThenBeProvedBySRP(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		bob := w.Person(t, w.pool, "bob", "", w.hashed(t))
		_, err := w.byPassword(t, w.client, "bob", "U*V")
		flowtest.Want(t, err, pool.NotAuthorized, wrongPassword)
		_, err = w.trySRP(t, w.client, "bob", "U*U")
		flowtest.Want(t, err, pool.PasswordResetRequired, resetRequired)
		_, err = w.trySRP(t, w.hiding, "bob", "U*U")
		flowtest.Want(t, err, pool.NotAuthorized, wrongPassword)

		step, err := w.byPassword(t, w.hiding, "bob", "U*U")
		w.wantTokens(t, step, err, bob)
		now := w.Again(t, bob)
		if v, err := w.Passwords.Open(now); err != nil || v.Imported() || now.SessionGeneration != bob.SessionGeneration || !now.Modified.Equal(bob.Modified) {
			t.Errorf("afterwards: %+v, %v", now, err)
		}
		step, err = w.trySRP(t, w.client, "bob", "U*U")
		w.wantTokens(t, step, err, bob)
		step, err = w.byPassword(t, w.client, "bob", "U*U")
		w.wantTokens(t, step, err, bob)
	})
}

func TestAnImportedPasswordByTheOtherWays(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		servers := w.Client(t, w.pool, forServers)
		bob, eve := w.Person(t, w.pool, "bob", "", w.hashed(t)), w.Person(t, w.pool, "eve", "", w.hashed(t))
		step, err := w.asAdmin(w.pool).start(t, servers, "ADMIN_USER_PASSWORD_AUTH", "USERNAME", "bob", "PASSWORD", "U*U")
		w.wantTokens(t, step, err, bob)
		step, err = w.start(t, w.client, "USER_AUTH", "USERNAME", "eve", "PREFERRED_CHALLENGE", "PASSWORD", "PASSWORD", "U*U")
		w.wantTokens(t, step, err, eve)
	})
}

func TestAnImportedPasswordThatAnAdministratorResetIsGoodNoMore(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.Person(t, w.pool, "bob", "", w.hashed(t))
		w.Change(t, w.pool, "bob", func(u *pool.User) { u.Status = pool.ResetRequired })
		_, err := w.byPassword(t, w.client, "bob", "U*U")
		flowtest.Want(t, err, pool.PasswordResetRequired, resetRequired)
	})
}

func TestNobodyWhereHashesWereImported(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.Pool(t, func(p *pool.Pool) { p.ImportedHashes = "$2a$04$" })
		c := w.Client(t, p, hides)
		for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} { // some of them are dear
			_, err := w.byPassword(t, c, name, "U*U")
			flowtest.Want(t, err, pool.NotAuthorized, wrongPassword)
		}
	})
}
