package admin

import (
	"slices"

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

var poolRefusals = []refusal[*NewPool]{
	{"MfaConfiguration other than OFF", "no second factor is asked for at sign-in",
		func(n *NewPool) bool { return n.MFA != "OFF" }},
	{"LambdaConfig", "no trigger is called",
		func(n *NewPool) bool { return len(n.Triggers.ARN) > 0 || n.Triggers.KMSKeyID != "" }},
	{"UserPoolAddOns.AdvancedSecurityMode other than OFF", "sign-ins are not rated by risk",
		func(n *NewPool) bool { return n.AdvancedSecurity != "" && n.AdvancedSecurity != "OFF" }},
	{"UserPoolAddOns.AdvancedSecurityAdditionalFlows", "sign-ins are not rated by risk",
		func(n *NewPool) bool { return n.CustomAuthSecurity != "" }},
	{"PasswordPolicy.PasswordHistorySize above 0", "former passwords are not remembered",
		func(n *NewPool) bool { return n.PasswordPolicy.HistorySize > 0 }},
	{"VerificationMessageTemplate.DefaultEmailOption CONFIRM_WITH_LINK", "no page answers the link",
		func(n *NewPool) bool { return n.Templates.EmailOption == "CONFIRM_WITH_LINK" }},
	{"SignInPolicy.AllowedFirstAuthFactors SOFTWARE_TOKEN", newer,
		func(n *NewPool) bool { return slices.Contains(n.AllowedFirstFactors, "SOFTWARE_TOKEN") }},
	{"SmsConfiguration.EumsSms", newer, sent("SmsConfiguration.EumsSms")},
	{"DcrConfiguration", newer, sent("DcrConfiguration")},
	{"KeyConfiguration", newer, sent("KeyConfiguration")},
	{"IssuerConfiguration", newer, sent("IssuerConfiguration")},
	{"AcrConfiguration", newer, sent("AcrConfiguration")},
}

var clientRefusals = []refusal[*NewClient]{
	{"RefreshTokenRotation.Feature ENABLED", "refresh tokens are not replaced when they are used",
		func(n *NewClient) bool { return n.RefreshRotation }},
}

var clientListRefusals = []refusal[*ClientList]{
	{"ClientType", newer, func(l *ClientList) bool { return l.Type != "" }},
}

// newer is the reason for members of the API that came lately.
const newer = "this member is newer than what this server knows"

func sent(member string) func(*NewPool) bool {
	return func(n *NewPool) bool { return slices.Contains(n.Newer, member) }
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
