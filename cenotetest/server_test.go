package cenotetest_test

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cenote-auth/cenote/auth"
	"github.com/cenote-auth/cenote/cenotetest"
)

const (
	ada      = "ada@example.com"
	password = "Tulip-42"
)

// Before those that run beside others, so that the goroutines are our own.
func TestStartLeavesNothingBehind(t *testing.T) {
	before := runtime.NumGoroutine()
	var url string
	t.Run("a server that was used", func(t *testing.T) {
		s := cenotetest.Start(t)
		url = s.URL
		s.AddUser(t, cenotetest.User{Email: ada, Password: password})
		signIn(t, s.App, ada, password)
		unused, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { unused.Close() })
	})
	if _, err := http.Get(url); err == nil {
		t.Error("the server answers when its test is over")
	}
	for end := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			stacks := make([]byte, 1<<20)
			t.Fatalf("%d goroutines, want %d:\n%s", runtime.NumGoroutine(), before, stacks[:runtime.Stack(stacks, true)])
		}
	}
}

func TestServersShareNothing(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	seen := map[string]bool{}
	t.Run("servers", func(t *testing.T) {
		for i := range 6 {
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				t.Parallel()
				s := cenotetest.Start(t)
				s.AddUser(t, cenotetest.User{Email: ada, Password: password})
				signIn(t, s.App, ada, password)
				mu.Lock()
				defer mu.Unlock()
				for _, id := range []string{s.URL, s.UserPoolID, s.ClientID} {
					if seen[id] {
						t.Errorf("%s is another server's too", id)
					}
					seen[id] = true
				}
			})
		}
	})
}

