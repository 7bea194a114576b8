package server

import (
	"log/slog"
	"net/http"
)

// A mode is a way to run: what differs between cenote dev and cenote serve is
// here, in dev.go and in serve.go.
type mode struct {
	name     string             // stamped on the database
	requests slog.Level         // of the log line of a request
	held     bool               // messages wait in the inbox, and are never sent
	limited  bool               // the service's rates count, unless RateLimits says otherwise
	check    func(Config) error // what else a configuration must be
	expose   func(Config) error // why other machines may not reach the server; nil if they may
	handler  func(Config, *parts) http.Handler
}

// limited reports whether the rates of the service count where no other was
// set.
func (c Config) limited() bool {
	if c.RateLimits == "" {
		return c.mode().limited
	}
	return c.RateLimits == "on"
}

func (c Config) mode() mode {
	if c.Dev {
		return devMode
	}
	return serveMode
}
