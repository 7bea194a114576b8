package admin

import (
	"bytes"
	"fmt"
	"reflect"
	"regexp"
	"testing"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

func TestCreateClient(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.pool(t, NewPool{})
	c, secret := w.client(t, NewClient{PoolID: p.ID, ClientSettings: pool.ClientSettings{
		Name: "web", ReadAttributes: []string{"email"}, WriteAttributes: []string{}, AccessToken: pool.Validity{Value: 5, Unit: "minutes"},
	}})
	if !regexp.MustCompile(`^[0-9a-z]{26}$`).MatchString(c.ID) || secret != "" || c.Confidential() {
		t.Errorf("got id %q and secret %q, want 26 characters and none", c.ID, secret)
	}
	got, secret, err := w.clients.Describe(t.Context(), p.ID, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	if secret != "" {
		t.Errorf("a public client has the secret %q", secret)
	}
	got.Key, got.Version = c.Key, c.Version // which the database gives
	if !reflect.DeepEqual(got, c) {
		t.Errorf("described %+v, created %+v", got, c)
	}
	if got.WriteAttributes == nil {
		t.Error("a list of nothing to write became no list, which allows all")
	}
}

// Whoever moves an app here knows its id already.
func TestCreateClientWithTheIDInItsName(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.pool(t, NewPool{})
	ask := NewClient{PoolID: p.ID, ClientSettings: pool.ClientSettings{Name: "_custom_id_:4k3mq7"}}
	if c, _ := w.client(t, ask); c.ID != "4k3mq7" || c.Name != ask.Name {
		t.Errorf("the client %s is called %s, want 4k3mq7 and the name as it was given", c.ID, c.Name)
	}
	_, _, err := w.clients.Create(t.Context(), ask)
	wantError(t, err, pool.InvalidParameter, "User pool client 4k3mq7 already exists.")
	ask.Name = "_custom_id_"
	if c, _ := w.client(t, ask); len(c.ID) != 26 {
		t.Errorf("a name that gives no id made the client %s", c.ID)
	}
	u, _, err := w.clients.Update(t.Context(), ClientUpdate{
		PoolID: p.ID, ID: "4k3mq7", ClientSettings: pool.ClientSettings{Name: "_custom_id_:other"},
	})
	if err != nil || u.ID != "4k3mq7" {
		t.Errorf("another name made it %+v, %v", u, err)
	}
}

func TestClientSecret(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.pool(t, NewPool{})
	c, secret := w.client(t, NewClient{PoolID: p.ID, GenerateSecret: true})
	if !regexp.MustCompile(`^[0-9a-z]{51}$`).MatchString(secret) {
		t.Errorf("the secret has another shape, %d characters", len(secret))
	}
	if bytes.Contains(c.Secrets[0].Sealed, []byte(secret)) {
		t.Error("the secret lies open in its row")
	}
	if _, got, err := w.clients.Describe(t.Context(), p.ID, c.ID); err != nil || got != secret {
		t.Errorf("described another secret (%v)", err)
	}
	const own = "MyOwnSecret_MyOwnSecret_1"
	c, secret = w.client(t, NewClient{PoolID: p.ID, Secret: own})
	if _, got, err := w.clients.Describe(t.Context(), p.ID, c.ID); err != nil || got != own || secret != own {
		t.Errorf("the caller's own secret was not kept (%v)", err)
	}
}

func TestCreateClientRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.pool(t, NewPool{})
	for _, tt := range []struct {
		name string
		ask  NewClient
		kind pool.Kind
		want string
	}{
		{"a pool that is not there", NewClient{PoolID: "us-east-1_none"}, pool.NotFound, "User pool us-east-1_none does not exist."},
		{"a secret of both kinds", NewClient{PoolID: p.ID, GenerateSecret: true, Secret: "MyOwnSecret_MyOwnSecret_1"},
			pool.InvalidParameter, "GenerateSecret and ClientSecret cannot be used together."},
		{"what the pool lacks", NewClient{PoolID: p.ID, ClientSettings: pool.ClientSettings{ReadAttributes: []string{"custom:team"}}},
			pool.InvalidParameter, "Invalid read attributes specified while creating a client"},
		{"a provider that is not there", NewClient{PoolID: p.ID, ClientSettings: pool.ClientSettings{IdentityProviders: []string{"Google"}}},
			pool.InvalidParameter, "The provider Google does not exist for User Pool " + p.ID + "."},
		{"client credentials without a secret", NewClient{PoolID: p.ID, ClientSettings: pool.ClientSettings{OAuthFlows: []string{"client_credentials"}}},
			pool.InvalidOAuthFlow, "client_credentials flow can not be selected if client does not have a client secret."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := w.clients.Create(t.Context(), tt.ask)
			wantError(t, err, tt.kind, tt.want)
		})
	}
}

func TestCreateClientStopsAtTheLimit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.pool(t, NewPool{})
	err := w.store.Update(t.Context(), func(tx store.Tx) error {
		for i := range pool.MaxClients {
			c := &pool.Client{PoolKey: p.Key, ID: fmt.Sprintf("client%04d", i), Created: noon, Modified: noon}
			if err := tx.CreateClient(t.Context(), c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = w.clients.Create(t.Context(), NewClient{PoolID: p.ID})
	wantError(t, err, pool.LimitExceeded, "The maximum number of clients of this user pool has been reached.")
}

func TestClientsOfAnotherPoolAreNotThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p, other := w.pool(t, NewPool{}), w.pool(t, NewPool{})
	c, _ := w.client(t, NewClient{PoolID: p.ID})
	gone := "User pool client " + c.ID + " does not exist."
	_, _, err := w.clients.Describe(t.Context(), other.ID, c.ID)
	wantError(t, err, pool.NotFound, gone)
	wantError(t, w.clients.Delete(t.Context(), other.ID, c.ID), pool.NotFound, gone)
	if list, _, err := w.clients.List(t.Context(), ClientList{PoolID: other.ID}); err != nil || len(list) != 0 {
		t.Errorf("the other pool lists %d clients (%v)", len(list), err)
	}
	if err := w.clients.Delete(t.Context(), p.ID, c.ID); err != nil {
		t.Fatal(err)
	}
	wantError(t, w.clients.Delete(t.Context(), p.ID, c.ID), pool.NotFound, gone)
}

func TestListClients(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.pool(t, NewPool{})
	want := map[string]bool{}
	for range 5 {
		c, _ := w.client(t, NewClient{PoolID: p.ID})
		want[c.ID] = true
	}
	token := ""
	for _, n := range []int{2, 2, 1} {
		list, next, err := w.clients.List(t.Context(), ClientList{PoolID: p.ID, Token: token, Limit: 2})
		if err != nil || len(list) != n {
			t.Fatalf("got a page of %d (%v), want %d", len(list), err, n)
		}
		for _, c := range list {
			delete(want, c.ID)
		}
		token = next
	}
	if len(want) != 0 || token != "" {
		t.Errorf("%d clients were not listed, the last token is %q", len(want), token)
	}
	_, _, err := w.clients.List(t.Context(), ClientList{PoolID: p.ID, Type: "DCR"})
	wantError(t, err, pool.NotBuilt, "ClientType is not supported yet: this member is newer than what this server knows.")
}
