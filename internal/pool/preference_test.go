package pool_test

import (
	"slices"
	"testing"

	"github.com/cenote-auth/cenote/internal/pool"
)

func TestPrefer(t *testing.T) {
	t.Parallel()
	on, off := &pool.FactorChoice{Enabled: true}, &pool.FactorChoice{}
	first := &pool.FactorChoice{Enabled: true, Preferred: true}
	const text, mail, token = "SMS_MFA", "EMAIL_OTP", "SOFTWARE_TOKEN_MFA"
	for _, tt := range []struct {
		name      string
		on, has   string // as of holder
		preferred string
		verified  bool
		both      bool // a passkey can be
		wish      pool.Preference
		want      string // the letters, and the preferred factor
		err       string
	}{
		{name: "nothing is as it was", on: "se", has: "pm", preferred: mail, want: "se " + mail},
		{name: "text messages", has: "p", wish: pool.Preference{SMS: on}, want: "s "},
		{name: "text messages first", has: "p", wish: pool.Preference{SMS: first}, want: "s " + text},
		{name: "text messages without a phone", has: "m", wish: pool.Preference{SMS: on}, err: noText},
		{name: "mail without an address", has: "p", wish: pool.Preference{Email: on}, err: "User does not have delivery config set to turn on EMAIL_OTP"},
		{name: "a token", verified: true, wish: pool.Preference{SoftwareToken: on}, want: "t "},
		{name: "a token that is not verified", wish: pool.Preference{SoftwareToken: on},
			err: "User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA"},
		{name: "another is preferred", on: "s", has: "pm", preferred: text, wish: pool.Preference{Email: first}, want: "se " + mail},
		{name: "another is on", on: "s", has: "pm", preferred: text, wish: pool.Preference{Email: on}, want: "se " + text},
		{name: "the preferred is off", on: "se", has: "pm", preferred: text, wish: pool.Preference{SMS: off}, want: "e "},
		{name: "the preferred is only on", on: "se", has: "pm", preferred: text, wish: pool.Preference{SMS: on}, want: "se "},
		{name: "the preferred is off, another is preferred", on: "te", has: "m", verified: true, preferred: mail,
			wish: pool.Preference{SoftwareToken: first, Email: off}, want: "t " + token},
		{name: "off without the means", on: "set", wish: pool.Preference{SMS: off, SoftwareToken: off, Email: off}, want: " "},
		{name: "a passkey as both", on: "s", has: "p", both: true, wish: pool.Preference{Passkey: new(true)}, want: "sk "},
		{name: "a passkey as both where none can be", on: "s", has: "p", wish: pool.Preference{Passkey: new(true)},
			err: "User does not have delivery config set to turn on WEB_AUTHN"},
		{name: "a passkey alone", both: true, wish: pool.Preference{Passkey: new(true)},
			err: "Another MFA has to be enabled beside WEB_AUTHN."},
		{name: "the last one beside a passkey is off", on: "sk", has: "p", both: true, wish: pool.Preference{SMS: off}, want: " "},
		{name: "a passkey is not both any more", on: "sk", has: "p", wish: pool.Preference{Passkey: new(false)}, want: "s "},
		{name: "two preferred", has: "pm", wish: pool.Preference{SMS: first, Email: first}, err: "Only one MFA can be set as preferred."},
		{name: "preferred and off", has: "p", wish: pool.Preference{SMS: &pool.FactorChoice{Preferred: true}},
			err: "A factor that is not enabled cannot be the preferred MFA."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			u := holder(tt.on, tt.has, tt.preferred)
			before := u.Factors
			err := u.Prefer(tt.wish, pool.Means{SoftwareToken: tt.verified, Passkey: tt.both})
			if tt.err != "" {
				if err == nil || err.Error() != tt.err || u.Factors != before {
					t.Errorf("Prefer = %v, %+v; want %q and %+v", err, u.Factors, tt.err, before)
				}
				return
			}
			got := ""
			for _, f := range []struct {
				on     bool
				letter string
			}{{u.Factors.SMS, "s"}, {u.Factors.Email, "e"}, {u.Factors.SoftwareToken, "t"}, {u.Factors.Passkey, "k"}} {
				if f.on {
					got += f.letter
				}
			}
			if got += " " + u.Factors.Preferred; err != nil || got != tt.want {
				t.Errorf("Prefer = %v, %q; want %q", err, got, tt.want)
			}
		})
	}
}

func TestSecondFactorsOfAUser(t *testing.T) {
	t.Parallel()
	u := holder("set", "pm", "SOFTWARE_TOKEN_MFA")
	names, preferred := u.SecondFactors()
	if !slices.Equal(names, []string{"SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"}) || preferred != "SOFTWARE_TOKEN_MFA" {
		t.Errorf("SecondFactors = %v, %q", names, preferred)
	}
	u.DropSoftwareToken()
	if names, preferred = u.SecondFactors(); !slices.Equal(names, []string{"SMS_MFA", "EMAIL_OTP"}) || preferred != "" {
		t.Errorf("without a token: %v, %q", names, preferred)
	}
	u.Factors.Preferred = "SMS_MFA"
	u.DropSoftwareToken()
	if _, preferred = u.SecondFactors(); preferred != "SMS_MFA" {
		t.Errorf("the preferred one went with another: %q", preferred)
	}
}

// A passkey stays both factors as long as something else is left to whom loses it.
func TestATokenGoesWithWhatItCarried(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		had  pool.Factors
		want bool
	}{
		{"text messages are left", pool.Factors{SMS: true, SoftwareToken: true, Passkey: true}, true},
		{"mail is left", pool.Factors{Email: true, SoftwareToken: true, Passkey: true}, true},
		{"nothing is left", pool.Factors{SoftwareToken: true, Passkey: true}, false},
		{"it was not both factors", pool.Factors{SMS: true, SoftwareToken: true}, false},
	} {
		u := &pool.User{Factors: tt.had}
		u.DropSoftwareToken()
		if u.Factors.SoftwareToken || u.Factors.Passkey != tt.want {
			t.Errorf("%s: %+v, want a passkey as both = %v", tt.name, u.Factors, tt.want)
		}
	}
}
