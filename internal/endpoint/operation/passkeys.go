package operation

import (
	"context"

	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/core/passkey"
)

// StartWebAuthnRegistration returns the options for a new passkey of the user of
// an access token.
func (o *Operations) StartWebAuthnRegistration(ctx context.Context, in *api.StartWebAuthnRegistrationRequest) (*api.StartWebAuthnRegistrationResponse, error) {
	options, err := o.account.StartPasskey(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	return &api.StartWebAuthnRegistrationResponse{CredentialCreationOptions: options}, nil
}

// CompleteWebAuthnRegistration keeps the passkey that was made for such options.
func (o *Operations) CompleteWebAuthnRegistration(ctx context.Context, in *api.CompleteWebAuthnRegistrationRequest) (*api.CompleteWebAuthnRegistrationResponse, error) {
	if err := o.account.AddPasskey(ctx, in.AccessToken, in.Credential); err != nil {
		return nil, err
	}
	return &api.CompleteWebAuthnRegistrationResponse{}, nil
}

// ListWebAuthnCredentials lists the passkeys of the user of an access token.
func (o *Operations) ListWebAuthnCredentials(ctx context.Context, in *api.ListWebAuthnCredentialsRequest) (*api.ListWebAuthnCredentialsResponse, error) {
	list, next, err := o.account.ListPasskeys(ctx, in.AccessToken, int(value(in.MaxResults)), value(in.NextToken))
	if err != nil {
		return nil, err
	}
	out := &api.ListWebAuthnCredentialsResponse{Credentials: make([]api.WebAuthnCredentialDescription, len(list)), NextToken: ptr[string](next)}
	for i, d := range list {
		out.Credentials[i] = passkeyOnWire(d)
	}
	return out, nil
}

// DeleteWebAuthnCredential removes a passkey of the user of an access token.
func (o *Operations) DeleteWebAuthnCredential(ctx context.Context, in *api.DeleteWebAuthnCredentialRequest) (*api.DeleteWebAuthnCredentialResponse, error) {
	if err := o.account.DeletePasskey(ctx, in.AccessToken, in.CredentialId); err != nil {
		return nil, err
	}
	return &api.DeleteWebAuthnCredentialResponse{}, nil
}

func passkeyOnWire(d passkey.Description) api.WebAuthnCredentialDescription {
	return api.WebAuthnCredentialDescription{
		CredentialId: d.ID, FriendlyCredentialName: d.Name, RelyingPartyId: d.Party,
		AuthenticatorAttachment: ptr[string](d.Attachment),
		AuthenticatorTransports: append([]string{}, d.Transports...), CreatedAt: d.Created,
	}
}
