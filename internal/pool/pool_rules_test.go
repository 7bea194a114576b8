package pool

import (
	"fmt"
	"strings"
	"testing"
)

func TestCompleteSettings(t *testing.T) {
	t.Parallel()
	var s Settings
	if err := s.Complete(); err != nil {
		t.Fatal(err)
	}
	if got, want := s.PasswordPolicy, DefaultPasswordPolicy; got != want {
		t.Errorf("password policy is %+v, want %+v", got, want)
	}
	if got, want := strings.TrimSpace(fmt.Sprintln(s.AllowedFirstFactors, s.Tier, s.MFA, s.Templates.EmailOption, s.Email.Account, s.UnusedAccountDays)),
		"[PASSWORD] ESSENTIALS OFF CONFIRM_WITH_CODE COGNITO_DEFAULT 7"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestCompleteDaysOfTemporaryPasswords(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name              string
		temporary, unused int32
		want              int32
		refused           string
	}{
		{"said in the policy", 3, 0, 3, ""},
		{"said by the older member", 0, 30, 30, ""},
		{"said nowhere", 0, 0, 7, ""},
		{"said twice", 3, 3, 0, "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := Settings{PasswordPolicy: PasswordPolicy{MinLength: 6, TemporaryDays: tt.temporary}, UnusedAccountDays: tt.unused}
			err := s.Complete()
			wantError(t, err, InvalidParameter, tt.refused)
			if err == nil && (s.PasswordPolicy.TemporaryDays != tt.want || s.UnusedAccountDays != tt.want) {
				t.Errorf("got %d and %d days, want %d", s.PasswordPolicy.TemporaryDays, s.UnusedAccountDays, tt.want)
			}
			if s.PasswordPolicy.RequireSymbol {
				t.Error("a policy that was sent asks for a symbol it did not name")
			}
		})
	}
}

