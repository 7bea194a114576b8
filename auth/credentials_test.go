package auth_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/cenote-auth/cenote/auth"
	"github.com/cenote-auth/cenote/auth/internal/oauthtest"
	"github.com/cenote-auth/cenote/auth/storage"
	"github.com/cenote-auth/cenote/auth/userpool"
)

const (
	identityPoolID = "eu-west-1:0b1c2d3e-4f5a-6b7c-8d9e-0f1a2b3c4d5e"
	guestKey       = "com.amplify.Cognito." + identityPoolID + ".identityId"
)

// identities is the identity service, as far as it is used without a signature.
type identities struct {
	*httptest.Server
	now func() time.Time

	mu      sync.Mutex
	calls   []string
	owner   map[string]string // of an identity: the login's subject, "" for a guest
	made    int
	lasting time.Duration
	fault   string // the next answers
	bare    bool   // answers lack what matters
	delay   time.Duration
}

func startIdentities(t *testing.T, now func() time.Time) *identities {
	t.Helper()
	s := &identities{now: now, owner: make(map[string]string), lasting: time.Hour}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *identities) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	time.Sleep(s.delay)
	s.mu.Lock()
	defer s.mu.Unlock()
	var in struct {
		IdentityPoolId, IdentityId string
		Logins                     map[string]string
	}
	_ = json.NewDecoder(r.Body).Decode(&in)
	_, name, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	if r.Header.Get("Authorization") != "" || r.Header.Get("Content-Type") != "application/x-amz-json-1.1" {
		name = "signed or of another type: " + name
	}
	s.calls = append(s.calls, name)
	who := ""
	for issuer, raw := range in.Logins {
		token, err := userpool.ParseToken(raw)
		if err != nil || "http://"+issuer != token.Claims()["iss"] {
			s.fail(w, "NotAuthorizedException", "Token is not from a supported provider of this identity pool.")
			return
		}
		who = token.Subject()
	}
	switch {
	case s.fault != "":
		s.fail(w, s.fault, "no")
	case name == "GetId" && in.IdentityPoolId == identityPoolID:
		s.send(w, map[string]any{"IdentityId": s.of(who)})
	case name == "GetCredentialsForIdentity":
		owner, known := s.owner[in.IdentityId]
		switch {
		case !known:
			s.fail(w, "ResourceNotFoundException", "Identity not found.")
			return
		case owner == "" && who != "": // the guest becomes the person
			delete(s.owner, in.IdentityId)
			in.IdentityId = s.of(who)
		case owner != who:
			s.fail(w, "NotAuthorizedException", "Logins don't match.")
			return
		}
		s.send(w, map[string]any{"IdentityId": in.IdentityId, "Credentials": map[string]any{
			"AccessKeyId": "ASIA" + rand.Text(), "SecretKey": "secret", "SessionToken": "session of " + in.IdentityId,
			"Expiration": s.now().Add(s.lasting).Unix(),
		}})
	default:
		s.fail(w, "UnknownOperationException", name)
	}
}

// of returns the identity of a person, or a guest's new one.
func (s *identities) of(who string) string {
	for id, owner := range s.owner {
		if who != "" && owner == who {
			return id
		}
	}
	s.made++
	id := fmt.Sprintf("eu-west-1:identity-%d", s.made)
	s.owner[id] = who
	return id
}

func (s *identities) send(w http.ResponseWriter, body any) {
	if s.bare {
		body = struct{}{}
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	_ = json.NewEncoder(w).Encode(body)
}

func (s *identities) fail(w http.ResponseWriter, code, message string) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.WriteHeader(http.StatusBadRequest)
	_ = json.NewEncoder(w).Encode(map[string]string{"__type": code, "message": message})
}

func (s *identities) do(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}

func (s *identities) wantCalls(t *testing.T, want ...string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Equal(s.calls, want) {
		t.Errorf("calls = %v, want %v", s.calls, want)
	}
	s.calls = nil
}

