package auth_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cenote-auth/cenote/auth"
	"github.com/cenote-auth/cenote/auth/storage"
	"github.com/cenote-auth/cenote/auth/userpool"
)

// seated returns a client of the script where ada is signed in, with her access
// token and what it keeps.
func adasSeat(t *testing.T, opts *auth.Options, script ...exchange) (*auth.Client, *string) {
	t.Helper()
	client := newClient(t, opts, script...)
	r := result("1", time.Now(), time.Hour)
	access, err := userpool.ParseToken(*r.AccessToken)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.SetSession(t.Context(), auth.Tokens{AccessToken: access, RefreshToken: "refresh-1"}); err != nil {
		t.Fatal(err)
	}
	return client, r.AccessToken
}

var mailed = &types.CodeDeliveryDetailsType{
	AttributeName: aws.String("email"), DeliveryMedium: types.DeliveryMediumTypeEmail, Destination: aws.String("a***@e***"),
}

func TestResettingAPassword(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	meta := func(context.Context) map[string]string { return map[string]string{"from": "everywhere"} }
	client := newClient(t, &auth.Options{ClientMetadata: meta},
		exchange{&cip.ForgotPasswordInput{Username: aws.String("ada"), ClientMetadata: map[string]string{"from": "here"}}, &cip.ForgotPasswordOutput{CodeDeliveryDetails: mailed}},
		exchange{&cip.ForgotPasswordInput{Username: aws.String("ada"), ClientMetadata: map[string]string{"from": "everywhere"}}, &cip.ForgotPasswordOutput{}},
		exchange{nil, fails(auth.ErrLimitExceeded)},
		exchange{nil, fails(auth.ErrCodeMismatch)},
		exchange{&cip.ConfirmForgotPasswordInput{
			Username: aws.String("ada"), ConfirmationCode: aws.String("123456"), Password: aws.String("Tulip-43"), ClientMetadata: map[string]string{"from": "here"},
		}, &cip.ConfirmForgotPasswordOutput{}},
	)
	var events names
	defer client.Subscribe(events.add)()

	here := map[string]string{"from": "here"}
	next, err := client.ResetPassword(ctx, auth.ResetPasswordInput{Username: "ada", ClientMetadata: here})
	if err != nil || next.Step != auth.ResetPasswordConfirm || *next.Delivery != (auth.CodeDelivery{Destination: "a***@e***", Medium: "EMAIL", Attribute: "email"}) {
		t.Errorf("ResetPassword = %+v, %v", next, err)
	}
	next, err = client.ResetPassword(ctx, auth.ResetPasswordInput{Username: "ada"})
	if err != nil || next.Step != auth.ResetPasswordConfirm || next.Delivery != nil {
		t.Errorf("ResetPassword where the service says nothing = %+v, %v", next, err)
	}
	_, err = client.ResetPassword(ctx, auth.ResetPasswordInput{Username: "ada"})
	wantCode(t, err, auth.ErrLimitExceeded)
	wantOp(t, err, "ResetPassword")

	in := auth.ConfirmResetPasswordInput{Username: "ada", Code: "123456", NewPassword: "Tulip-43", ClientMetadata: here}
	err = client.ConfirmResetPassword(ctx, in)
	wantCode(t, err, auth.ErrCodeMismatch)
	wantOp(t, err, "ConfirmResetPassword")
	if err := client.ConfirmResetPassword(ctx, in); err != nil {
		t.Errorf("ConfirmResetPassword: %v", err)
	}
	events.want(t, "forgotPassword forgotPassword forgotPassword_failure forgotPasswordSubmit_failure forgotPasswordSubmit")
}

func wantOp(t *testing.T, err error, op string) {
	t.Helper()
	if e, ok := errors.AsType[*auth.Error](err); !ok || e.Op != op || e.Message == "" {
		t.Errorf("error = %v, want one of %s that says something", err, op)
	}
}

