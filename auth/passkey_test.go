package auth_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/document"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cenote-auth/cenote/auth"
	"github.com/cenote-auth/cenote/auth/userpool"
)

// pocket is a provider of passkeys that says what it is told to.
type pocket struct {
	credential string
	err        error
	asked      []string // the options it was asked with
}

func (p *pocket) CreatePasskey(_ context.Context, options json.RawMessage) (json.RawMessage, error) {
	return p.GetPasskey(context.Background(), options)
}

func (p *pocket) GetPasskey(_ context.Context, options json.RawMessage) (json.RawMessage, error) {
	p.asked = append(p.asked, string(options))
	return json.RawMessage(p.credential), p.err
}

const requestOptions = `{"challenge":"AQID","rpId":"example.com"}`

// asksPasskey is a reply that asks for a passkey, or for another factor.
func asksPasskey(session string) *cip.InitiateAuthOutput {
	out := asks(userpool.WebAuthn, session, map[string]string{"CREDENTIAL_REQUEST_OPTIONS": requestOptions})
	out.AvailableChallenges = []types.ChallengeNameType{"WEB_AUTHN", "EMAIL_OTP"}
	return out
}

var byPasskey = auth.SignInInput{Username: "ada", Flow: auth.FlowUserAuth, PreferredChallenge: auth.FactorPasskey}

func TestAProviderAnswersByPasskey(t *testing.T) {
	t.Parallel()
	p := &pocket{credential: assertion}
	client := newClient(t, &auth.Options{Passkeys: p}, exchange{nil, asksPasskey("session-1")},
		exchange{answers(userpool.WebAuthn, "session-1", "CREDENTIAL", assertion), signedIn(time.Now())})
	flow, err := client.SignIn(t.Context(), byPasskey)
	if err != nil || !flow.Done() {
		t.Fatalf("SignIn = %v, %v", flow, err)
	}
	if !reflect.DeepEqual(p.asked, []string{requestOptions}) {
		t.Errorf("the provider was asked with %v", p.asked)
	}
}

// A choice that leads to a passkey is answered by it at once.
func TestAProviderAnswersWhenAPasskeyIsChosen(t *testing.T) {
	t.Parallel()
	p := &pocket{credential: assertion}
	choose := asks(userpool.SelectChallenge, "session-1", nil)
	choose.AvailableChallenges = []types.ChallengeNameType{"PASSWORD", "WEB_AUTHN"}
	client := newClient(t, &auth.Options{Passkeys: p}, exchange{nil, choose},
		exchange{answers(userpool.SelectChallenge, "session-1", "ANSWER", "WEB_AUTHN"),
			asksNext(userpool.WebAuthn, "session-2", map[string]string{"CREDENTIAL_REQUEST_OPTIONS": requestOptions})},
		exchange{answers(userpool.WebAuthn, "session-2", "CREDENTIAL", assertion), asksNext(userpool.SoftwareTokenMFA, "session-3", nil)})
	flow, err := client.SignIn(t.Context(), auth.SignInInput{Username: "ada", Flow: auth.FlowUserAuth})
	if err != nil {
		t.Fatal(err)
	}
	if err := flow.Confirm(t.Context(), "WEB_AUTHN", nil); err != nil || flow.Step() != auth.SignInTOTPCode {
		t.Errorf("step = %s, %v", flow.Step(), err)
	}
}

