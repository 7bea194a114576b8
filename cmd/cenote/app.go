package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/cenote-auth/cenote/auth"
	"github.com/cenote-auth/cenote/auth/storage"
	"github.com/cenote-auth/cenote/internal/server"
)

// desk is where a person signs in: a terminal, and the keyring and the browser of
// the machine.
type desk struct {
	terminal *terminal
	ring     storage.Ring
	browser  openURL
}

// openURL shows a URL to the person.
type openURL = func(ctx context.Context, url string) error

// app are the flags that say which app client is meant, and where its sessions
// are kept. Its secret, if it has one, is read from the environment alone:
// everybody on the machine can read the arguments of a program.
type app struct {
	Config   string `env:"CENOTE_CONFIG" type:"path" placeholder:"FILE" help:"What to read the user pool and the client from: amplify_outputs.json, aws-exports.js or cenote.amplify.json; the one in cenote-data if nothing else is given."`
	UserPool string `env:"CENOTE_USER_POOL" placeholder:"ID" help:"The user pool, in place of the file's."`
	Client   string `env:"CENOTE_CLIENT" placeholder:"ID" help:"The app client, in place of the file's."`
	Endpoint string `env:"CENOTE_ENDPOINT" placeholder:"URL" help:"Where the service is, in place of the file's; Amazon Cognito in the region of the pool if neither says."`
	Store    string `default:"auto" enum:"auto,keyring,file" env:"CENOTE_STORE" placeholder:"KIND" help:"What keeps the tokens: keyring (a file that only the keyring's key opens), file (which only its owner reads), or auto: keyring if there is one."`
	Sessions string `env:"CENOTE_SESSIONS" type:"path" placeholder:"DIR" help:"Folder of the files with tokens, cenote/sessions in the user's configuration folder unless given."`
}

// untilInterrupted runs what a person waits for. The error is errInterrupted if
// it failed when the person had given up.
func untilInterrupted(run func(context.Context) error) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // asking twice ends it at once
	err := run(ctx)
	if err != nil && ctx.Err() != nil {
		return errInterrupted
	}
	return err
}

// config returns the configuration of the client that the flags name.
func (a app) config() (auth.Config, error) {
	cfg, err := a.file()
	if err != nil {
		return auth.Config{}, err
	}
	cfg.UserPoolID = cmp.Or(a.UserPool, cfg.UserPoolID)
	cfg.ClientID = cmp.Or(a.Client, cfg.ClientID)
	cfg.Endpoint = cmp.Or(a.Endpoint, cfg.Endpoint)
	cfg.ClientSecret = cmp.Or(os.Getenv("CENOTE_CLIENT_SECRET"), cfg.ClientSecret)
	if cfg.UserPoolID == "" || cfg.ClientID == "" {
		return auth.Config{}, errors.New("which app client? Give --user-pool and --client, or --config")
	}
	return cfg, nil
}

// file reads the configuration file that was given or, if nothing was, the one
// of a development server.
func (a app) file() (auth.Config, error) {
	path := a.Config
	if path == "" {
		if a.UserPool != "" || a.Client != "" {
			return auth.Config{}, nil
		}
		path = filepath.Join(cmp.Or(os.Getenv("CENOTE_DATA"), "cenote-data"), server.OutputsFile)
	}
	f, err := os.Open(path)
	if a.Config == "" && errors.Is(err, fs.ErrNotExist) {
		return auth.Config{}, nil
	}
	if err != nil {
		return auth.Config{}, err // names the file
	}
	defer f.Close()
	cfg, err := auth.ReadConfig(f)
	if err != nil {
		return auth.Config{}, fmt.Errorf("%s: %s", path, describe(err))
	}
	return cfg, nil
}

// sessionPath returns the file of an app client's session, but for its ending.
func (a app) sessionPath(cfg auth.Config) (string, error) {
	folder := a.Sessions
	if folder == "" {
		config, err := os.UserConfigDir()
		if err != nil {
			return "", fmt.Errorf("where to keep tokens? Give --sessions: %w", err)
		}
		folder = filepath.Join(config, "cenote", "sessions")
	}
	// Whatever a configuration says, it is a name and no path.
	name := cfg.UserPoolID + "." + url.PathEscape(cfg.ClientID)
	if cfg.Endpoint != "" { // elsewhere the same ids may be another pool's
		name += fmt.Sprintf(".%.4x", sha256.Sum256([]byte(strings.TrimRight(cfg.Endpoint, "/"))))
	}
	return filepath.Join(folder, name), nil
}
