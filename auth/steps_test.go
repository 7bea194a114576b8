package auth_test

import (
	"context"
	"errors"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cenote-auth/cenote/auth"
	"github.com/cenote-auth/cenote/auth/userpool"
)

const assertion = `{"id":"AQID","type":"public-key","response":{}}`

// Every challenge, the step it is, and the request that a response becomes.
func TestChallenges(t *testing.T) {
	t.Parallel()
	delivery := map[string]string{"CODE_DELIVERY_DELIVERY_MEDIUM": "EMAIL", "CODE_DELIVERY_DESTINATION": "a***@e***"}
	for _, tt := range []struct {
		challenge  userpool.ChallengeName
		parameters map[string]string
		want       auth.NextSignInStep
		response   string
		sent       []string
	}{
		{
			userpool.SMSMFA, map[string]string{"CODE_DELIVERY_DELIVERY_MEDIUM": "SMS", "CODE_DELIVERY_DESTINATION": "+***12"},
			auth.NextSignInStep{Step: "CONFIRM_SIGN_IN_WITH_SMS_CODE", Delivery: &auth.CodeDelivery{Medium: "SMS", Destination: "+***12"}},
			"123456", []string{"SMS_MFA_CODE", "123456"},
		}, {
			userpool.SMSOTP, nil,
			auth.NextSignInStep{Step: "CONFIRM_SIGN_IN_WITH_SMS_CODE", Delivery: &auth.CodeDelivery{}},
			"123456", []string{"SMS_OTP_CODE", "123456"},
		}, {
			userpool.EmailOTP, delivery,
			auth.NextSignInStep{Step: "CONFIRM_SIGN_IN_WITH_EMAIL_CODE", Delivery: &auth.CodeDelivery{Medium: "EMAIL", Destination: "a***@e***"}},
			"123456", []string{"EMAIL_OTP_CODE", "123456"},
		}, {
			userpool.SoftwareTokenMFA, map[string]string{"FRIENDLY_DEVICE_NAME": "phone"},
			auth.NextSignInStep{Step: "CONFIRM_SIGN_IN_WITH_TOTP_CODE", DeviceName: "phone"},
			"123456", []string{"SOFTWARE_TOKEN_MFA_CODE", "123456"},
		}, {
			userpool.CustomChallenge, map[string]string{"question": "six times nine?"},
			auth.NextSignInStep{Step: "CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE", Parameters: map[string]string{"question": "six times nine?"}},
			"42", []string{"ANSWER", "42"},
		}, {
			userpool.NewPasswordRequired, map[string]string{
				"requiredAttributes": `["userAttributes.name","birthdate"]`, "userAttributes": `{"email":"ada@example.com"}`,
			},
			auth.NextSignInStep{
				Step:              "CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED",
				MissingAttributes: []string{"name", "birthdate"}, Attributes: map[string]string{"email": "ada@example.com"},
			},
			"Tulip-43", []string{"NEW_PASSWORD", "Tulip-43", "userAttributes.name", "Ada"},
		}, {
			userpool.SelectMFAType, map[string]string{"MFAS_CAN_CHOOSE": `["SMS_MFA","SOFTWARE_TOKEN_MFA","EMAIL_OTP","CARRIER_PIGEON"]`},
			auth.NextSignInStep{
				Step:       "CONTINUE_SIGN_IN_WITH_MFA_SELECTION",
				AllowedMFA: []auth.MFAType{auth.MFASMS, auth.MFATOTP, auth.MFAEmail},
			},
			"TOTP", []string{"ANSWER", "SOFTWARE_TOKEN_MFA"},
		}, {
			userpool.MFASetup, map[string]string{"MFAS_CAN_SETUP": `["SMS_MFA","EMAIL_OTP"]`},
			auth.NextSignInStep{Step: "CONTINUE_SIGN_IN_WITH_EMAIL_SETUP"},
			"ada@example.com", []string{"EMAIL", "ada@example.com"},
		}, {
			userpool.SelectChallenge, nil,
			auth.NextSignInStep{Step: "CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION", Available: []auth.Factor{auth.FactorEmailCode, auth.FactorPassword}},
			"EMAIL_OTP", []string{"ANSWER", "EMAIL_OTP"},
		}, {
			userpool.WebAuthn, map[string]string{"CREDENTIAL_REQUEST_OPTIONS": `{"challenge":"AQID"}`},
			auth.NextSignInStep{Step: "CONFIRM_SIGN_IN_WITH_PASSKEY", Passkey: []byte(`{"challenge":"AQID"}`)},
			assertion, []string{"CREDENTIAL", assertion},
		},
	} {
		t.Run(string(tt.challenge), func(t *testing.T) {
			t.Parallel()
			first := asks(tt.challenge, "session-1", tt.parameters)
			if tt.challenge == userpool.SelectChallenge {
				first.AvailableChallenges = []types.ChallengeNameType{"EMAIL_OTP", "PASSWORD"}
			}
			want := answers(tt.challenge, "session-1", tt.sent...)
			want.ClientMetadata = map[string]string{"k": "v"}
			flow := begin(t,
				exchange{nil, first},
				exchange{want, fails(auth.ErrCodeMismatch)},
				exchange{want, signedIn(time.Now())},
			)
			if got := flow.Next(); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("Next = %+v\nwant   %+v", got, tt.want)
			}
			wantCode(t, flow.Confirm(t.Context(), "", nil), auth.ErrEmptyChallengeResponse)
			opts := &auth.ConfirmOptions{UserAttributes: map[string]string{"name": "Ada"}, ClientMetadata: map[string]string{"k": "v"}}
			err := flow.Confirm(t.Context(), tt.response, opts)
			wantCode(t, err, auth.ErrCodeMismatch)
			var e *auth.Error
			if errors.As(err, &e); e.Op != "Confirm" {
				t.Errorf("Op = %q, want Confirm", e.Op)
			}
			if got := flow.Next(); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("after an error Next = %+v\nwant   %+v", got, tt.want)
			}
			if err := flow.Confirm(t.Context(), tt.response, opts); err != nil {
				t.Fatalf("Confirm: %v", err)
			}
			if user := flow.User(); flow.Step() != "DONE" || user == nil || user.Username != "ada" || user.UserID != "5f0c" {
				t.Errorf("step = %s, user = %+v", flow.Step(), user)
			}
			wantCode(t, flow.Confirm(t.Context(), tt.response, opts), auth.ErrSignIn)
		})
	}
}

