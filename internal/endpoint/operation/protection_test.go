package operation

import (
	"crypto/x509"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/store"
)

const (
	logGroup = `"CloudWatchLogsConfiguration":{"LogGroupArn":"arn:aws:logs:us-east-1:123456789012:log-group:cognito"}`
	bucket   = `"S3Configuration":{"BucketArn":"arn:aws:s3:::bucket"}`
	stream   = `"FirehoseConfiguration":{"StreamArn":"arn:aws:firehose:us-east-1:123456789012:deliverystream/events"}`
)

// logs is a member with the logs of one source.
func logs(source, level, destinations string) string {
	return `, "LogConfigurations": [{"LogLevel":"` + level + `","EventSource":"` + source + `"` + destinations + `}]`
}

func TestLogDeliveryOnTheWire(t *testing.T) {
	onEach(t, func(t *testing.T, o *Operations, _ store.Store) {
		shown := func(list string) string {
			return `{"LogDeliveryConfiguration":{"UserPoolId":"us-east-1_Staff","LogConfigurations":[` + list + `]}}`
		}
		const list = `{"LogLevel":"ERROR","EventSource":"userNotification",` + logGroup + `}`
		walk(t, o, []step{
			{"GetLogDeliveryConfiguration", ``, shown(``)},
			{"SetLogDeliveryConfiguration", logs("userNotification", "ERROR", ","+logGroup), shown(list)},
			{"GetLogDeliveryConfiguration", ``, shown(list)},
			{"SetLogDeliveryConfiguration", `, "LogConfigurations": []`, shown(``)},
			{"GetLogDeliveryConfiguration", ``, shown(``)},
			{"UpdateUserPool", `, "UserPoolTier": "PLUS"`, `{}`},
			{"SetLogDeliveryConfiguration", logs("userAuthEvents", "INFO", ","+bucket), shown(`{"LogLevel":"INFO","EventSource":"userAuthEvents",` + bucket + `}`)},
			{"SetLogDeliveryConfiguration", logs("userAuthEvents", "INFO", ","+stream), shown(`{"LogLevel":"INFO","EventSource":"userAuthEvents",` + stream + `}`)},
			{"GetLogDeliveryConfiguration", ``, shown(`{"LogLevel":"INFO","EventSource":"userAuthEvents",` + stream + `}`)},
		})
	})
}

func TestSessionConfigurationOnTheWire(t *testing.T) {
	onEach(t, func(t *testing.T, o *Operations, _ store.Store) {
		id := member(t, mustCall(t, o, "CreateUserPoolClient", in(`, "ClientName": "web"`)), "UserPoolClient", "ClientId")
		tracked := func(state, n string) string {
			return `{"UserPoolId":"us-east-1_Staff","UserSessionTracking":"` + state + `","TokenSession":{"MaxPerUser":` + n + `}}`
		}
		shown := func(n string) string { return tracked("DISABLED", n) }
		walk(t, o, []step{
			{"GetUserPoolSessionConfiguration", ``, shown("20")},
			{"SetUserPoolSessionConfiguration", `, "UserSessionTracking": "DISABLED", "TokenSession": {"MaxPerUser": 7}`, shown("7")},
			{"GetUserPoolSessionConfiguration", ``, shown("7")},
			{"SetUserPoolSessionConfiguration", `, "UserSessionTracking": "ENABLED", "TokenSession": {"MaxPerUser": 100}`, tracked("ENABLED", "100")},
			{"GetUserPoolSessionConfiguration", ``, tracked("ENABLED", "100")},
			{"GetUserPoolClientSessionConfiguration", `, "ClientId": "` + id + `"`,
				`{"UserPoolId":"us-east-1_Staff","ClientId":"` + id + `","SSOSession":{"MaxValidityMinutes":60}}`},
			{"SetUserPoolClientSessionConfiguration", `, "ClientId": "` + id + `", "SSOSession": {"MaxValidityMinutes": 5}`,
				`{"UserPoolId":"us-east-1_Staff","ClientId":"` + id + `","SSOSession":{"MaxValidityMinutes":5}}`},
			{"GetUserPoolClientSessionConfiguration", `, "ClientId": "` + id + `"`,
				`{"UserPoolId":"us-east-1_Staff","ClientId":"` + id + `","SSOSession":{"MaxValidityMinutes":5}}`},
		})
	})
}

const quietRisk = `, "CompromisedCredentialsRiskConfiguration": {"EventFilter":["SIGN_IN"],"Actions":{"EventAction":"NO_ACTION"}},
	"AccountTakeoverRiskConfiguration": {"NotifyConfiguration":{"From":"a@example.com","SourceArn":"arn:aws:ses:us-east-1:123456789012:identity/a",
		"BlockEmail":{"Subject":"Blocked","HtmlBody":"<p>Blocked</p>","TextBody":"Blocked"}},
		"Actions":{"HighAction":{"Notify":false,"EventAction":"NO_ACTION"}}},
	"RiskExceptionConfiguration": {"SkippedIPRangeList":["192.0.2.0/24","2001:db8::/32"]}`