func TestCheckPool(t *testing.T) {
	t.Parallel()
	sms := &SMSSettings{CallerARN: "arn:aws:iam::123456789012:role/sms"}
	invalid := func(member, value, pattern string) string {
		return "1 validation error detected: Value '" + value + "' at '" + member +
			"' failed to satisfy constraint: Member must satisfy regular expression pattern: " + pattern
	}
	for _, tt := range []struct {
		name   string
		change func(*Pool)
		want   string
	}{
		{"nothing but defaults", func(*Pool) {}, ""},
		{"aliases beside username attributes", func(p *Pool) {
			p.AliasAttributes, p.UsernameAttributes = []string{"email"}, []string{"email"}
		}, "Only one of the aliasAttributes or usernameAttributes can be set in a User pool."},
		{"a required alias preferred_username", func(p *Pool) {
			p.AliasAttributes = []string{"preferred_username"}
			p.Schema, _ = NewSchema([]AttributeWish{{Name: "preferred_username", Required: yes()}})
		}, "preferred_username cannot be both a required attribute and an alias."},
		{"no password among the first factors", func(p *Pool) { p.AllowedFirstFactors = []string{"EMAIL_OTP"} },
			"Password should be configured as one of the allowed first auth factors."},
		{"MFA with one", func(p *Pool) { p.MFA, p.SMS = "ON", sms }, ""},
		{"verified phones without a way to send text messages", func(p *Pool) { p.AutoVerifiedAttributes = []string{"phone_number"} },
			"SMS configuration is required when phone_number is selected for auto verification"},
		{"verified phones with one", func(p *Pool) { p.AutoVerifiedAttributes, p.SMS = []string{"phone_number", "email"}, sms }, ""},
		{"proof before a change of what is not verified", func(p *Pool) { p.VerifyBeforeUpdate = []string{"email"} },
			"All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes"},
		{"recovery by administrators and mail", func(p *Pool) { p.Recovery = []RecoveryOption{{"admin_only", 1}, {"verified_email", 2}} },
			"Account Recovery Setting cannot use admin_only setting with any other recovery mechanisms."},
		{"two recovery options of one priority", func(p *Pool) { p.Recovery = []RecoveryOption{{"verified_phone_number", 1}, {"verified_email", 1}} },
			"Account Recovery Setting cannot have duplicate priorities or recovery mechanisms."},
		{"one recovery option twice", func(p *Pool) { p.Recovery = []RecoveryOption{{"verified_email", 1}, {"verified_email", 2}} },
			"Account Recovery Setting cannot have duplicate priorities or recovery mechanisms."},
		{"recovery by administrators alone", func(p *Pool) { p.Recovery = []RecoveryOption{{"admin_only", 1}} }, ""},
		{"mail of one's own without an identity", func(p *Pool) { p.Email.Account = "DEVELOPER" },
			"Source ARN is required to use DEVELOPER email sending owner"},
		{"a sender with a name", func(p *Pool) { p.Email.From = "Ada <ada@example.com>" }, ""},
		{"a sender that is no address", func(p *Pool) { p.Email.From = "ada" }, "Provided From email address is invalid"},
		{"a sender with a second header", func(p *Pool) { p.Email.From = "Ada\r\n <ada@example.com>" }, "Provided From email address is invalid"},
		{"a code message without its code", func(p *Pool) { p.Templates.EmailMessage = "Hello" },
			invalid("verificationMessageTemplate.emailMessage", "Hello", `.*\{####\}.*`)},
		{"an invitation without the password", func(p *Pool) { p.Templates.InviteSMS = "Hello {username}" },
			invalid("adminCreateUserConfig.inviteMessageTemplate.sMSMessage", "Hello {username}", `.*\{####\}.*`)},
		{"an invitation without the name", func(p *Pool) { p.Templates.InviteEmailMessage = "Hello {####}" },
			invalid("adminCreateUserConfig.inviteMessageTemplate.emailMessage", "Hello {####}", `.*\{username\}.*`)},
		{"a link message without its link", func(p *Pool) { p.Templates.EmailMessageByLink = "Hello" },
			invalid("verificationMessageTemplate.emailMessageByLink", "Hello", `.*\{##.*##\}.*`)},
		{"an alias that is not required", func(p *Pool) { p.AliasAttributes = []string{"preferred_username"} }, ""},
		{"what is required and no alias", func(p *Pool) {
			p.Schema, _ = NewSchema([]AttributeWish{{Name: "preferred_username", Required: yes()}})
		}, ""},
		{"one function for tokens, named twice", func(p *Pool) {
			p.Triggers.ARN = map[string]string{TokenTrigger: "arn:1", TokenTriggerAgain: "arn:1"}
		}, ""},
		{"two functions for tokens", func(p *Pool) { p.Triggers.ARN = map[string]string{TokenTrigger: "arn:1", TokenTriggerAgain: "arn:2"} },
			"PreTokenGeneration and PreTokenGenerationConfig must name the same Lambda function."},
		{"one function for tokens, named by itself", func(p *Pool) { p.Triggers.ARN = map[string]string{TokenTrigger: "arn:1"} }, ""},
		{"a function that sends mail, without a key", func(p *Pool) { p.Triggers.ARN = map[string]string{"CustomEmailSender": "arn:1"} },
			"KMSKeyID is required when CustomSMSSender or CustomEmailSender is configured."},
		{"a function that sends texts, without a key", func(p *Pool) { p.Triggers.ARN = map[string]string{"CustomSMSSender": "arn:1"} },
			"KMSKeyID is required when CustomSMSSender or CustomEmailSender is configured."},
		{"a function that sends, with a key", func(p *Pool) {
			p.Triggers = Triggers{ARN: map[string]string{"CustomSMSSender": "arn:1"}, KMSKeyID: "arn:key"}
		}, ""},
		{"messages with all placeholders", func(p *Pool) {
			p.Templates = Templates{EmailMessage: "{####}", SMSVerification: "a {####}", EmailMessageByLink: "{##Click##}",
				InviteSMS: "{username} {####}", InviteEmailMessage: "{####}\n{username}", SMSAuthentication: "{####}"}
		}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			wantError(t, changed(t, tt.change).Check(), InvalidParameter, tt.want)
		})
	}
}

// changed returns a pool with all the defaults but for one thing.
func changed(t *testing.T, change func(*Pool)) *Pool {
	t.Helper()
	p := &Pool{Schema: Standard()}
	if err := p.Complete(); err != nil {
		t.Fatal(err)
	}
	change(p)
	return p
}

