package signin_test

import (
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/srp"
)

// plain are the flows with name and password in one request that an
// administrator may begin.
var plain = []string{"ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH", "USER_PASSWORD_AUTH"}

// forServers lets a client do all that administrators can ask of it.
func forServers(c *pool.Client) { c.AuthFlows = append(c.AuthFlows, "ALLOW_ADMIN_USER_PASSWORD_AUTH") }

func TestAdministratorsSignPeopleIn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		emails := w.Pool(t, byEmail)
		bob := w.Person(t, emails, "bob@example.com", password, nil)
		c := w.Client(t, emails, forServers)
		admin := w.asAdmin(emails)
		for _, flow := range plain {
			for _, name := range []string{"bob@example.com", "BOB@example.com", bob.Sub} {
				step, err := admin.start(t, c, flow, "USERNAME", name, "PASSWORD", password)
				w.wantTokens(t, step, err, bob)
			}
		}
		step, err := admin.bySRP(t, emails, c, "Bob@example.com", password)
		w.wantTokens(t, step, err, bob)
		for _, flow := range []string{"REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"} {
			renewed, err := admin.start(t, c, flow, "REFRESH_TOKEN", step.Tokens.Refresh)
			if err != nil || renewed.Tokens == nil || renewed.Tokens.Refresh != "" {
				t.Errorf("%s = %+v, %v; want tokens without a refresh token", flow, renewed, err)
			}
		}
	})
}

func TestAdministratorsNameThePool(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		elsewhere := w.Pool(t, nil)
		nowhere := &pool.Pool{ID: "us-east-1_gone"}
		missing := &pool.Client{ID: "missing"}
		set := w.SignedIn(t, w.pool, w.client, w.ada)
		for _, tt := range []struct {
			name    string
			pool    *pool.Pool
			client  *pool.Client
			message string
		}{
			{"a pool that is not there", nowhere, w.client, "User pool us-east-1_gone does not exist."},
			{"neither pool nor client", nowhere, missing, "User pool us-east-1_gone does not exist."},
			{"a client that is not there", w.pool, missing, "User pool client missing does not exist."},
			{"a client of another pool", elsewhere, w.client, "User pool client " + w.client.ID + " does not exist."},
		} {
			admin := w.asAdmin(tt.pool)
			for _, flow := range append(plain, "USER_SRP_AUTH", "USER_AUTH", "CUSTOM_AUTH", "REFRESH_TOKEN_AUTH") {
				_, err := admin.start(t, tt.client, flow, "USERNAME", "ada", "PASSWORD", password, "REFRESH_TOKEN", set.Refresh)
				t.Run(flow+" at "+tt.name, func(t *testing.T) { flowtest.Want(t, err, pool.NotFound, tt.message) })
			}
			proof := w.begin(t, w.pool, w.client, "USERNAME", "ada").proof(t, password)
			for _, challenge := range []string{"PASSWORD_VERIFIER", "NEW_PASSWORD_REQUIRED", "SELECT_CHALLENGE", "PASSWORD", "SMS_MFA", "ADMIN_NO_SRP_AUTH"} {
				_, err := admin.answer(t, tt.client, challenge, "x", proof)
				t.Run(challenge+" at "+tt.name, func(t *testing.T) { flowtest.Want(t, err, pool.NotFound, tt.message) })
			}
		}
	})
}

