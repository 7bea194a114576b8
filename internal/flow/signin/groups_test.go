package signin_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/cenote-auth/cenote/internal/core/token"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// enrol makes groups, the first the best, and puts u into them.
func (w *world) enrol(t *testing.T, u *pool.User, names ...string) {
	t.Helper()
	w.Tx(t, func(ctx context.Context, tx store.Tx) error {
		for i, name := range names {
			g := pool.Group{PoolKey: u.PoolKey, Name: name, Key: int64(i), RoleARN: "role of " + name, Precedence: new(int32(i))}
			if err := tx.CreateGroup(ctx, g); err != nil {
				return err
			}
			if _, err := tx.AddMember(ctx, u.PoolKey, g.Key, u.Sub); err != nil {
				return err
			}
		}
		return nil
	})
}

// wantGroups fails unless both tokens list these groups, as JSON, and the ID
// token the roles and the best role of them.
func wantGroups(t *testing.T, what string, set *token.Set, groups, roles, preferred string) {
	t.Helper()
	if set == nil {
		t.Errorf("%s: no tokens", what)
		return
	}
	id, access := claims(t, set.ID), claims(t, set.Access)
	for _, claim := range []struct {
		name string
		got  any
		want string
	}{
		{"cognito:groups of the ID token", id["cognito:groups"], groups},
		{"cognito:groups of the access token", access["cognito:groups"], groups},
		{"cognito:roles of the ID token", id["cognito:roles"], roles},
		{"cognito:roles of the access token", access["cognito:roles"], "null"},
		{"cognito:preferred_role of the ID token", id["cognito:preferred_role"], preferred},
		{"cognito:preferred_role of the access token", access["cognito:preferred_role"], "null"},
	} {
		if got, err := json.Marshal(claim.got); string(got) != claim.want {
			t.Errorf("%s: %s = %s, %v; want %s", what, claim.name, got, err, claim.want)
		}
	}
}

func TestGroupsAreInTheTokensOfEveryWay(t *testing.T) {
	const groups, roles, best = `["z","a"]`, `["role of z","role of a"]`, `"role of z"`
	each(t, func(t *testing.T, w *world) {
		w.enrol(t, w.ada, "z", "a")
		step, err := w.byPassword(t, w.client, "ada", password)
		w.wantTokens(t, step, err, w.ada)
		wantGroups(t, "USER_PASSWORD_AUTH", step.Tokens, groups, roles, best)

		step, err = w.bySRP(t, w.pool, w.client, "ada", password)
		w.wantTokens(t, step, err, w.ada)
		wantGroups(t, "USER_SRP_AUTH", step.Tokens, groups, roles, best)

		step, err = w.start(t, w.client, "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", step.Tokens.Refresh)
		if err != nil {
			t.Fatal(err)
		}
		wantGroups(t, "REFRESH_TOKEN_AUTH", step.Tokens, groups, roles, best)

		w.Change(t, w.pool, "ada", func(u *pool.User) { u.Status, u.PasswordSet = pool.ForceChangePassword, w.Clock.Now() })
		step, err = w.byPassword(t, w.client, "ada", password)
		if err != nil {
			t.Fatal(err)
		}
		step, err = w.answer(t, w.client, "NEW_PASSWORD_REQUIRED", step.Session,
			signin.Parameters{"USERNAME": "ada", "NEW_PASSWORD": "another horse"})
		w.wantTokens(t, step, err, w.ada)
		wantGroups(t, "NEW_PASSWORD_REQUIRED", step.Tokens, groups, roles, best)
	})
}

func TestGroupsAreReadAgainAtRefresh(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		step, err := w.byPassword(t, w.client, "ada", password)
		w.wantTokens(t, step, err, w.ada)
		wantGroups(t, "in no group", step.Tokens, "null", "null", "null")
		refresh := func(what, groups, roles, preferred string) {
			t.Helper()
			set, err := w.service.Refresh(t.Context(), signin.Renewal{ClientID: w.client.ID, Token: step.Tokens.Refresh})
			if err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			wantGroups(t, what, &set, groups, roles, preferred)
		}
		w.enrol(t, w.ada, "staff", "admins")
		refresh("put into two groups", `["staff","admins"]`, `["role of staff","role of admins"]`, `"role of staff"`)
		w.Tx(t, func(ctx context.Context, tx store.Tx) error {
			g, err := tx.Group(ctx, w.pool.Key, "admins")
			if err != nil {
				return err
			}
			g.Precedence = new(int32(0))
			return tx.UpdateGroup(ctx, g)
		})
		refresh("the two have one rank", `["admins","staff"]`, `["role of admins","role of staff"]`, "null")
		w.Tx(t, func(ctx context.Context, tx store.Tx) error { return tx.RemoveMember(ctx, w.pool.Key, 0, w.ada.Sub) })
		refresh("taken out of one", `["admins"]`, `["role of admins"]`, `"role of admins"`)
		w.Tx(t, func(ctx context.Context, tx store.Tx) error {
			_, err := tx.RemoveGroup(ctx, w.pool.Key, "admins")
			return err
		})
		refresh("the other is removed", "null", "null", "null")
	})
}
