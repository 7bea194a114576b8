package userpool

import (
	"context"
	"fmt"
)

// UpdateAttributes sets attributes of the signed-in user, all or none
// (UpdateUserAttributes; see Pool.UpdateUserAttributes, also for the errors), and
// returns where codes went that VerifyAttribute takes. What UserData keeps is
// made anew: an error about that comes with what the service answered, and leaves
// the attributes set. clientMetadata may be nil. The error has the code ErrNoUser
// if nobody is signed in.
func (u *User) UpdateAttributes(ctx context.Context, attributes, clientMetadata map[string]string) ([]CodeDelivery, error) {
	session, err := u.Session(ctx, nil)
	if err != nil {
		return nil, err
	}
	sent, err := u.pool.UpdateUserAttributes(ctx, session.AccessToken, UpdateAttributesInput{attributes, clientMetadata})
	if err != nil {
		return nil, err
	}
	return sent, u.renewUserData(ctx)
}

// DeleteAttributes takes attributes of the signed-in user away, all or none
// (DeleteUserAttributes; see Pool.DeleteUserAttributes for the errors). What
// UserData keeps is made anew, as by UpdateAttributes.
func (u *User) DeleteAttributes(ctx context.Context, names ...string) error {
	session, err := u.Session(ctx, nil)
	if err != nil {
		return err
	}
	if err := u.pool.DeleteUserAttributes(ctx, session.AccessToken, names...); err != nil {
		return err
	}
	return u.renewUserData(ctx)
}

// AttributeVerificationCode has a code sent to the signed-in user's address,
// name being "email", or phone number, "phone_number"
// (GetUserAttributeVerificationCode; see Pool.GetUserAttributeVerificationCode,
// also for the errors), and says where it went. clientMetadata may be nil.
func (u *User) AttributeVerificationCode(ctx context.Context, name string, clientMetadata map[string]string) (*CodeDelivery, error) {
	session, err := u.Session(ctx, nil)
	if err != nil {
		return nil, err
	}
	return u.pool.GetUserAttributeVerificationCode(ctx, session.AccessToken, AttributeVerificationInput{name, clientMetadata})
}

// VerifyAttribute proves the signed-in user's address or phone number by the code
// sent there (VerifyUserAttribute; see Pool.VerifyUserAttribute for the errors).
// What UserData keeps does not learn of it: ask with BypassCache.
func (u *User) VerifyAttribute(ctx context.Context, name, code string) error {
	session, err := u.Session(ctx, nil)
	if err != nil {
		return err
	}
	return u.pool.VerifyUserAttribute(ctx, session.AccessToken, name, code)
}

// Delete deletes the signed-in user at the service (DeleteUser), who cannot be
// brought back, and forgets the session here. The device record stays, as in
// JavaScript: see ClearCachedDevice. After an error of the service all is as it
// was; after one of the storage the user is deleted.
func (u *User) Delete(ctx context.Context) error {
	session, err := u.Session(ctx, nil)
	if err != nil {
		return err
	}
	if err := u.pool.DeleteUser(ctx, session.AccessToken); err != nil {
		return err
	}
	return u.SignOut(ctx)
}

// renewUserData makes the copy of the user data anew after the service changed
// it. If the data is not to be had, the copy is removed, which is not true any
// more; only a storage that fails is an error.
func (u *User) renewUserData(ctx context.Context) error {
	_, err := u.UserData(ctx, &UserDataOptions{BypassCache: true})
	if err == nil {
		return nil
	}
	key := u.pool.sessions.keys.UserData(u.Username())
	if err := u.pool.storage.Save(context.WithoutCancel(ctx), nil, key); err != nil {
		return fmt.Errorf("remove user data: %w", err)
	}
	return nil
}
