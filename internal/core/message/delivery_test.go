package message

import (
	"slices"
	"strconv"
	"testing"

	"github.com/cenote-auth/cenote/internal/pool"
)

var (
	both      = map[string]string{"email": "ada@example.com", "phone_number": "+15550001234"}
	emailOnly = map[string]string{"email": "ada@example.com"}
	toEmail   = Delivery{"EMAIL", "ada@example.com", "email"}
	toPhone   = Delivery{"SMS", "+15550001234", "phone_number"}
)

func TestChoose(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name       string
		verifies   []string
		attributes map[string]string
		want       Delivery
		ok         bool
	}{
		{"the phone wins when both are verified", []string{"email", "phone_number"}, both, toPhone, true},
		{"e-mail when there is no phone", []string{"phone_number", "email"}, emailOnly, toEmail, true},
		{"e-mail when phones are not verified", []string{"email"}, both, toEmail, true},
		{"nowhere when the pool verifies nothing", nil, both, Delivery{}, false},
		{"nowhere when the user has no such address", []string{"phone_number"}, emailOnly, Delivery{}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := &pool.Pool{Settings: pool.Settings{AutoVerifiedAttributes: tt.verifies}}
			got, ok := Choose(p, &pool.User{Attributes: tt.attributes})
			if got != tt.want || ok != tt.ok {
				t.Errorf("Choose = %+v, %v; want %+v, %v", got, ok, tt.want, tt.ok)
			}
		})
	}
}

func TestInvitations(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name       string
		wanted     []string
		attributes map[string]string
		want       []Delivery
	}{
		{"by text message unless told", nil, both, []Delivery{toPhone}},
		{"by e-mail where there is no phone", nil, emailOnly, []Delivery{toEmail}},
		{"by no medium when there is no address", nil, nil, nil},
		{"not by another medium than told", []string{"SMS"}, emailOnly, nil},
		{"by e-mail", []string{"EMAIL"}, both, []Delivery{toEmail}},
		{"by both", []string{"SMS", "EMAIL"}, both, []Delivery{toEmail, toPhone}},
		{"by the one that works", []string{"SMS", "EMAIL"}, emailOnly, []Delivery{toEmail}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := Invitations(&pool.User{Attributes: tt.attributes}, tt.wanted); !slices.Equal(got, tt.want) {
				t.Errorf("Invitations = %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestMasked(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, medium, destination, want string }{
		{"an e-mail address", Email, "jane@example.com", "j***@e***"},
		{"one letter on each side", Email, "j@e", "j***@e***"},
		{"letters of several bytes", Email, "élan@österreich.at", "é***@ö***"},
		{"two at signs", Email, `"a@b"@example.com`, `"***@e***`},
		{"no at sign", Email, "jane", "j***@***"},
		{"nothing", Email, "", "***@***"},
		{"a phone number", SMS, "+15555551234", "+*******1234"},
		{"a long phone number", SMS, "+491761234567890", "+*******7890"},
		{"a phone number of four", SMS, "1234", "+*******1234"},
		{"a phone number that is too short", SMS, "12", "+*******12"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := (Delivery{Medium: tt.medium, Destination: tt.destination}).Masked(); got != tt.want {
				t.Errorf("Masked(%q) = %q, want %q", tt.destination, got, tt.want)
			}
		})
	}
}

func FuzzMasked(f *testing.F) {
	f.Add(Email, "jane@example.com")
	f.Add(SMS, "+15555551234")
	f.Add(SMS, "\xff")
	f.Fuzz(func(t *testing.T, medium, destination string) {
		got := (Delivery{Medium: medium, Destination: destination}).Masked()
		if len(got) > 16 {
			t.Errorf("Masked(%q, %q) = %q, which shows too much", medium, destination, got)
		}
	})
}

func TestInvented(t *testing.T) {
	t.Parallel()
	m, _, _ := newMessages(t, Options{})
	for _, tt := range []struct {
		name     string
		verifies []string
		username string
		want     string // masked; "" when it is made up
		medium   string
	}{
		{"a name that is an e-mail address", []string{"email", "phone_number"}, "ada@example.com", "a***@e***", Email},
		{"a name that is a phone number", []string{"phone_number"}, "+15550001234", "+*******1234", SMS},
		{"a name in a pool of e-mail", []string{"email"}, "ada", "", Email},
		{"a name in a pool of phones", []string{"phone_number"}, "ada", "", SMS},
		{"an e-mail address in a pool of phones", []string{"phone_number"}, "ada@example.com", "", SMS},
		{"a name in a pool that sends nothing", nil, "ada@example.com", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := &pool.Pool{ID: "us-east-1_abc", Settings: pool.Settings{AutoVerifiedAttributes: tt.verifies}}
			got, ok := m.Invented(p, tt.username)
			if ok != (tt.medium != "") || got.Medium != tt.medium {
				t.Fatalf("Invented = %+v, %v; want medium %q", got, ok, tt.medium)
			}
			if again, _ := m.Invented(p, tt.username); again != got {
				t.Errorf("Invented again = %+v, want %+v", again, got)
			}
			if tt.want != "" && got.Masked() != tt.want {
				t.Errorf("Masked = %q, want %q", got.Masked(), tt.want)
			}
			if ok && tt.want == "" && len(got.Masked()) != len("a***@b***") && len(got.Masked()) != len("+*******1234") {
				t.Errorf("Masked = %q, which does not look real", got.Masked())
			}
		})
	}
}

