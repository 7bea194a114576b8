package userpool_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cenote-auth/cenote/auth/storage"
	"github.com/cenote-auth/cenote/auth/userpool"
	"github.com/cenote-auth/cenote/cenotetest"
)

const tulip = "Tulip-42"

// book is a Storage whose every page can be read.
type book struct {
	mu    sync.Mutex
	pages map[string]string
}

func (b *book) Load(_ context.Context, keys ...string) (map[string]string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	found := make(map[string]string)
	for _, key := range keys {
		if value, ok := b.pages[key]; ok {
			found[key] = value
		}
	}
	return found, nil
}

func (b *book) Save(_ context.Context, set map[string]string, remove ...string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.pages == nil {
		b.pages = make(map[string]string)
	}
	maps.Copy(b.pages, set)
	for _, key := range remove {
		delete(b.pages, key)
	}
	return nil
}

// names are the keys of all that is stored, without what they have in common.
func (b *book) names(app cenotetest.App) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	list := slices.Sorted(maps.Keys(b.pages))
	for i := range list {
		list[i] = strings.TrimPrefix(list[i], "CognitoIdentityServiceProvider."+app.ClientID+".")
	}
	return strings.Join(list, " ")
}

// named are the names of a stored session.
func named(username string) string {
	return fmt.Sprintf("LastAuthUser %[1]s.accessToken %[1]s.clockDrift %[1]s.idToken %[1]s.refreshToken", username)
}

