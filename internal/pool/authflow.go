package pool

import "slices"

// AllowsFlow reports whether the client may sign people in by an AuthFlow of
// InitiateAuth. Clients without a list of flows have the service's default
// three; lists in the old words (USER_PASSWORD_AUTH and so on) add to SRP.
func (c *Client) AllowsFlow(flow string) bool {
	flow = flowSynonyms(flow)
	has := func(name string) bool { return slices.Contains(c.AuthFlows, name) }
	if len(c.AuthFlows) == 0 {
		return flow == "REFRESH_TOKEN_AUTH" || flow == "USER_SRP_AUTH" || flow == "CUSTOM_AUTH"
	}
	if !c.oldFlowNames() {
		return has("ALLOW_" + flow)
	}
	switch flow {
	case "REFRESH_TOKEN_AUTH":
		return true
	case "USER_SRP_AUTH":
		return !has("CUSTOM_AUTH_FLOW_ONLY")
	case "USER_PASSWORD_AUTH":
		return has("USER_PASSWORD_AUTH")
	case "ADMIN_USER_PASSWORD_AUTH":
		return has("ADMIN_NO_SRP_AUTH")
	}
	return flow == "CUSTOM_AUTH"
}

// AllowsFlow reports whether client c of p may sign people in by an AuthFlow:
// c must allow it, and the tier LITE has no USER_AUTH.
func (p *Pool) AllowsFlow(c *Client, flow string) bool {
	return c.AllowsFlow(flow) && (flow != "USER_AUTH" || p.Tier != "LITE")
}

// flowSynonyms gives each flow one name.
func flowSynonyms(flow string) string {
	switch flow {
	case "REFRESH_TOKEN":
		return "REFRESH_TOKEN_AUTH"
	case "ADMIN_NO_SRP_AUTH":
		return "ADMIN_USER_PASSWORD_AUTH"
	}
	return flow
}

// oldFlowNames reports whether the client's flows are in the words from before
// ALLOW_*. The two cannot be mixed.
func (c *Client) oldFlowNames() bool {
	for _, name := range []string{"ADMIN_NO_SRP_AUTH", "CUSTOM_AUTH_FLOW_ONLY", "USER_PASSWORD_AUTH"} {
		if slices.Contains(c.AuthFlows, name) {
			return true
		}
	}
	return false
}
