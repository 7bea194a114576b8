package pool

// MFAOption is a second factor as SetUserSettings names it: a medium, and the
// attribute that holds the address. There is one, codes by text message.
type MFAOption struct {
	Medium    string
	Attribute string
}

// textOption is the only MFAOption there is.
var textOption = MFAOption{"SMS", "phone_number"}

// SetMFAOptions makes options the second factors of u; none takes them away.
// InvalidParameter for what is no second factor here, and without a phone number.
func (u *User) SetMFAOptions(options []MFAOption) error {
	for _, o := range options {
		if o != textOption {
			return E(InvalidParameter, "Only SMS to the phone_number is a valid MFA option.")
		}
	}
	if len(options) > 0 && u.Attributes["phone_number"] == "" {
		return E(InvalidParameter, "User does not have delivery config set to turn on SMS_MFA")
	}
	u.SMSFactor = len(options) > 0
	return nil
}

// MFAOptions returns the second factors of u.
func (u *User) MFAOptions() []MFAOption {
	if u.SMSFactor && u.Attributes["phone_number"] != "" {
		return []MFAOption{textOption}
	}
	return nil
}

// TextsFactor reports whether codes by text message are the second factor of u
// in p, which counts only while the pool asks for one.
func (p *Pool) TextsFactor(u *User) bool {
	return (p.MFA == "ON" || p.MFA == "OPTIONAL") && len(u.MFAOptions()) > 0
}
