package pool

import (
	"cmp"
	"net/mail"
	"slices"
	"strings"
)

// Complete fills in what was not said with the service's defaults. It returns
// InvalidParameter for what contradicts itself only before that.
func (s *Settings) Complete() error {
	given := s.PasswordPolicy.TemporaryDays
	if given != 0 && s.UnusedAccountDays != 0 {
		return E(InvalidParameter, "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays")
	}
	if s.PasswordPolicy == (PasswordPolicy{}) {
		s.PasswordPolicy = DefaultPasswordPolicy
	}
	s.PasswordPolicy.MinLength = cmp.Or(s.PasswordPolicy.MinLength, DefaultPasswordPolicy.MinLength)
	s.PasswordPolicy.TemporaryDays = cmp.Or(given, s.UnusedAccountDays, DefaultPasswordPolicy.TemporaryDays)
	s.UnusedAccountDays = s.PasswordPolicy.TemporaryDays
	if len(s.AllowedFirstFactors) == 0 {
		s.AllowedFirstFactors = []string{"PASSWORD"}
	}
	s.Tier = cmp.Or(s.Tier, "ESSENTIALS")
	s.MFA = cmp.Or(s.MFA, "OFF")
	s.Templates.EmailOption = cmp.Or(s.Templates.EmailOption, "CONFIRM_WITH_CODE")
	s.Email.Account = cmp.Or(s.Email.Account, "COGNITO_DEFAULT")
	return nil
}

// Check returns InvalidParameter if the parts of p do not go together,
// UserPoolTagging for tags that it cannot have, FeatureUnavailableInTier for
// what its feature plan lacks. What the model says of each member alone is
// checked before.
func (p *Pool) Check() error {
	if len(p.AliasAttributes) > 0 && len(p.UsernameAttributes) > 0 {
		return E(InvalidParameter, "Only one of the aliasAttributes or usernameAttributes can be set in a User pool.")
	}
	if a, _ := p.Schema.Find("preferred_username"); a.Required && p.HasAlias("preferred_username") {
		return E(InvalidParameter, "preferred_username cannot be both a required attribute and an alias.")
	}
	return p.Settings.check()
}

func (s *Settings) check() error {
	if !slices.Contains(s.AllowedFirstFactors, "PASSWORD") {
		return E(InvalidParameter, "Password should be configured as one of the allowed first auth factors.")
	}
	if err := s.checkSMS(); err != nil {
		return err
	}
	for _, name := range s.VerifyBeforeUpdate {
		if !slices.Contains(s.AutoVerifiedAttributes, name) {
			return E(InvalidParameter, "All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes")
		}
	}
	if err := checkRecovery(s.Recovery); err != nil {
		return err
	}
	if err := s.Templates.Check(); err != nil {
		return err
	}
	if fault := tagFault(s.Tags); fault != "" {
		return E(UserPoolTagging, fault)
	}
	if err := s.Email.check(); err != nil {
		return err
	}
	if err := s.Triggers.check(); err != nil {
		return err
	}
	return s.checkTier()
}

// checkTier refuses what the feature plan lacks: LITE has no sign-in without
// a password, no changes of access tokens and no history of passwords, and PLUS
// alone has threat protection.
func (s *Settings) checkTier() error {
	var lacks []string
	if s.Tier != "PLUS" && (s.AdvancedSecurity != "" && s.AdvancedSecurity != "OFF" || s.CustomAuthSecurity != "") {
		lacks = append(lacks, "Threat Protection")
	}
	if s.Tier == "LITE" && slices.ContainsFunc(s.AllowedFirstFactors, func(f string) bool { return f != "PASSWORD" }) {
		lacks = append(lacks, "Passwordless Sign-In")
	}
	if v := s.Triggers.Versions[TokenTrigger]; s.Tier == "LITE" && v != "" && v != "V1_0" {
		lacks = append(lacks, "Access Token Customization")
	}
	if s.Tier == "LITE" && s.PasswordPolicy.HistorySize > 0 {
		lacks = append(lacks, "Password History")
	}
	if len(lacks) == 0 {
		return nil
	}
	return s.beyondTier(lacks...)
}

// beyondTier is the error for features that the plan of s lacks.
func (s *Settings) beyondTier(features ...string) error {
	return E(FeatureUnavailableInTier, "The following features need to be disabled for the "+s.Tier+
		" pricing tier configured: "+strings.Join(features, ", "))
}

// checkSMS asks for a way to send text messages where the pool needs one.
func (s *Settings) checkSMS() error {
	if s.SMS != nil {
		return nil
	}
	if slices.Contains(s.AutoVerifiedAttributes, "phone_number") {
		return E(InvalidParameter, "SMS configuration is required when phone_number is selected for auto verification")
	}
	return nil
}

func checkRecovery(options []RecoveryOption) error {
	names, priorities := map[string]bool{}, map[int32]bool{}
	for _, o := range options {
		if names[o.Name] || priorities[o.Priority] {
			return E(InvalidParameter, "Account Recovery Setting cannot have duplicate priorities or recovery mechanisms.")
		}
		names[o.Name], priorities[o.Priority] = true, true
	}
	if names["admin_only"] && len(options) > 1 {
		return E(InvalidParameter, "Account Recovery Setting cannot use admin_only setting with any other recovery mechanisms.")
	}
	return nil
}

func (e EmailSettings) check() error {
	if e.Account == "DEVELOPER" && e.SourceARN == "" {
		return E(InvalidParameter, "Source ARN is required to use DEVELOPER email sending owner")
	}
	if e.From == "" {
		return nil
	}
	if _, err := mail.ParseAddress(e.From); err != nil || strings.ContainsAny(e.From, "\r\n") {
		return E(InvalidParameter, "Provided From email address is invalid")
	}
	return nil
}

// CheckID returns InvalidParameter unless id has the shape of a pool's id: a
// region, an underscore, letters and digits, at most 55 characters.
func CheckID(id string) error {
	region, name, found := strings.Cut(id, "_")
	if !found || len(id) > 55 || !made(region, lower+upper+digits+"-") || !made(name, lower+upper+digits) {
		return E(InvalidParameter, "The id of a user pool is a region, an underscore, and letters or digits, such as us-east-1_Example12.")
	}
	return nil
}

const (
	lower  = "abcdefghijklmnopqrstuvwxyz"
	upper  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits = "0123456789"
)

// made reports whether s is not empty and has characters of set alone.
func made(s, set string) bool { return s != "" && strings.Trim(s, set) == "" }
