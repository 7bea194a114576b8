package admin

import (
	"slices"

	"github.com/cenote-auth/cenote/internal/core/trigger"
	"github.com/cenote-auth/cenote/internal/pool"
)

// A refusal is a setting that the service knows and that this server cannot
// obey yet. Kept and ignored it would leave people less protected, or signed
// in another way, than who set it believes: so it is refused. Whoever builds
// it takes its line out.
type refusal[T any] struct {
	setting string
	reason  string
	asked   func(T) bool
}

// poolWish is what a caller asks of a pool, a new one or one that is there.
type poolWish struct {
	*pool.Settings          // complete
	newer          []string // members that were sent and that this server does not know
}

var poolRefusals = []refusal[poolWish]{
	{"MfaConfiguration other than OFF", "no second factor is asked for at sign-in",
		func(n poolWish) bool { return n.MFA != "OFF" }},
	{"LambdaConfig beyond PreSignUp, PostConfirmation, PreAuthentication and PostAuthentication", "no other trigger is called",
		func(n poolWish) bool { return beyondKnown(n.Triggers) }},
	{"UserPoolAddOns.AdvancedSecurityMode other than OFF", "sign-ins are not rated by risk",
		func(n poolWish) bool { return n.AdvancedSecurity != "" && n.AdvancedSecurity != "OFF" }},
	{"UserPoolAddOns.AdvancedSecurityAdditionalFlows", "sign-ins are not rated by risk",
		func(n poolWish) bool { return n.CustomAuthSecurity != "" }},
	{"VerificationMessageTemplate.DefaultEmailOption CONFIRM_WITH_LINK", "no page answers the link",
		func(n poolWish) bool { return n.Templates.EmailOption == "CONFIRM_WITH_LINK" }},
	{"SignInPolicy.AllowedFirstAuthFactors SOFTWARE_TOKEN", newer,
		func(n poolWish) bool { return slices.Contains(n.AllowedFirstFactors, "SOFTWARE_TOKEN") }},
	{"SmsConfiguration.EumsSms", newer, sent("SmsConfiguration.EumsSms")},
	{"DcrConfiguration", newer, sent("DcrConfiguration")},
	{"KeyConfiguration", newer, sent("KeyConfiguration")},
	{"IssuerConfiguration", newer, sent("IssuerConfiguration")},
	{"AcrConfiguration", newer, sent("AcrConfiguration")},
}

var clientRefusals = []refusal[*pool.ClientSettings]{
	{"RefreshTokenRotation.Feature ENABLED", "refresh tokens are not replaced when they are used",
		func(s *pool.ClientSettings) bool { return s.RefreshRotation }},
}

var clientListRefusals = []refusal[*ClientList]{
	{"ClientType", newer, func(l *ClientList) bool { return l.Type != "" }},
}

var domainRefusals = []refusal[*DomainWish]{
	{"Routing", newer, func(w *DomainWish) bool { return w.Routing }},
}

var riskRefusals = []refusal[*pool.RiskRules]{
	{"A risk configuration that blocks, asks for a second factor or notifies", "sign-ins are not rated by risk",
		func(r *pool.RiskRules) bool { return r.Acts() }},
}

var sessionRefusals = []refusal[pool.SessionRules]{
	{"UserSessionTracking ENABLED", "the sign-ins of a user are not counted",
		func(r pool.SessionRules) bool { return r.Tracked }},
}

var providerRefusals = []refusal[bool]{
	{"AcrMapping", newer, func(sent bool) bool { return sent }},
}

// newer is the reason for members of the API that came lately.
const newer = "this member is newer than what this server knows"

// beyondKnown reports whether t asks for a trigger that nobody calls, or for a
// key, which only such triggers need.
func beyondKnown(t pool.Triggers) bool {
	for name := range t.ARN {
		if !trigger.Known(name) {
			return true
		}
	}
	return len(t.Versions) > 0 || t.KMSKeyID != ""
}

func sent(member string) func(poolWish) bool {
	return func(n poolWish) bool { return slices.Contains(n.newer, member) }
}

// refuse returns NotBuilt with the first of refusals that is asked for, or nil.
func refuse[T any](refusals []refusal[T], asked T) error {
	for _, r := range refusals {
		if r.asked(asked) {
			return pool.E(pool.NotBuilt, r.setting+" is not supported yet: "+r.reason+".")
		}
	}
	return nil
}