// What is missing is found before anybody is asked.
func TestEmptyInputsOfAnAccount(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	client := newClient(t, nil)
	confirm := func(username, code, password string) error {
		return client.ConfirmResetPassword(ctx, auth.ConfirmResetPasswordInput{Username: username, Code: code, NewPassword: password})
	}
	_, reset := client.ResetPassword(ctx, auth.ResetPasswordInput{})
	for _, tt := range []struct {
		err  error
		want auth.Code
		op   string
	}{
		{reset, "EmptyResetPasswordUsername", "ResetPassword"},
		{confirm("", "1", "p"), "EmptyConfirmResetPasswordUsername", "ConfirmResetPassword"},
		{confirm("ada", "1", ""), "EmptyConfirmResetPasswordNewPassword", "ConfirmResetPassword"},
		{confirm("ada", "", "p"), "EmptyConfirmResetPasswordConfirmationCode", "ConfirmResetPassword"},
		{client.UpdatePassword(ctx, auth.UpdatePasswordInput{NewPassword: "p"}), "EmptyUpdatePassword", "UpdatePassword"},
		{client.UpdatePassword(ctx, auth.UpdatePasswordInput{OldPassword: "p"}), "EmptyUpdatePassword", "UpdatePassword"},
		{client.ConfirmUserAttribute(ctx, auth.ConfirmUserAttributeInput{Name: "email"}), "EmptyConfirmUserAttributeCode", "ConfirmUserAttribute"},
	} {
		wantCode(t, tt.err, tt.want)
		wantOp(t, tt.err, tt.op)
	}
}

func TestAnAccountOfNobody(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	client := newClient(t, nil)
	var events names
	defer client.Subscribe(events.add)()
	for op, call := range accountCalls(ctx, client) {
		err := call()
		wantCode(t, err, auth.ErrNotSignedIn)
		wantOp(t, err, op)
	}
	events.want(t, "updateUserAttributes_failure updateUserAttributes_failure")
}

// accountCalls are the functions for the signed-in user, by their names.
func accountCalls(ctx context.Context, c *auth.Client) map[string]func() error {
	return map[string]func() error{
		"UpdatePassword": func() error {
			return c.UpdatePassword(ctx, auth.UpdatePasswordInput{OldPassword: "Tulip-42", NewPassword: "Tulip-43"})
		},
		"UpdateUserAttributes": func() error {
			_, err := c.UpdateUserAttributes(ctx, auth.UpdateUserAttributesInput{UserAttributes: map[string]string{"name": "Ada"}})
			return err
		},
		"UpdateUserAttribute": func() error {
			next, err := c.UpdateUserAttribute(ctx, auth.UpdateUserAttributeInput{Name: "name", Value: "Ada"})
			if next != nil {
				return fmt.Errorf("%+v, with %w", next, err)
			}
			return err
		},
		"SendUserAttributeVerificationCode": func() error {
			_, err := c.SendUserAttributeVerificationCode(ctx, auth.SendUserAttributeVerificationCodeInput{Name: "email"})
			return err
		},
		"ConfirmUserAttribute": func() error {
			return c.ConfirmUserAttribute(ctx, auth.ConfirmUserAttributeInput{Name: "email", Code: "123456"})
		},
		"DeleteUserAttributes": func() error { return c.DeleteUserAttributes(ctx, "name") },
		"DeleteUser":           func() error { return c.DeleteUser(ctx) },
		"SetUpTOTP":            func() error { _, err := c.SetUpTOTP(ctx); return err },
		"VerifyTOTPSetup":      func() error { return c.VerifyTOTPSetup(ctx, auth.VerifyTOTPSetupInput{Code: "123456"}) },
		"UpdateMFAPreference": func() error {
			return c.UpdateMFAPreference(ctx, auth.UpdateMFAPreferenceInput{TOTP: auth.MFAEnabled})
		},
		"MFAPreference":                func() error { _, err := c.MFAPreference(ctx); return err },
		"ForgetDevice":                 func() error { return c.ForgetDevice(ctx, "device") },
		"Devices":                      func() error { _, err := devicesOf(ctx, c); return err },
		"StartWebAuthnRegistration":    func() error { _, err := c.StartWebAuthnRegistration(ctx); return err },
		"CompleteWebAuthnRegistration": func() error { return c.CompleteWebAuthnRegistration(ctx, []byte(`{"id":"AQID"}`)) },
		"WebAuthnCredentials":          func() error { _, err := c.WebAuthnCredentials(ctx, nil); return err },
		"DeleteWebAuthnCredential":     func() error { return c.DeleteWebAuthnCredential(ctx, "AQID") },
	}
}

