package auth_test

import (
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cenote-auth/cenote/auth"
	"github.com/cenote-auth/cenote/auth/userpool"
)

// A flow can be carried elsewhere at every step, and tells there what it told
// here.
func TestResumeEveryStep(t *testing.T) {
	t.Parallel()
	client := newClient(t, nil,
		exchange{nil, asks(userpool.NewPasswordRequired, "session-1", map[string]string{"requiredAttributes": `["userAttributes.name"]`})},
		exchange{nil, asksNext(userpool.MFASetup, "session-2", map[string]string{"MFAS_CAN_SETUP": `["SOFTWARE_TOKEN_MFA","EMAIL_OTP"]`})},
		exchange{nil, &cip.AssociateSoftwareTokenOutput{SecretCode: aws.String("JBSWY3DP"), Session: aws.String("session-3")}},
		exchange{&cip.VerifySoftwareTokenInput{Session: aws.String("session-3"), UserCode: aws.String("1")}, &cip.VerifySoftwareTokenOutput{Session: aws.String("session-4")}},
		exchange{answers(userpool.MFASetup, "session-4"), asksNext(userpool.WebAuthn, "session-5", map[string]string{"CREDENTIAL_REQUEST_OPTIONS": `{}`})},
		exchange{nil, signedIn(time.Now())},
	)
	flow, err := client.SignIn(t.Context(), auth.SignInInput{Username: "ada", Password: "Tulip-42", Flow: auth.FlowPassword, KeepPassword: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, response := range []string{"Tulip-43", "TOTP", "1", "PASSWORD", "Tulip-44"} {
		before := flow.Next()
		data, err := flow.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(data), "Tulip") {
			t.Errorf("the flow at %s has a password in it", before.Step)
		}
		if flow, err = client.ResumeSignIn(data); err != nil {
			t.Fatal(err)
		}
		if after := flow.Next(); !reflect.DeepEqual(after, before) || flow.Username() != "ada" {
			t.Errorf("resumed: %+v\nwant     %+v", after, before)
		}
		if err := flow.Confirm(t.Context(), response, nil); err != nil {
			t.Fatalf("Confirm at %s: %v", before.Step, err)
		}
	}
	if !flow.Done() {
		t.Errorf("step = %s", flow.Step())
	}
	_, err = flow.MarshalBinary()
	wantCode(t, err, auth.ErrSignIn)
}

func TestResumeRefuses(t *testing.T) {
	t.Parallel()
	flow := begin(t, exchange{nil, asks(userpool.EmailOTP, "session-1", nil)})
	data, err := flow.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	client := newClient(t, nil)
	other, err := auth.New(auth.Config{UserPoolID: poolID, ClientID: "another"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, resume := range map[string]func() (*auth.SignInFlow, error){
		"nothing":          func() (*auth.SignInFlow, error) { return client.ResumeSignIn(nil) },
		"half of it":       func() (*auth.SignInFlow, error) { return client.ResumeSignIn(data[:len(data)/2]) },
		"a later format":   func() (*auth.SignInFlow, error) { return client.ResumeSignIn(append([]byte("t"), data[1:]...)) },
		"too much":         func() (*auth.SignInFlow, error) { return client.ResumeSignIn(append(data, make([]byte, 64<<10)...)) },
		"another client's": func() (*auth.SignInFlow, error) { return other.ResumeSignIn(data) },
		"one that has ended": func() (*auth.SignInFlow, error) {
			return client.ResumeSignIn([]byte(`s{"UserPoolID":"` + poolID + `","ClientID":"` + clientID + `","Ended":"RESET_PASSWORD","Challenge":{"Name":"NEWS"}}`))
		},
		"without challenge": func() (*auth.SignInFlow, error) {
			return client.ResumeSignIn([]byte(`s{"UserPoolID":"` + poolID + `","ClientID":"` + clientID + `"}`))
		},
	} {
		flow, err := resume()
		if wantCode(t, err, auth.ErrSignIn); flow != nil {
			t.Errorf("%s: a flow came", name)
		}
		if err != nil && strings.Contains(err.Error(), "session-1") {
			t.Errorf("%s: the error shows the session", name)
		}
	}
}

// nobody is an HTTP client that reaches no service.
type nobody struct{}

func (nobody) Do(*http.Request) (*http.Response, error) { return nil, errors.New("nobody there") }

func FuzzResume(f *testing.F) {
	client, err := auth.New(auth.Config{UserPoolID: poolID, ClientID: clientID}, &auth.Options{
		HTTPClient: nobody{}, SDK: []func(*cip.Options){func(o *cip.Options) { o.Retryer = aws.NopRetryer{} }},
	})
	if err != nil {
		f.Fatal(err)
	}
	owner := fmt.Sprintf(`"UserPoolID":%q,"ClientID":%q`, poolID, clientID)
	f.Add([]byte(`s{` + owner + `,"Username":"ada","Flow":"USER_SRP_AUTH","Challenge":{"Name":"EMAIL_OTP","Session":"s"}}`))
	f.Add([]byte(`s{` + owner + `,"Challenge":{"Name":"MFA_SETUP","Parameters":{"MFAS_CAN_SETUP":"[\"EMAIL_OTP\"]"}},"Setup":"TOTP"}`))
	f.Add([]byte(`s{` + owner + `,"Challenge":{"Name":"WEB_AUTHN","Parameters":{"CREDENTIAL_REQUEST_OPTIONS":"{}"}},"Factor":"PASSWORD"}`))
	f.Add([]byte(`s{` + owner + `,"Challenge":{"Name":"NEWS"},"Ended":"RESET_PASSWORD"}`))
	f.Add([]byte(`u{` + owner + `,"Username":"ada","UserID":"5f0c","Step":"COMPLETE_AUTO_SIGN_IN","Auto":{"Flow":"USER_AUTH"}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if flow, err := client.ResumeSignIn(data); err == nil {
			if flow.Done() || flow.Next().Step == "" {
				t.Errorf("resumed at %q", flow.Step())
			}
			flow.Confirm(t.Context(), "1", nil) // a stranger's flow is refused, or answered
			if _, err := flow.MarshalBinary(); err != nil && len(data) < 10_000 {
				t.Errorf("MarshalBinary: %v", err)
			}
		}
		if flow, err := client.ResumeSignUp(data); err == nil && flow.Username() == "" {
			t.Error("a sign-up of nobody")
		}
	})
}

func TestResend(t *testing.T) {
	t.Parallel()
	initiate := &cip.InitiateAuthInput{
		AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: map[string]string{"USERNAME": "ada", "PASSWORD": "Tulip-42"},
		ClientMetadata: map[string]string{"k": "v"},
	}
	choose := map[string]string{"MFAS_CAN_CHOOSE": `["SMS_MFA","EMAIL_OTP"]`}
	flow := beginWith(t,
		auth.SignInInput{Username: "ada", Password: "Tulip-42", Flow: auth.FlowPassword, KeepPassword: true, ClientMetadata: map[string]string{"k": "v"}},
		exchange{initiate, asks(userpool.SelectMFAType, "session-1", choose)},
		exchange{answers(userpool.SelectMFAType, "session-1", "ANSWER", "EMAIL_OTP"), asksNext(userpool.EmailOTP, "session-2", nil)},
		exchange{initiate, fails(auth.ErrTooManyRequests)},
		exchange{initiate, asks(userpool.SelectMFAType, "session-3", choose)},
		exchange{nil, asksNext(userpool.EmailOTP, "session-4", nil)},
		exchange{answers(userpool.EmailOTP, "session-4", "EMAIL_OTP_CODE", "1"), signedIn(time.Now())},
	)
	ctx := t.Context()
	wantCode(t, flow.Resend(ctx), auth.ErrSignIn) // nothing was sent yet
	if err := flow.Confirm(ctx, "EMAIL", nil); err != nil {
		t.Fatal(err)
	}
	wantCode(t, flow.Resend(ctx), auth.ErrTooManyRequests)
	if err := flow.Resend(ctx); err != nil || flow.Step() != auth.SignInEmailCode {
		t.Fatalf("Resend stands at %s, %v", flow.Step(), err)
	}
	if err := flow.Confirm(ctx, "1", nil); err != nil || !flow.Done() {
		t.Errorf("step = %s, %v", flow.Step(), err)
	}
}

func TestResendWithoutPassword(t *testing.T) {
	t.Parallel()
	flow := begin(t, exchange{nil, asks(userpool.SMSMFA, "session-1", nil)})
	wantCode(t, flow.Resend(t.Context()), auth.ErrSignIn)

	// The factor that was chosen is preferred the second time; also by a flow
	// that was carried elsewhere.
	client := newClient(t, nil,
		exchange{nil, asks(userpool.SelectChallenge, "session-1", nil)},
		exchange{nil, asksNext(userpool.EmailOTP, "session-2", nil)},
		exchange{&cip.InitiateAuthInput{
			AuthFlow: "USER_AUTH", AuthParameters: map[string]string{"USERNAME": "ada", "PREFERRED_CHALLENGE": "EMAIL_OTP"},
		}, asks(userpool.EmailOTP, "session-3", nil)},
	)
	flow, err := client.SignIn(t.Context(), auth.SignInInput{Username: "ada", Flow: auth.FlowUserAuth})
	if err != nil {
		t.Fatal(err)
	}
	if err := flow.Confirm(t.Context(), "EMAIL_OTP", nil); err != nil {
		t.Fatal(err)
	}
	flow = resume(t, client, flow)
	if err := flow.Resend(t.Context()); err != nil || flow.Step() != auth.SignInEmailCode {
		t.Errorf("Resend stands at %s, %v", flow.Step(), err)
	}
}
