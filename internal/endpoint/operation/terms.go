package operation

import (
	"context"

	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/flow/admin"
	"github.com/cenote-auth/cenote/internal/pool"
)

// CreateTerms gives an app client terms to agree to.
func (o *Operations) CreateTerms(ctx context.Context, in *api.CreateTermsRequest) (*api.CreateTermsResponse, error) {
	row, err := o.settings.Terms.Create(ctx, in.UserPoolId, in.ClientId, pool.Terms{
		Name: in.TermsName, Source: string(in.TermsSource), Enforcement: string(in.Enforcement), Links: in.Links,
	})
	if err != nil {
		return nil, err
	}
	return &api.CreateTermsResponse{Terms: termsOnWire(in.UserPoolId, row)}, nil
}

// DescribeTerms shows terms.
func (o *Operations) DescribeTerms(ctx context.Context, in *api.DescribeTermsRequest) (*api.DescribeTermsResponse, error) {
	row, err := o.settings.Terms.Get(ctx, in.UserPoolId, in.TermsId)
	if err != nil {
		return nil, err
	}
	return &api.DescribeTermsResponse{Terms: termsOnWire(in.UserPoolId, row)}, nil
}

// DescribeTermsByClient shows the terms of a name that an app client has.
func (o *Operations) DescribeTermsByClient(ctx context.Context, in *api.DescribeTermsByClientRequest) (*api.DescribeTermsByClientResponse, error) {
	row, err := o.settings.Terms.OfClient(ctx, in.UserPoolId, in.ClientId, in.TermsName)
	if err != nil {
		return nil, err
	}
	return &api.DescribeTermsByClientResponse{Terms: termsOnWire(in.UserPoolId, row)}, nil
}

// UpdateTerms changes those members of terms that are sent.
func (o *Operations) UpdateTerms(ctx context.Context, in *api.UpdateTermsRequest) (*api.UpdateTermsResponse, error) {
	row, err := o.settings.Terms.Update(ctx, in.UserPoolId, in.TermsId, pool.Terms{
		Name: str(in.TermsName), Source: str(in.TermsSource), Enforcement: str(in.Enforcement), Links: in.Links,
	})
	if err != nil {
		return nil, err
	}
	return &api.UpdateTermsResponse{Terms: termsOnWire(in.UserPoolId, row)}, nil
}

// DeleteTerms deletes terms.
func (o *Operations) DeleteTerms(ctx context.Context, in *api.DeleteTermsRequest) error {
	return o.settings.Terms.Delete(ctx, in.UserPoolId, in.TermsId)
}

// ListTerms shows a page of a user pool's terms.
func (o *Operations) ListTerms(ctx context.Context, in *api.ListTermsRequest) (*api.ListTermsResponse, error) {
	rows, next, err := o.settings.Terms.List(ctx, in.UserPoolId, str(in.NextToken), int(value(in.MaxResults)))
	if err != nil {
		return nil, err
	}
	out := &api.ListTermsResponse{Terms: make([]api.TermsDescriptionType, len(rows)), NextToken: ptr[string](next)}
	for i, row := range rows {
		out.Terms[i] = api.TermsDescriptionType{
			TermsId: row.ID, TermsName: row.Value.Name, Enforcement: api.TermsEnforcementType(row.Value.Enforcement),
			CreationDate: row.Created, LastModifiedDate: row.Modified,
		}
	}
	return out, nil
}

func termsOnWire(poolID string, row admin.TermsRow) *api.TermsType {
	return &api.TermsType{
		TermsId: row.ID, UserPoolId: poolID, ClientId: row.ClientID, TermsName: row.Value.Name,
		TermsSource: api.TermsSourceType(row.Value.Source), Enforcement: api.TermsEnforcementType(row.Value.Enforcement),
		Links: row.Value.Links, CreationDate: row.Created, LastModifiedDate: row.Modified,
	}
}
