package admin

import (
	"context"
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// described returns a pool as it is now.
func (w *world) described(t *testing.T, id string) *pool.Pool {
	t.Helper()
	p, _, err := w.pools.Describe(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// elaborate is a new pool with something other than the default everywhere.
func elaborate() NewPool {
	insensitive := false
	return NewPool{
		UsernameAttributes: []string{"email"}, CaseSensitive: &insensitive,
		Schema: []pool.AttributeWish{{Name: "team", Type: "String"}},
		Settings: pool.Settings{
			Name: "staff", Tags: map[string]string{"env": "test"}, Tier: "PLUS", DeletionProtection: true, AdminOnly: true,
			PasswordPolicy:         pool.PasswordPolicy{MinLength: 12, TemporaryDays: 3},
			AllowedFirstFactors:    []string{"PASSWORD", "EMAIL_OTP"},
			AutoVerifiedAttributes: []string{"email", "phone_number"}, VerifyBeforeUpdate: []string{"email"},
			Recovery: []pool.RecoveryOption{{Name: "verified_email", Priority: 1}}, RecoveryGiven: true,
			Templates: pool.Templates{EmailSubject: "Hello", InviteSMS: "{username} {####}"},
			Device:    &pool.DeviceSettings{OnlyOnPrompt: true},
			Email:     pool.EmailSettings{Account: "DEVELOPER", SourceARN: "arn:aws:ses:us-east-1:123456789012:identity/example.com"},
			SMS:       &pool.SMSSettings{CallerARN: "arn:aws:iam::123456789012:role/sms"}, AdvancedSecurity: "OFF",
		},
	}
}

func TestUpdatePoolResetsWhatIsLeftOut(t *testing.T) {
	inEachWorld(t, func(t *testing.T, w *world) {
		before := w.pool(t, elaborate())
		w.now = noon.Add(time.Hour)
		if err := w.pools.Update(t.Context(), PoolUpdate{ID: before.ID}); err != nil {
			t.Fatal(err)
		}
		defaults, err := complete(pool.Settings{}, pool.LegacyTemplates{})
		if err != nil {
			t.Fatal(err)
		}
		want := *before
		want.Settings, want.Name, want.Tags = defaults, before.Name, before.Tags
		want.Version, want.Modified = before.Version+1, w.now.Truncate(time.Millisecond)
		if got := w.described(t, before.ID); !reflect.DeepEqual(got, &want) {
			t.Errorf("got  %+v\nwant %+v", got, &want)
		}
	})
}

func TestUpdatePoolReplacesSettings(t *testing.T) {
	inEachWorld(t, func(t *testing.T, w *world) {
		p := w.pool(t, NewPool{Settings: pool.Settings{Name: "staff", Tags: map[string]string{"env": "test"}}})
		u := elaborate().Settings
		u.Name, u.Tags = "guests", map[string]string{"team": "a"}
		err := w.pools.Update(t.Context(), PoolUpdate{ID: p.ID, Settings: u, Legacy: pool.LegacyTemplates{EmailMessage: "It is {####}"}})
		if err != nil {
			t.Fatal(err)
		}
		want, err := complete(u, pool.LegacyTemplates{EmailMessage: "It is {####}"})
		if err != nil {
			t.Fatal(err)
		}
		got := w.described(t, p.ID)
		if !reflect.DeepEqual(got.Settings, want) {
			t.Errorf("settings are %+v, want %+v", got.Settings, want)
		}
		if !reflect.DeepEqual(got.Schema, p.Schema) || got.UsernameAttributes != nil || got.CaseInsensitive {
			t.Errorf("what is fixed at creation became %+v", got)
		}
		if err := w.pools.Update(t.Context(), PoolUpdate{ID: p.ID, Settings: pool.Settings{Tags: map[string]string{}}}); err != nil {
			t.Fatal(err)
		}
		if got := w.described(t, p.ID); len(got.Tags) != 0 || got.Name != "guests" {
			t.Errorf("after an update without a name and with no tags the pool is %q with %v", got.Name, got.Tags)
		}
	})
}

func TestUpdatePoolRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.pool(t, elaborate())
	settings := func(s pool.Settings) PoolUpdate { return PoolUpdate{ID: p.ID, Settings: s} }
	for _, tt := range []struct {
		name string
		ask  PoolUpdate
		kind pool.Kind
		want string
	}{
		{"a pool that is not there, before anything else", PoolUpdate{ID: "us-east-1_none", Settings: pool.Settings{MFA: "ON"}},
			pool.NotFound, "User pool us-east-1_none does not exist."},
		{"two texts for one message", PoolUpdate{
			ID: p.ID, Legacy: pool.LegacyTemplates{SMS: "a {####}"}, Settings: pool.Settings{Templates: pool.Templates{SMSVerification: "b {####}"}},
		}, pool.InvalidParameter, "SmsVerificationMessage and VerificationMessageTemplate.SmsMessage cannot have different values."},
		{"days of temporary passwords in both places", settings(pool.Settings{UnusedAccountDays: 3, PasswordPolicy: pool.PasswordPolicy{TemporaryDays: 3}}),
			pool.InvalidParameter, "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays"},
		{"verified phones without the text messages that were left out", settings(pool.Settings{AutoVerifiedAttributes: []string{"phone_number"}}),
			pool.InvalidParameter, "SMS configuration is required when phone_number is selected for auto verification"},
		{"proof before a change of what is no longer verified", settings(pool.Settings{VerifyBeforeUpdate: []string{"email"}}),
			pool.InvalidParameter, "All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes"},
		{"a reserved tag", settings(pool.Settings{Tags: map[string]string{"aws:a": ""}}),
			pool.UserPoolTagging, "aws: prefixed tag key names are not allowed for external use."},
		{"a factor that the tier lacks", settings(pool.Settings{Tier: "LITE", AllowedFirstFactors: []string{"PASSWORD", "EMAIL_OTP"}}),
			pool.FeatureUnavailableInTier, "The following features need to be disabled for the LITE pricing tier configured: Passwordless Sign-In"},
		{"MFA by nothing", settings(pool.Settings{MFA: "OPTIONAL"}),
			pool.InvalidParameter, "SMS configuration and Auto verification for phone_number are required when MFA is required/optional"},
		{"codes as first factor where two are required", settings(pool.Settings{MFA: "ON", SMS: &pool.SMSSettings{CallerARN: "arn:aws:iam::123456789012:role/sms"}, AllowedFirstFactors: []string{"PASSWORD", "EMAIL_OTP"}}),
			pool.InvalidParameter, "Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled"},
		{"a member that came lately", PoolUpdate{ID: p.ID, Newer: []string{"KeyConfiguration"}},
			pool.NotBuilt, "KeyConfiguration is not supported yet: this member is newer than what this server knows."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			wantError(t, w.pools.Update(t.Context(), tt.ask), tt.kind, tt.want)
		})
	}
	if got := w.described(t, p.ID); !reflect.DeepEqual(got, p) {
		t.Errorf("after nothing but refusals the pool is %+v, want %+v", got, p)
	}
}

func TestProtectionIsTakenOffByAnUpdate(t *testing.T) {
	inEachWorld(t, func(t *testing.T, w *world) {
		p := w.pool(t, NewPool{})
		if err := w.pools.Update(t.Context(), PoolUpdate{ID: p.ID, Settings: pool.Settings{DeletionProtection: true}}); err != nil {
			t.Fatal(err)
		}
		wantError(t, w.pools.Delete(t.Context(), p.ID), pool.InvalidParameter,
			"The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.")
		if err := w.pools.Update(t.Context(), PoolUpdate{ID: p.ID}); err != nil {
			t.Fatal(err)
		}
		if err := w.pools.Delete(t.Context(), p.ID); err != nil {
			t.Error(err)
		}
	})
}

// Whoever is told that a pool is protected keeps it, even from a deletion that
// was under way.
func TestProtectionHoldsAgainstADeletionAtTheSameTime(t *testing.T) {
	inEachWorld(t, func(t *testing.T, w *world) {
		for i := range 20 {
			p := w.pool(t, NewPool{CustomID: fmt.Sprintf("us-east-1_%d", i)})
			var protected, deleted error
			var both sync.WaitGroup
			both.Go(func() {
				protected = w.pools.Update(t.Context(), PoolUpdate{ID: p.ID, Settings: pool.Settings{DeletionProtection: true}})
			})
			both.Go(func() { deleted = w.pools.Delete(t.Context(), p.ID) })
			both.Wait()
			if protected == nil && deleted == nil {
				t.Fatalf("try %d: the pool was protected and deleted", i)
			}
		}
	})
}

// beaten is a store in which somebody else is faster at every change.
type beaten struct{ store.Store }

func (s beaten) Update(ctx context.Context, fn func(store.Tx) error) error {
	return s.Store.Update(ctx, func(tx store.Tx) error { return fn(beatenTx{tx}) })
}

type beatenTx struct{ store.Tx }

func (beatenTx) UpdatePool(context.Context, *pool.Pool) error     { return store.ErrConflict }
func (beatenTx) UpdateClient(context.Context, *pool.Client) error { return store.ErrConflict }

func TestChangesThatAlwaysComeTooLate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.pool(t, NewPool{})
	c, _ := w.client(t, NewClient{PoolID: p.ID})
	w.pools.o.Store, w.clients.o.Store = beaten{w.store}, beaten{w.store}
	const late = "Other requests are modifying the same resource. Please try again."
	wantError(t, w.pools.Update(t.Context(), PoolUpdate{ID: p.ID}), pool.ConcurrentModification, late)
	_, _, err := w.clients.Update(t.Context(), ClientUpdate{PoolID: p.ID, ID: c.ID})
	wantError(t, err, pool.ConcurrentModification, late)
}

