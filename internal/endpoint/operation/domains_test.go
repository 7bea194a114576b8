package operation

import (
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

const (
	certificate = `"arn:aws:acm:us-east-1:123456789012:certificate/abc"`
	customOwn   = `, "Domain": "auth.example.com", "CustomDomainConfig": {"CertificateArn": ` + certificate + `}`
)

func TestDomainsOnTheWire(t *testing.T) {
	onEach(t, func(t *testing.T, o *Operations, _ store.Store) {
		mustCall(t, o, "CreateUserPool", `{"PoolName": "p", "UserPoolTags": {"_custom_id_": "us-east-1_Other"}}`)
		const (
			owner = `"UserPoolId":"us-east-1_Staff","AWSAccountId":"123456789012",`
			rest  = `"CloudFrontDistribution":"cenote.test","Version":"1893553445678","Status":"ACTIVE",`
			none  = `{"DomainDescription":{}}`
			gone  = "InvalidParameterException: No such domain or user pool exists."
		)
		walk(t, o, []step{
			{"DescribeUserPoolDomain", `, "Domain": "staff"`, none},
			{"CreateUserPoolDomain", `, "Domain": "staff"`, `{"ManagedLoginVersion":1}`},
			{"DescribeUserPoolDomain", `, "Domain": "staff"`,
				`{"DomainDescription":{` + owner + `"Domain":"staff",` + rest + `"ManagedLoginVersion":1}}`},
			{"CreateUserPoolDomain", `, "Domain": "again"`, "InvalidParameterException: User pool already has a domain configured."},
			{"CreateUserPoolDomain", customOwn + `, "ManagedLoginVersion": 2`, `{"ManagedLoginVersion":2,"CloudFrontDomain":"cenote.test"}`},
			{"UpdateUserPoolDomain", `, "Domain": "staff", "ManagedLoginVersion": 2`, `{"ManagedLoginVersion":2}`},
			{"UpdateUserPoolDomain", `, "Domain": "auth.example.com", "CustomDomainConfig": {"CertificateArn": ` + certificate + `, "SecurityPolicy": "TLS_V1_3_2025"}`,
				`{"ManagedLoginVersion":2,"CloudFrontDomain":"cenote.test"}`},
			{"DescribeUserPoolDomain", `, "Domain": "auth.example.com"`, `{"DomainDescription":{` + owner + `"Domain":"auth.example.com",` + rest +
				`"CustomDomainConfig":{"CertificateArn":` + certificate + `,"SecurityPolicy":"TLS_V1_3_2025"},"ManagedLoginVersion":2}}`},
			{"DeleteUserPool", ``, "InvalidParameterException: User pool cannot be deleted. It has a domain configured that should be deleted first."},
		})
		shown := mustCall(t, o, "DescribeUserPool", staffPool+"}")
		if member(t, shown, "UserPool", "Domain") != "staff" || member(t, shown, "UserPool", "CustomDomain") != "auth.example.com" {
			t.Errorf("the pool shows other domains: %s", shown)
		}
		walk(t, o, []step{
			{"DeleteUserPoolDomain", `, "Domain": "auth.example.com"`, `{}`},
			{"DeleteUserPoolDomain", `, "Domain": "auth.example.com"`, gone},
			{"DeleteUserPoolDomain", `, "Domain": "staff"`, `{}`},
			{"DescribeUserPoolDomain", `, "Domain": "staff"`, none},
			{"DeleteUserPool", ``, ``},
		})
		if got := mustCall(t, o, "CreateUserPoolDomain", `{"UserPoolId": "us-east-1_Other", "Domain": "staff"}`); got != `{"ManagedLoginVersion":1}` {
			t.Errorf("another pool got the domain that is free: %s", got)
		}
	})
}

func TestDeclaredErrorsOfResourceServersAndDomains(t *testing.T) {
	t.Parallel()
	d := newDesks(t)
	const (
		taken = "Domain already associated with another user pool."
		noDom = "No such domain or user pool exists."
		own   = `, "Identifier": "own"`
		named = own + `, "Name": "n"`
		noRS  = "Resource server none does not exist."
		twice = `, "Scopes": [{"ScopeName": "a", "ScopeDescription": "a"}, {"ScopeName": "a", "ScopeDescription": "b"}]`
		same  = "The scope a is given more than once."
		badID = violated + `'a b' at 'identifier' failed to satisfy constraint: Member must satisfy regular expression pattern: [\x21\x23-\x5B\x5D-\x7E]+`
	)
	mustCall(t, d.usual, "CreateResourceServer", staffPool+named+`}`)
	for i := range pool.MaxResourceServers - 1 {
		mustCall(t, d.usual, "CreateResourceServer", staffPool+`, "Identifier": "x`+string(rune('a'+i))+`", "Name": "n"}`)
	}
	mustCall(t, d.usual, "CreateUserPoolDomain", staffPool+`, "Domain": "staff"}`)
	lite := func(members string) string { return strings.Replace(staffPool, "Staff", "Lite", 1) + members + "}" }
	mustCall(t, d.usual, "CreateUserPoolDomain", lite(`, "Domain": "lite"`))
	for _, host := range []string{"a", "b", "c", "d"} {
		id := `{"UserPoolId": "us-east-1_` + host + `"`
		mustCall(t, d.usual, "CreateUserPool", `{"PoolName": "p", "UserPoolTags": {"_custom_id_": "us-east-1_`+host+`"}}`)
		mustCall(t, d.usual, "CreateUserPoolDomain", id+strings.Replace(customOwn, "auth.", host+".", 1)+"}")
	}
	for _, one := range []declared{
		{"CreateResourceServer", d.cases(named,
			refusedCall{"an identifier that is taken", invalidArg, "own already exists in user pool us-east-1_Staff.", in(named), nil},
			refusedCall{"a scope twice", invalidArg, same, in(named + twice), nil},
			refusedCall{"one too many", "LimitExceededException", "The maximum number of resource servers of this user pool has been reached.",
				in(`, "Identifier": "more", "Name": "n"`), nil},
			refusedCall{"an identifier with a space", invalidArg, badID, in(`, "Identifier": "a b", "Name": "n"`), nil}), cannot(nil)},
		{"DescribeResourceServer", d.cases(own,
			refusedCall{"one that is not there", notFound, noRS, in(`, "Identifier": "none"`), nil},
			refusedCall{"an identifier with a space", invalidArg, badID, in(`, "Identifier": "a b"`), nil}), cannot(nil)},
		{"UpdateResourceServer", d.cases(named,
			refusedCall{"one that is not there", notFound, noRS, in(`, "Identifier": "none", "Name": "n"`), nil},
			refusedCall{"a scope twice", invalidArg, same, in(named + twice), nil}), cannot(nil)},
		{"DeleteResourceServer", d.cases(own,
			refusedCall{"one that is not there", notFound, noRS, in(`, "Identifier": "none"`), nil},
			refusedCall{"an identifier with a space", invalidArg, badID, in(`, "Identifier": "a b"`), nil}), cannot(nil)},
		{"ListResourceServers", d.cases("",
			refusedCall{"a token of nobody's", invalidArg, "Invalid pagination token", in(`, "NextToken": "made-up"`), nil}), cannot(nil)},

		{"CreateUserPoolDomain", d.cases(`, "Domain": "new"`,
			refusedCall{"a domain that is taken", invalidArg, taken, lite(`, "Domain": "staff"`), nil},
			refusedCall{"a second prefix", invalidArg, "User pool already has a domain configured.", in(`, "Domain": "second"`), nil},
			refusedCall{"a reserved word", invalidArg, "Domain cannot contain reserved word: cognito", in(`, "Domain": "my-cognito"`), nil},
			refusedCall{"a host name without a certificate", invalidArg,
				"Domain prefix must be lower-case letters, digits and hyphens, and must not begin or end with a hyphen.", in(`, "Domain": "auth.example.com"`), nil},
			refusedCall{"version 3", invalidArg, "ManagedLoginVersion must be 1 or 2.", in(`, "Domain": "new", "ManagedLoginVersion": 3`), nil},
			refusedCall{"version 2 in the tier LITE", "FeatureUnavailableInTierException",
				"The following features need to be disabled for the LITE pricing tier configured: Managed Login", lite(`, "Domain": "new", "ManagedLoginVersion": 2`), nil},
			refusedCall{"a fifth custom domain", "LimitExceededException", "The maximum number of custom domains has been reached.", in(customOwn), nil},
			refusedCall{"a pool that goes away all the time", changing, tooLate, in(`, "Domain": "new"`), d.late},
			refusedCall{"what cannot be obeyed yet", NotImplemented, "Routing is not supported yet: this member is newer than what this server knows.",
				in(`, "Domain": "new", "Routing": {}`), nil}), cannot(nil)},
		{"DescribeUserPoolDomain", []refusedCall{
			{"no domain", invalidArg, violated + "null at 'domain' " + nullMember, `{}`, nil},
			{"a database that is gone", internal, "", `{"Domain": "staff"}`, d.down},
		}, cannot(map[string]string{notFound: "a domain that nobody has is shown empty"})},
		{"UpdateUserPoolDomain", d.cases(`, "Domain": "staff"`,
			refusedCall{"one that is not there", invalidArg, noDom, in(`, "Domain": "none"`), nil},
			refusedCall{"the domain of another pool", invalidArg, noDom, in(`, "Domain": "lite"`), nil},
			refusedCall{"a certificate for a prefix", invalidArg, "CustomDomainConfig cannot be given to a prefix domain.",
				in(`, "Domain": "staff", "CustomDomainConfig": {"CertificateArn": ` + certificate + `}`), nil},
			refusedCall{"version 2 in the tier LITE", "FeatureUnavailableInTierException",
				"The following features need to be disabled for the LITE pricing tier configured: Managed Login", lite(`, "Domain": "lite", "ManagedLoginVersion": 2`), nil},
			refusedCall{"others who are always faster", changing, tooLate, in(`, "Domain": "staff"`), d.late},
			refusedCall{"what cannot be obeyed yet", NotImplemented, "Routing is not supported yet: this member is newer than what this server knows.",
				in(`, "Domain": "staff", "Routing": {}`), nil}), cannot(nil)},
		{"DeleteUserPoolDomain", d.cases(`, "Domain": "staff"`,
			refusedCall{"one that is not there", invalidArg, noDom, in(`, "Domain": "none"`), nil},
			refusedCall{"the domain of another pool", invalidArg, noDom, in(`, "Domain": "lite"`), nil}),
			cannot(map[string]string{changing: "a domain is deleted or it is not"})},
	} {
		t.Run(one.operation, func(t *testing.T) { one.check(t, d.usual) })
	}
}
