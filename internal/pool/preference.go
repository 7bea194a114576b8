package pool

// FactorChoice is what a caller wants of one second factor of a user.
type FactorChoice struct {
	Enabled   bool
	Preferred bool
}

// Preference is what a caller wants of the second factors of a user; nil: as
// it is.
type Preference struct {
	SMS           *FactorChoice
	SoftwareToken *FactorChoice
	Email         *FactorChoice
	Passkey       *bool // whether one has to be both factors
}

// Means are what second factors need beside addresses.
type Means struct {
	SoftwareToken bool // the user has a verified one
	Passkey       bool // one can be both factors in the pool
}

// Prefer switches second factors of u on and off, by what there is. The
// preferred factor stays so until it is switched off, chosen not to be, or
// another is. InvalidParameter, and u is as it was, for two preferred factors,
// for one that is to be off, for one without the means: an address, a token; and
// for a passkey as both factors where it cannot be, or where nothing else is left
// to who loses it.
func (u *User) Prefer(w Preference, has Means) error {
	now := u.Factors
	preferred := 0
	for _, f := range []struct {
		name   string
		choice *FactorChoice
		on     *bool
		means  bool
	}{
		{TextFactor, w.SMS, &now.SMS, u.Attributes["phone_number"] != ""},
		{TokenFactor, w.SoftwareToken, &now.SoftwareToken, has.SoftwareToken},
		{MailFactor, w.Email, &now.Email, u.Attributes["email"] != ""},
	} {
		switch {
		case f.choice == nil:
			continue
		case f.choice.Preferred && !f.choice.Enabled:
			return E(InvalidParameter, "A factor that is not enabled cannot be the preferred MFA.")
		case f.choice.Enabled && !f.means:
			return noDelivery(f.name)
		}
		*f.on = f.choice.Enabled
		switch {
		case f.choice.Preferred:
			preferred++
			now.Preferred = f.name
		case now.Preferred == f.name:
			now.Preferred = ""
		}
	}
	if preferred > 1 {
		return E(InvalidParameter, "Only one MFA can be set as preferred.")
	}
	if w.Passkey != nil {
		now.Passkey = *w.Passkey
	}
	switch other := now.SMS || now.SoftwareToken || now.Email; {
	case w.Passkey != nil && now.Passkey && !has.Passkey:
		return noDelivery(FirstPasskey)
	case now.Passkey && !other && w.Passkey != nil:
		return E(InvalidParameter, "Another MFA has to be enabled beside WEB_AUTHN.")
	case !other:
		now.Passkey = false
	}
	u.Factors = now
	return nil
}

// DropSoftwareToken makes u somebody without a software token.
func (u *User) DropSoftwareToken() {
	u.Factors.SoftwareToken = false
	u.Factors.Passkey = u.Factors.Passkey && (u.Factors.SMS || u.Factors.Email)
	if u.Factors.Preferred == TokenFactor {
		u.Factors.Preferred = ""
	}
}

// SecondFactors are the second factors that u has switched on, and which of them
// is preferred, "" for none.
func (u *User) SecondFactors() (names []string, preferred string) {
	if u.Factors.SMS {
		names = append(names, TextFactor)
	}
	if u.Factors.SoftwareToken {
		names = append(names, TokenFactor)
	}
	if u.Factors.Email {
		names = append(names, MailFactor)
	}
	return names, u.Factors.Preferred
}