// A reply without a session keeps the one before; a reply with one replaces it.
func TestSessionOfChain(t *testing.T) {
	t.Parallel()
	flow := begin(t,
		exchange{nil, asks(userpool.SelectMFAType, "session-1", map[string]string{"MFAS_CAN_CHOOSE": `["SMS_MFA","EMAIL_OTP"]`})},
		exchange{answers(userpool.SelectMFAType, "session-1", "ANSWER", "SMS_MFA"), asksNext(userpool.SMSMFA, "", nil)},
		exchange{answers(userpool.SMSMFA, "session-1", "SMS_MFA_CODE", "1"), asksNext(userpool.CustomChallenge, "session-2", nil)},
		exchange{answers(userpool.CustomChallenge, "session-2", "ANSWER", "42"), signedIn(time.Now())},
	)
	wantCode(t, flow.Confirm(t.Context(), "SMS_MFA", nil), auth.ErrIncorrectMFAMethod)
	for _, response := range []string{"SMS", "1", "42"} {
		if err := flow.Confirm(t.Context(), response, nil); err != nil {
			t.Fatalf("Confirm(%s): %v", response, err)
		}
	}
}

func TestSetUpTOTP(t *testing.T) {
	t.Parallel()
	associate := &cip.AssociateSoftwareTokenInput{Session: aws.String("session-1")}
	flow := begin(t,
		exchange{nil, asks(userpool.MFASetup, "session-1", map[string]string{"MFAS_CAN_SETUP": `["SOFTWARE_TOKEN_MFA","EMAIL_OTP","SMS_MFA"]`})},
		exchange{associate, fails(auth.ErrTooManyRequests)},
		exchange{associate, &cip.AssociateSoftwareTokenOutput{SecretCode: aws.String("JBSWY3DP"), Session: aws.String("session-2")}},
		exchange{
			&cip.VerifySoftwareTokenInput{Session: aws.String("session-2"), UserCode: aws.String("123456"), FriendlyDeviceName: aws.String("phone")},
			fails("EnableSoftwareTokenMFAException"),
		},
		exchange{
			&cip.VerifySoftwareTokenInput{Session: aws.String("session-2"), UserCode: aws.String("654321")},
			&cip.VerifySoftwareTokenOutput{Session: aws.String("session-3"), Status: types.VerifySoftwareTokenResponseTypeSuccess},
		},
		exchange{answers(userpool.MFASetup, "session-3"), signedIn(time.Now())},
	)
	ctx := t.Context()
	selection := auth.NextSignInStep{Step: "CONTINUE_SIGN_IN_WITH_MFA_SETUP_SELECTION", AllowedMFA: []auth.MFAType{auth.MFATOTP, auth.MFAEmail}}
	if got := flow.Next(); !reflect.DeepEqual(got, selection) {
		t.Errorf("Next = %+v, want %+v", got, selection)
	}
	wantCode(t, flow.Confirm(ctx, "123456", nil), auth.ErrSignIn)
	wantCode(t, flow.Confirm(ctx, "SMS", nil), auth.ErrSignIn)
	wantCode(t, flow.Confirm(ctx, "TOTP", nil), auth.ErrTooManyRequests)
	if got := flow.Next(); !reflect.DeepEqual(got, selection) {
		t.Errorf("after an error Next = %+v, want %+v", got, selection)
	}
	if err := flow.Confirm(ctx, "TOTP", nil); err != nil {
		t.Fatal(err)
	}
	next := flow.Next()
	if next.Step != "CONTINUE_SIGN_IN_WITH_TOTP_SETUP" || next.TOTP == nil || next.TOTP.Secret != "JBSWY3DP" {
		t.Fatalf("Next = %+v", next)
	}
	want := "otpauth://totp/Tea%20%26%20Co%3A%3F:ada?secret=JBSWY3DP&issuer=Tea%20%26%20Co%3A%3F"
	if got := next.TOTP.URI("Tea & Co:?", ""); got != want {
		t.Errorf("URI = %s\nwant  %s", got, want)
	}
	wantCode(t, flow.Confirm(ctx, "ada", nil), auth.ErrSignIn)
	wantCode(t, flow.Confirm(ctx, "123456", &auth.ConfirmOptions{FriendlyDeviceName: "phone"}), "EnableSoftwareTokenMFAException")
	if got := flow.Next(); !reflect.DeepEqual(got, next) {
		t.Errorf("after a wrong code Next = %+v, want %+v", got, next)
	}
	if err := flow.Confirm(ctx, "654321", nil); err != nil || !flow.Done() {
		t.Errorf("Confirm: %v, step %s", err, flow.Step())
	}
}

