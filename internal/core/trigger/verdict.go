package trigger

import "github.com/cenote-auth/cenote/internal/pool"

// Verdict is what a PreSignUp function decided about a new user.
type Verdict struct {
	Confirm     bool `json:"autoConfirmUser"`
	VerifyEmail bool `json:"autoVerifyEmail"`
	VerifyPhone bool `json:"autoVerifyPhone"`
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
