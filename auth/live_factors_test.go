package auth_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cenote-auth/cenote/auth"
	"github.com/cenote-auth/cenote/auth/storage"
	"github.com/cenote-auth/cenote/auth/userpool"
	"github.com/cenote-auth/cenote/cenotetest"
)

// withApps is a confidential client of a pool with authenticator apps that
// remembers devices where the user says so, and ada in the pool.
func withApps(t *testing.T, opts *auth.Options) (*cenotetest.Server, *auth.Client) {
	t.Helper()
	s := cenotetest.Start(t)
	app := s.NewPool(t, cip.CreateUserPoolInput{
		UsernameAttributes:  []types.UsernameAttributeType{types.UsernameAttributeTypeEmail},
		DeviceConfiguration: &types.DeviceConfigurationType{ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true},
	})
	_, err := s.Admin().SetUserPoolMfaConfig(t.Context(), &cip.SetUserPoolMfaConfigInput{
		UserPoolId: &app.UserPoolID, MfaConfiguration: types.UserPoolMfaTypeOptional,
		SoftwareTokenMfaConfiguration: &types.SoftwareTokenMfaConfigType{Enabled: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	s.AddUser(t, cenotetest.User{UserPoolID: app.UserPoolID, Email: "ada@example.com", Password: "Tulip-42"})
	app = s.NewClient(t, cip.CreateUserPoolClientInput{UserPoolId: &app.UserPoolID, GenerateSecret: true})
	return s, live(t, s, app, opts)
}

// An app is set up, asked for, and spared on a device that is remembered; all by a
// client with a secret, and an address for a name.
func TestAppAndDevice(t *testing.T) {
	t.Parallel()
	s, client := withApps(t, &auth.Options{DeviceName: "laptop"})
	ctx := t.Context()
	signIn(t, client)
	setup, err := client.SetUpTOTP(ctx)
	if err != nil {
		t.Fatal(err)
	}
	code := s.TOTP(t, setup.Secret)
	wantCode(t, client.VerifyTOTPSetup(ctx, auth.VerifyTOTPSetupInput{Code: other(code)}), auth.ErrSoftwareToken)
	if err := client.VerifyTOTPSetup(ctx, auth.VerifyTOTPSetupInput{Code: code, FriendlyDeviceName: "phone"}); err != nil {
		t.Fatal(err)
	}
	if err := client.UpdateMFAPreference(ctx, auth.UpdateMFAPreferenceInput{TOTP: auth.MFAPreferred}); err != nil {
		t.Fatal(err)
	}
	if p, err := client.MFAPreference(ctx); err != nil || p.Preferred != auth.MFATOTP || !slices.Equal(p.Enabled, []auth.MFAType{auth.MFATOTP}) {
		t.Errorf("MFAPreference = %+v, %v", p, err)
	}

	enter := func(flow auth.Flow) *auth.SignInFlow {
		t.Helper()
		if err := client.SignOut(ctx, nil); err != nil {
			t.Fatal(err)
		}
		f, err := client.SignIn(ctx, auth.SignInInput{Username: "ada@example.com", Password: "Tulip-42", Flow: flow})
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	flow := enter(auth.FlowSRP)
	if next := flow.Next(); next.Step != auth.SignInTOTPCode || next.DeviceName != "phone" {
		t.Fatalf("Next = %+v", next)
	}
	wantCode(t, flow.Confirm(ctx, code, nil), auth.ErrCodeExpired)
	s.Advance(t, 30*time.Second)
	flow = resume(t, client, flow)
	if err := flow.Confirm(ctx, s.TOTP(t, setup.Secret), nil); err != nil || !flow.Done() {
		t.Fatalf("Confirm: %v, at %s", err, flow.Step())
	}
	if err := client.RememberDevice(ctx); err != nil {
		t.Fatal(err)
	}
	for _, how := range []auth.Flow{auth.FlowSRP, auth.FlowPassword} {
		if flow := enter(how); !flow.Done() {
			t.Errorf("on a device that is remembered %s stands at %s", how, flow.Step())
		}
	}
	if _, err := client.Session(ctx, &auth.SessionOptions{ForceRefresh: true}); err != nil {
		t.Errorf("a refresh on a device: %v", err)
	}
	here, err := client.CurrentDevice(ctx)
	if err != nil || here.Name != "laptop" || here.Created.IsZero() {
		t.Errorf("CurrentDevice = %+v, %v", here, err)
	}
	if ids, err := devicesOf(ctx, client); err != nil || !slices.Contains(ids, here.ID) {
		t.Errorf("Devices = %v, %v, want %s among them", ids, err, here.ID)
	}
	if err := client.UnrememberDevice(ctx); err != nil {
		t.Fatal(err)
	}
	if flow := enter(auth.FlowSRP); flow.Step() != auth.SignInTOTPCode {
		t.Errorf("on a device that is remembered no more the sign-in stands at %s", flow.Step())
	}
}

// An app's code in the place of a password, chosen and preferred.
func TestAppInThePlaceOfAPassword(t *testing.T) {
	t.Parallel()
	s := cenotetest.Start(t)
	app := s.NewPool(t, cip.CreateUserPoolInput{Policies: &types.UserPoolPolicyType{SignInPolicy: &types.SignInPolicyType{
		AllowedFirstAuthFactors: []types.AuthFactorType{types.AuthFactorTypePassword, "SOFTWARE_TOKEN"},
	}}})
	app = s.NewClient(t, cip.CreateUserPoolClientInput{UserPoolId: &app.UserPoolID, ExplicitAuthFlows: []types.ExplicitAuthFlowsType{
		types.ExplicitAuthFlowsTypeAllowUserAuth, types.ExplicitAuthFlowsTypeAllowUserSrpAuth, types.ExplicitAuthFlowsTypeAllowRefreshTokenAuth,
	}})
	s.AddUser(t, cenotetest.User{UserPoolID: app.UserPoolID, Username: "ada", Password: "Tulip-42"})
	client := live(t, s, app, &auth.Options{ReplaceSession: true})
	ctx := t.Context()
	if _, err := client.SignIn(ctx, auth.SignInInput{Username: "ada", Password: "Tulip-42"}); err != nil {
		t.Fatal(err)
	}
	setup, err := client.SetUpTOTP(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := client.VerifyTOTPSetup(ctx, auth.VerifyTOTPSetupInput{Code: s.TOTP(t, setup.Secret)}); err != nil {
		t.Fatal(err)
	}
	for _, preferred := range []auth.Factor{"", auth.FactorTOTPCode} {
		s.Advance(t, 30*time.Second)
		flow, err := client.SignIn(ctx, auth.SignInInput{Username: "ada", Flow: auth.FlowUserAuth, PreferredChallenge: preferred})
		if err != nil {
			t.Fatal(err)
		}
		if preferred == "" {
			if next := flow.Next(); next.Step != auth.SignInFactorSelection || !slices.Contains(next.Available, auth.FactorTOTPCode) {
				t.Fatalf("Next = %+v", next)
			}
			if err := flow.Confirm(ctx, string(auth.FactorTOTPCode), nil); err != nil {
				t.Fatal(err)
			}
		}
		if flow.Step() != auth.SignInTOTPCode {
			t.Fatalf("preferred %q: step %s", preferred, flow.Step())
		}
		if err := flow.Confirm(ctx, s.TOTP(t, setup.Secret), nil); err != nil || !flow.Done() {
			t.Errorf("preferred %q: %v, step %s", preferred, err, flow.Step())
		}
	}
}

// other is another code.
func other(code string) string {
	if code == "123321" {
		return "321123"
	}
	return "123321"
}

// A new secret comes with each refresh; the old one, once used, ends the session.
func TestRefreshTokensRotate(t *testing.T) {
	t.Parallel()
	s := cenotetest.Start(t)
	s.AddUser(t, cenotetest.User{Email: "ada@example.com", Password: "Tulip-42"})
	app := s.NewClient(t, cip.CreateUserPoolClientInput{
		ExplicitAuthFlows:    []types.ExplicitAuthFlowsType{types.ExplicitAuthFlowsTypeAllowUserSrpAuth},
		RefreshTokenRotation: &types.RefreshTokenRotationType{Feature: types.FeatureTypeEnabled, RetryGracePeriodSeconds: new(int32(0))},
		GenerateSecret:       true,
	})
	kept := storage.NewMemory()
	client, ctx := live(t, s, app, &auth.Options{Storage: kept}), t.Context()
	user := signIn(t, client)
	stored := func() string {
		t.Helper()
		key := userpool.Keys{ClientID: app.ClientID}.RefreshToken(user.Username)
		found, err := kept.Load(ctx, key)
		if err != nil {
			t.Fatal(err)
		}
		return found[key]
	}
	first := stored()
	for range 3 {
		before := stored()
		session, err := client.Session(ctx, &auth.SessionOptions{ForceRefresh: true})
		if err != nil {
			t.Fatal(err)
		}
		if session.Tokens.RefreshToken == before || session.Tokens.RefreshToken != stored() {
			t.Error("the new refresh token is not the stored one")
		}
	}

	old := *refreshed(t, client)
	old.RefreshToken = first
	thief := live(t, s, app, nil)
	if _, err := thief.SetSession(ctx, old); err != nil {
		t.Fatal(err)
	}
	_, err := thief.Session(ctx, &auth.SessionOptions{ForceRefresh: true})
	wantCode(t, err, auth.ErrSessionExpired)
	wantCode(t, err, auth.ErrRefreshTokenReuse)
	if _, err := thief.CurrentUser(ctx, nil); err == nil {
		t.Error("the session of a token that was used before is still there")
	}
}

func refreshed(t *testing.T, client *auth.Client) *auth.Tokens {
	t.Helper()
	session, err := client.Session(t.Context(), nil)
	if err != nil || !session.SignedIn() {
		t.Fatalf("Session = %v, %v", session, err)
	}
	return session.Tokens
}

// Two programs that share a file refresh at the same time: each token is used
// once, and both go on.
func TestTwoProgramsRotateOneToken(t *testing.T) {
	t.Parallel()
	s := cenotetest.Start(t)
	s.AddUser(t, cenotetest.User{Email: "ada@example.com", Password: "Tulip-42"})
	app := s.NewClient(t, cip.CreateUserPoolClientInput{
		ExplicitAuthFlows:    []types.ExplicitAuthFlowsType{types.ExplicitAuthFlowsTypeAllowUserPasswordAuth, types.ExplicitAuthFlowsTypeAllowUserSrpAuth},
		RefreshTokenRotation: &types.RefreshTokenRotationType{Feature: types.FeatureTypeEnabled, RetryGracePeriodSeconds: new(int32(0))},
	})
	path := t.TempDir() + "/session.json"
	programs := make([]*auth.Client, 2)
	for i := range programs {
		file, err := storage.OpenFile(path)
		if err != nil {
			t.Fatal(err)
		}
		programs[i] = live(t, s, app, &auth.Options{Storage: file})
	}
	signIn(t, programs[0])
	for round := range 5 {
		s.Advance(t, 2*time.Hour)
		tokens := make(chan string, 8)
		for i := range cap(tokens) {
			go func() {
				session, err := programs[i%2].Session(t.Context(), nil)
				if err != nil || !session.SignedIn() {
					tokens <- "round " + strings.Repeat("I", round+1) + ": " + errorText(err)
					return
				}
				tokens <- session.Tokens.RefreshToken
			}()
		}
		want := <-tokens
		for range cap(tokens) - 1 {
			if got := <-tokens; got != want {
				t.Fatalf("one has %.20s…, another %.20s…", got, want)
			}
		}
	}
}

func errorText(err error) string {
	if err == nil {
		return "nobody is signed in"
	}
	return err.Error()
}
