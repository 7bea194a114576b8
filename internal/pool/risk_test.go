package pool_test

import (
	"slices"
	"testing"

	"github.com/cenote-auth/cenote/internal/pool"
)

func TestRiskRules(t *testing.T) {
	t.Parallel()
	const (
		tooMany  = "A list of IP ranges can have up to 200 of them."
		unnoted  = "NotifyConfiguration is required where an action notifies."
		notRange = " is not in CIDR notation."
	)
	block, tell := &pool.RiskAction{Action: "BLOCK"}, &pool.RiskAction{Action: "NO_ACTION", Notify: true}
	networks := func(n int) []string { return slices.Repeat([]string{"192.0.2.0/24"}, n) }
	for _, tt := range []struct {
		name  string
		rules pool.RiskRules
		want  string
	}{
		{"none", pool.RiskRules{}, ""},
		{"networks", pool.RiskRules{Exceptions: &pool.RiskExceptions{Blocked: []string{"192.0.2.0/24", "2001:db8::/32"}, Skipped: []string{"198.51.100.7/32"}}}, ""},
		{"200 networks of each", pool.RiskRules{Exceptions: &pool.RiskExceptions{Blocked: networks(200), Skipped: networks(200)}}, ""},
		{"201 that are blocked", pool.RiskRules{Exceptions: &pool.RiskExceptions{Blocked: networks(201)}}, tooMany},
		{"201 that are skipped", pool.RiskRules{Exceptions: &pool.RiskExceptions{Skipped: networks(201)}}, tooMany},
		{"an address to block", pool.RiskRules{Exceptions: &pool.RiskExceptions{Blocked: []string{"192.0.2.7"}}}, "Invalid IP range: 192.0.2.7" + notRange},
		{"a word to skip", pool.RiskRules{Exceptions: &pool.RiskExceptions{Skipped: []string{"office"}}}, "Invalid IP range: office" + notRange},
		{"a network that no address is in", pool.RiskRules{Exceptions: &pool.RiskExceptions{Blocked: []string{"::ffff:192.0.2.0/120"}}},
			"Invalid IP range: ::ffff:192.0.2.0/120" + notRange},
		{"actions that tell nobody", pool.RiskRules{Takeover: &pool.TakeoverRules{Low: block, Medium: block, High: block}}, ""},
		{"mails without their texts, low", pool.RiskRules{Takeover: &pool.TakeoverRules{Low: tell}}, unnoted},
		{"mails without their texts, medium", pool.RiskRules{Takeover: &pool.TakeoverRules{Low: block, Medium: tell}}, unnoted},
		{"mails without their texts, high", pool.RiskRules{Takeover: &pool.TakeoverRules{High: tell}}, unnoted},
		{"mails with their texts", pool.RiskRules{Takeover: &pool.TakeoverRules{High: tell, Notify: &pool.RiskNotice{}}}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			wantOutcome(t, tt.rules.Check(), pool.InvalidParameter, tt.want)
		})
	}
}

func TestCheckProtected(t *testing.T) {
	t.Parallel()
	for mode, want := range map[string]string{
		"": "Threat protection is not enabled for this user pool.", "OFF": "Threat protection is not enabled for this user pool.",
		"AUDIT": "", "ENFORCED": "",
	} {
		p := &pool.Pool{Settings: pool.Settings{AdvancedSecurity: mode}}
		wantOutcome(t, p.CheckProtected(), pool.AddOnNotEnabled, want)
	}
}
