package operation

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

func TestEveryOperationHasARate(t *testing.T) {
	t.Parallel()
	for op := range api.Operations() {
		q, ok := limit.QuotaOf(op.Name)
		if !ok || q.PerSecond < 1 {
			t.Errorf("%s: category %q with %d a second", op.Name, q.Name, q.PerSecond)
		}
	}
}

// busyDoor counts with one request a second in every category.
func busyDoor(t *testing.T, st store.Store, categories ...string) *limit.Rates {
	t.Helper()
	err := st.Update(t.Context(), func(tx store.Tx) error {
		for _, name := range categories {
			if err := tx.SetRate(t.Context(), store.Rate{Category: name, PerSecond: 1}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return limit.NewRates(limit.RateOptions{Store: st})
}

// refusedAtTheDoor returns what an operation is answered that is called too
// often.
func refusedAtTheDoor(t *testing.T, op *api.Operation) (name, message string) {
	t.Helper()
	category, _ := limit.QuotaOf(op.Name)
	admit := Admit(busyDoor(t, storetest.Open(t), category.Name), func(string) string { return "" })
	in, err := op.Decode([]byte(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	for range 10 { // three answers to a challenge count as one sign-in
		if err := admit(t.Context(), op, in); err != nil {
			name, message, _ = Exception(err)
			return name, message
		}
	}
	return "", "no error"
}

func TestRequestsAreCountedForThePoolThatTheyAreFor(t *testing.T) {
	t.Parallel()
	d := newDesks(t)
	categories := []string{"UserRead", "UserCreation", "UserAccountRecovery", "UserPoolResourceRead", "UserResourceUpdate"}
	admit := Admit(busyDoor(t, d.store, categories...), func(session string) string { return map[string]string{"of a set-up": d.web}[session] })
	payload, err := json.Marshal(map[string]string{"client_id": d.web})
	if err != nil {
		t.Fatal(err)
	}
	token := "e30." + base64.RawURLEncoding.EncodeToString(payload) + ".AAAA"
	client := `{"ClientId": "` + d.web + `"}`
	for _, tt := range []struct {
		name, operation, body string
		refused               bool
	}{
		{"a pool", "AdminGetUser", in(""), false},
		{"a pool, again", "AdminGetUser", in(""), true},
		{"the client that a token is of", "GetUser", `{"AccessToken": "` + token + `"}`, true},
		{"another pool", "AdminGetUser", strings.Replace(in(""), "Staff", "Lite", 1), false},
		{"what is no token, for nobody", "GetUser", `{"AccessToken": "a.b.c"}`, false},
		{"what is no token, again", "GetUser", `{"AccessToken": "a"}`, true},
		{"a client", "SignUp", client, false},
		{"the pool of the client", "AdminCreateUser", in(""), true},
		{"the name of a pool as a resource", "ListTagsForResource", `{"ResourceArn": "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_Staff"}`, false},
		{"the same pool", "ListGroups", in(""), true},
		{"a new password at a sign-in", "RespondToAuthChallenge", client[:len(client)-1] + `, "ChallengeName": "NEW_PASSWORD_REQUIRED"}`, false},
		{"and a password that was forgotten", "ForgotPassword", client, true},
		{"a code at a sign-in", "RespondToAuthChallenge", client[:len(client)-1] + `, "ChallengeName": "SMS_MFA"}`, false},
		{"the session of a set-up", "AssociateSoftwareToken", `{"Session": "of a set-up"}`, false},
		{"another session of one", "VerifySoftwareToken", `{"Session": "of a set-up"}`, true},
		{"a session of nothing", "VerifySoftwareToken", `{"Session": "of nothing"}`, false},
		{"a new password by an operator", "AdminRespondToAuthChallenge", in(`, "ChallengeName": "NEW_PASSWORD_REQUIRED"`), true},
	} {
		op, _ := api.Lookup(tt.operation)
		body, err := op.Decode([]byte(tt.body))
		if err != nil {
			t.Fatal(err)
		}
		err = admit(t.Context(), op, body)
		if name, _, _ := Exception(err); (name == "TooManyRequestsException") != tt.refused || !tt.refused && err != nil {
			t.Errorf("%s: got %v, want it refused: %v", tt.name, err, tt.refused)
		}
	}
}

func TestProvisionedLimitsOnTheWire(t *testing.T) {
	onEach(t, func(t *testing.T, o *Operations, _ store.Store) {
		limitOf := func(attributes, current, free string) string {
			return `{"Limit":{"LimitDefinition":{"LimitClass":"API_CATEGORY","Attributes":{` + attributes + `}},` +
				`"ProvisionedLimitValue":` + current + `,"FreeLimitValue":` + free + `}}`
		}
		ask := func(attributes, more string) string {
			return `{"LimitDefinition": {"LimitClass": "API_CATEGORY", "Attributes": {` + attributes + `}}` + more + `}`
		}
		const general, own = `"Category":"UserCreation"`, `"Category":"UserCreation","UserPoolId":"us-east-1_Staff"`
		for _, s := range []struct{ operation, attributes, more, current string }{
			{"GetProvisionedLimit", general, "", "50"},
			{"GetProvisionedLimit", own, "", "50"},
			{"UpdateProvisionedLimit", general, `, "RequestedLimitValue": 300`, "300"},
			{"GetProvisionedLimit", own, "", "300"},
			{"UpdateProvisionedLimit", own, `, "RequestedLimitValue": 20`, "20"},
			{"GetProvisionedLimit", general, "", "300"},
			{"GetProvisionedLimit", own, "", "20"},
			{"UpdateProvisionedLimit", own, `, "RequestedLimitValue": 1000000`, "1000000"},
		} {
			if got, want := mustCall(t, o, s.operation, ask(s.attributes, s.more)), limitOf(s.attributes, s.current, "50"); got != want {
				t.Errorf("%s %s%s\n got %s\nwant %s", s.operation, s.attributes, s.more, got, want)
			}
		}
	})
}

func TestDeclaredErrorsOfLimits(t *testing.T) {
	t.Parallel()
	d := newDesks(t)
	ask := func(attributes, more string) string {
		return `{"LimitDefinition": {"LimitClass": "API_CATEGORY", "Attributes": {` + attributes + `}}` + more + `}`
	}
	const users, gone = `"Category": "UserCreation"`, `"Category": "UserCreation", "UserPoolId": "us-east-1_Gone"`
	cases := func(more string) []refusedCall {
		return []refusedCall{
			{"a pool that is not there", notFound, noPool, ask(gone, more), nil},
			{"no limit", invalidArg, violated + "null at 'limitDefinition' " + nullMember, `{` + strings.TrimPrefix(more, ",") + `}`, nil},
			{"a category that is not there", invalidArg, "Invalid category: UserLove.", ask(`"Category": "UserLove"`, more), nil},
			{"no category", invalidArg, "Invalid category: .", ask(``, more), nil},
			{"another attribute", invalidArg, "Invalid attribute of a limit: Region.", ask(users+`, "Region": "us-east-1"`, more), nil},
			{"a database that is gone", internal, "", ask(users, more), d.down},
		}
	}
	for _, one := range []declared{
		{"GetProvisionedLimit", cases(""), cannot(nil)},
		{"UpdateProvisionedLimit", append(cases(`, "RequestedLimitValue": 7`),
			refusedCall{"nothing", invalidArg, "RequestedLimitValue must be at least 1.", ask(users, `, "RequestedLimitValue": 0`), nil},
			refusedCall{"more than can be counted", "ServiceQuotaExceededException", "RequestedLimitValue must be at most 1000000.",
				ask(users, `, "RequestedLimitValue": 1000001`), nil}), cannot(nil)},
	} {
		t.Run(one.operation, func(t *testing.T) { one.check(t, d.usual) })
	}
}

// Whatever stands in the place of a token, it is of one client or of none.
func FuzzClientOf(f *testing.F) {
	for _, seed := range []string{"", "a", "..", "e30.eyJjbGllbnRfaWQiOiJhIn0.AAAA", "e30.eyJjbGllbnRfaWQiOjF9.", "e30.bnVsbA.", "a.W10.b.c"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, token string) {
		if id := clientOf(token); len(id) > 3*len(token) {
			t.Errorf("%q is of %q", token, id)
		}
	})
}
