package pool

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
)

func imports(change func(*Pool)) *Pool {
	p := &Pool{Schema: append(Standard(), Attribute{Name: "custom:team", Type: "String"}), CaseInsensitive: true}
	p.MFA, p.AutoVerifiedAttributes = "OFF", []string{"email"}
	if change != nil {
		change(p)
	}
	return p
}

func TestImportHeader(t *testing.T) {
	t.Parallel()
	want := "name,given_name,family_name,middle_name,nickname,preferred_username,profile,picture,website,email,email_verified,gender," +
		"birthdate,zoneinfo,locale,phone_number,phone_number_verified,address,updated_at,custom:team,cognito:mfa_enabled,cognito:username"
	p := imports(func(p *Pool) { p.Schema = append(p.Schema, Attribute{Name: "dev:custom:a", DeveloperOnly: true}) })
	if got := strings.Join(p.ImportHeader(), ","); got != want {
		t.Errorf("header\n got %s\nwant %s", got, want)
	}
}

func TestTheHeaderOfAFileHasEveryColumnOnce(t *testing.T) {
	t.Parallel()
	p := imports(nil)
	columns := p.ImportHeader()
	turned := slices.Clone(columns)
	slices.Reverse(turned)
	for _, tt := range []struct {
		name    string
		columns []string
		hashes  bool
		ok      bool
	}{
		{"as it is given", columns, false, true},
		{"in another order", turned, false, true},
		{"one missing", columns[1:], false, false},
		{"one too many", append(slices.Clone(columns), "sub"), false, false},
		{"one twice", append(slices.Clone(columns), "name"), false, false},
		{"nothing", nil, false, false},
		{"hashes that were announced", append(slices.Clone(columns), ColumnPasswordHash), true, true},
		{"hashes that were not", append(slices.Clone(columns), ColumnPasswordHash), false, false},
		{"announced hashes that are missing", columns, true, false},
		{"a byte order mark", append([]string{"\ufeff" + columns[0]}, columns[1:]...), false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := p.ImportRows(strings.Join(tt.columns, ","), tt.hashes)
			if (err == nil) != tt.ok || err != nil && !errors.Is(err, ErrImportHeader) {
				t.Errorf("error = %v, want it taken: %v", err, tt.ok)
			}
		})
	}
}

// row returns a line with the values that are given.
func row(p *Pool, values map[string]string) string {
	line := []string{}
	for _, c := range p.ImportHeader() {
		line = append(line, values[c])
	}
	return strings.Join(line, ",")
}