func TestAddAttributes(t *testing.T) {
	inEachWorld(t, func(t *testing.T, w *world) {
		p := w.pool(t, elaborate())
		w.now = noon.Add(time.Hour)
		err := w.pools.AddAttributes(t.Context(), p.ID, []pool.AttributeWish{
			{Name: "rank", Type: "Number"}, {Name: "team", Type: "String", DeveloperOnly: true},
		})
		if err != nil {
			t.Fatal(err)
		}
		got := w.described(t, p.ID)
		for _, name := range []string{"custom:team", "custom:rank", "dev:custom:team"} {
			if _, ok := got.Schema.Find(name); !ok {
				t.Errorf("%s is not in the schema", name)
			}
		}
		if !got.Modified.Equal(w.now.Truncate(time.Millisecond)) || !reflect.DeepEqual(got.Settings, p.Settings) {
			t.Errorf("modified at %v with settings %+v", got.Modified, got.Settings)
		}
		// A client may be given what was added, at once.
		w.client(t, NewClient{PoolID: p.ID, ClientSettings: pool.ClientSettings{ReadAttributes: []string{"custom:rank"}}})

		wantError(t, w.pools.AddAttributes(t.Context(), p.ID, []pool.AttributeWish{{Name: "new", Type: "String"}, {Name: "rank", Type: "String"}}),
			pool.InvalidParameter, "custom:rank: Existing attribute already has name custom:rank.")
		wantError(t, w.pools.AddAttributes(t.Context(), "us-east-1_none", nil), pool.NotFound, "User pool us-east-1_none does not exist.")
		if again := w.described(t, p.ID); !reflect.DeepEqual(again, got) {
			t.Errorf("after the refusals the pool is %+v, want %+v", again, got)
		}
	})
}
