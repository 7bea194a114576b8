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

// poolWish is what a caller asks of a pool, a new one or one that is there.
type poolWish struct {
	*pool.Settings          // complete
	newer          []string // members that were sent and that this server does not know
	senders        bool     // custom senders can be called
}

var poolRefusals = []refusal[poolWish]{
	{"A LambdaConfig with CustomEmailSender or CustomSMSSender", "the server has no key that encrypts codes for them (CENOTE_SENDER_KEY)",
		func(n poolWish) bool { return n.Triggers.Sends() && !n.senders }},
	{"VerificationMessageTemplate.DefaultEmailOption CONFIRM_WITH_LINK", "no page answers the link",
		func(n poolWish) bool { return n.Templates.EmailOption == "CONFIRM_WITH_LINK" }},
	{"SmsConfiguration.EumsSms", newer, sent("SmsConfiguration.EumsSms")},
	{"DcrConfiguration", newer, sent("DcrConfiguration")},
	{"KeyConfiguration", newer, sent("KeyConfiguration")},
	{"IssuerConfiguration", newer, sent("IssuerConfiguration")},
	{"AcrConfiguration", newer, sent("AcrConfiguration")},
}

var clientListRefusals = []refusal[*ClientList]{
	{"ClientType", newer, func(l *ClientList) bool { return l.Type != "" }},
}

var domainRefusals = []refusal[*DomainWish]{
	{"Routing", newer, func(w *DomainWish) bool { return w.Routing }},
}

var providerRefusals = []refusal[bool]{
	{"AcrMapping", newer, func(sent bool) bool { return sent }},
}

// newer is the reason for members of the API that came lately.
const newer = "this member is newer than what this server knows"

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
