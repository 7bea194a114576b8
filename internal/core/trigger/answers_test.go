package trigger

import (
	"encoding/json"
	"maps"
	"reflect"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/pool"
)

// answering returns Triggers whose functions answer with a response.
func answering(t *testing.T, response string) *Triggers {
	t.Helper()
	l := newLambda(t, changed(func(e map[string]any) { e["response"] = json.RawMessage(response) }))
	return New(Options{Endpoint: l.URL})
}

const unrecognizable = "Unrecognizable lambda output"

func TestChangesOfTokens(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, version, response string
		want                    string // as JSON; "" for InvalidLambdaResponse
	}{
		{"nothing", "", `{}`, `null`},
		{"null", "", `{"claimsOverrideDetails": null}`, `null`},
		{"what is version 2's", "", `{"claimsAndScopeOverrideDetails": {}}`, `null`},
		{"claims in version 1 are the ID token's", "", `{"claimsOverrideDetails": {"claimsToAddOrOverride": {"a": "b", "n": null}, "claimsToSuppress": ["email"]}}`,
			`{"ID":{"Set":{"a":"b"},"Drop":["email"]},"Access":{"Set":null,"Drop":null},"AddScopes":null,"DropScopes":null,"Groups":null}`},
		{"a number in version 1", "", `{"claimsOverrideDetails": {"claimsToAddOrOverride": {"a": 1}}}`, ""},
		{"an object in version 1", "V1_0", `{"claimsOverrideDetails": {"claimsToAddOrOverride": {"a": {}}}}`, ""},
		{"anything in version 2", "V2_0", `{"claimsAndScopeOverrideDetails": {
			"idTokenGeneration": {"claimsToAddOrOverride": {"a": [1, {"b": true}]}},
			"accessTokenGeneration": {"claimsToAddOrOverride": {"c": 1.50}, "scopesToAdd": ["x"], "scopesToSuppress": ["y"]},
			"groupOverrideDetails": {"groupsToOverride": ["g"], "iamRolesToOverride": ["r"], "preferredRole": "r"}}}`,
			`{"ID":{"Set":{"a":[1,{"b":true}]},"Drop":null},"Access":{"Set":{"c":1.50},"Drop":null},"AddScopes":["x"],"DropScopes":["y"],"Groups":{"Groups":["g"],"Roles":["r"],"Preferred":"r"}}`},
		{"no groups by {}", "V3_0", `{"claimsAndScopeOverrideDetails": {"groupOverrideDetails": {}}}`,
			`{"ID":{"Set":{},"Drop":null},"Access":{"Set":{},"Drop":null},"AddScopes":null,"DropScopes":null,"Groups":{"Groups":null,"Roles":null,"Preferred":""}}`},
		{"no groups by null", "", `{"claimsOverrideDetails": {"groupOverrideDetails": null}}`,
			`{"ID":{"Set":{},"Drop":null},"Access":{"Set":null,"Drop":null},"AddScopes":null,"DropScopes":null,"Groups":{"Groups":null,"Roles":null,"Preferred":""}}`},
		{"text for the whole", "", `{"claimsOverrideDetails": "none"}`, ""},
		{"an object for a list", "V2_0", `{"claimsAndScopeOverrideDetails": {"idTokenGeneration": {"claimsToSuppress": {}}}}`, ""},
		{"a null in a list", "V2_0", `{"claimsAndScopeOverrideDetails": {"accessTokenGeneration": {"scopesToAdd": [null]}}}`, ""},
		{"a number for a group", "", `{"claimsOverrideDetails": {"groupOverrideDetails": {"groupsToOverride": [1]}}}`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := ada()
			s.Pool.Triggers.Versions = map[string]string{preTokenGeneration: tt.version}
			got, err := answering(t, tt.response).PreTokenGeneration(t.Context(), s, Upcoming{Occasion: TokensByAPI}, nil)
			if tt.want == "" {
				want(t, err, pool.InvalidLambdaResponse, unrecognizable)
				return
			}
			text, _ := json.Marshal(got)
			if err != nil || string(text) != tt.want {
				t.Errorf("PreTokenGeneration = %s, %v\nwant %s", text, err, tt.want)
			}
		})
	}
}

func TestTokensOfAClientAreForVersion3(t *testing.T) {
	t.Parallel()
	for version, calls := range map[string]int{"": 0, "V1_0": 0, "V2_0": 0, "V3_0": 1} {
		l := newLambda(t, echo)
		s := ada()
		s.User = nil
		s.Pool.Triggers.Versions = map[string]string{preTokenGeneration: version}
		if _, err := New(Options{Endpoint: l.URL}).PreTokenGeneration(t.Context(), s, Upcoming{Occasion: TokensOfClient}, nil); err != nil || l.calls() != calls {
			t.Errorf("version %q: %v after %d calls, want %d", version, err, l.calls(), calls)
		}
	}
}

