package userpool

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// UpdateAttributesInput are attributes to be set.
type UpdateAttributesInput struct {
	Attributes     map[string]string // values by name; an empty one takes the attribute away
	ClientMetadata map[string]string // for the pool's triggers
}

// UpdateUserAttributes sets attributes of the user an access token is for, all
// or none (UpdateUserAttributes). It returns where codes went, one for each
// address or phone number that is to be proved by VerifyUserAttribute. Whether
// such a value counts at once, unverified, or only once it is proved, is up to
// the pool (AttributesRequireVerificationBeforeUpdate). Among the errors are
// ErrInvalidParameter, ErrNotAuthorized for an attribute that the app client may
// not write, ErrAliasExists, ErrCodeDelivery and ErrLambdaValidation.
func (p *Pool) UpdateUserAttributes(ctx context.Context, access Token, in UpdateAttributesInput) ([]CodeDelivery, error) {
	out, err := p.api.UpdateUserAttributes(ctx, &cip.UpdateUserAttributesInput{
		AccessToken:    aws.String(access.Raw()),
		UserAttributes: append([]types.AttributeType{}, attributes(in.Attributes)...),
		ClientMetadata: in.ClientMetadata,
	})
	if err != nil {
		return nil, serviceError(err)
	}
	var sent []CodeDelivery
	for _, d := range out.CodeDeliveryDetailsList {
		sent = append(sent, *delivery(&d))
	}
	return sent, nil
}

// DeleteUserAttributes takes attributes of the user an access token is for away,
// all or none (DeleteUserAttributes). Among the errors are ErrInvalidParameter,
// for an attribute that is required too, and ErrNotAuthorized for one that the
// app client may not write.
func (p *Pool) DeleteUserAttributes(ctx context.Context, access Token, names ...string) error {
	_, err := p.api.DeleteUserAttributes(ctx, &cip.DeleteUserAttributesInput{
		AccessToken:        aws.String(access.Raw()),
		UserAttributeNames: append([]string{}, names...),
	})
	return serviceError(err)
}

// AttributeVerificationInput names what is to be proved.
type AttributeVerificationInput struct {
	Name           string // email or phone_number
	ClientMetadata map[string]string
}

// GetUserAttributeVerificationCode has a code sent to the address or phone
// number of the user an access token is for, and says where it went, nil if the
// service does not say (GetUserAttributeVerificationCode). Among the errors are
// ErrLimitExceeded, which is not tried again, ErrInvalidParameter for an
// attribute that the user has not, and ErrCodeDelivery.
func (p *Pool) GetUserAttributeVerificationCode(ctx context.Context, access Token, in AttributeVerificationInput) (*CodeDelivery, error) {
	out, err := p.api.GetUserAttributeVerificationCode(ctx, &cip.GetUserAttributeVerificationCodeInput{
		AccessToken:    aws.String(access.Raw()),
		AttributeName:  aws.String(in.Name),
		ClientMetadata: in.ClientMetadata,
	}, spareQuota)
	if err != nil {
		return nil, serviceError(err)
	}
	return delivery(out.CodeDeliveryDetails), nil
}

// VerifyUserAttribute proves by the code sent there that an address or phone
// number belongs to the user an access token is for (VerifyUserAttribute). Among
// the errors are ErrCodeMismatch, ErrCodeExpired, ErrLimitExceeded and, for an
// address that has become another user's alias, ErrAliasExists.
func (p *Pool) VerifyUserAttribute(ctx context.Context, access Token, name, code string) error {
	_, err := p.api.VerifyUserAttribute(ctx, &cip.VerifyUserAttributeInput{
		AccessToken:   aws.String(access.Raw()),
		AttributeName: aws.String(name),
		Code:          aws.String(code),
	}, spareQuota)
	return serviceError(err)
}

// DeleteUser deletes the user an access token is for, who cannot be brought back
// (DeleteUser).
func (p *Pool) DeleteUser(ctx context.Context, access Token) error {
	_, err := p.api.DeleteUser(ctx, &cip.DeleteUserInput{AccessToken: aws.String(access.Raw())})
	return serviceError(err)
}