func TestCheckPoolAgainstItsTier(t *testing.T) {
	t.Parallel()
	const needs = "The following features need to be disabled for the "
	for _, tt := range []struct {
		name   string
		change func(*Pool)
		want   string
	}{
		{"a lite pool that remembers passwords", func(p *Pool) { p.Tier, p.PasswordPolicy.HistorySize = "LITE", 1 },
			needs + "LITE pricing tier configured: Password History"},
		{"a lite pool with passwords alone", func(p *Pool) { p.Tier = "LITE" }, ""},
		{"a lite pool with codes", func(p *Pool) { p.Tier, p.AllowedFirstFactors = "LITE", []string{"PASSWORD", "EMAIL_OTP"} },
			needs + "LITE pricing tier configured: Passwordless Sign-In"},
		{"a lite pool with all that it lacks", func(p *Pool) {
			p.Tier, p.AllowedFirstFactors, p.AdvancedSecurity = "LITE", []string{"PASSWORD", "WEB_AUTHN"}, "AUDIT"
		}, needs + "LITE pricing tier configured: Threat Protection, Passwordless Sign-In"},
		{"a lite pool that changes ID tokens", func(p *Pool) {
			p.Tier, p.Triggers.Versions = "LITE", map[string]string{TokenTrigger: "V1_0"}
		}, ""},
		{"a lite pool that changes access tokens", func(p *Pool) { p.Tier, p.Triggers.Versions = "LITE", map[string]string{TokenTrigger: "V2_0"} },
			needs + "LITE pricing tier configured: Access Token Customization"},
		{"a pool of the default tier that does", func(p *Pool) { p.Triggers.Versions = map[string]string{TokenTrigger: "V3_0"} }, ""},
		{"a pool of the default tier with codes", func(p *Pool) { p.AllowedFirstFactors = []string{"PASSWORD", "EMAIL_OTP"} }, ""},
		{"one with threat protection", func(p *Pool) { p.AdvancedSecurity = "ENFORCED" },
			needs + "ESSENTIALS pricing tier configured: Threat Protection"},
		{"one with threat protection of custom sign-ins", func(p *Pool) { p.CustomAuthSecurity = "AUDIT" },
			needs + "ESSENTIALS pricing tier configured: Threat Protection"},
		{"one that says it has none", func(p *Pool) { p.AdvancedSecurity = "OFF" }, ""},
		{"a plus pool with everything", func(p *Pool) {
			p.Tier, p.AllowedFirstFactors, p.AdvancedSecurity = "PLUS", []string{"PASSWORD", "SMS_OTP"}, "ENFORCED"
		}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			wantError(t, changed(t, tt.change).Check(), FeatureUnavailableInTier, tt.want)
		})
	}
}

func TestMergeTemplates(t *testing.T) {
	t.Parallel()
	tpl := Templates{EmailSubject: "Welcome", EmailMessage: "{####}"}
	if err := tpl.Merge(LegacyTemplates{SMS: "sms {####}", EmailMessage: "{####}"}); err != nil {
		t.Fatal(err)
	}
	if want := (Templates{EmailSubject: "Welcome", EmailMessage: "{####}", SMSVerification: "sms {####}"}); tpl != want {
		t.Errorf("got %+v, want %+v", tpl, want)
	}
	wantError(t, tpl.Merge(LegacyTemplates{EmailSubject: "Hello"}), InvalidParameter,
		"EmailVerificationSubject and VerificationMessageTemplate.EmailSubject cannot have different values.")
}

func TestCheckID(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		id   string
		good bool
	}{
		{"us-east-1_AbC123xyz", true}, {"local_1", true}, {"eu-west-1_Example", true},
		{"", false}, {"us-east-1", false}, {"us-east-1_", false}, {"_abc", false}, {"us-east-1_a_b", false},
		{"us-east-1_a b", false}, {"us east_ab", false}, {"us-east-1_äb", false}, {"us-east-1_a/b", false},
		{"us-east-1_" + strings.Repeat("a", 45), true}, {"us-east-1_" + strings.Repeat("a", 46), false},
	} {
		if err := CheckID(tt.id); (err == nil) != tt.good {
			t.Errorf("CheckID(%q) = %v, want good %t", tt.id, err, tt.good)
		}
	}
}
