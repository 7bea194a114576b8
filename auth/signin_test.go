package auth_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cenote-auth/cenote/auth"
	"github.com/cenote-auth/cenote/auth/userpool"
)

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		cfg  auth.Config
		want auth.Code
	}{
		{"no pool", auth.Config{ClientID: clientID}, auth.ErrConfig},
		{"no client", auth.Config{UserPoolID: poolID}, auth.ErrConfig},
		{"a pool without a region", auth.Config{UserPoolID: "pool", ClientID: clientID}, userpool.ErrInvalidUserPoolID},
		{"an endpoint without a scheme", auth.Config{UserPoolID: poolID, ClientID: clientID, Endpoint: "localhost"}, auth.ErrInvalidParameter},
		{"an identity pool without a region", auth.Config{UserPoolID: poolID, ClientID: clientID, IdentityPoolID: "pool"}, auth.ErrNoIdentityPool},
	} {
		client, err := auth.New(tt.cfg, nil)
		if wantCode(t, err, tt.want); client != nil {
			t.Errorf("%s: a client came", tt.name)
		}
	}
}

func TestPreferredChallenge(t *testing.T) {
	t.Parallel()
	offered := &auth.Passwordless{EmailOTP: true, WebAuthn: &auth.WebAuthn{}, PreferredChallenge: "EMAIL_OTP"}
	for _, tt := range []struct {
		name     string
		offered  *auth.Passwordless
		asked    auth.Factor
		want     string // PREFERRED_CHALLENGE; "" if it is not sent
		password string
		refused  bool
	}{
		{"the configuration's", offered, "", "EMAIL_OTP", "", false},
		{"one of one's own", offered, "WEB_AUTHN", "WEB_AUTHN", "", false},
		{"a password is always there", offered, "PASSWORD", "PASSWORD", "Tulip-42", false},
		{"what is not offered", offered, "SMS_OTP", "", "", true},
		{"none of these is", &auth.Passwordless{}, "WEB_AUTHN", "", "", true},
		{"nor this", &auth.Passwordless{}, "EMAIL_OTP", "", "", true},
		{"a configuration that does not tell", nil, "SMS_OTP", "SMS_OTP", "", false},
		{"none", nil, "", "", "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			want := map[string]string{"USERNAME": "ada"}
			if tt.want != "" {
				want["PREFERRED_CHALLENGE"] = tt.want
			}
			if tt.password != "" {
				want["PASSWORD"] = tt.password
			}
			client, err := auth.New(
				auth.Config{UserPoolID: poolID, ClientID: clientID, Passwordless: tt.offered},
				&auth.Options{API: &service{t: t, script: []exchange{{
					&cip.InitiateAuthInput{AuthFlow: "USER_AUTH", AuthParameters: want}, asks(userpool.EmailOTP, "s", nil),
				}}}},
			)
			if err != nil {
				t.Fatal(err)
			}
			_, err = client.SignIn(t.Context(), auth.SignInInput{
				Username: "ada", Password: tt.password, Flow: auth.FlowUserAuth, PreferredChallenge: tt.asked,
			})
			if tt.refused {
				wantCode(t, err, auth.ErrInvalidPreferredChallenge)
			} else if err != nil {
				t.Errorf("SignIn: %v", err)
			}
		})
	}
}

// The password that Resend begins with is the newest.
func TestResendAfterNewPassword(t *testing.T) {
	t.Parallel()
	initiate := func(password string) *cip.InitiateAuthInput {
		return &cip.InitiateAuthInput{
			AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: map[string]string{"USERNAME": "ada", "PASSWORD": password},
		}
	}
	flow := beginWith(t, auth.SignInInput{Username: "ada", Password: "Tulip-42", Flow: auth.FlowPassword, KeepPassword: true},
		exchange{initiate("Tulip-42"), asks(userpool.NewPasswordRequired, "session-1", nil)},
		exchange{nil, asksNext(userpool.EmailOTP, "session-2", nil)},
		exchange{initiate("Tulip-43"), asks(userpool.EmailOTP, "session-3", nil)},
	)
	if err := flow.Confirm(t.Context(), "Tulip-43", nil); err != nil {
		t.Fatal(err)
	}
	if err := flow.Resend(t.Context()); err != nil {
		t.Errorf("Resend: %v", err)
	}
}

