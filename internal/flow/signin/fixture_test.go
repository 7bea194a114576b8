package signin_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/srp"
	"github.com/cenote-auth/cenote/internal/store"
)

const password = "correct horse"

// world is a pool where ada, who is confirmed, signs in. Its client tells who
// exists; hiding does not.
type world struct {
	*flowtest.Env
	service *signin.Service
	pool    *pool.Pool
	client  *pool.Client
	hiding  *pool.Client
	ada     *pool.User
	poolID  string // what the requests name as an administrator's do; "" by the public API
}

// asAdmin is w whose requests come from an administrator of p.
func (w *world) asAdmin(p *pool.Pool) *world {
	admin := *w
	admin.poolID = p.ID
	return &admin
}

// each runs test in a new world on every backend.
func each(t *testing.T, test func(*testing.T, *world)) {
	t.Helper()
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		w := &world{Env: e, service: service(e, e.Limits)}
		w.pool = e.Pool(t, nil)
		w.client, w.hiding = e.Client(t, w.pool, nil), e.Client(t, w.pool, hides)
		w.ada = e.Person(t, w.pool, "ada", password, verified("ada@example.com"))
		test(t, w)
	})
}

func service(e *flowtest.Env, limits *limit.Limits) *signin.Service {
	return signin.New(signin.Options{
		Store: e.Store, Passwords: e.Passwords, Devices: e.Devices, Passkeys: e.Passkeys, Secrets: e.Secrets, Sessions: e.Sessions,
		Tokens: e.Tokens, Limits: limits, Seeds: e.Seeds, Codes: e.Codes, Messages: e.Messages, Now: e.Clock.Now,
	})
}

func hides(c *pool.Client) { c.HideUnknownUsers = "ENABLED" }

func verified(email string) func(*pool.User) {
	return func(u *pool.User) { u.Attributes["email"], u.Attributes["email_verified"] = email, "true" }
}

// start begins a sign-in with parameters given in pairs.
func (w *world) start(t *testing.T, c *pool.Client, flow string, pairs ...string) (signin.Step, error) {
	t.Helper()
	return w.service.Start(t.Context(), signin.Request{PoolID: w.poolID, ClientID: c.ID, Flow: flow, Parameters: parameters(pairs...)})
}

func (w *world) byPassword(t *testing.T, c *pool.Client, name, password string) (signin.Step, error) {
	t.Helper()
	return w.start(t, c, "USER_PASSWORD_AUTH", "USERNAME", name, "PASSWORD", password)
}

func parameters(pairs ...string) signin.Parameters {
	p := signin.Parameters{}
	for i := 0; i < len(pairs); i += 2 {
		p[pairs[i]] = pairs[i+1]
	}
	return p
}

// exchange is an SRP sign-in after its first step.
type exchange struct {
	pool       *pool.Pool
	client     *srp.Client
	parameters map[string]string
}

// begin takes the first step by SRP.
func (w *world) begin(t *testing.T, p *pool.Pool, c *pool.Client, pairs ...string) exchange {
	t.Helper()
	client := srp.NewClient()
	step, err := w.start(t, c, "USER_SRP_AUTH", append(pairs, "SRP_A", client.A())...)
	if err != nil {
		t.Fatalf("USER_SRP_AUTH of %v: %v", pairs, err)
	}
	if step.Challenge != "PASSWORD_VERIFIER" || step.Session != "" || step.Tokens != nil {
		t.Fatalf("step = %+v, want PASSWORD_VERIFIER without a session", step)
	}
	return exchange{p, client, step.Parameters}
}

// proof answers the challenge the way clients do.
func (x exchange) proof(t testing.TB, password string) signin.Parameters {
	t.Helper()
	return x.proofAt(t, password, srp.FormatTimestamp(time.Now()))
}

