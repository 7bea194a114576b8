package auth_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cenote-auth/cenote/auth"
	"github.com/cenote-auth/cenote/auth/storage"
	"github.com/cenote-auth/cenote/auth/userpool"
)

// seated is a client where ada is signed in with tokens that are good for so
// long.
func seated(t *testing.T, valid time.Duration, opts *auth.Options, script ...exchange) *auth.Client {
	t.Helper()
	client := newClient(t, opts, script...)
	r := result("0", time.Now().Add(valid-2*time.Hour), 2*time.Hour)
	if _, err := client.SetSession(t.Context(), auth.Tokens{
		AccessToken: parse(t, *r.AccessToken), IDToken: parse(t, *r.IdToken), RefreshToken: *r.RefreshToken,
	}); err != nil {
		t.Fatal(err)
	}
	return client
}

func parse(t *testing.T, raw string) userpool.Token {
	t.Helper()
	token, err := userpool.ParseToken(raw)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// freshTokens is the service's answer to a refresh.
func freshTokens() *cip.GetTokensFromRefreshTokenOutput {
	return &cip.GetTokensFromRefreshTokenOutput{AuthenticationResult: result("1", time.Now(), time.Hour)}
}

func TestOneRefreshForAll(t *testing.T) {
	t.Parallel()
	client := seated(t, -time.Minute, nil, exchange{nil, freshTokens()})
	var events names
	defer client.Subscribe(events.add)()
	var wg sync.WaitGroup
	for i := range 1000 {
		seat := client
		if i%10 == 0 { // requests of one browser, each with its own storage
			seat = client.WithStorage(client.Storage())
		}
		wg.Go(func() {
			session, err := seat.Session(t.Context(), nil)
			if err != nil {
				t.Errorf("Session: %v", err)
			} else if got := session.Tokens.RefreshToken; got != "refresh-1" {
				t.Errorf("refresh token = %q, want the new one", got)
			}
		})
	}
	wg.Wait()
	events.want(t, "tokenRefresh")
}

func TestRefresh(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		valid  time.Duration
		force  bool
		answer any
		want   auth.Code // "" for no error
		token  string    // the refresh token of the session
		left   bool      // whether somebody is still signed in
		events string
	}{
		{"good tokens are not refreshed", time.Hour, false, nil, "", "refresh-0", true, ""},
		{"expired ones are", -time.Minute, false, freshTokens(), "", "refresh-1", true, "tokenRefresh"},
		{"so are those about to expire", 20 * time.Second, false, freshTokens(), "", "refresh-1", true, "tokenRefresh"},
		{"and good ones by force", time.Hour, true, freshTokens(), "", "refresh-1", true, "tokenRefresh"},
		{"trouble leaves the session", -time.Minute, false, fails(auth.ErrTooManyRequests), auth.ErrTooManyRequests, "", true, "tokenRefresh_failure"},
		{"trouble does not matter while tokens are good", 20 * time.Second, false, fails("InternalErrorException"), "", "refresh-0", true, "tokenRefresh_failure"},
		{"no network leaves the session", -time.Minute, false, errors.New("no route to host"), auth.ErrNetwork, "", true, "tokenRefresh_failure"},
		{"a refusal ends it", -time.Minute, false, fails(auth.ErrNotAuthorized), auth.ErrSessionExpired, "", false, "tokenRefresh_failure signOut"},
		{"a deleted user's too", -time.Minute, false, fails(auth.ErrUserNotFound), auth.ErrSessionExpired, "", false, "tokenRefresh_failure signOut"},
		{"a refusal by force too", time.Hour, true, fails(auth.ErrNotAuthorized), auth.ErrSessionExpired, "", false, "tokenRefresh_failure signOut"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			want := &cip.GetTokensFromRefreshTokenInput{
				RefreshToken: optional("refresh-0"), ClientMetadata: map[string]string{"k": "v"},
			}
			var script []exchange
			if tt.answer != nil {
				script = append(script, exchange{want, tt.answer})
			}
			client := seated(t, tt.valid, nil, script...)
			var events names
			defer client.Subscribe(events.add)()
			opts := &auth.SessionOptions{ForceRefresh: tt.force, ClientMetadata: map[string]string{"k": "v"}}
			session, err := client.Session(t.Context(), opts)
			if tt.want != "" {
				wantCode(t, err, tt.want)
			} else if err != nil || session.Tokens.RefreshToken != tt.token || session.User.Username != "ada" {
				t.Errorf("Session = %+v, %v", session, err)
			}
			events.want(t, tt.events)
			left, err := client.Storage().Load(t.Context(), userpool.Keys{ClientID: clientID}.LastAuthUser())
			if err != nil || len(left) > 0 != tt.left {
				t.Errorf("signed in: %v, %v; want %v", left, err, tt.left)
			}
		})
	}
}

