package userpool

import "context"

// ForgotPassword has a code sent by which the user's password can be replaced
// (ForgotPassword; see Pool.ForgotPassword, also for the errors), and says where
// it went. Nobody needs to be signed in.
func (u *User) ForgotPassword(ctx context.Context, clientMetadata map[string]string) (*CodeDelivery, error) {
	return u.pool.ForgotPassword(ctx, ForgotPasswordInput{Username: u.Username(), ClientMetadata: clientMetadata})
}

// ConfirmPassword replaces the user's password by means of the code
// (ConfirmForgotPassword; see Pool.ConfirmForgotPassword for the errors).
func (u *User) ConfirmPassword(ctx context.Context, code, password string, clientMetadata map[string]string) error {
	return u.pool.ConfirmForgotPassword(ctx, ConfirmForgotPasswordInput{
		Username: u.Username(), Code: code, Password: password, ClientMetadata: clientMetadata,
	})
}

// ChangePassword replaces the signed-in user's password (ChangePassword; see
// Pool.ChangePassword, also for the errors). The session stays. The error has the
// code ErrNoUser if nobody is signed in.
func (u *User) ChangePassword(ctx context.Context, previous, proposed string) error {
	session, err := u.Session(ctx, nil)
	if err != nil {
		return err
	}
	return u.pool.ChangePassword(ctx, session.AccessToken, previous, proposed)
}