func TestSetUpOnlyTOTP(t *testing.T) {
	t.Parallel()
	setup := asks(userpool.MFASetup, "session-1", map[string]string{"MFAS_CAN_SETUP": `["SOFTWARE_TOKEN_MFA"]`})
	flow := begin(t, exchange{nil, setup}, exchange{nil, &cip.AssociateSoftwareTokenOutput{SecretCode: aws.String("JBSWY3DP")}})
	if flow.Step() != auth.SignInTOTPSetup {
		t.Errorf("step = %s", flow.Step())
	}
}

// In the middle of a sign-in a secret that is not to be had leaves a choice to
// make again, though there is one way only.
func TestSetUpOnlyTOTPFails(t *testing.T) {
	t.Parallel()
	flow := begin(t,
		exchange{nil, asks(userpool.NewPasswordRequired, "session-1", nil)},
		exchange{nil, asksNext(userpool.MFASetup, "session-2", map[string]string{"MFAS_CAN_SETUP": `["SOFTWARE_TOKEN_MFA"]`})},
		exchange{nil, fails(auth.ErrTooManyRequests)},
		exchange{nil, &cip.AssociateSoftwareTokenOutput{SecretCode: aws.String("JBSWY3DP")}},
	)
	wantCode(t, flow.Confirm(t.Context(), "Tulip-43", nil), auth.ErrTooManyRequests)
	if flow.Step() != auth.SignInMFASetupSelection {
		t.Errorf("step = %s, want the selection", flow.Step())
	}
	if err := flow.Confirm(t.Context(), "TOTP", nil); err != nil || flow.Step() != auth.SignInTOTPSetup {
		t.Errorf("step = %s, %v", flow.Step(), err)
	}
}

