package server

import (
	"strings"
	"testing"
)

// A forgotten password tells no more about somebody than about nobody, whether
// somebody can have a code or not.
func TestForgottenPasswordsOfNobody(t *testing.T) {
	t.Parallel()
	n := start(t, config(t))
	verified := []object{{"Name": "email_verified", "Value": "true"}}
	for _, tt := range []struct {
		name   string
		pool   object
		change func(poolID string)
	}{
		{"somebody with an address", object{"AutoVerifiedAttributes": []string{"email"}}, func(poolID string) {
			n.call(t, "AdminUpdateUserAttributes", object{"UserPoolId": poolID, "Username": "bob@example.com", "UserAttributes": verified})
		}},
		{"somebody whose address was never proved", object{}, nil},
		{"somebody who is disabled", object{}, func(poolID string) {
			n.call(t, "AdminUpdateUserAttributes", object{"UserPoolId": poolID, "Username": "bob@example.com", "UserAttributes": verified})
			n.call(t, "AdminDisableUser", object{"UserPoolId": poolID, "Username": "bob@example.com"})
		}},
		{"where administrators reset", object{
			"AccountRecoverySetting": object{"RecoveryMechanisms": []object{{"Name": "admin_only", "Priority": 1}}},
		}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.pool["UsernameAttributes"] = []string{"email"}
			s := &stranger{n, n.hidingApp(t, tt.pool)}
			n.call(t, "SignUp", object{"ClientId": s.clientID, "Username": "bob@example.com", "Password": adaPassword})
			n.call(t, "AdminConfirmSignUp", object{"UserPoolId": s.poolID, "Username": "bob@example.com"})
			if tt.change != nil {
				tt.change(s.poolID)
			}
			ask := func(name string) (all string) {
				reset := func(password string) {
					said, _ := s.asks(t, "ConfirmForgotPassword", name, object{
						"ClientId": s.clientID, "Username": name, "ConfirmationCode": "wrong", "Password": password,
					})
					all += said
				}
				reset(adaPassword)
				for range 6 {
					said, _ := s.asks(t, "ForgotPassword", name, object{"ClientId": s.clientID, "Username": name})
					all += said
				}
				for range 10 {
					reset(adaPassword)
				}
				reset("short")
				return all
			}
			known, unknown := ask("bob@example.com"), ask("bib@example.com")
			if known != unknown {
				t.Errorf("somebody: %s\nnobody: %s", known, unknown)
			}
			for _, exception := range []string{"LimitExceededException", "InvalidPasswordException"} {
				if !strings.Contains(known, exception) {
					t.Errorf("no %s was met: %s", exception, known)
				}
			}
		})
	}
}
