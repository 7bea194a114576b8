package token

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/cenote-auth/cenote/internal/pool"
)

// The claims that say which token it is and of whom: no function changes them,
// but for isOwnAudience.
// Source: the service's guide to the pre token generation trigger.
var (
	fixedInBoth = []string{
		"acr", "amr", "at_hash", "aud", "auth_time", "azp", "exp", "iat", "identities", "iss", "jti", "nbf", "nonce", "origin_jti",
		"sub", "token_use",
	}
	fixedInAccess = append([]string{"client_id", "device_key", "event_id", "scope", "username", "version"}, fixedInBoth...)
	reserved      = []string{"cognito:", "dev:"}

	// ofGroups are left out together, by the name of the first.
	ofGroups = []string{"cognito:groups", "cognito:roles", "cognito:preferred_role"}
)

// fixed reports whether a claim is one of names, or of a reserved kind. Some
// readers of tokens take Sub for sub.
func fixed(names []string, name string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, name) }) ||
		slices.ContainsFunc(reserved, func(p string) bool { return len(name) >= len(p) && strings.EqualFold(name[:len(p)], p) })
}

// changed returns claims as c wants them, but for those that are fixed. What is
// new comes last, by name.
func changed(claims []claim, c pool.ClaimChanges, fixedNames []string) []claim {
	dropped := among(c.Drop)
	drop := func(name string) bool {
		if slices.Contains(ofGroups, name) {
			return dropped[ofGroups[0]]
		}
		return dropped[name] && !fixed(fixedNames, name)
	}
	claims = slices.DeleteFunc(claims, func(has claim) bool { return drop(has.name) })
	var added []claim
	for name, value := range c.Set {
		if dropped[name] || fixed(fixedNames, name) && !isOwnAudience(claims, name, value) {
			continue
		}
		i := slices.IndexFunc(claims, func(has claim) bool { return has.name == name })
		if i < 0 {
			added = append(added, claim{name, value})
			continue
		}
		claims[i].value = value
	}
	sortClaims(added)
	return append(claims, added...)
}

// isOwnAudience reports whether a claim is the audience that a function may give
// an access token, which has none by itself: its client.
func isOwnAudience(claims []claim, name string, value json.RawMessage) bool {
	var client string
	return name == "aud" && json.Unmarshal(value, &client) == nil && slices.Contains(claims, claim{"client_id", client})
}

// changedScope returns the scopes of a token without those that c drops and
// with those that it adds.
func changedScope(scope string, c *pool.TokenChanges) string {
	if c == nil {
		return scope
	}
	scopes := strings.Fields(scope)
	has, dropped := among(scopes), among(c.DropScopes)
	for _, added := range c.AddScopes {
		if isScope(added) && !has[added] {
			scopes, has[added] = append(scopes, added), true
		}
	}
	scopes = slices.DeleteFunc(scopes, func(s string) bool { return dropped[s] })
	return strings.Join(scopes, " ")
}

// among says which names are in list: what a function answers may be long.
func among(list []string) map[string]bool {
	names := make(map[string]bool, len(list))
	for _, name := range list {
		names[name] = true
	}
	return names
}

// isScope reports whether s is one scope. Source: RFC 6749 section 3.3.
func isScope(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' || r == '"' || r == '\\' })
}

// standing is what the tokens of g say of groups.
func (g Grant) standing() pool.GroupChange {
	if g.Changes != nil && g.Changes.Groups != nil {
		return *g.Changes.Groups
	}
	ranked := g.Groups.Ranked()
	return pool.GroupChange{Groups: ranked.Names(), Roles: ranked.Roles(), Preferred: ranked.PreferredRole()}
}

// tooLong returns InvalidLambdaResponse if a function made a token longer than
// what is taken back.
func (g Grant) tooLong(tokens ...unsigned) error {
	for _, t := range tokens {
		if g.Changes != nil && cap(t.text) > maxJWT {
			return pool.E(pool.InvalidLambdaResponse, "Unrecognizable lambda output")
		}
	}
	return nil
}