func TestRefreshWithoutToken(t *testing.T) {
	t.Parallel()
	client := newClient(t, nil)
	r := result("0", time.Now(), -time.Minute)
	if _, err := client.SetSession(t.Context(), auth.Tokens{AccessToken: parse(t, *r.AccessToken)}); err != nil {
		t.Fatal(err)
	}
	var events names
	defer client.Subscribe(events.add)()
	_, err := client.Session(t.Context(), nil)
	wantCode(t, err, auth.ErrTokenRefresh)
	events.want(t, "tokenRefresh_failure")
}

func TestMetadataOfOptions(t *testing.T) {
	t.Parallel()
	type tenant struct{}
	client := seated(t, -time.Minute, &auth.Options{ClientMetadata: func(ctx context.Context) map[string]string {
		return map[string]string{"tenant": ctx.Value(tenant{}).(string)}
	}}, exchange{
		&cip.GetTokensFromRefreshTokenInput{RefreshToken: optional("refresh-0"), ClientMetadata: map[string]string{"tenant": "blue"}},
		freshTokens(),
	})
	if _, err := client.Session(context.WithValue(t.Context(), tenant{}, "blue"), nil); err != nil {
		t.Error(err)
	}
}

func TestCurrentUser(t *testing.T) {
	t.Parallel()
	client := seated(t, time.Hour, nil,
		exchange{nil, fails(auth.ErrUserNotFound)},
		exchange{nil, fails(auth.ErrNotAuthorized)},
	)
	user, err := client.CurrentUser(t.Context(), nil)
	if err != nil || user.Username != "ada" || user.UserID != "5f0c" {
		t.Errorf("CurrentUser = %+v, %v", user, err)
	}
	_, err = client.CurrentUser(t.Context(), &auth.CurrentUserOptions{Verify: true})
	wantCode(t, err, auth.ErrUserNotFound)
	_, err = client.Session(t.Context(), &auth.SessionOptions{ForceRefresh: true})
	wantCode(t, err, auth.ErrSessionExpired)
	_, err = client.CurrentUser(t.Context(), nil)
	wantCode(t, err, auth.ErrNotSignedIn)
}

// Who asks for the user learns that nobody is signed in, and why.
func TestCurrentUserOfEndedSession(t *testing.T) {
	t.Parallel()
	client := seated(t, -time.Minute, nil, exchange{nil, fails(auth.ErrNotAuthorized)})
	_, err := client.CurrentUser(t.Context(), nil)
	wantCode(t, err, auth.ErrNotSignedIn)
	wantCode(t, err, auth.ErrSessionExpired)
	wantCode(t, err, auth.ErrNotAuthorized)
}

// Without an ID token the access token tells the user.
func TestCurrentUserWithoutIDToken(t *testing.T) {
	t.Parallel()
	client := newClient(t, nil)
	user, err := client.SetSession(t.Context(), auth.Tokens{AccessToken: parse(t, *result("0", time.Now(), time.Hour).AccessToken)})
	if err != nil || user.Username != "ada" || user.UserID != "5f0c" {
		t.Errorf("SetSession = %+v, %v", user, err)
	}
	_, err = client.SetSession(t.Context(), auth.Tokens{})
	wantCode(t, err, userpool.ErrInvalidTokens)
}

