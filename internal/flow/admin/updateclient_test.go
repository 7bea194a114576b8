package admin

import (
	"reflect"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/pool"
)

func TestUpdateClientReplacesSettings(t *testing.T) {
	inEachWorld(t, func(t *testing.T, w *world) {
		p := w.pool(t, NewPool{})
		c, secret := w.client(t, NewClient{PoolID: p.ID, GenerateSecret: true, ClientSettings: pool.ClientSettings{
			Name: "web", AuthFlows: []string{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}, ReadAttributes: []string{"email"},
			WriteAttributes: []string{}, AccessToken: pool.Validity{Value: 5, Unit: "minutes"}, AuthSessionMinutes: 15,
			HideUnknownUsers: "ENABLED", RevocationOff: true, CallbackURLs: []string{"https://a.example"},
		}})
		w.now = noon.Add(time.Hour)
		want := pool.ClientSettings{
			Name: "site", OAuthClient: true, OAuthFlows: []string{"code"}, OAuthScopes: []string{"openid"},
			CallbackURLs: []string{"https://b.example"},
		}
		got, again, err := w.clients.Update(t.Context(), ClientUpdate{PoolID: p.ID, ID: c.ID, ClientSettings: want})
		if err != nil {
			t.Fatal(err)
		}
		want.Complete()
		if !reflect.DeepEqual(got.ClientSettings, want) || again != secret {
			t.Errorf("settings are %+v, want %+v and the same secret", got.ClientSettings, want)
		}
		if !got.Created.Equal(c.Created) || !got.Modified.Equal(w.now.Truncate(time.Millisecond)) {
			t.Errorf("created at %v and modified at %v", got.Created, got.Modified)
		}
		described, again, err := w.clients.Describe(t.Context(), p.ID, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		got.Version = described.Version
		if !reflect.DeepEqual(described, got) || again != secret {
			t.Errorf("described %+v, answered %+v", described, got)
		}

		got, again, err = w.clients.Update(t.Context(), ClientUpdate{PoolID: p.ID, ID: c.ID})
		if err != nil {
			t.Fatal(err)
		}
		defaults := pool.ClientSettings{Name: "site"}
		defaults.Complete()
		if !reflect.DeepEqual(got.ClientSettings, defaults) || again != secret {
			t.Errorf("settings are %+v, want %+v and the same secret", got.ClientSettings, defaults)
		}
	})
}

func TestUpdateClientRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p, other := w.pool(t, NewPool{}), w.pool(t, NewPool{})
	c, _ := w.client(t, NewClient{PoolID: p.ID})
	confidential, _ := w.client(t, NewClient{PoolID: p.ID, GenerateSecret: true})
	before, _, err := w.clients.Describe(t.Context(), p.ID, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	machine := pool.ClientSettings{OAuthFlows: []string{"client_credentials"}}
	for _, tt := range []struct {
		name string
		ask  ClientUpdate
		kind pool.Kind
		want string
	}{
		{"a pool that is not there", ClientUpdate{PoolID: "us-east-1_none", ID: c.ID}, pool.NotFound, "User pool us-east-1_none does not exist."},
		{"a client that is not there", ClientUpdate{PoolID: p.ID, ID: "none"}, pool.NotFound, "User pool client none does not exist."},
		{"a client of another pool", ClientUpdate{PoolID: other.ID, ID: c.ID}, pool.NotFound, "User pool client " + c.ID + " does not exist."},
		{"what the pool lacks", ClientUpdate{PoolID: p.ID, ID: c.ID, ClientSettings: pool.ClientSettings{WriteAttributes: []string{"custom:team"}}},
			pool.InvalidParameter, "Invalid write attributes specified while updating a client"},
		{"client credentials without a secret", ClientUpdate{PoolID: p.ID, ID: c.ID, ClientSettings: machine},
			pool.InvalidOAuthFlow, "client_credentials flow can not be selected if client does not have a client secret."},
		{"a scope that is not there", ClientUpdate{PoolID: p.ID, ID: c.ID, ClientSettings: pool.ClientSettings{OAuthScopes: []string{"books/read"}}},
			pool.ScopeDoesNotExist, "Invalid scope requested: books/read"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := w.clients.Update(t.Context(), tt.ask)
			wantError(t, err, tt.kind, tt.want)
		})
	}
	if got, _, err := w.clients.Describe(t.Context(), p.ID, c.ID); err != nil || !reflect.DeepEqual(got, before) {
		t.Errorf("after nothing but refusals the client is %+v (%v), want %+v", got, err, before)
	}
	if _, _, err := w.clients.Update(t.Context(), ClientUpdate{PoolID: p.ID, ID: confidential.ID, ClientSettings: machine}); err != nil {
		t.Errorf("client credentials with the secret from the creation: %v", err)
	}
}
