package userpool_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/auth/storage"
	"github.com/cenote-auth/cenote/auth/userpool"
)

// clerk is a service in another process: it gives session n+1 for refresh token
// n, and nothing for a token that was spent.
type clerk struct {
	*httptest.Server
	mu    sync.Mutex
	last  int
	asked int
}

func newClerk(t *testing.T) *clerk {
	c := &clerk{}
	c.Server = httptest.NewServer(c)
	t.Cleanup(c.Close)
	return c
}

func (c *clerk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked++
	if r.URL.Query().Get("token") != fmt.Sprintf("r%d", c.last) {
		http.Error(w, "spent", http.StatusBadRequest)
		return
	}
	c.last++
	json.NewEncoder(w).Encode(issue(c.last))
}

func (c *clerk) count() (last, asked int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.last, c.asked
}

// refreshAt is the RefreshFunc for a clerk.
func refreshAt(url string) userpool.RefreshFunc {
	return func(ctx context.Context, old *userpool.Stored) (*userpool.Session, error) {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"?token="+old.Session.RefreshToken, nil)
		if err != nil {
			return nil, err
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			return nil, err
		}
		defer answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			return nil, &userpool.Error{Code: userpool.ErrRefreshTokenReuse}
		}
		session := new(userpool.Session)
		return session, json.NewDecoder(answer.Body).Decode(session)
	}
}

// TestProcess is what the processes of the tests below do; by itself, nothing.
func TestProcess(t *testing.T) {
	role, name := os.Getenv("USERPOOL_TEST_ROLE"), os.Getenv("USERPOOL_TEST_NAME")
	if role == "" {
		t.Skip("for another process")
	}
	file, err := storage.OpenFile(os.Getenv("USERPOOL_TEST_FILE"))
	if err != nil {
		t.Fatal(err)
	}
	store := userpool.NewSessionStore(file, "c", userpool.DriftMillis)
	r := userpool.NewRefresher(store, refreshAt(os.Getenv("USERPOOL_TEST_URL")), nil)
	fmt.Println("ready")
	io.Copy(io.Discard, os.Stdin) // until all begin
	if role == "forever" {
		for {
			if _, _, err := r.Fresh(t.Context(), true); err != nil {
				t.Fatal(err)
			}
		}
	}
	got, _, err := r.Fresh(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.SaveDevice(t.Context(), name, userpool.Device{Key: name, GroupKey: "g", Password: "p"}); err != nil {
		t.Fatal(err)
	}
	fmt.Println(got.Session.RefreshToken)
}

// process starts this test's binary again and waits until it is ready. begin
// lets it go on.
func process(t *testing.T, role, name, path, url string) (cmd *exec.Cmd, begin io.Closer, lines *bufio.Scanner) {
	t.Helper()
	cmd = exec.Command(os.Args[0], "-test.run=^TestProcess$", "-test.timeout=60s")
	cmd.Env = append(os.Environ(), "USERPOOL_TEST_ROLE="+role, "USERPOOL_TEST_NAME="+name,
		"USERPOOL_TEST_FILE="+path, "USERPOOL_TEST_URL="+url)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	lines = bufio.NewScanner(out)
	if lines.Scan(); lines.Text() != "ready" {
		t.Fatalf("the process said %q, want ready", lines.Text())
	}
	return cmd, in, lines
}

// sharedFile holds ada's session 0, which has expired.
func sharedFile(t *testing.T) (path string, store *userpool.SessionStore) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "session.json")
	file, err := storage.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	store = userpool.NewSessionStore(file, "c", userpool.DriftMillis)
	session := issue(0)
	session.ClockDrift = 2 * time.Hour
	if err := store.Save(t.Context(), &userpool.Stored{Username: "ada", Session: session, SignInDetails: `{"loginId":"ada"}`}); err != nil {
		t.Fatal(err)
	}
	return path, store
}

func TestTwentyProcessesCauseOneRefreshAndLoseNothing(t *testing.T) {
	const processes = 20
	service := newClerk(t)
	path, store := sharedFile(t)
	begins, outs := make([]io.Closer, processes), make([]*bufio.Scanner, processes)
	for i := range processes {
		_, begins[i], outs[i] = process(t, "once", fmt.Sprintf("user%d", i), path, service.URL)
	}
	for _, begin := range begins {
		begin.Close()
	}
	for i, out := range outs {
		if out.Scan(); out.Text() != "r1" {
			t.Errorf("process %d holds %q, want r1", i, out.Text())
		}
	}
	if _, asked := service.count(); asked != 1 {
		t.Errorf("%d refreshes, want 1", asked)
	}
	holds(t, store, "r1")
	for i := range processes {
		name := fmt.Sprintf("user%d", i)
		if got, err := store.Device(t.Context(), name); err != nil || got == nil || got.Key != name {
			t.Errorf("what %s saved is lost: %v, %v", name, got, err)
		}
	}
}

func TestAProcessKilledWhileRefreshingLeavesTheOldOrTheNewTokens(t *testing.T) {
	service := newClerk(t)
	for round := range 12 {
		path, store := sharedFile(t)
		service.mu.Lock()
		service.last = 0
		service.mu.Unlock()
		cmd, begin, _ := process(t, "forever", "", path, service.URL)
		begin.Close()
		time.Sleep(time.Duration(1+13*round) * time.Millisecond)
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		cmd.Wait()
		got, err := store.Load(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		last, _ := service.count()
		kept := fmt.Sprintf("r%d", int(got.Session.AccessToken.Claims()["n"].(float64)))
		same := kept == got.Session.RefreshToken && got.Session.IDToken.Raw() == got.Session.AccessToken.Raw()
		if !same || kept != fmt.Sprintf("r%d", last) && kept != fmt.Sprintf("r%d", last-1) {
			t.Errorf("round %d: the file holds access token %s and refresh token %s, want both of %d or %d",
				round, kept, got.Session.RefreshToken, last, last-1)
		}
		t.Logf("round %d: %d refreshes, %s kept", round, last, kept)
		unlock, err := store.Storage().(storage.Locker).Lock(t.Context())
		if err != nil {
			t.Fatalf("the lock of the killed process: %v", err)
		}
		unlock()
	}
}