// A new device is registered on the way; where that fails the user is signed in
// all the same.
func TestNewDevice(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name     string
		answer   any
		remember bool
		log      string
	}{
		{"registered", &cip.ConfirmDeviceOutput{UserConfirmationNecessary: true}, true, ""},
		{"refused", fails("InvalidParameterException"), false, "device could not be registered"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tokens := result("0", time.Now(), time.Hour)
			tokens.NewDeviceMetadata = &types.NewDeviceMetadataType{DeviceKey: aws.String("eu-west-1_key"), DeviceGroupKey: aws.String("-group")}
			var log strings.Builder
			client := newClient(t, &auth.Options{Log: slog.New(slog.NewTextHandler(&log, nil))},
				exchange{nil, &cip.InitiateAuthOutput{AuthenticationResult: tokens}},
				exchange{nil, tt.answer},
			)
			flow, err := client.SignIn(t.Context(), auth.SignInInput{Username: "ada", Password: "p", Flow: auth.FlowPassword})
			if err != nil || !flow.Done() || flow.Next().RememberDevice != tt.remember {
				t.Errorf("SignIn = %v (%+v), %v", flow, flow.Next(), err)
			}
			if !strings.Contains(log.String(), tt.log) || tt.log == "" && log.Len() > 0 {
				t.Errorf("log: %s", log.String())
			}
			keys := userpool.Keys{ClientID: clientID}
			kept, err := client.Storage().Load(context.Background(), keys.DeviceKey("ada"), keys.DeviceGroupKey("ada"), keys.RandomPasswordKey("ada"))
			if err != nil || len(kept) == 3 != tt.remember {
				t.Errorf("kept of the device: %d keys, %v", len(kept), err)
			}
		})
	}
}

func TestCodesAreAmplifys(t *testing.T) {
	t.Parallel()
	for code, want := range map[auth.Code]string{
		auth.ErrNotSignedIn:         "UserUnAuthenticatedException",
		auth.ErrAlreadySignedIn:     "UserAlreadyAuthenticatedException",
		auth.ErrSignIn:              "SignInException",
		auth.ErrSignInInterrupted:   "UnexpectedSignInInterruptionException",
		auth.ErrAutoSignIn:          "AutoSignInException",
		auth.ErrTokenRefresh:        "TokenRefreshException",
		auth.ErrConfig:              "AuthUserPoolException",
		auth.ErrNetwork:             "NetworkError",
		auth.ErrEmptySignUpPassword: "EmptySignUpPassword",

		auth.ErrDeviceMetadataNotFound:            "DeviceMetadataNotFoundException",
		auth.ErrEmptyVerifyTOTPSetupCode:          "EmptyVerifyTOTPSetupCode",
		auth.ErrSetUpTOTP:                         "SetUpTOTPException",
		auth.ErrSoftwareToken:                     "EnableSoftwareTokenMFAException",
		auth.ErrPasskeyNotSupported:               "PasskeyNotSupported",
		auth.ErrPasskeyAlreadyExists:              "PasskeyAlreadyExists",
		auth.ErrPasskeyRegistrationCanceled:       "PasskeyRegistrationCanceled",
		auth.ErrPasskeyRegistrationFailed:         "PasskeyRegistrationFailed",
		auth.ErrPasskeyAuthenticationCanceled:     "PasskeyAuthenticationCanceled",
		auth.ErrPasskeyRetrievalFailed:            "PasskeyRetrievalFailed",
		auth.ErrPasskeyOperationAborted:           "PasskeyOperationAborted",
		auth.ErrRelyingPartyMismatch:              "RelyingPartyMismatch",
		auth.ErrInvalidPasskeyOptions:             "InvalidPasskeyAuthenticationOptions",
		auth.ErrInvalidPasskeyRegistrationOptions: "InvalidPasskeyRegistrationOptions",
	} {
		if fmt.Sprint(code) != want {
			t.Errorf("got %s, want %s", code, want)
		}
	}
}
