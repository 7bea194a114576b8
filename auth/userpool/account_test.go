package userpool_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/auth/storage"
	"github.com/cenote-auth/cenote/auth/userpool"
)

var mailed = userpool.CodeDelivery{Destination: "a***", Medium: "EMAIL", Attribute: "email"}

func TestPasswordsOfAPool(t *testing.T) {
	t.Parallel()
	metadata := map[string]string{"k": "v"}
	access := parse(t, mint(now, now.Add(time.Hour), nil))
	delivery := object{"CodeDeliveryDetails": object{"Destination": "a***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}}
	for _, secret := range []string{"", "client secret"} {
		p, _ := newStub(t, &userpool.Options{ClientSecret: secret},
			exchange{"ForgotPassword", request{"Username": "ada", "ClientMetadata.k": "v"}, delivery},
			exchange{"ForgotPassword", request{"Username": ""}, object{}},
			exchange{"ForgotPassword", request{"Username": "eve"}, failure{code: "UserNotFoundException"}},
			exchange{"ConfirmForgotPassword", request{"Username": "ada", "ConfirmationCode": "123456", "Password": tulip, "ClientMetadata.k": "v"}, nil},
			exchange{"ConfirmForgotPassword", request{"Username": "", "ConfirmationCode": "", "Password": ""}, failure{code: "ExpiredCodeException"}},
			exchange{"ChangePassword", request{"AccessToken": access.Raw(), "PreviousPassword": tulip, "ProposedPassword": "Rose-42"}, nil},
			exchange{"ChangePassword", request{"AccessToken": access.Raw(), "ProposedPassword": ""}, failure{code: "PasswordHistoryPolicyViolationException"}})
		d, err := p.ForgotPassword(t.Context(), userpool.ForgotPasswordInput{Username: "ada", ClientMetadata: metadata})
		if err != nil || *d != mailed {
			t.Errorf("ForgotPassword: %+v, %v", d, err)
		}
		if d, err := p.ForgotPassword(t.Context(), userpool.ForgotPasswordInput{}); err != nil || d != nil {
			t.Errorf("ForgotPassword where the service says nothing: %+v, %v", d, err)
		}
		_, err = p.ForgotPassword(t.Context(), userpool.ForgotPasswordInput{Username: "eve"})
		wantCode(t, err, userpool.ErrUserNotFound)
		err = p.ConfirmForgotPassword(t.Context(), userpool.ConfirmForgotPasswordInput{Username: "ada", Code: "123456", Password: tulip, ClientMetadata: metadata})
		if err != nil {
			t.Errorf("ConfirmForgotPassword: %v", err)
		}
		wantCode(t, p.ConfirmForgotPassword(t.Context(), userpool.ConfirmForgotPasswordInput{}), userpool.ErrCodeExpired)
		if err := p.ChangePassword(t.Context(), access, tulip, "Rose-42"); err != nil {
			t.Errorf("ChangePassword: %v", err)
		}
		wantCode(t, p.ChangePassword(t.Context(), access, "", ""), userpool.ErrPasswordHistory)
	}
}

func TestAttributesOfAPool(t *testing.T) {
	t.Parallel()
	metadata := map[string]string{"k": "v"}
	access := parse(t, mint(now, now.Add(time.Hour), nil))
	teapot, token := failure{code: "TeapotException"}, request{"AccessToken": access.Raw()}
	with := func(more ...string) request {
		r := request{"AccessToken": access.Raw()}
		for i := 0; i < len(more); i += 2 {
			r[more[i]] = more[i+1]
		}
		return r
	}
	details := object{"Destination": "a***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}
	p, _ := newStub(t, nil,
		exchange{"UpdateUserAttributes", with("UserAttributes.0.Name", "email", "UserAttributes.0.Value", "ada@example.com",
			"UserAttributes.1.Name", "name", "UserAttributes.1.Value", "", "ClientMetadata.k", "v"), object{"CodeDeliveryDetailsList": []object{details}}},
		exchange{"UpdateUserAttributes", token, object{}},
		exchange{"UpdateUserAttributes", token, teapot},
		exchange{"DeleteUserAttributes", with("UserAttributeNames.0", "name", "UserAttributeNames.1", "email"), nil},
		exchange{"DeleteUserAttributes", token, teapot},
		exchange{"GetUserAttributeVerificationCode", with("AttributeName", "email", "ClientMetadata.k", "v"), object{"CodeDeliveryDetails": details}},
		exchange{"GetUserAttributeVerificationCode", with("AttributeName", "email"), teapot},
		exchange{"VerifyUserAttribute", with("AttributeName", "email", "Code", "123456"), nil},
		exchange{"VerifyUserAttribute", with("AttributeName", "email", "Code", ""), teapot},
		exchange{"DeleteUser", token, nil},
		exchange{"DeleteUser", token, teapot})

	sent, err := p.UpdateUserAttributes(t.Context(), access, userpool.UpdateAttributesInput{
		Attributes: map[string]string{"name": "", "email": "ada@example.com"}, ClientMetadata: metadata,
	})
	if err != nil || len(sent) != 1 || sent[0] != mailed {
		t.Errorf("UpdateUserAttributes = %v, %v", sent, err)
	}
	if sent, err := p.UpdateUserAttributes(t.Context(), access, userpool.UpdateAttributesInput{}); err != nil || len(sent) != 0 {
		t.Errorf("UpdateUserAttributes of nothing = %v, %v", sent, err)
	}
	_, err = p.UpdateUserAttributes(t.Context(), access, userpool.UpdateAttributesInput{})
	wantCode(t, err, "TeapotException")
	if err := p.DeleteUserAttributes(t.Context(), access, "name", "email"); err != nil {
		t.Errorf("DeleteUserAttributes: %v", err)
	}
	wantCode(t, p.DeleteUserAttributes(t.Context(), access), "TeapotException")
	d, err := p.GetUserAttributeVerificationCode(t.Context(), access, userpool.AttributeVerificationInput{Name: "email", ClientMetadata: metadata})
	if err != nil || *d != mailed {
		t.Errorf("GetUserAttributeVerificationCode = %v, %v", d, err)
	}
	_, err = p.GetUserAttributeVerificationCode(t.Context(), access, userpool.AttributeVerificationInput{Name: "email"})
	wantCode(t, err, "TeapotException")
	if err := p.VerifyUserAttribute(t.Context(), access, "email", "123456"); err != nil {
		t.Errorf("VerifyUserAttribute: %v", err)
	}
	wantCode(t, p.VerifyUserAttribute(t.Context(), access, "email", ""), "TeapotException")
	if err := p.DeleteUser(t.Context(), access); err != nil {
		t.Errorf("DeleteUser: %v", err)
	}
	wantCode(t, p.DeleteUser(t.Context(), access), "TeapotException")
}

// What UserData keeps is made anew after a change, and the session with it; what
// cannot be made anew is removed, for it is not true any more.
func TestAChangeRenewsTheUserData(t *testing.T) {
	t.Parallel()
	old, lovelace := `{"Username":"ada","UserAttributes":[]}`, object{"Username": "ada", "UserAttributes": []object{{"Name": "name", "Value": "Lovelace"}}}
	updates := exchange{"UpdateUserAttributes", request{"AccessToken": "*", "UserAttributes.0.Name": "name", "UserAttributes.0.Value": "Lovelace"}, object{}}
	removes := exchange{"DeleteUserAttributes", request{"AccessToken": "*", "UserAttributeNames.0": "name"}, nil}
	reads := func(reply any) exchange { return exchange{"GetUser", request{"AccessToken": "*"}, reply} }
	refreshes := exchange{"InitiateAuth", request{"AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters.REFRESH_TOKEN": "r"}, tokens()}
	refused := failure{code: "NotAuthorizedException", message: "Access Token has been revoked"}
	const renewed = `{"Username":"ada","UserAttributes":[{"Name":"name","Value":"Lovelace"}]}`
	for _, tt := range []struct {
		name, kept string
		script     []exchange
		want       string // what is kept afterwards
		code       userpool.Code
	}{
		{"nothing was kept", "", []exchange{updates, reads(lovelace)}, renewed, ""},
		{"something was", old, []exchange{updates, reads(lovelace), refreshes}, renewed, ""},
		{"a removal", old, []exchange{removes, reads(lovelace), refreshes}, renewed, ""},
		{"it cannot be read again", old, []exchange{updates, reads(refused)}, "", ""},
		{"it cannot be read again after a removal", old, []exchange{removes, reads(refused)}, "", ""},
		{"the change is refused", old, []exchange{{updates.op, updates.want, refused}}, old, userpool.ErrNotAuthorized},
		{"the removal is refused", old, []exchange{{removes.op, removes.want, refused}}, old, userpool.ErrNotAuthorized},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := storage.NewMemory()
			pool, _ := newStub(t, &userpool.Options{Now: clock, Storage: s}, tt.script...)
			u, key := userWith(t, pool), userpool.Keys{ClientID: clientID}.UserData("ada")
			if tt.kept != "" {
				if err := s.Save(t.Context(), map[string]string{key: tt.kept}); err != nil {
					t.Fatal(err)
				}
			}
			var err error
			if tt.script[0].op == updates.op {
				_, err = u.UpdateAttributes(t.Context(), map[string]string{"name": "Lovelace"}, nil)
			} else {
				err = u.DeleteAttributes(t.Context(), "name")
			}
			if tt.code == "" && err != nil || tt.code != "" && !errors.Is(err, tt.code) {
				t.Errorf("the change: %v, want %q", err, tt.code)
			}
			found, err := s.Load(t.Context(), key)
			if err != nil || found[key] != tt.want {
				t.Errorf("kept: %s, %v\nwant  %s", found[key], err, tt.want)
			}
		})
	}
}

// userWith is ada, signed in by tokens from elsewhere.
func userWith(t *testing.T, pool *userpool.Pool) *userpool.User {
	t.Helper()
	u := pool.User("ada")
	token := parse(t, mint(now, now.Add(time.Hour), nil))
	if err := u.SetSession(t.Context(), &userpool.Session{AccessToken: token, IDToken: token, RefreshToken: "r"}); err != nil {
		t.Fatal(err)
	}
	return u
}

// The service did what it was asked; that the storage did not says the error.
func TestAChangeThatCannotBeStored(t *testing.T) {
	t.Parallel()
	for _, op := range []string{"UpdateUserAttributes", "DeleteUserAttributes", "DeleteUser"} {
		s := &watched{Memory: storage.NewMemory()}
		pool, _ := newStub(t, &userpool.Options{Now: clock, Storage: s}, exchange{op,
			map[string]request{
				"UpdateUserAttributes": {"AccessToken": "*", "UserAttributes.0.Name": "name", "UserAttributes.0.Value": "Ada"},
				"DeleteUserAttributes": {"AccessToken": "*", "UserAttributeNames.0": "name"},
				"DeleteUser":           {"AccessToken": "*"},
			}[op],
			func(request) any {
				s.failing = storage.ErrUnavailable
				return object{"CodeDeliveryDetailsList": []object{{"AttributeName": "name"}}}
			},
		})
		u := userWith(t, pool)
		var err error
		switch op {
		case "UpdateUserAttributes":
			var sent []userpool.CodeDelivery
			if sent, err = u.UpdateAttributes(t.Context(), map[string]string{"name": "Ada"}, nil); len(sent) != 1 {
				t.Errorf("UpdateAttributes = %v", sent)
			}
		case "DeleteUserAttributes":
			err = u.DeleteAttributes(t.Context(), "name")
		default:
			err = u.Delete(t.Context())
		}
		if !errors.Is(err, storage.ErrUnavailable) {
			t.Errorf("%s: %v, want %v", op, err, storage.ErrUnavailable)
		}
	}
}

func TestAnAccountOfNobody(t *testing.T) {
	t.Parallel()
	pool, _ := newStub(t, nil)
	u, ctx := pool.User("ada"), t.Context()
	for name, call := range accountCalls(ctx, u) {
		if err := call(); !errors.Is(err, userpool.ErrNoUser) {
			t.Errorf("%s: %v, want %v", name, err, userpool.ErrNoUser)
		}
	}
}

// accountCalls are the methods that need a session.
func accountCalls(ctx context.Context, u *userpool.User) map[string]func() error {
	return map[string]func() error{
		"ChangePassword": func() error { return u.ChangePassword(ctx, tulip, "Rose-42") },
		"UpdateAttributes": func() error {
			_, err := u.UpdateAttributes(ctx, map[string]string{"name": "Ada"}, nil)
			return err
		},
		"DeleteAttributes": func() error { return u.DeleteAttributes(ctx, "name") },
		"AttributeVerificationCode": func() error {
			_, err := u.AttributeVerificationCode(ctx, "email", nil)
			return err
		},
		"VerifyAttribute": func() error { return u.VerifyAttribute(ctx, "email", "123456") },
		"Delete":          func() error { return u.Delete(ctx) },
	}
}
