package token_test

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/golden"
	"github.com/cenote-auth/cenote/internal/pool"
)

func raw(pairs ...string) map[string]json.RawMessage {
	m := map[string]json.RawMessage{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = json.RawMessage(pairs[i+1])
	}
	return m
}

func TestChangedClaims(t *testing.T) {
	t.Parallel()
	now := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, tt := range []struct {
		name    string
		changes pool.TokenChanges
	}{
		{"nothing", pool.TokenChanges{}},
		{"claims", pool.TokenChanges{
			ID:     pool.ClaimChanges{Set: raw("tenant", `"blue"`, "email", `"other@example.com"`, "both", `1`), Drop: []string{"name", "both", "none"}},
			Access: pool.ClaimChanges{Set: raw("tenant", `{"id":7,"roles":["a","b"]}`, "zone", `true`)},
		}},
		{"scopes", pool.TokenChanges{
			AddScopes:  []string{"orders/read", "orders/read", "two scopes", "", "caf\u00e9", "dropped"},
			DropScopes: []string{"dropped", "openid"},
		}},
		{"groups", pool.TokenChanges{Groups: &pool.GroupChange{Groups: []string{"night"}, Roles: []string{"arn:r"}, Preferred: "arn:r"}}},
		{"no_groups", pool.TokenChanges{Groups: &pool.GroupChange{}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFixtureAt(t, func() time.Time { return now })
			g := token.Grant{Pool: f.pool, Client: f.client(t), User: f.ada(t), Scope: "openid aws.cognito.signin.user.admin", Changes: &tt.changes,
				Groups: pool.Groups{{Name: "staff", RoleARN: "arn:aws:iam::123456789012:role/staff", Precedence: new(int32(1))}}}
			set, _ := f.issue(t, g)
			access, _ := f.verified(t, set.Access)
			id, _ := f.verified(t, set.ID)
			golden.Equal(t, "changed_access_"+tt.name+".json", indent(t, access))
			golden.Equal(t, "changed_id_"+tt.name+".json", indent(t, id))
		})
	}
}

// A function cannot make a token somebody else's, whatever case it writes the
// names of claims in.
func TestFixedClaimsStay(t *testing.T) {
	t.Parallel()
	now := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	f := newFixtureAt(t, func() time.Time { return now })
	names := []string{
		"acr", "amr", "at_hash", "auth_time", "azp", "aud", "cognito:username", "cognito:groups", "cognito:anything", "dev:custom:x", "exp", "iat",
		"identities", "iss", "jti", "nbf", "nonce", "origin_jti", "sub", "token_use",
	}
	forAccess := append(slices.Clone(names), "client_id", "device_key", "event_id", "username", "version", "scope")
	g := token.Grant{Pool: f.pool, Client: f.client(t), User: f.ada(t), DeviceKey: "us-east-1_device"}
	f.FixRandom(counting("id"), pattern())
	plain := made(t, f, g)
	for _, spell := range []func(string) string{func(s string) string { return s }, strings.ToUpper, func(s string) string {
		return strings.ReplaceAll(s, "s", "\u017f") // which folds to s
	}} {
		change := func(names []string, drop bool) (c pool.ClaimChanges) {
			c.Set = raw()
			for _, name := range names {
				if spelled := spell(name); drop {
					c.Drop = append(c.Drop, spelled)
				} else {
					c.Set[spelled] = json.RawMessage(`"forged"`)
				}
			}
			return c
		}
		for _, drop := range []bool{false, true} {
			g.Changes = &pool.TokenChanges{ID: change(names, drop), Access: change(forAccess, drop)}
			f.FixRandom(counting("id"), pattern())
			set := made(t, f, g)
			for _, pair := range [][2]string{{set.Access, plain.Access}, {set.ID, plain.ID}} {
				got, _ := f.verified(t, pair[0])
				want, _ := f.verified(t, pair[1])
				if string(got) != string(want) {
					t.Errorf("%q, drop %v: claims %s\nwant %s", spell("sub"), drop, got, want)
				}
			}
		}
	}
}

