package signin

import (
	"context"
	"encoding/hex"

	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/core/session"
	"github.com/cenote-auth/cenote/internal/srp"
	"github.com/cenote-auth/cenote/internal/store"
)

// askDeviceSRPAuth asks the device of who for its first message.
func (s *Service) askDeviceSRPAuth(who person) Step {
	return Step{Challenge: "DEVICE_SRP_AUTH", Session: s.Sessions.Seal(s.state(who, "DEVICE_SRP_AUTH"))}
}

// resumeDevice is resume for the device that a session waits for.
func (s *Service) resumeDevice(ctx context.Context, r Reply) (person, session.State, error) {
	who, state, err := s.resume(ctx, r)
	switch {
	case err != nil:
		return person{}, session.State{}, err
	case who.user == nil || who.device != state.Device:
		return person{}, session.State{}, errSession
	}
	if who, err = s.lookForDevice(ctx, who); err != nil {
		return person{}, session.State{}, err
	}
	if who.known == nil || !who.known.Remembered {
		return person{}, session.State{}, errDevice
	}
	if owed, err := s.demand(ctx, who); err != nil || owed.Challenge != "" { // since the device was asked
		return person{}, session.State{}, errSession
	}
	return who, state, nil
}

// answerDeviceSRPAuth is DEVICE_SRP_AUTH: A comes in, B and the salt go out.
func (s *Service) answerDeviceSRPAuth(ctx context.Context, r Reply) (Step, error) {
	who, _, err := s.resumeDevice(ctx, r)
	if err != nil {
		return Step{}, err
	}
	a, err := srp.ParseA(r.Responses["SRP_A"])
	if err != nil {
		return Step{}, errPublicA
	}
	salt, exchange, b, err := s.Devices.Challenge(ctx, who.known, a)
	if err != nil {
		return Step{}, err
	}
	state := s.state(who, "DEVICE_PASSWORD_VERIFIER")
	state.Proof = exchange
	block := s.Sessions.Seal(state)
	return Step{
		Challenge: "DEVICE_PASSWORD_VERIFIER", Session: block,
		Parameters: map[string]string{
			"DEVICE_KEY": who.device, "SALT": hex.EncodeToString(salt), "SRP_B": b, "SECRET_BLOCK": block, "USERNAME": who.username,
		},
	}, nil
}

// answerDevicePasswordVerifier is DEVICE_PASSWORD_VERIFIER: the device's proof.
func (s *Service) answerDevicePasswordVerifier(ctx context.Context, r Reply) (Step, error) {
	who, state, err := s.resumeDevice(ctx, r)
	if err != nil {
		return Step{}, err
	}
	proof, err := parseProof(r.Responses)
	if err != nil {
		return Step{}, err
	}
	err = s.Store.Update(ctx, func(tx store.Tx) error { return s.Limits.Device(ctx, tx, who.pool.Key, who.sub) })
	if err != nil {
		return Step{}, err
	}
	right, err := s.Devices.Proves(ctx, who.known, state.Proof, proof)
	if err != nil {
		return Step{}, err
	}
	if !right {
		return Step{}, errPassword
	}
	who.byDevice = true
	step, err := s.third(ctx, who)
	return step, s.excuse(ctx, err, func(tx store.Tx) error {
		return s.Limits.Clear(ctx, tx, who.pool.Key, who.sub, limit.FactorDevice)
	})
}
