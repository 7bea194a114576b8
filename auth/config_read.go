package auth

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
)

// maxConfig is the largest configuration file that is read, in bytes. Amplify
// writes the app's data model into the same file.
const maxConfig = 16 << 20

// ReadConfig reads any of the files that Amplify is configured by, as they are:
//
//   - aws-exports.js or amplifyconfiguration.json, of the Amplify CLI's first
//     generation, known by a member whose name begins with "aws_". The .js file
//     may hold comments, the one object and its export, which is what the CLI
//     writes; it is not run.
//   - amplify_outputs.json, schema 1.0 to 1.5, known by a "version" that begins
//     with 1.
//   - a ResourcesConfig of Amplify v6 as JSON, known by {"Auth": {"Cognito": …}}.
//     It alone has endpoints; `cenote dev` writes one.
//
// It understands them as Amplify v6 does, and ignores all that is not about
// Auth, and members that it does not know. The error has the code
// ErrInvalidParameter if the file is none of these or is damaged, ErrConfig if
// it configures no Auth, ErrUnknown if r fails. A file with an identity pool
// alone is read, though New wants a user pool.
func ReadConfig(r io.Reader) (Config, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxConfig+1))
	if err != nil {
		return Config{}, named("ReadConfig", err)
	}
	if len(text) > maxConfig {
		return Config{}, unreadable("The configuration is larger than 16 MiB.", nil)
	}
	text, err = configObject(text)
	if err != nil {
		return Config{}, err
	}
	cfg, err := parseConfig(text)
	if err == nil && cfg.UserPoolID == "" && cfg.IdentityPoolID == "" {
		err = withoutAuth()
	}
	if err != nil {
		return Config{}, err
	}
	return cfg, nil
}

// ReadConfigFile is ReadConfig of the file at path. Its error names the path.
func ReadConfigFile(path string) (Config, error) {
	f, err := os.Open(path)
	if err != nil {
		return Config{}, named("ReadConfigFile", err)
	}
	defer f.Close()
	cfg, err := ReadConfig(f)
	if e, ok := errors.AsType[*Error](err); ok {
		e.Op, e.Message = "ReadConfigFile", path+": "+e.Message
		return Config{}, e
	}
	return cfg, nil
}

// parseConfig tells the kinds of file apart in Amplify's order.
func parseConfig(text []byte) (Config, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return Config{}, unreadable("The configuration is not a JSON object.", err)
	}
	for name := range members {
		if strings.HasPrefix(name, "aws_") {
			return readExports(text, members)
		}
	}
	version, err := versionOf(members["version"])
	if err != nil {
		return Config{}, err
	}
	if strings.HasPrefix(version, "1") {
		return readOutputs(members["auth"])
	}
	if auth, ok := members["Auth"]; ok {
		return readResources(auth)
	}
	if version != "" {
		return Config{}, unreadable("Of amplify_outputs.json only the schema versions 1.x are known, not this one.", nil)
	}
	return Config{}, unreadable("The configuration is neither an amplify_outputs.json, nor an aws-exports, nor a ResourcesConfig.", nil)
}

func versionOf(raw json.RawMessage) (version string, err error) {
	if raw == nil {
		return "", nil
	}
	if err := json.Unmarshal(raw, &version); err != nil {
		return "", unreadable(`The member "version" is not a string.`, nil)
	}
	return version, nil
}

// decodeMember reads raw into v; where says what it is the value of.
func decodeMember(where string, raw json.RawMessage, v any) error {
	err := json.Unmarshal(raw, v)
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		path := strings.Trim(where+"."+wrong.Field, ".")
		return unreadable("The member "+path+" has the wrong type, "+wrong.Value+".", err)
	}
	if err != nil {
		return unreadable("The member "+where+" cannot be read.", err)
	}
	return nil
}

// isNull reports whether raw is absent or null, which Amplify takes for the same.
func isNull(raw json.RawMessage) bool { return len(raw) == 0 || string(raw) == "null" }

// sorted returns names without doubles, nil if there are none.
func sorted(names []string) []string {
	names = slices.Clone(names)
	slices.Sort(names)
	names = slices.Compact(names)
	if len(names) == 0 {
		return nil
	}
	return names
}

func unreadable(message string, cause error) *Error {
	return &Error{
		Op: "ReadConfig", Code: ErrInvalidParameter, Message: message, Err: cause,
		Hint: "Give it the file as the Amplify CLI or cenote dev wrote it.",
	}
}

// withoutAuth is the error of a file that is fine and of no use here.
func withoutAuth() *Error {
	return failureOf("ReadConfig", ErrConfig, "The file configures no user pool and no identity pool.",
		"Add Auth to the app's back end, or give the file of another.")
}
