package signin

import (
	"context"
	"maps"
	"strings"

	"github.com/google/uuid"

	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// attributePrefix stands before the names of attributes in challenges.
const attributePrefix = "userAttributes."

// askNewPassword is the challenge of a user with a temporary password.
func (s *Service) askNewPassword(who person, id string) (Step, error) {
	if id == "" {
		id = uuid.NewString()
	}
	return Step{
		Challenge: "NEW_PASSWORD_REQUIRED",
		Session:   s.Sessions.Seal(s.state(who, "challenge", "NEW_PASSWORD_REQUIRED", id)),
		Parameters: map[string]string{
			"USER_ID_FOR_SRP":    who.user.Username,
			"requiredAttributes": jsonText(missing(who)),
			"userAttributes":     jsonText(who.user.Attributes),
		},
	}, nil
}

// missing lists the required attributes that the user lacks.
func missing(who person) []string {
	names := []string{}
	for _, a := range who.pool.Schema {
		if a.Required && who.user.Attribute(a.Name) == "" {
			names = append(names, attributePrefix+a.Name)
		}
	}
	return names
}

// answerNewPassword is NEW_PASSWORD_REQUIRED: the password that replaces the
// temporary one, and the attributes that were missing.
func (s *Service) answerNewPassword(ctx context.Context, r Reply) (Step, error) {
	if err := r.Responses.need("NEW_PASSWORD"); err != nil {
		return Step{}, err
	}
	password := r.Responses["NEW_PASSWORD"]
	who, state, err := s.resume(ctx, r, "challenge", r.Session)
	if err != nil {
		return Step{}, err
	}
	if who.user == nil || who.user.Status != pool.ForceChangePassword {
		return Step{}, errSession
	}
	if err := who.pool.PasswordPolicy.Check(password); err != nil {
		return Step{}, err
	}
	attributes, err := given(who, r.Responses)
	if err != nil {
		return Step{}, err
	}
	changed := *who.user
	changed.Attributes = attributes
	changed.Status = pool.Confirmed
	changed.SessionGeneration++
	changed.PasswordSet = s.Now()
	if changed.SealedPassword, err = s.Passwords.Make(ctx, who.pool, &changed, password); err != nil {
		return Step{}, err
	}
	before := who.user
	who.user = &changed
	return s.issue(ctx, who, before, state.SignInID, func(tx store.Tx) error {
		return directory.Save(ctx, tx, who.pool, &changed, changed.PasswordSet, false)
	})
}

// given returns the attributes of who with those of the reply among them, or
// says why they cannot be.
func given(who person, responses Parameters) (map[string]string, error) {
	all := maps.Clone(who.user.Attributes)
	sent := map[string]string{}
	for key, value := range responses {
		name, ok := strings.CutPrefix(key, attributePrefix)
		if !ok {
			continue
		}
		if name == "sub" || strings.HasSuffix(name, "_verified") {
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
	return who.pool.Schema.CheckNew(all, true)
}
