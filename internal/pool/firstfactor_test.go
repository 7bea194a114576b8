package pool_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/pool"
)

func TestFirstFactors(t *testing.T) {
	t.Parallel()
	const every = "PASSWORD EMAIL_OTP SMS_OTP WEB_AUTHN SOFTWARE_TOKEN"
	all := pool.Holdings{Passkey: true, SoftwareToken: true}
	proved := func(u *pool.User) {
		u.Attributes["email_verified"], u.Attributes["phone_number_verified"] = "true", "true"
	}
	for _, tt := range []struct {
		name   string
		allows string
		mfa    string
		change func(*pool.User)
		has    pool.Holdings
		want   string
	}{
		{"a password alone", "PASSWORD", "", proved, all, "PASSWORD"},
		{"all there is", every, "OPTIONAL", proved, all, "PASSWORD WEB_AUTHN EMAIL_OTP SMS_OTP SOFTWARE_TOKEN"},
		{"addresses that are not proved", every, "", func(*pool.User) {}, pool.Holdings{}, "PASSWORD"},
		{"one of them proved", every, "", func(u *pool.User) { u.Attributes["email_verified"] = "true" }, pool.Holdings{}, "PASSWORD EMAIL_OTP"},
		{"no password, and addresses that are not proved", every, "", func(u *pool.User) { u.SealedPassword = nil }, pool.Holdings{}, "EMAIL_OTP SMS_OTP"},
		{"nothing at all", every, "", func(u *pool.User) { u.SealedPassword, u.Attributes = nil, nil }, pool.Holdings{}, ""},
		{"somebody with a second factor", every, "OPTIONAL", func(u *pool.User) { proved(u); u.Factors.SoftwareToken = true }, all, "PASSWORD WEB_AUTHN"},
		{"a second factor that nobody asks for", every, "OFF", func(u *pool.User) { proved(u); u.Factors.SoftwareToken = true }, all,
			"PASSWORD WEB_AUTHN EMAIL_OTP SMS_OTP SOFTWARE_TOKEN"},
		{"where a second factor is required", every, "ON", proved, all, "PASSWORD WEB_AUTHN"},
		{"a temporary password", every, "", func(u *pool.User) { proved(u); u.Status = pool.ForceChangePassword }, all, "PASSWORD"},
		{"somebody of a provider", every, "", func(u *pool.User) { proved(u); u.Status, u.SealedPassword = pool.ExternalProvider, nil }, all, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := guarded(tt.mfa, "t")
			p.AllowedFirstFactors = strings.Fields(tt.allows)
			u := holder("", "pm", "")
			u.SealedPassword = []byte{1}
			tt.change(u)
			if got := p.FirstFactors(u, tt.has); !slices.Equal(got, strings.Fields(tt.want)) {
				t.Errorf("FirstFactors = %v, want %s", got, tt.want)
			}
		})
	}
}
