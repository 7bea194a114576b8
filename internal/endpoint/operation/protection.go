package operation

import (
	"context"
	"encoding/base64"

	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/pool"
)

// SetLogDeliveryConfiguration replaces where the logs of a user pool go.
func (o *Operations) SetLogDeliveryConfiguration(
	ctx context.Context, in *api.SetLogDeliveryConfigurationRequest,
) (*api.SetLogDeliveryConfigurationResponse, error) {
	list := make([]pool.LogDelivery, len(in.LogConfigurations))
	for i, c := range in.LogConfigurations {
		list[i] = logDelivery(c)
	}
	if err := o.settings.Protection.SetLogDelivery(ctx, in.UserPoolId, list); err != nil {
		return nil, err
	}
	return &api.SetLogDeliveryConfigurationResponse{LogDeliveryConfiguration: logDeliveryOnWire(in.UserPoolId, list)}, nil
}

// GetLogDeliveryConfiguration shows where the logs of a user pool go.
func (o *Operations) GetLogDeliveryConfiguration(
	ctx context.Context, in *api.GetLogDeliveryConfigurationRequest,
) (*api.GetLogDeliveryConfigurationResponse, error) {
	list, err := o.settings.Protection.LogDelivery(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	return &api.GetLogDeliveryConfigurationResponse{LogDeliveryConfiguration: logDeliveryOnWire(in.UserPoolId, list)}, nil
}

func logDelivery(c api.LogConfigurationType) pool.LogDelivery {
	d := pool.LogDelivery{Source: string(c.EventSource), Level: string(c.LogLevel)}
	if c.CloudWatchLogsConfiguration != nil {
		d.LogGroup = str(c.CloudWatchLogsConfiguration.LogGroupArn)
	}
	if c.S3Configuration != nil {
		d.Bucket = str(c.S3Configuration.BucketArn)
	}
	if c.FirehoseConfiguration != nil {
		d.Stream = str(c.FirehoseConfiguration.StreamArn)
	}
	return d
}

func logDeliveryOnWire(poolID string, list []pool.LogDelivery) *api.LogDeliveryConfigurationType {
	out := &api.LogDeliveryConfigurationType{UserPoolId: poolID, LogConfigurations: make([]api.LogConfigurationType, len(list))}
	for i, d := range list {
		c := api.LogConfigurationType{EventSource: api.EventSourceName(d.Source), LogLevel: api.LogLevel(d.Level)}
		switch {
		case d.LogGroup != "":
			c.CloudWatchLogsConfiguration = &api.CloudWatchLogsConfigurationType{LogGroupArn: &d.LogGroup}
		case d.Bucket != "":
			c.S3Configuration = &api.S3ConfigurationType{BucketArn: &d.Bucket}
		case d.Stream != "":
			c.FirehoseConfiguration = &api.FirehoseConfigurationType{StreamArn: &d.Stream}
		}
		out.LogConfigurations[i] = c
	}
	return out
}

// SetUserPoolSessionConfiguration replaces how many sign-ins of a user are good
// at a time.
func (o *Operations) SetUserPoolSessionConfiguration(
	ctx context.Context, in *api.SetUserPoolSessionConfigurationRequest,
) (*api.SetUserPoolSessionConfigurationResponse, error) {
	r := pool.SessionRules{Tracked: in.UserSessionTracking == "ENABLED", MaxPerUser: in.TokenSession.MaxPerUser}
	if err := o.settings.Protection.SetSessions(ctx, in.UserPoolId, r); err != nil {
		return nil, err
	}
	return &api.SetUserPoolSessionConfigurationResponse{
		UserPoolId: &in.UserPoolId, UserSessionTracking: &in.UserSessionTracking, TokenSession: &in.TokenSession,
	}, nil
}

// GetUserPoolSessionConfiguration shows how many sign-ins of a user are good at
// a time.
func (o *Operations) GetUserPoolSessionConfiguration(
	ctx context.Context, in *api.GetUserPoolSessionConfigurationRequest,
) (*api.GetUserPoolSessionConfigurationResponse, error) {
	r, err := o.settings.Protection.Sessions(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	tracking := api.UserSessionTrackingType("DISABLED")
	if r.Tracked {
		tracking = "ENABLED"
	}
	return &api.GetUserPoolSessionConfigurationResponse{
		UserPoolId: &in.UserPoolId, UserSessionTracking: &tracking, TokenSession: &api.UserPoolTokenSessionConfigType{MaxPerUser: r.MaxPerUser},
	}, nil
}

// SetUserPoolClientSessionConfiguration sets for how long pages sign somebody
// in to an app client again unasked.
func (o *Operations) SetUserPoolClientSessionConfiguration(
	ctx context.Context, in *api.SetUserPoolClientSessionConfigurationRequest,
) (*api.SetUserPoolClientSessionConfigurationResponse, error) {
	if err := o.settings.Protection.SetPageSession(ctx, in.UserPoolId, in.ClientId, in.SSOSession.MaxValidityMinutes); err != nil {
		return nil, err
	}
	return &api.SetUserPoolClientSessionConfigurationResponse{UserPoolId: &in.UserPoolId, ClientId: &in.ClientId, SSOSession: &in.SSOSession}, nil
}

// GetUserPoolClientSessionConfiguration shows for how long pages sign somebody
// in to an app client again unasked.
func (o *Operations) GetUserPoolClientSessionConfiguration(
	ctx context.Context, in *api.GetUserPoolClientSessionConfigurationRequest,
) (*api.GetUserPoolClientSessionConfigurationResponse, error) {
	minutes, err := o.settings.Protection.PageSession(ctx, in.UserPoolId, in.ClientId)
	if err != nil {
		return nil, err
	}
	return &api.GetUserPoolClientSessionConfigurationResponse{
		UserPoolId: &in.UserPoolId, ClientId: &in.ClientId, SSOSession: &api.ClientSSOSessionConfigType{MaxValidityMinutes: minutes},
	}, nil
}

// GetSigningCertificate shows the certificate of the key that signs what a user
// pool asks of SAML providers.
func (o *Operations) GetSigningCertificate(ctx context.Context, in *api.GetSigningCertificateRequest) (*api.GetSigningCertificateResponse, error) {
	der, err := o.settings.Certificates.Signing(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	return &api.GetSigningCertificateResponse{Certificate: new(base64.StdEncoding.EncodeToString(der))}, nil
}
