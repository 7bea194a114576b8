package message

import (
	"fmt"
	"testing"

	"github.com/cenote-auth/cenote/internal/pool"
)

func TestRecoveryBesideASecondFactor(t *testing.T) {
	t.Parallel()
	email, phone := pool.RecoveryOption{Name: "verified_email", Priority: 2}, pool.RecoveryOption{Name: "verified_phone_number", Priority: 1}
	for _, tt := range []struct {
		name    string
		mfa     string
		options []pool.RecoveryOption
		want    Delivery
	}{
		{"not by the phone that is the second factor", "ON", []pool.RecoveryOption{phone, email}, toEmail},
		{"nor where the factor is optional", "OPTIONAL", []pool.RecoveryOption{phone, email}, toEmail},
		{"by the phone where no factor is asked for", "OFF", []pool.RecoveryOption{phone, email}, toPhone},
		{"by the phone where the pool never said", "ON", nil, toPhone},
		{"by nothing where there is the phone alone", "ON", []pool.RecoveryOption{phone}, Delivery{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := &pool.Pool{Settings: pool.Settings{Recovery: tt.options, MFA: tt.mfa}, Second: pool.SecondFactors{SMS: true}}
			u := &pool.User{Factors: pool.Factors{SMS: true}, Attributes: map[string]string{
				"email": "ada@example.com", "email_verified": "true", "phone_number": "+15550001234", "phone_number_verified": "true",
			}}
			got, err := Recovery(p, u)
			if got != tt.want || (err == nil) != (tt.want != Delivery{}) {
				t.Errorf("Recovery = %+v, %v; want %+v", got, err, tt.want)
			}
		})
	}
}

// Where people have both, neither a mail nor a text message tells that there is
// somebody of a name that is no address.
func TestInventedByEitherWay(t *testing.T) {
	t.Parallel()
	m, _, _ := newMessages(t, Options{})
	p := &pool.Pool{ID: "us-east-1_abc", Settings: pool.Settings{AutoVerifiedAttributes: []string{"email", "phone_number"}}}
	reset, resent := map[string]int{}, map[string]int{}
	for i := range 40 {
		name := fmt.Sprint("bob", i)
		got, err := m.InventedRecovery(p, name)
		if err != nil {
			t.Fatal(err)
		}
		reset[got.Medium]++
		got, _ = m.Invented(p, name)
		resent[got.Medium]++
	}
	if reset[Email] == 0 || reset[SMS] == 0 || resent[Email] == 0 || resent[SMS] == 0 {
		t.Errorf("of 40 names %v, and %v at a sign-up", reset, resent)
	}
}

func TestInventedRecovery(t *testing.T) {
	t.Parallel()
	m, _, _ := newMessages(t, Options{})
	email, phone := []string{"verified_email"}, []string{"verified_phone_number"}
	both, admin := []string{"verified_phone_number", "verified_email"}, []string{"admin_only"}
	for _, tt := range []struct {
		name     string
		options  []string
		settings pool.Settings
		username string
		medium   string // "" for a refusal
		want     string // the destination, "" when it is made up
	}{
		{"a name that is an address", both, pool.Settings{}, "ada@example.com", Email, "ada@example.com"},
		{"a name that is an address in capitals", email, pool.Settings{}, "ADA@Example.com", Email, "ada@example.com"},
		{"a name that is a number", both, pool.Settings{}, "+15550001234", SMS, "+15550001234"},
		{"an address where the phone alone serves", phone, pool.Settings{}, "ada@example.com", SMS, ""},
		{"a name where mail alone serves", email, pool.Settings{}, "ada", Email, ""},
		{"a name where the phone comes first", both, pool.Settings{}, "ada", SMS, ""},
		{"a name where the phone comes first and mail is what people have", both, pool.Settings{AutoVerifiedAttributes: []string{"email"}}, "ada", Email, ""},
		{"a name where the pool never said", nil, pool.Settings{}, "ada", SMS, ""},
		{"a name where the pool never said and mail is what people have", nil, pool.Settings{AutoVerifiedAttributes: []string{"email"}}, "ada", Email, ""},
		{"a name where administrators reset", admin, pool.Settings{}, "ada@example.com", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := &pool.Pool{ID: "us-east-1_abc", CaseInsensitive: true, Settings: tt.settings}
			for i, name := range tt.options {
				p.Recovery = append(p.Recovery, pool.RecoveryOption{Name: name, Priority: int32(i + 1)})
			}
			got, err := m.InventedRecovery(p, tt.username)
			if got.Medium != tt.medium || (err == nil) != (tt.medium != "") {
				t.Fatalf("InventedRecovery = %+v, %v; want medium %q", got, err, tt.medium)
			}
			if tt.want != "" && got.Destination != tt.want {
				t.Errorf("destination = %q, want %q", got.Destination, tt.want)
			}
			if again, _ := m.InventedRecovery(p, tt.username); again != got {
				t.Errorf("InventedRecovery again = %+v, want %+v", again, got)
			}
		})
	}
}