func TestWordsOfCustomMessage(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("\u00e9", 141-len(codePlace)) + codePlace
	for _, tt := range []struct {
		name, occasion string
		byEmail        bool
		response       string
		want           Words
		wrong          bool
	}{
		{"nothing", MessageSignUp, true, `{}`, Words{}, false},
		{"nulls", MessageSignUp, true, `{"emailMessage": null}`, Words{}, false},
		{"an e-mail", MessageSignUp, true, `{"emailMessage": "<b>{####}</b>", "emailSubject": "Hi", "smsMessage": "no place"}`, Words{"Hi", "<b>{####}</b>"}, false},
		{"a subject alone", MessageForgot, true, `{"emailSubject": "Hi"}`, Words{Subject: "Hi"}, false},
		{"a text message", MessageResend, false, `{"emailMessage": "no place", "smsMessage": "{####}!"}`, Words{Body: "{####}!"}, false},
		{"an invitation", MessageInvite, true, `{"emailMessage": "{username} {####}"}`, Words{Body: "{username} {####}"}, false},
		{"an invitation without the name", MessageInvite, true, `{"emailMessage": "{####}"}`, Words{}, true},
		{"an e-mail without the code", MessageSignUp, true, `{"emailMessage": "Hi"}`, Words{}, true},
		{"a text message without the code", MessageSignIn, false, `{"smsMessage": "{###}"}`, Words{}, true},
		{"a text message that is too long", MessageSignUp, false, `{"smsMessage": "` + long + `"}`, Words{}, true},
		{"an e-mail of that length", MessageSignUp, true, `{"emailMessage": "` + long + `"}`, Words{Body: long}, false},
		{"a subject that is too long", MessageSignUp, true, `{"emailSubject": "` + long + `"}`, Words{}, true},
		{"a number", MessageSignUp, true, `{"smsMessage": 1}`, Words{}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := answering(t, tt.response).CustomMessage(t.Context(), ada(), tt.occasion, tt.byEmail, nil)
			if tt.wrong {
				want(t, err, pool.InvalidLambdaResponse, unrecognizable)
			} else if err != nil {
				t.Error(err)
			}
			if got != tt.want {
				t.Errorf("words %q, want %q", got, tt.want)
			}
		})
	}
}

func TestNextOfDefineAuthChallenge(t *testing.T) {
	t.Parallel()
	for response, expected := range map[string]Next{
		`{"challengeName": "CUSTOM_CHALLENGE", "issueTokens": false, "failAuthentication": false}`: {Challenge: "CUSTOM_CHALLENGE"},
		`{"challengeName": null, "issueTokens": true}`:                                             {Tokens: true},
		`{"challengeName": "CUSTOM_CHALLENGE", "issueTokens": true}`:                               {Tokens: true},
		`{"issueTokens": true, "failAuthentication": true}`:                                        {Fail: true},
		`{}`:                      {},
		`{"challengeName": ""}`:   {},
		`{"issueTokens": "true"}`: {},
		`{"challengeName": 1}`:    {},
	} {
		got, err := answering(t, response).DefineAuthChallenge(t.Context(), ada(), nil, nil)
		if got != expected || (err == nil) == (expected == Next{}) {
			t.Errorf("%s: %+v, %v; want %+v", response, got, err, expected)
		}
	}
}

func TestChallenges(t *testing.T) {
	t.Parallel()
	got, err := answering(t, `{"publicChallengeParameters": {"a": "1", "b": 2, "c": true, "d": null}, "privateChallengeParameters": null, "challengeMetadata": "M"}`).
		CreateAuthChallenge(t.Context(), ada(), "CUSTOM_CHALLENGE", nil, nil)
	if err != nil || !maps.Equal(got.Public, map[string]string{"a": "1", "b": "2", "c": "true"}) || got.Private != nil || *got.Metadata != "M" {
		t.Errorf("CreateAuthChallenge = %+v, %v", got, err)
	}
	for _, response := range []string{
		`{"publicChallengeParameters": []}`, `{"privateChallengeParameters": {"a": {}}}`, `{"challengeMetadata": 1}`,
		`{"privateChallengeParameters": {"a": "` + strings.Repeat("x", maxChallenge) + `"}}`,
	} {
		got, err := answering(t, response).CreateAuthChallenge(t.Context(), ada(), "CUSTOM_CHALLENGE", nil, nil)
		want(t, err, pool.InvalidLambdaResponse, unrecognizable)
		if !reflect.DeepEqual(got, Challenge{}) {
			t.Errorf("challenge %+v with an error", got)
		}
	}
	for response, expected := range map[string]bool{`{"answerCorrect": true}`: true, `{"answerCorrect": false}`: false, `{"answerCorrect": null}`: false, `{}`: false} {
		if right, err := answering(t, response).VerifyAuthChallengeResponse(t.Context(), ada(), nil, "5", nil); err != nil || right != expected {
			t.Errorf("%s: %v, %v", response, right, err)
		}
	}
	_, err = answering(t, `{"answerCorrect": "true"}`).VerifyAuthChallengeResponse(t.Context(), ada(), nil, "5", nil)
	want(t, err, pool.InvalidLambdaResponse, unrecognizable)
}