func TestFlowsThatAdministratorsMayNotBegin(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		allowing := func(flows ...string) *pool.Client {
			return w.Client(t, w.pool, func(c *pool.Client) { c.AuthFlows = flows })
		}
		only, unset, old := allowing("ALLOW_ADMIN_USER_PASSWORD_AUTH"), allowing(), allowing("ADMIN_NO_SRP_AUTH")
		const password, missing = "Auth flow not enabled for this client", "Missing required parameter USERNAME"
		for _, tt := range []struct {
			name    string
			client  *pool.Client
			flow    string
			message string
		}{
			{"password, by a client for people", w.client, "ADMIN_USER_PASSWORD_AUTH", password},
			{"password by its old name, by a client for people", w.client, "ADMIN_NO_SRP_AUTH", password},
			{"password, with the default flows", unset, "ADMIN_USER_PASSWORD_AUTH", password},
			{"the flow for people does not come with that for administrators", only, "USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH flow not enabled for this client"},
			{"SRP", only, "USER_SRP_AUTH", "USER_SRP_AUTH is not enabled for the client."},
			{"custom", only, "CUSTOM_AUTH", "CUSTOM_AUTH is not enabled for the client."},
			{"choice", only, "USER_AUTH", "USER_AUTH flow not enabled for this client"},
			{"refresh", only, "REFRESH_TOKEN_AUTH", "Auth flow not enabled for this client"},
			{"custom, without triggers", unset, "CUSTOM_AUTH", "Custom auth lambda trigger is not configured for the user pool."},
			{"password, allowed", only, "ADMIN_USER_PASSWORD_AUTH", missing},
			{"password by its old name, allowed", only, "ADMIN_NO_SRP_AUTH", missing},
			{"password, allowed by its old name", old, "ADMIN_USER_PASSWORD_AUTH", missing},
		} {
			_, err := w.asAdmin(w.pool).start(t, tt.client, tt.flow)
			t.Run(tt.name, func(t *testing.T) { flowtest.Want(t, err, pool.InvalidParameter, tt.message) })
		}
		for _, flow := range plain {
			c := w.Client(t, w.pool, forServers)
			_, err := w.asAdmin(w.pool).start(t, c, flow, "USERNAME", "ada")
			flowtest.Want(t, err, pool.InvalidParameter, "Missing required parameter PASSWORD")
		}
	})
}

// An administrator hears of a user what the client's people hear.
func TestWhomAdministratorsCannotSignIn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.refused(t)
		open := w.Client(t, w.pool, forServers)
		hiding := w.Client(t, w.pool, func(c *pool.Client) { forServers(c); hides(c) })
		admin := w.asAdmin(w.pool)
		for _, tt := range []struct {
			name     string
			client   *pool.Client
			user     string
			password string
			kind     pool.Kind
			message  string
		}{
			{"wrong password", open, "ada", "wrong horse", pool.NotAuthorized, wrongPassword},
			{"nobody", open, "nobody", password, pool.UserNotFound, noSuchUser},
			{"nobody, hidden", hiding, "nobody", password, pool.NotAuthorized, wrongPassword},
			{"unconfirmed with the right password", open, "unconfirmed", password, pool.UserNotConfirmed, "User is not confirmed."},
			{"unconfirmed with a wrong password", open, "unconfirmed", "wrong horse", pool.NotAuthorized, wrongPassword},
			{"must reset the password", open, "reset", password, pool.PasswordResetRequired, resetRequired},
			{"must reset the password, hidden", hiding, "reset", password, pool.PasswordResetRequired, resetRequired},
			{"imported", open, "imported", password, pool.PasswordResetRequired, resetRequired},
			{"imported, hidden", hiding, "imported", password, pool.NotAuthorized, wrongPassword},
			{"disabled", hiding, "disabled", "wrong horse", pool.NotAuthorized, disabled},
		} {
			for _, flow := range plain[:2] {
				_, err := admin.start(t, tt.client, flow, "USERNAME", tt.user, "PASSWORD", tt.password)
				t.Run(tt.name+", "+flow, func(t *testing.T) { flowtest.Want(t, err, tt.kind, tt.message) })
			}
			t.Run(tt.name+", by SRP", func(t *testing.T) {
				_, err := admin.trySRP(t, tt.client, tt.user, tt.password)
				flowtest.Want(t, err, tt.kind, tt.message)
			})
		}
	})
}

// A sign-in is the same on both sides: either API goes on where the other
// stopped, and what one spent the other cannot use.
func TestEitherAPIGoesOnWithASession(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, c, eve := w.invited(t, forServers)
		admin := w.asAdmin(p)
		step, err := admin.start(t, c, "ADMIN_USER_PASSWORD_AUTH", "USERNAME", "eve", "PASSWORD", temporary)
		if err != nil || step.Challenge != "NEW_PASSWORD_REQUIRED" {
			t.Fatalf("step = %+v, %v; want NEW_PASSWORD_REQUIRED", step, err)
		}
		_, err = admin.newPassword(t, c, step.Session, "new horse", names[:2]...)
		flowtest.Want(t, err, pool.InvalidParameter, "Invalid attributes given, nickname is missing")
		_, err = admin.newPassword(t, c, step.Session, "horse", names...)
		flowtest.Want(t, err, pool.InvalidPassword, "Password did not conform with policy: Password not long enough")
		session := step.Session
		step, err = w.newPassword(t, c, session, "new horse", names...)
		w.wantTokens(t, step, err, eve)
		_, err = admin.newPassword(t, c, session, "third horse", names...)
		flowtest.Want(t, err, pool.NotAuthorized, sessionSpent)

		proof := w.begin(t, p, c, "USERNAME", "eve").proof(t, "new horse")
		step, err = admin.prove(t, c, proof)
		w.wantTokens(t, step, err, eve)
		_, err = w.prove(t, c, proof)
		flowtest.Want(t, err, pool.NotAuthorized, sessionSpent)
		_, err = admin.answer(t, c, "ADMIN_NO_SRP_AUTH", session, parameters("USERNAME", "eve", "PASSWORD", "new horse"))
		flowtest.Want(t, err, pool.NotAuthorized, sessionInvalid)
	})
}

