package auth

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/cenote-auth/cenote/auth/userpool"
)

// PasskeyProvider holds the ceremonies of passkeys with the user: a browser does,
// or what the operating system has. Package passkey has one that opens a browser.
//
// Options and credentials are the JSON of WebAuthn
// (PublicKeyCredential.parseCreationOptionsFromJSON and its neighbours, Level 3,
// section 5.1). Errors should be, or wrap, one of the codes ErrPasskey… and
// ErrRelyingPartyMismatch.
type PasskeyProvider interface {
	// CreatePasskey makes a passkey by PublicKeyCredentialCreationOptions and
	// returns a RegistrationResponseJSON.
	CreatePasskey(ctx context.Context, options json.RawMessage) (json.RawMessage, error)

	// GetPasskey has a passkey of the user's sign PublicKeyCredentialRequestOptions
	// and returns an AuthenticationResponseJSON.
	GetPasskey(ctx context.Context, options json.RawMessage) (json.RawMessage, error)
}

// AssociateWebAuthnCredential makes a passkey for the signed-in user by
// Options.Passkeys and registers it (StartWebAuthnRegistration,
// CompleteWebAuthnRegistration). It is Amplify's associateWebAuthnCredential.
// Where the browser is elsewhere, as it is for a server, its two halves are
// StartWebAuthnRegistration and CompleteWebAuthnRegistration.
//
// Errors: ErrPasskeyNotSupported without a provider; those of the provider, such
// as ErrPasskeyRegistrationCanceled and ErrPasskeyAlreadyExists, or
// ErrPasskeyRegistrationFailed; those of the halves; ErrNotSignedIn.
func (c *Client) AssociateWebAuthnCredential(ctx context.Context) error {
	return named("AssociateWebAuthnCredential", c.associate(ctx))
}

func (c *Client) associate(ctx context.Context) error {
	if c.opts.Passkeys == nil {
		return failure("", ErrPasskeyNotSupported)
	}
	options, err := c.startRegistration(ctx)
	if err != nil {
		return err
	}
	credential, err := c.opts.Passkeys.CreatePasskey(ctx, options)
	if err != nil {
		return passkeyFailure(ctx, err, ErrPasskeyRegistrationFailed)
	}
	return c.completeRegistration(ctx, credential)
}

// StartWebAuthnRegistration begins to register a passkey for the signed-in user
// (StartWebAuthnRegistration). It returns PublicKeyCredentialCreationOptions, for
// navigator.credentials.create.
//
// Errors: "WebAuthnNotEnabledException" in a pool without passkeys;
// ErrInvalidPasskeyRegistrationOptions; ErrNotSignedIn.
func (c *Client) StartWebAuthnRegistration(ctx context.Context) (json.RawMessage, error) {
	options, err := c.startRegistration(ctx)
	return options, named("StartWebAuthnRegistration", err)
}

func (c *Client) startRegistration(ctx context.Context) (json.RawMessage, error) {
	stored, err := c.present(ctx)
	if err != nil {
		return nil, err
	}
	options, err := c.pool.StartWebAuthnRegistration(ctx, stored.Session.AccessToken)
	if err != nil {
		return nil, err
	}
	var has struct {
		Challenge        string
		User, RP         map[string]any
		PubKeyCredParams []any
	}
	if json.Unmarshal(options, &has) != nil || has.Challenge == "" || has.User == nil || has.RP == nil || has.PubKeyCredParams == nil {
		return nil, failure("", ErrInvalidPasskeyRegistrationOptions)
	}
	return options, nil
}

// CompleteWebAuthnRegistration registers the passkey that the options of
// StartWebAuthnRegistration led to, a RegistrationResponseJSON
// (CompleteWebAuthnRegistration).
//
// Errors: ErrInvalidParameter for what is no such credential;
// "WebAuthnChallengeNotFoundException" where the options are over,
// "WebAuthnOriginNotAllowedException", "WebAuthnRelyingPartyMismatchException";
// ErrLimitExceeded for one passkey too many; ErrNotSignedIn.
func (c *Client) CompleteWebAuthnRegistration(ctx context.Context, credential json.RawMessage) error {
	return named("CompleteWebAuthnRegistration", c.completeRegistration(ctx, credential))
}

