package account_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/cenote-auth/cenote/internal/flow/account"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/pool"
)

func TestAUserComesFromAnotherSystemWithoutAPassword(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, func(p *pool.Pool) { flowtest.Calls("UserMigration")(p); recoverBy("verified_email")(p) })
		c, hides := e.Client(t, p, nil), e.Client(t, p, hiding)
		s := service(e)
		l := flowtest.NewLambda(t, func(event flowtest.Event, response map[string]any) error {
			switch event.UserName {
			case "eve", "eva":
				response["userAttributes"] = map[string]any{"email": event.UserName + "@example.com", "email_verified": true}
			case "una":
				response["userAttributes"] = map[string]any{"email": "una@example.com"}
			case "err":
				return errors.New("not today")
			case "bad":
				response["userAttributes"] = "bad"
			}
			return nil
		})
		s.Triggers = l.Triggers
		told := "Exception migrating user in app client " + c.ID

		to, err := s.Forgot(t.Context(), c.ID, "", "eve", map[string]string{"source": "web"})
		if err != nil || to.Destination != "eve@example.com" {
			t.Fatalf("Forgot = %+v, %v", to, err)
		}
		events := l.Events()
		if got := flowtest.Sources(events); !slices.Equal(got, []string{"UserMigration_ForgotPassword"}) {
			t.Fatalf("called for %v", got)
		}
		if r := events[0].Request; r.Password != "" || r.ClientMetadata["source"] != "web" {
			t.Errorf("asked %+v", r)
		}
		eve := e.User(t, p, "eve")
		if eve.Status != pool.ResetRequired || eve.SealedPassword != nil {
			t.Errorf("user = %+v", eve)
		}
		err = s.Reset(t.Context(), account.Reset{ClientID: c.ID, Username: "eve", Code: e.Code(t, "eve@example.com"), Password: after})
		if now := e.Again(t, eve); err != nil || now.Status != pool.Confirmed || !fits(t, e, p, now, after) {
			t.Errorf("Reset: %v, user %+v", err, now)
		}
		if to, err := s.Forgot(t.Context(), hides.ID, "", "eva", nil); err != nil || to.Destination != "eva@example.com" || len(e.Mail(t, "eva@example.com")) != 1 {
			t.Errorf("Forgot = %+v, %v", to, err)
		}
		for _, name := range []string{"nobody", "err"} {
			_, err := s.Forgot(t.Context(), c.ID, "", name, nil)
			flowtest.Want(t, err, pool.UserNotFound, told)
		}
		_, err = s.Forgot(t.Context(), c.ID, "", "bad", nil)
		flowtest.Want(t, err, pool.InvalidLambdaResponse, "Unrecognizable lambda output")
		_, err = s.Forgot(t.Context(), c.ID, "", "una", nil)
		flowtest.Want(t, err, pool.InvalidParameter, "Cannot reset password for the user as there is no registered/verified email or phone_number")
		for _, name := range []string{"nobody", "err", "bad"} {
			if to, err := s.Forgot(t.Context(), hides.ID, "", name, nil); err != nil || to.Destination == "" {
				t.Errorf("Forgot(%s) = %+v, %v", name, to, err)
			}
		}
	})
}

// A database may take ada@exámple.com for ada@example.com, whom it vouches for.
// A code goes to nobody for it.
func TestAnAddressThatAnotherSystemDidNotVouchForProvesNothing(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, func(p *pool.Pool) {
			flowtest.Calls("UserMigration")(p)
			recoverBy("verified_email")(p)
			p.UsernameAttributes = []string{"email"}
		})
		s := service(e)
		email := "ada@example.com"
		s.Triggers = flowtest.NewLambda(t, func(_ flowtest.Event, response map[string]any) error {
			response["userAttributes"] = map[string]any{"email": email, "email_verified": "true"}
			return nil
		}).Triggers
		c := e.Client(t, p, nil)
		const other = "ada@ex\u00e1mple.com"
		_, err := s.Forgot(t.Context(), c.ID, "", other, nil)
		flowtest.Want(t, err, pool.InvalidParameter, "Cannot reset password for the user as there is no registered/verified email or phone_number")
		if u := e.User(t, p, other); u.Verified("email") || len(e.Mail(t, other)) != 0 {
			t.Errorf("user = %+v", u)
		}
		email = "Grace@Example.com"
		if to, err := s.Forgot(t.Context(), c.ID, "", "grace@example.com", nil); err != nil || to.Destination != "grace@example.com" {
			t.Errorf("the address in other letters: %+v, %v", to, err)
		}
	})
}

// The function hears of no name more often than somebody of that name may ask.
func TestANameThatNobodyHasIsAskedForSoOften(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, flowtest.Calls("UserMigration"))
		s := service(e)
		l := flowtest.NewLambda(t, func(flowtest.Event, map[string]any) error { return errors.New("not today") })
		s.Triggers = l.Triggers
		for _, c := range []*pool.Client{e.Client(t, p, nil), e.Client(t, p, hiding)} {
			name := "nobody" + c.HideUnknownUsers
			for n := range 7 {
				_, err := s.Forgot(t.Context(), c.ID, "", name, nil)
				if limited := errors.Is(err, pool.E(pool.LimitExceeded, "")); limited != (n >= 5) {
					t.Errorf("%q: the %d. time: %v", c.HideUnknownUsers, n+1, err)
				}
			}
			if calls := len(l.Events()); calls != 5 {
				t.Errorf("%q: %d calls, want 5", c.HideUnknownUsers, calls)
			}
		}
	})
}
