package admin

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"testing"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

func TestCreatePool(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.pool(t, NewPool{Region: "eu-west-1"})
	if !regexp.MustCompile(`^eu-west-1_[0-9A-Za-z]{9}$`).MatchString(p.ID) {
		t.Errorf("id is %q, want a region and nine letters or digits", p.ID)
	}
	if got, want := w.pools.ARN(p), "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/"+p.ID; got != want {
		t.Errorf("ARN is %s, want %s", got, want)
	}
	got, facts, err := w.pools.Describe(t.Context(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	if facts.Users != 0 || len(facts.Domains) != 0 || !reflect.DeepEqual(got, p) {
		t.Errorf("described %+v with %+v, created %+v", got, facts, p)
	}
	var keys []store.SigningKey
	err = w.store.View(t.Context(), func(snap store.Snapshot) (err error) {
		keys, err = snap.SigningKeys(t.Context(), p.Key)
		return err
	})
	if err != nil || len(keys) != 2 || keys[0].Use == keys[1].Use {
		t.Errorf("got %d signing keys (%v), want one for each kind of token", len(keys), err)
	}
	if p := w.pool(t, NewPool{}); p.Region() != "us-east-1" {
		t.Errorf("a pool of no region is in %s, want us-east-1", p.Region())
	}
}

func TestCreatePoolKeepsWhatItIsGiven(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	insensitive := false
	p := w.pool(t, NewPool{
		UsernameAttributes: []string{"email"}, CaseSensitive: &insensitive,
		Schema: []pool.AttributeWish{{Name: "team", Type: "String"}},
		Legacy: pool.LegacyTemplates{EmailMessage: "It is {####}"},
		Settings: pool.Settings{
			Name: "staff", Tags: map[string]string{CustomIDTag: "eu-north-1_Fixed", "env": "test"},
			PasswordPolicy: pool.PasswordPolicy{MinLength: 6}, RecoveryGiven: true, Device: &pool.DeviceSettings{OnlyOnPrompt: true},
		},
	})
	got, _, err := w.pools.Describe(t.Context(), "eu-north-1_Fixed")
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, p) {
		t.Errorf("described %+v, created %+v", got, p)
	}
	switch {
	case !got.CaseInsensitive, !got.CaseGiven:
		t.Error("the pool heeds case, want not")
	case got.Tags[CustomIDTag] == "":
		t.Error("the tag that gave the id is gone")
	case got.Templates.EmailMessage != "It is {####}":
		t.Errorf("the message is %q", got.Templates.EmailMessage)
	case got.PasswordPolicy != pool.PasswordPolicy{MinLength: 6, TemporaryDays: 7}:
		t.Errorf("the policy is %+v", got.PasswordPolicy)
	}
	if _, ok := got.Schema.Find("custom:team"); !ok {
		t.Error("custom:team is not in the schema")
	}
}

func TestCreatePoolRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.pool(t, NewPool{CustomID: "us-east-1_Taken"})
	sms := &pool.SMSSettings{CallerARN: "arn:aws:iam::123456789012:role/sms"}
	for _, tt := range []struct {
		name string
		ask  NewPool
		kind pool.Kind
		want string
	}{
		{"an id that is taken", NewPool{CustomID: "us-east-1_Taken"},
			pool.InvalidParameter, "User pool us-east-1_Taken already exists."},
		{"an id of another shape", NewPool{Settings: pool.Settings{Tags: map[string]string{CustomIDTag: "staff"}}},
			pool.InvalidParameter, "The id of a user pool is a region, an underscore, and letters or digits, such as us-east-1_Example12."},
		{"a region that is none", NewPool{Region: "eu_west"}, pool.InvalidParameter, "Invalid region."},
		{"a schema without types", NewPool{Schema: []pool.AttributeWish{{Name: "team"}}},
			pool.InvalidParameter, "Invalid AttributeDataType input, consider using the provided AttributeDataType enum."},
		{"two texts for one message", NewPool{
			Legacy: pool.LegacyTemplates{SMS: "a {####}"}, Settings: pool.Settings{Templates: pool.Templates{SMSVerification: "b {####}"}},
		}, pool.InvalidParameter, "SmsVerificationMessage and VerificationMessageTemplate.SmsMessage cannot have different values."},
		{"MFA that the service would refuse", NewPool{Settings: pool.Settings{MFA: "ON"}},
			pool.InvalidParameter, "SMS configuration and Auto verification for phone_number are required when MFA is required/optional"},
		{"codes as first factor where two are required", NewPool{Settings: pool.Settings{MFA: "ON", SMS: sms, AllowedFirstFactors: []string{"PASSWORD", "SMS_OTP"}}},
			pool.InvalidParameter, "Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled"},
		{"a custom sender without a key of the operator", NewPool{Settings: pool.Settings{Triggers: pool.Triggers{ARN: map[string]string{"CustomSMSSender": "arn"}, KMSKeyID: "key"}}},
			pool.NotBuilt, "A LambdaConfig with CustomEmailSender or CustomSMSSender is not supported yet: the server has no key that encrypts codes for them (CENOTE_SENDER_KEY)."},
		{"a custom sender without a key of its own", NewPool{Settings: pool.Settings{Triggers: pool.Triggers{ARN: map[string]string{"CustomEmailSender": "arn"}}}},
			pool.InvalidParameter, "KMSKeyID is required when CustomSMSSender or CustomEmailSender is configured."},
		{"two functions for tokens", NewPool{Settings: pool.Settings{Triggers: pool.Triggers{ARN: map[string]string{"PreTokenGeneration": "a", "PreTokenGenerationConfig": "b"}}}},
			pool.InvalidParameter, "PreTokenGeneration and PreTokenGenerationConfig must name the same Lambda function."},
		{"access tokens changed in LITE", NewPool{Settings: pool.Settings{Tier: "LITE", Triggers: pool.Triggers{
			ARN: map[string]string{"PreTokenGeneration": "a"}, Versions: map[string]string{"PreTokenGeneration": "V2_0"}}}},
			pool.FeatureUnavailableInTier, "The following features need to be disabled for the LITE pricing tier configured: Access Token Customization"},
		{"links", NewPool{Settings: pool.Settings{Templates: pool.Templates{EmailOption: "CONFIRM_WITH_LINK"}}},
			pool.NotBuilt, "VerificationMessageTemplate.DefaultEmailOption CONFIRM_WITH_LINK is not supported yet: no page answers the link."},
		{"a software token as first factor where two are required", NewPool{Settings: pool.Settings{MFA: "ON", SMS: sms, AllowedFirstFactors: []string{"PASSWORD", "SOFTWARE_TOKEN"}}},
			pool.InvalidParameter, "Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled"},
		{"a member that came lately", NewPool{Newer: []string{"KeyConfiguration"}},
			pool.NotBuilt, "KeyConfiguration is not supported yet: this member is newer than what this server knows."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.ask.Name = "staff"
			_, err := w.pools.Create(t.Context(), tt.ask)
			wantError(t, err, tt.kind, tt.want)
		})
	}
	if pools, _, err := w.pools.List(t.Context(), "", 60); err != nil || len(pools) != 1 {
		t.Errorf("there are %d pools after nothing but refusals (%v), want 1", len(pools), err)
	}
}

