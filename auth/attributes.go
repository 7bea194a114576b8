package auth

import (
	"context"
	"fmt"
	"io"
	"log/slog"

	"github.com/cenote-auth/cenote/auth/userpool"
)

// UpdateAttributeStep is what a new value of an attribute waits for. Its values
// are Amplify's updateAttributeStep.
type UpdateAttributeStep string

const (
	UpdateAttributeConfirm UpdateAttributeStep = "CONFIRM_ATTRIBUTE_WITH_CODE" // Client.ConfirmUserAttribute
	UpdateAttributeDone    UpdateAttributeStep = "DONE"                        // the attribute has the value
)

// NextUpdateAttributeStep is what a new value of an attribute waits for.
type NextUpdateAttributeStep struct {
	Step     UpdateAttributeStep
	Delivery *CodeDelivery // UpdateAttributeConfirm: where the code went
}

// Updated reports whether nothing is left to do: Amplify's isUpdated.
func (n NextUpdateAttributeStep) Updated() bool { return n.Step == UpdateAttributeDone }

// UpdateUserAttributesInput are new values of attributes.
type UpdateUserAttributesInput struct {
	UserAttributes map[string]string // by name; an empty value takes the attribute away
	ClientMetadata map[string]string
}

// UpdateUserAttributes sets attributes of the signed-in user and returns for each
// what its value waits for (UpdateUserAttributes). It is Amplify's
// updateUserAttributes. Either all attributes are set or none, say because one of
// them may not be written. The ID token has the new values when it is refreshed:
// see SessionOptions.ForceRefresh.
//
// A new e-mail address or phone number gets a code, and is at
// UpdateAttributeConfirm until that came back. Whether the user already has it,
// unverified, and can no longer sign in by the old one, or keeps the old one
// until then, is a setting of the pool
// (UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate). The
// latter keeps those from locking themselves out who mistype.
//
// Errors: ErrInvalidParameter for an attribute that the pool lacks, that never
// changes, or whose value is of a wrong form; ErrNotAuthorized for one that the
// app client may not write; ErrAliasExists; ErrCodeDelivery, ErrLambdaValidation;
// ErrNotSignedIn.
func (c *Client) UpdateUserAttributes(ctx context.Context, in UpdateUserAttributesInput) (map[string]NextUpdateAttributeStep, error) {
	return c.updateUserAttributes(ctx, "UpdateUserAttributes", in)
}

// UpdateUserAttributeInput is a new value of one attribute.
type UpdateUserAttributeInput struct {
	Name, Value    string
	ClientMetadata map[string]string
}

// UpdateUserAttribute is UpdateUserAttributes of one attribute. It is Amplify's
// updateUserAttribute.
func (c *Client) UpdateUserAttribute(ctx context.Context, in UpdateUserAttributeInput) (*NextUpdateAttributeStep, error) {
	all, err := c.updateUserAttributes(ctx, "UpdateUserAttribute", UpdateUserAttributesInput{
		UserAttributes: map[string]string{in.Name: in.Value},
		ClientMetadata: in.ClientMetadata,
	})
	if err != nil {
		return nil, err
	}
	next := all[in.Name]
	return &next, nil
}

// updateUserAttributes does it for the function op, and tells.
func (c *Client) updateUserAttributes(ctx context.Context, op string, in UpdateUserAttributesInput) (map[string]NextUpdateAttributeStep, error) {
	username, sent, err := c.sendUserAttributes(ctx, in)
	if err != nil {
		err = named(op, err)
		c.events.emit(AttributesUpdateFailed{Username: username, Err: err})
		return nil, err
	}
	c.events.emit(AttributesUpdated{Username: username, Attributes: nextSteps(in.UserAttributes, sent)})
	return nextSteps(in.UserAttributes, sent), nil
}

// sendUserAttributes returns whose attributes are set, and where codes went.
func (c *Client) sendUserAttributes(ctx context.Context, in UpdateUserAttributesInput) (username string, sent []CodeDelivery, err error) {
	stored, err := c.present(ctx)
	if err != nil {
		return "", nil, err
	}
	sent, err = c.pool.UpdateUserAttributes(ctx, stored.Session.AccessToken, userpool.UpdateAttributesInput{
		Attributes:     in.UserAttributes,
		ClientMetadata: c.metadata(ctx, in.ClientMetadata),
	})
	return stored.Username, sent, err
}

