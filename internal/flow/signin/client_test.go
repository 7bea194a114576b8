package signin_test

import (
	"context"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/setting"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// books adds a resource server to p with scopes of these names.
func (w *world) books(t *testing.T, p *pool.Pool, names ...string) {
	t.Helper()
	server := pool.ResourceServer{Name: "Books"}
	for _, name := range names {
		server.Scopes = append(server.Scopes, pool.Scope{Name: name})
	}
	w.Tx(t, func(ctx context.Context, tx store.Tx) error {
		_, err := setting.ResourceServers.New(p.Key, "https://api/books", server).Add(ctx, tx)
		return err
	})
}

// machine makes a client that gets tokens for itself.
func (w *world) machine(secret string, scopes ...string) func(*pool.Client) {
	return func(c *pool.Client) {
		w.Secret(secret)(c)
		c.AuthFlows, c.OAuthScopes = []string{pool.ClientTokenFlow}, scopes
	}
}

func TestClientToken(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.books(t, w.pool, "read", "write")
		c := w.Client(t, w.pool, w.machine("s3cret", "https://api/books/read", "https://api/books/write", "https://api/books/lost"))
		for _, tt := range []struct {
			name  string
			asked []string
			want  string
		}{
			{"all that there are", nil, "https://api/books/read https://api/books/write"},
			{"one of them", []string{"https://api/books/write"}, "https://api/books/write"},
			{"one of them twice", []string{"https://api/books/write", "https://api/books/write"}, "https://api/books/write"},
		} {
			t.Run(tt.name, func(t *testing.T) {
				got, err := w.service.ClientToken(t.Context(), signin.ClientRequest{ClientID: c.ID, Secret: "s3cret", Scopes: tt.asked})
				if err != nil {
					t.Fatal(err)
				}
				said := claims(t, got.Access)
				if said["scope"] != tt.want || said["sub"] != c.ID || said["client_id"] != c.ID || said["token_use"] != "access" || said["version"] != 2.0 {
					t.Errorf("claims = %v", said)
				}
				if lives := said["exp"].(float64) - said["iat"].(float64); got.ExpiresIn != 3600 || lives != 3600 || said["auth_time"] != said["iat"] {
					t.Errorf("lives for %d s by the answer, %v by itself: %v", got.ExpiresIn, lives, said)
				}
				for _, name := range []string{"username", "event_id", "origin_jti", "cognito:groups"} {
					if _, ok := said[name]; ok {
						t.Errorf("there is %s: %v", name, said[name])
					}
				}
				_, err = w.Tokens.VerifyAccess(t.Context(), got.Access)
				flowtest.Want(t, err, pool.NotAuthorized, "Access Token does not have required scopes")
			})
		}
	})
}

func TestClientTokensThatAreRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.books(t, w.pool, "read", "write")
		c := w.Client(t, w.pool, w.machine("s3cret", "https://api/books/read", "openid"))
		none := w.Client(t, w.pool, w.machine("s3cret"))
		people := w.Client(t, w.pool, w.Secret("s3cret"))
		for _, tt := range []struct {
			name    string
			ask     signin.ClientRequest
			kind    pool.Kind
			message string
		}{
			{"no such client", signin.ClientRequest{ClientID: "gone", Secret: "s3cret"}, pool.NotFound, "User pool client gone does not exist."},
			{"a client of people", signin.ClientRequest{ClientID: people.ID, Secret: "s3cret"}, pool.OperationNotEnabled,
				"ALLOW_CLIENT_TOKEN_AUTH is not enabled for client " + people.ID},
			{"a wrong secret", signin.ClientRequest{ClientID: c.ID, Secret: "wrong"}, pool.NotAuthorized, "Unable to verify secret for client " + c.ID},
			{"a scope that it was not allowed", signin.ClientRequest{ClientID: c.ID, Secret: "s3cret", Scopes: []string{"https://api/books/write"}},
				pool.InvalidParameter, "Invalid scope requested: https://api/books/write"},
			{"a scope of people", signin.ClientRequest{ClientID: c.ID, Secret: "s3cret", Scopes: []string{"openid"}},
				pool.InvalidParameter, "Invalid scope requested: openid"},
			{"no scopes at all", signin.ClientRequest{ClientID: none.ID, Secret: "s3cret"}, pool.InvalidParameter,
				"Client " + none.ID + " has no scopes of a resource server."},
		} {
			_, err := w.service.ClientToken(t.Context(), tt.ask)
			t.Run(tt.name, func(t *testing.T) { flowtest.Want(t, err, tt.kind, tt.message) })
		}
	})
}

func TestAFunctionChangesAClientToken(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		w := &world{Env: e, service: service(e, e.Limits)}
		l := flowtest.NewLambda(t, func(_ flowtest.Event, response map[string]any) error {
			response["claimsAndScopeOverrideDetails"] = map[string]any{"accessTokenGeneration": map[string]any{
				"claimsToAddOrOverride": map[string]any{"tenant": "t-1", "client_id": "somebody else"},
				"scopesToAdd":           []string{"more"},
			}}
			return nil
		})
		w.service.Triggers = l.Triggers
		p := e.Pool(t, flowtest.Calls("PreTokenGeneration"))
		w.books(t, p, "read")
		c := w.Client(t, p, w.machine("s3cret", "https://api/books/read"))
		ask := signin.ClientRequest{ClientID: c.ID, Secret: "s3cret", ClientMetadata: metadata}
		get := func() map[string]any {
			t.Helper()
			got, err := w.service.ClientToken(t.Context(), ask)
			if err != nil {
				t.Fatal(err)
			}
			return claims(t, got.Access)
		}
		if said := get(); said["tenant"] != nil || len(l.Events()) != 0 {
			t.Errorf("a function of version 1 was called: %v", said)
		}
		w.Tx(t, func(ctx context.Context, tx store.Tx) error {
			known, err := tx.PoolByKey(ctx, p.Key)
			if err != nil {
				return err
			}
			changed := *known
			changed.Triggers.Versions = map[string]string{"PreTokenGeneration": "V3_0"}
			changed.Modified = time.Now()
			return tx.UpdatePool(ctx, &changed)
		})
		said := get()
		if said["tenant"] != "t-1" || said["client_id"] != c.ID || said["scope"] != "https://api/books/read more" {
			t.Errorf("claims = %v", said)
		}
		events := l.Events()
		if len(events) != 1 || events[0].Source != "TokenGeneration_ClientCredentials" || events[0].UserName != "ClientCredentials" ||
			events[0].Request.ClientMetadata["source"] != "web" {
			t.Errorf("called with %+v", events)
		}
	})
}
