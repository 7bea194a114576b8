package operation

import (
	"math"

	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/pool"
)

// userPool shows a pool as the service does: what has a default is always
// there, what has none only if it was set.
func userPool(p *pool.Pool, arn string, users int64) *api.UserPoolType {
	out := &api.UserPoolType{
		Id: &p.ID, Arn: &arn, Name: &p.Name, CreationDate: &p.Created, LastModifiedDate: &p.Modified,
		EstimatedNumberOfUsers:      new(int32(min(users, math.MaxInt32))),
		Policies:                    policies(&p.Settings),
		DeletionProtection:          new(api.DeletionProtectionType("INACTIVE")),
		LambdaConfig:                lambdaConfig(p.Triggers),
		AutoVerifiedAttributes:      convert[api.VerifiedAttributeType](p.AutoVerifiedAttributes),
		AliasAttributes:             convert[api.AliasAttributeType](p.AliasAttributes),
		UsernameAttributes:          convert[api.UsernameAttributeType](p.UsernameAttributes),
		SmsVerificationMessage:      ptr[string](p.Templates.SMSVerification),
		EmailVerificationMessage:    ptr[string](p.Templates.EmailMessage),
		EmailVerificationSubject:    ptr[string](p.Templates.EmailSubject),
		VerificationMessageTemplate: verificationTemplate(p.Templates),
		SmsAuthenticationMessage:    ptr[string](p.Templates.SMSAuthentication),
		UserAttributeUpdateSettings: &api.UserAttributeUpdateSettingsType{
			AttributesRequireVerificationBeforeUpdate: convert[api.VerifiedAttributeType](append([]string{}, p.VerifyBeforeUpdate...)),
		},
		MfaConfiguration:       ptr[api.UserPoolMfaType](p.MFA),
		EmailConfiguration:     emailConfiguration(p.Email),
		UserPoolTags:           tagMap(p.Tags),
		AdminCreateUserConfig:  adminConfig(&p.Settings),
		AccountRecoverySetting: recovery(&p.Settings),
		UserPoolTier:           ptr[api.UserPoolTierType](p.Tier),
	}
	for _, a := range p.Schema {
		out.SchemaAttributes = append(out.SchemaAttributes, schemaAttribute(a))
	}
	if p.DeletionProtection {
		out.DeletionProtection = new(api.DeletionProtectionType("ACTIVE"))
	}
	if p.CaseGiven {
		out.UsernameConfiguration = &api.UsernameConfigurationType{CaseSensitive: !p.CaseInsensitive}
	}
	showExtras(out, &p.Settings)
	return out
}

// showExtras adds the structures that a pool has only if they were sent.
func showExtras(out *api.UserPoolType, s *pool.Settings) {
	if d := s.Device; d != nil {
		out.DeviceConfiguration = &api.DeviceConfigurationType{
			ChallengeRequiredOnNewDevice: &d.ChallengeOnNewDevice, DeviceOnlyRememberedOnUserPrompt: &d.OnlyOnPrompt,
		}
	}
	out.SmsConfiguration = smsOnWire(s.SMS)
	if s.AdvancedSecurity != "" {
		out.UserPoolAddOns = &api.UserPoolAddOnsType{AdvancedSecurityMode: api.AdvancedSecurityModeType(s.AdvancedSecurity)}
		if s.CustomAuthSecurity != "" {
			out.UserPoolAddOns.AdvancedSecurityAdditionalFlows = &api.AdvancedSecurityAdditionalFlowsType{
				CustomAuthMode: ptr[api.AdvancedSecurityEnabledModeType](s.CustomAuthSecurity),
			}
		}
	}
}

func policies(s *pool.Settings) *api.UserPoolPolicyType {
	p := s.PasswordPolicy
	return &api.UserPoolPolicyType{
		PasswordPolicy: &api.PasswordPolicyType{
			MinimumLength:    &p.MinLength,
			RequireLowercase: &p.RequireLower, RequireUppercase: &p.RequireUpper,
			RequireNumbers: &p.RequireDigit, RequireSymbols: &p.RequireSymbol,
			TemporaryPasswordValidityDays: &p.TemporaryDays, PasswordHistorySize: ptrNum(p.HistorySize),
		},
		SignInPolicy: &api.SignInPolicyType{AllowedFirstAuthFactors: convert[api.AuthFactorType](s.AllowedFirstFactors)},
	}
}

func verificationTemplate(t pool.Templates) *api.VerificationMessageTemplateType {
	return &api.VerificationMessageTemplateType{
		DefaultEmailOption: ptr[api.DefaultEmailOptionType](t.EmailOption),
		SmsMessage:         ptr[string](t.SMSVerification),
		EmailSubject:       ptr[string](t.EmailSubject), EmailMessage: ptr[string](t.EmailMessage),
		EmailSubjectByLink: ptr[string](t.EmailSubjectByLink), EmailMessageByLink: ptr[string](t.EmailMessageByLink),
	}
}

func emailConfiguration(e pool.EmailSettings) *api.EmailConfigurationType {
	return &api.EmailConfigurationType{
		EmailSendingAccount: ptr[api.EmailSendingAccountType](e.Account), From: ptr[string](e.From),
		ReplyToEmailAddress: ptr[string](e.ReplyTo), SourceArn: ptr[string](e.SourceARN), ConfigurationSet: ptr[string](e.ConfigurationSet),
	}
}

func adminConfig(s *pool.Settings) *api.AdminCreateUserConfigType {
	out := &api.AdminCreateUserConfigType{AllowAdminCreateUserOnly: &s.AdminOnly, UnusedAccountValidityDays: &s.UnusedAccountDays}
	if t := s.Templates; t.InviteSMS != "" || t.InviteEmailSubject != "" || t.InviteEmailMessage != "" {
		out.InviteMessageTemplate = &api.MessageTemplateType{
			SMSMessage: ptr[string](t.InviteSMS), EmailSubject: ptr[string](t.InviteEmailSubject), EmailMessage: ptr[string](t.InviteEmailMessage),
		}
	}
	return out
}

func recovery(s *pool.Settings) *api.AccountRecoverySettingType {
	if !s.RecoveryGiven {
		return nil
	}
	out := &api.AccountRecoverySettingType{}
	for _, o := range s.Recovery {
		out.RecoveryMechanisms = append(out.RecoveryMechanisms, api.RecoveryOptionType{Name: api.RecoveryOptionNameType(o.Name), Priority: o.Priority})
	}
	return out
}

// smsOnWire says how a pool sends text messages; nil if it does not.
func smsOnWire(s *pool.SMSSettings) *api.SmsConfigurationType {
	if s == nil {
		return nil
	}
	return &api.SmsConfigurationType{SnsCallerArn: s.CallerARN, ExternalId: ptr[string](s.ExternalID), SnsRegion: ptr[string](s.Region)}
}
