package userpool

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// ForgotPasswordInput says whose password is forgotten.
type ForgotPasswordInput struct {
	Username       string
	ClientMetadata map[string]string
}

// ForgotPassword has a code sent by which the password can be replaced
// (ForgotPassword), and says where it went, nil if the service does not say. For
// a user who does not exist the service may say the same, and send nothing.
// Until the code comes back the old password stays good. Among the errors are
// ErrLimitExceeded, ErrUserNotFound, ErrCodeDelivery, ErrInvalidParameter for a
// user without an address that is verified, and ErrNotAuthorized for one whose
// password only an administrator resets.
func (p *Pool) ForgotPassword(ctx context.Context, in ForgotPasswordInput) (*CodeDelivery, error) {
	out, err := p.api.ForgotPassword(ctx, &cip.ForgotPasswordInput{
		ClientId:        aws.String(p.clientID),
		Username:        aws.String(in.Username),
		SecretHash:      p.secretHash(in.Username),
		ClientMetadata:  in.ClientMetadata,
		UserContextData: p.userContext(ctx, in.Username),
	}, spareQuota)
	if err != nil {
		return nil, serviceError(err)
	}
	return delivery(out.CodeDeliveryDetails), nil
}

// ConfirmForgotPasswordInput replaces a password.
type ConfirmForgotPasswordInput struct {
	Username, Code string
	Password       string // the new one
	ClientMetadata map[string]string
}

// ConfirmForgotPassword replaces the password by means of the code that
// ForgotPassword, or an administrator's reset, had sent (ConfirmForgotPassword).
// Among the errors are ErrCodeMismatch, ErrCodeExpired, ErrInvalidPassword,
// ErrPasswordHistory, ErrTooManyFailedAttempts and ErrLimitExceeded. After
// ErrInvalidPassword and ErrPasswordHistory the code is still good.
func (p *Pool) ConfirmForgotPassword(ctx context.Context, in ConfirmForgotPasswordInput) error {
	_, err := p.api.ConfirmForgotPassword(ctx, &cip.ConfirmForgotPasswordInput{
		ClientId:         aws.String(p.clientID),
		Username:         aws.String(in.Username),
		ConfirmationCode: aws.String(in.Code),
		Password:         aws.String(in.Password),
		SecretHash:       p.secretHash(in.Username),
		ClientMetadata:   in.ClientMetadata,
		UserContextData:  p.userContext(ctx, in.Username),
	}, spareQuota)
	return serviceError(err)
}

// ChangePassword replaces the password previous, which is left empty for a user
// who has none, by proposed (ChangePassword). The user's sessions go on. Among
// the errors are ErrNotAuthorized for a wrong password, ErrInvalidPassword,
// ErrPasswordHistory and ErrLimitExceeded.
func (p *Pool) ChangePassword(ctx context.Context, access Token, previous, proposed string) error {
	_, err := p.api.ChangePassword(ctx, &cip.ChangePasswordInput{
		AccessToken:      aws.String(access.Raw()),
		PreviousPassword: optional(previous),
		ProposedPassword: aws.String(proposed),
	}, spareQuota)
	return serviceError(err)
}
