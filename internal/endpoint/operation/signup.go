package operation

import (
	"context"

	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/flow/signup"
)

// SignUp registers a user and sends the first code.
func (o *Operations) SignUp(ctx context.Context, in *api.SignUpRequest) (*api.SignUpResponse, error) {
	attributes, err := attributeMap(in.UserAttributes)
	if err != nil {
		return nil, err
	}
	res, err := o.signup.From(origin(ctx, in.UserContextData)).SignUp(ctx, signup.Request{
		ClientID: in.ClientId, SecretHash: value(in.SecretHash), Username: in.Username,
		Password: value(in.Password), Attributes: attributes,
		ValidationData: validationData(in.ValidationData), ClientMetadata: in.ClientMetadata,
	})
	if err != nil {
		return nil, err
	}
	return &api.SignUpResponse{
		UserConfirmed: res.Confirmed, UserSub: res.Sub, CodeDeliveryDetails: deliveryDetails(res.Delivery),
		Session: sessionOnWire(res.Session),
	}, nil
}

// ConfirmSignUp proves the code of a sign-up.
func (o *Operations) ConfirmSignUp(ctx context.Context, in *api.ConfirmSignUpRequest) (*api.ConfirmSignUpResponse, error) {
	session, err := o.signup.Confirm(ctx, signup.Confirmation{
		ClientID: in.ClientId, SecretHash: value(in.SecretHash), Username: in.Username,
		Code: in.ConfirmationCode, Force: value(in.ForceAliasCreation), ClientMetadata: in.ClientMetadata,
	})
	if err != nil {
		return nil, err
	}
	return &api.ConfirmSignUpResponse{Session: sessionOnWire(session)}, nil
}

// ResendConfirmationCode sends another code for a sign-up.
func (o *Operations) ResendConfirmationCode(ctx context.Context, in *api.ResendConfirmationCodeRequest) (*api.ResendConfirmationCodeResponse, error) {
	to, err := o.signup.From(origin(ctx, in.UserContextData)).Resend(ctx, in.ClientId, value(in.SecretHash), in.Username, in.ClientMetadata)
	if err != nil {
		return nil, err
	}
	return &api.ResendConfirmationCodeResponse{CodeDeliveryDetails: deliveryDetails(&to)}, nil
}
