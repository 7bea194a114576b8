package pool_test

import (
	"cmp"
	"errors"
	"testing"

	"github.com/cenote-auth/cenote/internal/pool"
)

func TestCompleteSecond(t *testing.T) {
	t.Parallel()
	texts := &pool.SMSSettings{CallerARN: "arn"}
	for _, tt := range []struct {
		name  string
		mfa   string
		sms   *pool.SMSSettings
		first []string
		had   pool.SecondFactors
		want  pool.SecondFactors
		tier  string
		kind  pool.Kind
		err   string
	}{
		{name: "OFF has none", mfa: "OFF", sms: texts, had: pool.SecondFactors{SoftwareToken: true, EmailMessage: "m"}},
		{name: "text messages where they can be sent", mfa: "ON", sms: texts, want: pool.SecondFactors{SMS: true}},
		{name: "beside what there was", mfa: "OPTIONAL", sms: texts, had: pool.SecondFactors{Email: true, EmailMessage: "m"},
			want: pool.SecondFactors{SMS: true, Email: true, EmailMessage: "m"}},
		{name: "a token alone", mfa: "ON", had: pool.SecondFactors{SMS: true, SoftwareToken: true}, want: pool.SecondFactors{SoftwareToken: true}},
		{name: "nothing", mfa: "OPTIONAL", had: pool.SecondFactors{SMS: true},
			err: "SMS configuration and Auto verification for phone_number are required when MFA is required/optional"},
		{name: "codes as first factor, where two are required", mfa: "ON", sms: texts, first: []string{"PASSWORD", "EMAIL_OTP"},
			err: "Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled"},
		{name: "mail in the tier LITE", mfa: "OPTIONAL", tier: "LITE", had: pool.SecondFactors{Email: true}, kind: pool.FeatureUnavailableInTier,
			err: "The following features need to be disabled for the LITE pricing tier configured: Email MFA"},
		{name: "codes as first factor, where two are optional", mfa: "OPTIONAL", sms: texts, first: []string{"PASSWORD", "EMAIL_OTP"},
			want: pool.SecondFactors{SMS: true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := &pool.Pool{Second: tt.had, Settings: pool.Settings{MFA: tt.mfa, SMS: tt.sms, AllowedFirstFactors: tt.first, Tier: tt.tier}}
			err := p.CompleteSecond()
			if tt.err != "" {
				wantRefusal(t, err, cmp.Or(tt.kind, pool.InvalidParameter), tt.err)
				return
			}
			if err != nil || p.Second != tt.want {
				t.Errorf("CompleteSecond = %v, %+v; want %+v", err, p.Second, tt.want)
			}
		})
	}
}

func TestSetSecond(t *testing.T) {
	t.Parallel()
	texts := &pool.SMSSettings{CallerARN: "arn"}
	for _, tt := range []struct {
		name  string
		tier  string
		first string
		wish  pool.FactorWish
		want  pool.SecondFactors
		kind  pool.Kind
		err   string
	}{
		{name: "text messages", wish: pool.FactorWish{MFA: "ON", SMS: &pool.TextWish{Message: "It is {####}", Settings: texts}}, want: pool.SecondFactors{SMS: true}},
		{name: "mail", wish: pool.FactorWish{MFA: "OPTIONAL", Email: &pool.MailWish{Message: "m", Subject: "s"}},
			want: pool.SecondFactors{Email: true, EmailMessage: "m", EmailSubject: "s"}},
		{name: "a token in place of what there was", tier: "LITE", wish: pool.FactorWish{MFA: "ON", SoftwareToken: true}, want: pool.SecondFactors{SoftwareToken: true}},
		{name: "nothing", wish: pool.FactorWish{MFA: "OFF"}},
		{name: "a factor without MFA", wish: pool.FactorWish{MFA: "OFF", SoftwareToken: true}, kind: pool.InvalidParameter,
			err: "Invalid MFA configuration given, can't turn off MFA and configure an MFA together."},
		{name: "MFA without a factor", wish: pool.FactorWish{MFA: "ON"}, kind: pool.InvalidParameter,
			err: "Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be enabled."},
		{name: "mail in the tier LITE", tier: "LITE", wish: pool.FactorWish{MFA: "ON", Email: &pool.MailWish{}}, kind: pool.FeatureUnavailableInTier,
			err: "The following features need to be disabled for the LITE pricing tier configured: Email MFA"},
		{name: "text messages that nobody can send", wish: pool.FactorWish{MFA: "ON", SMS: &pool.TextWish{}}, kind: pool.InvalidParameter,
			err: "SMS configuration is required to turn on SMS MFA."},
		{name: "a token as first factor, where two are required", first: "SOFTWARE_TOKEN", wish: pool.FactorWish{MFA: "ON", SoftwareToken: true},
			kind: pool.InvalidParameter, err: "Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := &pool.Pool{Second: pool.SecondFactors{Email: true, EmailMessage: "old"}, Settings: pool.Settings{Tier: tt.tier, AllowedFirstFactors: []string{tt.first}}}
			err := p.SetSecond(tt.wish)
			if tt.err != "" {
				wantRefusal(t, err, tt.kind, tt.err)
				return
			}
			if err != nil || p.Second != tt.want || p.MFA != tt.wish.MFA {
				t.Errorf("SetSecond = %v, %s, %+v; want %+v", err, p.MFA, p.Second, tt.want)
			}
			if w := tt.wish.SMS; w != nil && (p.SMS != texts || p.Templates.SMSAuthentication != w.Message) {
				t.Errorf("SMS %+v, %q", p.SMS, p.Templates.SMSAuthentication)
			}
		})
	}
}

func wantRefusal(t *testing.T, err error, kind pool.Kind, message string) {
	t.Helper()
	if !errors.Is(err, pool.E(kind, message)) {
		t.Errorf("error %v, want kind %d: %s", err, kind, message)
	}
}
