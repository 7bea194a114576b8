package auth

import (
	"context"
	"fmt"
	"io"
	"log/slog"

	"github.com/cenote-auth/cenote/auth/userpool"
)

// SetUpTOTP begins to set up an authenticator app for the signed-in user
// (AssociateSoftwareToken). It is Amplify's setUpTOTP. The app is given what is
// returned, its first code goes to VerifyTOTPSetup, and UpdateMFAPreference then
// has sign-ins ask for it. Until the code came an app that the user had before
// stays good.
//
// Errors: "SoftwareTokenMFANotFoundException" in a pool without authenticator
// apps; ErrSetUpTOTP if the service gives no secret; ErrNotSignedIn.
func (c *Client) SetUpTOTP(ctx context.Context) (*TOTPSetup, error) {
	stored, err := c.present(ctx)
	if err != nil {
		return nil, named("SetUpTOTP", err)
	}
	secret, err := c.pool.SetUpSoftwareToken(ctx, stored.Session.AccessToken)
	if err != nil {
		return nil, named("SetUpTOTP", err)
	}
	if secret == "" {
		return nil, failure("SetUpTOTP", ErrSetUpTOTP)
	}
	return &TOTPSetup{Secret: secret, Account: userOf(stored).Username}, nil
}

// VerifyTOTPSetupInput proves that an authenticator app is set up. Formatting and
// logging it do not show the code.
type VerifyTOTPSetupInput struct {
	Code               string // that the app shows
	FriendlyDeviceName string // the user's name for the app; may be empty
}

// VerifyTOTPSetup takes the first code of the app that SetUpTOTP's answer was
// given (VerifySoftwareToken). It is Amplify's verifyTOTPSetup.
//
// Errors: ErrSoftwareToken for a wrong code (try again);
// "SoftwareTokenMFANotFoundException" if no app is being set up, as once it is;
// ErrNotSignedIn; ErrEmptyVerifyTOTPSetupCode.
func (c *Client) VerifyTOTPSetup(ctx context.Context, in VerifyTOTPSetupInput) error {
	if in.Code == "" {
		return failure("VerifyTOTPSetup", ErrEmptyVerifyTOTPSetupCode)
	}
	stored, err := c.present(ctx)
	if err != nil {
		return named("VerifyTOTPSetup", err)
	}
	err = c.pool.VerifySoftwareToken(ctx, stored.Session.AccessToken, in.Code, in.FriendlyDeviceName)
	if err != nil {
		return named("VerifyTOTPSetup", err)
	}
	c.events.emit(TOTPVerified{Username: stored.Username})
	return nil
}

// MFAPreference is what a kind of second factor is to a user. Its values are
// Amplify's.
type MFAPreference string

const (
	MFAEnabled      MFAPreference = "ENABLED"       // one of those that a sign-in may ask for
	MFADisabled     MFAPreference = "DISABLED"      // not used
	MFAPreferred    MFAPreference = "PREFERRED"     // the one that a sign-in asks for
	MFANotPreferred MFAPreference = "NOT_PREFERRED" // MFAEnabled, said more clearly
)

// preferences are what the service calls them, nil for what stays as it is.
var preferences = map[MFAPreference]*userpool.MFAPreference{
	"":              nil,
	MFAEnabled:      {Enabled: true},
	MFADisabled:     {},
	MFAPreferred:    {Enabled: true, Preferred: true},
	MFANotPreferred: {Enabled: true},
}

// UpdateMFAPreferenceInput says what each kind of second factor shall be. What is
// empty stays as it is.
type UpdateMFAPreferenceInput struct{ SMS, TOTP, Email MFAPreference }

// UpdateMFAPreference changes which second factors a sign-in asks the signed-in
// user for (SetUserMFAPreference). It is Amplify's updateMFAPreference. With
// several and none preferred, sign-ins ask which.
//
// Errors: ErrInvalidParameter for a factor that the user has not set up, for one
// that the pool does not have, and for two that are preferred; ErrNotSignedIn.
func (c *Client) UpdateMFAPreference(ctx context.Context, in UpdateMFAPreferenceInput) error {
	return named("UpdateMFAPreference", c.updateMFAPreference(ctx, in))
}

func (c *Client) updateMFAPreference(ctx context.Context, in UpdateMFAPreferenceInput) error {
	for _, p := range []MFAPreference{in.SMS, in.TOTP, in.Email} {
		if _, ok := preferences[p]; !ok {
			return failureOf("", ErrInvalidParameter, "There is no such preference.", "Use ENABLED, DISABLED, PREFERRED or NOT_PREFERRED.")
		}
	}
	stored, err := c.present(ctx)
	if err != nil {
		return err
	}
	return c.pool.SetUserMFAPreference(ctx, stored.Session.AccessToken, userpool.MFAPreferences{
		SMS: preferences[in.SMS], SoftwareToken: preferences[in.TOTP], Email: preferences[in.Email],
	})
}

// MFAPreferences are a user's second factors.
type MFAPreferences struct {
	Preferred MFAType   // "" if none is
	Enabled   []MFAType // the preferred one among them
}

// MFAPreference returns which second factors a sign-in asks the signed-in user
// for (GetUser). It is Amplify's fetchMFAPreference. Kinds that this package does
// not know are left out.
//
// Errors: those of CurrentUser with Verify.
func (c *Client) MFAPreference(ctx context.Context) (*MFAPreferences, error) {
	stored, err := c.present(ctx)
	if err != nil {
		return nil, named("MFAPreference", err)
	}
	data, err := c.pool.GetUser(ctx, stored.Session.AccessToken)
	if err != nil {
		return nil, named("MFAPreference", err)
	}
	return &MFAPreferences{Preferred: mfaNames[data.PreferredMFASetting], Enabled: mfaTypesOf(data.UserMFASettingList)}, nil
}

// String describes in without the code.
func (in VerifyTOTPSetupInput) String() string {
	return fmt.Sprintf("VerifyTOTPSetupInput{FriendlyDeviceName: %q}", in.FriendlyDeviceName)
}

// Format prints String for every verb.
func (in VerifyTOTPSetupInput) Format(f fmt.State, _ rune) { io.WriteString(f, in.String()) }

// LogValue is String.
func (in VerifyTOTPSetupInput) LogValue() slog.Value { return slog.StringValue(in.String()) }
