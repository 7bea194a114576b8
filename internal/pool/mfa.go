package pool

import "slices"

// The second factors, by the names of their challenges.
const (
	TextFactor  = "SMS_MFA"
	MailFactor  = "EMAIL_OTP"
	TokenFactor = "SOFTWARE_TOKEN_MFA"
)

// Factors are the second factors that a user has switched on.
type Factors struct {
	SMS           bool
	Email         bool
	SoftwareToken bool   // there is a verified software token
	Preferred     string // one of those that are on, or ""
	Passkey       bool   // a passkey, as first factor, has to be both
}

// SecondFactors are the second factors that a pool knows, and what their
// messages say ("": the default text).
type SecondFactors struct {
	SMS           bool
	Email         bool
	SoftwareToken bool
	EmailMessage  string
	EmailSubject  string
}

// any reports whether a pool knows a second factor.
func (f SecondFactors) any() bool { return f.SMS || f.Email || f.SoftwareToken }

// asksSecond reports whether p asks anybody for a second factor.
func (p *Pool) asksSecond() bool { return p.MFA == "ON" || p.MFA == "OPTIONAL" }

// available lists the second factors that u has switched on and that can be
// asked for in p. A software token goes on serving in a pool that has given them
// up: it needs nothing of the pool, and nobody is left with a password alone.
func (p *Pool) available(u *User) (names []string) {
	if !p.asksSecond() {
		return nil
	}
	if u.Factors.SMS && p.Second.SMS && u.Attributes["phone_number"] != "" {
		names = append(names, TextFactor)
	}
	if u.Factors.SoftwareToken {
		names = append(names, TokenFactor)
	}
	if u.Factors.Email && p.Second.Email && u.Attributes["email"] != "" {
		names = append(names, MailFactor)
	}
	return names
}

// factorAddress returns the attribute that the codes of a second factor go to,
// "" for one without codes.
func factorAddress(factor string) string {
	switch factor {
	case TextFactor:
		return "phone_number"
	case MailFactor:
		return "email"
	}
	return ""
}

// Serves reports whether factor is a second factor of u in p now: one of those
// that u has switched on, or the one that p asks those for who have none.
func (p *Pool) Serves(u *User, factor string) bool {
	if factor != TextFactor && factor != MailFactor && factor != TokenFactor {
		return false
	}
	if names := p.available(u); len(names) > 0 {
		return slices.Contains(names, factor)
	}
	demand, err := p.Demand(u)
	return err == nil && demand.Challenge == factor
}

// FactorAt reports whether a second factor of u in p is what goes to the address
// in attribute: whoever reads that must not get a new password by it as well.
func (p *Pool) FactorAt(u *User, attribute string) bool {
	return slices.ContainsFunc([]string{TextFactor, MailFactor}, func(factor string) bool {
		return factorAddress(factor) == attribute && p.Serves(u, factor)
	})
}

// Demand is what a sign-in asks for after the first factor.
type Demand struct {
	Challenge string   // "": nothing
	Choices   []string // of SELECT_MFA_TYPE and MFA_SETUP
}

// Demand returns what p asks of u after the first factor, or InvalidParameter
// where a factor is required and none can be had.
func (p *Pool) Demand(u *User) (Demand, error) {
	if !p.asksSecond() {
		return Demand{}, nil
	}
	names := p.available(u)
	switch {
	case slices.Contains(names, u.Factors.Preferred):
		return Demand{Challenge: u.Factors.Preferred}, nil
	case len(names) == 1:
		return Demand{Challenge: names[0]}, nil
	case len(names) > 1:
		return Demand{"SELECT_MFA_TYPE", names}, nil
	case p.MFA == "OPTIONAL":
		return Demand{}, nil
	}
	return p.firstDemand(u)
}

// Raised is p as it treats somebody whose sign-in looks risky: whoever can have
// a second factor is asked for it, switched on or not.
func (p *Pool) Raised() *Pool {
	if p.MFA != "OPTIONAL" {
		return p
	}
	raised := *p
	raised.MFA = "ON"
	return &raised
}

// firstDemand is Demand for a user who must have a second factor and has none:
// an address that is there serves, anything else has to be set up.
func (p *Pool) firstDemand(u *User) (Demand, error) {
	switch {
	case p.Second.SMS && u.Attributes["phone_number"] != "":
		return Demand{Challenge: TextFactor}, nil
	case p.Second.Email && u.Attributes["email"] != "":
		return Demand{Challenge: MailFactor}, nil
	}
	var names []string
	if p.Second.SMS {
		names = append(names, TextFactor)
	}
	if p.Second.SoftwareToken {
		names = append(names, TokenFactor)
	}
	if p.Second.Email {
		names = append(names, MailFactor)
	}
	if len(names) == 0 || len(names) == 1 && names[0] == TextFactor {
		return Demand{}, noDelivery(TextFactor)
	}
	return Demand{"MFA_SETUP", names}, nil
}

// noDelivery is the error for a second factor that a user lacks the means for.
func noDelivery(factor string) error {
	return E(InvalidParameter, "User does not have delivery config set to turn on "+factor)
}

// MaxTokenName is the longest name of a software token, in characters.
const MaxTokenName = 100
