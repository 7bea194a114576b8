package signup_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signup"
	"github.com/cenote-auth/cenote/internal/pool"
)

// triggered is service with functions that do what function does.
func triggered(t *testing.T, e *flowtest.Env, function func(flowtest.Event, map[string]any) error) (*signup.Service, *flowtest.Lambda) {
	t.Helper()
	s, l := service(e), flowtest.NewLambda(t, function)
	s.Triggers = l.Triggers
	return s, l
}

func agree(flowtest.Event, map[string]any) error { return nil }

func grace(c *pool.Client) signup.Request {
	return signup.Request{
		ClientID: c.ID, Username: "grace", Password: "correct horse",
		Attributes:     map[string]string{"email": "grace@example.com"},
		ValidationData: map[string]string{"invite": "42"},
		ClientMetadata: map[string]string{"source": "web"},
	}
}

func TestPreSignUpLearnsWhoSignsUpAndMayAgree(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, flowtest.Calls("PreSignUp", "PostConfirmation"))
		c := e.Client(t, p, nil)
		s, l := triggered(t, e, agree)
		res, err := s.SignUp(t.Context(), grace(c))
		if err != nil || res.Confirmed || res.Delivery == nil {
			t.Fatalf("SignUp = %+v, %v", res, err)
		}
		events := l.Events()
		if got := flowtest.Sources(events); !slices.Equal(got, []string{"PreSignUp_SignUp"}) {
			t.Fatalf("called for %v", got)
		}
		r := events[0].Request
		if events[0].UserName != "grace" || events[0].Caller.ClientID != c.ID || r.UserAttributes["sub"] != res.Sub ||
			r.UserAttributes["cognito:user_status"] != "UNCONFIRMED" || r.ValidationData["invite"] != "42" || r.ClientMetadata["source"] != "web" {
			t.Errorf("event = %+v", events[0])
		}
		if flag, told := r.UserAttributes["email_verified"]; told {
			t.Errorf("PreSignUp is told email_verified = %q, which it has a say in", flag)
		}
	})
}

func TestPreSignUpRefusesBeforeAnythingIsStoredOrSent(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, flowtest.Calls("PreSignUp"))
		c := e.Client(t, p, nil)
		refusing := true
		s, l := triggered(t, e, func(flowtest.Event, map[string]any) error {
			if refusing {
				return errors.New("No strangers.")
			}
			return nil
		})
		_, err := s.SignUp(t.Context(), grace(c))
		flowtest.Want(t, err, pool.UserLambdaValidation, "PreSignUp failed with error No strangers..")
		if mail := e.Mail(t, "grace@example.com"); len(mail) != 0 {
			t.Errorf("%d messages were sent", len(mail))
		}
		refusing = false
		if _, err := s.SignUp(t.Context(), grace(c)); err != nil {
			t.Fatalf("SignUp after a refusal: %v", err)
		}
		l.Events()
		_, err = s.SignUp(t.Context(), grace(c))
		flowtest.Want(t, err, pool.UsernameExists, "User already exists")
		if events := l.Events(); len(events) != 0 {
			t.Errorf("PreSignUp was asked about a name that is taken: %+v", events)
		}
	})
}

func TestPreSignUpConfirms(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, flowtest.Calls("PreSignUp", "PostConfirmation"))
		c := e.Client(t, p, nil)
		var after error
		s, l := triggered(t, e, func(event flowtest.Event, response map[string]any) error {
			if event.Source == "PreSignUp_SignUp" {
				response["autoConfirmUser"], response["autoVerifyEmail"] = true, true
				return nil
			}
			return after
		})
		res, err := s.SignUp(t.Context(), grace(c))
		if err != nil || !res.Confirmed || res.Delivery != nil {
			t.Fatalf("SignUp = %+v, %v; want a confirmed user and no code", res, err)
		}
		u := e.User(t, p, "grace")
		if u.Status != pool.Confirmed || !u.Verified("email") || len(e.Mail(t, "grace@example.com")) != 0 {
			t.Errorf("stored %+v", u)
		}
		events := l.Events()
		if got := flowtest.Sources(events); !slices.Equal(got, []string{"PreSignUp_SignUp", "PostConfirmation_ConfirmSignUp"}) {
			t.Fatalf("called for %v", got)
		}
		r := events[1].Request
		if r.UserAttributes["cognito:user_status"] != "CONFIRMED" || r.UserAttributes["email_verified"] != "true" || r.ClientMetadata["source"] != "web" {
			t.Errorf("event = %+v", events[1])
		}

		after = errors.New("no room")
		other := grace(c)
		other.Username = "hedy"
		_, err = s.SignUp(t.Context(), other)
		flowtest.Want(t, err, pool.UserLambdaValidation, "PostConfirmation failed with error no room.")
		if u := e.User(t, p, "hedy"); u.Status != pool.Confirmed {
			t.Errorf("status = %s after PostConfirmation failed, want CONFIRMED", u.Status)
		}
	})
}

