package operation

import (
	"context"

	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/flow/admin"
	"github.com/cenote-auth/cenote/internal/pool"
)

// CreateManagedLoginBranding gives an app client pages of version 2 that look
// like its own.
func (o *Operations) CreateManagedLoginBranding(
	ctx context.Context, in *api.CreateManagedLoginBrandingRequest,
) (*api.CreateManagedLoginBrandingResponse, error) {
	b := pool.Branding{Defaults: value(in.UseCognitoProvidedValues), Settings: in.Settings, Assets: assets(in.Assets)}
	row, err := o.settings.Brandings.Create(ctx, in.UserPoolId, in.ClientId, b)
	if err != nil {
		return nil, err
	}
	return &api.CreateManagedLoginBrandingResponse{ManagedLoginBranding: brandingOnWire(in.UserPoolId, row)}, nil
}

// DescribeManagedLoginBranding shows how pages of version 2 look.
func (o *Operations) DescribeManagedLoginBranding(
	ctx context.Context, in *api.DescribeManagedLoginBrandingRequest,
) (*api.DescribeManagedLoginBrandingResponse, error) {
	row, err := o.settings.Brandings.Get(ctx, in.UserPoolId, in.ManagedLoginBrandingId)
	if err != nil {
		return nil, err
	}
	return &api.DescribeManagedLoginBrandingResponse{ManagedLoginBranding: brandingOnWire(in.UserPoolId, row)}, nil
}

// DescribeManagedLoginBrandingByClient shows how the pages of version 2 of an
// app client look.
func (o *Operations) DescribeManagedLoginBrandingByClient(
	ctx context.Context, in *api.DescribeManagedLoginBrandingByClientRequest,
) (*api.DescribeManagedLoginBrandingByClientResponse, error) {
	row, err := o.settings.Brandings.OfClient(ctx, in.UserPoolId, in.ClientId)
	if err != nil {
		return nil, err
	}
	return &api.DescribeManagedLoginBrandingByClientResponse{ManagedLoginBranding: brandingOnWire(in.UserPoolId, row)}, nil
}

// UpdateManagedLoginBranding changes how pages of version 2 look. The model
// does not require the names of what is changed, and nothing goes without them.
func (o *Operations) UpdateManagedLoginBranding(
	ctx context.Context, in *api.UpdateManagedLoginBrandingRequest,
) (*api.UpdateManagedLoginBrandingResponse, error) {
	if in.UserPoolId == nil || in.ManagedLoginBrandingId == nil {
		return nil, pool.E(pool.InvalidParameter, "UserPoolId and ManagedLoginBrandingId are required.")
	}
	b := pool.Branding{Defaults: value(in.UseCognitoProvidedValues), Settings: in.Settings, Assets: assets(in.Assets)}
	row, err := o.settings.Brandings.Update(ctx, *in.UserPoolId, *in.ManagedLoginBrandingId, b)
	if err != nil {
		return nil, err
	}
	return &api.UpdateManagedLoginBrandingResponse{ManagedLoginBranding: brandingOnWire(*in.UserPoolId, row)}, nil
}

// DeleteManagedLoginBranding takes the look of pages of version 2 away.
func (o *Operations) DeleteManagedLoginBranding(ctx context.Context, in *api.DeleteManagedLoginBrandingRequest) error {
	return o.settings.Brandings.Delete(ctx, in.UserPoolId, in.ManagedLoginBrandingId)
}

func assets(list []api.AssetType) []pool.Asset {
	if list == nil {
		return nil
	}
	out := make([]pool.Asset, len(list))
	for i, a := range list {
		out[i] = pool.Asset{
			Category: string(a.Category), ColorMode: string(a.ColorMode), Extension: string(a.Extension),
			Bytes: a.Bytes, ResourceID: str(a.ResourceId),
		}
	}
	return out
}

func brandingOnWire(poolID string, row admin.BrandingRow) *api.ManagedLoginBrandingType {
	out := &api.ManagedLoginBrandingType{
		ManagedLoginBrandingId: &row.ID, UserPoolId: &poolID, UseCognitoProvidedValues: &row.Value.Defaults,
		Settings: row.Value.Settings, CreationDate: &row.Created, LastModifiedDate: &row.Modified,
	}
	for _, a := range row.Value.Assets {
		out.Assets = append(out.Assets, api.AssetType{
			Category: api.AssetCategoryType(a.Category), ColorMode: api.ColorSchemeModeType(a.ColorMode),
			Extension: api.AssetExtensionType(a.Extension), Bytes: a.Bytes, ResourceId: ptr[string](a.ResourceID),
		})
	}
	return out
}
