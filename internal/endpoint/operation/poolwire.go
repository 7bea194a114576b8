package operation

import (
	"cmp"

	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/flow/admin"
	"github.com/cenote-auth/cenote/internal/pool"
)

// newPool returns what a request asks of a new pool.
func newPool(in *api.CreateUserPoolRequest) admin.NewPool {
	n := admin.NewPool{
		UsernameAttributes: convert[string](in.UsernameAttributes),
		AliasAttributes:    convert[string](in.AliasAttributes),
		Schema:             attributeWishes(in.Schema),
		Legacy: pool.LegacyTemplates{
			SMS: str(in.SmsVerificationMessage), EmailSubject: str(in.EmailVerificationSubject), EmailMessage: str(in.EmailVerificationMessage),
		},
		Settings: pool.Settings{
			Name:                   in.PoolName,
			DeletionProtection:     str(in.DeletionProtection) == "ACTIVE",
			AutoVerifiedAttributes: convert[string](in.AutoVerifiedAttributes),
			Tier:                   str(in.UserPoolTier),
			MFA:                    str(in.MfaConfiguration),
			Templates:              templates(in.VerificationMessageTemplate),
			Triggers:               triggers(in.LambdaConfig),
			Email:                  emailSettings(in.EmailConfiguration),
			Tags:                   in.UserPoolTags,
		},
	}
	n.Templates.SMSAuthentication = str(in.SmsAuthenticationMessage)
	if u := in.UsernameConfiguration; u != nil {
		n.CaseSensitive = &u.CaseSensitive
	}
	readPolicies(&n.Settings, in.Policies)
	readAdminConfig(&n.Settings, in.AdminCreateUserConfig)
	readProtection(&n.Settings, in)
	n.SMS = smsSettings(in.SmsConfiguration)
	n.Newer = newerMembers(in)
	return n
}

func readPolicies(s *pool.Settings, in *api.UserPoolPolicyType) {
	if in == nil {
		return
	}
	if f := in.SignInPolicy; f != nil {
		s.AllowedFirstFactors = convert[string](f.AllowedFirstAuthFactors)
	}
	if p := in.PasswordPolicy; p != nil {
		s.PasswordPolicy = pool.PasswordPolicy{
			MinLength:    cmp.Or(value(p.MinimumLength), pool.DefaultPasswordPolicy.MinLength),
			RequireLower: value(p.RequireLowercase), RequireUpper: value(p.RequireUppercase),
			RequireDigit: value(p.RequireNumbers), RequireSymbol: value(p.RequireSymbols),
			TemporaryDays: value(p.TemporaryPasswordValidityDays), HistorySize: value(p.PasswordHistorySize),
		}
	}
}

func readAdminConfig(s *pool.Settings, in *api.AdminCreateUserConfigType) {
	if in == nil {
		return
	}
	s.AdminOnly, s.UnusedAccountDays = value(in.AllowAdminCreateUserOnly), value(in.UnusedAccountValidityDays)
	if m := in.InviteMessageTemplate; m != nil {
		s.Templates.InviteSMS, s.Templates.InviteEmailSubject, s.Templates.InviteEmailMessage = str(m.SMSMessage), str(m.EmailSubject), str(m.EmailMessage)
	}
}

// readProtection reads how people prove themselves and get back in.
func readProtection(s *pool.Settings, in *api.CreateUserPoolRequest) {
	if u := in.UserAttributeUpdateSettings; u != nil {
		s.VerifyBeforeUpdate = convert[string](u.AttributesRequireVerificationBeforeUpdate)
	}
	if r := in.AccountRecoverySetting; r != nil {
		s.RecoveryGiven = true
		for _, o := range r.RecoveryMechanisms {
			s.Recovery = append(s.Recovery, pool.RecoveryOption{Name: string(o.Name), Priority: o.Priority})
		}
	}
	if d := in.DeviceConfiguration; d != nil {
		s.Device = &pool.DeviceSettings{
			ChallengeOnNewDevice: value(d.ChallengeRequiredOnNewDevice), OnlyOnPrompt: value(d.DeviceOnlyRememberedOnUserPrompt),
		}
	}
	if a := in.UserPoolAddOns; a != nil {
		s.AdvancedSecurity = string(a.AdvancedSecurityMode)
		if f := a.AdvancedSecurityAdditionalFlows; f != nil {
			s.CustomAuthSecurity = str(f.CustomAuthMode)
		}
	}
}

func templates(in *api.VerificationMessageTemplateType) pool.Templates {
	if in == nil {
		return pool.Templates{}
	}
	return pool.Templates{
		EmailOption:     str(in.DefaultEmailOption),
		SMSVerification: str(in.SmsMessage), EmailSubject: str(in.EmailSubject), EmailMessage: str(in.EmailMessage),
		EmailSubjectByLink: str(in.EmailSubjectByLink), EmailMessageByLink: str(in.EmailMessageByLink),
	}
}

// smsSettings returns how a pool sends text messages; nil where that was not
// said.
func smsSettings(in *api.SmsConfigurationType) *pool.SMSSettings {
	if in == nil {
		return nil
	}
	return &pool.SMSSettings{CallerARN: in.SnsCallerArn, ExternalID: str(in.ExternalId), Region: str(in.SnsRegion)}
}

func emailSettings(in *api.EmailConfigurationType) pool.EmailSettings {
	if in == nil {
		return pool.EmailSettings{}
	}
	return pool.EmailSettings{
		Account: str(in.EmailSendingAccount), From: str(in.From), ReplyTo: str(in.ReplyToEmailAddress),
		SourceARN: str(in.SourceArn), ConfigurationSet: str(in.ConfigurationSet),
	}
}

// newerMembers names what was sent of the members that this server does not know.
func newerMembers(in *api.CreateUserPoolRequest) []string {
	var names []string
	for _, m := range []struct {
		name string
		sent bool
	}{
		{"SmsConfiguration.EumsSms", in.SmsConfiguration != nil && in.SmsConfiguration.EumsSms != nil},
		{"DcrConfiguration", in.DcrConfiguration != nil},
		{"KeyConfiguration", in.KeyConfiguration != nil},
		{"IssuerConfiguration", in.IssuerConfiguration != nil},
		{"AcrConfiguration", in.AcrConfiguration != nil},
	} {
		if m.sent {
			names = append(names, m.name)
		}
	}
	return names
}
