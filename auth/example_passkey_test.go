package auth_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cenote-auth/cenote/auth"
	"github.com/cenote-auth/cenote/auth/userpool"
)

// fingerprint is a PasskeyProvider: what holds passkeys on this machine.
type fingerprint struct{}

func (fingerprint) CreatePasskey(context.Context, json.RawMessage) (json.RawMessage, error) {
	return json.RawMessage(`{"id":"AQID","type":"public-key","response":{}}`), nil
}

func (fingerprint) GetPasskey(context.Context, json.RawMessage) (json.RawMessage, error) {
	return nil, auth.ErrPasskeyAuthenticationCanceled // the user looked away
}

// Where the provider has no passkey to give, the user may try again, or sign in
// in another way.
func ExamplePasskeyProvider() {
	client, err := auth.New(cfg(), &auth.Options{Passkeys: fingerprint{}, API: passkeysOnly{}})
	if err != nil {
		log.Fatal(err)
	}
	flow, err := client.SignIn(context.Background(), auth.SignInInput{
		Username: "ada", Flow: auth.FlowUserAuth, PreferredChallenge: auth.FactorPasskey,
	})
	if err != nil {
		log.Fatal(err)
	}
	next := flow.Next()
	if next.Step == auth.SignInPasskey && errors.Is(next.PasskeyError, auth.ErrPasskeyAuthenticationCanceled) {
		fmt.Println("choose:", next.Available) // and flow.Confirm with the answer
	}
	// Output: choose: [WEB_AUTHN EMAIL_OTP]
}

// A passkey is made and registered, and the oldest one taken away.
func ExampleClient_AssociateWebAuthnCredential() {
	ctx := context.Background()
	client, err := auth.New(cfg(), &auth.Options{
		Passkeys: fingerprint{}, // or &passkey.Browser{}
		API:      passkeysOnly{}, Storage: signedInClient("margaret@example.com").Storage(),
	})
	if err != nil {
		log.Fatal(err)
	}

	err = client.AssociateWebAuthnCredential(ctx)
	switch {
	case errors.Is(err, auth.ErrPasskeyRegistrationCanceled), errors.Is(err, auth.ErrPasskeyAlreadyExists):
		fmt.Println("another time")
	case err != nil:
		log.Fatal(err)
	}
	page, err := client.WebAuthnCredentials(ctx, nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, passkey := range page.Credentials {
		fmt.Println(passkey.Name, "for", passkey.RelyingPartyID)
	}
	fmt.Println(client.DeleteWebAuthnCredential(ctx, page.Credentials[0].ID))
	// Output:
	// Passkey for garden.example.com
	// <nil>
}

// A server registers a passkey that its user's browser makes: the page calls
// navigator.credentials.create with what GET gave, and POSTs what came of it.
func ExampleClient_StartWebAuthnRegistration() {
	var seat func(*http.Request) *auth.Client // of who sends a request; see package web
	mux := http.NewServeMux()
	mux.HandleFunc("GET /passkey", func(w http.ResponseWriter, r *http.Request) {
		options, err := seat(r).StartWebAuthnRegistration(r.Context())
		if err != nil {
			http.Error(w, "no passkey now", http.StatusBadGateway)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Write(options)
	})
	mux.HandleFunc("POST /passkey", func(w http.ResponseWriter, r *http.Request) {
		credential, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 64<<10))
		if err == nil {
			err = seat(r).CompleteWebAuthnRegistration(r.Context(), credential)
		}
		if err != nil {
			http.Error(w, "not registered", http.StatusBadRequest)
		}
	})
	// Output:
}

// passkeysOnly is a service that knows nothing but passkeys.
type passkeysOnly struct{ userpool.API }

func (passkeysOnly) InitiateAuth(context.Context, *cip.InitiateAuthInput, ...func(*cip.Options)) (*cip.InitiateAuthOutput, error) {
	return asksPasskey("session"), nil
}

func (passkeysOnly) StartWebAuthnRegistration(context.Context, *cip.StartWebAuthnRegistrationInput, ...func(*cip.Options)) (*cip.StartWebAuthnRegistrationOutput, error) {
	return creation(creationOptions), nil
}

func (passkeysOnly) CompleteWebAuthnRegistration(context.Context, *cip.CompleteWebAuthnRegistrationInput, ...func(*cip.Options)) (*cip.CompleteWebAuthnRegistrationOutput, error) {
	return &cip.CompleteWebAuthnRegistrationOutput{}, nil
}

func (passkeysOnly) ListWebAuthnCredentials(context.Context, *cip.ListWebAuthnCredentialsInput, ...func(*cip.Options)) (*cip.ListWebAuthnCredentialsOutput, error) {
	return &cip.ListWebAuthnCredentialsOutput{Credentials: []types.WebAuthnCredentialDescription{{
		CredentialId: aws.String("AQID"), FriendlyCredentialName: aws.String("Passkey"), RelyingPartyId: aws.String("garden.example.com"),
	}}}, nil
}

func (passkeysOnly) DeleteWebAuthnCredential(context.Context, *cip.DeleteWebAuthnCredentialInput, ...func(*cip.Options)) (*cip.DeleteWebAuthnCredentialOutput, error) {
	return &cip.DeleteWebAuthnCredentialOutput{}, nil
}
