package server

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/seal"
	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/sqlite"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

// refused checks that no server starts, for a reason.
func refused(t *testing.T, c Config, want string) {
	t.Helper()
	c.PublicURL = "http://127.0.0.1:9229"
	s, err := New(t.Context(), c)
	if err == nil {
		t.Fatalf("the server started; want an error with %q (closed: %v)", want, s.Close())
	}
	if !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want an error with %q", err, want)
	}
}

func TestADatabaseOfAnotherModeIsRefused(t *testing.T) {
	t.Parallel()
	c := config(t)
	st, err := sqlite.Open(t.Context(), filepath.Join(c.DataDir, DatabaseFile), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	err = st.Update(t.Context(), func(tx store.Tx) error {
		_, err := tx.SetMetaOnce(t.Context(), metaMode, "serve")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time shows that the first let go of the file
		refused(t, c, "the database belongs to cenote serve: cenote dev does not open it")
	}
}

func TestASecondServerOnOneFileIsRefused(t *testing.T) {
	t.Parallel()
	c := config(t)
	start(t, c)
	refused(t, c, "in use by another process")
}

func TestAnotherMasterKeyIsRefused(t *testing.T) {
	t.Parallel()
	onEachDatabase(t, func(t *testing.T, c Config) {
		c.MasterKey = seal.NewKey().Encode()
		n := start(t, c)
		if err := n.stop(); err != nil {
			t.Fatal(err)
		}
		right := c.MasterKey
		c.MasterKey = seal.NewKey().Encode()
		refused(t, c, "the master key does not open this database")
		c.MasterKey = ""
		for range 2 { // the first leaves no key behind that the second would find
			refused(t, c, "master.key is missing: the database opens with the one that was made with it alone")
		}
		c.MasterKey = right[:20]
		refused(t, c, "master key")
		c.MasterKey = right
		start(t, c)
	})
}

func TestAPasswordInADatabaseURLIsNotRepeated(t *testing.T) {
	t.Parallel()
	for _, url := range []string{
		"postgres://cenote:hunter2@127.0.0.1:1/cenote?connect_timeout=1",
		"postgres://cenote:hunter2@127.0.0.1:port/cenote",
		"postgres://cenote:hunter2@%zz/cenote",
	} {
		c := config(t)
		c.DatabaseURL = url
		c.PublicURL = "http://127.0.0.1:9229"
		s, err := New(t.Context(), c)
		if err == nil {
			t.Fatalf("the server started (closed: %v)", s.Close())
		}
		if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("the error repeats the password: %v", err)
		}
	}
}

func TestTheMasterKeyIsAFileOfTheDataFolderOnPostgreSQLToo(t *testing.T) {
	t.Parallel()
	c := config(t)
	c.DatabaseURL = withFewConns(t, storetest.Postgres(t))
	n := start(t, c)
	if err := n.stop(); err != nil {
		t.Fatal(err)
	}
	start(t, c)
	c.DataDir = t.TempDir()
	refused(t, c, "master.key is missing")
}

// A blank database is as good as none, and belongs to nobody yet.
func TestBlankDatabase(t *testing.T) {
	t.Parallel()
	blank, err := BlankDatabase(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []Config{config(t), serveConfig(t)} {
		if err := os.WriteFile(filepath.Join(c.DataDir, DatabaseFile), blank, 0o600); err != nil {
			t.Fatal(err)
		}
		if c.PublicURL == "" {
			c.PublicURL = "http://127.0.0.1:9229"
		}
		s, err := New(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		if c.Dev {
			_, err = s.FirstPool(t.Context())
		}
		if err := errors.Join(err, s.Close()); err != nil {
			t.Error(err)
		}
	}
}

// Who only looks is told of a slip in the folder's name, and makes nothing.
func TestWhereADatabaseIsWanted(t *testing.T) {
	t.Parallel()
	full, empty := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(full, DatabaseFile), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		c    Config
		ok   bool
	}{
		{"a folder with one", Config{DataDir: full}, true},
		{"a folder without one", Config{DataDir: empty}, false},
		{"no such folder", Config{DataDir: filepath.Join(empty, "typo")}, false},
		{"PostgreSQL has it", Config{DataDir: empty, DatabaseURL: "postgres://localhost/x"}, true},
		{"no folder, which is told of later", Config{}, true},
	} {
		if err := wantDatabase(tt.c); (err == nil) != tt.ok {
			t.Errorf("%s: %v, want none = %v", tt.name, err, tt.ok)
		}
	}
	if left, err := os.ReadDir(empty); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