// What the provider cannot give is asked of the user again, or something else is.
func TestAProviderWithoutAPasskey(t *testing.T) {
	t.Parallel()
	late, cancel := context.WithCancel(t.Context())
	cancel()
	broken := errors.New("the reader is broken")
	for _, tt := range []struct {
		name   string
		ctx    context.Context
		pocket pocket
		want   auth.Code
		cause  error
	}{
		{"given up", t.Context(), pocket{err: fmt.Errorf("in the browser: %w", auth.ErrPasskeyAuthenticationCanceled)}, "PasskeyAuthenticationCanceled", nil},
		{"for another site", t.Context(), pocket{err: auth.ErrRelyingPartyMismatch}, "RelyingPartyMismatch", nil},
		{"broken", t.Context(), pocket{err: broken}, "PasskeyRetrievalFailed", broken},
		{"too late", late, pocket{err: context.Canceled}, "PasskeyOperationAborted", context.Canceled},
		{"no credential", t.Context(), pocket{credential: `"AQID"`}, "PasskeyRetrievalFailed", nil},
		{"no JSON", t.Context(), pocket{credential: `{`}, "PasskeyRetrievalFailed", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			client := newClient(t, &auth.Options{Passkeys: &tt.pocket, ReplaceSession: true}, exchange{nil, asksPasskey("session-1")},
				exchange{answers(userpool.SelectChallenge, "session-1", "ANSWER", "EMAIL_OTP"), asksNext(userpool.EmailOTP, "session-2", nil)})
			flow, err := client.SignIn(tt.ctx, byPasskey)
			if err != nil {
				t.Fatal(err)
			}
			next := flow.Next()
			if next.Step != auth.SignInPasskey || string(next.Passkey) != requestOptions || !reflect.DeepEqual(next.Available, []auth.Factor{"WEB_AUTHN", "EMAIL_OTP"}) {
				t.Errorf("Next = %+v", next)
			}
			wantCode(t, next.PasskeyError, tt.want)
			if e, ok := errors.AsType[*auth.Error](next.PasskeyError); !ok || e.Message == "" || tt.cause != nil && !errors.Is(e, tt.cause) {
				t.Errorf("PasskeyError = %v, want one of %v that says something", next.PasskeyError, tt.cause)
			}
			if err := flow.Confirm(t.Context(), "EMAIL_OTP", nil); err != nil || flow.Step() != auth.SignInEmailCode || flow.Next().PasskeyError != nil {
				t.Errorf("Next = %+v, %v", flow.Next(), err)
			}
		})
	}
}

// The service's no to a credential is an error of the answer, and the passkey can
// be asked for again, or given by hand.
func TestAPasskeyThatIsRefused(t *testing.T) {
	t.Parallel()
	p := &pocket{err: auth.ErrPasskeyAuthenticationCanceled}
	client := newClient(t, &auth.Options{Passkeys: p}, exchange{nil, asksPasskey("session-1")},
		exchange{answers(userpool.SelectChallenge, "session-1", "ANSWER", "WEB_AUTHN"),
			asksNext(userpool.WebAuthn, "session-2", map[string]string{"CREDENTIAL_REQUEST_OPTIONS": requestOptions})},
		exchange{answers(userpool.WebAuthn, "session-2", "CREDENTIAL", assertion), fails(auth.ErrNotAuthorized)},
		exchange{answers(userpool.WebAuthn, "session-2", "CREDENTIAL", assertion), signedIn(time.Now())})
	flow, err := client.SignIn(t.Context(), byPasskey)
	if err != nil {
		t.Fatal(err)
	}
	p.credential, p.err = assertion, nil
	wantCode(t, flow.Confirm(t.Context(), "WEB_AUTHN", nil), auth.ErrNotAuthorized)
	if flow.Step() != auth.SignInPasskey {
		t.Errorf("step = %s", flow.Step())
	}
	if err := flow.Confirm(t.Context(), assertion, nil); err != nil || !flow.Done() {
		t.Errorf("step = %s, %v", flow.Step(), err)
	}
}

const creationOptions = `{"challenge":"AQID","pubKeyCredParams":[{"alg":-7,"type":"public-key"}],"rp":{"id":"example.com"},"user":{"id":"BAUG"}}`

func creation(options string) *cip.StartWebAuthnRegistrationOutput {
	var object map[string]any
	if err := json.Unmarshal([]byte(options), &object); err != nil {
		panic(err)
	}
	return &cip.StartWebAuthnRegistrationOutput{CredentialCreationOptions: document.NewLazyDocument(object)}
}

