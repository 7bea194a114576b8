package signin_test

import (
	"testing"

	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/srp"
)

// A flow that the client does not allow is refused before the parameters and
// the user are looked at.
func TestFlowsThatAreNotEnabled(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		none := w.Client(t, w.pool, func(c *pool.Client) { c.AuthFlows = []string{"ALLOW_ADMIN_USER_PASSWORD_AUTH"} })
		unset := w.Client(t, w.pool, func(c *pool.Client) { c.AuthFlows = nil })
		for _, tt := range []struct {
			name    string
			client  *pool.Client
			flow    string
			message string
		}{
			{"SRP", none, "USER_SRP_AUTH", "USER_SRP_AUTH is not enabled for the client."},
			{"password", none, "USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH flow not enabled for this client"},
			{"custom", none, "CUSTOM_AUTH", "CUSTOM_AUTH is not enabled for the client."},
			{"choice", none, "USER_AUTH", "USER_AUTH flow not enabled for this client"},
			{"refresh", none, "REFRESH_TOKEN_AUTH", "Auth flow not enabled for this client"},
			{"refresh by its other name", none, "REFRESH_TOKEN", "Auth flow not enabled for this client"},
			{"of administrators", none, "ADMIN_USER_PASSWORD_AUTH", "Initiate Auth method not supported."},
			{"of administrators by its old name", none, "ADMIN_NO_SRP_AUTH", "Initiate Auth method not supported."},
			{"password, with the default flows", unset, "USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH flow not enabled for this client"},
			{"choice, with the default flows", unset, "USER_AUTH", "USER_AUTH flow not enabled for this client"},
			{"custom, without triggers", unset, "CUSTOM_AUTH", "Custom auth lambda trigger is not configured for the user pool."},
			{"SRP, allowed by default", unset, "USER_SRP_AUTH", "Missing required parameter USERNAME"},
			{"refresh, allowed by default", unset, "REFRESH_TOKEN_AUTH", "Missing required parameter REFRESH_TOKEN"},
		} {
			_, err := w.start(t, tt.client, tt.flow)
			t.Run(tt.name, func(t *testing.T) { flowtest.Want(t, err, pool.InvalidParameter, tt.message) })
		}
	})
}

func TestStartWithoutAParameter(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		a := srp.NewClient().A()
		for _, tt := range []struct {
			flow    string
			pairs   []string
			missing string
		}{
			{"USER_SRP_AUTH", []string{"SRP_A", a}, "USERNAME"},
			{"USER_SRP_AUTH", []string{"USERNAME", "", "SRP_A", a}, "USERNAME"},
			{"USER_SRP_AUTH", []string{"USERNAME", "ada"}, "SRP_A"},
			{"USER_PASSWORD_AUTH", []string{"PASSWORD", password}, "USERNAME"},
			{"USER_PASSWORD_AUTH", []string{"USERNAME", "ada"}, "PASSWORD"},
			{"USER_PASSWORD_AUTH", []string{"USERNAME", "nobody"}, "PASSWORD"},
			{"REFRESH_TOKEN_AUTH", nil, "REFRESH_TOKEN"},
		} {
			_, err := w.start(t, w.client, tt.flow, tt.pairs...)
			t.Run(tt.flow+" without "+tt.missing, func(t *testing.T) {
				flowtest.Want(t, err, pool.InvalidParameter, "Missing required parameter "+tt.missing)
			})
		}
	})
}

func TestAnswerWithoutAParameter(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		good := w.begin(t, w.pool, w.client, "USERNAME", "ada").proof(t, password)
		for name := range good {
			_, err := w.prove(t, w.client, without(good, name))
			flowtest.Want(t, err, pool.InvalidParameter, "Missing required parameter "+name)
		}
		for _, name := range []string{"USERNAME", "NEW_PASSWORD"} {
			_, err := w.answer(t, w.client, "NEW_PASSWORD_REQUIRED", "x", without(parameters("USERNAME", "ada", "NEW_PASSWORD", "x"), name))
			flowtest.Want(t, err, pool.InvalidParameter, "Missing required parameter "+name)
		}
	})
}

