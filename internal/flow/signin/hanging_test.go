package signin_test

import (
	"context"
	"testing"

	"github.com/cenote-auth/cenote/internal/core/risk"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/pool"
)

// late is a context that is over once somebody says so.
type late struct {
	context.Context
	over chan struct{}
	err  error // then
}

func (l late) Done() <-chan struct{} { return l.over }

func (l late) Err() error {
	select {
	case <-l.over:
		return l.err
	default:
		return l.Context.Err()
	}
}

// A function that takes all the time there is for a request, or more than its
// client has, does not lock out whose password was right, is answered as a function
// that was not reached, and does not keep the sign-in out of the record.
func TestAFunctionThatHangs(t *testing.T) {
	flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
		w := &guarded{world: &world{Env: e, service: service(e, e.Limits)}}
		var answer func()
		w.service.Triggers = flowtest.NewLambda(t, func(flowtest.Event, map[string]any) error { answer(); return nil }).Triggers
		w.service.Risk = risk.New(risk.Options{Store: e.Store, Keyring: e.Keyring, Messages: e.Messages, Now: e.Clock.Now})
		w.pool = e.Pool(t, func(p *pool.Pool) {
			flowtest.Calls("PreTokenGeneration")(p)
			p.Tier, p.AdvancedSecurity = "PLUS", "AUDIT"
		})
		w.client = e.Client(t, w.pool, nil)
		w.ada = e.Person(t, w.pool, "ada", password, nil)
		r := signin.Request{ClientID: w.client.ID, Flow: "USER_PASSWORD_AUTH", Parameters: parameters("USERNAME", "ada", "PASSWORD", password)}

		hanging := func(why error) error {
			ctx, answered := late{t.Context(), make(chan struct{}), why}, make(chan struct{})
			defer close(answered)
			answer = func() { close(ctx.over); <-answered }
			_, err := w.service.Start(ctx, r)
			return err
		}
		for range 6 { // more than lock a user out
			flowtest.Want(t, hanging(context.DeadlineExceeded), pool.UnexpectedLambda,
				"PreTokenGeneration invocation failed due to error Socket timeout while invoking Lambda function.")
		}
		for range 6 {
			if err := hanging(context.Canceled); err == nil {
				t.Error("there are tokens for who has gone")
			}
		}
		answer = func() {}
		step, err := w.service.Start(t.Context(), r)
		w.wantTokens(t, step, err, w.ada)
		if list := w.events(t, w.ada); len(list) != 13 {
			t.Errorf("%d sign-ins are in the record, want 13", len(list))
		}
	})
}
