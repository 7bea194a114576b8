package auth_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/cenote-auth/cenote/auth"
	"github.com/cenote-auth/cenote/internal/golden"
)

// configFiles returns the files of testdata/config that Amplify can be
// configured by.
func configFiles(t testing.TB) []string {
	t.Helper()
	var names []string
	for _, pattern := range []string{"*.js", "*.json"} {
		paths, err := filepath.Glob(filepath.Join("testdata", "config", pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			if !strings.HasSuffix(path, ".amplify.json") && !strings.HasSuffix(path, ".want.json") {
				names = append(names, path)
			}
		}
	}
	if len(names) == 0 {
		t.Fatal("no files in testdata/config")
	}
	return names
}

func TestReadConfig(t *testing.T) {
	t.Parallel()
	for _, path := range configFiles(t) {
		name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := auth.ReadConfigFile(path)
			if err != nil {
				t.Fatal(err)
			}
			golden.Equal(t, "config/"+name+".want.json", got)
		})
	}
}

// What Amplify makes of a file is a ResourcesConfig, which testdata/config has
// beside the file. Both mean the same.
func TestReadConfigAsAmplifyDoes(t *testing.T) {
	t.Parallel()
	for _, path := range configFiles(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			got, err := auth.ReadConfigFile(path)
			if err != nil {
				t.Fatal(err)
			}
			want, err := auth.ReadConfigFile(strings.TrimSuffix(path, filepath.Ext(path)) + ".amplify.json")
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
		})
	}
}

func TestReadConfigScripts(t *testing.T) {
	t.Parallel()
	const object = `{"aws_project_region": "eu-west-1", "aws_user_pools_id": "eu-west-1_abc", "aws_user_pools_web_client_id": "{// id}"}`
	for _, tt := range []struct {
		name, text string
		ok         bool
	}{
		{"as the CLI writes it", "/* eslint-disable */\n// WARNING: DO NOT EDIT { }\n\nconst awsmobile = " + object + ";\n\n\nexport default awsmobile;\n", true},
		{"on Windows, with a byte order mark", "\ufeffconst awsmobile = " + object + ";\r\n\r\nexport default awsmobile;\r\n", true},
		{"CommonJS", "'use strict';\nmodule.exports = " + object + "\n", true},
		{"a default export alone", "export default " + object, true},
		{"TypeScript", "const config: ResourcesConfig = " + object + " as const;\nexport default config;", true},
		{"without spaces", "var a=" + object + ";module.exports=a;", true},
		{"JSON after a comment", "// ours\n" + object + "\n", true},
		{"a change of the object after it", "const a = " + object + ";\na.oauth = null;\nexport default a;", false},
		{"a second object", "const a = " + object + ";\nconst b = {};\nexport default a;", false},
		{"a call", "Amplify.configure(" + object + ");", false},
		{"an import before it", "import x from 'y';\nconst a = " + object + ";\nexport default a;", false},
		{"an object that is not JSON", "const a = {aws_project_region: 'eu-west-1'};\nexport default a;", false},
		{"half an object", "const a = " + object[:len(object)-3], false},
		{"no object", "const a = 1;", false},
		{"a comment without an end", "/* " + object, false},
		{"text after JSON", object + "x", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			cfg, err := auth.ReadConfig(strings.NewReader(tt.text))
			if tt.ok && (err != nil || cfg.UserPoolID != "eu-west-1_abc" || cfg.ClientID != "{// id}") {
				t.Errorf("got %+v, %v", cfg, err)
			}
			if !tt.ok && !errors.Is(err, auth.ErrInvalidParameter) {
				t.Errorf("error = %v, want %v", err, auth.ErrInvalidParameter)
			}
		})
	}
}

func TestReadConfigErrors(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, text string
		want       auth.Code
		says       string
	}{
		{"nothing", "", auth.ErrInvalidParameter, "not a JSON object"},
		{"a list", `[1]`, auth.ErrInvalidParameter, "neither JSON nor"},
		{"a page", "<!doctype html><html></html>", auth.ErrInvalidParameter, "neither JSON nor"},
		{"another file", `{"name": "app", "version": "0.1.0"}`, auth.ErrInvalidParameter, "schema versions 1.x"},
		{"an object of nothing known", `{"name": "app"}`, auth.ErrInvalidParameter, "neither an amplify_outputs.json"},
		{"a version that is a number", `{"version": 1, "auth": {}}`, auth.ErrInvalidParameter, "not a string"},
		{"a schema of tomorrow", `{"version": "2", "auth": {}}`, auth.ErrInvalidParameter, "schema versions 1.x"},
		{"outputs without auth", `{"version": "1.4", "data": {}}`, auth.ErrConfig, "no user pool"},
		{"outputs whose auth is null", `{"version": "1.4", "auth": null}`, auth.ErrConfig, "no user pool"},
		{"outputs whose auth has no ids", `{"version": "1.4", "auth": {"aws_region": "eu-west-1"}}`, auth.ErrConfig, "no user pool"},
		{"outputs with a wrong type", `{"version": "1", "auth": {"password_policy": {"min_length": "8"}}}`, auth.ErrInvalidParameter, "auth.password_policy.min_length has the wrong type, string"},
		{"exports without a region", `{"aws_user_pools_id": "eu-west-1_abc"}`, auth.ErrInvalidParameter, "aws_project_region"},
		{"exports without pools", `{"aws_project_region": "eu-west-1"}`, auth.ErrConfig, "no user pool"},
		{"exports with a wrong type", `{"aws_project_region": "r", "aws_user_pools_id": 7}`, auth.ErrInvalidParameter, "aws_user_pools_id has the wrong type, number"},
		{"exports with a wrong oauth", `{"aws_project_region": "r", "aws_user_pools_id": "r_a", "oauth": {"scope": "openid"}}`, auth.ErrInvalidParameter, "oauth.scope has the wrong type, string"},
		{"exports whose oauth is a list", `{"aws_project_region": "r", "aws_user_pools_id": "r_a", "oauth": []}`, auth.ErrInvalidParameter, "oauth has the wrong type, array"},
		{"resources without Cognito", `{"Auth": {}}`, auth.ErrConfig, "no user pool"},
		{"resources with a wrong type", `{"Auth": {"Cognito": {"userPoolId": true}}}`, auth.ErrInvalidParameter, "Auth.Cognito.userPoolId has the wrong type, bool"},
		{"resources with a wrong provider", `{"Auth": {"Cognito": {"loginWith": {"oauth": {"providers": [7]}}}}}`, auth.ErrInvalidParameter, "Auth"},
		{"too much", `{"version": "1", "x": "` + strings.Repeat("x", 17<<20) + `"}`, auth.ErrInvalidParameter, "larger than 16 MiB"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			cfg, err := auth.ReadConfig(strings.NewReader(tt.text))
			if !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("error = %v, want %s with %q", err, tt.want, tt.says)
			}
			if !reflect.DeepEqual(cfg, auth.Config{}) {
				t.Errorf("config = %+v, want none", cfg)
			}
		})
	}
}

