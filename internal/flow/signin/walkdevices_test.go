package signin_test

import (
	"encoding/base64"
	"slices"
	"time"

	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/srp"
)

// trusting makes a pool ask for a second factor, and let remembered devices pass
// for one, or not.
func trusting(passes bool) func(*pool.Pool) {
	return func(p *pool.Pool) {
		asking("ON")(p)
		tracks(pool.DeviceSettings{ChallengeOnNewDevice: passes})(p)
	}
}

// equip gives somebody a device, which may be remembered.
func (w *walker) equip(s *somebody) {
	p := w.poolOf(s)
	if p.Device == nil || w.rand.IntN(4) == 0 {
		return
	}
	s.remembered = w.rand.IntN(3) > 0
	home := &world{Env: w.Env, pool: p}
	s.device = home.gadget(w.t, s.user, s.remembered)
}

// name names a device of somebody's in a request, or one that is nobody's.
func (w *walker) name(s *somebody, request signin.Parameters) {
	switch n := w.rand.IntN(8); {
	case n == 0:
		request["DEVICE_KEY"] = w.Devices.NewKey(w.poolOf(s))
	case n < 6 && s.device.key != "":
		request["DEVICE_KEY"] = s.device.key
	}
}

func (w *walker) ofDevice(at *place) (string, signin.Parameters) {
	at.srp = srp.NewClient()
	return at.step.Session, parameters("DEVICE_KEY", at.who.device.key, "SRP_A", at.srp.A())
}

func (w *walker) ofDeviceProof(at *place) (string, signin.Parameters) {
	g, got := at.who.device, at.step.Parameters
	key, err := at.srp.Key(g.group, g.key, g.password, got["SALT"], got["SRP_B"])
	if err != nil {
		w.t.Fatal(err)
	}
	block, err := base64.StdEncoding.DecodeString(got["SECRET_BLOCK"])
	if err != nil {
		w.t.Fatal(err)
	}
	now := srp.FormatTimestamp(time.Now())
	return "", parameters("DEVICE_KEY", g.key, "PASSWORD_CLAIM_SECRET_BLOCK", got["SECRET_BLOCK"], "TIMESTAMP", now,
		"PASSWORD_CLAIM_SIGNATURE", base64.StdEncoding.EncodeToString(srp.Signature(key, g.group, g.key, block, now)))
}

// deserved fails unless the tokens of a sign-in, which are for a device, may
// come after a step: those for a remembered device after its proof, and those
// of a pool that requires a second factor after that or one.
func (w *walker) deserved(from string, s *somebody, device string) {
	if s.remembered && device == s.device.key && from != "DEVICE_PASSWORD_VERIFIER" {
		w.t.Fatalf("%s: tokens for a device that has not proved itself", from)
	}
	p := w.poolOf(s)
	if first := []string{
		"USER_PASSWORD_AUTH", "USER_AUTH", "PASSWORD_VERIFIER", "PASSWORD", "SELECT_CHALLENGE", "NEW_PASSWORD_REQUIRED",
	}; p.MFA == "ON" && slices.Contains(first, from) {
		w.t.Fatalf("%s: tokens without a second factor", from)
	}
	if from == "WEB_AUTHN" && p.MFA == "ON" && !(p.CountsAsTwo() && s.key.Verifies) {
		w.t.Fatal("tokens for a passkey that is one factor")
	}
	if from == "DEVICE_PASSWORD_VERIFIER" && (p.Device == nil || device != s.device.key) {
		w.t.Fatalf("the proof of %s gave tokens for %q", s.device.key, device)
	}
}
