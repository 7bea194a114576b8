package token_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/golden"
	"github.com/cenote-auth/cenote/internal/pool"
)

func unmarshal(t testing.TB, text []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
}

func indent(t *testing.T, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, text, "", "  "); err != nil {
		t.Fatal(err)
	}
	b.WriteByte('\n')
	return b.Bytes()
}

func TestClaims(t *testing.T) {
	t.Parallel()
	now := time.Date(2030, 1, 2, 3, 4, 5, 678_000_000, time.UTC)
	for _, tt := range []struct {
		name string
		edit func(*token.Grant)
	}{
		{"plain", func(*token.Grant) {}},
		{"with_groups_and_validity", func(g *token.Grant) {
			g.Groups = pool.Groups{{Name: "admin", Precedence: new(int32(2))}, {Name: "staff", Precedence: new(int32(1))}}
			g.Client.AccessToken = pool.Validity{Value: 10, Unit: "minutes"}
			g.Client.IDToken = pool.Validity{Value: 1, Unit: "days"}
			g.AuthTime = now.Add(-90 * time.Minute)
		}},
		{"with_roles", func(g *token.Grant) {
			g.Groups = pool.Groups{
				{Name: "all"},
				{Name: "second", RoleARN: "arn:aws:iam::123456789012:role/read", Precedence: new(int32(10))},
				{Name: "third", RoleARN: "arn:aws:iam::123456789012:role/read"},
				{Name: "first", RoleARN: "arn:aws:iam::123456789012:role/write", Precedence: new(int32(0))},
			}
		}},
		{"with_roles_of_one_rank", func(g *token.Grant) {
			g.Groups = pool.Groups{
				{Name: "writers", RoleARN: "arn:aws:iam::123456789012:role/write", Precedence: new(int32(3))},
				{Name: "readers", RoleARN: "arn:aws:iam::123456789012:role/read", Precedence: new(int32(3))},
			}
		}},
		{"without_revocation", func(g *token.Grant) { g.Client.RevocationOff = true }},
		{"with_few_attributes", func(g *token.Grant) {
			g.Client.ReadAttributes = []string{"email", "custom:team", "dev:custom:note"}
			g.Scope = "openid email aws.cognito.signin.user.admin"
		}},
		{"with_device", func(g *token.Grant) {
			g.DeviceKey = "us-east-1_0f8c2d9e-6a1b-4c3d-8e5f-112233445566"
			g.Groups = pool.Groups{{Name: "staff"}}
		}},
		{"without_attributes", func(g *token.Grant) { g.Client.ReadAttributes = []string{} }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFixtureAt(t, func() time.Time { return now })
			g := token.Grant{Pool: f.pool, Client: f.client(t), User: f.ada(t)}
			tt.edit(&g)
			set, _ := f.issue(t, g)
			access, accessKey := f.verified(t, set.Access)
			id, idKey := f.verified(t, set.ID)
			golden.Equal(t, "access_"+tt.name+".json", indent(t, access))
			golden.Equal(t, "id_"+tt.name+".json", indent(t, id))
			if accessKey == idKey {
				t.Errorf("both tokens are signed by key %s", idKey)
			}
			if want := int32(g.Client.AccessLifetime().Seconds()); set.ExpiresIn != want {
				t.Errorf("ExpiresIn = %d, want %d", set.ExpiresIn, want)
			}
		})
	}
}

func TestHeaderIsKidAndAlgAlone(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	set, _ := f.signIn(t, f.client(t), f.ada(t))
	pattern := regexp.MustCompile(`^\{"kid":"[A-Za-z0-9+/]{43}=","alg":"RS256"\}$`)
	for name, jwt := range map[string]string{"access": set.Access, "ID": set.ID} {
		header, err := base64.RawURLEncoding.DecodeString(jwt[:strings.IndexByte(jwt, '.')])
		if err != nil || !pattern.Match(header) {
			t.Errorf("%s token has header %s, %v, want %s", name, header, err, pattern)
		}
	}
}