func TestReadConfigTellsOfTheReader(t *testing.T) {
	t.Parallel()
	_, err := auth.ReadConfig(iotest.ErrReader(io.ErrUnexpectedEOF))
	if !errors.Is(err, io.ErrUnexpectedEOF) || !errors.Is(err, auth.ErrUnknown) {
		t.Errorf("error = %v, want the reader's with %v", err, auth.ErrUnknown)
	}
	if _, err := auth.ReadConfigFile(filepath.Join(t.TempDir(), "none.json")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error = %v, want that there is no file", err)
	}
	path := filepath.Join(t.TempDir(), "half.json")
	if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := auth.ReadConfigFile(path); !errors.Is(err, auth.ErrInvalidParameter) || !strings.Contains(err.Error(), path) {
		t.Errorf("error = %v, want %v and the path", err, auth.ErrInvalidParameter)
	}
}

func TestReadConfigDropsEmptyRedirects(t *testing.T) {
	t.Parallel()
	cfg, err := auth.ReadConfig(strings.NewReader(`{"aws_project_region": "r", "aws_user_pools_id": "r_a",
		"oauth": {"redirectSignIn": "https://a/, https://b/,", "redirectSignOut": ""}}`))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := cfg.OAuth.RedirectSignIn, []string{"https://a/", "https://b/"}; !reflect.DeepEqual(got, want) {
		t.Errorf("sign-in redirects = %q, want %q", got, want)
	}
	if got := cfg.OAuth.RedirectSignOut; len(got) != 0 {
		t.Errorf("sign-out redirects = %q, want none", got)
	}
}

func TestConfigHidesItsSecret(t *testing.T) {
	t.Parallel()
	cfg := auth.Config{UserPoolID: "eu-west-1_abc", ClientID: "client", ClientSecret: "s3cr3t"}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("made", "cfg", cfg)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("made", "cfg", cfg)
	shown := fmt.Sprintf("%v %+v %#v %v", cfg, cfg, cfg, &cfg) + log.String()
	if strings.Contains(shown, "s3cr3t") || strings.Count(shown, "eu-west-1_abc") != 6 {
		t.Errorf("shown as %s", shown)
	}
}

func FuzzReadConfig(f *testing.F) {
	for _, path := range configFiles(f) {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	for _, text := range []string{
		"", "{}", "\ufeff{", "/*", "//", "const a = {", "const a = {}; export default a", "export default {\"aws_\":0}/",
		`{"version":"1","auth":{"groups":[null,{"":{}}],"oauth":{},"passwordless":{"web_authn":{}}}}`,
		`{"Auth":{"Cognito":{"loginWith":{"oauth":{"providers":[null,"",{"custom":""},{}]}},"userAttributes":{"":null}}}}`,
		`{"aws_project_region":null,"aws_cognito_social_providers":["","é","\ud800"],"aws_user_pools_id":"x","oauth":{"x":0}}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		cfg, err := auth.ReadConfig(bytes.NewReader(text))
		if err != nil {
			if e, ok := errors.AsType[*auth.Error](err); !ok || e.Op != "ReadConfig" || e.Code == "" {
				t.Fatalf("error %v without an operation and a code", err)
			}
			if !reflect.DeepEqual(cfg, auth.Config{}) {
				t.Fatalf("a config with an error: %+v", cfg)
			}
			return
		}
		if cfg.UserPoolID == "" && cfg.IdentityPoolID == "" {
			t.Fatalf("a config of nothing: %+v", cfg)
		}
		if again, err := auth.ReadConfig(bytes.NewReader(text)); err != nil || !reflect.DeepEqual(again, cfg) {
			t.Fatalf("read twice: %+v, then %+v, %v", cfg, again, err)
		}
	})
}
