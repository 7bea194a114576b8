package userpool

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
)

// Authenticate begins a sign-in (InitiateAuth; see Pool.Begin) in the user's
// flow, or in c.Flow if that is set. c.Username may be left out. The step holds
// the session, which is then stored, or the challenge to be answered by Respond
// or one of its kin.
func (u *User) Authenticate(ctx context.Context, c Credentials) (*Step, error) {
	c.Username = cmp.Or(c.Username, u.Username())
	c.Flow = cmp.Or(c.Flow, u.Flow())
	step, err := u.pool.Begin(ctx, c)
	if err != nil {
		return nil, err
	}
	return u.take(ctx, step, c.Flow)
}

// Respond answers the challenge that the sign-in has come to
// (RespondToAuthChallenge; see Pool.Answer). After an error, as a wrong code, the
// challenge stays and can be answered again. Without a challenge the error has
// the code ErrSignIn.
func (u *User) Respond(ctx context.Context, a Answer) (*Step, error) {
	return u.respond(ctx, u.Challenge(), a)
}

func (u *User) respond(ctx context.Context, ch *Challenge, a Answer) (*Step, error) {
	step, err := u.pool.Answer(ctx, ch, a)
	if err != nil {
		return nil, err
	}
	return u.take(ctx, step, ch.Flow)
}

// CompleteNewPassword answers NEW_PASSWORD_REQUIRED. The attributes are those the
// challenge wants, by name; see Challenge.NewPassword. To no other challenge is
// the password sent: the error has the code ErrSignIn.
func (u *User) CompleteNewPassword(ctx context.Context, password string, attributes, clientMetadata map[string]string) (*Step, error) {
	return u.reply(ctx, Answer{Text: password, UserAttributes: attributes, ClientMetadata: clientMetadata}, NewPasswordRequired)
}

// SendCustomChallengeAnswer answers CUSTOM_CHALLENGE, and no other: ErrSignIn.
func (u *User) SendCustomChallengeAnswer(ctx context.Context, answer string, clientMetadata map[string]string) (*Step, error) {
	return u.reply(ctx, Answer{Text: answer, ClientMetadata: clientMetadata}, CustomChallenge)
}

// SendMFACode answers the challenge for a code, by whichever way the code came,
// and no other: ErrSignIn.
func (u *User) SendMFACode(ctx context.Context, code string, clientMetadata map[string]string) (*Step, error) {
	return u.reply(ctx, Answer{Text: code, ClientMetadata: clientMetadata}, SMSMFA, SoftwareTokenMFA, EmailOTP, SMSOTP)
}

// SendMFASelectionAnswer answers SELECT_MFA_TYPE: SMSMFA, SoftwareTokenMFA or
// EmailOTP. It answers no other challenge: ErrSignIn.
func (u *User) SendMFASelectionAnswer(ctx context.Context, mfa ChallengeName) (*Step, error) {
	return u.reply(ctx, Answer{Text: string(mfa)}, SelectMFAType)
}

// reply is Respond to one of these challenges alone.
func (u *User) reply(ctx context.Context, a Answer, to ...ChallengeName) (*Step, error) {
	ch := u.Challenge()
	if ch != nil && !slices.Contains(to, ch.Name) {
		return nil, fault(ErrSignIn, "the challenge "+string(ch.Name)+" waits for another answer", nil)
	}
	return u.respond(ctx, ch, a)
}

// take keeps what a step leads to. Like the JavaScript library it files a session
// in the name the person typed, but for SRP, where the service names the user.
func (u *User) take(ctx context.Context, step *Step, flow Flow) (*Step, error) {
	named := flow != FlowPassword && flow != FlowCustom
	u.mu.Lock()
	switch {
	case step.Challenge != nil:
		u.challenge = step.Challenge
		if named {
			u.username = cmp.Or(step.Challenge.Username, u.username)
		}
	case named:
		u.username = cmp.Or(step.Session.AccessToken.Username(), u.username)
	}
	username := u.username
	u.mu.Unlock()
	if step.Session == nil {
		return step, nil
	}
	if err := u.store(ctx, &Stored{Username: username, Session: step.Session}); err != nil {
		return nil, err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.session, u.challenge = step.Session.clone(), nil
	return step, nil
}

// NewPassword returns what NEW_PASSWORD_REQUIRED says: the user's attributes as
// they are, and the names of those that have to be given with the password. Both
// are empty for other challenges, and where the service says nothing.
func (c *Challenge) NewPassword() (current map[string]string, required []string) {
	current = make(map[string]string)
	var values map[string]any
	json.Unmarshal([]byte(c.Parameters["userAttributes"]), &values)
	for name, value := range values {
		if text, ok := value.(string); ok {
			current[name] = text
		}
	}
	var names []string
	json.Unmarshal([]byte(c.Parameters["requiredAttributes"]), &names)
	for _, name := range names {
		required = append(required, strings.TrimPrefix(name, "userAttributes."))
	}
	return current, required
}
