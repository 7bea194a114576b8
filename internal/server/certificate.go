package server

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// certificateLook is how often the files of a certificate are looked at, so
// that a renewed one needs no restart.
const certificateLook = time.Minute

// tlsConfig returns how to speak TLS, nil for not at all.
func tlsConfig(c Config) (*tls.Config, error) {
	if c.TLSCert == "" {
		return nil, nil
	}
	cert := &certificate{certFile: c.TLSCert, keyFile: c.TLSKey, log: c.Log, now: time.Now}
	if err := cert.load(); err != nil {
		return nil, err
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: cert.get}, nil
}

// certificate is a certificate in two files, the newest that was whole.
type certificate struct {
	certFile, keyFile string
	log               *slog.Logger
	now               func() time.Time

	mu     sync.Mutex
	newest *tls.Certificate
	state  [2]fileState // of the files when they were read
	looked time.Time
}

type fileState struct {
	modified time.Time
	size     int64
}

// get returns the certificate for a handshake.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.now().Sub(c.looked) >= certificateLook {
		if err := c.load(); err != nil {
			c.log.Error("certificate was not renewed", "error", err)
		}
	}
	return c.newest, nil
}

// load reads the files if they have changed. After an error what was read
// before stays.
func (c *certificate) load() error {
	c.looked = c.now()
	state, err := statePair(c.certFile, c.keyFile)
	if err != nil {
		return fmt.Errorf("certificate: %w", err)
	}
	if c.newest != nil && state == c.state {
		return nil
	}
	pair, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
	if err != nil {
		return fmt.Errorf("certificate: %w", err)
	}
	c.newest, c.state = &pair, state
	return nil
}

func statePair(names ...string) (state [2]fileState, err error) {
	for i, name := range names {
		info, err := os.Stat(name)
		if err != nil {
			return state, err
		}
		state[i] = fileState{info.ModTime(), info.Size()}
	}
	return state, nil
}
