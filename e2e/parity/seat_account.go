package parity

import (
	"context"
	"fmt"

	"github.com/cenote-auth/cenote/auth"
	"github.com/cenote-auth/cenote/auth/userpool"
)

// doAccount calls the functions for passwords and attributes.
func (a *authSeat) doAccount(ctx context.Context, name string, in request) (any, error) {
	switch name {
	case "resetPassword":
		next, err := a.ResetPassword(ctx, auth.ResetPasswordInput{Username: in.Username, ClientMetadata: in.Options.ClientMetadata})
		if err != nil {
			return nil, err
		}
		return M{"isPasswordReset": next.Step == auth.ResetPasswordDone, "nextStep": M{
			"resetPasswordStep": next.Step, "codeDeliveryDetails": delivery(next.Delivery),
		}}, nil
	case "confirmResetPassword":
		return nil, a.ConfirmResetPassword(ctx, auth.ConfirmResetPasswordInput{
			Username: in.Username, Code: in.ConfirmationCode, NewPassword: in.NewPassword, ClientMetadata: in.Options.ClientMetadata,
		})
	case "updatePassword":
		return nil, a.UpdatePassword(ctx, auth.UpdatePasswordInput{OldPassword: in.OldPassword, NewPassword: in.NewPassword})
	case "fetchUserAttributes":
		return a.UserAttributes(ctx)
	case "updateUserAttributes":
		all, err := a.UpdateUserAttributes(ctx, auth.UpdateUserAttributesInput{UserAttributes: in.UserAttributes, ClientMetadata: in.Options.ClientMetadata})
		told := M{}
		for name, next := range all {
			told[name] = describedUpdate(&next)
		}
		return told, err
	case "updateUserAttribute":
		next, err := a.UpdateUserAttribute(ctx, auth.UpdateUserAttributeInput{
			Name: in.UserAttribute.AttributeKey, Value: in.UserAttribute.Value, ClientMetadata: in.Options.ClientMetadata,
		})
		return describedUpdate(next), err
	case "sendUserAttributeVerificationCode":
		sent, err := a.SendUserAttributeVerificationCode(ctx, auth.SendUserAttributeVerificationCodeInput{
			Name: in.UserAttributeKey, ClientMetadata: in.Options.ClientMetadata,
		})
		return delivery(sent), err
	case "confirmUserAttribute":
		return nil, a.ConfirmUserAttribute(ctx, auth.ConfirmUserAttributeInput{Name: in.UserAttributeKey, Code: in.ConfirmationCode})
	case "deleteUserAttributes":
		return nil, a.DeleteUserAttributes(ctx, in.UserAttributeKeys...)
	case "deleteUser":
		return nil, a.DeleteUser(ctx)
	}
	return nil, fmt.Errorf("package auth has no %s", name)
}

func describedUpdate(next *auth.NextUpdateAttributeStep) any {
	if next == nil {
		return nil
	}
	step := M{"updateAttributeStep": next.Step}
	if next.Delivery != nil {
		step["codeDeliveryDetails"] = delivery(next.Delivery)
	}
	return M{"isUpdated": next.Updated(), "nextStep": step}
}

// doAccount calls the methods for passwords and attributes.
func (p *poolSeat) doAccount(ctx context.Context, name string, in order) (any, error) {
	switch name {
	case "forgotPassword":
		sent, err := p.user.ForgotPassword(ctx, in.ClientMetadata)
		return delivered(sent), err
	case "confirmPassword":
		return "SUCCESS", p.user.ConfirmPassword(ctx, in.Code, in.Password, in.ClientMetadata)
	case "changePassword":
		return "SUCCESS", p.user.ChangePassword(ctx, in.Old, in.Password)
	case "updateAttributes":
		sent, err := p.user.UpdateAttributes(ctx, in.Attributes, in.ClientMetadata)
		return M{"is": "SUCCESS", "sent": deliveries(sent)}, err
	case "deleteAttributes":
		return "SUCCESS", p.user.DeleteAttributes(ctx, in.Names...)
	case "getAttributeVerificationCode":
		sent, err := p.user.AttributeVerificationCode(ctx, in.Name, in.ClientMetadata)
		return delivered(sent), err
	case "verifyAttribute":
		return "SUCCESS", p.user.VerifyAttribute(ctx, in.Name, in.Code)
	case "deleteUser":
		return "SUCCESS", p.user.Delete(ctx)
	}
	return nil, fmt.Errorf("package userpool has no %s", name)
}

func deliveries(sent []userpool.CodeDelivery) []any {
	list := []any{}
	for _, d := range sent {
		list = append(list, delivered(&d))
	}
	return list
}