func TestCreatePoolStopsAtTheLimit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	err := w.store.Update(t.Context(), func(tx store.Tx) error {
		for i := range pool.MaxPools {
			if _, err := tx.CreatePool(t.Context(), &pool.Pool{ID: fmt.Sprintf("us-east-1_%04d", i), Created: noon, Modified: noon}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.pools.Create(t.Context(), NewPool{})
	wantError(t, err, pool.LimitExceeded, "The maximum number of user pools has been reached.")
}

func TestListPools(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 5 {
		w.pool(t, NewPool{CustomID: fmt.Sprintf("us-east-1_%d", i)})
	}
	var got []string
	var pages int
	for token := ""; ; pages++ {
		list, next, err := w.pools.List(t.Context(), token, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range list {
			got = append(got, p.ID)
		}
		if next == "" {
			break
		}
		token = next
	}
	if want := "[us-east-1_0 us-east-1_1 us-east-1_2 us-east-1_3 us-east-1_4]"; fmt.Sprint(got) != want || pages != 2 {
		t.Errorf("got %v after %d tokens, want %s after 2", got, pages, want)
	}
}

func TestListPoolsRefusesATokenOfAnotherList(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.pool(t, NewPool{})
	other := w.pool(t, NewPool{})
	for range 2 {
		w.client(t, NewClient{PoolID: p.ID})
	}
	_, token, err := w.clients.List(t.Context(), ClientList{PoolID: p.ID, Limit: 1})
	if err != nil || token == "" {
		t.Fatalf("got token %q (%v), want one", token, err)
	}
	for _, bad := range []string{token, token[1:], "abc", "!", "   "} {
		_, _, err := w.pools.List(t.Context(), bad, 1)
		wantError(t, err, pool.InvalidParameter, "Invalid pagination token")
	}
	_, _, err = w.clients.List(t.Context(), ClientList{PoolID: other.ID, Token: token, Limit: 1})
	wantError(t, err, pool.InvalidParameter, "Invalid pagination token")
}

func TestDeletePool(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.pool(t, NewPool{CustomID: "us-east-1_Staff"})
	c, _ := w.client(t, NewClient{PoolID: p.ID})
	if err := w.pools.Delete(t.Context(), p.ID); err != nil {
		t.Fatal(err)
	}
	if w.woken != 1 {
		t.Errorf("the runner of jobs was woken %d times, want once", w.woken)
	}
	err := w.store.View(t.Context(), func(snap store.Snapshot) error {
		jobs, err := snap.Jobs(t.Context(), 10)
		if err != nil {
			return err
		}
		if len(jobs) != 1 || jobs[0].Kind != "delete-pool" || jobs[0].PoolKey != p.Key {
			t.Errorf("jobs are %+v, want the deletion of pool %d", jobs, p.Key)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	const gone = "User pool us-east-1_Staff does not exist."
	_, _, err = w.pools.Describe(t.Context(), p.ID)
	wantError(t, err, pool.NotFound, gone)
	wantError(t, w.pools.Delete(t.Context(), p.ID), pool.NotFound, gone)
	_, _, err = w.clients.Describe(t.Context(), p.ID, c.ID)
	wantError(t, err, pool.NotFound, gone)
	if again := w.pool(t, NewPool{CustomID: p.ID}); again.Key == p.Key {
		t.Errorf("key %d was given again", p.Key)
	}
}

func TestDeletePoolHeedsProtection(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.pool(t, NewPool{Settings: pool.Settings{DeletionProtection: true}})
	wantError(t, w.pools.Delete(t.Context(), p.ID), pool.InvalidParameter,
		"The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.")
	if _, _, err := w.pools.Describe(t.Context(), p.ID); err != nil || w.woken != 0 {
		t.Errorf("after the refusal: %v, woken %d times", err, w.woken)
	}
}

// noKeys is a KeyMaker whose source has failed.
type noKeys struct{}

func (noKeys) NewSigningKeys(context.Context) ([]store.SigningKey, error) {
	return nil, errors.New("no randomness")
}

func TestCreatePoolWithoutKeysMakesNone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.pools.o.Tokens = noKeys{}
	if _, err := w.pools.Create(t.Context(), NewPool{}); err == nil {
		t.Error("got no error, want one")
	}
	if pools, _, err := w.pools.List(t.Context(), "", 1); err != nil || len(pools) != 0 {
		t.Errorf("got %d pools (%v), want none", len(pools), err)
	}
}