// No secret is no step, or an app would be waited for that cannot be set up.
func TestSetUpTOTPWithoutASecret(t *testing.T) {
	t.Parallel()
	setup := map[string]string{"MFAS_CAN_SETUP": `["SOFTWARE_TOKEN_MFA"]`}
	none := &cip.AssociateSoftwareTokenOutput{Session: aws.String("session-3")}
	_, err := newClient(t, nil, exchange{nil, asks(userpool.MFASetup, "session-1", setup)}, exchange{nil, none}).
		SignIn(t.Context(), auth.SignInInput{Username: "ada", Password: "Tulip-42", Flow: auth.FlowPassword})
	wantCode(t, err, auth.ErrSetUpTOTP)

	flow := begin(t,
		exchange{nil, asks(userpool.NewPasswordRequired, "session-1", nil)},
		exchange{nil, asksNext(userpool.MFASetup, "session-2", setup)},
		exchange{nil, none},
		exchange{&cip.AssociateSoftwareTokenInput{Session: aws.String("session-3")}, &cip.AssociateSoftwareTokenOutput{SecretCode: aws.String("JBSWY3DP")}},
	)
	wantCode(t, flow.Confirm(t.Context(), "Tulip-43", nil), auth.ErrSetUpTOTP)
	if err := flow.Confirm(t.Context(), "TOTP", nil); err != nil || flow.Step() != auth.SignInTOTPSetup {
		t.Errorf("step = %s, %v", flow.Step(), err)
	}
}

func TestSetUpEmailInstead(t *testing.T) {
	t.Parallel()
	flow := begin(t,
		exchange{nil, asks(userpool.MFASetup, "session-1", map[string]string{"MFAS_CAN_SETUP": `["SOFTWARE_TOKEN_MFA","EMAIL_OTP"]`})},
		exchange{nil, &cip.AssociateSoftwareTokenOutput{SecretCode: aws.String("JBSWY3DP"), Session: aws.String("session-2")}},
		exchange{answers(userpool.MFASetup, "session-2", "EMAIL", "ada@example.com"), asksNext(userpool.EmailOTP, "session-3", nil)},
		exchange{answers(userpool.EmailOTP, "session-3", "EMAIL_OTP_CODE", "123456"), signedIn(time.Now())},
	)
	for _, tt := range []struct {
		response string
		want     auth.SignInStep
	}{
		{"TOTP", auth.SignInTOTPSetup},
		{"EMAIL", auth.SignInEmailSetup},
		{"ada@example.com", auth.SignInEmailCode},
		{"123456", auth.SignInDone},
	} {
		if err := flow.Confirm(t.Context(), tt.response, nil); err != nil || flow.Step() != tt.want {
			t.Fatalf("after %s: step %s, %v; want %s", tt.response, flow.Step(), err, tt.want)
		}
	}
}

