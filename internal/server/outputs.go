package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/cenote-auth/cenote/internal/pool"
)

// OutputsFile is the name of the file that WriteOutputs writes by default.
const OutputsFile = "cenote.amplify.json"

// WriteOutputs writes what Amplify.configure takes as it is to a file, all or
// nothing. Without a version it is read as a ResourcesConfig, the one form that
// keeps the endpoint.
func (s *Server) WriteOutputs(path string, first FirstPool) error {
	text, err := json.MarshalIndent(resources(s.config.PublicURL+"/", first), "", "  ")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := writeFile(path, append(text, '\n')); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// resourcesConfig is the part of aws-amplify's ResourcesConfig that a user
// pool fills.
type resourcesConfig struct {
	Auth struct{ Cognito cognitoConfig }
}

type cognitoConfig struct {
	PoolID         string              `json:"userPoolId"`
	ClientID       string              `json:"userPoolClientId"`
	Endpoint       string              `json:"userPoolEndpoint"`
	LoginWith      map[string]bool     `json:"loginWith"`
	Verification   string              `json:"signUpVerificationMethod"`
	UserAttributes map[string]required `json:"userAttributes"`
	PasswordFormat passwordFormat      `json:"passwordFormat"`
}

type required struct {
	Required bool `json:"required"`
}

type passwordFormat struct {
	MinLength int32 `json:"minLength"`
	Lowercase bool  `json:"requireLowercase"`
	Uppercase bool  `json:"requireUppercase"`
	Numbers   bool  `json:"requireNumbers"`
	Symbols   bool  `json:"requireSpecialCharacters"`
}

func resources(endpoint string, first FirstPool) resourcesConfig {
	policy := first.pool.PasswordPolicy
	var c resourcesConfig
	c.Auth.Cognito = cognitoConfig{
		PoolID:         first.ID,
		ClientID:       first.ClientID,
		Endpoint:       endpoint,
		LoginWith:      map[string]bool{},
		Verification:   verification(first.pool),
		UserAttributes: map[string]required{},
		PasswordFormat: passwordFormat{
			policy.MinLength, policy.RequireLower, policy.RequireUpper, policy.RequireDigit, policy.RequireSymbol,
		},
	}
	for _, name := range first.pool.UsernameAttributes {
		c.Auth.Cognito.LoginWith[loginNames[name]] = true
		c.Auth.Cognito.UserAttributes[name] = required{true}
	}
	return c
}

// loginNames are Amplify's words for the attributes that people sign in with.
var loginNames = map[string]string{"email": "email", "phone_number": "phone"}

func verification(p *pool.Pool) string {
	if p.Templates.EmailOption == "CONFIRM_WITH_LINK" {
		return "link"
	}
	return "code"
}

// writeFile writes text beside path and then puts it there, so that path never
// names half a file.
func writeFile(path string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // fails once it is renamed
	_, err = f.Write(text)
	if err := errors.Join(err, f.Chmod(0o644), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
