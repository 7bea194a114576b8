package auth

// PasswordResetRequested: ResetPassword had a code sent.
type PasswordResetRequested struct {
	Username string // as given to ResetPassword
	Delivery *CodeDelivery
}

// PasswordResetRequestFailed: ResetPassword returned an error.
type PasswordResetRequestFailed struct {
	Username string
	Err      error
}

// PasswordReset: the new password given to ConfirmResetPassword is good.
type PasswordReset struct{ Username string }

// PasswordResetFailed: ConfirmResetPassword returned an error.
type PasswordResetFailed struct {
	Username string
	Err      error
}

// AttributesUpdated: UpdateUserAttributes, or UpdateUserAttribute, succeeded.
type AttributesUpdated struct {
	Username string

	// Attributes are what was returned: an attribute at UpdateAttributeConfirm
	// waits for a code.
	Attributes map[string]NextUpdateAttributeStep
}

// ResultObject returns what Amplify v5 sends with the event. As JSON it reads
// {"email":{"isUpdated":false,"codeDeliveryDetails":{…}},"name":{"isUpdated":true}}.
func (e AttributesUpdated) ResultObject() map[string]AttributeResult {
	results := make(map[string]AttributeResult, len(e.Attributes))
	for name, next := range e.Attributes {
		r := AttributeResult{IsUpdated: next.Updated()}
		if d := next.Delivery; d != nil {
			r.CodeDeliveryDetails = &AttributeDelivery{AttributeName: d.Attribute, DeliveryMedium: d.Medium, Destination: d.Destination}
		}
		results[name] = r
	}
	return results
}

// AttributeResult is a member of AttributesUpdated.ResultObject.
type AttributeResult struct {
	IsUpdated           bool               `json:"isUpdated"`
	CodeDeliveryDetails *AttributeDelivery `json:"codeDeliveryDetails,omitempty"`
}

// AttributeDelivery is a CodeDelivery by the service's names.
type AttributeDelivery struct{ AttributeName, DeliveryMedium, Destination string }

// AttributesUpdateFailed: UpdateUserAttributes, or UpdateUserAttribute, returned
// an error, and nothing was changed.
type AttributesUpdateFailed struct {
	Username string // "" if nobody is signed in
	Err      error
}

// UserDeleted: the service deleted the user. SignedOut follows when the tokens
// are removed.
type UserDeleted struct{ Username string }

// TOTPVerified: an authenticator app is set up.
type TOTPVerified struct{ Username string }

func (PasswordResetRequested) Name() string     { return "" }
func (PasswordResetRequestFailed) Name() string { return "" }
func (PasswordReset) Name() string              { return "" }
func (PasswordResetFailed) Name() string        { return "" }
func (AttributesUpdated) Name() string          { return "" }
func (AttributesUpdateFailed) Name() string     { return "" }
func (UserDeleted) Name() string                { return "" }
func (TOTPVerified) Name() string               { return "" }

func (PasswordResetRequested) NameV5() string     { return "forgotPassword" }
func (PasswordResetRequestFailed) NameV5() string { return "forgotPassword_failure" }
func (PasswordReset) NameV5() string              { return "forgotPasswordSubmit" }
func (PasswordResetFailed) NameV5() string        { return "forgotPasswordSubmit_failure" }
func (AttributesUpdated) NameV5() string          { return "updateUserAttributes" }
func (AttributesUpdateFailed) NameV5() string     { return "updateUserAttributes_failure" }
func (UserDeleted) NameV5() string                { return "userDeleted" }
func (TOTPVerified) NameV5() string               { return "verify" }