func TestAPasskeyIsRegistered(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	p := &pocket{credential: assertion}
	client := asAda(t, &auth.Options{Passkeys: p}, func(access *string) []exchange {
		start := &cip.StartWebAuthnRegistrationInput{AccessToken: access}
		return []exchange{
			{start, creation(creationOptions)}, {nil, &cip.CompleteWebAuthnRegistrationOutput{}},
			{start, creation(creationOptions)}, {nil, fails("WebAuthnOriginNotAllowedException")},
			{start, creation(creationOptions)},
			{start, creation(`{"challenge":"AQID"}`)},
			{start, &cip.StartWebAuthnRegistrationOutput{}},
			{start, fails("WebAuthnNotEnabledException")},
			{start, creation(creationOptions)},
		}
	})
	if err := client.AssociateWebAuthnCredential(ctx); err != nil {
		t.Errorf("AssociateWebAuthnCredential: %v", err)
	}
	if !reflect.DeepEqual(p.asked, []string{creationOptions}) {
		t.Errorf("the provider was asked with %v", p.asked)
	}
	wantCode(t, client.AssociateWebAuthnCredential(ctx), "WebAuthnOriginNotAllowedException")
	p.err = auth.ErrPasskeyAlreadyExists
	for _, want := range []auth.Code{
		"PasskeyAlreadyExists", "InvalidPasskeyRegistrationOptions", "InvalidPasskeyRegistrationOptions", "WebAuthnNotEnabledException",
	} {
		err := client.AssociateWebAuthnCredential(ctx)
		wantCode(t, err, want)
		wantOp(t, err, "AssociateWebAuthnCredential")
	}
	p.err = errors.New("the reader is broken")
	wantCode(t, client.AssociateWebAuthnCredential(ctx), auth.ErrPasskeyRegistrationFailed)
	wantCode(t, asAda(t, nil, func(*string) []exchange { return nil }).AssociateWebAuthnCredential(ctx), auth.ErrPasskeyNotSupported)
}

func TestPasskeysAreListedAndDeleted(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	client := asAda(t, nil, func(access *string) []exchange {
		return []exchange{
			{&cip.ListWebAuthnCredentialsInput{AccessToken: access}, &cip.ListWebAuthnCredentialsOutput{}},
			{&cip.ListWebAuthnCredentialsInput{AccessToken: access, MaxResults: aws.Int32(1), NextToken: aws.String("more")}, &cip.ListWebAuthnCredentialsOutput{
				NextToken: aws.String("still more"),
				Credentials: []types.WebAuthnCredentialDescription{{
					CredentialId: aws.String("AQID"), FriendlyCredentialName: aws.String("Passkey"), RelyingPartyId: aws.String("example.com"),
					AuthenticatorTransports: []string{"usb"}, CreatedAt: aws.Time(time.Unix(1_900_000_000, 0)),
				}},
			}},
			{&cip.DeleteWebAuthnCredentialInput{AccessToken: access, CredentialId: aws.String("AQID")}, &cip.DeleteWebAuthnCredentialOutput{}},
		}
	})
	if page, err := client.WebAuthnCredentials(ctx, nil); err != nil || len(page.Credentials) != 0 || page.NextToken != "" {
		t.Errorf("WebAuthnCredentials = %+v, %v", page, err)
	}
	page, err := client.WebAuthnCredentials(ctx, &auth.WebAuthnCredentialsOptions{PageSize: 1, NextToken: "more"})
	want := &auth.WebAuthnCredentialPage{NextToken: "still more", Credentials: []auth.WebAuthnCredential{{
		ID: "AQID", Name: "Passkey", RelyingPartyID: "example.com", Transports: []string{"usb"}, Created: time.Unix(1_900_000_000, 0),
	}}}
	if err != nil || !reflect.DeepEqual(page, want) {
		t.Errorf("WebAuthnCredentials = %+v, %v, want %+v", page, err, want)
	}
	if err := client.DeleteWebAuthnCredential(ctx, "AQID"); err != nil {
		t.Errorf("DeleteWebAuthnCredential: %v", err)
	}
}