// The service's errors keep their codes, and end no session.
func TestARefusedAccount(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	client, _ := adasSeat(t, nil)
	for op := range accountCalls(ctx, client) {
		client, _ := adasSeat(t, nil, exchange{nil, fails("TeapotException")})
		err := accountCalls(ctx, client)[op]()
		wantCode(t, err, "TeapotException")
		wantOp(t, err, op)
		if _, err := client.CurrentUser(ctx, nil); err != nil {
			t.Errorf("after %s: %v", op, err)
		}
	}
}

func TestUpdatingAttributes(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	texted := types.CodeDeliveryDetailsType{AttributeName: aws.String("phone_number"), DeliveryMedium: types.DeliveryMediumTypeSms, Destination: aws.String("+***42")}
	attribute := func(name, value string) types.AttributeType {
		return types.AttributeType{Name: aws.String(name), Value: aws.String(value)}
	}
	var told []auth.Event
	heard := make(chan struct{})
	client, token := adasSeat(t, nil)
	script := []exchange{
		{&cip.UpdateUserAttributesInput{
			AccessToken: token, ClientMetadata: map[string]string{"k": "v"},
			UserAttributes: []types.AttributeType{attribute("email", "ada@example.com"), attribute("name", "Ada"), attribute("nickname", "")},
		}, &cip.UpdateUserAttributesOutput{CodeDeliveryDetailsList: []types.CodeDeliveryDetailsType{*mailed, texted, {}}}},
		{&cip.UpdateUserAttributesInput{AccessToken: token, UserAttributes: []types.AttributeType{attribute("name", "Ada")}}, &cip.UpdateUserAttributesOutput{}},
		{&cip.UpdateUserAttributesInput{AccessToken: token, UserAttributes: []types.AttributeType{}}, &cip.UpdateUserAttributesOutput{}},
	}
	client = newClient(t, &auth.Options{Storage: client.Storage()}, script...)
	defer client.Subscribe(func(e auth.Event) { told = append(told, e); heard <- struct{}{} })()

	all, err := client.UpdateUserAttributes(ctx, auth.UpdateUserAttributesInput{
		UserAttributes: map[string]string{"name": "Ada", "email": "ada@example.com", "nickname": ""}, ClientMetadata: map[string]string{"k": "v"},
	})
	if err != nil || len(all) != 4 || !all["name"].Updated() || !all["nickname"].Updated() || all["email"].Updated() ||
		all["email"].Step != auth.UpdateAttributeConfirm || all["email"].Delivery.Destination != "a***@e***" || all["phone_number"].Delivery.Medium != "SMS" {
		t.Errorf("UpdateUserAttributes = %+v, %v", all, err)
	}
	<-heard
	updated := told[0].(auth.AttributesUpdated)
	text, err := json.Marshal(updated.ResultObject())
	const want = `{"email":{"isUpdated":false,"codeDeliveryDetails":{"AttributeName":"email","DeliveryMedium":"EMAIL","Destination":"a***@e***"}},` +
		`"name":{"isUpdated":true},"nickname":{"isUpdated":true},` +
		`"phone_number":{"isUpdated":false,"codeDeliveryDetails":{"AttributeName":"phone_number","DeliveryMedium":"SMS","Destination":"+***42"}}}`
	if err != nil || string(text) != want || updated.NameV5() != "updateUserAttributes" || updated.Username != "ada" {
		t.Errorf("the event of %s: %s %s, %v\nwant %s", updated.Username, updated.NameV5(), text, err, want)
	}
	all["email"].Delivery.Destination = "changed"
	if got := updated.Attributes["email"].Delivery.Destination; got != "a***@e***" {
		t.Errorf("the event's delivery became %q", got)
	}

	one, err := client.UpdateUserAttribute(ctx, auth.UpdateUserAttributeInput{Name: "name", Value: "Ada"})
	if err != nil || !one.Updated() || one.Delivery != nil {
		t.Errorf("UpdateUserAttribute = %+v, %v", one, err)
	}
	<-heard
	if all, err = client.UpdateUserAttributes(ctx, auth.UpdateUserAttributesInput{}); err != nil || len(all) != 0 {
		t.Errorf("UpdateUserAttributes of nothing = %+v, %v", all, err)
	}
	<-heard
}

// recorded is a storage that can fail to forget, and says what it was told to.
type recorded struct {
	storage.Storage
	removed []string
	refuse  string // a key that it does not remove
}