func TestRefreshToken(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.Tokens = f.node(f.clock.Now) // with true random
	c, u := f.client(t), f.ada(t)
	c.RefreshToken = pool.Validity{Value: 2, Unit: "hours"}
	set, row := f.signIn(t, c, u)

	if want := regexp.MustCompile(`^[A-Za-z0-9-_=.]+$`); !want.MatchString(set.Refresh) {
		t.Errorf("%s does not match %s", set.Refresh, want)
	}
	parts := strings.Split(set.Refresh, ".")
	if len(parts) != 5 {
		t.Fatalf("%d parts, want 5", len(parts))
	}
	header, err := base64.RawURLEncoding.DecodeString(parts[0])
	if want := `{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}`; err != nil || string(header) != want {
		t.Errorf("header %s, %v, want %s", header, err, want)
	}
	if hash := sha256.Sum256([]byte(set.Refresh)); !bytes.Equal(row.Hash, hash[:]) {
		t.Errorf("Hash = %x, want the token's SHA-256", row.Hash)
	}
	if got := row.Expires.Sub(row.Issued); got != 2*time.Hour {
		t.Errorf("lives for %v, want 2h", got)
	}
	var claims struct {
		Family    string `json:"event_id"`
		OriginJTI string `json:"origin_jti"`
	}
	access, _ := f.verified(t, set.Access)
	unmarshal(t, access, &claims)
	if row.Family != claims.Family || row.OriginJTI != claims.OriginJTI || row.Family == "" || row.OriginJTI == "" {
		t.Errorf("row of family %q, origin_jti %q; the access token has %+v", row.Family, row.OriginJTI, claims)
	}
	if row.PoolKey != f.pool.Key || row.ClientID != c.ID || row.Sub != u.Sub || row.Generation != u.TokenGeneration || row.DeviceKey != "" || !row.AuthTime.Equal(row.Issued) {
		t.Errorf("row = %+v", row)
	}
	other, _ := f.signIn(t, c, u)
	if strings.Contains(other.Refresh, parts[1]) || strings.Contains(other.Refresh, parts[3]) {
		t.Error("two refresh tokens share random parts")
	}
}

func TestRenewKeepsTheFamily(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c, u := f.client(t), f.ada(t)
	set, row := f.signIn(t, c, u)
	f.clock.Advance(50 * time.Minute)
	renewed, err := f.Renew(t.Context(), token.Grant{
		Pool: f.pool, Client: c, User: u, AuthTime: row.AuthTime, Family: row.Family, OriginJTI: row.OriginJTI,
	})
	if err != nil {
		t.Fatal(err)
	}
	if renewed.Refresh != "" {
		t.Error("a refresh gave a new refresh token")
	}
	for name, pair := range map[string][2]string{"access": {set.Access, renewed.Access}, "ID": {set.ID, renewed.ID}} {
		var before, after map[string]any
		text, _ := f.verified(t, pair[0])
		unmarshal(t, text, &before)
		text, _ = f.verified(t, pair[1])
		unmarshal(t, text, &after)
		for _, claim := range []string{"auth_time", "event_id", "origin_jti", "sub"} {
			if before[claim] != after[claim] || after[claim] == nil {
				t.Errorf("%s token: %s = %v, want %v", name, claim, after[claim], before[claim])
			}
		}
		if before["jti"] == after["jti"] {
			t.Errorf("%s token: jti stayed %v", name, after["jti"])
		}
		if got := after["exp"].(float64) - before["exp"].(float64); got < 3000 || got > 3002 {
			t.Errorf("%s token: exp grew by %v s, want 3000", name, got)
		}
	}
	if _, err := f.VerifyAccess(t.Context(), renewed.Access); err != nil {
		t.Error(err)
	}
}

func TestManySignAtOnce(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.Tokens = f.node(f.clock.Now)
	g := token.Grant{Pool: f.pool, Client: f.client(t), User: f.ada(t)}
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			if _, _, err := f.Issue(t.Context(), g); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}
