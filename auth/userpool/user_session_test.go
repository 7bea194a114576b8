package userpool_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cenote-auth/cenote/auth/storage"
	"github.com/cenote-auth/cenote/auth/userpool"
)

func TestASessionIsPickedUpAndRefreshed(t *testing.T) {
	t.Parallel()
	s, app := ada(t)
	pool, b := open(t, s, app)
	first := signIn(t, pool.User("ada"), tulip)

	u, err := pool.WithStorage(b).CurrentUser(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if u.Username() != "ada" || u.SignInSession() != nil {
		t.Errorf("the current user is %v with session %v", u, u.SignInSession())
	}
	got, err := u.Session(t.Context(), nil)
	if err != nil || got.AccessToken.Raw() != first.AccessToken.Raw() {
		t.Errorf("Session = %v, %v, want the stored one", got, err)
	}

	s.Advance(t, 2*time.Hour)
	got, err = u.Session(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if got.AccessToken.Raw() == first.AccessToken.Raw() || got.RefreshToken != first.RefreshToken || !got.Valid(s.Now(), time.Minute) {
		t.Errorf("Session after two hours = %v", got)
	}
	k := userpool.Keys{ClientID: app.ClientID}
	if b.names(app) != named("ada") || b.pages[k.AccessToken("ada")] != got.AccessToken.Raw() {
		t.Errorf("stored: %s", b.names(app))
	}
}

func TestUsersOfOnePoolRefreshOnce(t *testing.T) {
	t.Parallel()
	s, app := ada(t)
	counter := &counting{API: cip.New(cip.Options{Region: "us-east-1", BaseEndpoint: &app.URL})}
	pool, err := userpool.New(app.UserPoolID, app.ClientID, &userpool.Options{API: counter, Now: s.Now})
	if err != nil {
		t.Fatal(err)
	}
	signIn(t, pool.User("ada"), tulip)
	s.Advance(t, 2*time.Hour)
	before := counter.n()
	var group sync.WaitGroup
	for range 100 {
		group.Go(func() {
			u, err := pool.CurrentUser(t.Context())
			if err != nil {
				t.Error(err)
				return
			}
			if _, err := u.Session(t.Context(), nil); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if got := counter.n() - before; got != 1 {
		t.Errorf("%d refreshes, want 1", got)
	}
}

// counting counts InitiateAuth.
type counting struct {
	userpool.API
	mu    sync.Mutex
	count int
}

func (c *counting) n() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.count
}

func (c *counting) InitiateAuth(ctx context.Context, in *cip.InitiateAuthInput, o ...func(*cip.Options)) (*cip.InitiateAuthOutput, error) {
	c.mu.Lock()
	c.count++
	c.mu.Unlock()
	return c.API.InitiateAuth(ctx, in, o...)
}

func TestSetSession(t *testing.T) {
	t.Parallel()
	s, app := ada(t)
	pool, b := open(t, s, app)
	u := pool.User("ada")
	if err := u.SetSession(t.Context(), &userpool.Session{}); !errors.Is(err, userpool.ErrInvalidTokens) {
		t.Errorf("an empty session: %v, want %v", err, userpool.ErrInvalidTokens)
	}
	session := signIn(t, u, tulip)
	if _, err := u.UserData(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	other, otherBook := open(t, s, app)
	v := other.User("ada")
	for _, user := range []*userpool.User{u, v} {
		if err := user.SetSession(t.Context(), session); err != nil {
			t.Fatal(err)
		}
	}
	for _, pages := range []*book{b, otherBook} {
		if got := pages.names(app); got != named("ada") {
			t.Errorf("stored: %s\nwant %s", got, named("ada"))
		}
	}
	if _, err := v.Attributes(t.Context()); err != nil {
		t.Errorf("with a session from elsewhere: %v", err)
	}
}

// A session that was handed out is the caller's, whatever becomes of it.
func TestAUserHandsOutCopies(t *testing.T) {
	t.Parallel()
	pool, _ := newStub(t, &userpool.Options{Now: clock},
		exchange{"InitiateAuth", request{"AuthFlow": "CUSTOM_AUTH", "AuthParameters.USERNAME": "ada"}, tokens()},
		exchange{"InitiateAuth", request{"AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters.REFRESH_TOKEN": "*"}, tokens()})
	u := pool.User("ada")
	spoil := func(s *userpool.Session, err error) {
		t.Helper()
		if err != nil || s == nil || s.RefreshToken != "refresh-1" {
			t.Fatalf("got %v, %v, want the session", s, err)
		}
		s.RefreshToken, s.AccessToken = "", userpool.Token{}
	}
	step, err := u.Authenticate(t.Context(), userpool.Credentials{Flow: userpool.FlowCustom})
	if err != nil {
		t.Fatal(err)
	}
	spoil(step.Session, nil)
	spoil(u.Session(t.Context(), nil))
	spoil(u.SignInSession(), nil)
	spoil(u.Refresh(t.Context(), nil))
	mine := u.SignInSession()
	if err := u.SetSession(t.Context(), mine); err != nil {
		t.Fatal(err)
	}
	spoil(mine, nil)
	spoil(u.SignInSession(), nil)
}

func TestWaysOut(t *testing.T) {
	t.Parallel()
	s, app := ada(t)
	for _, tt := range []struct {
		name string
		out  func(context.Context, *userpool.User) error
		here bool // the session is still stored
		ends bool // the service refreshes it no more
	}{
		{"SignOut", func(ctx context.Context, u *userpool.User) error { return u.SignOut(ctx) }, false, false},
		{"RevokeTokens", func(ctx context.Context, u *userpool.User) error { return u.RevokeTokens(ctx) }, true, true},
		{"GlobalSignOut", func(ctx context.Context, u *userpool.User) error { return u.GlobalSignOut(ctx) }, false, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			pool, b := open(t, s, app)
			u := pool.User("ada")
			session := signIn(t, u, tulip)
			if err := u.CacheDevice(t.Context(), laptop); err != nil {
				t.Fatal(err)
			}
			if err := tt.out(t.Context(), u); err != nil {
				t.Fatal(err)
			}
			want := "ada.deviceGroupKey ada.deviceKey ada.randomPasswordKey"
			if got := b.names(app); got != want && !tt.here {
				t.Errorf("stored: %s\nwant %s", got, want)
			}
			if _, err := pool.CurrentUser(t.Context()); errors.Is(err, userpool.ErrNoUser) == tt.here {
				t.Errorf("CurrentUser: %v", err)
			}
			if got := u.SignInSession(); got != nil && !tt.here {
				t.Errorf("the user still has %v", got)
			}
			_, err := pool.Refresh(t.Context(), session, userpool.RefreshInput{Op: userpool.RefreshByInitiateAuth})
			if errors.Is(err, userpool.ErrNotAuthorized) != tt.ends {
				t.Errorf("a refresh afterwards: %v, want refused: %t", err, tt.ends)
			}
		})
	}
}

func TestARefusedRefreshSignsOut(t *testing.T) {
	t.Parallel()
	s, app := ada(t)
	pool, b := open(t, s, app)
	u := pool.User("ada")
	signIn(t, u, tulip)
	if _, err := u.UserData(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Admin().AdminDeleteUser(t.Context(), &cip.AdminDeleteUserInput{UserPoolId: &app.UserPoolID, Username: new("ada")}); err != nil {
		t.Fatal(err)
	}
	if _, err := u.Refresh(t.Context(), nil); !errors.Is(err, userpool.ErrSessionExpired) {
		t.Errorf("Refresh: %v, want %v", err, userpool.ErrSessionExpired)
	}
	if got := b.names(app); got != "" || u.SignInSession() != nil {
		t.Errorf("left: %s and %v", got, u.SignInSession())
	}
	for _, out := range []func(context.Context) error{u.GlobalSignOut, u.RevokeTokens} {
		if err := out(t.Context()); !errors.Is(err, userpool.ErrNoUser) {
			t.Errorf("a way out of nowhere: %v, want %v", err, userpool.ErrNoUser)
		}
	}
}

// lingering is a Storage in whose Save of tokens there is time for a sign-out.
type lingering struct {
	*storage.Memory
	meanwhile func()
}

func (l *lingering) Save(ctx context.Context, set map[string]string, remove ...string) error {
	if then := l.meanwhile; then != nil && len(set) > 0 {
		l.meanwhile = nil
		then()
	}
	return l.Memory.Save(ctx, set, remove...)
}

// Whether the storage is a storage.Locker or not, nothing comes between a
// refresh's look at the session and its Save of the tokens.
func TestASignOutDuringARefreshStays(t *testing.T) {
	t.Parallel()
	for name, u := range duringARefresh(t, func(u *userpool.User) error { return u.SignOut(t.Context()) }) {
		if _, err := u.Pool().CurrentUser(t.Context()); !errors.Is(err, userpool.ErrNoUser) {
			t.Errorf("%s: after the sign-out: %v, want %v", name, err, userpool.ErrNoUser)
		}
		if got, err := u.Session(t.Context(), nil); !errors.Is(err, userpool.ErrNoUser) {
			t.Errorf("%s: the user still has %v, %v", name, got, err)
		}
	}
}

func TestASessionThatIsSetDuringARefreshStays(t *testing.T) {
	t.Parallel()
	next := &userpool.Session{AccessToken: parse(t, mint(now, now.Add(time.Hour), nil)), RefreshToken: "refresh-2"}
	for name, u := range duringARefresh(t, func(u *userpool.User) error { return u.SetSession(t.Context(), next) }) {
		if got, err := u.Pool().User("ada").Session(t.Context(), nil); err != nil || got.RefreshToken != "refresh-2" {
			t.Errorf("%s: Session = %v, %v, want the one that was set", name, got, err)
		}
	}
}

// duringARefresh returns users who refreshed their session while do was done.
func duringARefresh(t *testing.T, do func(*userpool.User) error) map[string]*userpool.User {
	users := make(map[string]*userpool.User)
	for _, locks := range []bool{true, false} {
		s := &lingering{Memory: storage.NewMemory()}
		name, kept := "a storage that is a Locker", storage.Storage(s)
		if !locks {
			name, kept = "a storage that is none", struct{ storage.Storage }{s}
		}
		pool, _ := newStub(t, &userpool.Options{Now: clock, Storage: kept}, exchange{"InitiateAuth", request{
			"AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters.REFRESH_TOKEN": "refresh-0",
		}, tokens()})
		u := pool.User("ada")
		old := &userpool.Session{AccessToken: parse(t, mint(now.Add(-2*time.Hour), now.Add(-time.Hour), nil)), RefreshToken: "refresh-0"}
		if err := u.SetSession(t.Context(), old); err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 1)
		s.meanwhile = func() {
			go func() { done <- do(u) }()
			select {
			case err := <-done:
				done <- err
			case <-time.After(50 * time.Millisecond): // it waits for the refresh
			}
		}
		u.Session(t.Context(), nil)
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		users[name] = u
	}
	return users
}

// slow is a Storage from which a sign-out comes faster than an answer.
type slow struct {
	*storage.Memory
	meanwhile func()
}

func (s *slow) Load(ctx context.Context, keys ...string) (map[string]string, error) {
	found, err := s.Memory.Load(ctx, keys...)
	if then := s.meanwhile; then != nil {
		s.meanwhile = nil
		then()
	}
	return found, err
}

func TestWhatWasReadBeforeASignOutIsNotKept(t *testing.T) {
	t.Parallel()
	s := &slow{Memory: storage.NewMemory()}
	pool, _ := newStub(t, &userpool.Options{Now: clock, Storage: s})
	good := &userpool.Session{AccessToken: parse(t, mint(now, now.Add(time.Hour), nil)), RefreshToken: "refresh-0"}
	if err := pool.User("ada").SetSession(t.Context(), good); err != nil {
		t.Fatal(err)
	}
	u := pool.User("ada")
	s.meanwhile = func() {
		if err := u.SignOut(t.Context()); err != nil {
			t.Error(err)
		}
	}
	u.Session(t.Context(), nil)
	if got := u.SignInSession(); got != nil {
		t.Errorf("the user still has %v", got)
	}
}

// The service hashes the user's own name where a refresh token comes, whatever
// was typed at the sign-in.
func TestAConfidentialClientRefreshesWhoSignedInByAnAlias(t *testing.T) {
	t.Parallel()
	s := storage.NewMemory()
	pool, _ := newStub(t, &userpool.Options{Now: clock, Storage: s, ClientSecret: "secret"}, exchange{"InitiateAuth", request{
		"AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters.REFRESH_TOKEN": "refresh-0",
	}, tokens()})
	u := pool.User("ada@example.com")
	old := &userpool.Session{AccessToken: parse(t, mint(now.Add(-2*time.Hour), now.Add(-time.Hour), nil)), RefreshToken: "refresh-0"}
	if err := u.SetSession(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	if got, err := u.Session(t.Context(), nil); err != nil || !got.Valid(now, time.Minute) {
		t.Errorf("Session = %v, %v", got, err)
	}
}
