package pool

import (
	"strings"
	"testing"
	"time"
)

func TestCheckDomain(t *testing.T) {
	t.Parallel()
	const prefix = "Domain prefix must be lower-case letters, digits and hyphens, and must not begin or end with a hyphen."
	const host = "Custom domain is not a valid subdomain: it must be a fully qualified domain name such as auth.example.com."
	for _, tt := range []struct {
		name   string
		custom bool
		want   string
	}{
		{"staff", false, ""}, {"a", false, ""}, {"x-1", false, ""}, {strings.Repeat("a", 63), false, ""},
		{"Staff", false, prefix}, {"-a", false, prefix}, {"a-", false, prefix}, {"a_b", false, prefix}, {"a.b", false, prefix}, {strings.Repeat("a", 64), false, prefix},
		{"my-aws", false, "Domain cannot contain reserved word: aws"}, {"amazonas", false, "Domain cannot contain reserved word: amazon"},
		{"auth.example.com", true, ""}, {"a.b.c.d", true, ""}, {"cognito.example.com", true, ""},
		{"example.com", true, host}, {"example", true, host}, {"auth..com", true, host}, {"auth.exa mple.com", true, host}, {".auth.example.com", true, host},
	} {
		d := Domain{Name: tt.name, Custom: tt.custom, LoginVersion: 1}
		err := d.Check(&Pool{})
		if tt.want == "" && err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		if tt.want != "" {
			wantError(t, err, InvalidParameter, tt.want)
		}
	}
}

func TestPagesOfADomain(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		version int32
		tier    string
		kind    Kind
		want    string
	}{
		{1, "LITE", 0, ""}, {1, "PLUS", 0, ""}, {2, "ESSENTIALS", 0, ""},
		{2, "LITE", FeatureUnavailableInTier, "The following features need to be disabled for the LITE pricing tier configured: Managed Login"},
		{0, "PLUS", InvalidParameter, "ManagedLoginVersion must be 1 or 2."}, {3, "PLUS", InvalidParameter, "ManagedLoginVersion must be 1 or 2."},
	} {
		d := Domain{Name: "staff", LoginVersion: tt.version}
		wantError(t, d.Check(&Pool{Settings: Settings{Tier: tt.tier}}), tt.kind, tt.want)
	}
}

func TestCheckTerms(t *testing.T) {
	t.Parallel()
	const link = "https://example.com/terms"
	for name, tt := range map[string]struct {
		links map[string]string
		want  string
	}{
		"in one language":            {map[string]string{"cognito:default": link}, ""},
		"in two":                     {map[string]string{"cognito:default": link, "cognito:german": link + "?de"}, ""},
		"in another than by default": {map[string]string{"cognito:german": link}, "Links must have a value for cognito:default."},
		"by plain HTTP":              {map[string]string{"cognito:default": link, "cognito:german": "http://example.com"}, "The link for cognito:german must be an https URL."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantError(t, (&Terms{Links: tt.links}).Check(), InvalidParameter, tt.want)
		})
	}
}

func TestClientsMayNameWhatThePoolHas(t *testing.T) {
	t.Parallel()
	s := ClientSettings{OAuthScopes: []string{"openid", "api/read"}, IdentityProviders: []string{"COGNITO", "Okta"}}
	s.Complete()
	p := &Pool{ID: "us-east-1_abc", Schema: Standard()}
	if err := s.Check(p, Around{Scopes: []string{"api/read"}, Providers: []string{"Okta"}}, Creating); err != nil {
		t.Errorf("Check = %v, want nil", err)
	}
	wantError(t, s.Check(p, Around{Scopes: []string{"api/read"}}, Creating), InvalidParameter, "The provider Okta does not exist for User Pool us-east-1_abc.")
	wantError(t, s.Check(p, Around{Providers: []string{"Okta"}}, Creating), ScopeDoesNotExist, "Invalid scope requested: api/read")
}

func TestCheckLooks(t *testing.T) {
	t.Parallel()
	const png, jpeg = "\x89PNG\r\n\x1a\n", "\xff\xd8\xff\xe0"
	for name, tt := range map[string]struct {
		look PageLook
		want string
	}{
		"nothing":          {PageLook{}, ""},
		"a PNG":            {PageLook{Logo: []byte(png)}, ""},
		"a JPEG":           {PageLook{Logo: []byte(jpeg)}, ""},
		"a page":           {PageLook{Logo: []byte("<svg onload=alert(1)>")}, "The image file must be a PNG or JPEG image."},
		"an image too big": {PageLook{Logo: append([]byte(png), make([]byte, maxLogo)...)}, "The image file must not be larger than 100 KB."},
	} {
		err := tt.look.Check()
		if tt.want == "" && err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if tt.want != "" {
			wantError(t, err, InvalidParameter, tt.want)
		}
	}
	if got := (&PageLook{Logo: []byte("\xff\xd8\xff")}).LogoURL(); got != "data:image/jpeg;base64,/9j/" {
		t.Errorf("LogoURL = %s", got)
	}
}

