package flowtest_test

import (
	"context"
	"errors"
	"testing"

	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/flow/signup"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// A function is asked for no more words than messages may be sent, whether it
// finds them or fails.
func TestNoFunctionIsAskedBeyondALimit(t *testing.T) {
	const password = "correct horse"
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		for _, fail := range []bool{false, true} {
			w := newWriters(t, e, "CustomMessage")
			w.pool.AllowedFirstFactors = []string{"PASSWORD", "EMAIL_OTP"}
			e.Tx(t, func(ctx context.Context, tx store.Tx) error { return tx.UpdatePool(ctx, w.pool) })
			ctx := t.Context()
			_, err := w.signup.SignUp(ctx, signup.Request{
				ClientID: w.client.ID, Username: "ada", Password: password, Attributes: map[string]string{"email": "ada@example.com"},
			})
			if err != nil {
				t.Fatal(err)
			}
			access := w.SignedIn(t, w.pool, w.client, w.User(t, w.pool, "ada")).Access
			w.lambda.Events()
			w.fail = fail
			confirmed := func(u *pool.User) { u.Status = pool.Confirmed; u.Attributes["email_verified"] = "true" }
			address := "a@example.com"
			for _, tt := range []struct {
				name  string
				times int
				send  func() error
			}{
				{"another code to sign up", 5, func() error { _, err := w.signup.Resend(ctx, w.client.ID, "", "ada", nil); return err }},
				{"a code to reset the password", 5, func() error {
					w.Change(t, w.pool, "ada", confirmed)
					_, err := w.account.Forgot(ctx, w.client.ID, "", "ada", nil)
					return err
				}},
				{"a reset by an administrator", 20, func() error {
					w.Change(t, w.pool, "ada", confirmed)
					return w.users.ResetPassword(ctx, w.pool.ID, "ada", nil)
				}},
				{"a code to prove an address", 5, func() error {
					w.Change(t, w.pool, "ada", confirmed)
					_, err := w.account.SendCode(ctx, access, "email", nil)
					return err
				}},
				{"another address", 20, func() error {
					address = "a" + address
					_, err := w.account.UpdateAttributes(ctx, access, map[string]string{"email": address}, nil)
					return err
				}},
				{"a code to sign in", 10, func() error {
					w.Change(t, w.pool, "ada", confirmed)
					_, err := w.signin.Start(ctx, signin.Request{
						ClientID: w.client.ID, Flow: "USER_AUTH", Parameters: signin.Parameters{"USERNAME": "ada", "PREFERRED_CHALLENGE": "EMAIL_OTP"},
					})
					return err
				}},
			} {
				for n := range tt.times + 3 {
					err := tt.send()
					limited := errors.Is(err, pool.E(pool.LimitExceeded, "")) || errors.Is(err, pool.E(pool.TooManyRequests, ""))
					want := 1
					if n >= tt.times {
						want = 0
					}
					if got := len(w.lambda.Events()); got != want || limited != (want == 0) {
						t.Fatalf("%s, fails %t: at the %d. time %d calls, %v", tt.name, fail, n+1, got, err)
					}
				}
			}
		}
	})
}
