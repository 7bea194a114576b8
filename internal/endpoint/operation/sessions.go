package operation

import (
	"context"

	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/core/token"
)

// ListUserSessions lists where the user of an access token is signed in.
func (o *Operations) ListUserSessions(ctx context.Context, in *api.ListUserSessionsRequest) (*api.ListUserSessionsResponse, error) {
	found, err := o.account.Sessions(ctx, in.AccessToken, value(in.NextToken))
	if err != nil {
		return nil, err
	}
	return &api.ListUserSessionsResponse{Sessions: sessionsOnWire(found.List, found.Current), NextToken: ptr[string](found.Next)}, nil
}

// RevokeUserSession ends another sign-in of the user of an access token. No
// session is linked to another one as long as nobody signs in by pages.
func (o *Operations) RevokeUserSession(ctx context.Context, in *api.RevokeUserSessionRequest) (*api.RevokeUserSessionResponse, error) {
	if err := o.account.EndSession(ctx, in.AccessToken, in.SessionId); err != nil {
		return nil, err
	}
	return &api.RevokeUserSessionResponse{}, nil
}

// AdminListUserSessions lists where a user is signed in.
func (o *Operations) AdminListUserSessions(ctx context.Context, in *api.AdminListUserSessionsRequest) (*api.AdminListUserSessionsResponse, error) {
	list, next, err := o.sessions.List(ctx, in.UserPoolId, in.Username, value(in.NextToken))
	if err != nil {
		return nil, err
	}
	return &api.AdminListUserSessionsResponse{Sessions: sessionsOnWire(list, ""), NextToken: ptr[string](next)}, nil
}

// AdminRevokeUserSession ends a sign-in of a user.
func (o *Operations) AdminRevokeUserSession(ctx context.Context, in *api.AdminRevokeUserSessionRequest) (*api.AdminRevokeUserSessionResponse, error) {
	if err := o.sessions.End(ctx, in.UserPoolId, in.Username, in.SessionId); err != nil {
		return nil, err
	}
	return &api.AdminRevokeUserSessionResponse{}, nil
}

func sessionsOnWire(list []token.Session, current string) []api.SessionDescriptionType {
	out := make([]api.SessionDescriptionType, len(list))
	for i, s := range list {
		out[i] = api.SessionDescriptionType{
			SessionId: &s.ID, SessionType: new(api.SessionTypeType("TOKEN")), ClientId: &s.ClientID, CreateDate: &s.Began,
			LastActiveDate: &s.Agent.Used, DeviceType: new(s.Agent.Device()), LastIPAddress: ptr[string](s.Agent.Address),
			IsCurrentSession: new(s.ID == current),
		}
	}
	return out
}