// No letter tells that an address is not made up.
func TestInitialsOfInvented(t *testing.T) {
	t.Parallel()
	m, _, _ := newMessages(t, Options{})
	p := &pool.Pool{ID: "us-east-1_abc", Settings: pool.Settings{AutoVerifiedAttributes: []string{"email"}}}
	locals, domains := map[byte]bool{}, map[byte]bool{}
	for i := range 5000 {
		d, _ := m.Invented(p, strconv.Itoa(i))
		locals[d.Destination[0]], domains[d.Destination[2]] = true, true
	}
	if len(locals) != 26 || len(domains) != 26 {
		t.Errorf("%d letters begin invented addresses, %d their domains, want 26", len(locals), len(domains))
	}
}

func TestRecovery(t *testing.T) {
	t.Parallel()
	proved := func(names ...string) map[string]string {
		attributes := map[string]string{"email": "ada@example.com", "phone_number": "+15550001234"}
		for _, name := range names {
			attributes[name+"_verified"] = "true"
		}
		return attributes
	}
	const noContact = "Cannot reset password for the user as there is no registered/verified email or phone_number"
	email, phone := pool.RecoveryOption{Name: "verified_email", Priority: 1}, pool.RecoveryOption{Name: "verified_phone_number", Priority: 2}
	later := pool.RecoveryOption{Name: "verified_email", Priority: 3}
	for _, tt := range []struct {
		name       string
		options    []pool.RecoveryOption
		attributes map[string]string
		want       Delivery
		err        string
	}{
		{"a pool that never said prefers the phone", nil, proved("email", "phone_number"), toPhone, ""},
		{"a pool that never said takes the e-mail address too", nil, proved("email"), toEmail, ""},
		{"nothing is proved", nil, proved(), Delivery{}, noContact},
		{"nothing is there", nil, map[string]string{"email_verified": "true"}, Delivery{}, noContact},
		{"by priority", []pool.RecoveryOption{phone, email}, proved("email", "phone_number"), toEmail, ""},
		{"by priority the other way round", []pool.RecoveryOption{later, phone}, proved("email", "phone_number"), toPhone, ""},
		{"the second where the first is not proved", []pool.RecoveryOption{email, phone}, proved("phone_number"), toPhone, ""},
		{"by e-mail alone", []pool.RecoveryOption{email}, proved("phone_number"), Delivery{}, noContact},
		{"by an administrator alone", []pool.RecoveryOption{{Name: "admin_only", Priority: 1}}, proved("email"), Delivery{},
			"Contact administrator to reset password."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := &pool.Pool{Settings: pool.Settings{Recovery: tt.options}}
			got, err := Recovery(p, &pool.User{Attributes: tt.attributes})
			message := ""
			if err != nil {
				message = err.Error()
			}
			if got != tt.want || message != tt.err {
				t.Errorf("Recovery = %+v, %q; want %+v, %q", got, message, tt.want, tt.err)
			}
		})
	}
}
