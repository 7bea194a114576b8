package userpool_test

import (
	"errors"
	"strings"
	"testing"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cenote-auth/cenote/auth/userpool"
	"github.com/cenote-auth/cenote/cenotetest"
)

func TestAForgottenPasswordAtAServer(t *testing.T) {
	t.Parallel()
	s := cenotetest.Start(t)
	for name, app := range apps(t, s) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mail := app.ClientID + "@example.com"
			s.AddUser(t, cenotetest.User{Email: mail, Password: tulip})
			pool, _ := open(t, s, app)
			u, ctx := pool.User(mail), t.Context()
			to, err := u.ForgotPassword(ctx, nil)
			if err != nil || to.Medium != "EMAIL" || to.Attribute != "email" {
				t.Errorf("ForgotPassword = %+v, %v", to, err)
			}
			code := s.Code(t, mail)
			wantCode(t, u.ConfirmPassword(ctx, "000000", "Rose-4242", nil), userpool.ErrCodeMismatch)
			wantCode(t, u.ConfirmPassword(ctx, code, "short", nil), userpool.ErrInvalidPassword)
			if err := u.ConfirmPassword(ctx, code, "Rose-4242", nil); err != nil {
				t.Errorf("ConfirmPassword: %v", err)
			}
			signIn(t, u, "Rose-4242")
			wantCode(t, u.ChangePassword(ctx, tulip, "Iris-4242"), userpool.ErrNotAuthorized)
			if err := u.ChangePassword(ctx, "Rose-4242", "Iris-4242"); err != nil {
				t.Errorf("ChangePassword: %v", err)
			}
			if _, err := u.Refresh(ctx, nil); err != nil {
				t.Errorf("the session after ChangePassword: %v", err)
			}
			signIn(t, pool.User(mail), "Iris-4242")
		})
	}
}

func TestAttributesAtAServer(t *testing.T) {
	t.Parallel()
	s := cenotetest.Start(t)
	app := s.NewPool(t, cip.CreateUserPoolInput{AutoVerifiedAttributes: []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail}})
	s.AddUser(t, cenotetest.User{UserPoolID: app.UserPoolID, Username: "ada", Email: adasMail, Password: tulip})
	pool, b := open(t, s, app)
	u, ctx := pool.User("ada"), t.Context()
	signIn(t, u, tulip)

	sent, err := u.UpdateAttributes(ctx, map[string]string{"email": "lovelace@example.com", "name": "Ada <L>"}, nil)
	if err != nil || len(sent) != 1 || sent[0].Attribute != "email" {
		t.Fatalf("UpdateAttributes = %v, %v", sent, err)
	}
	key := userpool.Keys{ClientID: app.ClientID}.UserData("ada")
	if got := b.pages[key]; !strings.Contains(got, "Ada <L>") || !strings.Contains(got, "lovelace@example.com") {
		t.Errorf("kept after the change: %s", got)
	}
	before := u.SignInSession()
	if _, err := u.UpdateAttributes(ctx, map[string]string{"nickname": "A"}, nil); err != nil {
		t.Fatal(err)
	}
	if got := u.SignInSession(); got == before || got.IDToken.Claims()["nickname"] != "A" {
		t.Errorf("the session is not as new as the data: %v", got)
	}
	_, err = u.UpdateAttributes(ctx, map[string]string{"sub": "x"}, nil)
	wantCode(t, err, userpool.ErrInvalidParameter)

	wantCode(t, u.VerifyAttribute(ctx, "email", "000000"), userpool.ErrCodeMismatch)
	if err := u.VerifyAttribute(ctx, "email", s.Code(t, "lovelace@example.com")); err != nil {
		t.Errorf("VerifyAttribute: %v", err)
	}
	data, err := u.UserData(ctx, &userpool.UserDataOptions{BypassCache: true})
	if err != nil || data.Map()["email_verified"] != "true" {
		t.Errorf("UserData = %v, %v", data, err)
	}
	to, err := u.AttributeVerificationCode(ctx, "email", map[string]string{"k": "v"})
	if err != nil || to.Medium != "EMAIL" {
		t.Errorf("AttributeVerificationCode = %v, %v", to, err)
	}
	_, err = u.AttributeVerificationCode(ctx, "phone_number", nil)
	wantCode(t, err, userpool.ErrInvalidParameter)

	if err := u.DeleteAttributes(ctx, "nickname", "name"); err != nil {
		t.Errorf("DeleteAttributes: %v", err)
	}
	if got := b.pages[key]; strings.Contains(got, "nickname") || !strings.Contains(got, "lovelace@example.com") {
		t.Errorf("kept after the removal: %s", got)
	}
}

// A deleted user's session is gone, and the device record is not.
func TestDeletingAUserAtAServer(t *testing.T) {
	t.Parallel()
	s, app := ada(t)
	pool, b := open(t, s, app)
	u, ctx := pool.User("ada"), t.Context()
	signIn(t, u, tulip)
	if _, err := u.UserData(ctx, nil); err != nil {
		t.Fatal(err)
	}
	if err := u.CacheDevice(ctx, laptop); err != nil {
		t.Fatal(err)
	}
	if err := u.Delete(ctx); err != nil {
		t.Fatal(err)
	}
	if got, want := b.names(app), "ada.deviceGroupKey ada.deviceKey ada.randomPasswordKey"; got != want {
		t.Errorf("stored: %s\nwant    %s", got, want)
	}
	if _, err := u.Session(ctx, nil); !errors.Is(err, userpool.ErrNoUser) || u.SignInSession() != nil {
		t.Errorf("Session = %v, in memory %v", err, u.SignInSession())
	}
	_, err := u.Authenticate(ctx, userpool.Credentials{Password: tulip})
	wantCode(t, err, userpool.ErrUserNotFound)
}
