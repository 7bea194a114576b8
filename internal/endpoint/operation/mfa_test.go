package operation

import (
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/store"
)

func TestMFAConfigOnTheWire(t *testing.T) {
	onEach(t, func(t *testing.T, o *Operations, _ store.Store) {
		const (
			off    = `{"MfaConfiguration":"OFF"}`
			stored = `{"MfaConfiguration":"OFF","WebAuthnConfiguration":{"RelyingPartyId":"auth.example.com","UserVerification":"preferred"}}`
			other  = `{"MfaConfiguration":"OFF","WebAuthnConfiguration":{"UserVerification":"required","FactorConfiguration":"SINGLE_FACTOR"}}`
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
		})
	})
}

func TestDeclaredErrorsOfMFAConfig(t *testing.T) {
	t.Parallel()
	d := newDesks(t)
	const (
		both    = "Invalid MFA configuration given, can't turn off MFA and configure an MFA together."
		neither = "Invalid MFA configuration given, can't disable all MFAs and require an MFA together."
		unbuilt = "MfaConfiguration other than OFF is not supported yet: no second factor is asked for at sign-in."
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
			refusedCall{"what cannot be obeyed yet", NotImplemented, unbuilt, in(`, "MfaConfiguration": "OPTIONAL"` + totp), nil}), cannot(noRole)},
	} {
		t.Run(one.operation, func(t *testing.T) { one.check(t, d.usual) })
	}
}
