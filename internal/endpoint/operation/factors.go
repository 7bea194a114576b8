package operation

import (
	"context"

	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/pool"
)

var errNoHolder = pool.E(pool.InvalidParameter, "Either AccessToken or Session is required.")

// AssociateSoftwareToken gives a user a seed for an authenticator app: the user
// of an access token, or who sets up a second factor in a sign-in.
func (o *Operations) AssociateSoftwareToken(ctx context.Context, in *api.AssociateSoftwareTokenRequest) (*api.AssociateSoftwareTokenResponse, error) {
	switch {
	case in.AccessToken != nil:
		secret, err := o.account.AssociateToken(ctx, *in.AccessToken)
		if err != nil {
			return nil, err
		}
		return &api.AssociateSoftwareTokenResponse{SecretCode: &secret}, nil
	case in.Session != nil:
		secret, session, err := o.signin.AssociateToken(ctx, *in.Session)
		if err != nil {
			return nil, err
		}
		return &api.AssociateSoftwareTokenResponse{SecretCode: &secret, Session: &session}, nil
	}
	return nil, errNoHolder
}

// SetUpClient returns the app client of a session of MFA_SETUP, "" for any other
// text.
func (o *Operations) SetUpClient(session string) string { return o.signin.SetUpClient(session) }

// VerifySoftwareToken takes the first password of a seed.
func (o *Operations) VerifySoftwareToken(ctx context.Context, in *api.VerifySoftwareTokenRequest) (*api.VerifySoftwareTokenResponse, error) {
	out := &api.VerifySoftwareTokenResponse{Status: new(api.VerifySoftwareTokenResponseTypeSuccess)}
	switch {
	case in.AccessToken != nil:
		return out, o.account.VerifyToken(ctx, *in.AccessToken, in.UserCode, value(in.FriendlyDeviceName))
	case in.Session != nil:
		session, err := o.signin.VerifyToken(ctx, *in.Session, in.UserCode, value(in.FriendlyDeviceName))
		out.Session = &session
		return out, err
	}
	return nil, errNoHolder
}

// SetUserMFAPreference switches second factors of the user of an access token on
// and off.
func (o *Operations) SetUserMFAPreference(ctx context.Context, in *api.SetUserMFAPreferenceRequest) (*api.SetUserMFAPreferenceResponse, error) {
	w := preference(in.SMSMfaSettings, in.SoftwareTokenMfaSettings, in.EmailMfaSettings, in.WebAuthnMfaSettings)
	if err := o.account.Prefer(ctx, in.AccessToken, w); err != nil {
		return nil, err
	}
	return &api.SetUserMFAPreferenceResponse{}, nil
}

// AdminSetUserMFAPreference is SetUserMFAPreference for a user of a name.
func (o *Operations) AdminSetUserMFAPreference(ctx context.Context, in *api.AdminSetUserMFAPreferenceRequest) (*api.AdminSetUserMFAPreferenceResponse, error) {
	w := preference(in.SMSMfaSettings, in.SoftwareTokenMfaSettings, in.EmailMfaSettings, in.WebAuthnMfaSettings)
	if err := o.users.Prefer(ctx, in.UserPoolId, in.Username, w); err != nil {
		return nil, err
	}
	return &api.AdminSetUserMFAPreferenceResponse{}, nil
}

// preference is what a request asks of the second factors of a user.
func preference(
	sms *api.SMSMfaSettingsType, token *api.SoftwareTokenMfaSettingsType, email *api.EmailMfaSettingsType, passkey *api.WebAuthnMfaSettingsType,
) (w pool.Preference) {
	if passkey != nil {
		w.Passkey = new(value(passkey.Enabled))
	}
	if sms != nil {
		w.SMS = &pool.FactorChoice{Enabled: value(sms.Enabled), Preferred: value(sms.PreferredMfa)}
	}
	if token != nil {
		w.SoftwareToken = &pool.FactorChoice{Enabled: value(token.Enabled), Preferred: value(token.PreferredMfa)}
	}
	if email != nil {
		w.Email = &pool.FactorChoice{Enabled: value(email.Enabled), Preferred: value(email.PreferredMfa)}
	}
	return w
}

// AdminDeleteSoftwareToken takes the software token of a user away.
func (o *Operations) AdminDeleteSoftwareToken(ctx context.Context, in *api.AdminDeleteSoftwareTokenRequest) (*api.AdminDeleteSoftwareTokenResponse, error) {
	if err := o.users.DeleteToken(ctx, in.UserPoolId, in.Username); err != nil {
		return nil, err
	}
	return &api.AdminDeleteSoftwareTokenResponse{}, nil
}

// GetUserAuthFactors says how the user of an access token can sign in.
func (o *Operations) GetUserAuthFactors(ctx context.Context, in *api.GetUserAuthFactorsRequest) (*api.GetUserAuthFactorsResponse, error) {
	profile, first, err := o.account.AuthFactors(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	return &api.GetUserAuthFactorsResponse{
		Username: profile.Username, UserMFASettingList: profile.Factors, PreferredMfaSetting: ptr[string](profile.Preferred),
		ConfiguredUserAuthFactors: convert[api.AuthFactorType](first),
	}, nil
}

// AdminGetUserAuthFactors is GetUserAuthFactors for a user of a name.
func (o *Operations) AdminGetUserAuthFactors(ctx context.Context, in *api.AdminGetUserAuthFactorsRequest) (*api.AdminGetUserAuthFactorsResponse, error) {
	u, first, err := o.users.AuthFactors(ctx, in.UserPoolId, in.Username)
	if err != nil {
		return nil, err
	}
	factors, preferred := u.SecondFactors()
	return &api.AdminGetUserAuthFactorsResponse{
		Username: u.Username, UserMFASettingList: factors, PreferredMfaSetting: ptr[string](preferred),
		ConfiguredUserAuthFactors: convert[api.AuthFactorType](first),
	}, nil
}
