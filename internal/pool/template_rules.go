package pool

import (
	"regexp"
	"strings"
)

// LegacyTemplates are the texts that can be sent outside
// VerificationMessageTemplate, from the time before it.
type LegacyTemplates struct {
	SMS          string
	EmailSubject string
	EmailMessage string
}

// Merge puts the texts of l where t has none: the two are one and the same.
// InvalidParameter if both were sent and differ.
func (t *Templates) Merge(l LegacyTemplates) error {
	for _, text := range []struct {
		to      *string
		old     string
		members string
	}{
		{&t.SMSVerification, l.SMS, "SmsVerificationMessage and VerificationMessageTemplate.SmsMessage"},
		{&t.EmailSubject, l.EmailSubject, "EmailVerificationSubject and VerificationMessageTemplate.EmailSubject"},
		{&t.EmailMessage, l.EmailMessage, "EmailVerificationMessage and VerificationMessageTemplate.EmailMessage"},
	} {
		switch {
		case *text.to == "":
			*text.to = text.old
		case text.old != "" && text.old != *text.to:
			return E(InvalidParameter, text.members+" cannot have different values.")
		}
	}
	return nil
}

var linkPlaceholder = regexp.MustCompile(`(?s)\{##.*##\}`)

// Check asks each text that is not the default for its placeholders: without
// them nobody could use the message.
func (t Templates) Check() error {
	for _, text := range []struct{ member, value string }{
		{"verificationMessageTemplate.smsMessage", t.SMSVerification},
		{"verificationMessageTemplate.emailMessage", t.EmailMessage},
		{"smsAuthenticationMessage", t.SMSAuthentication},
		{"adminCreateUserConfig.inviteMessageTemplate.sMSMessage", t.InviteSMS},
		{"adminCreateUserConfig.inviteMessageTemplate.emailMessage", t.InviteEmailMessage},
	} {
		if text.value != "" && !strings.Contains(text.value, "{####}") {
			return lacks(text.member, text.value, `.*\{####\}.*`)
		}
	}
	for _, text := range []struct{ member, value string }{
		{"adminCreateUserConfig.inviteMessageTemplate.sMSMessage", t.InviteSMS},
		{"adminCreateUserConfig.inviteMessageTemplate.emailMessage", t.InviteEmailMessage},
	} {
		if text.value != "" && !strings.Contains(text.value, "{username}") {
			return lacks(text.member, text.value, `.*\{username\}.*`)
		}
	}
	if v := t.EmailMessageByLink; v != "" && !linkPlaceholder.MatchString(v) {
		return lacks("verificationMessageTemplate.emailMessageByLink", v, `.*\{##.*##\}.*`)
	}
	return nil
}

// lacks speaks as the service does of a text without its placeholder: as of
// any member that does not match its pattern.
func lacks(member, value, pattern string) error {
	return E(InvalidParameter, "1 validation error detected: Value '"+value+"' at '"+member+
		"' failed to satisfy constraint: Member must satisfy regular expression pattern: "+pattern)
}
