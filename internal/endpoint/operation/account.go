package operation

import (
	"context"

	"github.com/cenote-auth/cenote/internal/api"
)

// GetUser returns what the client may read of the user of an access token.
func (o *Operations) GetUser(ctx context.Context, in *api.GetUserRequest) (*api.GetUserResponse, error) {
	profile, err := o.account.Get(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	return &api.GetUserResponse{
		Username: profile.Username, UserAttributes: attributeList(profile.Attributes),
		MFAOptions: mfaOptionsOnWire(profile.MFAOptions), UserMFASettingList: profile.Factors,
		PreferredMfaSetting: ptr[string](profile.Preferred),
	}, nil
}

// GlobalSignOut ends all tokens of the user of an access token.
func (o *Operations) GlobalSignOut(ctx context.Context, in *api.GlobalSignOutRequest) (*api.GlobalSignOutResponse, error) {
	if err := o.account.SignOutEverywhere(ctx, in.AccessToken); err != nil {
		return nil, err
	}
	return &api.GlobalSignOutResponse{}, nil
}