func TestAPoolWithoutTheFunctionsOfChallenges(t *testing.T) {
	t.Parallel()
	s := ada()
	if err := CheckChallenges(s.Pool); err != nil {
		t.Error(err)
	}
	s.Pool.Triggers = pool.Triggers{}
	const words = "Custom auth lambda trigger is not configured for the user pool."
	tr := New(Options{Endpoint: "http://127.0.0.1:1"})
	want(t, CheckChallenges(s.Pool), pool.InvalidParameter, words)
	_, err := tr.DefineAuthChallenge(t.Context(), s, nil, nil)
	want(t, err, pool.InvalidParameter, words)
	_, err = tr.CreateAuthChallenge(t.Context(), s, "CUSTOM_CHALLENGE", nil, nil)
	want(t, err, pool.InvalidParameter, words)
	_, err = tr.VerifyAuthChallengeResponse(t.Context(), s, nil, "", nil)
	want(t, err, pool.InvalidParameter, words)
}

func TestMigrated(t *testing.T) {
	t.Parallel()
	got, err := answering(t, `{"userAttributes": {"email": "eve@example.com", "email_verified": true, "custom:n": 7}, "finalUserStatus": "CONFIRMED",
		"messageAction": "SUPPRESS", "desiredDeliveryMediums": ["EMAIL", "SMS"], "forceAliasCreation": true, "enableSMSMFA": null}`).
		MigrateBySignIn(t.Context(), nobody(ada()), "secret", nil, nil)
	expected := Migrated{
		Attributes: map[string]string{"email": "eve@example.com", "email_verified": "true", "custom:n": "7"}, Status: pool.Confirmed, ForceAlias: true,
	}
	if err != nil || !reflect.DeepEqual(got, expected) {
		t.Errorf("MigrateBySignIn = %+v, %v; want %+v", got, err, expected)
	}
	for _, response := range []string{
		`{"userAttributes": {"name": "a\u0000"}}`, `{"userAttributes": {"a\u0000": ""}}`, `{"userAttributes": "eve"}`, `{"userAttributes": {"email": ["a"]}}`, `{"finalUserStatus": "UNCONFIRMED"}`, `{"finalUserStatus": 1}`,
		`{"messageAction": "SHOUT"}`, `{"desiredDeliveryMediums": ["FAX"]}`, `{"desiredDeliveryMediums": "EMAIL"}`, `{"forceAliasCreation": "yes"}`,
	} {
		got, err := answering(t, response).MigrateByForgotPassword(t.Context(), nobody(ada()), nil)
		want(t, err, pool.InvalidLambdaResponse, unrecognizable)
		if !reflect.DeepEqual(got, Migrated{}) {
			t.Errorf("%s: %+v with an error", response, got)
		}
	}
}

func TestWhatIsMappedFromAProvider(t *testing.T) {
	t.Parallel()
	for response, expected := range map[string]map[string]string{
		`{"userAttributesToMap": {"email": "eve@example.com", "level": 3}}`: {"email": "eve@example.com", "level": "3"},
		`{"userAttributesToMap": {}}`:                                       nil,
		`{"userAttributesToMap": null}`:                                     nil,
		`{}`:                                                                nil,
	} {
		got, some, err := answering(t, response).InboundFederation(t.Context(), nobody(ada()), "Login", "OIDC", ProviderClaims{})
		if err != nil || some != (expected != nil) || !maps.Equal(got, expected) {
			t.Errorf("%s: %v, %v, %v", response, got, some, err)
		}
	}
	_, _, err := answering(t, `{"userAttributesToMap": {"groups": ["a"]}}`).InboundFederation(t.Context(), nobody(ada()), "Login", "OIDC", ProviderClaims{})
	want(t, err, pool.InvalidLambdaResponse, unrecognizable)
	s := ada()
	s.Pool.Triggers = pool.Triggers{}
	if _, some, err := New(Options{Endpoint: "http://127.0.0.1:1"}).InboundFederation(t.Context(), s, "Login", "OIDC", ProviderClaims{}); err != nil || some {
		t.Errorf("a pool without the trigger: %v, %v", some, err)
	}
}