func TestSignOut(t *testing.T) {
	t.Parallel()
	revoke := &cip.RevokeTokenInput{Token: optional("refresh-0")}
	access := *result("1", time.Now(), time.Hour).AccessToken
	for _, tt := range []struct {
		name   string
		valid  time.Duration
		global bool
		script []exchange
		want   auth.Code
		events string
	}{
		{"here", time.Hour, false, []exchange{{revoke, &cip.RevokeTokenOutput{}}}, "", "signOut"},
		{"here, with tokens that are over", -time.Hour, false, []exchange{{revoke, &cip.RevokeTokenOutput{}}}, "", "signOut"},
		{"here, without a service", time.Hour, false, []exchange{{revoke, errors.New("no route to host")}}, auth.ErrNetwork, "signOut"},
		{"everywhere", time.Hour, true, []exchange{{nil, &cip.GlobalSignOutOutput{}}}, "", "signOut"},
		{"everywhere, without a service", time.Hour, true, []exchange{{nil, fails(auth.ErrTooManyRequests)}}, auth.ErrTooManyRequests, "signOut"},
		{"everywhere, with tokens that are over", -time.Hour, true, []exchange{
			{nil, &cip.GetTokensFromRefreshTokenOutput{AuthenticationResult: result("1", time.Now(), time.Hour)}},
			{&cip.GlobalSignOutInput{AccessToken: &access}, &cip.GlobalSignOutOutput{}},
		}, "", "tokenRefresh signOut"},
		{"everywhere, after the session ended", -time.Hour, true, []exchange{
			{nil, fails(auth.ErrNotAuthorized)},
		}, auth.ErrSessionExpired, "tokenRefresh_failure signOut signOut"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			client := seated(t, tt.valid, nil, tt.script...)
			var events names
			defer client.Subscribe(events.add)()
			err := client.SignOut(t.Context(), &auth.SignOutOptions{Global: tt.global})
			if tt.want == "" && err != nil {
				t.Errorf("SignOut: %v", err)
			}
			if tt.want != "" {
				wantCode(t, err, tt.want)
			}
			events.want(t, tt.events)
			if session, err := client.Session(t.Context(), nil); err != nil || session.SignedIn() {
				t.Errorf("still signed in: %v, %v", session, err)
			}
		})
	}
}

func TestSignOutAfterContextEnded(t *testing.T) {
	t.Parallel()
	client := seated(t, time.Hour, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := client.SignOut(ctx, nil)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("SignOut = %v, want the context's error", err)
	}
	if session, err := client.Session(t.Context(), nil); err != nil || session.SignedIn() {
		t.Errorf("still signed in: %v, %v", session, err)
	}
}

// stuck is a storage that cannot be written.
type stuck struct{ storage.Storage }

func (stuck) Save(context.Context, map[string]string, ...string) error {
	return storage.ErrUnavailable
}

func TestSignOutOfBothFails(t *testing.T) {
	t.Parallel()
	client := seated(t, time.Hour, nil, exchange{nil, fails(auth.ErrTooManyRequests)})
	seat := client.WithStorage(stuck{client.Storage()})
	err := seat.SignOut(t.Context(), nil)
	if !errors.Is(err, auth.ErrTooManyRequests) || !errors.Is(err, storage.ErrUnavailable) {
		t.Errorf("SignOut = %v, want both errors", err)
	}
}

