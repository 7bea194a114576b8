package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// A bench measures one build of the server.
type bench struct {
	options
	place  place
	dir    string
	cenote string // the server's binary
	self   string // our own
}

// build builds the server as releases are built: static.
func (b *bench) build(ctx context.Context) (err error) {
	if b.self, err = os.Executable(); err != nil {
		return err
	}
	b.cenote = filepath.Join(b.dir, "cenote")
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", b.cenote, "github.com/cenote-auth/cenote/cmd/cenote")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build the server: %w\n%s", err, said)
	}
	return nil
}

// A server is the child under load.
type server struct {
	*child
	url   *url.URL
	ready time.Duration // from its start to its first answer
}

// serve starts the server on the database of s and waits for its first answer.
func (b *bench) serve(ctx context.Context, s *site) (*server, error) {
	args := []string{"dev", "--listen", "127.0.0.1:0", "--data", s.dir}
	if s.database != "" {
		args = append(args, "--database", s.database)
	}
	began := time.Now()
	c, err := start(ctx, b.place, nil, b.cenote, args...)
	if err != nil {
		return nil, fmt.Errorf("start the server: %w", err)
	}
	line, err := c.line()
	if err != nil {
		return nil, err
	}
	endpoint, err := url.Parse(strings.TrimSpace(strings.TrimPrefix(line, "endpoint")))
	if err != nil {
		return nil, c.failed(err)
	}
	go io.Copy(io.Discard, c.out)
	if err := get(ctx, endpoint.JoinPath("/_cenote/health").String()); err != nil {
		return nil, c.failed(err)
	}
	return &server{c, endpoint, time.Since(began)}, nil
}

func get(ctx context.Context, address string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: %s", address, answer.Status)
	}
	return nil
}
