package operation

import (
	"context"

	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/flow/admin"
	"github.com/cenote-auth/cenote/internal/pool"
)

// SetUICustomization replaces how the pages of version 1 look.
func (o *Operations) SetUICustomization(ctx context.Context, in *api.SetUICustomizationRequest) (*api.SetUICustomizationResponse, error) {
	row, err := o.settings.Pages.Set(ctx, in.UserPoolId, str(in.ClientId), pool.PageLook{CSS: str(in.CSS), Logo: in.ImageFile})
	if err != nil {
		return nil, err
	}
	return &api.SetUICustomizationResponse{UICustomization: pageLook(in.UserPoolId, row)}, nil
}

// GetUICustomization shows how the pages of version 1 look, or nothing where
// that was never set.
func (o *Operations) GetUICustomization(ctx context.Context, in *api.GetUICustomizationRequest) (*api.GetUICustomizationResponse, error) {
	row, found, err := o.settings.Pages.Get(ctx, in.UserPoolId, str(in.ClientId))
	if err != nil || !found {
		return &api.GetUICustomizationResponse{}, err
	}
	return &api.GetUICustomizationResponse{UICustomization: pageLook(in.UserPoolId, row)}, nil
}

func pageLook(poolID string, row admin.PageRow) api.UICustomizationType {
	return api.UICustomizationType{
		UserPoolId: &poolID, ClientId: &row.ID, CSS: ptr[string](row.Value.CSS), ImageUrl: ptr[string](row.Value.LogoURL()),
		CSSVersion: new(row.Modified.UTC().Format("20060102150405")), CreationDate: &row.Created, LastModifiedDate: &row.Modified,
	}
}
