package trigger

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/cenote-auth/cenote/internal/pool"
)

// The occasions on which tokens are made.
const (
	TokensByAPI         = "TokenGeneration_Authentication"
	TokensByPages       = "TokenGeneration_HostedAuth"
	TokensByNewPassword = "TokenGeneration_NewPasswordChallenge"
	TokensByDevice      = "TokenGeneration_AuthenticateDevice"
	TokensByRefresh     = "TokenGeneration_RefreshTokens"
	TokensOfClient      = "TokenGeneration_ClientCredentials" // version 3 alone
)

// The versions of PreTokenGeneration in LambdaConfig, but for the first, and in
// its events.
var tokenEventVersions = map[string]string{"V2_0": "2", "V3_0": "3"}

type preTokenRequest struct {
	UserAttributes     map[string]string `json:"userAttributes"`
	Scopes             []string          `json:"scopes,omitempty"` // not in version 1
	GroupConfiguration *groupDetails     `json:"groupConfiguration,omitempty"`
	ClientMetadata     map[string]string `json:"clientMetadata,omitempty"`
}

type groupDetails struct {
	Groups    []string `json:"groupsToOverride"`
	Roles     []string `json:"iamRolesToOverride"`
	Preferred *string  `json:"preferredRole"`
}

// Upcoming is what tokens would say without the function.
type Upcoming struct {
	Occasion string // TokensByAPI, ...
	Scopes   []string
	Groups   pool.Groups
}

// PreTokenGeneration asks what the tokens of s shall say otherwise; nil if the
// pool has no such trigger or the function wants nothing else. The tokens of a
// client alone, without a user, are asked about in version 3 only.
func (t *Triggers) PreTokenGeneration(ctx context.Context, s Subject, u Upcoming, metadata map[string]string) (*pool.TokenChanges, error) {
	function, ok := s.Pool.Triggers.ARN[preTokenGeneration]
	if !ok {
		return nil, nil
	}
	version := tokenEventVersions[s.Pool.Triggers.Versions[preTokenGeneration]]
	if u.Occasion == TokensOfClient && version != "3" {
		return nil, nil
	}
	e := newEvent(s, u.Occasion)
	request := preTokenRequest{UserAttributes: e.attributes, ClientMetadata: metadata}
	if u.Occasion != TokensOfClient {
		request.GroupConfiguration = configuration(u.Groups.Ranked())
	}
	changes := &changes{root: "claimsOverrideDetails"}
	if version != "" {
		e.Version, request.Scopes, changes.root, changes.any = version, u.Scopes, "claimsAndScopeOverrideDetails", true
	}
	e.Request, e.Response = request, map[string]any{changes.root: nil}
	if err := t.invoke(ctx, call{preTokenGeneration, function, e, changes.read}); err != nil {
		return nil, err
	}
	return changes.wanted, nil
}

func configuration(ranked pool.Groups) *groupDetails {
	c := &groupDetails{Groups: listed(ranked.Names()), Roles: listed(ranked.Roles())}
	if role := ranked.PreferredRole(); role != "" {
		c.Preferred = &role
	}
	return c
}

// changes reads the response.
type changes struct {
	root   string
	any    bool // values of claims are not text alone, and there are two tokens
	wanted *pool.TokenChanges
}

func (c *changes) read(response members) error {
	details, there, err := response.object(c.root)
	if err != nil || !there {
		return err
	}
	wanted := &pool.TokenChanges{}
	if c.any {
		err = c.readBoth(details, wanted)
	} else {
		wanted.ID, err = c.claims(details)
	}
	if err != nil {
		return err
	}
	if wanted.Groups, err = groupChange(details); err != nil {
		return err
	}
	c.wanted = wanted
	return nil
}

// readBoth reads what versions 2 and 3 say of each token.
func (c *changes) readBoth(details members, wanted *pool.TokenChanges) error {
	id, _, err := details.object("idTokenGeneration")
	if err != nil {
		return err
	}
	access, _, err := details.object("accessTokenGeneration")
	if err != nil {
		return err
	}
	if wanted.ID, err = c.claims(id); err != nil {
		return err
	}
	if wanted.Access, err = c.claims(access); err != nil {
		return err
	}
	if wanted.AddScopes, err = access.list("scopesToAdd"); err != nil {
		return err
	}
	wanted.DropScopes, err = access.list("scopesToSuppress")
	return err
}

// claims reads the changes of one token. A claim that shall be null is none.
func (c *changes) claims(details members) (pool.ClaimChanges, error) {
	added, _, err := details.object("claimsToAddOrOverride")
	if err != nil {
		return pool.ClaimChanges{}, err
	}
	set := make(map[string]json.RawMessage, len(added))
	for name, value := range added {
		if _, isText := text(value); !isText && !c.any && !null(value) {
			return pool.ClaimChanges{}, errUnrecognizable
		}
		if !null(value) {
			var b bytes.Buffer
			_ = json.Compact(&b, value) // it is valid
			set[name] = b.Bytes()
		}
	}
	drop, err := details.list("claimsToSuppress")
	return pool.ClaimChanges{Set: set, Drop: drop}, err
}

// groupChange reads what takes the place of the groups: nothing where the
// function says nothing, and no groups where it says null or {}.
func groupChange(details members) (*pool.GroupChange, error) {
	if _, said := details["groupOverrideDetails"]; !said {
		return nil, nil
	}
	groups, _, err := details.object("groupOverrideDetails")
	if err != nil {
		return nil, err
	}
	g := &pool.GroupChange{}
	if g.Groups, err = groups.list("groupsToOverride"); err != nil {
		return nil, err
	}
	if g.Roles, err = groups.list("iamRolesToOverride"); err != nil {
		return nil, err
	}
	g.Preferred, err = groups.text("preferredRole")
	return g, err
}
