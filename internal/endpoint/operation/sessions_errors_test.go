package operation

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/cenote-auth/cenote/internal/core/risk"
	"github.com/cenote-auth/cenote/internal/core/setting"
	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/endpoint/awsjson"
	"github.com/cenote-auth/cenote/internal/flow/account"
	"github.com/cenote-auth/cenote/internal/flow/admin"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

// lodge is a pool that tracks sessions and keeps a record of sign-ins, beside
// one, plain, that does neither.
type lodge struct {
	*flowtest.Env
	operations              *Operations
	pool, plain             *pool.Pool
	client, machine, people *pool.Client
}

func newLodge(t *testing.T, st store.Store) *lodge {
	t.Helper()
	l := &lodge{Env: flowtest.New(t, st)}
	watch := risk.New(risk.Options{Store: st, Keyring: l.Keyring, Messages: l.Messages, PublicURL: "http://cenote.test", Now: l.Clock.Now})
	l.operations = New(Options{
		SignIn: signin.New(signin.Options{
			Store: st, Passwords: l.Passwords, Devices: l.Devices, Secrets: l.Secrets, Sessions: l.Sessions, Tokens: l.Tokens,
			Limits: l.Limits, Seeds: l.Seeds, Codes: l.Codes, Messages: l.Messages, Triggers: unruly(t), Risk: watch, Now: l.Clock.Now,
		}),
		Account: account.New(account.Options{
			Store: st, Passwords: l.Passwords, Secrets: l.Secrets, Tokens: l.Tokens, Codes: l.Codes, Messages: l.Messages, Limits: l.Limits,
			Risk: watch, Now: l.Clock.Now,
		}),
		Sessions: admin.NewSessions(admin.SessionsOptions{Store: st, Tokens: l.Tokens}),
		Events:   admin.NewEvents(admin.EventsOptions{Store: st, Keyring: l.Keyring, Risk: watch, Now: l.Clock.Now}),
	})
	l.pool = l.Pool(t, func(p *pool.Pool) {
		p.Sessions, p.Tier, p.AdvancedSecurity = pool.SessionRules{Tracked: true, MaxPerUser: 3}, "PLUS", "ENFORCED"
	})
	l.plain = l.Pool(t, nil)
	l.client, l.people = l.Client(t, l.pool, nil), l.Client(t, l.plain, l.Secret("s3cret-s3cret-s3cret-s3cret"))
	l.machine = l.Client(t, l.plain, func(c *pool.Client) {
		l.Secret("s3cret_s3cret_s3cret_s3cret")(c)
		c.AuthFlows, c.OAuthScopes = []string{pool.ClientTokenFlow}, []string{"books/read"}
	})
	l.Tx(t, func(ctx context.Context, tx store.Tx) error {
		_, err := setting.ResourceServers.New(l.plain.Key, "books", pool.ResourceServer{Scopes: []pool.Scope{{Name: "read"}}}).Add(ctx, tx)
		return err
	})
	return l
}

// signedIn adds somebody to p and signs them in.
func (l *lodge) signedIn(t *testing.T, p *pool.Pool, name string) (*pool.User, token.Set) {
	t.Helper()
	u := l.Person(t, p, name, signInPassword, nil)
	return u, l.SignedIn(t, p, l.Client(t, p, nil), u)
}

const (
	untracked = "User session tracking is not enabled for this user pool."
	unwatched = "Threat protection is not enabled for this user pool."
	offAddOn  = "UserPoolAddOnNotEnabledException"
	offTrack  = "OperationNotEnabledException"
)

func TestDeclaredErrorsOfOnesOwnSessions(t *testing.T) {
	t.Parallel()
	l, down := newLodge(t, storetest.Open(t)), newLodge(t, storetest.Open(t))
	_, ada := l.signedIn(t, l.pool, "ada")
	_, bob := l.signedIn(t, l.plain, "bob")
	reset, forgotten := l.signedIn(t, l.pool, "reset")
	l.Change(t, l.pool, reset.Username, func(u *pool.User) { u.Status = pool.ResetRequired })
	gone, orphan := l.signedIn(t, l.pool, "gone")
	l.Tx(t, func(ctx context.Context, tx store.Tx) error { return tx.DeleteUser(ctx, gone.PoolKey, gone.Sub) })
	_, lost := down.signedIn(t, down.pool, "ada")
	if err := down.Store.Close(); err != nil {
		t.Fatal(err)
	}
	own := strings.Trim(claim(t, ada.Access, "event_id"), `"`)
	for _, tt := range []struct {
		operation, members string
		more               []refusedCall
	}{
		{"ListUserSessions", ``, []refusedCall{
			{"a page of nobody's", invalidArg, "Invalid pagination token", `{"AccessToken":"` + ada.Access + `","NextToken":"x"}`, nil}}},
		{"RevokeUserSession", `,"SessionId":"` + uuid.NewString() + `"`, []refusedCall{
			{"the session that asks", invalidArg, "The current session cannot be revoked.", `{"AccessToken":"` + ada.Access + `","SessionId":"` + own + `"}`, nil},
			{"a session that is not there", notFound, "Session does not exist.", `{"AccessToken":"` + ada.Access + `","SessionId":"x"}`, nil}}},
	} {
		with := func(text string) string { return `{"AccessToken":"` + text + `"` + tt.members + `}` }
		cannot := map[string]string{"UserNotConfirmedException": noWayBack}
		if tt.operation == "ListUserSessions" {
			cannot[notFound] = goneToken
		}
		d := declared{tt.operation, append(tt.more,
			refusedCall{"a constraint of the model", invalidArg, violated + "null at 'accessToken' " + nullMember, `{` + strings.TrimPrefix(tt.members, ",") + `}`, nil},
			refusedCall{"what is no token", denied, "Invalid Access Token", with("x"), nil},
			refusedCall{"a pool that tracks no sessions", offTrack, untracked, with(bob.Access), nil},
			refusedCall{"somebody who must reset the password", "PasswordResetRequiredException", "Password reset required for the user", with(forgotten.Access), nil},
			refusedCall{"somebody who is gone", "UserNotFoundException", "User does not exist.", with(orphan.Access), nil},
			refusedCall{"a database that is gone", internal, "", with(lost.Access), down.operations},
		), cannotPerson(cannot)}
		t.Run(d.operation, func(t *testing.T) { d.check(t, l.operations) })
	}
}