// withIdentities returns a client with an identity pool.
func withIdentities(t *testing.T, guests bool) (*oauthtest.Server, *identities, *auth.Client) {
	t.Helper()
	p := oauthtest.Start(t)
	s := startIdentities(t, p.Now)
	client, err := auth.New(auth.Config{
		UserPoolID: p.PoolID, ClientID: p.ClientID, Endpoint: p.URL,
		IdentityPoolID: identityPoolID, IdentityPoolEndpoint: s.URL, AllowGuestAccess: guests,
	}, &auth.Options{Now: p.Now})
	if err != nil {
		t.Fatal(err)
	}
	return p, s, client
}

func hold(t *testing.T, client *auth.Client, minted oauthtest.Tokens) {
	t.Helper()
	session := auth.Tokens{RefreshToken: minted.RefreshToken}
	var err error
	if session.AccessToken, err = userpool.ParseToken(minted.AccessToken); err != nil {
		t.Fatal(err)
	}
	if minted.IDToken != "" {
		if session.IDToken, err = userpool.ParseToken(minted.IDToken); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := client.SetSession(t.Context(), session); err != nil {
		t.Fatal(err)
	}
}

func retrieve(t *testing.T, client *auth.Client) aws.Credentials {
	t.Helper()
	creds, err := client.Credentials().Retrieve(t.Context())
	if err != nil {
		t.Fatalf("Retrieve: %v", err)
	}
	return creds
}

func TestCredentialsOfTheSignedInUser(t *testing.T) {
	t.Parallel()
	p, s, client := withIdentities(t, false)
	hold(t, client, p.Mint())
	first := retrieve(t, client)
	if first.SecretAccessKey != "secret" || !first.CanExpire || first.Expires.Sub(p.Now()) < 59*time.Minute {
		t.Errorf("credentials expire in %v, can expire: %v", first.Expires.Sub(p.Now()), first.CanExpire)
	}
	if again := retrieve(t, client); again.AccessKeyID != first.AccessKeyID {
		t.Errorf("the second time other credentials came")
	}
	s.wantCalls(t, "GetId", "GetCredentialsForIdentity")

	p.Advance(56 * time.Minute)
	if later := retrieve(t, client); later.AccessKeyID == first.AccessKeyID {
		t.Errorf("credentials that end in four minutes were not replaced")
	}
	s.wantCalls(t, "GetCredentialsForIdentity")

	session, err := client.Session(t.Context(), &auth.SessionOptions{ForceRefresh: true})
	if err != nil || session.IdentityID == "" || session.Credentials == nil {
		t.Fatalf("Session = %v, %v", session, err)
	}
	s.wantCalls(t, "GetCredentialsForIdentity")
}

func TestCredentialsAreOfTheIDTokenThatIsThere(t *testing.T) {
	t.Parallel()
	p, s, client := withIdentities(t, false)
	s.lasting = 12 * time.Hour
	hold(t, client, p.Mint())
	first := retrieve(t, client)
	s.wantCalls(t, "GetId", "GetCredentialsForIdentity")
	hold(t, client, p.Mint()) // say of another role
	if second := retrieve(t, client); second.AccessKeyID == first.AccessKeyID {
		t.Error("the credentials are those of the old token")
	}
	s.wantCalls(t, "GetCredentialsForIdentity")

	p.Do(func() { p.Person, p.Sub = "eve", "another" })
	hold(t, client, p.Mint()) // in the place of whoever was there
	if third := retrieve(t, client); third.SessionToken == first.SessionToken {
		t.Error("the credentials are another person's")
	}
	s.wantCalls(t, "GetId", "GetCredentialsForIdentity")
}

func TestCredentialsOfNobody(t *testing.T) {
	t.Parallel()
	_, s, client := withIdentities(t, false)
	_, err := client.Credentials().Retrieve(t.Context())
	wantCode(t, err, auth.ErrNotSignedIn)
	session, err := client.Session(t.Context(), nil)
	if err != nil || session.Credentials != nil || session.IdentityID != "" {
		t.Errorf("Session = %+v, %v", session, err)
	}
	s.wantCalls(t)
}

func TestAGuestBecomesAUser(t *testing.T) {
	t.Parallel()
	p, s, client := withIdentities(t, true)
	guest, err := client.Session(t.Context(), nil)
	if err != nil || guest.Credentials == nil {
		t.Fatalf("Session = %+v, %v", guest, err)
	}
	stored, err := client.Storage().Load(t.Context(), guestKey)
	if err != nil || stored[guestKey] != guest.IdentityID {
		t.Errorf("stored %v, %v, want %s", stored, err, guest.IdentityID)
	}
	s.wantCalls(t, "GetId", "GetCredentialsForIdentity")

	elsewhere := client.WithStorage(client.Storage())
	same, err := elsewhere.Session(t.Context(), nil)
	if err != nil || same.IdentityID != guest.IdentityID {
		t.Errorf("another seat's guest = %v, %v, want %s", same.IdentityID, err, guest.IdentityID)
	}
	s.wantCalls(t, "GetCredentialsForIdentity")

	hold(t, client, p.Mint())
	user, err := client.Session(t.Context(), nil)
	if err != nil || user.IdentityID == "" || user.IdentityID == guest.IdentityID {
		t.Fatalf("Session = %v, %v", user.IdentityID, err)
	}
	s.wantCalls(t, "GetCredentialsForIdentity") // of the guest's identity, with the user's login
	if stored, err := client.Storage().Load(t.Context(), guestKey); err != nil || len(stored) != 0 {
		t.Errorf("stored %v, %v, want nothing", stored, err)
	}

	if err := client.SignOut(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	after, err := client.Session(t.Context(), nil)
	if err != nil || after.IdentityID == user.IdentityID {
		t.Errorf("after SignOut the guest is %s, %v", after.IdentityID, err)
	}
}

func TestSignOutWhileCredentialsAreAskedFor(t *testing.T) {
	t.Parallel()
	p, s, client := withIdentities(t, false)
	client = client.WithStorage(struct{ storage.Storage }{storage.NewMemory()}) // nobody waits for a lock
	hold(t, client, p.Mint())
	s.delay = 50 * time.Millisecond
	done := make(chan struct{})
	go func() {
		defer close(done)
		if _, err := client.Session(t.Context(), nil); err != nil {
			t.Errorf("Session: %v", err)
		}
	}()
	time.Sleep(20 * time.Millisecond)
	if err := client.SignOut(t.Context(), nil); err != nil {
		t.Errorf("SignOut: %v", err)
	}
	<-done
	s.do(func() { s.calls = nil })
	hold(t, client, p.Mint()) // the same person again
	retrieve(t, client)
	s.wantCalls(t, "GetId", "GetCredentialsForIdentity")
}

func TestLoginsOfOtherProviders(t *testing.T) {
	t.Parallel()
	p := oauthtest.Start(t)
	s := startIdentities(t, p.Now)
	token := p.Mint().IDToken // the stub takes any token under its issuer's name
	var err error
	client, cerr := auth.New(auth.Config{
		UserPoolID: p.PoolID, ClientID: p.ClientID, Endpoint: p.URL, IdentityPoolID: identityPoolID, IdentityPoolEndpoint: s.URL,
	}, &auth.Options{Now: p.Now, IdentityLogins: func(context.Context) (map[string]string, error) {
		return map[string]string{strings.TrimPrefix(p.URL, "http://") + "/" + p.PoolID: token}, err
	}})
	if cerr != nil {
		t.Fatal(cerr)
	}
	session, serr := client.Session(t.Context(), nil)
	if serr != nil || session.Credentials == nil || session.SignedIn() {
		t.Fatalf("Session = %+v, %v", session, serr)
	}
	if owner := s.owner[session.IdentityID]; owner != p.Sub {
		t.Errorf("the identity is of %q, want %q", owner, p.Sub)
	}
	err = errors.New("no tokens today")
	if _, got := client.Session(t.Context(), nil); !errors.Is(got, err) {
		t.Errorf("Session = %v, want %v", got, err)
	}
}

func TestAnIdentityThatIsGoneIsReplaced(t *testing.T) {
	t.Parallel()
	for name, owner := range map[string]string{"deleted": "", "another person's": "somebody"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, s, client := withIdentities(t, true)
			if owner != "" {
				s.owner["eu-west-1:stale"] = owner
			}
			if err := client.Storage().Save(t.Context(), map[string]string{guestKey: "eu-west-1:stale"}); err != nil {
				t.Fatal(err)
			}
			hold(t, client, p.Mint())
			retrieve(t, client)
			s.wantCalls(t, "GetCredentialsForIdentity", "GetId", "GetCredentialsForIdentity")
		})
	}
}

