package operation

import (
	"context"

	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/flow/admin"
)

// GetProvisionedLimit shows how many requests a second a category admits.
func (o *Operations) GetProvisionedLimit(
	ctx context.Context, in *api.GetProvisionedLimitRequest,
) (*api.GetProvisionedLimitResponse, error) {
	l, err := o.settings.Limits.Get(ctx, in.LimitDefinition.Attributes)
	if err != nil {
		return nil, err
	}
	return &api.GetProvisionedLimitResponse{Limit: limitOnWire(in.LimitDefinition, l)}, nil
}

// UpdateProvisionedLimit sets how many requests a second a category admits.
func (o *Operations) UpdateProvisionedLimit(
	ctx context.Context, in *api.UpdateProvisionedLimitRequest,
) (*api.UpdateProvisionedLimitResponse, error) {
	l, err := o.settings.Limits.Set(ctx, in.LimitDefinition.Attributes, int64(in.RequestedLimitValue))
	if err != nil {
		return nil, err
	}
	return &api.UpdateProvisionedLimitResponse{Limit: limitOnWire(in.LimitDefinition, l)}, nil
}

func limitOnWire(d api.LimitDefinitionType, l admin.Limit) api.LimitType {
	return api.LimitType{LimitDefinition: d, ProvisionedLimitValue: int32(l.PerSecond), FreeLimitValue: int32(l.Default)}
}
