package userpool_test

import (
	"context"
	"errors"
	"maps"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/auth/storage"
	"github.com/cenote-auth/cenote/auth/userpool"
)

// watched counts the Saves of a Memory, and fails when told to.
type watched struct {
	*storage.Memory
	saves   int
	failing error
}

func (w *watched) Load(ctx context.Context, keys ...string) (map[string]string, error) {
	if w.failing != nil {
		return nil, w.failing
	}
	return w.Memory.Load(ctx, keys...)
}

func (w *watched) Save(ctx context.Context, set map[string]string, remove ...string) error {
	if w.failing != nil {
		return w.failing
	}
	w.saves++
	return w.Memory.Save(ctx, set, remove...)
}

// contents are all texts of ada's, or another's, for the client "c".
func contents(t *testing.T, s storage.Storage, username string) map[string]string {
	t.Helper()
	k := userpool.Keys{ClientID: "c"}
	got, err := s.Load(t.Context(),
		k.LastAuthUser(), k.AccessToken(username), k.IDToken(username), k.RefreshToken(username),
		k.ClockDrift(username), k.SignInDetails(username), k.OAuthMetadata(username), k.UserData(username),
		k.DeviceKey(username), k.DeviceGroupKey(username), k.RandomPasswordKey(username))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestSessionIsSavedAsAmplifyDoes(t *testing.T) {
	t.Parallel()
	access, id := mint(noon, noon.Add(time.Hour), nil), mint(noon, noon.Add(time.Hour), map[string]any{"aud": "c"})
	in := &userpool.Stored{
		Username: "ada.l@example.com",
		Session: &userpool.Session{
			AccessToken: parse(t, access), IDToken: parse(t, id), RefreshToken: "r",
			ClockDrift: -350*time.Millisecond - 400*time.Microsecond,
		},
		SignInDetails: `{"loginId":"ada","authFlowType":"USER_SRP_AUTH"}`,
		OAuth:         true,
	}
	s := &watched{Memory: storage.NewMemory()}
	store := userpool.NewSessionStore(s, "c", userpool.DriftMillis)
	if err := store.Save(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	const prefix = "CognitoIdentityServiceProvider.c."
	want := map[string]string{
		prefix + "LastAuthUser":                    "ada.l@example.com",
		prefix + "ada.l@example.com.accessToken":   access,
		prefix + "ada.l@example.com.idToken":       id,
		prefix + "ada.l@example.com.refreshToken":  "r",
		prefix + "ada.l@example.com.clockDrift":    "-350",
		prefix + "ada.l@example.com.signInDetails": `{"loginId":"ada","authFlowType":"USER_SRP_AUTH"}`,
		prefix + "ada.l@example.com.oauthMetadata": `{"oauthSignIn":true}`,
	}
	if got := contents(t, s, in.Username); !maps.Equal(got, want) {
		t.Errorf("saved %v\nwant %v", got, want)
	}
	if s.saves != 1 {
		t.Errorf("%d saves, want 1", s.saves)
	}
	got, err := store.Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got.Username != in.Username || got.Session.RefreshToken != "r" || got.SignInDetails != in.SignInDetails ||
		!got.OAuth || got.Session.ClockDrift != -350*time.Millisecond || got.Session.IDToken.Raw() != id {
		t.Errorf("loaded %v, drift %v", got, got.Session.ClockDrift)
	}

	in.Session = &userpool.Session{AccessToken: parse(t, access)}
	in.SignInDetails, in.OAuth = "", false
	if err := store.Save(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	want = map[string]string{
		prefix + "LastAuthUser":                  "ada.l@example.com",
		prefix + "ada.l@example.com.accessToken": access,
		prefix + "ada.l@example.com.clockDrift":  "0",
	}
	if got := contents(t, s, in.Username); !maps.Equal(got, want) {
		t.Errorf("after a session with an access token alone: %v\nwant %v", got, want)
	}
}

func TestSessionIsSavedAsIdentityJSDoes(t *testing.T) {
	t.Parallel()
	s := storage.NewMemory()
	store := userpool.NewSessionStore(s, "c", userpool.DriftSeconds)
	access := mint(noon, noon.Add(time.Hour), nil)
	in := &userpool.Stored{Username: "ada", Session: &userpool.Session{
		AccessToken: parse(t, access), ClockDrift: -2*time.Second - 900*time.Millisecond,
	}}
	if err := store.Save(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	const prefix = "CognitoIdentityServiceProvider.c."
	want := map[string]string{
		prefix + "LastAuthUser":     "ada",
		prefix + "ada.accessToken":  access,
		prefix + "ada.idToken":      "",
		prefix + "ada.refreshToken": "",
		prefix + "ada.clockDrift":   "2",
	}
	if got := contents(t, s, "ada"); !maps.Equal(got, want) {
		t.Errorf("saved %v\nwant %v", got, want)
	}
}

func TestDriftRoundsAsJavaScriptDoes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		format userpool.DriftFormat
		drift  time.Duration
		want   string
		back   time.Duration
	}{
		{"v6, the tokens are half a second old", userpool.DriftMillis, -500*time.Millisecond - time.Nanosecond, "-500", -500 * time.Millisecond},
		{"v6, the service is ahead", userpool.DriftMillis, 499600 * time.Microsecond, "500", 500 * time.Millisecond},
		{"v6, none", userpool.DriftMillis, 0, "0", 0},
		{"identity-js, the tokens are half a second old", userpool.DriftSeconds, -500 * time.Millisecond, "0", 0},
		{"identity-js, the service is half a second ahead", userpool.DriftSeconds, 500 * time.Millisecond, "-1", time.Second},
		{"identity-js, the service is two hours ahead", userpool.DriftSeconds, 2 * time.Hour, "-7200", 2 * time.Hour},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := storage.NewMemory()
			store := userpool.NewSessionStore(s, "c", tt.format)
			in := &userpool.Stored{Username: "ada", Session: &userpool.Session{
				AccessToken: parse(t, mint(noon, noon, nil)), ClockDrift: tt.drift}}
			if err := store.Save(t.Context(), in); err != nil {
				t.Fatal(err)
			}
			if got := contents(t, s, "ada")[store.Keys().ClockDrift("ada")]; got != tt.want {
				t.Errorf("saved %q, want %q", got, tt.want)
			}
			got, err := store.Load(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if got.Session.ClockDrift != tt.back {
				t.Errorf("loaded %v, want %v", got.Session.ClockDrift, tt.back)
			}
		})
	}
}

func TestLoadTakesWhatTheJavaScriptLibrariesLeave(t *testing.T) {
	t.Parallel()
	access, id := mint(noon, noon.Add(time.Hour), nil), mint(noon, noon.Add(time.Hour), nil)
	for _, tt := range []struct {
		name  string
		items map[string]string
		drift time.Duration
		none  bool
	}{
		{name: "nothing", none: true},
		{name: "a name alone, as after half a write", items: map[string]string{"LastAuthUser": "ada"}, none: true},
		{name: "tokens of a user who is not the last", items: map[string]string{"LastAuthUser": "bob", "ada.accessToken": access}, none: true},
		{name: "tokens without a last user", items: map[string]string{"ada.accessToken": access}, none: true},
		{name: "an access token that is none", items: map[string]string{"LastAuthUser": "ada", "ada.accessToken": "undefined", "ada.refreshToken": "r"}, none: true},
		{name: "an ID token that is none", items: map[string]string{"LastAuthUser": "ada", "ada.accessToken": access, "ada.idToken": "x"}, none: true},
		{name: "an access token alone", items: map[string]string{"LastAuthUser": "ada", "ada.accessToken": access}},
		{name: "empty texts", items: map[string]string{"LastAuthUser": "ada", "ada.accessToken": access, "ada.idToken": "", "ada.refreshToken": "", "ada.clockDrift": ""}},
		{name: "NaN for a drift", items: map[string]string{"LastAuthUser": "ada", "ada.accessToken": access, "ada.clockDrift": "NaN"}},
		{name: "a drift with a fraction", items: map[string]string{"LastAuthUser": "ada", "ada.accessToken": access, "ada.idToken": id, "ada.clockDrift": "-1200.5"}, drift: -1200 * time.Millisecond},
		{name: "a drift beyond belief", items: map[string]string{"LastAuthUser": "ada", "ada.accessToken": access, "ada.clockDrift": "9007199254740993000"}},
		{name: "metadata that is no JSON", items: map[string]string{"LastAuthUser": "ada", "ada.accessToken": access, "ada.oauthMetadata": "{"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := storage.NewMemory()
			items := make(map[string]string)
			for key, value := range tt.items {
				items["CognitoIdentityServiceProvider.c."+key] = value
			}
			if err := s.Save(t.Context(), items); err != nil {
				t.Fatal(err)
			}
			got, err := userpool.NewSessionStore(s, "c", userpool.DriftMillis).Load(t.Context())
			if errors.Is(err, userpool.ErrNoUser) != tt.none {
				t.Fatalf("Load = %v, %v; want nobody: %t", got, err, tt.none)
			}
			if !tt.none && (got.Session.AccessToken.Raw() != access || got.Session.ClockDrift != tt.drift || got.OAuth) {
				t.Errorf("Load = %v, drift %v, by redirect %t", got, got.Session.ClockDrift, got.OAuth)
			}
		})
	}
}

func TestClear(t *testing.T) {
	t.Parallel()
	s := &watched{Memory: storage.NewMemory()}
	store := userpool.NewSessionStore(s, "c", userpool.DriftMillis)
	session := &userpool.Session{AccessToken: parse(t, mint(noon, noon, nil)), RefreshToken: "r"}
	device := userpool.Device{Key: "k", GroupKey: "g", Password: "p"}
	for _, name := range []string{"bob", "ada"} {
		if err := store.Save(t.Context(), &userpool.Stored{Username: name, Session: session, SignInDetails: "{}", OAuth: true}); err != nil {
			t.Fatal(err)
		}
		if err := store.SaveDevice(t.Context(), name, device); err != nil {
			t.Fatal(err)
		}
	}
	saves := s.saves
	if err := store.Clear(t.Context(), "bob"); err != nil {
		t.Fatal(err)
	}
	if s.saves != saves+1 {
		t.Errorf("Clear took %d saves, want 1", s.saves-saves)
	}
	if got, err := store.Load(t.Context()); err != nil || got.Username != "ada" {
		t.Errorf("after bob signed out Load = %v, %v, want ada", got, err)
	}
	if _, err := store.LoadUser(t.Context(), "bob"); !errors.Is(err, userpool.ErrNoUser) {
		t.Errorf("bob's session: %v, want %v", err, userpool.ErrNoUser)
	}
	if err := store.Clear(t.Context(), "ada"); err != nil {
		t.Fatal(err)
	}
	if got := contents(t, s, "ada"); len(got) != 3 {
		t.Errorf("left after sign-out: %v, want the device's three", got)
	}
	if got, err := store.Device(t.Context(), "ada"); err != nil || *got != device {
		t.Errorf("Device = %v, %v", got, err)
	}
	if err := store.ClearDevice(t.Context(), "ada", "bob"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"ada", "bob"} {
		if got, err := store.Device(t.Context(), name); got != nil || err != nil {
			t.Errorf("Device(%s) = %v, %v, want none", name, got, err)
		}
	}
}

func TestHalfADeviceIsNone(t *testing.T) {
	t.Parallel()
	store := userpool.NewSessionStore(storage.NewMemory(), "c", userpool.DriftMillis)
	if err := store.SaveDevice(t.Context(), "ada", userpool.Device{Key: "k", GroupKey: "g"}); err != nil {
		t.Fatal(err)
	}
	if got, err := store.Device(t.Context(), "ada"); got != nil || err != nil {
		t.Errorf("Device = %v, %v, want none", got, err)
	}
}

func TestAStorageThatFailsDoesNotMeanSignedOut(t *testing.T) {
	t.Parallel()
	s := &watched{Memory: storage.NewMemory(), failing: storage.ErrUnavailable}
	store := userpool.NewSessionStore(s, "c", userpool.DriftMillis)
	_, loadErr := store.Load(t.Context())
	_, userErr := store.LoadUser(t.Context(), "ada")
	_, deviceErr := store.Device(t.Context(), "ada")
	saveErr := store.Save(t.Context(), &userpool.Stored{Username: "ada", Session: &userpool.Session{}})
	for _, err := range []error{loadErr, userErr, deviceErr, saveErr, store.Clear(t.Context(), "ada"), store.ClearDevice(t.Context(), "ada")} {
		if !errors.Is(err, storage.ErrUnavailable) || errors.Is(err, userpool.ErrNoUser) {
			t.Errorf("error = %v, want the storage's", err)
		}
	}
}

// switching lets another user sign in between two reads.
type switching struct {
	*storage.Memory
	store *userpool.SessionStore
	bob   *userpool.Stored
}

func (s *switching) Load(ctx context.Context, keys ...string) (map[string]string, error) {
	found, err := s.Memory.Load(ctx, keys...)
	if bob := s.bob; bob != nil {
		s.bob = nil
		if err := s.store.Save(ctx, bob); err != nil {
			return nil, err
		}
	}
	return found, err
}

func TestLoadNeverMixesTwoUsers(t *testing.T) {
	t.Parallel()
	s := &switching{Memory: storage.NewMemory()}
	s.store = userpool.NewSessionStore(s, "c", userpool.DriftMillis)
	session := &userpool.Session{AccessToken: parse(t, mint(noon, noon, nil))}
	if err := s.store.Save(t.Context(), &userpool.Stored{Username: "ada", Session: session}); err != nil {
		t.Fatal(err)
	}
	s.bob = &userpool.Stored{Username: "bob", Session: session}
	if got, err := s.store.Load(t.Context()); err != nil || got.Username != "bob" {
		t.Errorf("Load = %v, %v, want bob, who signed in meanwhile", got, err)
	}
}

func TestTheLockOfAStorageThatHasNone(t *testing.T) {
	t.Parallel()
	store := userpool.NewSessionStore(struct{ storage.Storage }{storage.NewMemory()}, "client", userpool.DriftSeconds)
	unlock, err := store.Lock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(10*time.Millisecond, cancel)
	if _, err := store.Lock(ctx); !errors.Is(err, storage.ErrUnavailable) || !errors.Is(err, context.Canceled) {
		t.Errorf("a second Lock: %v", err)
	}
	unlock()
	if _, err := store.Lock(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("a Lock after its context ended: %v", err)
	}
	unlock() // again, which does nothing
	again, err := store.Lock(t.Context())
	if err != nil {
		t.Fatalf("Lock after unlock: %v", err)
	}
	again()
}
