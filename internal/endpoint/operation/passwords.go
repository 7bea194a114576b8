package operation

import (
	"context"

	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/flow/account"
	"github.com/cenote-auth/cenote/internal/pool"
)

// ForgotPassword sends a code that allows a new password.
func (o *Operations) ForgotPassword(ctx context.Context, in *api.ForgotPasswordRequest) (*api.ForgotPasswordResponse, error) {
	to, err := o.account.From(origin(ctx, in.UserContextData)).Forgot(ctx, in.ClientId, value(in.SecretHash), in.Username, in.ClientMetadata)
	if err != nil {
		return nil, err
	}
	return &api.ForgotPasswordResponse{CodeDeliveryDetails: deliveryDetails(&to)}, nil
}

// ConfirmForgotPassword gives whoever has that code a new password.
func (o *Operations) ConfirmForgotPassword(ctx context.Context, in *api.ConfirmForgotPasswordRequest) (*api.ConfirmForgotPasswordResponse, error) {
	err := o.account.From(origin(ctx, in.UserContextData)).Reset(ctx, account.Reset{
		ClientID: in.ClientId, SecretHash: value(in.SecretHash), Username: in.Username,
		Code: in.ConfirmationCode, Password: in.Password, ClientMetadata: in.ClientMetadata,
	})
	if err != nil {
		return nil, err
	}
	return &api.ConfirmForgotPasswordResponse{}, nil
}

// ChangePassword gives the user of an access token another password.
func (o *Operations) ChangePassword(ctx context.Context, in *api.ChangePasswordRequest) (*api.ChangePasswordResponse, error) {
	if err := o.account.From(origin(ctx, nil)).ChangePassword(ctx, in.AccessToken, in.PreviousPassword, in.ProposedPassword); err != nil {
		return nil, err
	}
	return &api.ChangePasswordResponse{}, nil
}

// SetUserSettings says whether the user of an access token gets text messages
// as second factor.
func (o *Operations) SetUserSettings(ctx context.Context, in *api.SetUserSettingsRequest) (*api.SetUserSettingsResponse, error) {
	if err := o.account.SetMFAOptions(ctx, in.AccessToken, mfaOptions(in.MFAOptions)); err != nil {
		return nil, err
	}
	return &api.SetUserSettingsResponse{}, nil
}

// AdminSetUserSettings is SetUserSettings for a user of a name.
func (o *Operations) AdminSetUserSettings(ctx context.Context, in *api.AdminSetUserSettingsRequest) (*api.AdminSetUserSettingsResponse, error) {
	if err := o.users.SetMFAOptions(ctx, in.UserPoolId, in.Username, mfaOptions(in.MFAOptions)); err != nil {
		return nil, err
	}
	return &api.AdminSetUserSettingsResponse{}, nil
}

func mfaOptions(list []api.MFAOptionType) []pool.MFAOption {
	options := make([]pool.MFAOption, len(list))
	for i, o := range list {
		options[i] = pool.MFAOption{Medium: string(value(o.DeliveryMedium)), Attribute: value(o.AttributeName)}
	}
	return options
}

// mfaOptionsOnWire are the second factors of a user as answers carry them; nil
// for none.
func mfaOptionsOnWire(options []pool.MFAOption) (list []api.MFAOptionType) {
	for _, o := range options {
		list = append(list, api.MFAOptionType{DeliveryMedium: new(api.DeliveryMediumType(o.Medium)), AttributeName: new(o.Attribute)})
	}
	return list
}
