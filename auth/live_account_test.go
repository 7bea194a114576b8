package auth_test

import (
	"maps"
	"strings"
	"testing"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cenote-auth/cenote/auth"
	"github.com/cenote-auth/cenote/cenotetest"
)

// A password that an administrator reset is set anew on the way in; so is one
// that was forgotten. A confidential client proves itself each time.
func TestAPasswordIsReset(t *testing.T) {
	t.Parallel()
	s := cenotetest.Start(t)
	s.AddUser(t, cenotetest.User{Email: "ada@example.com", Password: "Tulip-42"})
	app := s.NewClient(t, cip.CreateUserPoolClientInput{GenerateSecret: true})
	client, ctx := live(t, s, app, nil), t.Context()
	enter := func(password string) auth.SignInStep {
		t.Helper()
		flow, err := client.SignIn(ctx, auth.SignInInput{Username: "ada@example.com", Password: password})
		if err != nil {
			t.Fatal(err)
		}
		return flow.Step()
	}
	confirm := func(code, password string) error {
		return client.ConfirmResetPassword(ctx, auth.ConfirmResetPasswordInput{Username: "ada@example.com", Code: code, NewPassword: password})
	}

	if _, err := s.Admin().AdminResetUserPassword(ctx, &cip.AdminResetUserPasswordInput{UserPoolId: &s.UserPoolID, Username: new("ada@example.com")}); err != nil {
		t.Fatal(err)
	}
	if got := enter("Tulip-42"); got != auth.SignInResetPassword {
		t.Errorf("after the reset the sign-in stands at %s", got)
	}
	if err := confirm(s.Code(t, "ada@example.com"), "Crocus-43"); err != nil {
		t.Fatal(err)
	}
	if got := enter("Crocus-43"); got != auth.SignInDone {
		t.Errorf("the sign-in stands at %s", got)
	}

	next, err := client.ResetPassword(ctx, auth.ResetPasswordInput{Username: "ada@example.com"})
	if err != nil || next.Step != auth.ResetPasswordConfirm || next.Delivery == nil || next.Delivery.Medium != "EMAIL" {
		t.Fatalf("ResetPassword = %+v, %v", next, err)
	}
	code := s.Code(t, "ada@example.com")
	wantCode(t, confirm("000000", "Narcissus-44"), auth.ErrCodeMismatch)
	wantCode(t, confirm(code, "short"), auth.ErrInvalidPassword)
	if err := confirm(code, "Narcissus-44"); err != nil {
		t.Errorf("ConfirmResetPassword: %v", err)
	}
	wantCode(t, confirm(code, "Narcissus-45"), auth.ErrCodeExpired)
	_, err = client.ResetPassword(ctx, auth.ResetPasswordInput{Username: "eve@example.com"})
	wantCode(t, err, auth.ErrUserNotFound)

	wantCode(t, client.UpdatePassword(ctx, auth.UpdatePasswordInput{OldPassword: "Tulip-42", NewPassword: "Iris-4545"}), auth.ErrNotAuthorized)
	if err := client.UpdatePassword(ctx, auth.UpdatePasswordInput{OldPassword: "Narcissus-44", NewPassword: "Iris-4545"}); err != nil {
		t.Errorf("UpdatePassword: %v", err)
	}
	if session, err := client.Session(ctx, &auth.SessionOptions{ForceRefresh: true}); err != nil || !session.SignedIn() {
		t.Errorf("the session after UpdatePassword: %v, %v", session, err)
	}
	if err := client.SignOut(ctx, nil); err != nil {
		t.Fatal(err)
	}
	if got := enter("Iris-4545"); got != auth.SignInDone {
		t.Errorf("the sign-in stands at %s", got)
	}
}