func TestStorageThatDoesNotKeep(t *testing.T) {
	t.Parallel()
	for name, kept := range map[string]storage.Storage{
		"forgets": forgetful{storage.NewMemory()},
		"refuses": stuck{storage.NewMemory()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := newClient(t, &auth.Options{Storage: kept}, exchange{nil, &cip.InitiateAuthOutput{
				AuthenticationResult: result("0", time.Now(), time.Hour),
			}})
			_, err := client.SignIn(t.Context(), auth.SignInInput{Username: "ada", Password: "p", Flow: auth.FlowPassword})
			wantCode(t, err, auth.ErrSignInInterrupted)
			if name == "refuses" && !errors.Is(err, storage.ErrUnavailable) {
				t.Errorf("error = %v, want the storage's in it", err)
			}
		})
	}
}

// A sign-in is not tried where the storage cannot tell who is signed in.
func TestSignInWithBrokenStorage(t *testing.T) {
	t.Parallel()
	client := newClient(t, &auth.Options{Storage: mute{}})
	_, err := client.SignIn(t.Context(), auth.SignInInput{Username: "ada", Password: "p"})
	if !errors.Is(err, storage.ErrUnavailable) {
		t.Errorf("SignIn = %v", err)
	}
	_, err = client.Session(t.Context(), nil)
	if !errors.Is(err, storage.ErrUnavailable) || errors.Is(err, auth.ErrNotSignedIn) {
		t.Errorf("Session = %v", err)
	}
}

type mute struct{ storage.Storage }

func (mute) Load(context.Context, ...string) (map[string]string, error) {
	return nil, storage.ErrUnavailable
}

// Refreshes and events have goroutines while they last, and no longer: the
// bubble waits for them all.
func TestNoGoroutineLeft(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := seated(t, -time.Minute, nil, exchange{nil, freshTokens()}, exchange{nil, &cip.RevokeTokenOutput{}})
		var events names
		client.Subscribe(events.add) // and never cancelled
		if _, err := client.Session(t.Context(), nil); err != nil {
			t.Error(err)
		}
		if err := client.SignOut(t.Context(), nil); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		stacks := make([]byte, 1<<20)
		for stack := range strings.SplitSeq(string(stacks[:runtime.Stack(stacks, true)]), "\n\n") {
			if strings.Contains(stack, "auth.(*subscriber)") || strings.Contains(stack, "userpool.(*Refresher)") {
				if strings.Contains(stack, "synctest bubble") {
					t.Errorf("left behind:\n%s", stack)
				}
			}
		}
		if events.text() != "tokenRefresh signOut" {
			t.Errorf("events: %s", events.text())
		}
	})
}

