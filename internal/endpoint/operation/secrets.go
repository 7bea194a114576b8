package operation

import (
	"context"

	"github.com/cenote-auth/cenote/internal/api"
)

// AddUserPoolClientSecret gives an app client a second secret. One that was
// made here is shown now and never again.
func (o *Operations) AddUserPoolClientSecret(ctx context.Context, in *api.AddUserPoolClientSecretRequest) (*api.AddUserPoolClientSecretResponse, error) {
	row, secret, err := o.clients.AddSecret(ctx, in.UserPoolId, in.ClientId, str(in.ClientSecret))
	if err != nil {
		return nil, err
	}
	out := &api.ClientSecretDescriptorType{ClientSecretId: new(row.ID(in.ClientId)), ClientSecretCreateDate: &row.Created}
	if in.ClientSecret == nil {
		out.ClientSecretValue = &secret
	}
	return &api.AddUserPoolClientSecretResponse{ClientSecretDescriptor: out}, nil
}

// ListUserPoolClientSecrets shows which secrets an app client has, not what
// they are.
func (o *Operations) ListUserPoolClientSecrets(ctx context.Context, in *api.ListUserPoolClientSecretsRequest) (*api.ListUserPoolClientSecretsResponse, error) {
	list, err := o.clients.ListSecrets(ctx, in.UserPoolId, in.ClientId, str(in.NextToken))
	if err != nil {
		return nil, err
	}
	out := &api.ListUserPoolClientSecretsResponse{ClientSecrets: make([]api.ClientSecretDescriptorType, len(list))}
	for i, row := range list {
		out.ClientSecrets[i] = api.ClientSecretDescriptorType{ClientSecretId: new(row.ID(in.ClientId)), ClientSecretCreateDate: &row.Created}
	}
	return out, nil
}

// DeleteUserPoolClientSecret takes a secret from an app client.
func (o *Operations) DeleteUserPoolClientSecret(ctx context.Context, in *api.DeleteUserPoolClientSecretRequest) (*api.DeleteUserPoolClientSecretResponse, error) {
	if err := o.clients.DeleteSecret(ctx, in.UserPoolId, in.ClientId, in.ClientSecretId); err != nil {
		return nil, err
	}
	return &api.DeleteUserPoolClientSecretResponse{}, nil
}