func TestDeclaredErrorsOfWhatAdministratorsSeeOfSignIns(t *testing.T) {
	t.Parallel()
	l, down := newLodge(t, storetest.Open(t)), newLodge(t, storetest.Open(t))
	l.signedIn(t, l.pool, "ada")
	down.signedIn(t, down.pool, "ada")
	if err := down.Store.Close(); err != nil {
		t.Fatal(err)
	}
	in := func(p, name, members string) string {
		return `{"UserPoolId":"` + p + `","Username":"` + name + `"` + members + `}`
	}
	signed := map[string]string{denied: "a signature that is wrong is refused by the front door, in the words of AWS"}
	for _, tt := range []struct {
		operation, members, off, why string
		more                         []refusedCall
		cannot                       map[string]string
	}{
		{"AdminListUserSessions", ``, offTrack, untracked, []refusedCall{
			{"a page of nobody's", invalidArg, "Invalid pagination token", in(l.pool.ID, "ada", `,"NextToken":"x"`), nil}}, signed},
		{"AdminRevokeUserSession", `,"SessionId":"x"`, offTrack, untracked, []refusedCall{
			{"a session that is not there", notFound, "Session does not exist.", in(l.pool.ID, "ada", `,"SessionId":"x"`), nil}}, signed},
		{"AdminListUserAuthEvents", ``, offAddOn, unwatched, []refusedCall{
			{"a page of nobody's", invalidArg, "Invalid pagination token", in(l.pool.ID, "ada", `,"NextToken":"x"`), nil}}, signed},
		{"AdminUpdateAuthEventFeedback", `,"EventId":"x","FeedbackValue":"Valid"`, offAddOn, unwatched, []refusedCall{
			{"an event that is not there", notFound, "Event x does not exist.", in(l.pool.ID, "ada", `,"EventId":"x","FeedbackValue":"Valid"`), nil}}, signed},
		{"UpdateAuthEventFeedback", `,"EventId":"x","FeedbackValue":"Valid","FeedbackToken":"x"`, offAddOn, unwatched, []refusedCall{
			{"a token of nobody's", denied, "Invalid feedback token.", in(l.pool.ID, "ada", `,"EventId":"x","FeedbackValue":"Valid","FeedbackToken":"x"`), nil}},
			map[string]string{"UserNotFoundException": "who has no token of a user's learns nothing of names"}},
	} {
		body := func(p, name string) string { return in(p, name, tt.members) }
		nobody := refusedCall{"nobody", "UserNotFoundException", "User does not exist.", body(l.pool.ID, "nobody"), nil}
		if tt.operation == "UpdateAuthEventFeedback" {
			nobody.exception, nobody.message = denied, "Invalid feedback token."
		}
		d := declared{tt.operation, append(tt.more,
			refusedCall{"no name", invalidArg, violated + "null at 'username' " + nullMember, `{"UserPoolId":"` + l.pool.ID + `"` + tt.members + `}`, nil},
			refusedCall{"a pool that is not there", notFound, noPool, body("us-east-1_Gone", "ada"), nil},
			refusedCall{"a pool where it is off", tt.off, tt.why, body(l.plain.ID, "ada"), nil},
			nobody,
			refusedCall{"a database that is gone", internal, "", body(down.pool.ID, "ada"), down.operations},
		), tt.cannot}
		t.Run(d.operation, func(t *testing.T) { d.check(t, l.operations) })
	}
}

