package operation

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/store"
)

// png is what an image of that kind begins with.
var png = base64.StdEncoding.EncodeToString([]byte("\x89PNG\r\n\x1a\n and more"))

const made = `"LastModifiedDate":1893553445.678,"CreationDate":1893553445.678`

func TestPageLooksOnTheWire(t *testing.T) {
	onEach(t, func(t *testing.T, o *Operations, _ store.Store) {
		id := member(t, mustCall(t, o, "CreateUserPoolClient", in(`, "ClientName": "web"`)), "UserPoolClient", "ClientId")
		client := `, "ClientId": "` + id + `"`
		const css = `, "CSS": ".banner-customizable { background-color: red; }"`
		look := func(id, more string) string {
			return `{"UICustomization":{"UserPoolId":"us-east-1_Staff","ClientId":"` + id + `",` + more + `"CSSVersion":"20300102030405",` + made + `}}`
		}
		all := look("ALL", `"CSS":".banner-customizable { background-color: red; }",`)
		own := look(id, `"ImageUrl":"data:image/png;base64,`+png+`",`)
		walk(t, o, []step{
			{"GetUICustomization", ``, `{"UICustomization":{}}`},
			{"SetUICustomization", css, "InvalidParameterException: There has to be an existing domain associated with this user pool"},
			{"CreateUserPoolDomain", `, "Domain": "staff"`, `{"ManagedLoginVersion":1}`},
			{"SetUICustomization", css, all},
			{"GetUICustomization", ``, all},
			{"GetUICustomization", client, all},
			{"SetUICustomization", client + `, "ImageFile": "` + png + `"`, own},
			{"GetUICustomization", client, own},
			{"GetUICustomization", `, "ClientId": "ALL"`, all},
			{"SetUICustomization", client, look(id, "")},
			{"GetUICustomization", client, look(id, "")},
		})
	})
}

func TestBrandingsOnTheWire(t *testing.T) {
	onEach(t, func(t *testing.T, o *Operations, _ store.Store) {
		clientID := member(t, mustCall(t, o, "CreateUserPoolClient", in(`, "ClientName": "web"`)), "UserPoolClient", "ClientId")
		client := `, "ClientId": "` + clientID + `"`
		logo := `[{"Category":"FORM_LOGO","ColorMode":"LIGHT","Extension":"PNG","Bytes":"` + png + `"}]`
		answer := mustCall(t, o, "CreateManagedLoginBranding", in(client+`, "Settings": {"a":{"b":[1,null]}}, "Assets": `+logo))
		id := member(t, answer, "ManagedLoginBranding", "ManagedLoginBrandingId")
		one := `, "ManagedLoginBrandingId": "` + id + `"`
		shown := func(defaults, more string) string {
			return `{"ManagedLoginBranding":{"ManagedLoginBrandingId":"` + id + `","UserPoolId":"us-east-1_Staff","UseCognitoProvidedValues":` + defaults + more +
				`,"CreationDate":1893553445.678,"LastModifiedDate":1893553445.678}}`
		}
		full := shown("false", `,"Settings":{"a":{"b":[1,null]}},"Assets":`+logo)
		if answer != full {
			t.Errorf("CreateManagedLoginBranding\n got %s\nwant %s", answer, full)
		}
		gone := "ResourceNotFoundException: Managed login branding " + id + " does not exist."
		walk(t, o, []step{
			{"CreateManagedLoginBranding", client, "ManagedLoginBrandingExistsException: Managed login branding already exists for client " + clientID + "."},
			{"DescribeManagedLoginBranding", one + `, "ReturnMergedResources": true`, full},
			{"DescribeManagedLoginBrandingByClient", client, full},
			{"UpdateManagedLoginBranding", one + `, "Settings": {"c":true}`, shown("false", `,"Settings":{"c":true},"Assets":`+logo)},
			{"UpdateManagedLoginBranding", one + `, "Assets": []`, shown("false", `,"Settings":{"c":true}`)},
			{"UpdateManagedLoginBranding", one + `, "UseCognitoProvidedValues": true`, shown("true", ``)},
			{"DescribeManagedLoginBranding", one, shown("true", ``)},
			{"DeleteManagedLoginBranding", one, ``},
			{"DeleteManagedLoginBranding", one, gone},
			{"DescribeManagedLoginBranding", one, gone},
			{"DescribeManagedLoginBrandingByClient", client, "ResourceNotFoundException: Managed login branding of client " + clientID + " does not exist."},
		})
		id = member(t, mustCall(t, o, "CreateManagedLoginBranding", in(client+`, "UseCognitoProvidedValues": true`)), "ManagedLoginBranding", "ManagedLoginBrandingId")
		one = `, "ManagedLoginBrandingId": "` + id + `"`
		walk(t, o, []step{
			{"DeleteUserPoolClient", client, ``},
			{"DescribeManagedLoginBranding", one, "ResourceNotFoundException: Managed login branding " + id + " does not exist."},
		})
	})
}

