package operation

import (
	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/flow/admin"
	"github.com/cenote-auth/cenote/internal/pool"
)

// newClient returns what a request asks of a new app client.
func newClient(in *api.CreateUserPoolClientRequest) admin.NewClient {
	units := in.TokenValidityUnits
	if units == nil {
		units = &api.TokenValidityUnitsType{}
	}
	n := admin.NewClient{
		PoolID: in.UserPoolId, GenerateSecret: value(in.GenerateSecret), Secret: str(in.ClientSecret),
		ClientSettings: pool.ClientSettings{
			Name:                 in.ClientName,
			AuthFlows:            convert[string](in.ExplicitAuthFlows),
			ReadAttributes:       in.ReadAttributes,
			WriteAttributes:      in.WriteAttributes,
			AccessToken:          pool.Validity{Value: value(in.AccessTokenValidity), Unit: str(units.AccessToken)},
			IDToken:              pool.Validity{Value: value(in.IdTokenValidity), Unit: str(units.IdToken)},
			RefreshToken:         pool.Validity{Value: value(in.RefreshTokenValidity), Unit: str(units.RefreshToken)},
			AuthSessionMinutes:   value(in.AuthSessionValidity),
			HideUnknownUsers:     str(in.PreventUserExistenceErrors),
			RevocationOff:        in.EnableTokenRevocation != nil && !*in.EnableTokenRevocation,
			PropagateUserContext: value(in.EnablePropagateAdditionalUserContextData),
			IdentityProviders:    in.SupportedIdentityProviders,
			CallbackURLs:         in.CallbackURLs,
			LogoutURLs:           in.LogoutURLs,
			DefaultRedirectURI:   str(in.DefaultRedirectURI),
			OAuthFlows:           convert[string](in.AllowedOAuthFlows),
			OAuthScopes:          in.AllowedOAuthScopes,
			OAuthClient:          value(in.AllowedOAuthFlowsUserPoolClient),
			Analytics:            analytics(in.AnalyticsConfiguration),
		},
	}
	if r := in.RefreshTokenRotation; r != nil {
		n.RefreshRotationGiven, n.RefreshRotation = true, r.Feature == "ENABLED"
		n.RefreshRotationGraceSec, n.RefreshRotationGraceSet = value(r.RetryGracePeriodSeconds), r.RetryGracePeriodSeconds != nil
	}
	return n
}

// userPoolClient shows an app client of the pool with the given id.
func userPoolClient(c *pool.Client, poolID, secret string) *api.UserPoolClientType {
	out := &api.UserPoolClientType{
		UserPoolId: &poolID, ClientId: &c.ID, ClientName: &c.Name, ClientSecret: ptr[string](secret),
		CreationDate: &c.Created, LastModifiedDate: &c.Modified,
		RefreshTokenValidity: &c.RefreshToken.Value,
		AccessTokenValidity:  ptrNum(c.AccessToken.Value),
		IdTokenValidity:      ptrNum(c.IDToken.Value),
		TokenValidityUnits: &api.TokenValidityUnitsType{
			AccessToken:  ptr[api.TimeUnitsType](c.AccessToken.Unit),
			IdToken:      ptr[api.TimeUnitsType](c.IDToken.Unit),
			RefreshToken: ptr[api.TimeUnitsType](c.RefreshToken.Unit),
		},
		ReadAttributes:                           c.ReadAttributes,
		WriteAttributes:                          c.WriteAttributes,
		ExplicitAuthFlows:                        convert[api.ExplicitAuthFlowsType](c.AuthFlows),
		SupportedIdentityProviders:               c.IdentityProviders,
		CallbackURLs:                             c.CallbackURLs,
		LogoutURLs:                               c.LogoutURLs,
		DefaultRedirectURI:                       ptr[string](c.DefaultRedirectURI),
		AllowedOAuthFlows:                        convert[api.OAuthFlowType](c.OAuthFlows),
		AllowedOAuthScopes:                       c.OAuthScopes,
		AllowedOAuthFlowsUserPoolClient:          &c.OAuthClient,
		AnalyticsConfiguration:                   analyticsConfiguration(c.Analytics),
		PreventUserExistenceErrors:               ptr[api.PreventUserExistenceErrorTypes](c.HideUnknownUsers),
		EnableTokenRevocation:                    new(c.RevokesTokens()),
		EnablePropagateAdditionalUserContextData: &c.PropagateUserContext,
		AuthSessionValidity:                      &c.AuthSessionMinutes,
	}
	if c.RefreshRotationGiven {
		feature := api.FeatureType("DISABLED")
		if c.RefreshRotation {
			feature = "ENABLED"
		}
		out.RefreshTokenRotation = &api.RefreshTokenRotationType{Feature: feature}
		if c.RefreshRotationGraceSet || c.RefreshRotationGraceSec != 0 {
			out.RefreshTokenRotation.RetryGracePeriodSeconds = &c.RefreshRotationGraceSec
		}
	}
	return out
}

func analytics(in *api.AnalyticsConfigurationType) map[string]string {
	if in == nil {
		return nil
	}
	out := map[string]string{}
	for name, p := range map[string]*string{
		"ApplicationId": in.ApplicationId, "ApplicationArn": in.ApplicationArn, "RoleArn": in.RoleArn, "ExternalId": in.ExternalId,
	} {
		if p != nil {
			out[name] = *p
		}
	}
	if value(in.UserDataShared) {
		out["UserDataShared"] = "true"
	}
	return out
}

func analyticsConfiguration(m map[string]string) *api.AnalyticsConfigurationType {
	if m == nil {
		return nil
	}
	return &api.AnalyticsConfigurationType{
		ApplicationId: ptr[string](m["ApplicationId"]), ApplicationArn: ptr[string](m["ApplicationArn"]),
		RoleArn: ptr[string](m["RoleArn"]), ExternalId: ptr[string](m["ExternalId"]), UserDataShared: new(m["UserDataShared"] == "true"),
	}
}