// A new address counts at once, or once it is proved, as the pool says.
func TestAnAddressChanges(t *testing.T) {
	t.Parallel()
	for name, careful := range map[string]*types.UserAttributeUpdateSettingsType{
		"at once": nil,
		"when it is proved": {
			AttributesRequireVerificationBeforeUpdate: []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := cenotetest.Start(t)
			app := s.NewPool(t, cip.CreateUserPoolInput{
				UsernameAttributes: []types.UsernameAttributeType{types.UsernameAttributeTypeEmail}, UserAttributeUpdateSettings: careful,
				AutoVerifiedAttributes: []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail},
			})
			s.AddUser(t, cenotetest.User{UserPoolID: app.UserPoolID, Email: "ada@example.com", Password: "Tulip-42"})
			client, ctx := live(t, s, app, nil), t.Context()
			var events names
			defer client.Subscribe(events.add)()
			signIn(t, client)

			all, err := client.UpdateUserAttributes(ctx, auth.UpdateUserAttributesInput{UserAttributes: map[string]string{
				"email": "lovelace@example.com", "name": "Ada",
			}})
			if err != nil || all["email"].Step != auth.UpdateAttributeConfirm || all["email"].Delivery.Attribute != "email" || !all["name"].Updated() {
				t.Fatalf("UpdateUserAttributes = %+v, %v", all, err)
			}
			want := auth.Attributes{"email": "lovelace@example.com", "email_verified": "false", "name": "Ada"}
			if careful != nil {
				want["email"], want["email_verified"] = "ada@example.com", "true"
			}
			wantAttributes(t, client, want)

			code := s.Code(t, "lovelace@example.com")
			wantCode(t, client.ConfirmUserAttribute(ctx, auth.ConfirmUserAttributeInput{Name: "email", Code: "000000"}), auth.ErrCodeMismatch)
			if err := client.ConfirmUserAttribute(ctx, auth.ConfirmUserAttributeInput{Name: "email", Code: code}); err != nil {
				t.Errorf("ConfirmUserAttribute: %v", err)
			}
			want["email"], want["email_verified"] = "lovelace@example.com", "true"
			wantAttributes(t, client, want)
			sent, err := client.SendUserAttributeVerificationCode(ctx, auth.SendUserAttributeVerificationCodeInput{Name: "email"})
			if err != nil || sent.Medium != "EMAIL" || !strings.HasPrefix(sent.Destination, "l***") {
				t.Errorf("SendUserAttributeVerificationCode = %+v, %v", sent, err)
			}

			_, err = client.UpdateUserAttribute(ctx, auth.UpdateUserAttributeInput{Name: "custom:none", Value: "x"})
			wantCode(t, err, auth.ErrInvalidParameter)
			next, err := client.UpdateUserAttribute(ctx, auth.UpdateUserAttributeInput{Name: "nickname", Value: "A"})
			if err != nil || !next.Updated() {
				t.Errorf("UpdateUserAttribute = %+v, %v", next, err)
			}
			if err := client.DeleteUserAttributes(ctx, "nickname", "name"); err != nil {
				t.Errorf("DeleteUserAttributes: %v", err)
			}
			delete(want, "name")
			wantAttributes(t, client, want)
			wantCode(t, client.DeleteUserAttributes(ctx, "sub"), auth.ErrInvalidParameter)

			if err := client.DeleteUser(ctx); err != nil {
				t.Errorf("DeleteUser: %v", err)
			}
			_, err = client.CurrentUser(ctx, nil)
			wantCode(t, err, auth.ErrNotSignedIn)
			_, err = client.SignIn(ctx, auth.SignInInput{Username: "lovelace@example.com", Password: "Tulip-42"})
			wantCode(t, err, auth.ErrUserNotFound)
			events.want(t, "signIn updateUserAttributes updateUserAttributes_failure updateUserAttributes userDeleted signOut signIn_failure")
		})
	}
}

func wantAttributes(t *testing.T, client *auth.Client, want auth.Attributes) {
	t.Helper()
	got, err := client.UserAttributes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	delete(got, "sub")
	if !maps.Equal(got, want) {
		t.Errorf("attributes are %v, want %v", got, want)
	}
}
