package signin

import (
	"context"
	"maps"
	"strings"

	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/risk"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// attributePrefix stands before the names of attributes in challenges.
const attributePrefix = "userAttributes."

// askNewPasswordRequired is the challenge of a user with a temporary password.
func (s *Service) askNewPasswordRequired(who person) (Step, error) {
	required := []string{}
	for _, name := range lacking(who.pool, who.user.Attributes) {
		required = append(required, attributePrefix+name)
	}
	return Step{
		Challenge: "NEW_PASSWORD_REQUIRED",
		Session:   s.Sessions.Seal(s.state(who, "NEW_PASSWORD_REQUIRED")),
		Parameters: map[string]string{
			"USER_ID_FOR_SRP":    who.user.Username,
			"requiredAttributes": jsonText(required),
			"userAttributes":     jsonText(readable(who)),
		},
	}, nil
}

// readable are the attributes that the client may read of the user.
func readable(who person) map[string]string {
	attributes := maps.Clone(who.user.Attributes)
	maps.DeleteFunc(attributes, func(name, _ string) bool { return !who.client.Readable(name) })
	return attributes
}

// lacking lists the attributes that p requires and attributes lack.
func lacking(p *pool.Pool, attributes map[string]string) (names []string) {
	for _, a := range p.Schema {
		if a.Required && a.Name != "sub" && attributes[a.Name] == "" {
			names = append(names, a.Name)
		}
	}
	return names
}

// answerNewPasswordRequired is NEW_PASSWORD_REQUIRED: the password that replaces the
// temporary one, and the attributes that were missing.
func (s *Service) answerNewPasswordRequired(ctx context.Context, r Reply) (Step, error) {
	who, _, err := s.resume(ctx, r)
	if err != nil {
		return Step{}, err
	}
	if who.user == nil || who.user.Status != pool.ForceChangePassword {
		return Step{}, errSession
	}
	password := r.Responses["NEW_PASSWORD"]
	if err := who.pool.PasswordPolicy.Check(password); err != nil {
		return Step{}, err
	}
	if _, err := s.Risk.CheckNew(ctx, who.pool, who.client, risk.AtChange, password); err != nil {
		return Step{}, err
	}
	added, err := given(who, r.Responses)
	if err != nil {
		return Step{}, err
	}
	sealed, err := directory.SealPassword(ctx, s.Store, s.Passwords, who.pool, who.user, password)
	if err != nil {
		return Step{}, err
	}
	before, after := who.user, *who.user
	after.Status = pool.Confirmed
	after.SessionGeneration++ // as SetPassword does
	after.Attributes = with(after.Attributes, added)
	who.user = &after // as the tokens say
	return s.secondWith(ctx, who, before, func(tx store.Tx, now *pool.User) error {
		who.user = now
		if _, err := given(who, r.Responses); err != nil { // there may be more than there was
			return err
		}
		if err := directory.SetPassword(ctx, tx, who.pool, now, sealed, pool.Confirmed, s.Now()); err != nil {
			return err
		}
		now.Attributes = with(now.Attributes, added)
		return directory.Save(ctx, tx, who.pool, now, s.Now(), false)
	})
}

// with returns attributes and those added.
func with(attributes, added map[string]string) map[string]string {
	all := maps.Clone(attributes)
	maps.Copy(all, added)
	return all
}

// given returns the attributes of the reply in their normal form, or says why
// they cannot be.
func given(who person, responses Parameters) (map[string]string, error) {
	all := maps.Clone(who.user.Attributes)
	sent := map[string]string{}
	for key, value := range responses {
		name, ok := strings.CutPrefix(key, attributePrefix)
		if !ok {
			continue
		}
		if name == "sub" || pool.VerifiedFlag(name) {
			return nil, pool.E(pool.InvalidParameter, "Cannot modify the non-mutable attribute "+name)
		}
		if old := all[name]; old != "" && old != value {
			return nil, pool.E(pool.NotAuthorized, "Cannot modify an already provided "+name)
		}
		sent[name], all[name] = value, value
	}
	if err := who.client.CheckWritable(sent); err != nil {
		return nil, err
	}
	if names := lacking(who.pool, all); len(names) > 0 {
		return nil, pool.E(pool.InvalidParameter, "Invalid attributes given, "+names[0]+" is missing")
	}
	return who.pool.Schema.CheckNew(sent, false)
}
