package trigger

import (
	"context"

	"github.com/cenote-auth/cenote/internal/pool"
)

// The occasions of PreSignUp.
const (
	SignUp          = "PreSignUp_SignUp"
	AdminCreateUser = "PreSignUp_AdminCreateUser"
)

type preSignUpRequest struct {
	UserAttributes map[string]string `json:"userAttributes"`
	ValidationData map[string]string `json:"validationData"` // null if nobody sent any
	ClientMetadata map[string]string `json:"clientMetadata,omitempty"`
}

// Verdict is what a PreSignUp function decided about a new user.
type Verdict struct {
	Confirm     bool `json:"autoConfirmUser"`
	VerifyEmail bool `json:"autoVerifyEmail"`
	VerifyPhone bool `json:"autoVerifyPhone"`
}

// PreSignUp asks whether the user of s may be added, on which occasion
// (SignUp, AdminCreateUser). The zero Verdict if the pool has no such trigger.
func (t *Triggers) PreSignUp(ctx context.Context, s Subject, occasion string, validation, metadata map[string]string) (Verdict, error) {
	function, ok := s.Pool.Triggers.ARN[preSignUp]
	if !ok {
		return Verdict{}, nil
	}
	e := newEvent(s, occasion)
	e.Request = preSignUpRequest{e.attributes, validation, metadata}
	e.Response = Verdict{}
	var v Verdict
	err := t.invoke(ctx, call{preSignUp, function, e, v.read})
	return v, err
}

// read reads the response. What is missing or null is false.
func (v *Verdict) read(response members) error {
	var read Verdict
	for name, field := range map[string]*bool{
		"autoConfirmUser": &read.Confirm,
		"autoVerifyEmail": &read.VerifyEmail,
		"autoVerifyPhone": &read.VerifyPhone,
	} {
		var err error
		if *field, err = response.flag(name); err != nil {
			return err
		}
	}
	*v = read
	return nil
}

// Verify marks the addresses of u as verified that v trusts. InvalidParameter
// if u has no such address.
func (v Verdict) Verify(u *pool.User) error {
	if v.VerifyEmail {
		if u.Attributes["email"] == "" {
			return pool.E(pool.InvalidParameter, "Email is required to set email_verified to true")
		}
		u.Attributes["email_verified"] = "true"
	}
	if v.VerifyPhone {
		if u.Attributes["phone_number"] == "" {
			return pool.E(pool.InvalidParameter, "Phone number is required to set phone_number_verified to true")
		}
		u.Attributes["phone_number_verified"] = "true"
	}
	return nil
}