func TestTermsOnTheWire(t *testing.T) {
	onEach(t, func(t *testing.T, o *Operations, _ store.Store) {
		clientID := member(t, mustCall(t, o, "CreateUserPoolClient", in(`, "ClientName": "web"`)), "UserPoolClient", "ClientId")
		client := `, "ClientId": "` + clientID + `"`
		const links = `{"cognito:default":"https://example.com/terms","cognito:german":"https://example.com/agb"}`
		wish := func(name string) string {
			return client + `, "TermsName": "` + name + `", "TermsSource": "LINK", "Enforcement": "NONE", "Links": ` + links
		}
		answer := mustCall(t, o, "CreateTerms", in(wish("terms-of-use")))
		id := member(t, answer, "Terms", "TermsId")
		one := `, "TermsId": "` + id + `"`
		shown := func(name, links string) string {
			return `{"Terms":{"TermsId":"` + id + `","UserPoolId":"us-east-1_Staff","ClientId":"` + clientID + `","TermsName":"` + name +
				`","TermsSource":"LINK","Enforcement":"NONE","Links":` + links + `,"CreationDate":1893553445.678,"LastModifiedDate":1893553445.678}}`
		}
		if want := shown("terms-of-use", links); answer != want {
			t.Errorf("CreateTerms\n got %s\nwant %s", answer, want)
		}
		other := `{"cognito:default":"https://example.com/other"}`
		walk(t, o, []step{
			{"CreateTerms", wish("terms-of-use"), "TermsExistsException: Terms terms-of-use already exist for client " + clientID + "."},
			{"DescribeTerms", one, shown("terms-of-use", links)},
			{"DescribeTermsByClient", client + `, "TermsName": "terms-of-use"`, shown("terms-of-use", links)},
			{"UpdateTerms", one + `, "Links": ` + other, shown("terms-of-use", other)},
			{"UpdateTerms", one + `, "TermsName": "privacy-policy"`, shown("privacy-policy", other)},
			{"ListTerms", ``, `{"Terms":[{"TermsId":"` + id + `","TermsName":"privacy-policy","Enforcement":"NONE","CreationDate":1893553445.678,"LastModifiedDate":1893553445.678}]}`},
		})
		mustCall(t, o, "CreateTerms", in(wish("terms-of-use"))) // the name is free again
		seen := 0
		for token := ""; ; {
			page := mustCall(t, o, "ListTerms", in(`, "MaxResults": 1`+token))
			seen += strings.Count(page, "TermsName")
			next := member(t, page, "NextToken")
			if next == "" {
				break
			}
			token = fmt.Sprintf(`, "NextToken": %q`, next)
		}
		if seen != 2 {
			t.Errorf("the pages have %d terms, want 2", seen)
		}
		walk(t, o, []step{
			{"UpdateTerms", one + `, "TermsName": "terms-of-use"`, "TermsExistsException: Terms terms-of-use already exist for client " + clientID + "."},
			{"DeleteTerms", one, ``},
			{"DescribeTerms", one, "ResourceNotFoundException: Terms " + id + " do not exist."},
			{"DeleteUserPoolClient", client, ``},
			{"ListTerms", ``, `{"Terms":[]}`},
		})
	})
}

