package operation

import (
	"context"

	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/endpoint/awsjson"
)

// CreateUserPool makes a user pool in the region that the request is signed for.
func (o *Operations) CreateUserPool(ctx context.Context, in *api.CreateUserPoolRequest) (*api.CreateUserPoolResponse, error) {
	n := newPool(in)
	n.Region = awsjson.CallerFrom(ctx).Region
	p, err := o.pools.Create(ctx, n)
	if err != nil {
		return nil, err
	}
	return &api.CreateUserPoolResponse{UserPool: userPool(p, o.pools.ARN(p), 0)}, nil
}

// DescribeUserPool shows a user pool.
func (o *Operations) DescribeUserPool(ctx context.Context, in *api.DescribeUserPoolRequest) (*api.DescribeUserPoolResponse, error) {
	p, facts, err := o.pools.Describe(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	out := userPool(p, o.pools.ARN(p), facts.Users)
	showDomains(out, facts.Domains)
	return &api.DescribeUserPoolResponse{UserPool: out}, nil
}

// ListUserPools shows a page of the user pools.
func (o *Operations) ListUserPools(ctx context.Context, in *api.ListUserPoolsRequest) (*api.ListUserPoolsResponse, error) {
	pools, next, err := o.pools.List(ctx, str(in.NextToken), int(in.MaxResults))
	if err != nil {
		return nil, err
	}
	out := &api.ListUserPoolsResponse{UserPools: []api.UserPoolDescriptionType{}, NextToken: ptr[string](next)}
	for _, p := range pools {
		out.UserPools = append(out.UserPools, api.UserPoolDescriptionType{
			Id: &p.ID, Name: &p.Name, LambdaConfig: lambdaConfig(p.Triggers), CreationDate: &p.Created, LastModifiedDate: &p.Modified,
		})
	}
	return out, nil
}

// UpdateUserPool replaces the settings of a user pool.
func (o *Operations) UpdateUserPool(ctx context.Context, in *api.UpdateUserPoolRequest) (*api.UpdateUserPoolResponse, error) {
	if err := o.pools.Update(ctx, poolUpdate(in)); err != nil {
		return nil, err
	}
	return &api.UpdateUserPoolResponse{}, nil
}

// AddCustomAttributes adds attributes to the schema of a user pool.
func (o *Operations) AddCustomAttributes(ctx context.Context, in *api.AddCustomAttributesRequest) (*api.AddCustomAttributesResponse, error) {
	if err := o.pools.AddAttributes(ctx, in.UserPoolId, attributeWishes(in.CustomAttributes)); err != nil {
		return nil, err
	}
	return &api.AddCustomAttributesResponse{}, nil
}

// DeleteUserPool deletes a user pool with all that it owns.
func (o *Operations) DeleteUserPool(ctx context.Context, in *api.DeleteUserPoolRequest) error {
	return o.pools.Delete(ctx, in.UserPoolId)
}
