package message

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/cenote-auth/cenote/internal/pool"
)

// Kind is the occasion of a message.
type Kind string

// The kinds of message.
const (
	SignUp         Kind = "sign-up"         // the code that comes with a sign-up
	ResendCode     Kind = "resend-code"     // another one, asked for
	Invite         Kind = "invite"          // a user name and a temporary password
	ForgotPassword Kind = "forgot-password" // the code that allows a new password
	VerifyAddress  Kind = "verify-address"  // the code that proves an address, asked for
	UpdateAddress  Kind = "update-address"  // the code that proves an address that was changed
	SignIn         Kind = "sign-in"         // the code that signs in, as first factor or as second
)

// The service's own texts.
const (
	defaultSubject       = "Your verification code"
	defaultEmail         = "Your confirmation code is {####}"
	defaultSMS           = "Your verification code is {####}"
	defaultReset         = "Your password reset code is {####}"
	defaultSignIn        = "Your authentication code is {####}"
	defaultSignInSubject = "Your authentication code"
	defaultInviteSubject = "Your temporary password"
	defaultInvite        = "Your username is {username} and temporary password is {####}."
)

// The most characters of a text when it is filled in. Source: the service's
// quotas; a text message is what carriers join from parts.
const (
	maxSubject = 140
	maxEmail   = 20_000
	maxSMS     = 1_600
)

// text is what a message says. The body of an e-mail is HTML.
type text struct{ subject, body string }

// render fills the pool's template for kind and medium, or the default where
// the pool has none. {####} is the code or password; {username}, in
// invitations alone, the user's name. Codes are always sent as codes: a pool
// that asks for links is refused when it is made.
func render(p *pool.Pool, kind Kind, medium, name, code string) text {
	t := p.Templates
	if kind == SignIn {
		values := []string{"{####}", code}
		if medium == SMS {
			return text{body: fill(t.SMSAuthentication, defaultSignIn, maxSMS, values)}
		}
		return text{
			subject: header(fill(p.Second.EmailSubject, defaultSignInSubject, maxSubject, values)),
			body:    fill(p.Second.EmailMessage, defaultSignIn, maxEmail, escaped(values)),
		}
	}
	if kind != Invite {
		values := []string{"{####}", code}
		mail, sms := defaults(kind)
		if medium == SMS {
			return text{body: fill(t.SMSVerification, sms, maxSMS, values)}
		}
		return text{
			subject: header(fill(t.EmailSubject, defaultSubject, maxSubject, values)),
			body:    fill(t.EmailMessage, mail, maxEmail, escaped(values)),
		}
	}
	values := []string{"{####}", code, "{username}", name}
	if medium == SMS {
		return text{body: fill(t.InviteSMS, defaultInvite, maxSMS, values)}
	}
	return text{
		subject: header(fill(t.InviteEmailSubject, defaultInviteSubject, maxSubject, values)),
		body:    fill(t.InviteEmailMessage, defaultInvite, maxEmail, escaped(values)),
	}
}

// defaults returns the standard texts that carry a code of a kind.
func defaults(kind Kind) (mail, sms string) {
	switch kind {
	case ForgotPassword:
		return defaultReset, defaultReset
	case VerifyAddress, UpdateAddress:
		return defaultSMS, defaultSMS
	}
	return defaultEmail, defaultSMS
}

// fill puts values, pairs of placeholder and value, into template. It takes
// the standard text when there is no template, or when the result would be
// longer than most characters: templates can repeat a placeholder. A value
// that looks like a placeholder is left alone.
func fill(template, standard string, most int, values []string) string {
	r := strings.NewReplacer(values...)
	if filled := r.Replace(template); filled != "" && utf8.RuneCountInString(filled) <= most {
		return filled
	}
	return r.Replace(standard)
}

// escaped returns values with what HTML would misread written as entities.
func escaped(values []string) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = html.EscapeString(v)
	}
	return out
}

// header returns s as one line: a template may break lines, a header must not.
func header(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, s)
}

// signInName is the name that u signs in with: where addresses are user names
// the one the message goes to, or else the first it has.
func signInName(p *pool.Pool, u *pool.User, d Delivery) string {
	if p.HasUsernameAttribute(d.Attribute) {
		return d.Destination
	}
	for _, name := range p.UsernameAttributes {
		if v := u.Attribute(name); v != "" {
			return v
		}
	}
	return u.Username
}