// An address says by itself what is to be set up, where that may be.
func TestSetUpEmailUnchosen(t *testing.T) {
	t.Parallel()
	flow := begin(t,
		exchange{nil, asks(userpool.MFASetup, "session-1", map[string]string{"MFAS_CAN_SETUP": `["SOFTWARE_TOKEN_MFA","EMAIL_OTP"]`})},
		exchange{answers(userpool.MFASetup, "session-1", "EMAIL", "ada@example.com"), fails(auth.ErrInvalidParameter)},
		exchange{nil, &cip.AssociateSoftwareTokenOutput{SecretCode: aws.String("JBSWY3DP"), Session: aws.String("session-2")}},
		exchange{answers(userpool.MFASetup, "session-2", "EMAIL", "ada@example.com"), asksNext(userpool.EmailOTP, "session-3", nil)},
	)
	wantCode(t, flow.Confirm(t.Context(), "ada@example.com", nil), auth.ErrInvalidParameter)
	if flow.Step() != auth.SignInMFASetupSelection {
		t.Errorf("after an error the step is %s", flow.Step())
	}
	if err := flow.Confirm(t.Context(), "TOTP", nil); err != nil || flow.Step() != auth.SignInTOTPSetup {
		t.Fatalf("step = %s, %v", flow.Step(), err)
	}
	if err := flow.Confirm(t.Context(), "ada@example.com", nil); err != nil || flow.Step() != auth.SignInEmailCode {
		t.Errorf("step = %s, %v", flow.Step(), err)
	}
}

func TestSetUpOnlyTOTPTakesNoAddress(t *testing.T) {
	t.Parallel()
	setup := asks(userpool.MFASetup, "session-1", map[string]string{"MFAS_CAN_SETUP": `["SOFTWARE_TOKEN_MFA"]`})
	flow := begin(t, exchange{nil, setup}, exchange{nil, &cip.AssociateSoftwareTokenOutput{SecretCode: aws.String("JBSWY3DP")}})
	wantCode(t, flow.Confirm(t.Context(), "ada@example.com", nil), auth.ErrSignIn)
}

func TestPasskeyOrAnotherFactor(t *testing.T) {
	t.Parallel()
	passkey := asks(userpool.WebAuthn, "session-1", map[string]string{"CREDENTIAL_REQUEST_OPTIONS": `{}`})
	t.Run("a code", func(t *testing.T) {
		t.Parallel()
		flow := begin(t, exchange{nil, passkey},
			exchange{answers(userpool.SelectChallenge, "session-1", "ANSWER", "EMAIL_OTP"), asksNext(userpool.EmailOTP, "session-2", nil)})
		if err := flow.Confirm(t.Context(), "EMAIL_OTP", nil); err != nil || flow.Step() != auth.SignInEmailCode {
			t.Errorf("step = %s, %v", flow.Step(), err)
		}
	})
	t.Run("the password", func(t *testing.T) {
		t.Parallel()
		flow := begin(t, exchange{nil, passkey},
			exchange{answers(userpool.SelectChallenge, "session-1", "ANSWER", "PASSWORD", "PASSWORD", "Tulip-42"), signedIn(time.Now())})
		if err := flow.Confirm(t.Context(), "PASSWORD", nil); err != nil || flow.Step() != auth.SignInPassword {
			t.Fatalf("step = %s, %v", flow.Step(), err)
		}
		if err := flow.Confirm(t.Context(), "Tulip-42", nil); err != nil || !flow.Done() {
			t.Errorf("step = %s, %v", flow.Step(), err)
		}
	})
}

