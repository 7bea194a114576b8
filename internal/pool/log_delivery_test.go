package pool_test

import (
	"cmp"
	"testing"

	"github.com/cenote-auth/cenote/internal/pool"
)

func TestCheckLogDelivery(t *testing.T) {
	t.Parallel()
	mail := pool.LogDelivery{Source: "userNotification", Level: "ERROR", LogGroup: "arn"}
	events := pool.LogDelivery{Source: "userAuthEvents", Level: "INFO", Bucket: "arn"}
	with := func(d pool.LogDelivery, change func(*pool.LogDelivery)) pool.LogDelivery { change(&d); return d }
	for _, tt := range []struct {
		name string
		tier string
		list []pool.LogDelivery
		kind pool.Kind
		err  string
	}{
		{name: "none"},
		{name: "messages that failed, in any tier", tier: "LITE", list: []pool.LogDelivery{mail}},
		{name: "both sources", list: []pool.LogDelivery{mail, events}},
		{name: "events into a log group", list: []pool.LogDelivery{with(events, func(d *pool.LogDelivery) { d.LogGroup, d.Bucket = "arn", "" })}},
		{name: "events into a stream", list: []pool.LogDelivery{with(events, func(d *pool.LogDelivery) { d.Stream, d.Bucket = "arn", "" })}},
		{name: "events below PLUS", tier: "ESSENTIALS", list: []pool.LogDelivery{events}, kind: pool.FeatureUnavailableInTier,
			err: "The following features need to be disabled for the ESSENTIALS pricing tier configured: Log delivery of user authentication events"},
		{name: "a source twice", list: []pool.LogDelivery{mail, events, mail},
			err: "The event source userNotification is given more than once."},
		{name: "nowhere", list: []pool.LogDelivery{with(events, func(d *pool.LogDelivery) { d.Bucket = "" })},
			err: "Logs of userAuthEvents must have exactly one destination."},
		{name: "two destinations", list: []pool.LogDelivery{with(mail, func(d *pool.LogDelivery) { d.Stream = "arn" })},
			err: "Logs of userNotification must have exactly one destination."},
		{name: "messages that went well", list: []pool.LogDelivery{with(mail, func(d *pool.LogDelivery) { d.Level = "INFO" })},
			err: "The log level of userNotification must be ERROR."},
		{name: "messages into a bucket", list: []pool.LogDelivery{with(mail, func(d *pool.LogDelivery) { d.LogGroup, d.Bucket = "", "arn" })},
			err: "Logs of userNotification can only go to a log group."},
		{name: "events that failed", list: []pool.LogDelivery{with(events, func(d *pool.LogDelivery) { d.Level = "ERROR" })},
			err: "The log level of userAuthEvents must be INFO."},
		{name: "what is wrong beside what is beyond the tier", tier: "LITE", list: []pool.LogDelivery{with(events, func(d *pool.LogDelivery) { d.Level = "ERROR" })},
			err: "The log level of userAuthEvents must be INFO."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := &pool.Pool{Settings: pool.Settings{Tier: cmp.Or(tt.tier, "PLUS")}}
			wantOutcome(t, p.CheckLogDelivery(tt.list), cmp.Or(tt.kind, pool.InvalidParameter), tt.err)
		})
	}
}

// wantOutcome is wantRefusal where message "" stands for no error at all.
func wantOutcome(t *testing.T, err error, kind pool.Kind, message string) {
	t.Helper()
	if message != "" {
		wantRefusal(t, err, kind, message)
	} else if err != nil {
		t.Errorf("error %v, want none", err)
	}
}
