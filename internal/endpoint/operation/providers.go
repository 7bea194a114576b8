package operation

import (
	"context"

	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/flow/admin"
	"github.com/cenote-auth/cenote/internal/pool"
)

// CreateIdentityProvider makes an identity provider of a user pool.
func (o *Operations) CreateIdentityProvider(ctx context.Context, in *api.CreateIdentityProviderRequest) (*api.CreateIdentityProviderResponse, error) {
	row, err := o.settings.Providers.Create(ctx, admin.NewProvider{
		PoolID: in.UserPoolId, Name: in.ProviderName, AcrMapping: in.AcrMapping != nil,
		IdentityProvider: pool.IdentityProvider{
			Type: string(in.ProviderType), Details: in.ProviderDetails, Mapping: in.AttributeMapping, Identifiers: in.IdpIdentifiers,
		},
	})
	if err != nil {
		return nil, err
	}
	return &api.CreateIdentityProviderResponse{IdentityProvider: providerOnWire(in.UserPoolId, row)}, nil
}

// DescribeIdentityProvider shows an identity provider with its secrets.
func (o *Operations) DescribeIdentityProvider(ctx context.Context, in *api.DescribeIdentityProviderRequest) (*api.DescribeIdentityProviderResponse, error) {
	row, err := o.settings.Providers.Get(ctx, in.UserPoolId, in.ProviderName)
	if err != nil {
		return nil, err
	}
	return &api.DescribeIdentityProviderResponse{IdentityProvider: providerOnWire(in.UserPoolId, row)}, nil
}

// GetIdentityProviderByIdentifier shows the identity provider that an
// identifier asks for.
func (o *Operations) GetIdentityProviderByIdentifier(
	ctx context.Context, in *api.GetIdentityProviderByIdentifierRequest,
) (*api.GetIdentityProviderByIdentifierResponse, error) {
	row, err := o.settings.Providers.ByIdentifier(ctx, in.UserPoolId, in.IdpIdentifier)
	if err != nil {
		return nil, err
	}
	return &api.GetIdentityProviderByIdentifierResponse{IdentityProvider: providerOnWire(in.UserPoolId, row)}, nil
}

// UpdateIdentityProvider changes those members of an identity provider that
// are sent.
func (o *Operations) UpdateIdentityProvider(ctx context.Context, in *api.UpdateIdentityProviderRequest) (*api.UpdateIdentityProviderResponse, error) {
	row, err := o.settings.Providers.Update(ctx, admin.ProviderUpdate{
		PoolID: in.UserPoolId, Name: in.ProviderName, Details: in.ProviderDetails, Mapping: in.AttributeMapping,
		Identifiers: in.IdpIdentifiers, AcrMapping: in.AcrMapping != nil,
	})
	if err != nil {
		return nil, err
	}
	return &api.UpdateIdentityProviderResponse{IdentityProvider: providerOnWire(in.UserPoolId, row)}, nil
}

// DeleteIdentityProvider deletes an identity provider.
func (o *Operations) DeleteIdentityProvider(ctx context.Context, in *api.DeleteIdentityProviderRequest) error {
	return o.settings.Providers.Delete(ctx, in.UserPoolId, in.ProviderName)
}

// ListIdentityProviders shows a page of a user pool's identity providers.
func (o *Operations) ListIdentityProviders(ctx context.Context, in *api.ListIdentityProvidersRequest) (*api.ListIdentityProvidersResponse, error) {
	rows, next, err := o.settings.Providers.List(ctx, in.UserPoolId, str(in.NextToken), int(value(in.MaxResults)))
	if err != nil {
		return nil, err
	}
	out := &api.ListIdentityProvidersResponse{Providers: make([]api.ProviderDescription, len(rows)), NextToken: ptr[string](next)}
	for i, row := range rows {
		out.Providers[i] = api.ProviderDescription{
			ProviderName: &row.ID, ProviderType: new(api.IdentityProviderTypeType(row.Value.Type)),
			CreationDate: &row.Created, LastModifiedDate: &row.Modified,
		}
	}
	return out, nil
}

// AdminLinkProviderForUser makes an identity of an external provider stand for
// a user.
func (o *Operations) AdminLinkProviderForUser(ctx context.Context, in *api.AdminLinkProviderForUserRequest) (*api.AdminLinkProviderForUserResponse, error) {
	if err := o.settings.Providers.Link(ctx, in.UserPoolId, identity(in.DestinationUser), identity(in.SourceUser)); err != nil {
		return nil, err
	}
	return &api.AdminLinkProviderForUserResponse{}, nil
}

// AdminDisableProviderForUser ends what an identity is good for.
func (o *Operations) AdminDisableProviderForUser(
	ctx context.Context, in *api.AdminDisableProviderForUserRequest,
) (*api.AdminDisableProviderForUserResponse, error) {
	if err := o.settings.Providers.Disable(ctx, in.UserPoolId, identity(in.User)); err != nil {
		return nil, err
	}
	return &api.AdminDisableProviderForUserResponse{}, nil
}

func identity(in api.ProviderUserIdentifierType) admin.Identity {
	return admin.Identity{Provider: str(in.ProviderName), Attribute: str(in.ProviderAttributeName), Value: str(in.ProviderAttributeValue)}
}

func providerOnWire(poolID string, row admin.ProviderRow) api.IdentityProviderType {
	return api.IdentityProviderType{
		UserPoolId: &poolID, ProviderName: &row.ID, ProviderType: new(api.IdentityProviderTypeType(row.Value.Type)),
		ProviderDetails: row.Value.Shown(), AttributeMapping: row.Value.Mapping, IdpIdentifiers: row.Value.Identifiers,
		CreationDate: &row.Created, LastModifiedDate: &row.Modified,
	}
}
