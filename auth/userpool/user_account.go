package userpool

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// ConfirmRegistration proves the new user's address by the code sent there
// (ConfirmSignUp; see Pool.ConfirmSignUp for the errors). forceAliasCreation
// takes the address over from another user who has it.
func (u *User) ConfirmRegistration(ctx context.Context, code string, forceAliasCreation bool, clientMetadata map[string]string) error {
	_, err := u.pool.ConfirmSignUp(ctx, ConfirmSignUpInput{
		Username: u.Username(), Code: code, ForceAliasCreation: forceAliasCreation, ClientMetadata: clientMetadata,
	})
	return err
}

// ResendConfirmationCode sends the new user another code
// (ResendConfirmationCode) and says where to.
func (u *User) ResendConfirmationCode(ctx context.Context, clientMetadata map[string]string) (*CodeDelivery, error) {
	return u.pool.ResendConfirmationCode(ctx, ResendInput{Username: u.Username(), ClientMetadata: clientMetadata})
}

// UserDataOptions are what UserData can be told.
type UserDataOptions struct {
	// BypassCache asks the service and, if there was a copy in the storage,
	// refreshes the session too, so that its claims are as new as the data.
	BypassCache bool

	ClientMetadata map[string]string // for the triggers of a refresh
}

// UserData returns what the service knows of the signed-in user: the copy in the
// storage if there is one, else what GetUser answers, of which a copy is kept.
// opts may be nil. The error has the code ErrNoUser if nobody is signed in.
func (u *User) UserData(ctx context.Context, opts *UserDataOptions) (*UserData, error) {
	if opts == nil {
		opts = &UserDataOptions{}
	}
	session, err := u.Session(ctx, opts.ClientMetadata)
	if err != nil {
		return nil, u.dropUserData(ctx, err)
	}
	cached, err := u.cachedUserData(ctx)
	if err != nil {
		return nil, err
	}
	if cached != nil && !opts.BypassCache {
		return cached, nil
	}
	data, err := u.pool.GetUser(ctx, session.AccessToken)
	if err != nil {
		return nil, err
	}
	if err := u.cacheUserData(ctx, data); err != nil {
		return nil, err
	}
	if cached != nil && session.RefreshToken != "" {
		u.Refresh(ctx, opts.ClientMetadata) // a bonus: what was asked for is there
	}
	return data, nil
}

// Attributes returns the signed-in user's attributes as the service has them now
// (GetUser).
func (u *User) Attributes(ctx context.Context) ([]Attribute, error) {
	data, err := u.current(ctx)
	if err != nil {
		return nil, err
	}
	return data.UserAttributes, nil
}

// MFAOptions returns the signed-in user's MFA options of old (GetUser). Pools of
// today have none.
func (u *User) MFAOptions(ctx context.Context) ([]MFAOption, error) {
	data, err := u.current(ctx)
	if err != nil {
		return nil, err
	}
	return data.MFAOptions, nil
}

// current returns what the service knows now.
func (u *User) current(ctx context.Context) (*UserData, error) {
	session, err := u.Session(ctx, nil)
	if err != nil {
		return nil, err
	}
	return u.pool.GetUser(ctx, session.AccessToken)
}

// cachedUserData returns nil if there is no copy, or none that can be read.
func (u *User) cachedUserData(ctx context.Context) (*UserData, error) {
	key := u.pool.sessions.keys.UserData(u.Username())
	found, err := u.pool.storage.Load(ctx, key)
	if err != nil {
		return nil, fmt.Errorf("load user data: %w", err)
	}
	var data UserData
	if found[key] == "" || json.Unmarshal([]byte(found[key]), &data) != nil {
		return nil, nil
	}
	return &data, nil
}

func (u *User) cacheUserData(ctx context.Context, data *UserData) error {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false) // as JavaScript writes it
	if err := e.Encode(data); err != nil {
		return fmt.Errorf("write user data: %w", err)
	}
	key := u.pool.sessions.keys.UserData(u.Username())
	set := map[string]string{key: string(bytes.TrimSpace(text.Bytes()))}
	if err := u.pool.storage.Save(ctx, set); err != nil {
		return fmt.Errorf("save user data: %w", err)
	}
	return nil
}

// dropUserData removes the copy if nobody is signed in, and returns err.
func (u *User) dropUserData(ctx context.Context, err error) error {
	if !errors.Is(err, ErrNoUser) {
		return err
	}
	return errors.Join(err, u.pool.storage.Save(ctx, nil, u.pool.sessions.keys.UserData(u.Username())))
}