func TestManyCallersGetOneIdentity(t *testing.T) {
	t.Parallel()
	_, s, client := withIdentities(t, true)
	s.delay = time.Millisecond
	var all sync.WaitGroup
	for i := range 40 {
		all.Go(func() {
			c := client
			if i%2 == 0 {
				c = client.WithStorage(client.Storage())
			}
			if _, err := c.Credentials().Retrieve(t.Context()); err != nil {
				t.Errorf("Retrieve: %v", err)
			}
		})
	}
	all.Wait()
	if n := len(slices.DeleteFunc(slices.Clone(s.calls), func(c string) bool { return c != "GetId" })); n != 1 {
		t.Errorf("GetId was called %d times, want once", n)
	}
}

func TestIdentityErrors(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		change func(*identities)
		want   auth.Code
	}{
		{"the service's", func(s *identities) { s.fault = "TooManyRequestsException" }, auth.ErrTooManyRequests},
		{"nobody there", func(s *identities) { s.Server.Close() }, auth.ErrNetwork},
		{"an empty answer", func(s *identities) { s.bare = true }, auth.ErrNoIdentity},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, s, client := withIdentities(t, true)
			s.do(func() { tt.change(s) })
			_, err := client.Credentials().Retrieve(t.Context())
			wantCode(t, err, tt.want)
		})
	}
}

