package operation

import (
	"context"
	"slices"

	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/flow/admin"
	"github.com/cenote-auth/cenote/internal/pool"
)

// AdminCreateUser adds a user, or invites one again with MessageAction RESEND.
func (o *Operations) AdminCreateUser(ctx context.Context, in *api.AdminCreateUserRequest) (*api.AdminCreateUserResponse, error) {
	attributes, err := attributeMap(in.UserAttributes)
	if err != nil {
		return nil, err
	}
	n := admin.NewUser{
		PoolID: in.UserPoolId, Username: in.Username, Attributes: attributes,
		Password: value(in.TemporaryPassword), ForceAlias: value(in.ForceAliasCreation),
		Suppress:       value(in.MessageAction) == api.MessageActionTypeSuppress,
		ValidationData: validationData(in.ValidationData), ClientMetadata: in.ClientMetadata,
	}
	for _, m := range in.DesiredDeliveryMediums {
		n.Media = append(n.Media, string(m))
	}
	create := o.users.Create
	if value(in.MessageAction) == api.MessageActionTypeResend {
		create = o.users.Reinvite
	}
	u, err := create(ctx, n)
	if err != nil {
		return nil, err
	}
	return &api.AdminCreateUserResponse{User: new(userOnWire(u))}, nil
}

// AdminGetUser returns a user with all attributes.
func (o *Operations) AdminGetUser(ctx context.Context, in *api.AdminGetUserRequest) (*api.AdminGetUserResponse, error) {
	u, err := o.users.Get(ctx, in.UserPoolId, in.Username)
	if err != nil {
		return nil, err
	}
	w := userOnWire(u)
	factors, preferred := u.SecondFactors()
	return &api.AdminGetUserResponse{
		Username: u.Username, UserAttributes: w.Attributes, UserCreateDate: w.UserCreateDate,
		UserLastModifiedDate: w.UserLastModifiedDate, Enabled: w.Enabled, UserStatus: w.UserStatus,
		MFAOptions: w.MFAOptions, UserMFASettingList: factors, PreferredMfaSetting: ptr[string](preferred),
	}, nil
}

// AdminSetUserPassword gives a user a temporary or a permanent password.
func (o *Operations) AdminSetUserPassword(ctx context.Context, in *api.AdminSetUserPasswordRequest) (*api.AdminSetUserPasswordResponse, error) {
	if err := o.users.SetPassword(ctx, in.UserPoolId, in.Username, in.Password, value(in.Permanent)); err != nil {
		return nil, err
	}
	return &api.AdminSetUserPasswordResponse{}, nil
}

// AdminConfirmSignUp confirms a user without a code.
func (o *Operations) AdminConfirmSignUp(ctx context.Context, in *api.AdminConfirmSignUpRequest) (*api.AdminConfirmSignUpResponse, error) {
	if err := o.users.Confirm(ctx, in.UserPoolId, in.Username, in.ClientMetadata); err != nil {
		return nil, err
	}
	return &api.AdminConfirmSignUpResponse{}, nil
}

// AdminDeleteUser removes a user.
func (o *Operations) AdminDeleteUser(ctx context.Context, in *api.AdminDeleteUserRequest) error {
	return o.users.Delete(ctx, in.UserPoolId, in.Username)
}

// AdminUpdateUserAttributes changes attributes of a user.
func (o *Operations) AdminUpdateUserAttributes(ctx context.Context, in *api.AdminUpdateUserAttributesRequest) (*api.AdminUpdateUserAttributesResponse, error) {
	attributes, err := attributeMap(in.UserAttributes)
	if err != nil {
		return nil, err
	}
	if err := o.users.UpdateAttributes(ctx, in.UserPoolId, in.Username, attributes, in.ClientMetadata); err != nil {
		return nil, err
	}
	return &api.AdminUpdateUserAttributesResponse{}, nil
}

// AdminDeleteUserAttributes takes attributes away from a user.
func (o *Operations) AdminDeleteUserAttributes(ctx context.Context, in *api.AdminDeleteUserAttributesRequest) (*api.AdminDeleteUserAttributesResponse, error) {
	if err := o.users.DeleteAttributes(ctx, in.UserPoolId, in.Username, in.UserAttributeNames); err != nil {
		return nil, err
	}
	return &api.AdminDeleteUserAttributesResponse{}, nil
}

// AdminEnableUser lets a user sign in again.
func (o *Operations) AdminEnableUser(ctx context.Context, in *api.AdminEnableUserRequest) (*api.AdminEnableUserResponse, error) {
	if err := o.users.Enable(ctx, in.UserPoolId, in.Username); err != nil {
		return nil, err
	}
	return &api.AdminEnableUserResponse{}, nil
}

// AdminDisableUser ends a user's tokens and lets nobody sign in as that user.
func (o *Operations) AdminDisableUser(ctx context.Context, in *api.AdminDisableUserRequest) (*api.AdminDisableUserResponse, error) {
	if err := o.users.Disable(ctx, in.UserPoolId, in.Username); err != nil {
		return nil, err
	}
	return &api.AdminDisableUserResponse{}, nil
}

// AdminUserGlobalSignOut ends a user's tokens.
func (o *Operations) AdminUserGlobalSignOut(ctx context.Context, in *api.AdminUserGlobalSignOutRequest) (*api.AdminUserGlobalSignOutResponse, error) {
	if err := o.users.SignOutEverywhere(ctx, in.UserPoolId, in.Username); err != nil {
		return nil, err
	}
	return &api.AdminUserGlobalSignOutResponse{}, nil
}

// AdminResetUserPassword makes a user choose a new password with a code.
func (o *Operations) AdminResetUserPassword(ctx context.Context, in *api.AdminResetUserPasswordRequest) (*api.AdminResetUserPasswordResponse, error) {
	if err := o.users.ResetPassword(ctx, in.UserPoolId, in.Username, in.ClientMetadata); err != nil {
		return nil, err
	}
	return &api.AdminResetUserPasswordResponse{}, nil
}

// ListUsers returns a page of a pool's users.
func (o *Operations) ListUsers(ctx context.Context, in *api.ListUsersRequest) (*api.ListUsersResponse, error) {
	users, next, err := o.users.List(ctx, admin.UserList{
		PoolID: in.UserPoolId, Filter: value(in.Filter), Attributes: in.AttributesToGet,
		Token: value(in.PaginationToken), Limit: int(value(in.Limit)),
	})
	if err != nil {
		return nil, err
	}
	out := &api.ListUsersResponse{Users: make([]api.UserType, len(users)), PaginationToken: ptr[string](next)}
	for i, u := range users {
		out.Users[i] = userOnWire(u)
		if len(in.AttributesToGet) > 0 {
			out.Users[i].Attributes = slices.DeleteFunc(out.Users[i].Attributes, func(a api.AttributeType) bool {
				return !slices.Contains(in.AttributesToGet, a.Name)
			})
		}
	}
	return out, nil
}

// userOnWire is a user as an administrator sees it.
func userOnWire(u *pool.User) api.UserType {
	return api.UserType{
		Username:             &u.Username,
		Attributes:           attributeList(u.List(func(string) bool { return true })),
		UserCreateDate:       &u.Created,
		UserLastModifiedDate: &u.Modified,
		Enabled:              &u.Enabled,
		UserStatus:           new(api.UserStatusType(u.Status)),
		MFAOptions:           mfaOptionsOnWire(u.MFAOptions()),
	}
}
