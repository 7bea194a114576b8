package operation

import (
	"context"

	"github.com/cenote-auth/cenote/internal/api"
)

// A NotImplementedError is the answer of an operation that is not built yet.
// On the wire it is a NotImplementedException with HTTP 501.
type NotImplementedError struct{ Operation string }

func (e *NotImplementedError) Error() string {
	return "the operation " + e.Operation + " is not implemented yet"
}

func notBuilt(operation string) error { return &NotImplementedError{Operation: operation} }

// unbuilt answers the operations nobody has written. To build one, take its
// method out here and give it to Operations; docs/operations.md counts what
// is left in this file.
type unbuilt struct{}

func (unbuilt) AdminDeleteSoftwareToken(context.Context, *api.AdminDeleteSoftwareTokenRequest) (*api.AdminDeleteSoftwareTokenResponse, error) {
	return nil, notBuilt("AdminDeleteSoftwareToken")
}
func (unbuilt) AdminForgetDevice(context.Context, *api.AdminForgetDeviceRequest) error {
	return notBuilt("AdminForgetDevice")
}
func (unbuilt) AdminGetDevice(context.Context, *api.AdminGetDeviceRequest) (*api.AdminGetDeviceResponse, error) {
	return nil, notBuilt("AdminGetDevice")
}
func (unbuilt) AdminGetUserAuthFactors(context.Context, *api.AdminGetUserAuthFactorsRequest) (*api.AdminGetUserAuthFactorsResponse, error) {
	return nil, notBuilt("AdminGetUserAuthFactors")
}
func (unbuilt) AdminListDevices(context.Context, *api.AdminListDevicesRequest) (*api.AdminListDevicesResponse, error) {
	return nil, notBuilt("AdminListDevices")
}
func (unbuilt) AdminListUserAuthEvents(context.Context, *api.AdminListUserAuthEventsRequest) (*api.AdminListUserAuthEventsResponse, error) {
	return nil, notBuilt("AdminListUserAuthEvents")
}
func (unbuilt) AdminListUserSessions(context.Context, *api.AdminListUserSessionsRequest) (*api.AdminListUserSessionsResponse, error) {
	return nil, notBuilt("AdminListUserSessions")
}
func (unbuilt) AdminRevokeUserSession(context.Context, *api.AdminRevokeUserSessionRequest) (*api.AdminRevokeUserSessionResponse, error) {
	return nil, notBuilt("AdminRevokeUserSession")
}
func (unbuilt) AdminSetUserMFAPreference(context.Context, *api.AdminSetUserMFAPreferenceRequest) (*api.AdminSetUserMFAPreferenceResponse, error) {
	return nil, notBuilt("AdminSetUserMFAPreference")
}
func (unbuilt) AdminUpdateAuthEventFeedback(context.Context, *api.AdminUpdateAuthEventFeedbackRequest) (*api.AdminUpdateAuthEventFeedbackResponse, error) {
	return nil, notBuilt("AdminUpdateAuthEventFeedback")
}
func (unbuilt) AdminUpdateDeviceStatus(context.Context, *api.AdminUpdateDeviceStatusRequest) (*api.AdminUpdateDeviceStatusResponse, error) {
	return nil, notBuilt("AdminUpdateDeviceStatus")
}
func (unbuilt) AssociateSoftwareToken(context.Context, *api.AssociateSoftwareTokenRequest) (*api.AssociateSoftwareTokenResponse, error) {
	return nil, notBuilt("AssociateSoftwareToken")
}
func (unbuilt) CompleteWebAuthnRegistration(context.Context, *api.CompleteWebAuthnRegistrationRequest) (*api.CompleteWebAuthnRegistrationResponse, error) {
	return nil, notBuilt("CompleteWebAuthnRegistration")
}
func (unbuilt) ConfirmDevice(context.Context, *api.ConfirmDeviceRequest) (*api.ConfirmDeviceResponse, error) {
	return nil, notBuilt("ConfirmDevice")
}
func (unbuilt) CreateUserPoolReplica(context.Context, *api.CreateUserPoolReplicaRequest) (*api.CreateUserPoolReplicaResponse, error) {
	return nil, notBuilt("CreateUserPoolReplica")
}
func (unbuilt) DeleteUserPoolReplica(context.Context, *api.DeleteUserPoolReplicaRequest) (*api.DeleteUserPoolReplicaResponse, error) {
	return nil, notBuilt("DeleteUserPoolReplica")
}
func (unbuilt) DeleteWebAuthnCredential(context.Context, *api.DeleteWebAuthnCredentialRequest) (*api.DeleteWebAuthnCredentialResponse, error) {
	return nil, notBuilt("DeleteWebAuthnCredential")
}
func (unbuilt) ForgetDevice(context.Context, *api.ForgetDeviceRequest) error {
	return notBuilt("ForgetDevice")
}
func (unbuilt) GetClientToken(context.Context, *api.GetClientTokenRequest) (*api.GetClientTokenResponse, error) {
	return nil, notBuilt("GetClientToken")
}
func (unbuilt) GetDevice(context.Context, *api.GetDeviceRequest) (*api.GetDeviceResponse, error) {
	return nil, notBuilt("GetDevice")
}
func (unbuilt) GetUserAuthFactors(context.Context, *api.GetUserAuthFactorsRequest) (*api.GetUserAuthFactorsResponse, error) {
	return nil, notBuilt("GetUserAuthFactors")
}
func (unbuilt) ListDevices(context.Context, *api.ListDevicesRequest) (*api.ListDevicesResponse, error) {
	return nil, notBuilt("ListDevices")
}
func (unbuilt) ListUserPoolReplicas(context.Context, *api.ListUserPoolReplicasRequest) (*api.ListUserPoolReplicasResponse, error) {
	return nil, notBuilt("ListUserPoolReplicas")
}
func (unbuilt) ListUserSessions(context.Context, *api.ListUserSessionsRequest) (*api.ListUserSessionsResponse, error) {
	return nil, notBuilt("ListUserSessions")
}
func (unbuilt) ListWebAuthnCredentials(context.Context, *api.ListWebAuthnCredentialsRequest) (*api.ListWebAuthnCredentialsResponse, error) {
	return nil, notBuilt("ListWebAuthnCredentials")
}
func (unbuilt) RevokeUserSession(context.Context, *api.RevokeUserSessionRequest) (*api.RevokeUserSessionResponse, error) {
	return nil, notBuilt("RevokeUserSession")
}
func (unbuilt) SetUserMFAPreference(context.Context, *api.SetUserMFAPreferenceRequest) (*api.SetUserMFAPreferenceResponse, error) {
	return nil, notBuilt("SetUserMFAPreference")
}
func (unbuilt) StartWebAuthnRegistration(context.Context, *api.StartWebAuthnRegistrationRequest) (*api.StartWebAuthnRegistrationResponse, error) {
	return nil, notBuilt("StartWebAuthnRegistration")
}
func (unbuilt) UpdateAuthEventFeedback(context.Context, *api.UpdateAuthEventFeedbackRequest) (*api.UpdateAuthEventFeedbackResponse, error) {
	return nil, notBuilt("UpdateAuthEventFeedback")
}
func (unbuilt) UpdateDeviceStatus(context.Context, *api.UpdateDeviceStatusRequest) (*api.UpdateDeviceStatusResponse, error) {
	return nil, notBuilt("UpdateDeviceStatus")
}
func (unbuilt) UpdateUserPoolReplica(context.Context, *api.UpdateUserPoolReplicaRequest) (*api.UpdateUserPoolReplicaResponse, error) {
	return nil, notBuilt("UpdateUserPoolReplica")
}
func (unbuilt) VerifySoftwareToken(context.Context, *api.VerifySoftwareTokenRequest) (*api.VerifySoftwareTokenResponse, error) {
	return nil, notBuilt("VerifySoftwareToken")
}
