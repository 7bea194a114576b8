package pool

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// The columns of an import's file that are no attributes. The last is there
// only where passwords come along; the service's name for it is not known.
const (
	columnMFA          = "cognito:mfa_enabled"
	columnUsername     = "cognito:username"
	ColumnPasswordHash = "cognito:password_hash"
)

// ImportHeader returns the columns of a file of users for p, as GetCSVHeader
// lists them.
func (p *Pool) ImportHeader() []string {
	var columns []string
	for _, a := range p.Schema {
		if a.Name != "sub" && a.Name != "identities" && !a.DeveloperOnly {
			columns = append(columns, a.Name)
		}
	}
	return append(columns, columnMFA, columnUsername)
}

// ErrImportHeader: the first line of a file is not that of its pool.
var ErrImportHeader = E(InvalidParameter, "The header of the CSV file does not match the user pool.")

// ImportRows reads the lines of a file: values with commas between them, in
// which a backslash takes the next comma or backslash as it is. There are no
// quotation marks, so a line is a row.
type ImportRows struct {
	pool    *Pool
	columns []string
}

// ImportRows returns what reads the lines after header, in which every column
// of ImportHeader stands once, in any order, and with hashes that of the
// password hash too. ErrImportHeader otherwise.
func (p *Pool) ImportRows(header string, hashes bool) (*ImportRows, error) {
	columns, err := splitRow(header)
	if err != nil {
		return nil, ErrImportHeader
	}
	want := p.ImportHeader()
	if hashes {
		want = append(want, ColumnPasswordHash)
	}
	got := slices.Clone(columns)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		return nil, ErrImportHeader
	}
	return &ImportRows{p, columns}, nil
}

// ImportRow is a user of a file, checked.
type ImportRow struct {
	Username     string
	Attributes   map[string]string // in their normal form, without what Username is the value of
	SMSFactor    bool
	PasswordHash string // as it stands there
}

// Read returns the user of a line, or InvalidParameter. Its message says what
// is wrong and holds nothing of the line.
func (r *ImportRows) Read(line string) (ImportRow, error) {
	values, err := splitRow(line)
	if err != nil {
		return ImportRow{}, err
	}
	if len(values) != len(r.columns) {
		return ImportRow{}, rowFault("The row has another number of values than the header.")
	}
	var row ImportRow
	var mfa string
	given := make(map[string]string, len(values))
	for i, value := range values {
		switch name := r.columns[i]; {
		case value == "":
		case name == columnUsername:
			row.Username = value
		case name == columnMFA:
			mfa = value
		case name == ColumnPasswordHash:
			row.PasswordHash = value
		default:
			given[name] = value
		}
	}
	if row.SMSFactor, err = r.pool.importedFactor(mfa, given["phone_number"]); err != nil {
		return ImportRow{}, err
	}
	if row.Username, err = r.pool.importedName(row.Username, given); err != nil {
		return ImportRow{}, err
	}
	row.Attributes, err = r.pool.importedAttributes(given)
	return row, err
}

// splitRow returns the values of a line without the blanks around them.
func splitRow(line string) ([]string, error) {
	switch {
	case !utf8.ValidString(line) || strings.ContainsRune(line, 0):
		return nil, rowFault("The row is not text in UTF-8.")
	case utf8.RuneCountInString(line) > MaxImportRow:
		return nil, rowFault("The row is longer than 16000 characters.")
	}
	if !strings.Contains(line, `\`) {
		values := strings.Split(line, ",")
		for i, v := range values {
			values[i] = strings.TrimSpace(v)
		}
		return values, nil
	}
	var values []string
	var b strings.Builder
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '\\' && i+1 < len(line) && (line[i+1] == ',' || line[i+1] == '\\'):
			i++
			b.WriteByte(line[i])
		case c == ',':
			values = append(values, strings.TrimSpace(b.String()))
			b.Reset()
		default:
			b.WriteByte(c)
		}
	}
	return append(values, strings.TrimSpace(b.String())), nil
}

// importedFactor reads cognito:mfa_enabled, which goes by the pool's own
// setting where that leaves no choice.
func (p *Pool) importedFactor(value, phone string) (bool, error) {
	enabled := strings.EqualFold(value, "true")
	switch {
	case !enabled && !strings.EqualFold(value, "false"):
		return false, rowFault("cognito:mfa_enabled must be TRUE or FALSE.")
	case enabled && p.MFA == "OFF":
		return false, rowFault("cognito:mfa_enabled must be FALSE, since the user pool has MFA off.")
	case !enabled && p.MFA == "ON":
		return false, rowFault("cognito:mfa_enabled must be TRUE, since the user pool requires MFA.")
	case enabled && phone == "":
		return false, rowFault("cognito:mfa_enabled is TRUE and there is no phone number.")
	}
	return enabled, nil
}

// importedName returns the name of a user of a file. Where people sign in by
// an address it may be left out, and is among the attributes afterwards.
func (p *Pool) importedName(name string, attributes map[string]string) (string, error) {
	if name == "" {
		for _, attribute := range p.UsernameAttributes {
			if name == "" {
				name = attributes[attribute]
			}
		}
	}
	if !LooksLikeUsername(name) {
		return "", rowFault("cognito:username must be 1 to 128 characters without blanks.")
	}
	attribute, err := p.AttributeForUsername(name)
	if err != nil {
		return "", err
	}
	if attribute == "" {
		return name, nil
	}
	if other := attributes[attribute]; other != "" && other != name {
		return "", rowFault("cognito:username is another " + attribute + " than the row has.")
	}
	attributes[attribute] = name
	return name, nil
}

// importedAttributes checks the attributes of a user of a file as those of a
// sign-up, and that an address is proved that codes could go to.
func (p *Pool) importedAttributes(given map[string]string) (map[string]string, error) {
	if date := given["birthdate"]; date != "" {
		if _, err := time.Parse("01/02/2006", date); err != nil {
			return nil, rowFault("birthdate must be a date of the form mm/dd/yyyy.")
		}
	}
	attributes, err := p.Schema.CheckNew(given, true)
	if err != nil {
		return nil, err
	}
	proved := false
	for _, name := range Contacts {
		if attributes[name+"_verified"] != "true" {
			continue
		}
		if attributes[name] == "" {
			return nil, rowFault(name + "_verified is TRUE and there is no " + name + ".")
		}
		proved = proved || p.AutoVerifies(name)
	}
	if !proved {
		return nil, rowFault("The User Record does not set any of the auto verified attributes to true. (Example: email_verified to true).")
	}
	return attributes, nil
}

func rowFault(message string) error { return E(InvalidParameter, message) }
