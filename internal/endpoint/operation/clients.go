package operation

import (
	"context"

	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/flow/admin"
)

// CreateUserPoolClient makes an app client of a user pool.
func (o *Operations) CreateUserPoolClient(ctx context.Context, in *api.CreateUserPoolClientRequest) (*api.CreateUserPoolClientResponse, error) {
	c, secret, err := o.clients.Create(ctx, newClient(in))
	if err != nil {
		return nil, err
	}
	return &api.CreateUserPoolClientResponse{UserPoolClient: userPoolClient(c, in.UserPoolId, secret)}, nil
}

// DescribeUserPoolClient shows an app client with its secret.
func (o *Operations) DescribeUserPoolClient(ctx context.Context, in *api.DescribeUserPoolClientRequest) (*api.DescribeUserPoolClientResponse, error) {
	c, secret, err := o.clients.Describe(ctx, in.UserPoolId, in.ClientId)
	if err != nil {
		return nil, err
	}
	return &api.DescribeUserPoolClientResponse{UserPoolClient: userPoolClient(c, in.UserPoolId, secret)}, nil
}

// ListUserPoolClients shows a page of a user pool's app clients.
func (o *Operations) ListUserPoolClients(ctx context.Context, in *api.ListUserPoolClientsRequest) (*api.ListUserPoolClientsResponse, error) {
	clients, next, err := o.clients.List(ctx, admin.ClientList{
		PoolID: in.UserPoolId, Type: str(in.ClientType), Token: str(in.NextToken), Limit: int(value(in.MaxResults)),
	})
	if err != nil {
		return nil, err
	}
	out := &api.ListUserPoolClientsResponse{UserPoolClients: []api.UserPoolClientDescription{}, NextToken: ptr[string](next)}
	for _, c := range clients {
		out.UserPoolClients = append(out.UserPoolClients, api.UserPoolClientDescription{
			ClientId: &c.ID, UserPoolId: &in.UserPoolId, ClientName: &c.Name,
		})
	}
	return out, nil
}

// UpdateUserPoolClient replaces the settings of an app client; its secret stays.
func (o *Operations) UpdateUserPoolClient(ctx context.Context, in *api.UpdateUserPoolClientRequest) (*api.UpdateUserPoolClientResponse, error) {
	c, secret, err := o.clients.Update(ctx, clientUpdate(in))
	if err != nil {
		return nil, err
	}
	return &api.UpdateUserPoolClientResponse{UserPoolClient: userPoolClient(c, in.UserPoolId, secret)}, nil
}

// DeleteUserPoolClient deletes an app client.
func (o *Operations) DeleteUserPoolClient(ctx context.Context, in *api.DeleteUserPoolClientRequest) error {
	return o.clients.Delete(ctx, in.UserPoolId, in.ClientId)
}