// nextSteps are what each attribute that was given waits for, and what codes were
// sent for besides.
func nextSteps(given map[string]string, sent []CodeDelivery) map[string]NextUpdateAttributeStep {
	next := make(map[string]NextUpdateAttributeStep, len(given))
	for name := range given {
		next[name] = NextUpdateAttributeStep{Step: UpdateAttributeDone}
	}
	for _, d := range sent {
		if d.Attribute != "" {
			next[d.Attribute] = NextUpdateAttributeStep{Step: UpdateAttributeConfirm, Delivery: clone(&d)}
		}
	}
	return next
}

// SendUserAttributeVerificationCodeInput names what is to be proved.
type SendUserAttributeVerificationCodeInput struct {
	Name           string // email or phone_number
	ClientMetadata map[string]string
}

// SendUserAttributeVerificationCode has a code sent to the e-mail address or
// phone number that the signed-in user has, and says where it went
// (GetUserAttributeVerificationCode). It is Amplify's
// sendUserAttributeVerificationCode.
//
// Errors: ErrLimitExceeded (never tried again by itself), ErrInvalidParameter for
// what the user has not or what needs no proof, ErrCodeDelivery,
// ErrLambdaValidation; ErrNotSignedIn.
func (c *Client) SendUserAttributeVerificationCode(ctx context.Context, in SendUserAttributeVerificationCodeInput) (*CodeDelivery, error) {
	stored, err := c.present(ctx)
	if err != nil {
		return nil, named("SendUserAttributeVerificationCode", err)
	}
	sent, err := c.pool.GetUserAttributeVerificationCode(ctx, stored.Session.AccessToken, userpool.AttributeVerificationInput{
		Name:           in.Name,
		ClientMetadata: c.metadata(ctx, in.ClientMetadata),
	})
	return sent, named("SendUserAttributeVerificationCode", err)
}

// ConfirmUserAttributeInput proves an address or phone number. Formatting and
// logging it do not show the code.
type ConfirmUserAttributeInput struct {
	Name string // email or phone_number
	Code string
}

// ConfirmUserAttribute proves by the code that was sent there that an e-mail
// address or phone number is the signed-in user's (VerifyUserAttribute). It is
// Amplify's confirmUserAttribute. An address that waited for the proof takes the
// place of the old one.
//
// Errors: ErrCodeMismatch (try again), ErrCodeExpired, ErrLimitExceeded (never
// tried again by itself), ErrAliasExists for what has become somebody else's
// meanwhile; ErrNotSignedIn; ErrEmptyConfirmUserAttributeCode.
func (c *Client) ConfirmUserAttribute(ctx context.Context, in ConfirmUserAttributeInput) error {
	if in.Code == "" {
		return failure("ConfirmUserAttribute", ErrEmptyConfirmUserAttributeCode)
	}
	stored, err := c.present(ctx)
	if err != nil {
		return named("ConfirmUserAttribute", err)
	}
	return named("ConfirmUserAttribute", c.pool.VerifyUserAttribute(ctx, stored.Session.AccessToken, in.Name, in.Code))
}

// DeleteUserAttributes takes attributes of the signed-in user away, all or none
// (DeleteUserAttributes). It is Amplify's deleteUserAttributes. By an address
// that is taken away nobody signs in any more.
//
// Errors: ErrInvalidParameter for an attribute that is required or never changes;
// ErrNotAuthorized for one that the app client may not write; ErrNotSignedIn.
func (c *Client) DeleteUserAttributes(ctx context.Context, names ...string) error {
	stored, err := c.present(ctx)
	if err != nil {
		return named("DeleteUserAttributes", err)
	}
	return named("DeleteUserAttributes", c.pool.DeleteUserAttributes(ctx, stored.Session.AccessToken, names...))
}

// String describes in without the code.
func (in ConfirmUserAttributeInput) String() string {
	return fmt.Sprintf("ConfirmUserAttributeInput{Name: %q}", in.Name)
}

// Format prints String for every verb.
func (in ConfirmUserAttributeInput) Format(f fmt.State, _ rune) { io.WriteString(f, in.String()) }

// LogValue is String.
func (in ConfirmUserAttributeInput) LogValue() slog.Value { return slog.StringValue(in.String()) }