func TestReadARow(t *testing.T) {
	t.Parallel()
	plain := imports(nil)
	byEmail := imports(func(p *Pool) { p.UsernameAttributes = []string{"phone_number", "email"} })
	aliases := imports(func(p *Pool) { p.AliasAttributes = []string{"email"} })
	always := imports(func(p *Pool) { p.MFA = "ON" })
	needy := imports(func(p *Pool) { p.Schema[1].Required = true })
	ada := func(more ...string) map[string]string {
		m := map[string]string{"cognito:username": "Ada", "cognito:mfa_enabled": "FALSE", "email": "ada@example.com", "email_verified": "TRUE"}
		for i := 0; i < len(more); i += 2 {
			m[more[i]] = more[i+1]
		}
		return m
	}
	const noneProved = "The User Record does not set any of the auto verified attributes to true. (Example: email_verified to true)."
	for _, tt := range []struct {
		name   string
		pool   *Pool
		values map[string]string
		user   string // name:attributes
		fault  string
	}{
		{"a user", plain, ada(), "Ada email=ada@example.com email_verified=true", ""},
		{"blanks around values", plain, ada("name", " Ada L. "), "Ada email=ada@example.com email_verified=true name=Ada L.", ""},
		{"commas in values", plain, ada("name", `Lovelace\, Ada \\ `), `Ada email=ada@example.com email_verified=true name=Lovelace, Ada \`, ""},
		{"a backslash before another character", plain, ada("name", `a\b`), `Ada email=ada@example.com email_verified=true name=a\b`, ""},
		{"quotation marks mean nothing", plain, ada("name", `"Ada"`), `Ada email=ada@example.com email_verified=true name="Ada"`, ""},
		{"a birthdate", plain, ada("birthdate", "12/10/1815"), "Ada birthdate=12/10/1815 email=ada@example.com email_verified=true", ""},
		{"a custom attribute", plain, ada("custom:team", "red"), "Ada custom:team=red email=ada@example.com email_verified=true", ""},
		{"an address for a name", byEmail, ada("cognito:username", ""), "ada@example.com email=ada@example.com email_verified=true", ""},
		{"an address for a name, twice", byEmail, ada("cognito:username", "ada@example.com"), "ada@example.com email=ada@example.com email_verified=true", ""},
		{"a phone for a name", byEmail, ada("cognito:username", "", "phone_number", "+15550001"),
			"+15550001 email=ada@example.com email_verified=true phone_number=+15550001", ""},
		{"a factor", always, ada("cognito:mfa_enabled", "true", "phone_number", "+15550001"),
			"Ada email=ada@example.com email_verified=true phone_number=+15550001 sms", ""},

		{"no name", plain, ada("cognito:username", " "), "", "cognito:username must be 1 to 128 characters without blanks."},
		{"a name with a blank", plain, ada("cognito:username", "a b"), "", "cognito:username must be 1 to 128 characters without blanks."},
		{"a name that is too long", plain, ada("cognito:username", strings.Repeat("é", 129)), "", "cognito:username must be 1 to 128 characters without blanks."},
		{"an alias for a name", aliases, ada("cognito:username", "a@example.com"), "",
			"Username cannot be of email format, since user pool is configured for email alias."},
		{"no address for a name", byEmail, ada(), "", "Username should be either an email or a phone number."},
		{"two addresses", byEmail, ada("cognito:username", "bob@example.com"), "", "cognito:username is another email than the row has."},
		{"no word about the factor", plain, ada("cognito:mfa_enabled", ""), "", "cognito:mfa_enabled must be TRUE or FALSE."},
		{"a factor in a pool without", plain, ada("cognito:mfa_enabled", "TRUE"), "", "cognito:mfa_enabled must be FALSE, since the user pool has MFA off."},
		{"no factor in a pool with", always, ada(), "", "cognito:mfa_enabled must be TRUE, since the user pool requires MFA."},
		{"a factor without a phone", always, ada("cognito:mfa_enabled", "TRUE"), "", "cognito:mfa_enabled is TRUE and there is no phone number."},
		{"nothing is proved", plain, ada("email_verified", "FALSE"), "", noneProved},
		{"what is proved is not what the pool proves", plain,
			ada("email_verified", "", "phone_number", "+15550001", "phone_number_verified", "TRUE"), "", noneProved},
		{"a proof without an address", plain, ada("email", ""), "", "email_verified is TRUE and there is no email."},
		{"a birthdate of another form", plain, ada("birthdate", "1815-12-10"), "", "birthdate must be a date of the form mm/dd/yyyy."},
		{"an address of another form", plain, ada("email", "ada"), "", "Invalid email address format."},
		{"a required attribute is missing", needy, ada(), "", "Attributes did not conform to the schema: name: The attribute is required\n"},
		{"NUL", plain, ada("name", "a\x00"), "", "The row is not text in UTF-8."},
		{"broken UTF-8", plain, ada("name", "a\xff"), "", "The row is not text in UTF-8."},
		{"a row that is too long", plain, ada("name", strings.Repeat("a", 16000)), "", "The row is longer than 16000 characters."},
		{"a value too many", plain, ada("name", "a,b"), "", "The row has another number of values than the header."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			rows, err := tt.pool.ImportRows(strings.Join(tt.pool.ImportHeader(), ","), false)
			if err != nil {
				t.Fatal(err)
			}
			got, err := rows.Read(row(tt.pool, tt.values))
			if tt.fault != "" {
				if e, ok := errors.AsType[*Error](err); !ok || e.Kind != InvalidParameter || e.Message != tt.fault {
					t.Fatalf("error = %v, want %q", err, tt.fault)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			user := got.Username
			for _, name := range slices.Sorted(maps.Keys(got.Attributes)) {
				user += " " + name + "=" + got.Attributes[name]
			}
			if got.SMSFactor {
				user += " sms"
			}
			if user != tt.user {
				t.Errorf("got %s\nwant %s", user, tt.user)
			}
		})
	}
}

func FuzzImportRow(f *testing.F) {
	p := imports(func(p *Pool) { p.UsernameAttributes = []string{"email"} })
	header := strings.Join(append(p.ImportHeader(), ColumnPasswordHash), ",")
	rows, err := p.ImportRows(header, true)
	if err != nil {
		f.Fatal(err)
	}
	for _, line := range []string{
		row(p, map[string]string{"cognito:mfa_enabled": "FALSE", "email": "ada@example.com", "email_verified": "TRUE"}) + ",$2b$10$x",
		strings.Repeat(",", 22), strings.Repeat(`\,`, 22), `\`, `\\,`, "\x00", "\xff", "", `"a,b"`,
	} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		got, err := rows.Read(line)
		if err != nil {
			if e, ok := errors.AsType[*Error](err); !ok || e.Kind != InvalidParameter {
				t.Fatalf("error = %v", err)
			}
			return
		}
		if got.Attributes["email"] == "" || !LooksLikeEmail(got.Username) || got.SMSFactor || strings.ContainsRune(line, 0) {
			t.Errorf("%q gave %+v", line, got)
		}
		if values, err := splitRow(strings.NewReplacer(`\`, `\\`, `,`, `\,`).Replace(got.Username)); err != nil || len(values) != 1 || values[0] != got.Username {
			t.Errorf("%q does not come back: %q, %v", got.Username, values, err)
		}
	})
}

func FuzzImportHeader(f *testing.F) {
	p := imports(nil)
	header := strings.Join(p.ImportHeader(), ",")
	for _, s := range []string{header, header + ",", `\` + header, "", "name"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, header string) {
		if rows, err := p.ImportRows(header, false); err == nil && len(rows.columns) != len(p.ImportHeader()) {
			t.Errorf("%q was taken", header)
		}
	})
}
