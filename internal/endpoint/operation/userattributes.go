package operation

import (
	"context"

	"github.com/cenote-auth/cenote/internal/api"
)

// UpdateUserAttributes changes attributes of the user of an access token.
func (o *Operations) UpdateUserAttributes(ctx context.Context, in *api.UpdateUserAttributesRequest) (*api.UpdateUserAttributesResponse, error) {
	attributes, err := attributeMap(in.UserAttributes)
	if err != nil {
		return nil, err
	}
	sent, err := o.account.UpdateAttributes(ctx, in.AccessToken, attributes, in.ClientMetadata)
	if err != nil {
		return nil, err
	}
	list := make([]api.CodeDeliveryDetailsType, len(sent)) // there even without a code
	for i := range sent {
		list[i] = *deliveryDetails(&sent[i])
	}
	return &api.UpdateUserAttributesResponse{CodeDeliveryDetailsList: list}, nil
}

// DeleteUserAttributes takes attributes away from the user of an access token.
func (o *Operations) DeleteUserAttributes(ctx context.Context, in *api.DeleteUserAttributesRequest) (*api.DeleteUserAttributesResponse, error) {
	if err := o.account.DeleteAttributes(ctx, in.AccessToken, in.UserAttributeNames); err != nil {
		return nil, err
	}
	return &api.DeleteUserAttributesResponse{}, nil
}

// GetUserAttributeVerificationCode sends a code that proves an address.
func (o *Operations) GetUserAttributeVerificationCode(ctx context.Context, in *api.GetUserAttributeVerificationCodeRequest) (*api.GetUserAttributeVerificationCodeResponse, error) {
	to, err := o.account.SendCode(ctx, in.AccessToken, in.AttributeName, in.ClientMetadata)
	if err != nil {
		return nil, err
	}
	return &api.GetUserAttributeVerificationCodeResponse{CodeDeliveryDetails: deliveryDetails(&to)}, nil
}

// VerifyUserAttribute proves an address with the code that went there.
func (o *Operations) VerifyUserAttribute(ctx context.Context, in *api.VerifyUserAttributeRequest) (*api.VerifyUserAttributeResponse, error) {
	if err := o.account.VerifyAttribute(ctx, in.AccessToken, in.AttributeName, in.Code); err != nil {
		return nil, err
	}
	return &api.VerifyUserAttributeResponse{}, nil
}

// DeleteUser removes the user of an access token.
func (o *Operations) DeleteUser(ctx context.Context, in *api.DeleteUserRequest) error {
	return o.account.Delete(ctx, in.AccessToken)
}