func TestSignInAtAClientThatIsNotThere(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const gone = "User pool client gone does not exist."
		for _, flow := range []string{"USER_SRP_AUTH", "USER_PASSWORD_AUTH", "REFRESH_TOKEN_AUTH", "CUSTOM_AUTH", "USER_AUTH", "ADMIN_NO_SRP_AUTH"} {
			_, err := w.service.Start(t.Context(), signin.Request{ClientID: "gone", Flow: flow})
			flowtest.Want(t, err, pool.NotFound, gone)
		}
		for _, challenge := range []string{"PASSWORD_VERIFIER", "NEW_PASSWORD_REQUIRED", "SMS_MFA"} {
			_, err := w.service.Answer(t.Context(), signin.Reply{ClientID: "gone", Challenge: challenge})
			flowtest.Want(t, err, pool.NotFound, gone)
		}
		_, err := w.service.Refresh(t.Context(), signin.Renewal{ClientID: "gone", Token: "x"})
		flowtest.Want(t, err, pool.NotFound, gone)
	})
}

// The hash is over the name as it was sent, also an alias; only a refresh,
// which names nobody, has the real user name in it.
func TestSecretHash(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.Pool(t, byEmail)
		c := w.Client(t, p, w.Secret("s3cret"))
		bob := w.Person(t, p, "bob@example.com", password, nil)
		hash := func(name string) string { return flowtest.Hash(c, "s3cret", name) }
		wrong := "Unable to verify secret hash for client " + c.ID
		missing := "Client " + c.ID + " is configured with secret but SECRET_HASH was not received"

		x := w.begin(t, p, c, "USERNAME", "Bob@example.com", "SECRET_HASH", hash("Bob@example.com"))
		proof := x.proof(t, password)
		_, err := w.prove(t, c, proof)
		flowtest.Want(t, err, pool.NotAuthorized, missing)
		_, err = w.prove(t, c, with(proof, "SECRET_HASH", hash("Bob@example.com")))
		flowtest.Want(t, err, pool.NotAuthorized, wrong)
		step, err := w.prove(t, c, with(proof, "SECRET_HASH", hash(bob.Username)))
		w.wantTokens(t, step, err, bob)
		proof = w.begin(t, p, c, "USERNAME", "bob@example.com", "SECRET_HASH", hash("bob@example.com")).proof(t, password)
		step, err = w.prove(t, c, with(proof, "USERNAME", "BOB@example.com", "SECRET_HASH", hash("BOB@example.com")))
		w.wantTokens(t, step, err, bob)
		refresh := step.Tokens.Refresh

		for _, tt := range []struct {
			name, flow string
			pairs      []string
			message    string
		}{
			{"SRP without", "USER_SRP_AUTH", []string{"USERNAME", "bob@example.com", "SRP_A", "2"}, missing},
			{"SRP with another name's", "USER_SRP_AUTH", []string{"USERNAME", "bob@example.com", "SRP_A", "2", "SECRET_HASH", hash(bob.Username)}, wrong},
			{"password without", "USER_PASSWORD_AUTH", []string{"USERNAME", "bob@example.com", "PASSWORD", password}, missing},
			{"password with another name's", "USER_PASSWORD_AUTH", []string{"USERNAME", "bob@example.com", "PASSWORD", password, "SECRET_HASH", hash("Bob@example.com")}, wrong},
			{"for nobody, too", "USER_PASSWORD_AUTH", []string{"USERNAME", "nobody@example.com", "PASSWORD", password, "SECRET_HASH", "x"}, wrong},
			{"refresh without", "REFRESH_TOKEN_AUTH", []string{"REFRESH_TOKEN", refresh}, missing},
			{"refresh without, and with no token of ours", "REFRESH_TOKEN_AUTH", []string{"REFRESH_TOKEN", "x"}, missing},
			{"refresh over the address", "REFRESH_TOKEN_AUTH", []string{"REFRESH_TOKEN", refresh, "SECRET_HASH", hash("bob@example.com")}, wrong},
		} {
			_, err := w.start(t, c, tt.flow, tt.pairs...)
			t.Run(tt.name, func(t *testing.T) { flowtest.Want(t, err, pool.NotAuthorized, tt.message) })
		}
		step, err = w.start(t, c, "USER_PASSWORD_AUTH", "USERNAME", "bob@example.com", "PASSWORD", password, "SECRET_HASH", hash("bob@example.com"))
		w.wantTokens(t, step, err, bob)
		step, err = w.start(t, c, "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", refresh, "SECRET_HASH", hash(bob.Username))
		if err != nil || step.Tokens == nil {
			t.Errorf("refresh = %+v, %v", step, err)
		}
		_, err = w.start(t, w.client, "USER_PASSWORD_AUTH", "USERNAME", "ada", "PASSWORD", password, "SECRET_HASH", "x")
		flowtest.Want(t, err, pool.NotAuthorized, "Client "+w.client.ID+" is not configured for secret but secret was received")
	})
}
