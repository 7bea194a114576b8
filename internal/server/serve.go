package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/cenote-auth/cenote/internal/core/accesskey"
	"github.com/cenote-auth/cenote/internal/endpoint/awsjson"
	"github.com/cenote-auth/cenote/internal/endpoint/guard"
	"github.com/cenote-auth/cenote/internal/store"
)

// serveMode is a server that people rely on: access keys are those of the
// database and signatures are verified, requests come by TLS or by a trusted
// proxy, and nothing of a development server is there.
var serveMode = mode{
	name:     "serve",
	requests: slog.LevelInfo,
	limited:  true,
	check:    checkServe,
	expose:   exposeServe,
	handler:  serveHandler,
}

func checkServe(c Config) error {
	u, err := url.Parse(c.PublicURL)
	if err != nil {
		return fmt.Errorf("public URL %q: %w", c.PublicURL, err)
	}
	local := isLoopback(u.Hostname())
	switch {
	case u.Path != "":
		return fmt.Errorf("public URL %q: must have no path", c.PublicURL)
	case u.Scheme != "https" && !local:
		return fmt.Errorf("public URL %q: must begin with https://", c.PublicURL)
	case u.Scheme != "https" && c.TLSCert != "":
		return fmt.Errorf("public URL %q: must begin with https://, as the server has a certificate", c.PublicURL)
	case (c.TLSCert == "") != (c.TLSKey == ""):
		return errors.New("a certificate and its key belong together: give both --tls-cert and --tls-key")
	case c.FixedCode != "" || c.Expose || c.Keys != nil:
		return errors.New("a fixed code, keys made ahead and --expose belong to cenote dev")
	}
	_, err = proxies(c.TrustedProxies)
	return err
}

// proxies returns the networks that a list of addresses and networks names.
func proxies(list []string) ([]netip.Prefix, error) {
	var networks []netip.Prefix
	for _, text := range list {
		p, err := netip.ParsePrefix(text)
		if a, failed := netip.ParseAddr(text); failed == nil {
			p, err = netip.PrefixFrom(a, a.BitLen()), nil
		}
		switch {
		case err != nil:
			return nil, fmt.Errorf("trusted proxy %q: must be an address or a network such as 10.0.0.0/8", text)
		case p.Bits() == 0:
			return nil, fmt.Errorf("trusted proxy %q: that is everybody, who could then call from any address by any host", text)
		}
		networks = append(networks, p.Masked())
	}
	return networks, nil
}

// exposeServe refuses to listen in plain where nobody is trusted to have come
// by TLS. With a plain public URL the gate asks nobody to, proxies or not.
func exposeServe(c Config) error {
	u, err := url.Parse(c.PublicURL)
	plain := err == nil && u.Scheme == "http"
	if c.TLSCert != "" || len(c.TrustedProxies) > 0 && !plain {
		return nil
	}
	return errors.New("other machines could reach this address in plain; give --tls-cert and --tls-key, " +
		"name the proxy that ends TLS by --trusted-proxy beside an https --public-url, or use 127.0.0.1")
}

func serveHandler(c Config, p *parts) http.Handler {
	mux := newMux(c, p, awsjson.Options{Keys: accessKeys{p.accessKeys}})
	gate := guard.GateOptions{}
	if u, err := url.Parse(c.PublicURL); err == nil {
		gate.Host, gate.TLS = u.Host, u.Scheme == "https"
	}
	gate.Proxies, _ = proxies(c.TrustedProxies) // was checked
	if addr, err := net.ResolveTCPAddr("tcp", c.Listen); err == nil && c.Listen != "" {
		gate.Local = addr.IP.IsLoopback()
	}
	return guard.NewGate(gate).Wrap(mux)
}

// isLoopback reports whether a host of a URL is this machine itself.
func isLoopback(host string) bool {
	a, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && a.IsLoopback()
}

// accessKeys are those of the database, as the API asks for them.
type accessKeys struct{ keys *accesskey.Keys }

func (a accessKeys) AccessKey(ctx context.Context, id string) (*awsjson.AccessKey, error) {
	key, secret, err := a.keys.Find(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &awsjson.AccessKey{Secret: secret, Name: key.Name, Allows: key.Allows}, nil
}

// announce says what an operator should know at a start.
func (s *Server) announce(addr net.Addr) {
	c := s.config
	if c.Dev {
		return
	}
	database := "SQLite"
	if c.DatabaseURL != "" {
		database = "PostgreSQL"
	}
	s.log.Info("serving", "listen", addr.String(), "public_url", c.PublicURL, "database", database,
		"tls", c.TLSCert != "", "trusted_proxies", strings.Join(c.TrustedProxies, ","), "metrics", s.side.url())
	s.log.Warn("no sender of mail or text messages can be configured yet: but for pools with functions that send them, " +
		"codes and invitations are kept for a week and reach nobody")
}
