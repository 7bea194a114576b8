package operation

import (
	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/flow/admin"
)

// poolUpdate returns what a request asks a pool to be.
func poolUpdate(in *api.UpdateUserPoolRequest) admin.PoolUpdate {
	n := newPool(asNewPool(in))
	return admin.PoolUpdate{ID: in.UserPoolId, Legacy: n.Legacy, Settings: n.Settings, Newer: n.Newer}
}

// asNewPool returns the request that says of a new pool what in says of one
// that is there, so that both are read in one place.
func asNewPool(in *api.UpdateUserPoolRequest) *api.CreateUserPoolRequest {
	return &api.CreateUserPoolRequest{
		PoolName:                    str(in.PoolName),
		Policies:                    in.Policies,
		DeletionProtection:          in.DeletionProtection,
		LambdaConfig:                in.LambdaConfig,
		AutoVerifiedAttributes:      in.AutoVerifiedAttributes,
		SmsVerificationMessage:      in.SmsVerificationMessage,
		EmailVerificationMessage:    in.EmailVerificationMessage,
		EmailVerificationSubject:    in.EmailVerificationSubject,
		VerificationMessageTemplate: in.VerificationMessageTemplate,
		SmsAuthenticationMessage:    in.SmsAuthenticationMessage,
		UserAttributeUpdateSettings: in.UserAttributeUpdateSettings,
		MfaConfiguration:            in.MfaConfiguration,
		DeviceConfiguration:         in.DeviceConfiguration,
		EmailConfiguration:          in.EmailConfiguration,
		SmsConfiguration:            in.SmsConfiguration,
		UserPoolTags:                in.UserPoolTags,
		AdminCreateUserConfig:       in.AdminCreateUserConfig,
		UserPoolAddOns:              in.UserPoolAddOns,
		AccountRecoverySetting:      in.AccountRecoverySetting,
		UserPoolTier:                in.UserPoolTier,
		DcrConfiguration:            in.DcrConfiguration,
		KeyConfiguration:            in.KeyConfiguration,
		IssuerConfiguration:         in.IssuerConfiguration,
		AcrConfiguration:            in.AcrConfiguration,
	}
}

// clientUpdate returns what a request asks an app client to be.
func clientUpdate(in *api.UpdateUserPoolClientRequest) admin.ClientUpdate {
	return admin.ClientUpdate{PoolID: in.UserPoolId, ID: in.ClientId, ClientSettings: newClient(asNewClient(in)).ClientSettings}
}

// asNewClient is asNewPool for app clients.
func asNewClient(in *api.UpdateUserPoolClientRequest) *api.CreateUserPoolClientRequest {
	return &api.CreateUserPoolClientRequest{
		UserPoolId:                               in.UserPoolId,
		ClientName:                               str(in.ClientName),
		RefreshTokenValidity:                     in.RefreshTokenValidity,
		AccessTokenValidity:                      in.AccessTokenValidity,
		IdTokenValidity:                          in.IdTokenValidity,
		TokenValidityUnits:                       in.TokenValidityUnits,
		ReadAttributes:                           in.ReadAttributes,
		WriteAttributes:                          in.WriteAttributes,
		ExplicitAuthFlows:                        in.ExplicitAuthFlows,
		SupportedIdentityProviders:               in.SupportedIdentityProviders,
		CallbackURLs:                             in.CallbackURLs,
		LogoutURLs:                               in.LogoutURLs,
		DefaultRedirectURI:                       in.DefaultRedirectURI,
		AllowedOAuthFlows:                        in.AllowedOAuthFlows,
		AllowedOAuthScopes:                       in.AllowedOAuthScopes,
		AllowedOAuthFlowsUserPoolClient:          in.AllowedOAuthFlowsUserPoolClient,
		AnalyticsConfiguration:                   in.AnalyticsConfiguration,
		PreventUserExistenceErrors:               in.PreventUserExistenceErrors,
		EnableTokenRevocation:                    in.EnableTokenRevocation,
		EnablePropagateAdditionalUserContextData: in.EnablePropagateAdditionalUserContextData,
		AuthSessionValidity:                      in.AuthSessionValidity,
		RefreshTokenRotation:                     in.RefreshTokenRotation,
	}
}
