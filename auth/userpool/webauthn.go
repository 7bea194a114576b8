package userpool

import (
	"context"
	"encoding/json"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/document"
)

// WebAuthnCredential is a passkey of a user as the service knows it.
type WebAuthnCredential struct {
	ID             string
	Name           string // as the service calls it for people
	RelyingPartyID string
	Attachment     string   // "platform", "cross-platform", or empty
	Transports     []string // such as "usb" and "internal"
	Created        time.Time
}

// StartWebAuthnRegistration begins to register a passkey for the user an access
// token is for (StartWebAuthnRegistration). It returns
// PublicKeyCredentialCreationOptions as JSON, for a browser's
// navigator.credentials.create; CompleteWebAuthnRegistration takes what that
// makes. Among the errors is "WebAuthnNotEnabledException" for a pool without
// passkeys.
func (p *Pool) StartWebAuthnRegistration(ctx context.Context, access Token) (json.RawMessage, error) {
	out, err := p.api.StartWebAuthnRegistration(ctx, &cip.StartWebAuthnRegistrationInput{AccessToken: aws.String(access.Raw())})
	if err != nil {
		return nil, serviceError(err)
	}
	if out.CredentialCreationOptions == nil {
		return nil, nil
	}
	options, err := out.CredentialCreationOptions.MarshalSmithyDocument()
	if err != nil {
		return nil, fault(ErrUnknown, "the options for a new passkey cannot be read", err)
	}
	return options, nil
}

// CompleteWebAuthnRegistration registers the passkey that the options of
// StartWebAuthnRegistration led to (CompleteWebAuthnRegistration). credential is
// a RegistrationResponseJSON. Among the errors are ErrInvalidParameter,
// "WebAuthnChallengeNotFoundException" where the options are over,
// "WebAuthnOriginNotAllowedException" and "WebAuthnRelyingPartyMismatchException".
func (p *Pool) CompleteWebAuthnRegistration(ctx context.Context, access Token, credential json.RawMessage) error {
	var object map[string]any
	if err := json.Unmarshal(credential, &object); err != nil || object == nil {
		return fault(ErrInvalidParameter, "the credential is not an object of JSON", nil)
	}
	_, err := p.api.CompleteWebAuthnRegistration(ctx, &cip.CompleteWebAuthnRegistrationInput{
		AccessToken: aws.String(access.Raw()), Credential: document.NewLazyDocument(object),
	})
	return serviceError(err)
}

// ListWebAuthnCredentialsInput asks for a page of passkeys.
type ListWebAuthnCredentialsInput struct {
	MaxResults int    // at most, up to 20; the service's default if 0
	NextToken  string // of the page before; empty for the first
}

// WebAuthnCredentialPage is a page of a user's passkeys. The next one is asked
// for by NextToken, which is empty on the last.
type WebAuthnCredentialPage struct {
	Credentials []WebAuthnCredential
	NextToken   string
}

// ListWebAuthnCredentials returns a page of the passkeys of the user an access
// token is for (ListWebAuthnCredentials).
func (p *Pool) ListWebAuthnCredentials(ctx context.Context, access Token, in ListWebAuthnCredentialsInput) (*WebAuthnCredentialPage, error) {
	request := &cip.ListWebAuthnCredentialsInput{AccessToken: aws.String(access.Raw()), NextToken: optional(in.NextToken)}
	if in.MaxResults != 0 {
		request.MaxResults = aws.Int32(int32(in.MaxResults))
	}
	out, err := p.api.ListWebAuthnCredentials(ctx, request)
	if err != nil {
		return nil, serviceError(err)
	}
	page := &WebAuthnCredentialPage{NextToken: aws.ToString(out.NextToken)}
	for _, c := range out.Credentials {
		page.Credentials = append(page.Credentials, WebAuthnCredential{
			ID: aws.ToString(c.CredentialId), Name: aws.ToString(c.FriendlyCredentialName),
			RelyingPartyID: aws.ToString(c.RelyingPartyId), Attachment: aws.ToString(c.AuthenticatorAttachment),
			Transports: c.AuthenticatorTransports, Created: aws.ToTime(c.CreatedAt),
		})
	}
	return page, nil
}

// DeleteWebAuthnCredential takes a passkey of the user an access token is for
// away (DeleteWebAuthnCredential). The error is ErrResourceNotFound if the user
// has no such passkey.
func (p *Pool) DeleteWebAuthnCredential(ctx context.Context, access Token, id string) error {
	_, err := p.api.DeleteWebAuthnCredential(ctx, &cip.DeleteWebAuthnCredentialInput{
		AccessToken: aws.String(access.Raw()), CredentialId: aws.String(id),
	})
	return serviceError(err)
}