// An address that PreSignUp vouches for becomes the alias of the new user,
// whoever had it.
func TestPreSignUpMovesAnAlias(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, func(p *pool.Pool) {
			flowtest.Calls("PreSignUp")(p)
			p.AliasAttributes = []string{"email"}
		})
		c := e.Client(t, p, nil)
		old := e.Person(t, p, "old", "", func(u *pool.User) {
			u.Attributes["email"], u.Attributes["email_verified"] = "grace@example.com", "true"
		})
		vouches := false
		s, _ := triggered(t, e, func(_ flowtest.Event, response map[string]any) error {
			response["autoConfirmUser"], response["autoVerifyEmail"] = true, vouches
			return nil
		})
		other := grace(c)
		other.Username = "hedy"
		if res, err := s.SignUp(t.Context(), other); err != nil || !res.Confirmed {
			t.Fatalf("SignUp = %+v, %v", res, err)
		}
		if u := e.Again(t, old); !u.Verified("email") || e.User(t, p, "hedy").Verified("email") {
			t.Error("nobody vouches for the address, and it is another user's")
		}
		vouches = true
		if res, err := s.SignUp(t.Context(), grace(c)); err != nil || !res.Confirmed {
			t.Fatalf("SignUp = %+v, %v", res, err)
		}
		if u := e.Again(t, old); u.Verified("email") || u.Attributes["email"] != "grace@example.com" {
			t.Errorf("who had the address has %v", u.Attributes)
		}
		if u := e.User(t, p, "grace"); !u.Verified("email") {
			t.Errorf("grace has %v", u.Attributes)
		}
	})
}

func TestPreSignUpCannotVerifyWhatItDoesNotConfirmOrIsNotThere(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, flowtest.Calls("PreSignUp"))
		c := e.Client(t, p, nil)
		for _, tt := range []struct {
			response []string
			want     string
		}{
			{[]string{"autoVerifyEmail"}, "Phone or email cannot be auto verified, when user is not being auto confirmed."},
			{[]string{"autoVerifyPhone"}, "Phone or email cannot be auto verified, when user is not being auto confirmed."},
			{[]string{"autoConfirmUser", "autoVerifyPhone"}, "Phone number is required to set phone_number_verified to true"},
		} {
			s, _ := triggered(t, e, func(_ flowtest.Event, response map[string]any) error {
				for _, name := range tt.response {
					response[name] = true
				}
				return nil
			})
			_, err := s.SignUp(t.Context(), grace(c))
			flowtest.Want(t, err, pool.InvalidParameter, tt.want)
		}
	})
}

func TestPostConfirmationFollowsTheCodeAndItsFailureIsTold(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, flowtest.Calls("PostConfirmation"))
		c := e.Client(t, p, nil)
		s, l := triggered(t, e, func(flowtest.Event, map[string]any) error { return errors.New("no room") })
		if _, err := s.SignUp(t.Context(), grace(c)); err != nil {
			t.Fatal(err)
		}
		confirm := func(code string) error {
			return tryConfirm(t, s, signup.Confirmation{
				ClientID: c.ID, Username: "grace", Code: code, ClientMetadata: map[string]string{"source": "mail"},
			})
		}
		code := e.Code(t, "grace@example.com")
		wrong := "123321"
		if code == wrong {
			wrong = "321123"
		}
		flowtest.Want(t, confirm(wrong), pool.CodeMismatch, "Invalid verification code provided, please try again.")
		if events := l.Events(); len(events) != 0 {
			t.Errorf("called after a wrong code: %+v", events)
		}
		flowtest.Want(t, confirm(code), pool.UserLambdaValidation, "PostConfirmation failed with error no room.")
		events := l.Events()
		if len(events) != 1 || events[0].Source != "PostConfirmation_ConfirmSignUp" || events[0].Caller.ClientID != c.ID ||
			events[0].Request.UserAttributes["email_verified"] != "true" || events[0].Request.ClientMetadata["source"] != "mail" {
			t.Errorf("events = %+v", events)
		}
		flowtest.Want(t, confirm(code), pool.NotAuthorized, "User cannot be confirmed. Current status is CONFIRMED")
	})
}
