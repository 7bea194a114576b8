package userpool

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// UserData is what the service says of a user. As JSON it reads like the answer
// of GetUser, which is also how amazon-cognito-identity-js keeps it.
type UserData struct {
	Username            string
	UserAttributes      []Attribute
	MFAOptions          []MFAOption `json:",omitempty"`                    // of SMS, in pools of old
	PreferredMFASetting string      `json:"PreferredMfaSetting,omitempty"` // SMS_MFA, SOFTWARE_TOKEN_MFA or EMAIL_OTP
	UserMFASettingList  []string    `json:",omitempty"`
}

// Attribute is one fact about a user, as CognitoUserAttribute is.
type Attribute struct{ Name, Value string }

// MFAOption is where codes go to.
type MFAOption struct{ DeliveryMedium, AttributeName string }

// Map returns the attributes by name.
func (u *UserData) Map() map[string]string {
	m := make(map[string]string, len(u.UserAttributes))
	for _, a := range u.UserAttributes {
		m[a.Name] = a.Value
	}
	return m
}

// GetUser returns what the service knows of the user an access token is for
// (GetUser). A token that is revoked, expired or of a deleted user is
// ErrNotAuthorized or ErrUserNotFound.
func (p *Pool) GetUser(ctx context.Context, access Token) (*UserData, error) {
	out, err := p.api.GetUser(ctx, &cip.GetUserInput{AccessToken: aws.String(access.Raw())})
	if err != nil {
		return nil, serviceError(err)
	}
	u := &UserData{
		Username: aws.ToString(out.Username), UserAttributes: []Attribute{},
		PreferredMFASetting: aws.ToString(out.PreferredMfaSetting), UserMFASettingList: out.UserMFASettingList,
	}
	for _, a := range out.UserAttributes {
		u.UserAttributes = append(u.UserAttributes, Attribute{aws.ToString(a.Name), aws.ToString(a.Value)})
	}
	for _, o := range out.MFAOptions {
		u.MFAOptions = append(u.MFAOptions, MFAOption{string(o.DeliveryMedium), aws.ToString(o.AttributeName)})
	}
	return u, nil
}

// RevokeToken ends the session's refresh token, and every access token that came
// by it (RevokeToken). Without a refresh token it does nothing. The error is
// "UnsupportedOperationException" for an app client without token revocation.
func (p *Pool) RevokeToken(ctx context.Context, session *Session) error {
	if session == nil || session.RefreshToken == "" {
		return nil
	}
	_, err := p.api.RevokeToken(ctx, &cip.RevokeTokenInput{
		ClientId:     aws.String(p.clientID),
		ClientSecret: optional(p.secret),
		Token:        aws.String(session.RefreshToken),
	})
	return serviceError(err)
}

// GlobalSignOut ends all of the user's sessions (GlobalSignOut).
func (p *Pool) GlobalSignOut(ctx context.Context, access Token) error {
	_, err := p.api.GlobalSignOut(ctx, &cip.GlobalSignOutInput{AccessToken: aws.String(access.Raw())})
	return serviceError(err)
}