func TestDeclaredErrorsOfClientTokens(t *testing.T) {
	t.Parallel()
	l, down := newLodge(t, storetest.Open(t)), newLodge(t, storetest.Open(t))
	if err := down.Store.Close(); err != nil {
		t.Fatal(err)
	}
	body := func(client, secret, members string) string {
		return `{"ClientId":"` + client + `","Secret":"` + secret + `"` + members + `}`
	}
	const secret = "s3cret_s3cret_s3cret_s3cret"
	d := declared{"GetClientToken", []refusedCall{
		{"a client that is not there", notFound, noClient, body("none", secret, ""), nil},
		{"a constraint of the model", invalidArg, violated + "null at 'secret' " + nullMember, `{"ClientId":"` + l.machine.ID + `"}`, nil},
		{"a scope that it was not allowed", invalidArg, "Invalid scope requested: books/write", body(l.machine.ID, secret, `,"Scopes":["books/write"]`), nil},
		{"a client of people", offTrack, "ALLOW_CLIENT_TOKEN_AUTH is not enabled for client " + l.people.ID, body(l.people.ID, secret, ""), nil},
		{"a wrong secret", denied, "Unable to verify secret for client " + l.machine.ID, body(l.machine.ID, strings.ToUpper(secret), ""), nil},
		{"a database that is gone", internal, "", body(down.machine.ID, secret, ""), down.operations},
	}, cannotPerson()}
	t.Run(d.operation, func(t *testing.T) { d.check(t, l.operations) })

	out := mustCall(t, l.operations, "GetClientToken", body(l.machine.ID, secret, `,"Scopes":["books/read"]`))
	if got := claim(t, member(t, out, "ClientAuthenticationResult", "AccessToken"), "scope"); got != `"books/read"` {
		t.Errorf("the token has the scope %s", got)
	}
	if got := member(t, out, "ClientAuthenticationResult", "TokenType"); got != "Bearer" {
		t.Errorf("it is a %s", got)
	}
}

// What a browser tells, and what a trusted server tells, goes into the sessions
// and the record.
func TestOriginsOnTheWire(t *testing.T) {
	t.Parallel()
	l := newLodge(t, storetest.Open(t))
	server := l.Client(t, l.pool, func(c *pool.Client) { l.Secret("s3cret")(c); c.PropagateUserContext = true })
	ada := l.Person(t, l.pool, "ada", signInPassword, nil)
	ctx := awsjson.WithCaller(t.Context(), awsjson.Caller{Address: "192.0.2.1", Agent: "curl/8.1"})
	begin := func(c *pool.Client, hash, context string) {
		t.Helper()
		_, err := call(t, ctx, l.operations, "InitiateAuth", `{"ClientId":"`+c.ID+`","AuthFlow":"USER_PASSWORD_AUTH",
			"AuthParameters":{"USERNAME":"ada","PASSWORD":"`+signInPassword+`"`+hash+`}`+context+`}`)
		if err != nil {
			t.Fatal(err)
		}
	}
	told := `,"UserContextData":{"IpAddress":"203.0.113.9","EncodedData":"eyJ9"}`
	begin(l.client, "", "")
	begin(l.client, "", told)
	begin(server, `,"SECRET_HASH":"`+flowtest.Hash(server, "s3cret", "ada")+`"`, told)
	var got []string
	err := l.Store.View(t.Context(), func(snap store.Snapshot) error {
		events, err := risk.Events(t.Context(), snap, ada, "", 9)
		for _, e := range events {
			got = append([]string{e.Address + " " + e.Device}, got...)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := "192.0.2.1 curl 8, 192.0.2.1 curl 8, 203.0.113.9 curl 8"; strings.Join(got, ", ") != want {
		t.Errorf("the record has %q, want %s", got, want)
	}
	name := `{"UserPoolId":"` + l.pool.ID + `","Username":"ada"`
	out := mustCall(t, l.operations, "AdminListUserSessions", name+`}`)
	for _, want := range []string{`"LastIPAddress":"203.0.113.9"`, `"DeviceType":"curl 8"`, `"SessionType":"TOKEN"`, `"IsCurrentSession":false`} {
		if !strings.Contains(out, want) {
			t.Errorf("sessions = %s, want %s", out, want)
		}
	}
	out = mustCall(t, l.operations, "AdminListUserAuthEvents", name+`,"MaxResults":1}`)
	for _, want := range []string{
		`"EventType":"SignIn"`, `"EventResponse":"Pass"`, `"RiskDecision":"AccountTakeover","RiskLevel":"Low"`,
		`"ChallengeResponses":[{"ChallengeName":"Password","ChallengeResponse":"Success"}]`, `"IpAddress":"203.0.113.9","DeviceName":"curl 8"`, `"NextToken":"`,
	} {
		if !strings.Contains(out, want) {
			t.Errorf("events = %s, want %s", out, want)
		}
	}
	out = mustCall(t, l.operations, "AdminListUserAuthEvents", name+`,"MaxResults":1,"NextToken":"`+member(t, out, "NextToken")+`"}`)
	if !strings.Contains(out, `"IpAddress":"192.0.2.1"`) {
		t.Errorf("the next page is %s", out)
	}
}

// claim returns a claim of a JWT as JSON.
func claim(t *testing.T, jwt, name string) string {
	t.Helper()
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(jwt, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(payload, &all); err != nil {
		t.Fatal(err)
	}
	return string(all[name])
}
