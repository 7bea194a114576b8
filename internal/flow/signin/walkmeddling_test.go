package signin_test

import (
	"context"

	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

// meddle changes what somebody has switched on, or what a pool asks for.
func (w *walker) meddle() {
	if len(w.places) > 0 && w.rand.IntN(2) == 0 {
		w.meddleWith(w.places[w.rand.IntN(len(w.places))].who)
		return
	}
	p := w.pools[w.rand.IntN(len(w.pools))]
	w.Tx(w.t, func(ctx context.Context, tx store.Tx) error {
		now, err := tx.PoolByKey(ctx, p.Key)
		if err != nil {
			return err
		}
		changed := *now
		changed.MFA, changed.Second = w.pick("OFF", "OPTIONAL", "ON"), pool.SecondFactors{}
		if changed.MFA == "ON" && (changed.AllowsCodes() || changed.AllowsFirst(pool.FirstToken)) {
			changed.MFA = "OPTIONAL"
		}
		if on := 1 + w.rand.IntN(7); changed.MFA != "OFF" {
			changed.Second = pool.SecondFactors{SMS: on&1 > 0, Email: on&2 > 0, SoftwareToken: on&4 > 0}
		}
		changed.Device = []*pool.DeviceSettings{nil, {}, {ChallengeOnNewDevice: true}}[w.rand.IntN(3)]
		if changed.WebAuthn != nil {
			passkeys := *changed.WebAuthn
			passkeys.Factors = w.pick("", "MULTI_FACTOR_WITH_USER_VERIFICATION")
			changed.WebAuthn = &passkeys
		}
		return tx.UpdatePool(ctx, &changed)
	})
}

func (w *walker) meddleWith(s *somebody) {
	on := w.rand.IntN(8)
	w.Change(w.t, w.poolOf(s), s.user.Username, func(u *pool.User) {
		u.Factors = pool.Factors{SMS: on&1 > 0, Email: on&2 > 0, SoftwareToken: on&4 > 0 && s.seed != nil, Passkey: w.rand.IntN(3) == 0}
	})
}

// earned fails unless the tokens of a sign-in, which are for a device, come after
// what is asked of its user now.
func (w *walker) earned(from string, at *place, device string) {
	var p *pool.Pool
	w.Tx(w.t, func(ctx context.Context, tx store.Tx) (err error) {
		p, err = tx.PoolByKey(ctx, at.who.user.PoolKey)
		return err
	})
	own := at.who.device.key != "" && device == at.who.device.key
	if at.who.remembered && own && from != "DEVICE_PASSWORD_VERIFIER" {
		w.t.Fatalf("%s: tokens for a device that has not proved itself", from)
	}
	u := w.Again(w.t, at.who.user)
	demand, err := p.Demand(u)
	if err == nil && demand.Challenge == "" {
		return
	}
	after := func(names ...string) bool {
		for _, name := range names {
			if at.passed[name] {
				return true
			}
		}
		return false
	}
	firsts := []string{"USER_PASSWORD_AUTH", "PASSWORD_VERIFIER", "PASSWORD", "SELECT_CHALLENGE", "USER_AUTH", "WEB_AUTHN"}
	switch {
	case after("SMS_MFA", "SOFTWARE_TOKEN_MFA", "MFA_SETUP"), after("EMAIL_OTP") && after(firsts...):
	case after("WEB_AUTHN") && at.who.key.Verifies: // by a passkey that may have been both then
	case from == "DEVICE_PASSWORD_VERIFIER" && p.Device != nil && p.Device.ChallengeOnNewDevice && own:
	default:
		w.t.Fatalf("%s: tokens after %v, where %q is asked for (%v) of %+v", from, at.passed, demand.Challenge, err, u.Factors)
	}
}
