package operation

import (
	"context"

	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/flow/admin"
	"github.com/cenote-auth/cenote/internal/pool"
)

// AdminCreateUser adds a user, or invites one again with MessageAction RESEND.
func (o *Operations) AdminCreateUser(ctx context.Context, in *api.AdminCreateUserRequest) (*api.AdminCreateUserResponse, error) {
	n := admin.NewUser{
		PoolID: in.UserPoolId, Username: in.Username, Attributes: attributeMap(in.UserAttributes),
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
	return &api.AdminGetUserResponse{
		Username: u.Username, UserAttributes: w.Attributes, UserCreateDate: w.UserCreateDate,
		UserLastModifiedDate: w.UserLastModifiedDate, Enabled: w.Enabled, UserStatus: w.UserStatus,
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

// ListUsers returns a page of a pool's users. Filters and AttributesToGet are
// not there yet: a request that has them is refused rather than answered with
// more than it asked for.
func (o *Operations) ListUsers(ctx context.Context, in *api.ListUsersRequest) (*api.ListUsersResponse, error) {
	if value(in.Filter) != "" {
		return nil, pool.E(pool.NotBuilt, "the Filter of ListUsers is not implemented yet")
	}
	if len(in.AttributesToGet) > 0 {
		return nil, pool.E(pool.NotBuilt, "AttributesToGet of ListUsers is not implemented yet")
	}
	users, next, err := o.users.List(ctx, in.UserPoolId, value(in.PaginationToken), int(value(in.Limit)))
	if err != nil {
		return nil, err
	}
	out := &api.ListUsersResponse{Users: make([]api.UserType, len(users))}
	for i, u := range users {
		out.Users[i] = userOnWire(u)
	}
	if next != "" {
		out.PaginationToken = &next
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
	}
}
