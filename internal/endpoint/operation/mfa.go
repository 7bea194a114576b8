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
	w := secondFactorsOnWire(p)
	return &api.GetUserPoolMfaConfigResponse{
		MfaConfiguration: ptr[api.UserPoolMfaType](p.MFA), WebAuthnConfiguration: webAuthnOnWire(p.WebAuthn),
		SmsMfaConfiguration: w.sms, SoftwareTokenMfaConfiguration: w.token, EmailMfaConfiguration: w.email,
	}, nil
}

// SetUserPoolMfaConfig changes the factors of a user pool.
func (o *Operations) SetUserPoolMfaConfig(ctx context.Context, in *api.SetUserPoolMfaConfigRequest) (*api.SetUserPoolMfaConfigResponse, error) {
	w := admin.MFAWish{PoolID: in.UserPoolId, Factors: pool.FactorWish{
		MFA:           str(in.MfaConfiguration),
		SoftwareToken: in.SoftwareTokenMfaConfiguration != nil && value(in.SoftwareTokenMfaConfiguration.Enabled),
	}}
	if c := in.SmsMfaConfiguration; c != nil {
		w.Factors.SMS = &pool.TextWish{Message: str(c.SmsAuthenticationMessage), Settings: smsSettings(c.SmsConfiguration)}
		if c.SmsConfiguration != nil && c.SmsConfiguration.EumsSms != nil {
			w.Newer = append(w.Newer, "SmsConfiguration.EumsSms")
		}
	}
	if c := in.EmailMfaConfiguration; c != nil {
		w.Factors.Email = &pool.MailWish{Message: str(c.Message), Subject: str(c.Subject)}
	}
	if c := in.WebAuthnConfiguration; c != nil {
		w.WebAuthn = &pool.WebAuthn{RelyingParty: str(c.RelyingPartyId), UserVerification: str(c.UserVerification), Factors: str(c.FactorConfiguration)}
	}
	p, err := o.pools.SetMFA(ctx, w)
	if err != nil {
		return nil, err
	}
	f := secondFactorsOnWire(p)
	return &api.SetUserPoolMfaConfigResponse{
		MfaConfiguration: ptr[api.UserPoolMfaType](p.MFA), WebAuthnConfiguration: webAuthnOnWire(p.WebAuthn),
		SmsMfaConfiguration: f.sms, SoftwareTokenMfaConfiguration: f.token, EmailMfaConfiguration: f.email,
	}, nil
}

// wireFactors are the second factors of a pool as answers carry them; nil for
// those that are off.
type wireFactors struct {
	sms   *api.SmsMfaConfigType
	token *api.SoftwareTokenMfaConfigType
	email *api.EmailMfaConfigType
}

func secondFactorsOnWire(p *pool.Pool) (w wireFactors) {
	if p.Second.SMS {
		w.sms = &api.SmsMfaConfigType{
			SmsAuthenticationMessage: ptr[string](p.Templates.SMSAuthentication), SmsConfiguration: smsOnWire(p.SMS),
		}
	}
	if p.Second.SoftwareToken {
		w.token = &api.SoftwareTokenMfaConfigType{Enabled: new(true)}
	}
	if p.Second.Email {
		w.email = &api.EmailMfaConfigType{Message: ptr[string](p.Second.EmailMessage), Subject: ptr[string](p.Second.EmailSubject)}
	}
	return w
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
