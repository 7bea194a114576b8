package operation

import (
	"context"

	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/flow/admin"
	"github.com/cenote-auth/cenote/internal/pool"
)

// CreateGroup makes a group in a user pool.
func (o *Operations) CreateGroup(ctx context.Context, in *api.CreateGroupRequest) (*api.CreateGroupResponse, error) {
	g, err := o.groups.Create(ctx, admin.NewGroup{
		PoolID: in.UserPoolId, Name: in.GroupName,
		Description: str(in.Description), RoleARN: str(in.RoleArn), Precedence: in.Precedence,
	})
	if err != nil {
		return nil, err
	}
	return &api.CreateGroupResponse{Group: new(groupOnWire(g, in.UserPoolId))}, nil
}

// GetGroup shows a group.
func (o *Operations) GetGroup(ctx context.Context, in *api.GetGroupRequest) (*api.GetGroupResponse, error) {
	g, err := o.groups.Get(ctx, in.UserPoolId, in.GroupName)
	if err != nil {
		return nil, err
	}
	return &api.GetGroupResponse{Group: new(groupOnWire(g, in.UserPoolId))}, nil
}

// UpdateGroup changes those members of a group that are sent.
func (o *Operations) UpdateGroup(ctx context.Context, in *api.UpdateGroupRequest) (*api.UpdateGroupResponse, error) {
	g, err := o.groups.Update(ctx, admin.GroupUpdate{
		PoolID: in.UserPoolId, Name: in.GroupName,
		Description: in.Description, RoleARN: in.RoleArn, Precedence: in.Precedence,
	})
	if err != nil {
		return nil, err
	}
	return &api.UpdateGroupResponse{Group: new(groupOnWire(g, in.UserPoolId))}, nil
}

// DeleteGroup deletes a group and keeps its users.
func (o *Operations) DeleteGroup(ctx context.Context, in *api.DeleteGroupRequest) error {
	return o.groups.Delete(ctx, in.UserPoolId, in.GroupName)
}

// ListGroups shows a page of a user pool's groups.
func (o *Operations) ListGroups(ctx context.Context, in *api.ListGroupsRequest) (*api.ListGroupsResponse, error) {
	groups, next, err := o.groups.List(ctx, in.UserPoolId, str(in.NextToken), int(value(in.Limit)))
	if err != nil {
		return nil, err
	}
	return &api.ListGroupsResponse{Groups: groupsOnWire(groups, in.UserPoolId), NextToken: ptr[string](next)}, nil
}

// AdminAddUserToGroup puts a user into a group.
func (o *Operations) AdminAddUserToGroup(ctx context.Context, in *api.AdminAddUserToGroupRequest) error {
	return o.groups.Add(ctx, admin.Membership{PoolID: in.UserPoolId, Username: in.Username, Group: in.GroupName})
}

// AdminRemoveUserFromGroup takes a user out of a group.
func (o *Operations) AdminRemoveUserFromGroup(ctx context.Context, in *api.AdminRemoveUserFromGroupRequest) error {
	return o.groups.Remove(ctx, admin.Membership{PoolID: in.UserPoolId, Username: in.Username, Group: in.GroupName})
}

// ListUsersInGroup shows a page of a group's users.
func (o *Operations) ListUsersInGroup(ctx context.Context, in *api.ListUsersInGroupRequest) (*api.ListUsersInGroupResponse, error) {
	users, next, err := o.groups.Members(ctx, in.UserPoolId, in.GroupName, str(in.NextToken), int(value(in.Limit)))
	if err != nil {
		return nil, err
	}
	out := &api.ListUsersInGroupResponse{Users: make([]api.UserType, len(users)), NextToken: ptr[string](next)}
	for i, u := range users {
		out.Users[i] = userOnWire(u)
	}
	return out, nil
}

// AdminListGroupsForUser shows a page of a user's groups.
func (o *Operations) AdminListGroupsForUser(ctx context.Context, in *api.AdminListGroupsForUserRequest) (*api.AdminListGroupsForUserResponse, error) {
	groups, next, err := o.groups.Of(ctx, in.UserPoolId, in.Username, str(in.NextToken), int(value(in.Limit)))
	if err != nil {
		return nil, err
	}
	return &api.AdminListGroupsForUserResponse{Groups: groupsOnWire(groups, in.UserPoolId), NextToken: ptr[string](next)}, nil
}

func groupsOnWire(groups []pool.Group, poolID string) []api.GroupType {
	out := make([]api.GroupType, len(groups))
	for i, g := range groups {
		out[i] = groupOnWire(g, poolID)
	}
	return out
}

func groupOnWire(g pool.Group, poolID string) api.GroupType {
	return api.GroupType{
		GroupName: &g.Name, UserPoolId: &poolID, Description: ptr[string](g.Description), RoleArn: ptr[string](g.RoleARN),
		Precedence: g.Precedence, CreationDate: &g.Created, LastModifiedDate: &g.Modified,
	}
}
