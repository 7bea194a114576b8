package userpool_test

import (
	"testing"
	"time"

	"github.com/cenote-auth/cenote/auth/storage"
	"github.com/cenote-auth/cenote/auth/userpool"
)

func TestSecondFactorsOfAPool(t *testing.T) {
	t.Parallel()
	access := parse(t, mint(now, now.Add(time.Hour), nil))
	with := ofToken(access)
	teapot := failure{code: "TeapotException"}
	p, _ := newStub(t, nil,
		exchange{"AssociateSoftwareToken", with(), object{"SecretCode": "JBSWY3DP"}},
		exchange{"AssociateSoftwareToken", with(), teapot},
		exchange{"VerifySoftwareToken", with("UserCode", "123456", "FriendlyDeviceName", "phone"), object{"Status": "SUCCESS"}},
		exchange{"VerifySoftwareToken", with("UserCode", "654321"), object{"Status": "ERROR"}},
		exchange{"VerifySoftwareToken", with("UserCode", ""), teapot},
		exchange{"SetUserMFAPreference", with("SMSMfaSettings.Enabled", "true", "SoftwareTokenMfaSettings.Enabled", "true",
			"SoftwareTokenMfaSettings.PreferredMfa", "true"), nil},
		exchange{"SetUserMFAPreference", with("EmailMfaSettings.Enabled", "true"), nil},
		exchange{"SetUserMFAPreference", with(), teapot})

	secret, err := p.SetUpSoftwareToken(t.Context(), access)
	if err != nil || secret != "JBSWY3DP" {
		t.Errorf("SetUpSoftwareToken: %q, %v", secret, err)
	}
	_, err = p.SetUpSoftwareToken(t.Context(), access)
	wantCode(t, err, "TeapotException")
	if err := p.VerifySoftwareToken(t.Context(), access, "123456", "phone"); err != nil {
		t.Errorf("VerifySoftwareToken: %v", err)
	}
	wantCode(t, p.VerifySoftwareToken(t.Context(), access, "654321", ""), userpool.ErrSoftwareToken)
	wantCode(t, p.VerifySoftwareToken(t.Context(), access, "", ""), "TeapotException")

	on := &userpool.MFAPreference{Enabled: true}
	err = p.SetUserMFAPreference(t.Context(), access, userpool.MFAPreferences{
		SMS: on, SoftwareToken: &userpool.MFAPreference{Enabled: true, Preferred: true},
	})
	if err != nil {
		t.Errorf("SetUserMFAPreference: %v", err)
	}
	if err := p.SetUserMFAPreference(t.Context(), access, userpool.MFAPreferences{Email: on}); err != nil {
		t.Errorf("SetUserMFAPreference: %v", err)
	}
	wantCode(t, p.SetUserMFAPreference(t.Context(), access, userpool.MFAPreferences{}), "TeapotException")
}

// ofToken are requests with an access token and more.
func ofToken(access userpool.Token) func(more ...string) request {
	return func(more ...string) request {
		r := request{"AccessToken": access.Raw()}
		for i := 0; i < len(more); i += 2 {
			r[more[i]] = more[i+1]
		}
		return r
	}
}

// seatedUser is ada, signed in at a stub that plays the script.
func seatedUser(t *testing.T, script func(with func(more ...string) request) []exchange) (*userpool.User, storage.Storage) {
	t.Helper()
	access := parse(t, mint(now, now.Add(time.Hour), nil))
	s := storage.NewMemory()
	pool, _ := newStub(t, &userpool.Options{Now: clock, Storage: s}, script(ofToken(access))...)
	u := pool.User("ada")
	if err := u.SetSession(t.Context(), &userpool.Session{AccessToken: access, RefreshToken: "refresh-1"}); err != nil {
		t.Fatal(err)
	}
	return u, s
}

func TestSecondFactorsOfAUser(t *testing.T) {
	t.Parallel()
	u, _ := seatedUser(t, func(with func(...string) request) []exchange {
		return []exchange{
			{"AssociateSoftwareToken", with(), object{"SecretCode": "JBSWY3DP"}},
			{"VerifySoftwareToken", with("UserCode", "654321"), failure{code: "EnableSoftwareTokenMFAException"}},
			{"VerifySoftwareToken", with("UserCode", "123456", "FriendlyDeviceName", "phone"), object{"Status": "SUCCESS"}},
			{"SetUserMFAPreference", with("SoftwareTokenMfaSettings.Enabled", "true"), nil},
			{"SetUserSettings", with("MFAOptions.0.AttributeName", "phone_number", "MFAOptions.0.DeliveryMedium", "SMS"), nil},
			{"SetUserSettings", with(), nil},
		}
	})
	if secret, err := u.AssociateSoftwareToken(t.Context()); err != nil || secret != "JBSWY3DP" {
		t.Errorf("AssociateSoftwareToken: %q, %v", secret, err)
	}
	_, err := u.VerifySoftwareToken(t.Context(), "654321", "")
	wantCode(t, err, userpool.ErrSoftwareToken)
	step, err := u.VerifySoftwareToken(t.Context(), "123456", "phone")
	if err != nil || step.Session == nil || *step.Session != *u.SignInSession() {
		t.Errorf("VerifySoftwareToken: %v, %v", step, err)
	}
	if err := u.SetMFAPreference(t.Context(), userpool.MFAPreferences{SoftwareToken: &userpool.MFAPreference{Enabled: true}}); err != nil {
		t.Errorf("SetMFAPreference: %v", err)
	}
	if err := u.EnableMFA(t.Context()); err != nil {
		t.Errorf("EnableMFA: %v", err)
	}
	if err := u.DisableMFA(t.Context()); err != nil {
		t.Errorf("DisableMFA: %v", err)
	}
}

// What a user who is signed out asks for is not asked of anybody.
func TestFactorsAndDevicesOfNobody(t *testing.T) {
	t.Parallel()
	pool, _ := newStub(t, nil)
	u := pool.User("ada")
	ctx := t.Context()
	_, device := u.Device(ctx)
	_, devices := u.Devices(ctx, userpool.ListDevicesInput{})
	for _, err := range []error{
		device, devices, u.ForgetDevice(ctx), u.ForgetSpecificDevice(ctx, "k"), u.SetDeviceRemembered(ctx, true),
		u.SetMFAPreference(ctx, userpool.MFAPreferences{}), u.EnableMFA(ctx), u.DisableMFA(ctx),
	} {
		wantCode(t, err, userpool.ErrNoUser)
	}
}