// open returns a pool of the server's, for the app, with its storage.
func open(t *testing.T, s *cenotetest.Server, app cenotetest.App) (*userpool.Pool, *book) {
	t.Helper()
	b := new(book)
	pool, err := userpool.New(app.UserPoolID, app.ClientID, &userpool.Options{
		ClientSecret: app.ClientSecret, Endpoint: app.URL, Storage: b, Now: s.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	return pool, b
}

// ada is a user who signs in by user name.
func ada(t *testing.T) (*cenotetest.Server, cenotetest.App) {
	t.Helper()
	s := cenotetest.Start(t)
	app := s.NewPool(t, cip.CreateUserPoolInput{AliasAttributes: []types.AliasAttributeType{types.AliasAttributeTypeEmail}})
	s.AddUser(t, cenotetest.User{
		UserPoolID: app.UserPoolID, Username: "ada", Email: "ada@example.com", Password: tulip,
		Attributes: map[string]string{"name": "Ada <L>"},
	})
	return s, app
}

// signIn signs in and fails the test if that takes more than a password.
func signIn(t *testing.T, u *userpool.User, password string) *userpool.Session {
	t.Helper()
	step, err := u.Authenticate(t.Context(), userpool.Credentials{Password: password})
	if err != nil {
		t.Fatal(err)
	}
	if step.Session == nil {
		t.Fatalf("the sign-in came to %v", step.Challenge)
	}
	return step.Session
}

func TestASessionIsFiledInTheNameThatIdentityJSUses(t *testing.T) {
	t.Parallel()
	s, app := ada(t)
	for _, tt := range []struct {
		name, typed string
		flow        userpool.Flow
		want        string
	}{
		{"by SRP, the name", "ada", userpool.FlowSRP, "ada"},
		{"by SRP, an alias: the service says whose it is", "ada@example.com", userpool.FlowSRP, "ada"},
		{"by password, the name", "ada", userpool.FlowPassword, "ada"},
		{"by password, an alias: what was typed", "ada@example.com", userpool.FlowPassword, "ada@example.com"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			pool, b := open(t, s, app)
			u := pool.User(tt.typed)
			u.SetFlow(tt.flow)
			session := signIn(t, u, tulip)
			if u.Username() != tt.want || *u.SignInSession() != *session {
				t.Errorf("the user is %s with session %v, want %s with %v", u.Username(), u.SignInSession(), tt.want, session)
			}
			if got := b.names(app); got != named(tt.want) {
				t.Errorf("stored: %s\nwant %s", got, named(tt.want))
			}
			k := userpool.Keys{ClientID: app.ClientID}
			for key, want := range map[string]string{
				k.LastAuthUser(): tt.want, k.AccessToken(tt.want): session.AccessToken.Raw(),
				k.IDToken(tt.want): session.IDToken.Raw(), k.RefreshToken(tt.want): session.RefreshToken,
				k.ClockDrift(tt.want): "0",
			} {
				if got := b.pages[key]; got != want && key != k.ClockDrift(tt.want) || got == "" {
					t.Errorf("%s = %q, want %q", key, got, want)
				}
			}
		})
	}
}

func TestAWrongPasswordStoresNothing(t *testing.T) {
	t.Parallel()
	s, app := ada(t)
	pool, b := open(t, s, app)
	u := pool.User("ada")
	if _, err := u.Authenticate(t.Context(), userpool.Credentials{Password: "wrong"}); !errors.Is(err, userpool.ErrNotAuthorized) {
		t.Errorf("Authenticate: %v, want %v", err, userpool.ErrNotAuthorized)
	}
	if got := b.names(app); got != "" || u.SignInSession() != nil {
		t.Errorf("stored: %s, session %v", got, u.SignInSession())
	}
	if _, err := pool.CurrentUser(t.Context()); !errors.Is(err, userpool.ErrNoUser) {
		t.Errorf("CurrentUser: %v, want %v", err, userpool.ErrNoUser)
	}
}

func TestANewPasswordIsAskedFor(t *testing.T) {
	t.Parallel()
	s := cenotetest.Start(t)
	app := s.NewPool(t, cip.CreateUserPoolInput{Schema: []types.SchemaAttributeType{{Name: new("nickname"), Required: new(true), Mutable: new(true)}}})
	_, err := s.Admin().AdminCreateUser(t.Context(), &cip.AdminCreateUserInput{
		UserPoolId: &app.UserPoolID, Username: new("ada"), TemporaryPassword: new(tulip), MessageAction: types.MessageActionTypeSuppress,
		UserAttributes: []types.AttributeType{{Name: new("email"), Value: new("ada@example.com")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	pool, b := open(t, s, app)
	u := pool.User("ada")
	step, err := u.Authenticate(t.Context(), userpool.Credentials{Password: tulip})
	if err != nil {
		t.Fatal(err)
	}
	if step.Challenge == nil || step.Challenge.Name != userpool.NewPasswordRequired || u.Challenge() == nil {
		t.Fatalf("step = %+v, want a new password", step)
	}
	current, required := step.Challenge.NewPassword()
	if current["email"] != "ada@example.com" || !slices.Equal(required, []string{"nickname"}) {
		t.Errorf("the challenge has %v and wants %v", current, required)
	}
	if got := b.names(app); got != "" {
		t.Errorf("stored before the end: %s", got)
	}
	if _, err := u.CompleteNewPassword(t.Context(), "short", map[string]string{"nickname": "Countess"}, nil); !errors.Is(err, userpool.ErrInvalidPassword) {
		t.Errorf("a bad password: %v, want %v", err, userpool.ErrInvalidPassword)
	}
	step, err = u.CompleteNewPassword(t.Context(), "Narcissus-43", map[string]string{"nickname": "Countess"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if step.Session == nil || u.Challenge() != nil {
		t.Errorf("step = %+v, still to answer: %v", step, u.Challenge())
	}
	if got := b.names(app); got != named("ada") {
		t.Errorf("stored: %s\nwant %s", got, named("ada"))
	}
}

func TestUserDataIsKept(t *testing.T) {
	t.Parallel()
	s, app := ada(t)
	pool, b := open(t, s, app)
	u := pool.User("ada")
	if _, err := u.UserData(t.Context(), nil); !errors.Is(err, userpool.ErrNoUser) {
		t.Errorf("signed out: %v, want %v", err, userpool.ErrNoUser)
	}
	signIn(t, u, tulip)
	data, err := u.UserData(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if data.Username != "ada" || data.Map()["email"] != "ada@example.com" {
		t.Errorf("UserData = %+v", data)
	}
	key := userpool.Keys{ClientID: app.ClientID}.UserData("ada")
	var kept struct {
		Username       string
		UserAttributes []struct{ Name, Value string }
	}
	if err := json.Unmarshal([]byte(b.pages[key]), &kept); err != nil || kept.Username != "ada" || len(kept.UserAttributes) != len(data.UserAttributes) {
		t.Errorf("kept: %s", b.pages[key])
	}
	if !strings.Contains(b.pages[key], `"Ada <L>"`) {
		t.Errorf("kept is not as JavaScript writes it: %s", b.pages[key])
	}

	_, err = s.Admin().AdminUpdateUserAttributes(t.Context(), &cip.AdminUpdateUserAttributesInput{
		UserPoolId: &app.UserPoolID, Username: new("ada"),
		UserAttributes: []types.AttributeType{{Name: new("name"), Value: new("Lovelace")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if data, err = u.UserData(t.Context(), nil); err != nil || data.Map()["name"] != "Ada <L>" {
		t.Errorf("the copy = %v, %v", data, err)
	}
	attributes, err := u.Attributes(t.Context())
	if err != nil || !slices.Contains(attributes, userpool.Attribute{Name: "name", Value: "Lovelace"}) {
		t.Errorf("Attributes = %v, %v", attributes, err)
	}
	if options, err := u.MFAOptions(t.Context()); err != nil || len(options) != 0 {
		t.Errorf("MFAOptions = %v, %v", options, err)
	}
	before := u.SignInSession()
	data, err = u.UserData(t.Context(), &userpool.UserDataOptions{BypassCache: true})
	if err != nil || data.Map()["name"] != "Lovelace" || !strings.Contains(b.pages[key], "Lovelace") {
		t.Errorf("past the copy = %v, %v, kept %s", data, err, b.pages[key])
	}
	if got := u.SignInSession(); got == before || got.IDToken.Claims()["name"] != "Lovelace" {
		t.Errorf("the session is not as new as the data: %v", got)
	}

	b.pages[key] = "{"
	if data, err = u.UserData(t.Context(), nil); err != nil || data.Map()["name"] != "Lovelace" {
		t.Errorf("with a broken copy = %v, %v", data, err)
	}
}

func TestRegistration(t *testing.T) {
	t.Parallel()
	s := cenotetest.Start(t)
	pool, _ := open(t, s, s.App)
	out, err := pool.SignUp(t.Context(), userpool.SignUpInput{Username: "eve@example.com", Password: tulip})
	if err != nil || out.Confirmed {
		t.Fatalf("SignUp = %v, %v", out, err)
	}
	u := pool.User("eve@example.com")
	to, err := u.ResendConfirmationCode(t.Context(), nil)
	if err != nil || to.Attribute != "email" {
		t.Errorf("ResendConfirmationCode = %+v, %v", to, err)
	}
	if err := u.ConfirmRegistration(t.Context(), "000", false, nil); !errors.Is(err, userpool.ErrCodeMismatch) {
		t.Errorf("a wrong code: %v, want %v", err, userpool.ErrCodeMismatch)
	}
	if err := u.ConfirmRegistration(t.Context(), s.Code(t, "eve@example.com"), false, nil); err != nil {
		t.Fatal(err)
	}
	if session := signIn(t, u, tulip); session.IDToken.Claims()["email"] != "eve@example.com" || u.Username() != out.UserSub {
		t.Errorf("signed in as %s with %v, want %s", u.Username(), session, out.UserSub)
	}
}

func TestCachedDevice(t *testing.T) {
	t.Parallel()
	pool, err := userpool.New(poolID, clientID, &userpool.Options{Storage: storage.NewMemory()})
	if err != nil {
		t.Fatal(err)
	}
	u := pool.User("ada")
	for _, tt := range []struct {
		do   func() error
		want *userpool.Device
	}{
		{func() error { return nil }, nil},
		{func() error { return u.CacheDevice(t.Context(), laptop) }, &laptop},
		{func() error { return u.ClearCachedDevice(t.Context()) }, nil},
	} {
		if err := tt.do(); err != nil {
			t.Fatal(err)
		}
		got, err := u.CachedDevice(t.Context())
		if err != nil || (got == nil) != (tt.want == nil) || got != nil && *got != *tt.want {
			t.Errorf("CachedDevice = %v, %v, want %v", got, err, tt.want)
		}
	}
}