func TestCheckBranding(t *testing.T) {
	t.Parallel()
	logo := func(extension, data, id string) Asset {
		return Asset{Category: "FORM_LOGO", ColorMode: "DARK", Extension: extension, Bytes: []byte(data), ResourceID: id}
	}
	webp := "RIFF\x00\x00\x00\x00WEBPVP8 "
	for name, tt := range map[string]struct {
		branding Branding
		want     string
	}{
		"nothing": {Branding{}, ""},
		"an image of each type": {Branding{Assets: []Asset{
			logo("SVG", "<?xml?><svg/>", ""), {Category: "FAVICON_ICO", Extension: "ICO", Bytes: []byte("\x00\x00\x01\x00")},
			{Category: "PAGE_BACKGROUND", Extension: "WEBP", Bytes: []byte(webp)}, logo("JPEG", "", "an-id"),
		}}, ""},
		"the look that comes along":  {Branding{Defaults: true}, ""},
		"that, and settings":         {Branding{Defaults: true, Settings: []byte("{}")}, "UseCognitoProvidedValues cannot be used together with Settings or Assets."},
		"that, and an image":         {Branding{Defaults: true, Assets: []Asset{logo("SVG", "<svg/>", "")}}, "UseCognitoProvidedValues cannot be used together with Settings or Assets."},
		"settings that are a list":   {Branding{Settings: []byte(" [1]")}, "Settings must be a JSON object."},
		"an image of another type":   {Branding{Assets: []Asset{logo("PNG", webp, "")}}, "The asset FORM_LOGO is not an image of type PNG."},
		"an image that is not there": {Branding{Assets: []Asset{logo("PNG", "", "")}}, "The asset FORM_LOGO must have either Bytes or a ResourceId."},
		"two images in one place":    {Branding{Assets: []Asset{logo("SVG", "<svg/>", ""), logo("SVG", "<svg/>", "")}}, "The asset FORM_LOGO is given more than once for DARK."},
		"too much":                   {Branding{Settings: []byte("{" + strings.Repeat(" ", maxBrandingSize) + "}")}, "A branding style must not be larger than 2 MB."},
		"too many":                   {Branding{Assets: make([]Asset, maxAssets+1)}, "A branding style can have up to 40 assets."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := tt.branding.Check()
			if tt.want == "" && err != nil {
				t.Errorf("Check = %v, want nil", err)
			}
			if tt.want != "" {
				wantError(t, err, InvalidParameter, tt.want)
			}
		})
	}
}

func TestLinksAreNames(t *testing.T) {
	t.Parallel()
	var u User
	google, mail := Link{UserID: "1", Provider: "Google"}, Link{UserID: `1"`, Provider: "Okta", Attribute: "email"}
	if err := u.SetLinks([]Link{google, mail}); err != nil {
		t.Fatal(err)
	}
	want := []Alias{{"identity", `["Google","Cognito_Subject","1"]`}, {"identity", `["Okta","email","1\""]`}}
	got := (&Pool{}).Aliases(&u)
	if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("Aliases = %v, want %v", got, want)
	}
	rest, found := Without(u.Links(), google)
	if !found || len(rest) != 1 || rest[0] != mail {
		t.Errorf("Without = %v, %v", rest, found)
	}
	if err := u.SetLinks(nil); err != nil || u.Attributes["identities"] != "" || u.Links() != nil {
		t.Errorf("a user without links has %v", u.Attributes)
	}
}

func TestALinkIsFoundAgain(t *testing.T) {
	t.Parallel()
	if l := NewLink("Google", "Google", SubjectName, "1", time.UnixMilli(7)); l.Attribute != "" || l.Created != 7 || l.Alias().Folded != `["Google","Cognito_Subject","1"]` {
		t.Errorf("a link by the subject is %+v", l)
	}
	if l := NewLink("Okta", "OIDC", "email", "ada@example.com", time.UnixMilli(7)); l.Attribute != "email" {
		t.Errorf("a link by an attribute is %+v", l)
	}
	room := 2*maxAlias - len(NewLink("Okta", "OIDC", SubjectName, "", time.Time{}).Alias().Folded)
	fits := NewLink("Okta", "OIDC", SubjectName, strings.Repeat("x", room), time.Time{})
	wantError(t, fits.Check(), InvalidParameter, "")
	fits.UserID += "x"
	wantError(t, fits.Check(), InvalidParameter, "The identity of SourceUser is too long: name and value have 256 characters at most.")
}

func TestWhatNeverChangesOfAUser(t *testing.T) {
	t.Parallel()
	u := &User{Sub: "s", Attributes: map[string]string{"name": "Ada", "custom:badge": "7", "sub": "s"}}
	for want, schema := range map[string]Schema{
		"":             {{Name: "sub"}, {Name: "name", Mutable: true}, {Name: "custom:team"}},
		"custom:badge": {{Name: "sub"}, {Name: "name", Mutable: true}, {Name: "custom:badge"}},
	} {
		if got := u.Immutable(schema); got != want {
			t.Errorf("Immutable = %q, want %q", got, want)
		}
	}
}
