package operation

import (
	"context"

	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/pool"
)

// CreateResourceServer makes a resource server of a user pool.
func (o *Operations) CreateResourceServer(ctx context.Context, in *api.CreateResourceServerRequest) (*api.CreateResourceServerResponse, error) {
	r := resourceServer(in.Name, in.Scopes)
	if err := o.settings.ResourceServers.Create(ctx, in.UserPoolId, in.Identifier, r); err != nil {
		return nil, err
	}
	return &api.CreateResourceServerResponse{ResourceServer: resourceServerOnWire(in.UserPoolId, in.Identifier, r)}, nil
}

// DescribeResourceServer shows a resource server.
func (o *Operations) DescribeResourceServer(ctx context.Context, in *api.DescribeResourceServerRequest) (*api.DescribeResourceServerResponse, error) {
	r, err := o.settings.ResourceServers.Get(ctx, in.UserPoolId, in.Identifier)
	if err != nil {
		return nil, err
	}
	return &api.DescribeResourceServerResponse{ResourceServer: resourceServerOnWire(in.UserPoolId, in.Identifier, r)}, nil
}

// UpdateResourceServer replaces a resource server.
func (o *Operations) UpdateResourceServer(ctx context.Context, in *api.UpdateResourceServerRequest) (*api.UpdateResourceServerResponse, error) {
	r := resourceServer(in.Name, in.Scopes)
	if err := o.settings.ResourceServers.Update(ctx, in.UserPoolId, in.Identifier, r); err != nil {
		return nil, err
	}
	return &api.UpdateResourceServerResponse{ResourceServer: resourceServerOnWire(in.UserPoolId, in.Identifier, r)}, nil
}

// DeleteResourceServer deletes a resource server.
func (o *Operations) DeleteResourceServer(ctx context.Context, in *api.DeleteResourceServerRequest) error {
	return o.settings.ResourceServers.Delete(ctx, in.UserPoolId, in.Identifier)
}

// ListResourceServers shows a page of a user pool's resource servers.
func (o *Operations) ListResourceServers(ctx context.Context, in *api.ListResourceServersRequest) (*api.ListResourceServersResponse, error) {
	rows, next, err := o.settings.ResourceServers.List(ctx, in.UserPoolId, str(in.NextToken), int(value(in.MaxResults)))
	if err != nil {
		return nil, err
	}
	out := &api.ListResourceServersResponse{ResourceServers: make([]api.ResourceServerType, len(rows)), NextToken: ptr[string](next)}
	for i, row := range rows {
		out.ResourceServers[i] = resourceServerOnWire(in.UserPoolId, row.ID, row.Value)
	}
	return out, nil
}

func resourceServer(name string, scopes []api.ResourceServerScopeType) pool.ResourceServer {
	r := pool.ResourceServer{Name: name}
	for _, s := range scopes {
		r.Scopes = append(r.Scopes, pool.Scope{Name: s.ScopeName, Description: s.ScopeDescription})
	}
	return r
}

func resourceServerOnWire(poolID, identifier string, r pool.ResourceServer) api.ResourceServerType {
	out := api.ResourceServerType{UserPoolId: &poolID, Identifier: &identifier, Name: &r.Name}
	for _, s := range r.Scopes {
		out.Scopes = append(out.Scopes, api.ResourceServerScopeType{ScopeName: s.Name, ScopeDescription: s.Description})
	}
	return out
}
