package operation

import (
	"context"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/core/keyring"
	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

// What somebody says of a sign-in is what the record says of it then.
func TestFeedbackOnTheWire(t *testing.T) {
	t.Parallel()
	l := newLodge(t, storetest.Open(t))
	ada := l.Person(t, l.pool, "ada", signInPassword, nil)
	const event = "0190b6c8-0000-7000-8000-000000000001"
	l.Tx(t, func(ctx context.Context, tx store.Tx) error {
		return tx.AddAuthEvent(ctx, store.AuthEvent{
			PoolKey: l.pool.Key, Sub: ada.Sub, ID: event, Created: l.Clock.Now(), Type: "SignIn", Response: "Pass",
			RiskDecision: "NoRisk", Challenges: "[]", Context: "{}",
		})
	})
	mark := base64.RawURLEncoding.EncodeToString(l.Keyring.Seal(keyring.Feedback, []byte(ada.Sub+" "+event), l.pool.Key))
	about := `{"UserPoolId":"` + l.pool.ID + `","Username":"ada"`
	feedback := func() string {
		t.Helper()
		list := mustCall(t, l.operations, "AdminListUserAuthEvents", about+`}`)
		_, said, _ := strings.Cut(list, `"EventFeedback":`)
		said, _, _ = strings.Cut(said, `,"FeedbackDate"`)
		return said
	}
	if got := feedback(); got != "" {
		t.Errorf("before anybody said anything the record says %s", got)
	}
	for _, tt := range []struct{ operation, members, value, by string }{
		{"AdminUpdateAuthEventFeedback", ``, "Invalid", "Admin"},
		{"AdminUpdateAuthEventFeedback", ``, "Valid", "Admin"},
		{"UpdateAuthEventFeedback", `,"FeedbackToken":"` + mark + `"`, "Invalid", "EndUser"},
		{"UpdateAuthEventFeedback", `,"FeedbackToken":"` + mark + `"`, "Valid", "EndUser"},
	} {
		mustCall(t, l.operations, tt.operation, about+tt.members+`,"EventId":"`+event+`","FeedbackValue":"`+tt.value+`"}`)
		if got, want := feedback(), `{"FeedbackValue":"`+tt.value+`","Provider":"`+tt.by+`"`; got != want {
			t.Errorf("%s %s: the record says %s, want %s", tt.operation, tt.value, got, want)
		}
	}
}
