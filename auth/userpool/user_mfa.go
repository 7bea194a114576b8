package userpool

import "context"

// AssociateSoftwareToken begins to set up a software token
// (AssociateSoftwareToken): for the sign-in whose challenge is MFA_SETUP, else for
// the signed-in user. It returns the token's secret, to be shown to the person;
// VerifySoftwareToken takes the first code. The error has the code ErrNoUser if
// there is neither.
func (u *User) AssociateSoftwareToken(ctx context.Context) (secret string, err error) {
	ch := u.Challenge()
	if !ch.setsUpMFA() {
		session, err := u.Session(ctx, nil)
		if err != nil {
			return "", err
		}
		return u.pool.SetUpSoftwareToken(ctx, session.AccessToken)
	}
	secret, next, err := u.pool.AssociateSoftwareToken(ctx, ch)
	if err != nil {
		return "", err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.challenge == ch {
		u.challenge = next
	}
	return secret, nil
}

// VerifySoftwareToken takes the first code of the token that
// AssociateSoftwareToken gave (VerifySoftwareToken; see Pool.VerifySoftwareToken
// for the errors). During such a sign-in it answers MFA_SETUP
// (RespondToAuthChallenge), and the step says what comes next; else the step
// holds the session there is, and SetMFAPreference has sign-ins ask for the token.
func (u *User) VerifySoftwareToken(ctx context.Context, code, friendlyDeviceName string) (*Step, error) {
	if u.Challenge().setsUpMFA() {
		return u.Respond(ctx, Answer{Text: code, FriendlyDeviceName: friendlyDeviceName})
	}
	session, err := u.Session(ctx, nil)
	if err != nil {
		return nil, err
	}
	if err := u.pool.VerifySoftwareToken(ctx, session.AccessToken, code, friendlyDeviceName); err != nil {
		return nil, err
	}
	return &Step{Session: session}, nil
}

// setsUpMFA reports whether ch, which may be nil, waits for a second factor to be
// set up.
func (ch *Challenge) setsUpMFA() bool { return ch != nil && ch.Name == MFASetup }

// SetMFAPreference changes which second factors a sign-in asks the signed-in user
// for (SetUserMFAPreference; see Pool.SetUserMFAPreference for the errors). What
// UserData keeps does not learn of it: ask with BypassCache.
func (u *User) SetMFAPreference(ctx context.Context, in MFAPreferences) error {
	session, err := u.Session(ctx, nil)
	if err != nil {
		return err
	}
	return u.pool.SetUserMFAPreference(ctx, session.AccessToken, in)
}

// EnableMFA has the signed-in user's sign-ins ask for a code by text message, in
// the way of old (SetUserSettings). SetMFAPreference is its successor.
func (u *User) EnableMFA(ctx context.Context) error { return u.setSMSCodes(ctx, true) }

// DisableMFA takes EnableMFA back (SetUserSettings).
func (u *User) DisableMFA(ctx context.Context) error { return u.setSMSCodes(ctx, false) }

func (u *User) setSMSCodes(ctx context.Context, on bool) error {
	session, err := u.Session(ctx, nil)
	if err != nil {
		return err
	}
	return u.pool.setSMSCodes(ctx, session.AccessToken, on)
}