func TestCodeAndMessages(t *testing.T) {
	t.Parallel()
	s := cenotetest.Start(t)
	c := s.Admin()
	if got := s.Messages(t, ""); len(got) != 0 {
		t.Errorf("a new server has sent %v", got)
	}
	for _, address := range []string{ada, "grace+1@example.com"} {
		if _, err := c.SignUp(t.Context(), &cip.SignUpInput{
			ClientId: &s.ClientID, Username: &address, Password: new(password),
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := c.ConfirmSignUp(t.Context(), &cip.ConfirmSignUpInput{
			ClientId: &s.ClientID, Username: &address, ConfirmationCode: new(s.Code(t, address)),
		}); err != nil {
			t.Errorf("the code to %s: %v", address, err)
		}
	}
	if got := s.Messages(t, ""); len(got) != 2 || got[0].Destination != "grace+1@example.com" {
		t.Errorf("got %d messages %+v, want two and the newest first", len(got), got)
	}
	got := s.Messages(t, ada)
	if len(got) != 1 {
		t.Fatalf("got %d messages to %s, want 1", len(got), ada)
	}
	m := got[0]
	if m.Medium != "EMAIL" || m.Destination != ada || m.Subject == "" || !strings.Contains(m.Body, m.Code) || time.Since(m.Time) > time.Minute {
		t.Errorf("got %+v", m)
	}
}

func TestCodeWaitsForAMessage(t *testing.T) {
	t.Parallel()
	s := cenotetest.StartWith(t, cenotetest.Options{FixedCode: "424242"})
	failed := make(chan error, 1)
	time.AfterFunc(50*time.Millisecond, func() {
		_, err := s.Admin().SignUp(t.Context(), &cip.SignUpInput{
			ClientId: &s.ClientID, Username: new(ada), Password: new(password),
		})
		failed <- err
	})
	if got := s.Code(t, ada); got != "424242" {
		t.Errorf("Code = %q, want 424242", got)
	}
	if err := <-failed; err != nil {
		t.Error(err)
	}
}

func TestAdvanceMovesEverythingThatExpires(t *testing.T) {
	t.Parallel()
	s := cenotetest.Start(t)
	s.AddUser(t, cenotetest.User{Email: ada, Password: password})
	tokens := signIn(t, s.App, ada, password).AuthenticationResult
	user := func() error {
		_, err := s.Admin().GetUser(t.Context(), &cip.GetUserInput{AccessToken: tokens.AccessToken})
		return err
	}
	if err := user(); err != nil {
		t.Errorf("before: %v", err)
	}
	s.Advance(t, 61*time.Minute)
	if err := user(); err == nil {
		t.Error("an access token of one hour lives after 61 minutes")
	}
	if got := time.Until(s.Now()); got < 60*time.Minute || got > 62*time.Minute {
		t.Errorf("Now is %v ahead, want 61m", got)
	}
}

func TestAddUser(t *testing.T) {
	t.Parallel()
	s := cenotetest.Start(t)
	sub := s.AddUser(t, cenotetest.User{Email: ada, Password: password, Attributes: map[string]string{"name": "Ada"}})
	out, err := s.Admin().AdminGetUser(t.Context(), &cip.AdminGetUserInput{UserPoolId: &s.UserPoolID, Username: new(ada)})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, a := range out.UserAttributes {
		got[*a.Name] = *a.Value
	}
	if got["sub"] != sub || got["name"] != "Ada" || got["email"] != ada || got["email_verified"] != "true" || out.UserStatus != types.UserStatusTypeConfirmed {
		t.Errorf("got %v %v, want a confirmed user with sub %s", out.UserStatus, got, sub)
	}

	s.AddUser(t, cenotetest.User{Email: "new@example.com", Password: password, Temporary: true})
	if got := signIn(t, s.App, "new@example.com", password).ChallengeName; got != types.ChallengeNameTypeNewPasswordRequired {
		t.Errorf("challenge = %q, want NEW_PASSWORD_REQUIRED", got)
	}
	if n := len(s.Messages(t, "")); n != 0 {
		t.Errorf("%d messages were sent", n)
	}
}

func TestNewPoolAndNewClient(t *testing.T) {
	t.Parallel()
	s := cenotetest.Start(t)
	secret := s.NewClient(t, cip.CreateUserPoolClientInput{GenerateSecret: true})
	if secret.ClientSecret == "" || secret.UserPoolID != s.UserPoolID || secret.ClientID == s.ClientID || secret.URL != s.URL {
		t.Errorf("got %+v, want another client of %s with a secret", secret, s.UserPoolID)
	}
	app := s.NewPool(t, cip.CreateUserPoolInput{})
	if app.UserPoolID == s.UserPoolID || app.ClientSecret != "" {
		t.Errorf("got %+v, want another pool with a public client", app)
	}
	s.AddUser(t, cenotetest.User{UserPoolID: app.UserPoolID, Username: "ada", Password: password})
	signIn(t, app, "ada", password)
}

func TestConfigIsThatOfTheApp(t *testing.T) {
	t.Parallel()
	s := cenotetest.Start(t)
	s.AddUser(t, cenotetest.User{Email: ada, Password: password})
	for _, app := range []cenotetest.App{s.App, s.NewClient(t, cip.CreateUserPoolClientInput{GenerateSecret: true})} {
		c, err := auth.New(app.Config(), nil)
		if err != nil {
			t.Fatal(err)
		}
		flow, err := c.SignIn(t.Context(), auth.SignInInput{Username: ada, Password: password})
		if err != nil {
			t.Fatal(err)
		}
		if !flow.Done() {
			t.Errorf("the sign-in waits for %s", flow.Step())
		}
	}
}

func TestIssuer(t *testing.T) {
	t.Parallel()
	s := cenotetest.StartWith(t, cenotetest.Options{Issuer: "https://cognito-idp.{region}.amazonaws.com/{poolId}"})
	res, err := http.Get(s.URL + "/" + s.UserPoolID + "/.well-known/openid-configuration")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var text bytes.Buffer
	if _, err := text.ReadFrom(res.Body); err != nil {
		t.Fatal(err)
	}
	if want := `"issuer":"https://cognito-idp.us-east-1.amazonaws.com/` + s.UserPoolID + `"`; !strings.Contains(text.String(), want) {
		t.Errorf("got %s, want %s", &text, want)
	}
}

// What a test does wrong ends that test, with a reason.
func TestMistakesFailTheTest(t *testing.T) {
	t.Parallel()
	s := cenotetest.Start(t)
	for _, tt := range []struct {
		name string
		do   func(t testing.TB)
		want string
	}{
		{"a clock that goes back", func(t testing.TB) { s.Advance(t, -time.Second) }, "does not go back"},
		{"a code that nobody sent", func(t testing.TB) { s.Code(t, "nobody@example.com") }, "nothing was sent to nobody@example.com"},
		{"a password that the pool refuses", func(t testing.TB) { s.AddUser(t, cenotetest.User{Email: ada, Password: "short"}) }, "InvalidPasswordException"},
		{"a client of no pool", func(t testing.TB) {
			s.NewClient(t, cip.CreateUserPoolClientInput{UserPoolId: new("us-east-1_None")})
		}, "ResourceNotFoundException"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tb := &short{TB: t}
			over := make(chan struct{})
			go func() { defer close(over); tt.do(tb) }()
			<-over
			if !strings.Contains(tb.fatal, tt.want) {
				t.Errorf("the test failed with %q, want %q", tb.fatal, tt.want)
			}
		})
	}
}

// short is a test that may fail, and that ends when its end is called.
type short struct {
	testing.TB
	fatal    string
	cleanups []func()
}

func (s *short) Fatalf(format string, args ...any) {
	s.fatal = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

func (s *short) Errorf(string, ...any) {} // is not what it is asked for

func (s *short) Cleanup(f func()) { s.cleanups = append(s.cleanups, f) }

func (s *short) end() {
	for _, f := range slices.Backward(s.cleanups) {
		f()
	}
}

func signIn(t testing.TB, app cenotetest.App, username, password string) *cip.InitiateAuthOutput {
	t.Helper()
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	out, err := cip.New(cip.Options{
		BaseEndpoint: &app.URL, Region: "us-east-1", Credentials: aws.AnonymousCredentials{}, HTTPClient: &http.Client{Transport: transport},
	}).InitiateAuth(t.Context(), &cip.InitiateAuthInput{
		ClientId: &app.ClientID, AuthFlow: types.AuthFlowTypeUserPasswordAuth,
		AuthParameters: map[string]string{"USERNAME": username, "PASSWORD": password},
	})
	if err != nil {
		t.Fatalf("sign in: %v", err)
	}
	return out
}

// BenchmarkStart measures Start, and besides how long the server takes to stop.
// The medians are what counts, since the disk has moods.
func BenchmarkStart(b *testing.B) {
	var starts, stops []time.Duration
	for b.Loop() {
		tb := &short{TB: b}
		began := time.Now()
		s := cenotetest.Start(tb)
		starts = append(starts, time.Since(began))
		if !regexp.MustCompile(`^http://127\.0\.0\.1:\d+$`).MatchString(s.URL) {
			b.Fatalf("URL = %q", s.URL)
		}
		began = time.Now()
		tb.end()
		stops = append(stops, time.Since(began))
	}
	b.ReportMetric(milliseconds(starts), "start-ms")
	b.ReportMetric(milliseconds(stops), "stop-ms")
}

func milliseconds(list []time.Duration) float64 {
	slices.Sort(list)
	return float64(list[len(list)/2].Microseconds()) / 1000
}

func TestAProgramThatDoesNotStart(t *testing.T) {
	for _, tt := range []struct{ name, program, want string }{
		{"is not there", "cenote-that-is-not-there", "start CENOTE_BINARY"},
		{"is another program", "go", "go ended before it was ready"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("CENOTE_BINARY", tt.program)
			tb := &short{TB: t}
			over := make(chan struct{})
			go func() { defer close(over); cenotetest.Start(tb) }()
			<-over
			tb.end()
			if !strings.Contains(tb.fatal, tt.want) {
				t.Errorf("the test failed with %q, want %q", tb.fatal, tt.want)
			}
		})
	}
}
