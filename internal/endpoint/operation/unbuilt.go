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

func (unbuilt) AddUserPoolClientSecret(context.Context, *api.AddUserPoolClientSecretRequest) (*api.AddUserPoolClientSecretResponse, error) {
	return nil, notBuilt("AddUserPoolClientSecret")
}
func (unbuilt) AdminDeleteSoftwareToken(context.Context, *api.AdminDeleteSoftwareTokenRequest) (*api.AdminDeleteSoftwareTokenResponse, error) {
	return nil, notBuilt("AdminDeleteSoftwareToken")
}
func (unbuilt) AdminDisableProviderForUser(context.Context, *api.AdminDisableProviderForUserRequest) (*api.AdminDisableProviderForUserResponse, error) {
	return nil, notBuilt("AdminDisableProviderForUser")
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
func (unbuilt) AdminLinkProviderForUser(context.Context, *api.AdminLinkProviderForUserRequest) (*api.AdminLinkProviderForUserResponse, error) {
	return nil, notBuilt("AdminLinkProviderForUser")
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
func (unbuilt) AdminSetUserSettings(context.Context, *api.AdminSetUserSettingsRequest) (*api.AdminSetUserSettingsResponse, error) {
	return nil, notBuilt("AdminSetUserSettings")
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
func (unbuilt) ChangePassword(context.Context, *api.ChangePasswordRequest) (*api.ChangePasswordResponse, error) {
	return nil, notBuilt("ChangePassword")
}
func (unbuilt) CompleteWebAuthnRegistration(context.Context, *api.CompleteWebAuthnRegistrationRequest) (*api.CompleteWebAuthnRegistrationResponse, error) {
	return nil, notBuilt("CompleteWebAuthnRegistration")
}
func (unbuilt) ConfirmDevice(context.Context, *api.ConfirmDeviceRequest) (*api.ConfirmDeviceResponse, error) {
	return nil, notBuilt("ConfirmDevice")
}
func (unbuilt) ConfirmForgotPassword(context.Context, *api.ConfirmForgotPasswordRequest) (*api.ConfirmForgotPasswordResponse, error) {
	return nil, notBuilt("ConfirmForgotPassword")
}
func (unbuilt) CreateIdentityProvider(context.Context, *api.CreateIdentityProviderRequest) (*api.CreateIdentityProviderResponse, error) {
	return nil, notBuilt("CreateIdentityProvider")
}
func (unbuilt) CreateManagedLoginBranding(context.Context, *api.CreateManagedLoginBrandingRequest) (*api.CreateManagedLoginBrandingResponse, error) {
	return nil, notBuilt("CreateManagedLoginBranding")
}
func (unbuilt) CreateResourceServer(context.Context, *api.CreateResourceServerRequest) (*api.CreateResourceServerResponse, error) {
	return nil, notBuilt("CreateResourceServer")
}
func (unbuilt) CreateTerms(context.Context, *api.CreateTermsRequest) (*api.CreateTermsResponse, error) {
	return nil, notBuilt("CreateTerms")
}
func (unbuilt) CreateUserImportJob(context.Context, *api.CreateUserImportJobRequest) (*api.CreateUserImportJobResponse, error) {
	return nil, notBuilt("CreateUserImportJob")
}
func (unbuilt) CreateUserPoolDomain(context.Context, *api.CreateUserPoolDomainRequest) (*api.CreateUserPoolDomainResponse, error) {
	return nil, notBuilt("CreateUserPoolDomain")
}
func (unbuilt) CreateUserPoolReplica(context.Context, *api.CreateUserPoolReplicaRequest) (*api.CreateUserPoolReplicaResponse, error) {
	return nil, notBuilt("CreateUserPoolReplica")
}
func (unbuilt) DeleteIdentityProvider(context.Context, *api.DeleteIdentityProviderRequest) error {
	return notBuilt("DeleteIdentityProvider")
}
func (unbuilt) DeleteManagedLoginBranding(context.Context, *api.DeleteManagedLoginBrandingRequest) error {
	return notBuilt("DeleteManagedLoginBranding")
}
func (unbuilt) DeleteResourceServer(context.Context, *api.DeleteResourceServerRequest) error {
	return notBuilt("DeleteResourceServer")
}
func (unbuilt) DeleteTerms(context.Context, *api.DeleteTermsRequest) error {
	return notBuilt("DeleteTerms")
}
func (unbuilt) DeleteUser(context.Context, *api.DeleteUserRequest) error {
	return notBuilt("DeleteUser")
}
func (unbuilt) DeleteUserAttributes(context.Context, *api.DeleteUserAttributesRequest) (*api.DeleteUserAttributesResponse, error) {
	return nil, notBuilt("DeleteUserAttributes")
}
func (unbuilt) DeleteUserPoolClientSecret(context.Context, *api.DeleteUserPoolClientSecretRequest) (*api.DeleteUserPoolClientSecretResponse, error) {
	return nil, notBuilt("DeleteUserPoolClientSecret")
}
func (unbuilt) DeleteUserPoolDomain(context.Context, *api.DeleteUserPoolDomainRequest) (*api.DeleteUserPoolDomainResponse, error) {
	return nil, notBuilt("DeleteUserPoolDomain")
}
func (unbuilt) DeleteUserPoolReplica(context.Context, *api.DeleteUserPoolReplicaRequest) (*api.DeleteUserPoolReplicaResponse, error) {
	return nil, notBuilt("DeleteUserPoolReplica")
}
func (unbuilt) DeleteWebAuthnCredential(context.Context, *api.DeleteWebAuthnCredentialRequest) (*api.DeleteWebAuthnCredentialResponse, error) {
	return nil, notBuilt("DeleteWebAuthnCredential")
}
func (unbuilt) DescribeIdentityProvider(context.Context, *api.DescribeIdentityProviderRequest) (*api.DescribeIdentityProviderResponse, error) {
	return nil, notBuilt("DescribeIdentityProvider")
}
func (unbuilt) DescribeManagedLoginBranding(context.Context, *api.DescribeManagedLoginBrandingRequest) (*api.DescribeManagedLoginBrandingResponse, error) {
	return nil, notBuilt("DescribeManagedLoginBranding")
}
func (unbuilt) DescribeManagedLoginBrandingByClient(context.Context, *api.DescribeManagedLoginBrandingByClientRequest) (*api.DescribeManagedLoginBrandingByClientResponse, error) {
	return nil, notBuilt("DescribeManagedLoginBrandingByClient")
}
func (unbuilt) DescribeResourceServer(context.Context, *api.DescribeResourceServerRequest) (*api.DescribeResourceServerResponse, error) {
	return nil, notBuilt("DescribeResourceServer")
}
func (unbuilt) DescribeRiskConfiguration(context.Context, *api.DescribeRiskConfigurationRequest) (*api.DescribeRiskConfigurationResponse, error) {
	return nil, notBuilt("DescribeRiskConfiguration")
}
func (unbuilt) DescribeTerms(context.Context, *api.DescribeTermsRequest) (*api.DescribeTermsResponse, error) {
	return nil, notBuilt("DescribeTerms")
}
func (unbuilt) DescribeTermsByClient(context.Context, *api.DescribeTermsByClientRequest) (*api.DescribeTermsByClientResponse, error) {
	return nil, notBuilt("DescribeTermsByClient")
}
func (unbuilt) DescribeUserImportJob(context.Context, *api.DescribeUserImportJobRequest) (*api.DescribeUserImportJobResponse, error) {
	return nil, notBuilt("DescribeUserImportJob")
}
func (unbuilt) DescribeUserPoolDomain(context.Context, *api.DescribeUserPoolDomainRequest) (*api.DescribeUserPoolDomainResponse, error) {
	return nil, notBuilt("DescribeUserPoolDomain")
}
func (unbuilt) ForgetDevice(context.Context, *api.ForgetDeviceRequest) error {
	return notBuilt("ForgetDevice")
}
func (unbuilt) ForgotPassword(context.Context, *api.ForgotPasswordRequest) (*api.ForgotPasswordResponse, error) {
	return nil, notBuilt("ForgotPassword")
}
func (unbuilt) GetCSVHeader(context.Context, *api.GetCSVHeaderRequest) (*api.GetCSVHeaderResponse, error) {
	return nil, notBuilt("GetCSVHeader")
}
func (unbuilt) GetClientToken(context.Context, *api.GetClientTokenRequest) (*api.GetClientTokenResponse, error) {
	return nil, notBuilt("GetClientToken")
}
func (unbuilt) GetDevice(context.Context, *api.GetDeviceRequest) (*api.GetDeviceResponse, error) {
	return nil, notBuilt("GetDevice")
}
func (unbuilt) GetIdentityProviderByIdentifier(context.Context, *api.GetIdentityProviderByIdentifierRequest) (*api.GetIdentityProviderByIdentifierResponse, error) {
	return nil, notBuilt("GetIdentityProviderByIdentifier")
}
func (unbuilt) GetLogDeliveryConfiguration(context.Context, *api.GetLogDeliveryConfigurationRequest) (*api.GetLogDeliveryConfigurationResponse, error) {
	return nil, notBuilt("GetLogDeliveryConfiguration")
}
func (unbuilt) GetProvisionedLimit(context.Context, *api.GetProvisionedLimitRequest) (*api.GetProvisionedLimitResponse, error) {
	return nil, notBuilt("GetProvisionedLimit")
}
func (unbuilt) GetSigningCertificate(context.Context, *api.GetSigningCertificateRequest) (*api.GetSigningCertificateResponse, error) {
	return nil, notBuilt("GetSigningCertificate")
}
func (unbuilt) GetUICustomization(context.Context, *api.GetUICustomizationRequest) (*api.GetUICustomizationResponse, error) {
	return nil, notBuilt("GetUICustomization")
}
func (unbuilt) GetUserAttributeVerificationCode(context.Context, *api.GetUserAttributeVerificationCodeRequest) (*api.GetUserAttributeVerificationCodeResponse, error) {
	return nil, notBuilt("GetUserAttributeVerificationCode")
}
func (unbuilt) GetUserAuthFactors(context.Context, *api.GetUserAuthFactorsRequest) (*api.GetUserAuthFactorsResponse, error) {
	return nil, notBuilt("GetUserAuthFactors")
}
func (unbuilt) GetUserPoolClientSessionConfiguration(context.Context, *api.GetUserPoolClientSessionConfigurationRequest) (*api.GetUserPoolClientSessionConfigurationResponse, error) {
	return nil, notBuilt("GetUserPoolClientSessionConfiguration")
}
func (unbuilt) GetUserPoolMfaConfig(context.Context, *api.GetUserPoolMfaConfigRequest) (*api.GetUserPoolMfaConfigResponse, error) {
	return nil, notBuilt("GetUserPoolMfaConfig")
}
func (unbuilt) GetUserPoolSessionConfiguration(context.Context, *api.GetUserPoolSessionConfigurationRequest) (*api.GetUserPoolSessionConfigurationResponse, error) {
	return nil, notBuilt("GetUserPoolSessionConfiguration")
}
func (unbuilt) ListDevices(context.Context, *api.ListDevicesRequest) (*api.ListDevicesResponse, error) {
	return nil, notBuilt("ListDevices")
}
func (unbuilt) ListIdentityProviders(context.Context, *api.ListIdentityProvidersRequest) (*api.ListIdentityProvidersResponse, error) {
	return nil, notBuilt("ListIdentityProviders")
}
func (unbuilt) ListResourceServers(context.Context, *api.ListResourceServersRequest) (*api.ListResourceServersResponse, error) {
	return nil, notBuilt("ListResourceServers")
}
func (unbuilt) ListTerms(context.Context, *api.ListTermsRequest) (*api.ListTermsResponse, error) {
	return nil, notBuilt("ListTerms")
}
func (unbuilt) ListUserImportJobs(context.Context, *api.ListUserImportJobsRequest) (*api.ListUserImportJobsResponse, error) {
	return nil, notBuilt("ListUserImportJobs")
}
func (unbuilt) ListUserPoolClientSecrets(context.Context, *api.ListUserPoolClientSecretsRequest) (*api.ListUserPoolClientSecretsResponse, error) {
	return nil, notBuilt("ListUserPoolClientSecrets")
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
func (unbuilt) SetLogDeliveryConfiguration(context.Context, *api.SetLogDeliveryConfigurationRequest) (*api.SetLogDeliveryConfigurationResponse, error) {
	return nil, notBuilt("SetLogDeliveryConfiguration")
}
func (unbuilt) SetRiskConfiguration(context.Context, *api.SetRiskConfigurationRequest) (*api.SetRiskConfigurationResponse, error) {
	return nil, notBuilt("SetRiskConfiguration")
}
func (unbuilt) SetUICustomization(context.Context, *api.SetUICustomizationRequest) (*api.SetUICustomizationResponse, error) {
	return nil, notBuilt("SetUICustomization")
}
func (unbuilt) SetUserMFAPreference(context.Context, *api.SetUserMFAPreferenceRequest) (*api.SetUserMFAPreferenceResponse, error) {
	return nil, notBuilt("SetUserMFAPreference")
}
func (unbuilt) SetUserPoolClientSessionConfiguration(context.Context, *api.SetUserPoolClientSessionConfigurationRequest) (*api.SetUserPoolClientSessionConfigurationResponse, error) {
	return nil, notBuilt("SetUserPoolClientSessionConfiguration")
}
func (unbuilt) SetUserPoolMfaConfig(context.Context, *api.SetUserPoolMfaConfigRequest) (*api.SetUserPoolMfaConfigResponse, error) {
	return nil, notBuilt("SetUserPoolMfaConfig")
}
func (unbuilt) SetUserPoolSessionConfiguration(context.Context, *api.SetUserPoolSessionConfigurationRequest) (*api.SetUserPoolSessionConfigurationResponse, error) {
	return nil, notBuilt("SetUserPoolSessionConfiguration")
}
func (unbuilt) SetUserSettings(context.Context, *api.SetUserSettingsRequest) (*api.SetUserSettingsResponse, error) {
	return nil, notBuilt("SetUserSettings")
}
func (unbuilt) StartUserImportJob(context.Context, *api.StartUserImportJobRequest) (*api.StartUserImportJobResponse, error) {
	return nil, notBuilt("StartUserImportJob")
}
func (unbuilt) StartWebAuthnRegistration(context.Context, *api.StartWebAuthnRegistrationRequest) (*api.StartWebAuthnRegistrationResponse, error) {
	return nil, notBuilt("StartWebAuthnRegistration")
}
func (unbuilt) StopUserImportJob(context.Context, *api.StopUserImportJobRequest) (*api.StopUserImportJobResponse, error) {
	return nil, notBuilt("StopUserImportJob")
}
func (unbuilt) UpdateAuthEventFeedback(context.Context, *api.UpdateAuthEventFeedbackRequest) (*api.UpdateAuthEventFeedbackResponse, error) {
	return nil, notBuilt("UpdateAuthEventFeedback")
}
func (unbuilt) UpdateDeviceStatus(context.Context, *api.UpdateDeviceStatusRequest) (*api.UpdateDeviceStatusResponse, error) {
	return nil, notBuilt("UpdateDeviceStatus")
}
func (unbuilt) UpdateIdentityProvider(context.Context, *api.UpdateIdentityProviderRequest) (*api.UpdateIdentityProviderResponse, error) {
	return nil, notBuilt("UpdateIdentityProvider")
}
func (unbuilt) UpdateManagedLoginBranding(context.Context, *api.UpdateManagedLoginBrandingRequest) (*api.UpdateManagedLoginBrandingResponse, error) {
	return nil, notBuilt("UpdateManagedLoginBranding")
}
func (unbuilt) UpdateProvisionedLimit(context.Context, *api.UpdateProvisionedLimitRequest) (*api.UpdateProvisionedLimitResponse, error) {
	return nil, notBuilt("UpdateProvisionedLimit")
}
func (unbuilt) UpdateResourceServer(context.Context, *api.UpdateResourceServerRequest) (*api.UpdateResourceServerResponse, error) {
	return nil, notBuilt("UpdateResourceServer")
}
func (unbuilt) UpdateTerms(context.Context, *api.UpdateTermsRequest) (*api.UpdateTermsResponse, error) {
	return nil, notBuilt("UpdateTerms")
}
func (unbuilt) UpdateUserAttributes(context.Context, *api.UpdateUserAttributesRequest) (*api.UpdateUserAttributesResponse, error) {
	return nil, notBuilt("UpdateUserAttributes")
}
func (unbuilt) UpdateUserPoolDomain(context.Context, *api.UpdateUserPoolDomainRequest) (*api.UpdateUserPoolDomainResponse, error) {
	return nil, notBuilt("UpdateUserPoolDomain")
}
func (unbuilt) UpdateUserPoolReplica(context.Context, *api.UpdateUserPoolReplicaRequest) (*api.UpdateUserPoolReplicaResponse, error) {
	return nil, notBuilt("UpdateUserPoolReplica")
}
func (unbuilt) VerifySoftwareToken(context.Context, *api.VerifySoftwareTokenRequest) (*api.VerifySoftwareTokenResponse, error) {
	return nil, notBuilt("VerifySoftwareToken")
}
func (unbuilt) VerifyUserAttribute(context.Context, *api.VerifyUserAttributeRequest) (*api.VerifyUserAttributeResponse, error) {
	return nil, notBuilt("VerifyUserAttribute")
}
