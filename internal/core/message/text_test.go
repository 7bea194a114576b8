package message

import (
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/pool"
)

func withTemplates(t pool.Templates) *pool.Pool {
	return &pool.Pool{Key: 1, ID: "us-east-1_abc", Settings: pool.Settings{Templates: t}}
}

func TestRender(t *testing.T) {
	t.Parallel()
	custom := pool.Templates{
		SMSVerification:    "Code {####}, {username}",
		EmailSubject:       "Welcome\r\nBcc: all",
		EmailMessage:       "<b>{####}</b> {username} {####}",
		InviteSMS:          "{username}/{####}",
		InviteEmailSubject: "Hello {username}",
		InviteEmailMessage: "<p>{username} <code>{####}</code></p>",
	}
	byLink := pool.Templates{EmailOption: "CONFIRM_WITH_LINK", EmailSubjectByLink: "Link", EmailMessageByLink: "{##Go##}"}
	for _, tt := range []struct {
		name      string
		templates pool.Templates
		kind      Kind
		medium    string
		username  string
		code      string
		want      text
	}{
		{"the default e-mail of a sign-up", pool.Templates{}, SignUp, Email, "ada", "123456",
			text{"Your verification code", "Your confirmation code is 123456"}},
		{"the default e-mail of a resend", pool.Templates{}, ResendCode, Email, "ada", "123456",
			text{"Your verification code", "Your confirmation code is 123456"}},
		{"the default text message of a sign-up", pool.Templates{}, SignUp, SMS, "ada", "123456",
			text{"", "Your verification code is 123456"}},
		{"the default e-mail of a new password", pool.Templates{}, ForgotPassword, Email, "ada", "123456",
			text{"Your verification code", "Your password reset code is 123456"}},
		{"the default text message of a new password", pool.Templates{}, ForgotPassword, SMS, "ada", "123456",
			text{"", "Your password reset code is 123456"}},
		{"the default e-mail of a new address", pool.Templates{}, VerifyAddress, Email, "ada", "123456",
			text{"Your verification code", "Your verification code is 123456"}},
		{"the default text message of a new number", pool.Templates{}, VerifyAddress, SMS, "ada", "123456",
			text{"", "Your verification code is 123456"}},
		{"the pool's e-mail carries every code", custom, ForgotPassword, Email, "ada", "123456",
			text{"Welcome  Bcc: all", "<b>123456</b> {username} 123456"}},
		{"the default e-mail of a sign-in", pool.Templates{}, SignIn, Email, "ada", "123456",
			text{"Your authentication code", "Your authentication code is 123456"}},
		{"the default text message of a sign-in", custom, SignIn, SMS, "ada", "123456",
			text{"", "Your authentication code is 123456"}},
		{"the pool's text message of a sign-in", pool.Templates{SMSAuthentication: "{####} it is"}, SignIn, SMS, "ada", "123456",
			text{"", "123456 it is"}},
		{"the default e-mail of an invitation", pool.Templates{}, Invite, Email, "ada", "pass-1",
			text{"Your temporary password", "Your username is ada and temporary password is pass-1."}},
		{"the default text message of an invitation", pool.Templates{}, Invite, SMS, "ada", "pass-1",
			text{"", "Your username is ada and temporary password is pass-1."}},
		{"the pool's e-mail: one line of subject, no user name", custom, SignUp, Email, "ada", "123456",
			text{"Welcome  Bcc: all", "<b>123456</b> {username} 123456"}},
		{"the pool's text message", custom, ResendCode, SMS, "ada", "123456",
			text{"", "Code 123456, {username}"}},
		{"the pool's invitation by e-mail is escaped in the body alone", custom, Invite, Email, `<i>&"`, `a<b>'c&`,
			text{`Hello <i>&"`, "<p>&lt;i&gt;&amp;&#34; <code>a&lt;b&gt;&#39;c&amp;</code></p>"}},
		{"the pool's invitation by text message is plain", custom, Invite, SMS, "a&b", "c<d",
			text{"", "a&b/c<d"}},
		{"a code that HTML would misread is escaped", custom, SignUp, Email, "ada", "<1&2>",
			text{"Welcome  Bcc: all", "<b>&lt;1&amp;2&gt;</b> {username} &lt;1&amp;2&gt;"}},
		{"a name that looks like a placeholder stays", custom, Invite, SMS, "{####}", "{username}",
			text{"", "{####}/{username}"}},
		{"a pool that asks for links gets codes", byLink, SignUp, Email, "ada", "123456",
			text{"Your verification code", "Your confirmation code is 123456"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := render(withTemplates(tt.templates), tt.kind, tt.medium, tt.username, tt.code)
			if got != tt.want {
				t.Errorf("render = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestTextThatGrowsTooLongGivesWayToTheDefault(t *testing.T) {
	t.Parallel()
	name := strings.Repeat("é", 128)
	p := withTemplates(pool.Templates{
		InviteEmailSubject: strings.Repeat("{username}", 2),
		InviteEmailMessage: strings.Repeat("{username}", 2000),
		InviteSMS:          strings.Repeat("{username}", 14),
	})
	want := "Your username is " + name + " and temporary password is pw."
	if got := render(p, Invite, Email, name, "pw"); got.subject != defaultInviteSubject || got.body != want {
		t.Errorf("e-mail = %.60q, %.60q; want the defaults", got.subject, got.body)
	}
	if got := render(p, Invite, SMS, name, "pw"); got.body != want {
		t.Errorf("text message = %.60q, want the default", got.body)
	}
	if got := render(p, Invite, SMS, "ada", "pw"); got.body != strings.Repeat("ada", 14) {
		t.Errorf("text message with a short name = %.60q, want the pool's", got.body)
	}
	at := withTemplates(pool.Templates{EmailMessage: strings.Repeat("é", 20_000-6) + "{####}"})
	if got := render(at, SignUp, Email, "ada", "123456"); !strings.HasPrefix(got.body, "é") {
		t.Errorf("a body of exactly the limit = %.60q, want the pool's", got.body)
	}
}

func TestSignInName(t *testing.T) {
	t.Parallel()
	user := &pool.User{
		Username:   "8d1e-uuid",
		Attributes: map[string]string{"email": "ada@example.com", "phone_number": "+15550001234"},
	}
	for _, tt := range []struct {
		name       string
		attributes []string
		delivery   Delivery
		want       string
	}{
		{"the user name where there is one", nil, byEmail.to("ada@example.com"), "8d1e-uuid"},
		{"the e-mail address where it is the name", []string{"email"}, byEmail.to("ada@example.com"), "ada@example.com"},
		{"also when a text message tells it", []string{"email"}, bySMS.to("+15550001234"), "ada@example.com"},
		{"the address of the message where both are", []string{"email", "phone_number"}, bySMS.to("+15550001234"), "+15550001234"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := signInName(&pool.Pool{UsernameAttributes: tt.attributes}, user, tt.delivery); got != tt.want {
				t.Errorf("signInName = %q, want %q", got, tt.want)
			}
		})
	}
}

// FuzzRender: whatever a person is called, an e-mail has one line of subject
// and no markup of theirs.
func FuzzRender(f *testing.F) {
	f.Add("ada", "123456")
	f.Add("<script>{####}", "a\r\nb\u2028")
	f.Add("{username}\x00", "&lt;")
	f.Fuzz(func(t *testing.T, name, code string) {
		p := withTemplates(pool.Templates{InviteEmailSubject: "{username}: {####}"})
		got := render(p, Invite, Email, name, code)
		if strings.ContainsAny(got.subject, "\r\n\x00") {
			t.Errorf("subject %q has a line break", got.subject)
		}
		if strings.ContainsAny(got.body, `<>"'`) {
			t.Errorf("body %q holds markup", got.body)
		}
	})
}
