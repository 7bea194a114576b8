package auth_test

import (
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cenote-auth/cenote/auth"
)

// asAda returns a client where ada is signed in, of a service that plays what
// script makes of her access token.
func asAda(t *testing.T, opts *auth.Options, script func(access *string) []exchange) *auth.Client {
	t.Helper()
	if opts == nil {
		opts = &auth.Options{}
	}
	seat, access := adasSeat(t, nil)
	opts.Storage = seat.Storage()
	return newClient(t, opts, script(access)...)
}

func TestSettingUpAnApp(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	client := asAda(t, nil, func(access *string) []exchange {
		associate := &cip.AssociateSoftwareTokenInput{AccessToken: access}
		return []exchange{
			{associate, fails(auth.ErrInvalidParameter)},
			{associate, &cip.AssociateSoftwareTokenOutput{}},
			{associate, &cip.AssociateSoftwareTokenOutput{SecretCode: aws.String("JBSWY3DP")}},
			{&cip.VerifySoftwareTokenInput{AccessToken: access, UserCode: aws.String("654321")}, fails(auth.ErrSoftwareToken)},
			{
				&cip.VerifySoftwareTokenInput{AccessToken: access, UserCode: aws.String("123456"), FriendlyDeviceName: aws.String("phone")},
				&cip.VerifySoftwareTokenOutput{Status: types.VerifySoftwareTokenResponseTypeSuccess},
			},
		}
	})
	var events names
	defer client.Subscribe(events.add)()

	_, err := client.SetUpTOTP(ctx)
	wantCode(t, err, auth.ErrInvalidParameter)
	wantOp(t, err, "SetUpTOTP")
	_, err = client.SetUpTOTP(ctx)
	wantCode(t, err, "SetUpTOTPException")
	setup, err := client.SetUpTOTP(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := setup.URI("Tea & Co", ""), "otpauth://totp/Tea%20%26%20Co:ada?secret=JBSWY3DP&issuer=Tea%20%26%20Co"; got != want {
		t.Errorf("URI = %s\nwant  %s", got, want)
	}
	err = client.VerifyTOTPSetup(ctx, auth.VerifyTOTPSetupInput{})
	wantCode(t, err, "EmptyVerifyTOTPSetupCode")
	err = client.VerifyTOTPSetup(ctx, auth.VerifyTOTPSetupInput{Code: "654321"})
	wantCode(t, err, "EnableSoftwareTokenMFAException")
	wantOp(t, err, "VerifyTOTPSetup")
	if err := client.VerifyTOTPSetup(ctx, auth.VerifyTOTPSetupInput{Code: "123456", FriendlyDeviceName: "phone"}); err != nil {
		t.Errorf("VerifyTOTPSetup: %v", err)
	}
	events.want(t, "verify")
}

func TestMFAPreferences(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	client := asAda(t, nil, func(access *string) []exchange {
		user := &cip.GetUserInput{AccessToken: access}
		return []exchange{
			{&cip.SetUserMFAPreferenceInput{
				AccessToken: access, SMSMfaSettings: &types.SMSMfaSettingsType{Enabled: true},
				SoftwareTokenMfaSettings: &types.SoftwareTokenMfaSettingsType{Enabled: true, PreferredMfa: true},
				EmailMfaSettings:         &types.EmailMfaSettingsType{},
			}, &cip.SetUserMFAPreferenceOutput{}},
			{
				&cip.SetUserMFAPreferenceInput{AccessToken: access, SMSMfaSettings: &types.SMSMfaSettingsType{Enabled: true}},
				&cip.SetUserMFAPreferenceOutput{},
			},
			{&cip.SetUserMFAPreferenceInput{AccessToken: access}, fails(auth.ErrInvalidParameter)},
			{user, &cip.GetUserOutput{
				PreferredMfaSetting: aws.String("SOFTWARE_TOKEN_MFA"), UserMFASettingList: []string{"SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP", "PIGEON"},
			}},
			{user, &cip.GetUserOutput{PreferredMfaSetting: aws.String("PIGEON")}},
			{user, fails(auth.ErrNotAuthorized)},
		}
	})
	for _, in := range []auth.UpdateMFAPreferenceInput{
		{SMS: auth.MFAEnabled, TOTP: auth.MFAPreferred, Email: auth.MFADisabled},
		{SMS: auth.MFANotPreferred},
	} {
		if err := client.UpdateMFAPreference(ctx, in); err != nil {
			t.Errorf("UpdateMFAPreference(%+v): %v", in, err)
		}
	}
	err := client.UpdateMFAPreference(ctx, auth.UpdateMFAPreferenceInput{})
	wantCode(t, err, auth.ErrInvalidParameter)
	wantOp(t, err, "UpdateMFAPreference")
	err = client.UpdateMFAPreference(ctx, auth.UpdateMFAPreferenceInput{SMS: "PERHAPS"}) // nobody is asked
	wantCode(t, err, auth.ErrInvalidParameter)

	got, err := client.MFAPreference(ctx)
	want := &auth.MFAPreferences{Preferred: "TOTP", Enabled: []auth.MFAType{"SMS", "TOTP", "EMAIL"}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("MFAPreference = %+v, %v, want %+v", got, err, want)
	}
	if got, err := client.MFAPreference(ctx); err != nil || !reflect.DeepEqual(got, &auth.MFAPreferences{}) {
		t.Errorf("MFAPreference of what nobody knows = %+v, %v", got, err)
	}
	_, err = client.MFAPreference(ctx)
	wantCode(t, err, auth.ErrNotAuthorized)
	wantOp(t, err, "MFAPreference")
}