// What the layer underneath reads of a session is what was stored: the two
// JavaScript libraries would take each other's clock drift for another number.
func TestThePoolReadsTheClientsSession(t *testing.T) {
	t.Parallel()
	client := newClient(t, nil)
	r := result("0", time.Now(), time.Hour)
	const drift = -1500 * time.Millisecond
	if _, err := client.SetSession(t.Context(), auth.Tokens{AccessToken: parse(t, *r.AccessToken), RefreshToken: "r", ClockDrift: drift}); err != nil {
		t.Fatal(err)
	}
	user, err := client.Pool().CurrentUser(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	session, err := user.Session(t.Context(), nil)
	if err != nil || session.ClockDrift != drift {
		t.Errorf("Session = %v, drift %v, %v; want a drift of %v", session, session.ClockDrift, err, drift)
	}
	if err := user.SetSession(t.Context(), session); err != nil {
		t.Fatal(err)
	}
	if again, err := client.Tokens(t.Context(), nil); err != nil || again.ClockDrift != drift {
		t.Errorf("Tokens = %v, %v; want a drift of %v", again, err, drift)
	}
}

// halfway is a Storage that tells what each Save leaves of ada and bob.
type halfway struct {
	*storage.Memory
	users []string
}

func (h *halfway) Save(ctx context.Context, set map[string]string, remove ...string) error {
	err := h.Memory.Save(ctx, set, remove...)
	k := userpool.Keys{ClientID: clientID}
	found, _ := h.Load(ctx, k.LastAuthUser(), k.AccessToken("ada"), k.AccessToken("bob"))
	here := found[k.LastAuthUser()] + ":"
	for _, name := range []string{"ada", "bob"} {
		if found[k.AccessToken(name)] != "" {
			here += name
		}
	}
	h.users = append(h.users, here)
	return err
}

func TestAnotherUserTakesTheSeatInOneStep(t *testing.T) {
	t.Parallel()
	s := &halfway{Memory: storage.NewMemory()}
	client := newClient(t, &auth.Options{Storage: s})
	for _, name := range []string{"ada", "bob", "ada"} {
		token := jwt(map[string]any{"username": name, "sub": name, "exp": time.Now().Add(time.Hour).Unix()})
		if _, err := client.SetSession(t.Context(), auth.Tokens{AccessToken: parse(t, token)}); err != nil {
			t.Fatal(err)
		}
	}
	if got := strings.Join(s.users, " "); got != "ada:ada bob:bob ada:ada" {
		t.Errorf("stored in turn: %s", got)
	}
}

// lingering is a Storage in whose Save of a refresh there is time for a sign-in.
type lingering struct {
	*storage.Memory
	meanwhile func()
}

func (l *lingering) Save(ctx context.Context, set map[string]string, remove ...string) error {
	if then := l.meanwhile; then != nil {
		l.meanwhile = nil
		then()
	}
	return l.Memory.Save(ctx, set, remove...)
}

// Whether the storage is a storage.Locker or not, nothing comes between a
// refresh's look at the session and its Save of the tokens.
func TestASignInWaitsForARefresh(t *testing.T) {
	t.Parallel()
	r := result("2", time.Now(), time.Hour)
	next := auth.Tokens{AccessToken: parse(t, *r.AccessToken), RefreshToken: "refresh-2"}
	for name, client := range duringARefresh(t, func(client *auth.Client) error {
		_, err := client.SetSession(t.Context(), next)
		return err
	}) {
		if got, err := client.Tokens(t.Context(), nil); err != nil || got.RefreshToken != "refresh-2" {
			t.Errorf("%s: Tokens = %v, %v, want those of the sign-in", name, got, err)
		}
	}
}

func TestASignOutDuringARefreshStays(t *testing.T) {
	t.Parallel()
	for name, client := range duringARefresh(t, func(client *auth.Client) error {
		return client.SignOut(t.Context(), nil)
	}, exchange{nil, &cip.RevokeTokenOutput{}}) {
		if got, err := client.CurrentUser(t.Context(), nil); !errors.Is(err, auth.ErrNotSignedIn) {
			t.Errorf("%s: after the sign-out CurrentUser = %v, %v", name, got, err)
		}
	}
}

// duringARefresh returns clients that refreshed their tokens while do was done.
func duringARefresh(t *testing.T, do func(*auth.Client) error, asks ...exchange) map[string]*auth.Client {
	clients := make(map[string]*auth.Client)
	for _, locks := range []bool{true, false} {
		s := &lingering{Memory: storage.NewMemory()}
		name, seat := "a storage that is a Locker", storage.Storage(s)
		if !locks {
			name, seat = "a storage that is none", struct{ storage.Storage }{s}
		}
		client := seated(t, -time.Minute, &auth.Options{Storage: seat}, append([]exchange{{nil, freshTokens()}}, asks...)...)
		done := make(chan error, 1)
		s.meanwhile = func() {
			go func() { done <- do(client) }()
			select {
			case err := <-done:
				done <- err
			case <-time.After(50 * time.Millisecond): // it waits
			}
		}
		if _, err := client.Tokens(t.Context(), nil); err != nil && !errors.Is(err, auth.ErrNotSignedIn) {
			t.Errorf("%s: %v", name, err)
		}
		if err := <-done; err != nil {
			t.Errorf("%s: %v", name, err)
		}
		clients[name] = client
	}
	return clients
}
