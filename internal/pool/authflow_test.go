package pool

import (
	"slices"
	"strings"
	"testing"
)

func TestAllowsFlow(t *testing.T) {
	t.Parallel()
	all := []string{
		"USER_SRP_AUTH", "USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH", "CUSTOM_AUTH", "USER_AUTH",
		"REFRESH_TOKEN_AUTH", "REFRESH_TOKEN",
	}
	for _, tt := range []struct {
		name  string
		flows string
		want  string
	}{
		{"unset", "", "USER_SRP_AUTH CUSTOM_AUTH REFRESH_TOKEN_AUTH REFRESH_TOKEN"},
		{"SRP", "ALLOW_USER_SRP_AUTH", "USER_SRP_AUTH"},
		{"password and refresh", "ALLOW_USER_PASSWORD_AUTH ALLOW_REFRESH_TOKEN_AUTH", "USER_PASSWORD_AUTH REFRESH_TOKEN_AUTH REFRESH_TOKEN"},
		{"administrators", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH ADMIN_NO_SRP_AUTH"},
		{"custom", "ALLOW_CUSTOM_AUTH", "CUSTOM_AUTH"},
		{"choice", "ALLOW_USER_AUTH", "USER_AUTH"},
		{"the old word for administrators", "ADMIN_NO_SRP_AUTH",
			"USER_SRP_AUTH ADMIN_USER_PASSWORD_AUTH ADMIN_NO_SRP_AUTH CUSTOM_AUTH REFRESH_TOKEN_AUTH REFRESH_TOKEN"},
		{"the old word for passwords", "USER_PASSWORD_AUTH", "USER_SRP_AUTH USER_PASSWORD_AUTH CUSTOM_AUTH REFRESH_TOKEN_AUTH REFRESH_TOKEN"},
		{"the old word for custom alone", "CUSTOM_AUTH_FLOW_ONLY", "CUSTOM_AUTH REFRESH_TOKEN_AUTH REFRESH_TOKEN"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := &Client{ClientSettings: ClientSettings{AuthFlows: strings.Fields(tt.flows)}}
			for _, flow := range append(all, "UNKNOWN", "") {
				if got, want := c.AllowsFlow(flow), slices.Contains(strings.Fields(tt.want), flow); got != want {
					t.Errorf("AllowsFlow(%q) = %v", flow, got)
				}
			}
		})
	}
}

func TestTheTierLiteHasNoChoices(t *testing.T) {
	t.Parallel()
	c := &Client{ClientSettings: ClientSettings{AuthFlows: []string{"ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}}}
	for _, tt := range []struct {
		tier, flow string
		want       bool
	}{
		{"LITE", "USER_AUTH", false}, {"ESSENTIALS", "USER_AUTH", true}, {"PLUS", "USER_AUTH", true},
		{"LITE", "REFRESH_TOKEN_AUTH", true}, {"PLUS", "USER_SRP_AUTH", false},
	} {
		p := &Pool{Settings: Settings{Tier: tt.tier}}
		if got := p.AllowsFlow(c, tt.flow); got != tt.want {
			t.Errorf("%s at a pool of the tier %s: %v, want %v", tt.flow, tt.tier, got, tt.want)
		}
	}
}