func TestAdministratorsAreLockedOutWithThePeople(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		advance := w.stopped()
		c := w.Client(t, w.pool, forServers)
		admin := w.asAdmin(w.pool)
		ways := []func(password string) (signin.Step, error){
			func(password string) (signin.Step, error) {
				return admin.start(t, c, "ADMIN_USER_PASSWORD_AUTH", "USERNAME", "ada", "PASSWORD", password)
			},
			func(password string) (signin.Step, error) { return admin.bySRP(t, w.pool, c, "ada", password) },
			func(password string) (signin.Step, error) { return w.byPassword(t, c, "ada", password) },
			func(password string) (signin.Step, error) {
				return admin.start(t, c, "USER_AUTH", "USERNAME", "ada", "PREFERRED_CHALLENGE", "PASSWORD", "PASSWORD", password)
			},
			func(password string) (signin.Step, error) { return admin.byChoiceOfSRP(t, w.pool, c, "ada", password) },
		}
		for _, try := range ways {
			_, err := try("wrong horse")
			flowtest.Want(t, err, pool.NotAuthorized, wrongPassword)
		}
		for _, try := range ways {
			_, err := try(password)
			flowtest.Want(t, err, pool.NotAuthorized, lockedOut)
		}
		advance(time.Second)
		step, err := ways[0](password)
		w.wantTokens(t, step, err, w.ada)
	})
}

func TestSecretHashOfAdministrators(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.Pool(t, byEmail)
		c := w.Client(t, p, func(c *pool.Client) { forServers(c); w.Secret("s3cret")(c) })
		bob := w.Person(t, p, "bob@example.com", password, nil)
		hash := func(name string) string { return flowtest.Hash(c, "s3cret", name) }
		wrong := "Unable to verify secret hash for client " + c.ID
		missing := "Client " + c.ID + " is configured with secret but SECRET_HASH was not received"
		admin := w.asAdmin(p)

		step, err := admin.start(t, c, "ADMIN_NO_SRP_AUTH", "USERNAME", "bob@example.com", "PASSWORD", password, "SECRET_HASH", hash("bob@example.com"))
		w.wantTokens(t, step, err, bob)
		refresh := step.Tokens.Refresh
		for _, tt := range []struct {
			name, flow string
			pairs      []string
			message    string
		}{
			{"password without", "ADMIN_USER_PASSWORD_AUTH", []string{"USERNAME", "bob@example.com", "PASSWORD", password}, missing},
			{"password with another name's", "ADMIN_USER_PASSWORD_AUTH", []string{"USERNAME", "bob@example.com", "PASSWORD", password, "SECRET_HASH", hash(bob.Username)}, wrong},
			{"choice without", "USER_AUTH", []string{"USERNAME", "bob@example.com"}, missing},
			{"refresh without", "REFRESH_TOKEN_AUTH", []string{"REFRESH_TOKEN", refresh}, missing},
			{"refresh over the address", "REFRESH_TOKEN_AUTH", []string{"REFRESH_TOKEN", refresh, "SECRET_HASH", hash("bob@example.com")}, wrong},
		} {
			_, err := admin.start(t, c, tt.flow, tt.pairs...)
			t.Run(tt.name, func(t *testing.T) { flowtest.Want(t, err, pool.NotAuthorized, tt.message) })
		}
		step, err = admin.start(t, c, "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", refresh, "SECRET_HASH", hash(bob.Username))
		if err != nil || step.Tokens == nil {
			t.Errorf("refresh over the real name = %+v, %v", step, err)
		}
		_, err = admin.start(t, c, "USER_SRP_AUTH", "USERNAME", "bob@example.com", "SRP_A", srp.NewClient().A(), "SECRET_HASH", "x")
		flowtest.Want(t, err, pool.NotAuthorized, wrong)
	})
}