func (r *recorded) Save(ctx context.Context, set map[string]string, remove ...string) error {
	for _, key := range remove {
		if r.refuse != "" && strings.HasSuffix(key, r.refuse) {
			return fmt.Errorf("the disk is full: %w", storage.ErrUnavailable)
		}
	}
	r.removed = append(r.removed, remove...)
	return r.Storage.Save(ctx, set, remove...)
}

// deleting is a service that deletes who has the token, whereupon the caller
// does not wait any more.
type deleting struct {
	userpool.API
	cancel func()
	token  string
}

func (d deleting) DeleteUser(_ context.Context, in *cip.DeleteUserInput, _ ...func(*cip.Options)) (*cip.DeleteUserOutput, error) {
	d.cancel()
	if *in.AccessToken != d.token {
		return nil, fails(auth.ErrNotAuthorized)
	}
	return &cip.DeleteUserOutput{}, nil
}

func TestDeletingAUser(t *testing.T) {
	t.Parallel()
	kept := &recorded{Storage: storage.NewMemory()}
	_, token := adasSeat(t, &auth.Options{Storage: kept})
	ctx, cancel := context.WithCancel(t.Context())
	client, err := auth.New(auth.Config{UserPoolID: poolID, ClientID: clientID}, &auth.Options{
		Storage: kept, API: deleting{cancel: cancel, token: *token},
	})
	if err != nil {
		t.Fatal(err)
	}
	k := userpool.Keys{ClientID: clientID}
	err = kept.Save(ctx, map[string]string{
		k.DeviceKey("ada"): "d", k.DeviceGroupKey("ada"): "g", k.RandomPasswordKey("ada"): "p", k.DeviceKey("ada@example.com"): "d",
		k.SignInDetails("ada"): `{"loginId":"ada@example.com"}`,
	})
	if err != nil {
		t.Fatal(err)
	}
	var events names
	defer client.Subscribe(events.add)()
	if err := client.DeleteUser(ctx); err != nil {
		t.Errorf("DeleteUser: %v", err)
	}
	left, err := kept.Load(t.Context(), k.LastAuthUser(), k.AccessToken("ada"), k.RefreshToken("ada"), k.SignInDetails("ada"),
		k.DeviceKey("ada"), k.DeviceGroupKey("ada"), k.RandomPasswordKey("ada"), k.DeviceKey("ada@example.com"))
	if err != nil || len(left) != 0 {
		t.Errorf("left: %v, %v", left, err)
	}
	events.want(t, "userDeleted signOut")
}

func TestDeletingAUserWhoIsNotForgotten(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"deviceKey", "accessToken"} {
		kept := &recorded{Storage: storage.NewMemory()}
		client, _ := adasSeat(t, &auth.Options{Storage: kept}, exchange{nil, &cip.DeleteUserOutput{}})
		kept.refuse = key
		var events names
		defer client.Subscribe(events.add)()
		err := client.DeleteUser(t.Context())
		if !errors.Is(err, storage.ErrUnavailable) {
			t.Errorf("%s: DeleteUser: %v", key, err)
		}
		wantOp(t, err, "DeleteUser")
		events.want(t, "userDeleted")
		session, err := client.Session(t.Context(), nil)
		if want := key == "accessToken"; err != nil || session.SignedIn() != want {
			t.Errorf("%s: signed in: %v, %v, want %v", key, session.SignedIn(), err, want)
		}
	}
}

func TestInputsOfAnAccountShowNoSecret(t *testing.T) {
	t.Parallel()
	for _, in := range []any{
		auth.ConfirmResetPasswordInput{Username: "ada", Code: "Tulip-code", NewPassword: "Tulip-42"},
		auth.UpdatePasswordInput{OldPassword: "Tulip-42", NewPassword: "Tulip-42"},
		auth.VerifyTOTPSetupInput{Code: "Tulip-code", FriendlyDeviceName: "phone"},
		auth.ConfirmSignUpInput{Username: "ada", Code: "Tulip-code"},
		auth.ConfirmUserAttributeInput{Name: "email", Code: "Tulip-code"},
	} {
		var log strings.Builder
		slog.New(slog.NewJSONHandler(&log, nil)).Info("", "in", in)
		if got := log.String(); strings.Contains(got, "Tulip") {
			t.Errorf("a log shows %s", got)
		}
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d"} {
			if got := fmt.Sprintf(verb, in); strings.Contains(got, "Tulip") {
				t.Errorf("%s shows %s", verb, got)
			}
		}
	}
}
