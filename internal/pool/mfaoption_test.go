package pool_test

import (
	"testing"

	"github.com/cenote-auth/cenote/internal/pool"
)

func TestMFAOptions(t *testing.T) {
	t.Parallel()
	text := pool.MFAOption{Medium: "SMS", Attribute: "phone_number"}
	for _, tt := range []struct {
		name    string
		phone   string
		options []pool.MFAOption
		on      bool
		err     string
	}{
		{"text messages", "+15550001234", []pool.MFAOption{text}, true, ""},
		{"nothing", "+15550001234", nil, false, ""},
		{"nothing, without a phone", "", nil, false, ""},
		{"text messages without a phone", "", []pool.MFAOption{text}, false, "User does not have delivery config set to turn on SMS_MFA"},
		{"mail", "+15550001234", []pool.MFAOption{{Medium: "EMAIL", Attribute: "email"}}, false, "Only SMS to the phone_number is a valid MFA option."},
		{"text messages and mail", "+15550001234", []pool.MFAOption{text, {Medium: "EMAIL", Attribute: "phone_number"}}, false,
			"Only SMS to the phone_number is a valid MFA option."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			u := &pool.User{Attributes: map[string]string{"phone_number": tt.phone}}
			message := ""
			if err := u.SetMFAOptions(tt.options); err != nil {
				message = err.Error()
			}
			if on := len(u.MFAOptions()) == 1; on != tt.on || message != tt.err {
				t.Errorf("on %v, error %q; want %v, %q", on, message, tt.on, tt.err)
			}
			for mfa, asks := range map[string]bool{"": false, "OFF": false, "OPTIONAL": true, "ON": true} {
				p := &pool.Pool{Settings: pool.Settings{MFA: mfa}, Second: pool.SecondFactors{SMS: true}}
				want := asks && tt.on || mfa == "ON" && tt.phone != "" // then the phone is asked unasked
				if got := p.FactorAt(u, "phone_number"); got != want {
					t.Errorf("FactorAt the phone where MFA is %q = %v, want %v", mfa, got, want)
				}
			}
		})
	}
	u := &pool.User{Attributes: map[string]string{"phone_number": "+15550001234"}}
	if err := u.SetMFAOptions([]pool.MFAOption{text}); err != nil {
		t.Fatal(err)
	}
	delete(u.Attributes, "phone_number")
	if len(u.MFAOptions()) != 0 {
		t.Error("a factor stays though the phone is gone")
	}
}
