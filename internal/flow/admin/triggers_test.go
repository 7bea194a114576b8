package admin_test

import (
	"errors"
	"testing"

	"github.com/cenote-auth/cenote/internal/flow/admin"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/pool"
)

func triggered(t *testing.T, e *flowtest.Env, function func(flowtest.Event, map[string]any) error) (*admin.Users, *flowtest.Lambda) {
	t.Helper()
	l := flowtest.NewLambda(t, function)
	return admin.NewUsers(admin.UsersOptions{
		Store: e.Store, Keyring: e.Keyring, Passwords: e.Passwords, Devices: e.Devices, Messages: e.Messages, Limits: e.Limits,
		Triggers: l.Triggers, Now: e.Clock.Now,
	}), l
}

func TestPreSignUpIsAskedAboutUsersOfAnAdministrator(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, flowtest.Calls("PreSignUp", "PostConfirmation"))
		refusing := true
		users, l := triggered(t, e, func(_ flowtest.Event, response map[string]any) error {
			if refusing {
				return errors.New("full")
			}
			response["autoConfirmUser"], response["autoVerifyEmail"], response["autoVerifyPhone"] = true, true, true
			return nil
		})
		n := admin.NewUser{
			PoolID: p.ID, Username: "grace", Attributes: map[string]string{"email": "grace@example.com"}, Media: []string{"EMAIL"},
			ValidationData: map[string]string{"invite": "42"}, ClientMetadata: map[string]string{"source": "console"},
		}
		_, err := users.Create(t.Context(), n)
		flowtest.Want(t, err, pool.UserLambdaValidation, "PreSignUp failed with error full.")
		if mail := e.Mail(t, "grace@example.com"); len(mail) != 0 {
			t.Errorf("%d invitations to somebody who was refused", len(mail))
		}
		refusing = false
		l.Events()
		u, err := users.Create(t.Context(), n)
		if err != nil || u.Status != pool.ForceChangePassword || u.Verified("email") {
			t.Fatalf("Create = %+v, %v; want FORCE_CHANGE_PASSWORD and an address that nobody vouches for", u, err)
		}
		if _, err := users.Reinvite(t.Context(), n); err != nil {
			t.Fatalf("Reinvite: %v", err)
		}
		events := l.Events()
		if len(events) != 1 || events[0].Source != "PreSignUp_AdminCreateUser" || events[0].Caller.ClientID != "CLIENT_ID_NOT_APPLICABLE" ||
			events[0].Request.ValidationData["invite"] != "42" || events[0].Request.ClientMetadata["source"] != "console" ||
			events[0].Request.UserAttributes["cognito:user_status"] != "FORCE_CHANGE_PASSWORD" {
			t.Errorf("events = %+v", events)
		}
	})
}

func TestPostConfirmationFollowsAnAdministratorsConfirmation(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		p := e.Pool(t, flowtest.Calls("PostConfirmation"))
		users, l := triggered(t, e, func(flowtest.Event, map[string]any) error { return errors.New("no room") })
		grace := e.Person(t, p, "grace", "", func(u *pool.User) { u.Status = pool.Unconfirmed })
		err := users.Confirm(t.Context(), p.ID, "grace", map[string]string{"source": "console"})
		flowtest.Want(t, err, pool.UserLambdaValidation, "PostConfirmation failed with error no room.")
		if u := e.Again(t, grace); u.Status != pool.Confirmed {
			t.Errorf("status = %s, want CONFIRMED", u.Status)
		}
		events := l.Events()
		if len(events) != 1 || events[0].Source != "PostConfirmation_ConfirmSignUp" || events[0].Caller.ClientID != "CLIENT_ID_NOT_APPLICABLE" ||
			events[0].Request.UserAttributes["cognito:user_status"] != "CONFIRMED" || events[0].Request.ClientMetadata["source"] != "console" {
			t.Errorf("events = %+v", events)
		}
		err = users.Confirm(t.Context(), p.ID, "grace", nil)
		flowtest.Want(t, err, pool.NotAuthorized, "User cannot be confirmed. Current status is CONFIRMED")
		if events := l.Events(); len(events) != 0 {
			t.Errorf("called for somebody who was confirmed already: %+v", events)
		}
	})
}
