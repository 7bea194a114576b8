package userpool

import (
	"context"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// SignUpInput registers a user.
type SignUpInput struct {
	Username, Password string            // Password may be empty where the pool lets people sign in without
	Attributes         map[string]string // such as "email"
	ValidationData     map[string]string // for the pre sign-up trigger alone
	ClientMetadata     map[string]string // for every trigger
}

// SignUpOutput is a registered user.
type SignUpOutput struct {
	UserSub   string
	Confirmed bool          // a trigger confirmed the user: no code is to come
	Delivery  *CodeDelivery // of the code; nil if none was sent
	Session   string        // to sign in with, for FlowUserAuth; secret
}

// CodeDelivery says where a code went.
type CodeDelivery struct {
	Destination string // masked, such as "a***@e***"
	Medium      string // EMAIL or SMS
	Attribute   string // such as "email"
}

// SignUp registers a user (SignUp). Among the errors are ErrUsernameExists,
// ErrInvalidPassword, ErrInvalidParameter, ErrLambdaValidation and
// ErrCodeDelivery.
func (p *Pool) SignUp(ctx context.Context, in SignUpInput) (*SignUpOutput, error) {
	out, err := p.api.SignUp(ctx, &cip.SignUpInput{
		ClientId:        aws.String(p.clientID),
		Username:        aws.String(in.Username),
		Password:        optional(in.Password),
		SecretHash:      p.secretHash(in.Username),
		UserAttributes:  attributes(in.Attributes),
		ValidationData:  attributes(in.ValidationData),
		ClientMetadata:  in.ClientMetadata,
		UserContextData: p.userContext(ctx, in.Username),
	}, spareQuota)
	if err != nil {
		return nil, serviceError(err)
	}
	return &SignUpOutput{
		UserSub: aws.ToString(out.UserSub), Confirmed: out.UserConfirmed,
		Delivery: delivery(out.CodeDeliveryDetails), Session: aws.ToString(out.Session),
	}, nil
}

// ConfirmSignUpInput proves a new user's address.
type ConfirmSignUpInput struct {
	Username, Code string

	// ForceAliasCreation takes an address or phone number over from another
	// user who has it as an alias.
	ForceAliasCreation bool

	ClientMetadata map[string]string
	Session        string // of SignUpOutput, to sign in right afterwards
}

// ConfirmSignUpOutput is what a confirmed user can go on with.
type ConfirmSignUpOutput struct {
	Session string // to sign in with, for FlowUserAuth; secret
}

// ConfirmSignUp proves a new user's address by the code sent there
// (ConfirmSignUp). Among the errors are ErrCodeMismatch, ErrCodeExpired,
// ErrAliasExists, ErrTooManyFailedAttempts and, for a user who is confirmed
// already, ErrNotAuthorized.
func (p *Pool) ConfirmSignUp(ctx context.Context, in ConfirmSignUpInput) (*ConfirmSignUpOutput, error) {
	out, err := p.api.ConfirmSignUp(ctx, &cip.ConfirmSignUpInput{
		ClientId:           aws.String(p.clientID),
		Username:           aws.String(in.Username),
		ConfirmationCode:   aws.String(in.Code),
		ForceAliasCreation: in.ForceAliasCreation,
		SecretHash:         p.secretHash(in.Username),
		ClientMetadata:     in.ClientMetadata,
		Session:            optional(in.Session),
		UserContextData:    p.userContext(ctx, in.Username),
	})
	if err != nil {
		return nil, serviceError(err)
	}
	return &ConfirmSignUpOutput{Session: aws.ToString(out.Session)}, nil
}

// ResendInput asks for another code.
type ResendInput struct {
	Username       string
	ClientMetadata map[string]string
}

// ResendConfirmationCode sends a new user another code
// (ResendConfirmationCode). Among the errors are ErrLimitExceeded,
// ErrInvalidParameter for a user who is confirmed already, and ErrCodeDelivery.
func (p *Pool) ResendConfirmationCode(ctx context.Context, in ResendInput) (*CodeDelivery, error) {
	out, err := p.api.ResendConfirmationCode(ctx, &cip.ResendConfirmationCodeInput{
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

// attributes are in the order of their names, so that a request is always the
// same.
func attributes(in map[string]string) (out []types.AttributeType) {
	for _, name := range slices.Sorted(maps.Keys(in)) {
		out = append(out, types.AttributeType{Name: aws.String(name), Value: aws.String(in[name])})
	}
	return out
}

func delivery(d *types.CodeDeliveryDetailsType) *CodeDelivery {
	if d == nil {
		return nil
	}
	return &CodeDelivery{
		Destination: aws.ToString(d.Destination), Medium: string(d.DeliveryMedium),
		Attribute: aws.ToString(d.AttributeName),
	}
}
