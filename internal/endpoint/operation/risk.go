package operation

import (
	"context"

	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/flow/admin"
	"github.com/cenote-auth/cenote/internal/pool"
)

// SetRiskConfiguration replaces what a user pool, or one app client, does about
// dangerous sign-ins.
func (o *Operations) SetRiskConfiguration(ctx context.Context, in *api.SetRiskConfigurationRequest) (*api.SetRiskConfigurationResponse, error) {
	var r pool.RiskRules
	if c := in.CompromisedCredentialsRiskConfiguration; c != nil {
		r.Compromised = &pool.CompromisedRules{Events: convert[string](c.EventFilter), Action: string(c.Actions.EventAction)}
	}
	if t := in.AccountTakeoverRiskConfiguration; t != nil {
		r.Takeover = &pool.TakeoverRules{
			Low: riskAction(t.Actions.LowAction), Medium: riskAction(t.Actions.MediumAction), High: riskAction(t.Actions.HighAction),
			Notify: riskNotice(t.NotifyConfiguration),
		}
	}
	if e := in.RiskExceptionConfiguration; e != nil {
		r.Exceptions = &pool.RiskExceptions{Blocked: e.BlockedIPRangeList, Skipped: e.SkippedIPRangeList}
	}
	row, err := o.settings.Protection.SetRisk(ctx, in.UserPoolId, str(in.ClientId), r)
	if err != nil {
		return nil, err
	}
	return &api.SetRiskConfigurationResponse{RiskConfiguration: riskOnWire(in.UserPoolId, row)}, nil
}

// DescribeRiskConfiguration shows what a user pool, or one app client, does
// about dangerous sign-ins.
func (o *Operations) DescribeRiskConfiguration(ctx context.Context, in *api.DescribeRiskConfigurationRequest) (*api.DescribeRiskConfigurationResponse, error) {
	row, err := o.settings.Protection.Risk(ctx, in.UserPoolId, str(in.ClientId))
	if err != nil {
		return nil, err
	}
	return &api.DescribeRiskConfigurationResponse{RiskConfiguration: riskOnWire(in.UserPoolId, row)}, nil
}

func riskAction(a *api.AccountTakeoverActionType) *pool.RiskAction {
	if a == nil {
		return nil
	}
	return &pool.RiskAction{Action: string(a.EventAction), Notify: a.Notify}
}

func riskNotice(n *api.NotifyConfigurationType) *pool.RiskNotice {
	if n == nil {
		return nil
	}
	return &pool.RiskNotice{
		From: str(n.From), ReplyTo: str(n.ReplyTo), SourceARN: n.SourceArn,
		Block: riskMail(n.BlockEmail), NoAction: riskMail(n.NoActionEmail), SecondFactor: riskMail(n.MfaEmail),
	}
}

func riskMail(m *api.NotifyEmailType) *pool.RiskMail {
	if m == nil {
		return nil
	}
	return &pool.RiskMail{Subject: m.Subject, HTML: str(m.HtmlBody), Text: str(m.TextBody)}
}

func riskOnWire(poolID string, row admin.RiskRow) api.RiskConfigurationType {
	out := api.RiskConfigurationType{UserPoolId: &poolID, ClientId: ptr[string](row.ClientID)}
	if !row.Modified.IsZero() {
		out.LastModifiedDate = &row.Modified
	}
	if c := row.Value.Compromised; c != nil {
		out.CompromisedCredentialsRiskConfiguration = &api.CompromisedCredentialsRiskConfigurationType{
			EventFilter: convert[api.EventFilterType](c.Events),
			Actions:     api.CompromisedCredentialsActionsType{EventAction: api.CompromisedCredentialsEventActionType(c.Action)},
		}
	}
	if t := row.Value.Takeover; t != nil {
		out.AccountTakeoverRiskConfiguration = &api.AccountTakeoverRiskConfigurationType{
			Actions: api.AccountTakeoverActionsType{
				LowAction: riskActionOnWire(t.Low), MediumAction: riskActionOnWire(t.Medium), HighAction: riskActionOnWire(t.High),
			},
			NotifyConfiguration: riskNoticeOnWire(t.Notify),
		}
	}
	if e := row.Value.Exceptions; e != nil {
		out.RiskExceptionConfiguration = &api.RiskExceptionConfigurationType{BlockedIPRangeList: e.Blocked, SkippedIPRangeList: e.Skipped}
	}
	return out
}

func riskActionOnWire(a *pool.RiskAction) *api.AccountTakeoverActionType {
	if a == nil {
		return nil
	}
	return &api.AccountTakeoverActionType{EventAction: api.AccountTakeoverEventActionType(a.Action), Notify: a.Notify}
}

func riskNoticeOnWire(n *pool.RiskNotice) *api.NotifyConfigurationType {
	if n == nil {
		return nil
	}
	return &api.NotifyConfigurationType{
		From: ptr[string](n.From), ReplyTo: ptr[string](n.ReplyTo), SourceArn: n.SourceARN,
		BlockEmail: riskMailOnWire(n.Block), NoActionEmail: riskMailOnWire(n.NoAction), MfaEmail: riskMailOnWire(n.SecondFactor),
	}
}

func riskMailOnWire(m *pool.RiskMail) *api.NotifyEmailType {
	if m == nil {
		return nil
	}
	return &api.NotifyEmailType{Subject: m.Subject, HtmlBody: ptr[string](m.HTML), TextBody: ptr[string](m.Text)}
}
