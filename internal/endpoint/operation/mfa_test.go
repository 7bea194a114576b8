package operation

import (
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/store"
)

func TestMFAConfigOnTheWire(t *testing.T) {
	onEach(t, func(t *testing.T, o *Operations, _ store.Store) {
		const (
			off      = `{"MfaConfiguration":"OFF"}`
			stored   = `{"MfaConfiguration":"OFF","WebAuthnConfiguration":{"RelyingPartyId":"auth.example.com","UserVerification":"preferred"}}`
			role     = "arn:aws:iam::123456789012:role/sms"
			passkeys = `"WebAuthnConfiguration":{"UserVerification":"required","FactorConfiguration":"SINGLE_FACTOR"}`
			all      = `{"SmsMfaConfiguration":{"SmsAuthenticationMessage":"It is {####}","SmsConfiguration":{"SnsCallerArn":"` + role + `"}},` +
				`"EmailMfaConfiguration":{"Message":"Use {####}","Subject":"Code"},"MfaConfiguration":"OPTIONAL",` + passkeys + `}`
			other = `{"MfaConfiguration":"OFF","WebAuthnConfiguration":{"UserVerification":"required","FactorConfiguration":"SINGLE_FACTOR"}}`
		)
		walk(t, o, []step{
			{"GetUserPoolMfaConfig", ``, off},
			{"SetUserPoolMfaConfig", `, "MfaConfiguration": "OFF", "SoftwareTokenMfaConfiguration": {"Enabled": false}`, off},
			{"SetUserPoolMfaConfig", `, "WebAuthnConfiguration": {"RelyingPartyId": "auth.example.com"}`, stored},
			{"UpdateUserPool", ``, `{}`},
			{"SetUserPoolMfaConfig", `, "MfaConfiguration": "OFF"`, stored},
			{"GetUserPoolMfaConfig", ``, stored},
			{"SetUserPoolMfaConfig", `, "WebAuthnConfiguration": {"UserVerification": "required", "FactorConfiguration": "SINGLE_FACTOR"}`, other},
			{"GetUserPoolMfaConfig", ``, other},
			{"SetUserPoolMfaConfig", `, "MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": {"Enabled": true}`,
				`{"SoftwareTokenMfaConfiguration":{"Enabled":true},"MfaConfiguration":"ON",` + passkeys + `}`},
			{"UpdateUserPool", ``, `{}`}, // which does not speak of MFA
			{"SetUserPoolMfaConfig", `, "MfaConfiguration": "OPTIONAL", "SmsMfaConfiguration": {"SmsAuthenticationMessage": "It is {####}", "SmsConfiguration": {"SnsCallerArn": "` + role + `"}},
				"EmailMfaConfiguration": {"Message": "Use {####}", "Subject": "Code"}`, all},
			{"SetUserPoolMfaConfig", `, "WebAuthnConfiguration": {"UserVerification": "required", "FactorConfiguration": "SINGLE_FACTOR"}`, all},
			{"UpdateUserPool", ``, `{}`},
			{"GetUserPoolMfaConfig", ``, strings.Replace(all, `"SmsAuthenticationMessage":"It is {####}",`, "", 1)},
			{"SetUserPoolMfaConfig", `, "MfaConfiguration": "OPTIONAL", "SmsMfaConfiguration": {}`,
				`{"SmsMfaConfiguration":{"SmsConfiguration":{"SnsCallerArn":"` + role + `"}},"MfaConfiguration":"OPTIONAL",` + passkeys + `}`},
			{"SetUserPoolMfaConfig", `, "MfaConfiguration": "OFF"`, other},
			{"GetUserPoolMfaConfig", ``, other},
		})
	})
}

func TestDeclaredErrorsOfMFAConfig(t *testing.T) {
	t.Parallel()
	d := newDesks(t)
	const (
		both    = "Invalid MFA configuration given, can't turn off MFA and configure an MFA together."
		neither = "Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be enabled."
		unbuilt = "SmsConfiguration.EumsSms is not supported yet: this member is newer than what this server knows."
		totp    = `, "SoftwareTokenMfaConfiguration": {"Enabled": true}`
		mail    = `, "EmailMfaConfiguration": {"Message": "Use {####}", "Subject": "Code"}`
	)
	lite := func(members string) string { return strings.Replace(in(members), "Staff", "Lite", 1) }
	noRole := map[string]string{"InvalidSmsRoleAccessPolicyException": noRole, "InvalidSmsRoleTrustRelationshipException": noRole}
	for _, one := range []declared{
		{"GetUserPoolMfaConfig", d.cases(""), cannot(nil)},
		{"SetUserPoolMfaConfig", d.cases("",
			refusedCall{"a factor without MFA", invalidArg, both, in(`, "MfaConfiguration": "OFF"` + totp), nil},
			refusedCall{"text messages without MFA", invalidArg, both, in(`, "SmsMfaConfiguration": {}`), nil},
			refusedCall{"MFA without a factor", invalidArg, neither, in(`, "MfaConfiguration": "ON"`), nil},
			refusedCall{"a relying party that is none", invalidArg, "RelyingPartyId must be the name of a host.",
				in(`, "WebAuthnConfiguration": {"RelyingPartyId": "https://example.com"}`), nil},
			refusedCall{"mail in the tier LITE", noTier, "The following features need to be disabled for the LITE pricing tier configured: Email MFA",
				lite(`, "MfaConfiguration": "ON"` + mail), nil},
			refusedCall{"others who are always faster", changing, tooLate, in(""), d.late},
			refusedCall{"text messages that nobody can send", invalidArg, "SMS configuration is required to turn on SMS MFA.",
				in(`, "MfaConfiguration": "OPTIONAL", "SmsMfaConfiguration": {}`), nil},
			refusedCall{"what cannot be obeyed yet", NotImplemented, unbuilt, in(`, "MfaConfiguration": "OPTIONAL", "SmsMfaConfiguration": {"SmsConfiguration":
				{"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "EumsSms": {"CallerArn": "arn:aws:iam::123456789012:role/sms"}}}`), nil}), cannot(noRole)},
	} {
		t.Run(one.operation, func(t *testing.T) { one.check(t, d.usual) })
	}
}