// A service may ask for the password by name, without a choice.
func TestPasswordChallenge(t *testing.T) {
	t.Parallel()
	flow := begin(t, exchange{nil, asks(userpool.PasswordFactor, "session-1", nil)},
		exchange{answers(userpool.SelectChallenge, "session-1", "ANSWER", "PASSWORD", "PASSWORD", "Tulip-42"), signedIn(time.Now())})
	if flow.Step() != auth.SignInPassword {
		t.Errorf("step = %s", flow.Step())
	}
	if err := flow.Confirm(t.Context(), "Tulip-42", nil); err != nil || !flow.Done() {
		t.Errorf("step = %s, %v", flow.Step(), err)
	}
}

// However many answer at once, the service hears one after another, and nobody
// after the end.
func TestConfirmAtOnce(t *testing.T) {
	t.Parallel()
	flow := begin(t,
		exchange{nil, asks(userpool.EmailOTP, "session-1", nil)},
		exchange{nil, fails(auth.ErrCodeMismatch)},
		exchange{nil, signedIn(time.Now())},
	)
	var wg sync.WaitGroup
	var mismatches, late atomic.Int32
	for range 20 {
		wg.Go(func() {
			flow.Next()
			switch err := flow.Confirm(t.Context(), "1", nil); {
			case errors.Is(err, auth.ErrCodeMismatch):
				mismatches.Add(1)
			case errors.Is(err, auth.ErrSignIn):
				late.Add(1)
			}
		})
	}
	wg.Wait()
	if mismatches.Load() != 1 || late.Load() != 18 || !flow.Done() {
		t.Errorf("%d mismatches, %d too late, done %v; want 1, 18, true", mismatches.Load(), late.Load(), flow.Done())
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := flow.Resend(ctx); !errors.Is(err, context.Canceled) && !errors.Is(err, auth.ErrSignIn) {
		t.Errorf("Resend = %v", err)
	}
}

func TestErrorsThatAreSteps(t *testing.T) {
	t.Parallel()
	for code, want := range map[auth.Code]auth.SignInStep{
		auth.ErrUserNotConfirmed:      "CONFIRM_SIGN_UP",
		auth.ErrPasswordResetRequired: "RESET_PASSWORD",
	} {
		t.Run(string(want), func(t *testing.T) {
			t.Parallel()
			flow := begin(t, exchange{nil, fails(code)})
			if flow.Step() != want {
				t.Errorf("SignIn stands at %s", flow.Step())
			}
			wantCode(t, flow.Confirm(t.Context(), "123456", nil), auth.ErrSignIn)
			_, err := flow.MarshalBinary()
			wantCode(t, err, auth.ErrSignIn)

			flow = begin(t, exchange{nil, asks(userpool.EmailOTP, "session-1", nil)}, exchange{nil, fails(code)})
			if err := flow.Confirm(t.Context(), "123456", nil); err != nil || flow.Step() != want {
				t.Errorf("Confirm stands at %s, %v", flow.Step(), err)
			}
		})
	}
}

func TestChallengesNobodyCanAnswer(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name      string
		challenge *cip.InitiateAuthOutput
		want      auth.Code
	}{
		{"an unknown one", asks("RIDDLE", "s", nil), auth.ErrSignIn},
		{"one that is for administrators", asks("ADMIN_NO_SRP_AUTH", "s", nil), auth.ErrSignIn},
		{"nothing to set up", asks(userpool.MFASetup, "s", nil), auth.ErrSignIn},
		{"text messages alone to set up", asks(userpool.MFASetup, "s", map[string]string{"MFAS_CAN_SETUP": `["SMS_MFA"]`}), auth.ErrSignIn},
		{"a passkey without options", asks(userpool.WebAuthn, "s", nil), auth.ErrInvalidPasskeyOptions},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := newClient(t, nil, exchange{nil, tt.challenge}).SignIn(t.Context(),
				auth.SignInInput{Username: "ada", Password: "p", Flow: auth.FlowPassword})
			wantCode(t, err, tt.want)
		})
	}
}
