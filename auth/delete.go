package auth

import (
	"context"
	"errors"
)

// DeleteUser deletes the signed-in user at the service, who cannot be brought
// back (DeleteUser); then everything that is stored of the user is removed, the
// keys of a remembered device too, even if ctx has ended. It is Amplify's
// deleteUser.
//
// After an error of the service, ErrNotSignedIn among them, the user is signed in
// as before. An error of the storage means that the user is deleted and the
// tokens, which are worth nothing any more, may still be there.
func (c *Client) DeleteUser(ctx context.Context) error {
	return named("DeleteUser", c.deleteUser(ctx))
}

func (c *Client) deleteUser(ctx context.Context) error {
	stored, err := c.present(ctx)
	if err != nil {
		return err
	}
	if err := c.pool.DeleteUser(ctx, stored.Session.AccessToken); err != nil {
		return err
	}
	c.events.emit(UserDeleted{Username: stored.Username})

	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), maxClear)
	defer cancel()
	err = errors.Join(c.store.ClearDevice(ctx, deviceNames(stored)...), c.forget(ctx))
	if err != nil {
		return err
	}
	c.events.emit(SignedOut{Username: stored.Username})
	return nil
}
