package userpool

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// SetUpSoftwareToken begins to set up a software token for the user an access
// token is for (AssociateSoftwareToken). It returns the token's secret, to be
// shown to the person; VerifySoftwareToken takes the first code. Until then a
// token that the user had before stays good. During a sign-in it is
// AssociateSoftwareToken.
func (p *Pool) SetUpSoftwareToken(ctx context.Context, access Token) (secret string, err error) {
	out, err := p.api.AssociateSoftwareToken(ctx, &cip.AssociateSoftwareTokenInput{AccessToken: aws.String(access.Raw())})
	if err != nil {
		return "", serviceError(err)
	}
	return aws.ToString(out.SecretCode), nil
}

// VerifySoftwareToken proves by its first code that the token which
// SetUpSoftwareToken gave is set up (VerifySoftwareToken). friendlyDeviceName is
// the person's name for it, and may be empty. That a sign-in asks for it is
// another matter: SetUserMFAPreference. Among the errors are ErrSoftwareToken
// for a wrong code, and "SoftwareTokenMFANotFoundException" if no token is being
// set up, as once it is.
func (p *Pool) VerifySoftwareToken(ctx context.Context, access Token, code, friendlyDeviceName string) error {
	_, err := p.verifySoftwareToken(ctx, &cip.VerifySoftwareTokenInput{
		AccessToken:        aws.String(access.Raw()),
		UserCode:           aws.String(code),
		FriendlyDeviceName: optional(friendlyDeviceName),
	})
	return err
}

// verifySoftwareToken returns the session that comes with the answer.
func (p *Pool) verifySoftwareToken(ctx context.Context, in *cip.VerifySoftwareTokenInput) (session string, err error) {
	out, err := p.api.VerifySoftwareToken(ctx, in)
	if err != nil {
		return "", serviceError(err)
	}
	if out.Status == types.VerifySoftwareTokenResponseTypeError {
		return "", fault(ErrSoftwareToken, "the software token was not verified", nil)
	}
	return aws.ToString(out.Session), nil
}

// MFAPreference says whether a kind of second factor is used, and whether it is
// the one that a sign-in asks for without a choice. Preferred without Enabled is
// refused by the service.
type MFAPreference struct{ Enabled, Preferred bool }

// MFAPreferences are a user's. What is nil stays as it is.
type MFAPreferences struct {
	SMS, SoftwareToken, Email *MFAPreference
}

// SetUserMFAPreference changes which second factors a sign-in asks the user of an
// access token for (SetUserMFAPreference). Among the errors is
// ErrInvalidParameter for a factor that the user has not set up, and for two that
// are preferred.
func (p *Pool) SetUserMFAPreference(ctx context.Context, access Token, in MFAPreferences) error {
	request := &cip.SetUserMFAPreferenceInput{AccessToken: aws.String(access.Raw())}
	if f := in.SMS; f != nil {
		request.SMSMfaSettings = &types.SMSMfaSettingsType{Enabled: f.Enabled, PreferredMfa: f.Preferred}
	}
	if f := in.SoftwareToken; f != nil {
		request.SoftwareTokenMfaSettings = &types.SoftwareTokenMfaSettingsType{Enabled: f.Enabled, PreferredMfa: f.Preferred}
	}
	if f := in.Email; f != nil {
		request.EmailMfaSettings = &types.EmailMfaSettingsType{Enabled: f.Enabled, PreferredMfa: f.Preferred}
	}
	_, err := p.api.SetUserMFAPreference(ctx, request)
	return serviceError(err)
}

// setSMSCodes switches codes by text message on or off in the way of old.
func (p *Pool) setSMSCodes(ctx context.Context, access Token, on bool) error {
	request := &cip.SetUserSettingsInput{AccessToken: aws.String(access.Raw()), MFAOptions: []types.MFAOptionType{}}
	if on {
		request.MFAOptions = []types.MFAOptionType{{
			DeliveryMedium: types.DeliveryMediumTypeSms, AttributeName: aws.String("phone_number"),
		}}
	}
	_, err := p.api.SetUserSettings(ctx, request)
	return serviceError(err)
}
