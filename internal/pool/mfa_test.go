package pool_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/pool"
)

const noText = "User does not have delivery config set to turn on SMS_MFA"

// guarded is a pool that asks for second factors by MFA, and knows those of a
// list of letters: s for SMS, e for e-mail, t for software tokens.
func guarded(mfa, knows string) *pool.Pool {
	p := &pool.Pool{Settings: pool.Settings{MFA: mfa, SMS: &pool.SMSSettings{}, AllowedFirstFactors: []string{"PASSWORD"}}}
	for _, letter := range knows {
		switch letter {
		case 's':
			p.Second.SMS = true
		case 'e':
			p.Second.Email = true
		case 't':
			p.Second.SoftwareToken = true
		}
	}
	return p
}

// holder is a user with second factors by the letters of guarded, and with the
// addresses p (phone) and m (mail).
func holder(on, has, preferred string) *pool.User {
	u := &pool.User{Attributes: map[string]string{}, Status: pool.Confirmed, Factors: pool.Factors{Preferred: preferred}}
	p := guarded("", on)
	u.Factors.SMS, u.Factors.Email, u.Factors.SoftwareToken = p.Second.SMS, p.Second.Email, p.Second.SoftwareToken
	u.Factors.Passkey = strings.Contains(on, "k")
	for _, letter := range has {
		switch letter {
		case 'p':
			u.Attributes["phone_number"] = "+15550001234"
		case 'm':
			u.Attributes["email"] = "ada@example.com"
		}
	}
	return u
}

// The whole matrix of what is asked for after the first factor.
func TestDemand(t *testing.T) {
	t.Parallel()
	ask := func(challenge string, choices ...string) pool.Demand {
		return pool.Demand{Challenge: challenge, Choices: choices}
	}
	const text, mail, token = "SMS_MFA", "EMAIL_OTP", "SOFTWARE_TOKEN_MFA"
	for _, tt := range []struct {
		name       string
		mfa, knows string
		on, has    string
		preferred  string
		want       pool.Demand
		refused    bool
	}{
		{name: "OFF asks nobody", mfa: "OFF", knows: "set", on: "set", has: "pm", preferred: text},
		{name: "a pool that never said asks nobody", knows: "set", on: "set", has: "pm"},
		{name: "OPTIONAL asks nobody who has none", mfa: "OPTIONAL", knows: "set", has: "pm"},
		{name: "the one that is on", mfa: "OPTIONAL", knows: "set", on: "t", has: "pm", want: ask(token)},
		{name: "the one that is on, by mail", mfa: "ON", knows: "set", on: "e", has: "pm", want: ask(mail)},
		{name: "the preferred of several", mfa: "OPTIONAL", knows: "set", on: "set", has: "pm", preferred: mail, want: ask(mail)},
		{name: "a choice of several", mfa: "ON", knows: "set", on: "set", has: "pm", want: ask("SELECT_MFA_TYPE", text, token, mail)},
		{name: "not one that the pool does not know", mfa: "OPTIONAL", knows: "t", on: "st", has: "p", want: ask(token)},
		{name: "not a preferred one that the pool does not know", mfa: "ON", knows: "te", on: "set", has: "pm", preferred: text, want: ask("SELECT_MFA_TYPE", token, mail)},
		{name: "not one whose address is gone", mfa: "OPTIONAL", knows: "se", on: "se", has: "m", preferred: text, want: ask(mail)},
		{name: "none that can be asked for", mfa: "OPTIONAL", knows: "s", on: "e", has: "pm"},
		{name: "a token of before the pool gave up tokens", mfa: "OPTIONAL", knows: "s", on: "et", has: "pm", preferred: token, want: ask(token)},
		{name: "ON takes a token of before the pool gave up tokens", mfa: "ON", knows: "s", on: "t", has: "m", want: ask(token)},
		{name: "OFF asks nobody for a token of before", mfa: "OFF", on: "t"},
		{name: "ON takes the phone that is there", mfa: "ON", knows: "set", has: "pm", want: ask(text)},
		{name: "ON takes the address that is there", mfa: "ON", knows: "et", has: "pm", want: ask(mail)},
		{name: "ON has a token set up", mfa: "ON", knows: "t", has: "pm", want: ask("MFA_SETUP", token)},
		{name: "ON has anything set up", mfa: "ON", knows: "set", want: ask("MFA_SETUP", text, token, mail)},
		{name: "ON with text messages alone, and no phone", mfa: "ON", knows: "s", has: "m", refused: true},
		{name: "ON with nothing", mfa: "ON", has: "pm", refused: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p, u := guarded(tt.mfa, tt.knows), holder(tt.on, tt.has, tt.preferred)
			got, err := p.Demand(u)
			if !reflect.DeepEqual(got, tt.want) || (err != nil) != tt.refused || err != nil && err.Error() != noText {
				t.Errorf("Demand = %+v, %v; want %+v, refused %v", got, err, tt.want, tt.refused)
			}
			for _, factor := range []string{text, mail, token, "SELECT_MFA_TYPE", "MFA_SETUP", ""} {
				want := factor != "" && factor == got.Challenge && len(got.Choices) == 0
				if got.Challenge == "SELECT_MFA_TYPE" {
					for _, choice := range got.Choices {
						want = want || choice == factor
					}
				}
				if got := p.Serves(u, factor); got != want && tt.preferred == "" {
					t.Errorf("Serves(%q) = %v, want %v", factor, got, want)
				}
			}
		})
	}
	preferring := holder("st", "p", token)
	if p := guarded("ON", "st"); !p.Serves(preferring, text) || !p.Serves(preferring, token) {
		t.Error("beside the preferred factor the other one does not serve")
	}
}

func TestFactorAt(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name        string
		p           *pool.Pool
		u           *pool.User
		phone, mail bool
	}{
		{"text messages", guarded("OPTIONAL", "set"), holder("s", "pm", ""), true, false},
		{"both", guarded("OPTIONAL", "set"), holder("set", "pm", ""), true, true},
		{"a token", guarded("ON", "set"), holder("t", "pm", ""), false, false},
		{"a phone that is asked unasked", guarded("ON", "set"), holder("", "pm", ""), true, false},
		{"nothing", guarded("OPTIONAL", "set"), holder("", "pm", ""), false, false},
	} {
		if phone, mail := tt.p.FactorAt(tt.u, "phone_number"), tt.p.FactorAt(tt.u, "email"); phone != tt.phone || mail != tt.mail {
			t.Errorf("%s: FactorAt phone %v, mail %v; want %v, %v", tt.name, phone, mail, tt.phone, tt.mail)
		}
	}
}
