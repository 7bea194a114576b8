package cenotetest

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/cenote-auth/cenote/internal/core/token/testkeys"
	"github.com/cenote-auth/cenote/internal/server"
)

// runHere runs a server in this process until t is over.
func runHere(t testing.TB, o Options) App {
	t.Helper()
	c := server.Config{
		Dev: true, Listen: "127.0.0.1:0", DataDir: dataFolder(t), Keys: &testkeys.Source{},
		FixedCode: o.FixedCode, LambdaEndpoint: o.LambdaEndpoint, Issuer: o.Issuer, Log: o.Log,
	}
	ln, err := server.Listen(c)
	if err != nil {
		t.Fatalf("cenotetest: %v", err)
	}
	c.PublicURL = server.URL(ln.Addr())
	srv, first, err := open(c)
	if err != nil {
		t.Fatalf("cenotetest: start a server: %v", errors.Join(err, ln.Close()))
	}
	// Its Close does not wait for connections that were opened and not used,
	// as an orderly end would.
	hs := &httptest.Server{Listener: ln, Config: &http.Server{
		Handler: srv.Handler(), ErrorLog: slog.NewLogLogger(o.Log.Handler(), slog.LevelError),
	}}
	hs.Start()
	t.Cleanup(func() {
		hs.Close()
		if err := srv.Close(); err != nil {
			t.Errorf("cenotetest: stop the server: %v", err)
		}
	})
	return App{URL: srv.URL(), UserPoolID: first.ID, ClientID: first.ClientID}
}

// blank is the database that every server begins with.
var blank = sync.OnceValues(func() ([]byte, error) { return server.BlankDatabase(context.Background()) })

// dataFolder returns a new data folder with a blank database.
func dataFolder(t testing.TB) string {
	t.Helper()
	text, err := blank()
	dir := t.TempDir()
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, server.DatabaseFile), text, 0o600)
	}
	if err != nil {
		t.Fatalf("cenotetest: make a data folder: %v", err)
	}
	return dir
}

// open makes a server and its first pool.
func open(c server.Config) (*server.Server, server.FirstPool, error) {
	ctx := context.Background() // Cleanup ends the server
	srv, err := server.New(ctx, c)
	if err != nil {
		return nil, server.FirstPool{}, err
	}
	first, err := srv.FirstPool(ctx)
	if err != nil {
		return nil, server.FirstPool{}, errors.Join(err, srv.Close())
	}
	return srv, first, nil
}