func (c *Client) completeRegistration(ctx context.Context, credential json.RawMessage) error {
	stored, err := c.present(ctx)
	if err != nil {
		return err
	}
	return c.pool.CompleteWebAuthnRegistration(ctx, stored.Session.AccessToken, credential)
}

// WebAuthnCredential is a passkey of a user's, as the service knows it.
type WebAuthnCredential struct {
	ID             string
	Name           string // as the service calls it for people
	RelyingPartyID string
	Attachment     string   // "platform" or "cross-platform"; empty if unknown
	Transports     []string // such as "usb" and "internal"
	Created        time.Time
}

// WebAuthnCredentialsOptions ask for another page than the first.
type WebAuthnCredentialsOptions struct {
	PageSize  int    // up to 20; the service's default if 0
	NextToken string // of the page before
}

// WebAuthnCredentialPage is a page of a user's passkeys.
type WebAuthnCredentialPage struct {
	Credentials []WebAuthnCredential
	NextToken   string // asks for the next page; empty on the last
}

// WebAuthnCredentials returns the signed-in user's passkeys
// (ListWebAuthnCredentials). It is Amplify's listWebAuthnCredentials. One page
// holds all that a user can have, unless opts asks for fewer.
//
// Errors: ErrNotSignedIn. opts may be nil.
func (c *Client) WebAuthnCredentials(ctx context.Context, opts *WebAuthnCredentialsOptions) (*WebAuthnCredentialPage, error) {
	var in userpool.ListWebAuthnCredentialsInput
	if opts != nil {
		in.MaxResults, in.NextToken = opts.PageSize, opts.NextToken
	}
	stored, err := c.present(ctx)
	if err != nil {
		return nil, named("WebAuthnCredentials", err)
	}
	page, err := c.pool.ListWebAuthnCredentials(ctx, stored.Session.AccessToken, in)
	if err != nil {
		return nil, named("WebAuthnCredentials", err)
	}
	out := &WebAuthnCredentialPage{NextToken: page.NextToken}
	for _, credential := range page.Credentials {
		out.Credentials = append(out.Credentials, WebAuthnCredential(credential))
	}
	return out, nil
}

// DeleteWebAuthnCredential takes a passkey of the signed-in user away
// (DeleteWebAuthnCredential). It is Amplify's deleteWebAuthnCredential. Where the
// passkey itself is kept it stays, and is good for nothing.
//
// Errors: ErrResourceNotFound if the user has no such passkey; ErrNotSignedIn.
func (c *Client) DeleteWebAuthnCredential(ctx context.Context, id string) error {
	stored, err := c.present(ctx)
	if err != nil {
		return named("DeleteWebAuthnCredential", err)
	}
	return named("DeleteWebAuthnCredential", c.pool.DeleteWebAuthnCredential(ctx, stored.Session.AccessToken, id))
}

// passkey asks the provider for a credential.
func (c *Client) passkey(ctx context.Context, options json.RawMessage) (json.RawMessage, error) {
	credential, err := c.opts.Passkeys.GetPasskey(ctx, options)
	if err != nil {
		return nil, passkeyFailure(ctx, err, ErrPasskeyRetrievalFailed)
	}
	if !json.Valid(credential) || !bytes.HasPrefix(bytes.TrimSpace(credential), []byte("{")) {
		return nil, failureOf("", ErrPasskeyRetrievalFailed, "What the provider of passkeys gave is no credential.", "")
	}
	return credential, nil
}

// passkeyFailure is a provider's error by its own code, or by the one given if it
// has none.
func passkeyFailure(ctx context.Context, err error, code Code) error {
	if _, ok := errors.AsType[*Error](err); ok {
		return err
	}
	if ctx.Err() != nil {
		code = ErrPasskeyOperationAborted
	}
	if said, ok := errors.AsType[Code](err); ok {
		code = said
	}
	out := failure("", code)
	if out.Message == "" {
		out.Message = err.Error()
	}
	out.Err = err
	return out
}
