package pool

// FactorWish is what a caller asks of the second factors of a pool. A factor
// that is nil is off.
type FactorWish struct {
	MFA           string // OFF, OPTIONAL or ON
	SMS           *TextWish
	SoftwareToken bool
	Email         *MailWish
}

// TextWish is what a caller asks of codes by text message.
type TextWish struct {
	Message  string       // "": the default text
	Settings *SMSSettings // nil: as the pool has them
}

// MailWish is what a caller asks of codes by mail; "" is the default text.
type MailWish struct{ Message, Subject string }

// SetSecond gives p second factors in place of those that it has. It returns
// InvalidParameter for factors that contradict MFA or the first factors, or text
// messages that nobody can send; FeatureUnavailableInTier for those that the
// feature plan of p lacks.
func (p *Pool) SetSecond(w FactorWish) error {
	second := SecondFactors{SMS: w.SMS != nil, SoftwareToken: w.SoftwareToken, Email: w.Email != nil}
	switch {
	case w.MFA == "OFF" && second.any():
		return E(InvalidParameter, "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.")
	case w.MFA != "OFF" && !second.any():
		return E(InvalidParameter, "Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be enabled.")
	}
	if w.SMS != nil {
		if w.SMS.Settings != nil {
			p.SMS = w.SMS.Settings
		}
		if w.SMS.Message != "" {
			p.Templates.SMSAuthentication = w.SMS.Message
		}
	}
	if w.Email != nil {
		second.EmailMessage, second.EmailSubject = w.Email.Message, w.Email.Subject
	}
	p.MFA, p.Second = w.MFA, second
	return p.checkSecond()
}

// CompleteSecond gives p the second factors that go with its settings: what
// CreateUserPool and UpdateUserPool say of them is MFA and how to send text
// messages, and the others stay. It returns InvalidParameter if there are none
// then.
func (p *Pool) CompleteSecond() error {
	switch {
	case p.MFA == "OFF":
		p.Second = SecondFactors{}
	case p.SMS != nil:
		p.Second.SMS = true
	default:
		p.Second.SMS = false
		if !p.Second.any() {
			return E(InvalidParameter, "SMS configuration and Auto verification for phone_number are required when MFA is required/optional")
		}
	}
	return p.checkSecond()
}

// checkSecond returns InvalidParameter if the second factors of p do not go with
// the rest of it, FeatureUnavailableInTier for those that its feature plan lacks.
func (p *Pool) checkSecond() error {
	if p.Second.Email && p.Tier == "LITE" {
		return p.beyondTier("Email MFA")
	}
	if p.Second.SMS && p.SMS == nil {
		return E(InvalidParameter, "SMS configuration is required to turn on SMS MFA.")
	}
	if p.MFA == "ON" && (p.AllowsCodes() || p.AllowsFirst(FirstToken)) {
		return E(InvalidParameter, "Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled")
	}
	return nil
}
