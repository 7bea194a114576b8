package pool

import (
	"net/netip"
	"slices"
)

// RiskRules are what is done about sign-ins that look dangerous.
type RiskRules struct {
	Compromised *CompromisedRules
	Takeover    *TakeoverRules
	Exceptions  *RiskExceptions
}

// CompromisedRules are about passwords that are known elsewhere.
type CompromisedRules struct {
	Events []string // SIGN_IN, PASSWORD_CHANGE, SIGN_UP; nil: all
	Action string   // BLOCK or NO_ACTION
}

// TakeoverRules are about sign-ins that may be somebody else's.
type TakeoverRules struct {
	Low, Medium, High *RiskAction
	Notify            *RiskNotice
}

// RiskAction is what is done at one level of risk.
type RiskAction struct {
	Action string // BLOCK, MFA_IF_CONFIGURED, MFA_REQUIRED or NO_ACTION
	Notify bool
}

// RiskNotice are the mails that tell people of a risk.
type RiskNotice struct {
	From, ReplyTo, SourceARN      string
	Block, NoAction, SecondFactor *RiskMail
}

// RiskMail is the text of such a mail.
type RiskMail struct{ Subject, HTML, Text string }

// RiskExceptions are networks, in CIDR notation, that are judged beforehand.
type RiskExceptions struct{ Blocked, Skipped []string }

// CheckProtected returns AddOnNotEnabled where p keeps no record of sign-ins.
func (p *Pool) CheckProtected() error {
	if p.AdvancedSecurity == "AUDIT" || p.AdvancedSecurity == "ENFORCED" {
		return nil
	}
	return E(AddOnNotEnabled, "Threat protection is not enabled for this user pool.")
}

// Check returns InvalidParameter for rules that cannot be obeyed.
func (r *RiskRules) Check() error {
	if e := r.Exceptions; e != nil {
		if len(e.Blocked) > maxNetworks || len(e.Skipped) > maxNetworks {
			return E(InvalidParameter, "A list of IP ranges can have up to 200 of them.")
		}
		for _, text := range slices.Concat(e.Blocked, e.Skipped) {
			if p, err := netip.ParsePrefix(text); err != nil || p.Addr().Is4In6() { // which no address is in
				return E(InvalidParameter, "Invalid IP range: "+text+" is not in CIDR notation.")
			}
		}
	}
	if t := r.Takeover; t != nil && t.Notify == nil {
		for _, a := range t.actions() {
			if a.Notify {
				return E(InvalidParameter, "NotifyConfiguration is required where an action notifies.")
			}
		}
	}
	return nil
}

func (t *TakeoverRules) actions() (list []RiskAction) {
	for _, a := range []*RiskAction{t.Low, t.Medium, t.High} {
		if a != nil {
			list = append(list, *a)
		}
	}
	return list
}