func TestCredentialsWithoutAnIDToken(t *testing.T) {
	t.Parallel()
	p, _, client := withIdentities(t, true)
	minted := p.Mint()
	minted.IDToken = ""
	hold(t, client, minted)
	_, err := client.Credentials().Retrieve(t.Context())
	wantCode(t, err, auth.ErrNotSignedIn)
	if _, err := client.Tokens(t.Context(), nil); err != nil {
		t.Errorf("Tokens, which need no identity pool: %v", err)
	}
}

func TestWithoutAnIdentityPool(t *testing.T) {
	t.Parallel()
	_, client := pages(t, nil)
	_, err := client.Credentials().Retrieve(t.Context())
	wantCode(t, err, auth.ErrNoIdentityPool)
	_, err = auth.New(auth.Config{UserPoolID: "eu-west-1_Tulip", ClientID: "1tulip", IdentityPoolID: "tulip"}, nil)
	wantCode(t, err, auth.ErrNoIdentityPool)
}

func TestAStorageThatFailsGivesNoCredentials(t *testing.T) {
	t.Parallel()
	_, s, client := withIdentities(t, true)
	broken := storage.NewMemory()
	seat := client.WithStorage(outOfReach{broken})
	if _, err := seat.Credentials().Retrieve(t.Context()); !errors.Is(err, storage.ErrUnavailable) {
		t.Errorf("Retrieve = %v, want %v", err, storage.ErrUnavailable)
	}
	s.wantCalls(t)
}

// outOfReach is a storage that cannot be read.
type outOfReach struct{ storage.Storage }

func (outOfReach) Load(context.Context, ...string) (map[string]string, error) {
	return nil, fmt.Errorf("%w: gone", storage.ErrUnavailable)
}