func TestDeclaredErrorsOfLooks(t *testing.T) {
	t.Parallel()
	d := newDesks(t)
	mustCall(t, d.usual, "CreateUserPoolDomain", in(`, "Domain": "staff"`))
	web := `, "ClientId": "` + d.web + `"`
	branding := member(t, mustCall(t, d.usual, "CreateManagedLoginBranding", in(web)), "ManagedLoginBranding", "ManagedLoginBrandingId")
	app := `, "ClientId": "` + member(t, mustCall(t, d.usual, "CreateUserPoolClient", in(`, "ClientName": "app"`)), "UserPoolClient", "ClientId") + `"`
	const (
		noClient = "User pool client none does not exist."
		none     = `, "ClientId": "none"`
		nowhere  = "11111111-1111-4111-8111-111111111111"
		both     = "UseCognitoProvidedValues cannot be used together with Settings or Assets."
		text     = `, "TermsName": "terms-of-use", "TermsSource": "LINK", "Enforcement": "NONE"`
		links    = `, "Links": {"cognito:default": "https://example.com"}`
		noLink   = "Links must have a value for cognito:default."
		noImage  = "The asset FORM_LOGO is not an image of type PNG."
	)
	missing := refusedCall{"a client that is not there", notFound, noClient, in(none), nil}
	styled := `, "ManagedLoginBrandingId": "` + branding + `"`
	unstyled := refusedCall{"one that is not there", notFound, "Managed login branding " + nowhere + " does not exist.",
		in(`, "ManagedLoginBrandingId": "` + nowhere + `"`), nil}
	fakeLogo := `, "Assets": [{"Category": "FORM_LOGO", "ColorMode": "LIGHT", "Extension": "PNG", "Bytes": "aGVsbG8="}]`
	id := member(t, mustCall(t, d.usual, "CreateTerms", in(web+text+links)), "Terms", "TermsId")
	mustCall(t, d.usual, "CreateTerms", in(web+strings.Replace(text, "terms-of-use", "privacy-policy", 1)+links))
	terms := `, "TermsId": "` + id + `"`
	noTerms := refusedCall{"terms that are not there", notFound, "Terms " + nowhere + " do not exist.", in(`, "TermsId": "` + nowhere + `"`), nil}
	full := deskOn(t, fullOfProviders{d.store})
	deleted := map[string]string{changing: "it is deleted or it is not"}
	noReplica := map[string]string{"OperationNotEnabledException": "there are no replicas of pools"}
	for _, op := range []declared{
		{"SetUICustomization", d.cases("", missing,
			refusedCall{"a pool without a domain", invalidArg, "There has to be an existing domain associated with this user pool",
				strings.Replace(in(""), "Staff", "Lite", 1), nil},
			refusedCall{"a class that pages do not have", invalidArg, "Invalid CSS: the class body is not supported.", in(`, "CSS": "body { color: red }"`), nil},
			refusedCall{"an image that is none", invalidArg, "The image file must be a PNG or JPEG image.", in(`, "ImageFile": "aGVsbG8="`), nil}), cannot(nil)},
		{"GetUICustomization", d.cases("", missing), cannot(nil)},
		{"CreateManagedLoginBranding", d.cases(app, missing,
			refusedCall{"a second one", "ManagedLoginBrandingExistsException", "Managed login branding already exists for client " + d.web + ".", in(web), nil},
			refusedCall{"defaults and settings", invalidArg, both, in(app + `, "UseCognitoProvidedValues": true, "Settings": {}`), nil},
			refusedCall{"an image that is none", invalidArg, noImage, in(app + fakeLogo), nil},
			refusedCall{"one too many", aFull, "The maximum number of managed login branding styles of this user pool has been reached.", in(app), full},
			refusedCall{"others who are always faster", changing, tooLate, in(app), d.late}), cannot(nil)},
		{"DescribeManagedLoginBranding", d.cases(styled, unstyled), cannot(nil)},
		{"DescribeManagedLoginBrandingByClient", d.cases(web, missing,
			refusedCall{"a client without one", notFound, "Managed login branding of client " + member(t, `{`+app[1:]+`}`, "ClientId") + " does not exist.", in(app), nil}), cannot(nil)},
		{"UpdateManagedLoginBranding", []refusedCall{
			{"a pool that is not there", notFound, noPool, strings.Replace(in(styled), "Staff", "Gone", 1), nil}, unstyled,
			{"no name", invalidArg, "UserPoolId and ManagedLoginBrandingId are required.", in(""), nil},
			{"defaults and settings", invalidArg, both, in(styled + `, "UseCognitoProvidedValues": true, "Settings": {}`), nil},
			{"others who are always faster", changing, tooLate, in(styled), d.late},
			{"a database that is gone", internal, "", in(styled), d.down},
		}, cannot(nil)},
		{"DeleteManagedLoginBranding", d.cases(styled, unstyled), cannot(deleted)},

		{"CreateTerms", d.cases(app+text+links,
			refusedCall{"a client that is not there", notFound, noClient, in(none + text + links), nil},
			refusedCall{"some of that name", "TermsExistsException", "Terms terms-of-use already exist for client " + d.web + ".", in(web + text + links), nil},
			refusedCall{"no link", invalidArg, noLink, in(app + text), nil},
			refusedCall{"a link that runs something", invalidArg, "The link for cognito:default must be an https URL.",
				in(app + text + `, "Links": {"cognito:default": "javascript:alert(1)"}`), nil},
			refusedCall{"one too many", aFull, "The maximum number of terms of this user pool has been reached.", in(app + text + links), full},
			refusedCall{"others who are always faster", changing, tooLate, in(app + text + links), d.late}), cannot(nil)},
		{"DescribeTerms", d.cases(terms, noTerms), cannot(nil)},
		{"DescribeTermsByClient", d.cases(web+`, "TermsName": "terms-of-use"`,
			refusedCall{"terms that are not there", notFound, "Terms other do not exist.", in(web + `, "TermsName": "other"`), nil}), cannot(noReplica)},
		{"UpdateTerms", d.cases(terms, noTerms,
			refusedCall{"a name that others have", "TermsExistsException", "Terms privacy-policy already exist for client " + d.web + ".",
				in(terms + `, "TermsName": "privacy-policy"`), nil},
			refusedCall{"a language alone", invalidArg, noLink, in(terms + `, "Links": {"cognito:german": "https://example.com"}`), nil},
			refusedCall{"others who are always faster", changing, tooLate, in(terms), d.late}), cannot(nil)},
		{"DeleteTerms", d.cases(terms, noTerms), cannot(deleted)},
		{"ListTerms", d.cases("",
			refusedCall{"a token of nobody's", invalidArg, "Invalid pagination token", in(`, "NextToken": "made-up"`), nil}), cannot(nil)},
	} {
		t.Run(op.operation, func(t *testing.T) { op.check(t, d.usual) })
	}
}
