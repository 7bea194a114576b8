package signin_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/message"
	"github.com/cenote-auth/cenote/internal/core/risk"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// Whoever has the password cannot first push out of sight, by failures that
// anybody can cause, what the user's own sign-ins look like.
func TestFailuresDoNotHideHowAUserSignsIn(t *testing.T) {
	guard(t, nil, takeover("NO_ACTION", "BLOCK"), func(t *testing.T, g *guarded) {
		step, err := g.from(t, atHome, "ada", password)
		g.wantTokens(t, step, err, g.ada)
		g.Tx(t, func(ctx context.Context, tx store.Tx) error {
			for i := range 200 {
				e := store.AuthEvent{
					PoolKey: g.pool.Key, Sub: g.ada.Sub, ID: risk.NewID(), Created: g.Clock.Now(),
					Type: []string{"SignIn", "ForgotPassword"}[i%2], Response: "Fail", RiskDecision: "NoRisk", Challenges: "[]", Context: "{}",
				}
				if err := tx.AddAuthEvent(ctx, e); err != nil {
					return err
				}
			}
			return nil
		})
		_, err = g.from(t, onTrain, "ada", password)
		flowtest.Want(t, err, pool.NotAuthorized, blocked)
	})
}

// An attempt that is not looked at costs nobody a row.
func TestAttemptsWhileLockedOutAreNotWrittenDown(t *testing.T) {
	guard(t, nil, nil, func(t *testing.T, g *guarded) {
		lockedTimes := 0
		for range 30 {
			if _, err := g.byPassword(t, g.client, "ada", "wrong"); err.Error() == lockedOut {
				lockedTimes++
			}
		}
		if lockedTimes == 0 {
			t.Fatal("nobody was locked out")
		}
		if got, want := len(g.events(t, g.ada)), 30-lockedTimes; got != want {
			t.Errorf("%d events, want %d", got, want)
		}
	})
}

// Who has got tokens cannot turn the record of it into one of a failure.
func TestWhatPassedStaysPassed(t *testing.T) {
	guard(t, nil, nil, func(t *testing.T, g *guarded) {
		x := g.begin(t, g.pool, g.client, "USERNAME", "ada")
		step, err := g.prove(t, g.client, x.proof(t, password))
		g.wantTokens(t, step, err, g.ada)
		_, err = g.prove(t, g.client, x.proof(t, "wrong"))
		flowtest.Want(t, err, pool.NotAuthorized, wrongPassword)
		g.wantEvents(t, g.ada, "SignIn Pass NoRisk  Password:true")
	})
}

// A right password gives an address back what it cost and no more, however many
// functions hear of the sign-in: or else whoever has an account could guess at
// others for ever.
func TestARightPasswordRefundsItselfAlone(t *testing.T) {
	guard(t, flowtest.Calls("PostAuthentication"), nil, func(t *testing.T, g *guarded) {
		g.service.Triggers = flowtest.NewLambda(t, func(flowtest.Event, map[string]any) error { return nil }).Triggers
		for i := range 5 {
			g.Person(t, g.pool, fmt.Sprint("user-", i), password, nil)
		}
		try := func(name, password string) string {
			g.Clock.Advance(time.Millisecond)
			_, err := g.service.Start(t.Context(), signin.Request{
				ClientID: g.client.ID, Flow: "USER_PASSWORD_AUTH", Parameters: parameters("USERNAME", name, "PASSWORD", password),
				Origin: atHome,
			})
			if err != nil {
				return err.Error()
			}
			return ""
		}
		guesses := 0
		for i := range 60 {
			if try(fmt.Sprint("user-", i%5), "wrong") == wrongPassword {
				guesses++
			}
			try("ada", password) // which is the guesser's own
			if i%4 == 0 {
				g.Tx(t, func(ctx context.Context, tx store.Tx) error {
					for i := range 5 { // as if there were more of them
						u, err := tx.UserByName(ctx, g.pool.Key, fmt.Sprint("user-", i))
						if err != nil {
							return err
						}
						if err := tx.ClearAttempt(ctx, g.pool.Key, u.Sub, "password"); err != nil {
							return err
						}
					}
					return nil
				})
			}
		}
		if guesses > 25 {
			t.Errorf("%d guesses got through", guesses)
		}
	})
}

func TestACustomSenderTellsPeopleOfASignIn(t *testing.T) {
	rules := &pool.RiskRules{Takeover: &pool.TakeoverRules{
		Medium: &pool.RiskAction{Action: "BLOCK", Notify: true}, Notify: &pool.RiskNotice{},
	}}
	guard(t, flowtest.Calls("CustomEmailSender"), rules, func(t *testing.T, g *guarded) {
		lambda := flowtest.NewLambda(t, func(flowtest.Event, map[string]any) error { return nil })
		g.risk = risk.New(risk.Options{
			Store: g.Store, Keyring: g.Keyring, Messages: g.Messages, Triggers: lambda.Triggers, PublicURL: "http://cenote.test", Now: g.Clock.Now,
		})
		g.service.Risk = g.risk
		g.from(t, atHome, "ada", password)
		_, err := g.from(t, onTrain, "ada", password)
		flowtest.Want(t, err, pool.NotAuthorized, blocked)
		ctx, stop := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer stop()
		message.NewDispatcher(message.DispatcherOptions{Store: g.Store, Messages: g.Messages, Functions: lambda}).Run(ctx)
		events := lambda.Events()
		if len(events) != 1 || events[0].Source != "CustomEmailSender_AccountTakeOverNotification" || events[0].UserName != "ada" {
			t.Fatalf("called with %+v", events)
		}
		told := events[0].Request.UserAttributes
		if told["email"] != "ada@example.com" || told["IP_ADDRESS"] != onTrain.Address || told["DEVICE_NAME"] != "Safari 17, iOS" || told["LOGIN_TIME"] == "" {
			t.Errorf("told %v", told)
		}
		sub, event, err := g.risk.OpenFeedback(g.pool, told["FEEDBACK_TOKEN"])
		if err != nil || sub != g.ada.Sub || event != told["EVENT_ID"] {
			t.Errorf("token of %s about %s (%v), want of %s about %s", sub, event, err, g.ada.Sub, told["EVENT_ID"])
		}
		if link := "http://cenote.test/" + g.pool.ID + "/feedback?"; !strings.HasPrefix(told["ONE_CLICK_LINK_INVALID"], link) {
			t.Errorf("link %s", told["ONE_CLICK_LINK_INVALID"])
		}
		if mail := g.Mail(t, "ada@example.com"); len(mail) != 0 {
			t.Errorf("there is a mail, too: %+v", mail)
		}
	})
}

// A company that moves has all its people behind one address.
func TestThoseWhoComeFromAnotherSystemCostTheirAddressNothing(t *testing.T) {
	guard(t, flowtest.Calls("UserMigration"), nil, func(t *testing.T, g *guarded) {
		g.service.Triggers = flowtest.NewLambda(t, func(_ flowtest.Event, response map[string]any) error {
			response["userAttributes"], response["finalUserStatus"] = map[string]any{"name": "Somebody"}, "CONFIRMED"
			return nil
		}).Triggers
		for i := range 25 {
			_, err := g.service.Start(t.Context(), signin.Request{
				ClientID: g.client.ID, Flow: "USER_PASSWORD_AUTH", Parameters: parameters("USERNAME", fmt.Sprint("user-", i), "PASSWORD", oldSecret),
				Origin: atHome,
			})
			if err != nil {
				t.Fatalf("user %d: %v", i, err)
			}
		}
	})
}