func TestRiskConfigurationOnTheWire(t *testing.T) {
	onEach(t, func(t *testing.T, o *Operations, _ store.Store) {
		id := member(t, mustCall(t, o, "CreateUserPoolClient", in(`, "ClientName": "web"`)), "UserPoolClient", "ClientId")
		client := `, "ClientId": "` + id + `"`
		const full = `"CompromisedCredentialsRiskConfiguration":{"EventFilter":["SIGN_IN"],"Actions":{"EventAction":"NO_ACTION"}},` +
			`"AccountTakeoverRiskConfiguration":{"NotifyConfiguration":{"From":"a@example.com","SourceArn":"arn:aws:ses:us-east-1:123456789012:identity/a",` +
			`"BlockEmail":{"Subject":"Blocked","HtmlBody":"<p>Blocked</p>","TextBody":"Blocked"}},"Actions":{"HighAction":{"Notify":false,"EventAction":"NO_ACTION"}}},` +
			`"RiskExceptionConfiguration":{"SkippedIPRangeList":["192.0.2.0/24","2001:db8::/32"]},"LastModifiedDate":1893553445.678}}`
		const own = `{"RiskConfiguration":{"UserPoolId":"us-east-1_Staff"`
		walk(t, o, []step{
			{"DescribeRiskConfiguration", ``, own + `}}`},
			{"UpdateUserPool", `, "UserPoolTier": "PLUS", "UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"}`, `{}`},
			{"SetRiskConfiguration", quietRisk, own + `,` + full},
			{"DescribeRiskConfiguration", ``, own + `,` + full},
			{"DescribeRiskConfiguration", client, own + `,"ClientId":"` + id + `"}}`},
			{"SetRiskConfiguration", client + quietRisk, own + `,"ClientId":"` + id + `",` + full},
			{"SetRiskConfiguration", ``, own + `}}`},
			{"DescribeRiskConfiguration", ``, own + `}}`},
			{"DescribeRiskConfiguration", client, own + `,"ClientId":"` + id + `",` + full},
			{"SetRiskConfiguration", client, own + `,"ClientId":"` + id + `"}}`},
			{"SetRiskConfiguration", client, own + `,"ClientId":"` + id + `"}}`},
			{"DescribeRiskConfiguration", client, own + `,"ClientId":"` + id + `"}}`},
		})
	})
}

func TestSigningCertificateOnTheWire(t *testing.T) {
	onEach(t, func(t *testing.T, o *Operations, st store.Store) {
		text := member(t, mustCall(t, o, "GetSigningCertificate", in("")), "Certificate")
		der, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		c, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature); err != nil {
			t.Errorf("the certificate is not signed by its own key: %v", err)
		}
		if life := c.NotAfter.Sub(c.NotBefore); c.Subject.CommonName != "us-east-1_Staff" || life < 3649*24*time.Hour {
			t.Errorf("the certificate is of %s for %s", c.Subject.CommonName, life)
		}
		if again := member(t, mustCall(t, o, "GetSigningCertificate", in("")), "Certificate"); again != text {
			t.Error("the second certificate is another one")
		}
		sealed(t, st, "certificate", "saml-signing", "PRIVATE")
	})
}

