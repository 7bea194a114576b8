package operation

import (
	"context"

	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/core/risk"
)

// AdminListUserAuthEvents lists what happened to an account, the newest first.
func (o *Operations) AdminListUserAuthEvents(ctx context.Context, in *api.AdminListUserAuthEventsRequest) (*api.AdminListUserAuthEventsResponse, error) {
	list, next, err := o.events.List(ctx, in.UserPoolId, in.Username, value(in.NextToken), int(value(in.MaxResults)))
	if err != nil {
		return nil, err
	}
	out := &api.AdminListUserAuthEventsResponse{AuthEvents: make([]api.AuthEventType, len(list)), NextToken: ptr[string](next)}
	for i, e := range list {
		out.AuthEvents[i] = eventOnWire(e)
	}
	return out, nil
}

// AdminUpdateAuthEventFeedback keeps what an administrator says of an event.
func (o *Operations) AdminUpdateAuthEventFeedback(
	ctx context.Context, in *api.AdminUpdateAuthEventFeedbackRequest,
) (*api.AdminUpdateAuthEventFeedbackResponse, error) {
	if err := o.events.Judge(ctx, in.UserPoolId, in.Username, in.EventId, in.FeedbackValue == "Valid"); err != nil {
		return nil, err
	}
	return &api.AdminUpdateAuthEventFeedbackResponse{}, nil
}

// UpdateAuthEventFeedback keeps what the user says of an event, who has the
// token of the mail about it.
func (o *Operations) UpdateAuthEventFeedback(ctx context.Context, in *api.UpdateAuthEventFeedbackRequest) (*api.UpdateAuthEventFeedbackResponse, error) {
	err := o.events.JudgeOwn(ctx, in.UserPoolId, in.Username, in.EventId, in.FeedbackToken, in.FeedbackValue == "Valid")
	if err != nil {
		return nil, err
	}
	return &api.UpdateAuthEventFeedbackResponse{}, nil
}

func eventOnWire(e risk.Event) api.AuthEventType {
	out := api.AuthEventType{
		EventId: &e.ID, EventType: new(api.EventType(e.Type)), CreationDate: &e.Created, EventResponse: new(api.EventResponseType(e.Response)),
		EventRisk: &api.EventRiskType{
			RiskDecision: new(api.RiskDecisionType(e.RiskDecision)), RiskLevel: ptr[api.RiskLevelType](e.RiskLevel),
			CompromisedCredentialsDetected: &e.Compromised,
		},
		ChallengeResponses: make([]api.ChallengeResponseType, len(e.Answered)),
		EventContextData: &api.EventContextDataType{
			IpAddress: ptr[string](e.Address), DeviceName: ptr[string](e.Device), City: ptr[string](e.City), Country: ptr[string](e.Country),
		},
	}
	for i, c := range e.Answered {
		answer := api.ChallengeResponse("Failure")
		if c.Right {
			answer = "Success"
		}
		out.ChallengeResponses[i] = api.ChallengeResponseType{ChallengeName: new(api.ChallengeName(c.Name)), ChallengeResponse: &answer}
	}
	if e.Feedback != "" {
		out.EventFeedback = &api.EventFeedbackType{
			FeedbackValue: api.FeedbackValueType(e.Feedback), Provider: e.FeedbackProvider, FeedbackDate: &e.FeedbackTime,
		}
	}
	return out
}
