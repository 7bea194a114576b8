package pool

// MFAOption is a second factor as SetUserSettings names it: a medium, and the
// attribute that holds the address. There is one, codes by text message.
type MFAOption struct {
	Medium    string
	Attribute string
}

// textOption is the only MFAOption there is.
var textOption = MFAOption{"SMS", "phone_number"}

// SetMFAOptions switches codes by text message on if they are among options,
// and off otherwise; the other second factors of u stay.
// InvalidParameter for what is no second factor here, and without a phone number.
func (u *User) SetMFAOptions(options []MFAOption) error {
	for _, o := range options {
		if o != textOption {
			return E(InvalidParameter, "Only SMS to the phone_number is a valid MFA option.")
		}
	}
	return u.Prefer(Preference{SMS: &FactorChoice{Enabled: len(options) > 0}}, Means{})
}

// MFAOptions returns the second factors of u that SetMFAOptions can set.
func (u *User) MFAOptions() []MFAOption {
	if u.Factors.SMS && u.Attributes["phone_number"] != "" {
		return []MFAOption{textOption}
	}
	return nil
}