func TestDeclaredErrorsOfProtection(t *testing.T) {
	t.Parallel()
	d := newDesks(t)
	lite := func(members string) string { return strings.Replace(in(members), "Staff", "Lite", 1) }
	web, none := `, "ClientId": "`+d.web+`"`, `, "ClientId": "none"`
	const (
		noClient = "User pool client none does not exist."
		plain    = `, "UserSessionTracking": "DISABLED", "TokenSession": {"MaxPerUser": 5}`
		hour     = `, "SSOSession": {"MaxValidityMinutes": 60}`
		sessions = "The following features need to be disabled for the LITE pricing tier configured: Session Management"
		noAddOn  = "Threat protection is not enabled for this user pool."
		noList   = "CompromisedCredentialsRiskConfiguration with BLOCK is not supported by this server: it was started without a list of compromised passwords."
		oneDest  = "Logs of userNotification must have exactly one destination."
	)
	liteWeb := `, "ClientId": "` + member(t, mustCall(t, d.usual, "CreateUserPoolClient", lite(`, "ClientName": "web"`)), "UserPoolClient", "ClientId") + `"`
	noReplica := map[string]string{"OperationNotEnabledException": "there are no replicas of pools"}
	mustCall(t, d.usual, "CreateUserPool", `{"PoolName": "p", "UserPoolTier": "PLUS", "UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"},
		"UserPoolTags": {"_custom_id_": "us-east-1_Plus"}}`)
	plus := func(members string) string { return strings.Replace(in(members), "Staff", "Plus", 1) }
	mustCall(t, d.usual, "SetUserPoolSessionConfiguration", plus(`, "UserSessionTracking": "ENABLED", "TokenSession": {"MaxPerUser": 5}`))
	plusWeb := `, "ClientId": "` + member(t, mustCall(t, d.usual, "CreateUserPoolClient", plus(`, "ClientName": "web"`)), "UserPoolClient", "ClientId") + `"`
	block := `, "CompromisedCredentialsRiskConfiguration": {"Actions": {"EventAction": "BLOCK"}}`
	action := func(notify, action string) string {
		return `, "AccountTakeoverRiskConfiguration": {"Actions": {"LowAction": {"Notify": ` + notify + `, "EventAction": "` + action + `"}}}`
	}
	for _, op := range []declared{
		{"SetLogDeliveryConfiguration", d.cases(logs("userNotification", "ERROR", ","+logGroup),
			refusedCall{"no destination", invalidArg, oneDest, in(logs("userNotification", "ERROR", "")), nil},
			refusedCall{"two destinations", invalidArg, oneDest, in(logs("userNotification", "ERROR", ","+logGroup+","+bucket)), nil},
			refusedCall{"another level", invalidArg, "The log level of userNotification must be ERROR.", in(logs("userNotification", "INFO", ","+logGroup)), nil},
			refusedCall{"another destination", invalidArg, "Logs of userNotification can only go to a log group.", in(logs("userNotification", "ERROR", ","+bucket)), nil},
			refusedCall{"events in the tier ESSENTIALS", noTier,
				"The following features need to be disabled for the ESSENTIALS pricing tier configured: Log delivery of user authentication events",
				in(logs("userAuthEvents", "INFO", ","+bucket)), nil}), cannot(nil)},
		{"GetLogDeliveryConfiguration", d.cases(""), cannot(nil)},
		{"SetRiskConfiguration", d.cases("",
			refusedCall{"a client that is not there", notFound, noClient, in(none), nil},
			refusedCall{"no range of addresses", invalidArg, "Invalid IP range: 192.0.2.1 is not in CIDR notation.",
				in(`, "RiskExceptionConfiguration": {"SkippedIPRangeList": ["192.0.2.1"]}`), nil},
			refusedCall{"a range that nobody comes from", invalidArg, "Invalid IP range: ::ffff:192.0.2.0/120 is not in CIDR notation.",
				in(`, "RiskExceptionConfiguration": {"BlockedIPRangeList": ["::ffff:192.0.2.0/120"]}`), nil},
			refusedCall{"a mail of nobody's", invalidArg, "NotifyConfiguration is required where an action notifies.", in(action("true", "NO_ACTION")), nil},
			refusedCall{"a pool without threat protection", "UserPoolAddOnNotEnabledException", noAddOn, in(action("false", "MFA_REQUIRED")), nil},
			refusedCall{"known passwords where there is no list of them", NotImplemented, noList, plus(block), nil}),
			cannot(map[string]string{
				"CodeDeliveryFailureException":          "no code is sent",
				"InvalidEmailRoleAccessPolicyException": noRole,
			})},
		{"DescribeRiskConfiguration", d.cases("", refusedCall{"a client that is not there", notFound, noClient, in(none), nil}),
			cannot(map[string]string{"UserPoolAddOnNotEnabledException": "rules are shown also where they do not count"})},
		{"SetUserPoolSessionConfiguration", d.cases(plain,
			refusedCall{"no sign-in at all", invalidArg, "MaxPerUser must be from 1 to 100.", in(strings.Replace(plain, "5", "0", 1)), nil},
			refusedCall{"the tier LITE", noTier, sessions, lite(plain), nil},
			refusedCall{"others who are always faster", changing, tooLate, in(plain), d.late}), cannot(noReplica)},
		{"GetUserPoolSessionConfiguration", d.cases(""), cannot(noReplica)},
		{"SetUserPoolClientSessionConfiguration", d.cases(web+hour,
			refusedCall{"a client that is not there", notFound, noClient, in(none + hour), nil},
			refusedCall{"more than 90 days", invalidArg, "MaxValidityMinutes must be from 0 to 129600.", in(web + strings.Replace(hour, "60", "129601", 1)), nil},
			refusedCall{"the tier LITE", noTier, sessions, lite(liteWeb + hour), nil},
			refusedCall{"a pool that tracks no sign-ins", "OperationNotEnabledException", "User session tracking is not enabled for this user pool.", in(web + hour), nil},
			refusedCall{"others who are always faster", changing, tooLate, plus(plusWeb + hour), d.late}), cannot(nil)},
		{"GetUserPoolClientSessionConfiguration", d.cases(web, refusedCall{"a client that is not there", notFound, noClient, in(none), nil}), cannot(noReplica)},
		{"GetSigningCertificate", d.cases(""), map[string]string{}},
	} {
		t.Run(op.operation, func(t *testing.T) { op.check(t, d.usual) })
	}
}
