package operation

import (
	"context"

	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/flow/admin"
	"github.com/cenote-auth/cenote/internal/pool"
)

// GetUserPoolMfaConfig shows the factors of a user pool.
func (o *Operations) GetUserPoolMfaConfig(ctx context.Context, in *api.GetUserPoolMfaConfigRequest) (*api.GetUserPoolMfaConfigResponse, error) {
	p, _, err := o.pools.Describe(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	return &api.GetUserPoolMfaConfigResponse{MfaConfiguration: ptr[api.UserPoolMfaType](p.MFA), WebAuthnConfiguration: webAuthnOnWire(p.WebAuthn)}, nil
}

// SetUserPoolMfaConfig changes the factors of a user pool.
func (o *Operations) SetUserPoolMfaConfig(ctx context.Context, in *api.SetUserPoolMfaConfigRequest) (*api.SetUserPoolMfaConfigResponse, error) {
	w := admin.MFAWish{PoolID: in.UserPoolId, Factors: pool.FactorWish{
		MFA: str(in.MfaConfiguration), SMS: in.SmsMfaConfiguration != nil, Email: in.EmailMfaConfiguration != nil,
		TOTP: in.SoftwareTokenMfaConfiguration != nil && value(in.SoftwareTokenMfaConfiguration.Enabled),
	}}
	if c := in.WebAuthnConfiguration; c != nil {
		w.WebAuthn = &pool.WebAuthn{RelyingParty: str(c.RelyingPartyId), UserVerification: str(c.UserVerification), Factors: str(c.FactorConfiguration)}
	}
	p, err := o.pools.SetMFA(ctx, w)
	if err != nil {
		return nil, err
	}
	return &api.SetUserPoolMfaConfigResponse{MfaConfiguration: ptr[api.UserPoolMfaType](p.MFA), WebAuthnConfiguration: webAuthnOnWire(p.WebAuthn)}, nil
}

func webAuthnOnWire(w *pool.WebAuthn) *api.WebAuthnConfigurationType {
	if w == nil {
		return nil
	}
	return &api.WebAuthnConfigurationType{
		RelyingPartyId: ptr[string](w.RelyingParty), UserVerification: ptr[api.UserVerificationType](w.UserVerification),
		FactorConfiguration: ptr[api.WebAuthnFactorConfigurationType](w.Factors),
	}
}