// What tokens say of groups is changed as groups, and left out as one.
// Source: the service's guide to the pre token generation trigger.
func TestSuppressedGroups(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	g := token.Grant{Pool: f.pool, Client: f.client(t), User: f.ada(t),
		Groups: pool.Groups{{Name: "staff", RoleARN: "arn:aws:iam::123456789012:role/staff", Precedence: new(int32(1))}}}
	groups := pool.ClaimChanges{Drop: []string{"cognito:groups"}}
	roles := pool.ClaimChanges{Drop: []string{"cognito:roles", "cognito:preferred_role"}}
	for _, tt := range []struct {
		name       string
		changes    pool.TokenChanges
		id, access string // the claims about groups that are left
	}{
		{"of neither", pool.TokenChanges{ID: roles, Access: roles}, "cognito:groups cognito:preferred_role cognito:roles", "cognito:groups"},
		{"of the ID token", pool.TokenChanges{ID: groups}, "", "cognito:groups"},
		{"of the access token", pool.TokenChanges{Access: groups}, "cognito:groups cognito:preferred_role cognito:roles", ""},
		{"in place of others", pool.TokenChanges{ID: groups, Groups: &pool.GroupChange{Groups: []string{"night"}, Roles: []string{"arn:r"}, Preferred: "arn:r"}},
			"", "cognito:groups"},
	} {
		g.Changes = &tt.changes
		set, _ := f.issue(t, g)
		for text, want := range map[string]string{set.ID: tt.id, set.Access: tt.access} {
			claims, _ := f.verified(t, text)
			var all map[string]any
			if err := json.Unmarshal(claims, &all); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, name := range []string{"cognito:groups", "cognito:preferred_role", "cognito:roles"} {
				if all[name] != nil {
					got = append(got, name)
				}
			}
			if strings.Join(got, " ") != want {
				t.Errorf("%s: %s, want %s about groups", tt.name, claims, want)
			}
		}
	}
}

// An access token may have its client for an audience, and nobody else.
// Source: as of TestSuppressedGroups.
func TestTheAudienceOfAnAccessToken(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	g := token.Grant{Pool: f.pool, Client: f.client(t), User: f.ada(t)}
	own := raw("aud", `"`+g.Client.ID+`"`)
	for _, tt := range []struct {
		name string
		c    pool.ClaimChanges
		want any
	}{
		{"its client", pool.ClaimChanges{Set: own}, g.Client.ID},
		{"its client, left out", pool.ClaimChanges{Set: own, Drop: []string{"aud"}}, nil},
		{"somebody else", pool.ClaimChanges{Set: raw("aud", `"other"`)}, nil},
		{"a list", pool.ClaimChanges{Set: raw("aud", `["`+g.Client.ID+`"]`)}, nil},
		{"in other letters", pool.ClaimChanges{Set: raw("Aud", `"`+g.Client.ID+`"`)}, nil},
	} {
		g.Changes = &pool.TokenChanges{Access: tt.c, ID: pool.ClaimChanges{Set: raw("aud", `"other"`)}}
		set, _ := f.issue(t, g)
		for text, want := range map[string]any{set.Access: tt.want, set.ID: g.Client.ID} {
			claims, _ := f.verified(t, text)
			var got struct {
				Audience any `json:"aud"`
			}
			if err := json.Unmarshal(claims, &got); err != nil || got.Audience != want {
				t.Errorf("%s: %s, %v; want %v", tt.name, claims, err, want)
			}
		}
		if _, err := f.VerifyAccess(t.Context(), set.Access); err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

// made returns tokens that are not kept: they have the same ids each time.
func made(t *testing.T, f *fixture, g token.Grant) token.Set {
	t.Helper()
	set, _, err := f.Issue(t.Context(), g)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestATokenWithoutItsScopeIsNotForTheAPI(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	g := token.Grant{Pool: f.pool, Client: f.client(t), User: f.ada(t), Changes: &pool.TokenChanges{DropScopes: []string{token.APIScope}}}
	set, _ := f.issue(t, g)
	_, err := f.VerifyAccess(t.Context(), set.Access)
	wantError(t, "VerifyAccess", err, pool.NotAuthorized, "Access Token does not have required scopes")
}

func TestATokenThatAFunctionMakesTooLong(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	long := pool.ClaimChanges{Set: raw("long", `"`+strings.Repeat("x", 49_000)+`"`)}
	g := token.Grant{Pool: f.pool, Client: f.client(t), User: f.ada(t)}
	for _, changes := range []pool.TokenChanges{{ID: long}, {Access: long}} {
		g.Changes = &changes
		_, _, err := f.Issue(t.Context(), g)
		wantError(t, "Issue", err, pool.InvalidLambdaResponse, "Unrecognizable lambda output")
	}
}

// A function may answer as much as fits into its output, and be refused for it,
// but not keep the server busy.
func TestManyChangesAreRefusedSoon(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	many := func(n int, prefix string) (names []string) {
		for i := range n {
			names = append(names, prefix+strconv.Itoa(i))
		}
		return names
	}
	added, dropped, set := many(20_000, "a"), many(400_000, "b"), raw()
	for _, name := range added {
		set[name] = json.RawMessage(`""`)
	}
	g := token.Grant{Pool: f.pool, Client: f.client(t), User: f.ada(t)}
	for name, changes := range map[string]pool.TokenChanges{
		"claims": {ID: pool.ClaimChanges{Set: set, Drop: dropped}},
		"scopes": {AddScopes: added, DropScopes: dropped},
	} {
		began := time.Now()
		g.Changes = &changes
		_, _, err := f.Issue(t.Context(), g)
		wantError(t, name, err, pool.InvalidLambdaResponse, "Unrecognizable lambda output")
		if took := time.Since(began); took > 5*time.Second { // that of comparing each with each is half a minute
			t.Errorf("%s: took %v", name, took)
		}
	}
}