func (x exchange) proofAt(t testing.TB, password, timestamp string) signin.Parameters {
	t.Helper()
	name := x.parameters["USER_ID_FOR_SRP"]
	key, err := x.client.Key(x.pool.SRPName(), name, password, x.parameters["SALT"], x.parameters["SRP_B"])
	if err != nil {
		t.Fatalf("challenge %v: %v", x.parameters, err)
	}
	block, err := base64.StdEncoding.DecodeString(x.parameters["SECRET_BLOCK"])
	if err != nil {
		t.Fatalf("SECRET_BLOCK: %v", err)
	}
	return signin.Parameters{
		"USERNAME":                    name,
		"PASSWORD_CLAIM_SECRET_BLOCK": x.parameters["SECRET_BLOCK"],
		"PASSWORD_CLAIM_SIGNATURE":    base64.StdEncoding.EncodeToString(srp.Signature(key, x.pool.SRPName(), name, block, timestamp)),
		"TIMESTAMP":                   timestamp,
	}
}

func (w *world) answer(t *testing.T, c *pool.Client, challenge, session string, responses signin.Parameters) (signin.Step, error) {
	t.Helper()
	return w.service.Answer(t.Context(), signin.Reply{PoolID: w.poolID, ClientID: c.ID, Challenge: challenge, Session: session, Responses: responses})
}

func (w *world) prove(t *testing.T, c *pool.Client, responses signin.Parameters) (signin.Step, error) {
	t.Helper()
	return w.answer(t, c, "PASSWORD_VERIFIER", "", responses)
}

// bySRP signs in by SRP as an unmodified client does.
func (w *world) bySRP(t *testing.T, p *pool.Pool, c *pool.Client, name, password string) (signin.Step, error) {
	t.Helper()
	return w.prove(t, c, w.begin(t, p, c, "USERNAME", name).proof(t, password))
}

// wantTokens fails unless step ends a sign-in of u with tokens that are good.
func (w *world) wantTokens(t *testing.T, step signin.Step, err error, u *pool.User) {
	t.Helper()
	if err != nil || step.Tokens == nil {
		t.Errorf("step = %+v, %v; want tokens", step, err)
		return
	}
	access, err := w.Tokens.VerifyAccess(t.Context(), step.Tokens.Access)
	if err != nil || access.User.Sub != u.Sub {
		t.Errorf("access token of %+v, %v; want one of %s", access, err, u.Username)
	}
	if step.Challenge != "" || step.Session != "" || step.Tokens.Refresh == "" || step.Tokens.ID == "" || step.Tokens.ExpiresIn != 3600 {
		t.Errorf("step = %+v with tokens %+v", step, *step.Tokens)
	}
}

// claims returns what a JWT says, unverified.
func claims(t *testing.T, jwt string) map[string]any {
	t.Helper()
	text, err := base64.RawURLEncoding.DecodeString(strings.Split(jwt, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]any
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// with returns a copy of p with pairs put into it.
func with(p signin.Parameters, pairs ...string) signin.Parameters {
	changed := maps.Clone(p)
	maps.Copy(changed, parameters(pairs...))
	return changed
}

// without returns a copy of p without one of its entries.
func without(p signin.Parameters, name string) signin.Parameters {
	changed := maps.Clone(p)
	delete(changed, name)
	return changed
}

// The words that most refusals have.
const (
	wrongPassword  = "Incorrect username or password."
	noSuchUser     = "User does not exist."
	disabled       = "User is disabled."
	resetRequired  = "Password reset required for the user"
	sessionInvalid = "Invalid session for the user."
	sessionExpired = "Invalid session for the user, session is expired."
	sessionSpent   = "Invalid session for the user, session can only be used once."
	lockedOut      = "Password attempts exceeded"
)

// delete removes u from the store.
func (w *world) delete(t *testing.T, u *pool.User) {
	t.Helper()
	w.Tx(t, func(ctx context.Context, tx store.Tx) error { return tx.DeleteUser(ctx, u.PoolKey, u.Sub) })
}
