package pool

import "slices"

// The first factors of USER_AUTH. Source: AuthFactorType in model/.
const (
	FirstPassword = "PASSWORD"
	FirstPasskey  = "WEB_AUTHN"
	FirstMail     = "EMAIL_OTP"
	FirstText     = "SMS_OTP"
	FirstToken    = "SOFTWARE_TOKEN"
)

// AllowsFirst reports whether p lets people sign in by a first factor.
func (p *Pool) AllowsFirst(name string) bool { return slices.Contains(p.AllowedFirstFactors, name) }

// Holdings are what a user has to sign in with that is kept beside the user.
type Holdings struct {
	Passkey       bool
	SoftwareToken bool // a verified one
}

// FirstFactors lists the first factors that p allows and u has. One-time codes
// are none for somebody with a second factor, or one thing alone would do where
// two are asked for; nor for somebody who has to choose a password first. An
// address that is not proved serves those alone who have no password.
func (p *Pool) FirstFactors(u *User, has Holdings) (names []string) {
	if u.SealedPassword != nil {
		names = append(names, FirstPassword)
	}
	if u.Status != Confirmed && u.Status != Unconfirmed {
		return names
	}
	if has.Passkey && p.AllowsFirst(FirstPasskey) {
		names = append(names, FirstPasskey)
	}
	if p.MFA == "ON" || len(p.available(u)) > 0 {
		return names
	}
	for _, f := range []struct{ name, attribute string }{{FirstMail, "email"}, {FirstText, "phone_number"}} {
		reachable := u.Attributes[f.attribute] != "" && (u.Verified(f.attribute) || u.SealedPassword == nil)
		if p.AllowsFirst(f.name) && reachable {
			names = append(names, f.name)
		}
	}
	if has.SoftwareToken && p.AllowsFirst(FirstToken) {
		names = append(names, FirstToken)
	}
	return names
}
