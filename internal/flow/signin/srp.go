package signin

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"time"

	"github.com/cenote-auth/cenote/internal/core/credential"
	"github.com/cenote-auth/cenote/internal/core/session"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/srp"
	"github.com/cenote-auth/cenote/internal/store"
)

// timestampSkew is how far the TIMESTAMP of a client may be from our clock on
// the wall. The proof is bound to a session that lives for minutes, so this
// only turns away clocks that are plainly wrong.
const timestampSkew = time.Hour

var errPublicA = pool.E(pool.InvalidParameter, "Invalid SRP_A parameter.")

// startSRP is USER_SRP_AUTH: A comes in, B and the salt go out. What the next
// step must know rides in SECRET_BLOCK.
func (s *Service) startSRP(ctx context.Context, r Request) (Step, error) {
	who, err := s.enter(ctx, r, "USERNAME", "SRP_A")
	if err != nil {
		return Step{}, err
	}
	return s.askPasswordVerifier(ctx, who, r.Parameters["SRP_A"])
}

// askPasswordVerifier asks who to prove the password. One that was imported as a hash
// cannot be proved so: its owner is sent to get a new one, but where the client
// hides who exists, and then no proof is right.
func (s *Service) askPasswordVerifier(ctx context.Context, who person, publicA string) (Step, error) {
	if who.verifier.Imported() && !who.client.HidesUnknownUsers() {
		return Step{}, errReset
	}
	a, err := srp.ParseA(publicA)
	if err != nil {
		return Step{}, errPublicA
	}
	exchange, b, err := s.Passwords.Challenge(ctx, who.verifier, a)
	if err != nil {
		return Step{}, err
	}
	state := s.state(who, "PASSWORD_VERIFIER")
	state.Proof = exchange
	return Step{
		Challenge: "PASSWORD_VERIFIER",
		Parameters: map[string]string{
			"SALT":            hex.EncodeToString(who.verifier.Salt),
			"SRP_B":           b,
			"SECRET_BLOCK":    s.Sessions.Seal(state),
			"USERNAME":        who.username,
			"USER_ID_FOR_SRP": who.username,
		},
	}, nil
}

// ofNobody is the generation in the sessions of a name that nobody has; no
// user comes to it.
const ofNobody = -1

// state is what the answer to step must know of who. It is equally long
// whether there is a user or not.
func (s *Service) state(who person, step string) session.State {
	state := session.State{
		Purpose: challenges[step].purpose, PoolKey: who.pool.Key, ClientID: who.client.ID, Sub: who.sub, Generation: ofNobody,
		Step: step, SignInID: who.id, Flow: who.flow, First: who.first, Second: who.second, Device: who.deviceInSession(), Round: who.round,
		Expires: s.Now().Add(who.client.SessionLifetime()),
	}
	if state.SignInID == "" {
		state.SignInID = who.event
	}
	if who.user != nil {
		state.Generation = who.user.SessionGeneration
	}
	return state
}

// answerPasswordVerifier is PASSWORD_VERIFIER: the client's proof of the password.
func (s *Service) answerPasswordVerifier(ctx context.Context, r Reply) (Step, error) {
	who, state, err := s.resume(ctx, r)
	if err != nil {
		return Step{}, err
	}
	proof, err := parseProof(r.Responses)
	if err != nil {
		return Step{}, err
	}
	if err := s.debit(ctx, &who); err != nil {
		return Step{}, err
	}
	right, err := s.Passwords.Proves(ctx, who.pool, who.username, who.verifier, state.Proof, proof)
	if err != nil {
		return Step{}, err
	}
	if !right || who.user == nil {
		return Step{}, errPassword
	}
	return s.proven(ctx, who, "PASSWORD_VERIFIER")
}

// parseProof reads what a client sends to prove its password.
func parseProof(responses Parameters) (credential.Proof, error) {
	at, err := srp.ParseTimestamp(responses["TIMESTAMP"])
	if err != nil {
		return credential.Proof{}, pool.E(pool.InvalidParameter, "TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.")
	}
	if time.Since(at).Abs() > timestampSkew {
		return credential.Proof{}, errPassword
	}
	block, err := base64.StdEncoding.DecodeString(responses["PASSWORD_CLAIM_SECRET_BLOCK"])
	if err != nil {
		return credential.Proof{}, errSession
	}
	signature, err := base64.StdEncoding.DecodeString(responses["PASSWORD_CLAIM_SIGNATURE"])
	if err != nil {
		return credential.Proof{}, errPassword
	}
	return credential.Proof{SecretBlock: block, Timestamp: responses["TIMESTAMP"], Signature: signature}, nil
}

// reread loads the user of a session again: a disable, a new password or a
// sign-out everywhere ends sessions that are open. A nobody is whom name makes
// it, for sameName to compare.
func (s *Service) reread(ctx context.Context, snap store.Snapshot, who *person, name string, state session.State) error {
	u, err := snap.User(ctx, who.pool.Key, state.Sub)
	switch {
	case errors.Is(err, store.ErrNotFound) && state.Generation == ofNobody:
		*who = s.nobody(*who, name)
		return nil
	case errors.Is(err, store.ErrNotFound):
		return errSession
	case err != nil:
		return err
	case !u.Enabled:
		return errDisabled
	}
	who.user, who.sub, who.username = u, u.Sub, u.Username
	return state.ForUser(u)
}
