package signin

import (
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"unicode/utf8"

	"github.com/cenote-auth/cenote/internal/core/directory"
	"github.com/cenote-auth/cenote/internal/core/message"
	"github.com/cenote-auth/cenote/internal/core/session"
	"github.com/cenote-auth/cenote/internal/core/totp"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
)

const mfaSetup = "MFA_SETUP"

// maxSetUp is the longest address, in bytes, that can be set up in a sign-in:
// the session carries it.
const maxSetUp = 256

// askMFASetup asks who to set up a second factor.
func (s *Service) askMFASetup(_ context.Context, who person, demand pool.Demand) (question, error) {
	return question{step: Step{
		Challenge: mfaSetup, Session: s.Sessions.Seal(s.state(who, mfaSetup)),
		Parameters: map[string]string{"MFAS_CAN_SETUP": jsonText(demand.Choices), "USER_ID_FOR_SRP": who.username},
	}}, nil
}

// mustSetUp returns NotAuthorized unless who has to set up a second factor now,
// and may that one: whoever has one by now is asked for it instead.
func (who person) mustSetUp(factor string) error {
	if who.user == nil {
		return errSession
	}
	demand, err := who.pool.Demand(who.user)
	if err != nil || demand.Challenge != mfaSetup || !slices.Contains(demand.Choices, factor) {
		return errSession
	}
	return nil
}

// answerMFASetup is MFA_SETUP: with the session of VerifySoftwareToken the
// software token is set up and the sign-in goes on; with an address, EMAIL, which
// the service's guide writes in lower case, or PHONE_NUMBER, a code goes there first.
func (s *Service) answerMFASetup(ctx context.Context, r Reply) (Step, error) {
	who, state, err := s.resume(ctx, r)
	if err != nil {
		return Step{}, err
	}
	if token, ok := parseSetUp(state.Proof); ok && token.verified {
		return s.setUpToken(ctx, who, token)
	}
	for _, f := range []struct{ factor, name string }{{"EMAIL_OTP", "EMAIL"}, {"EMAIL_OTP", "email"}, {"SMS_MFA", "PHONE_NUMBER"}} {
		if address := r.Responses[f.name]; address != "" {
			return s.askNewAddress(ctx, who, f.factor, address)
		}
	}
	return Step{}, pool.E(pool.InvalidParameter, "No MFA factor has been set up.")
}

// setUpToken makes the token that the session carries the one of who, switched
// on.
func (s *Service) setUpToken(ctx context.Context, who person, token setUp) (Step, error) {
	if err := who.mustSetUp(softwareToken); err != nil {
		return Step{}, err
	}
	sealed := s.Seeds.Seal(who.pool.Key, who.sub, token.seed)
	return s.passed(ctx, who, softwareToken, who.user, func(tx store.Tx, now *pool.User) error {
		still := who
		still.user = now
		if err := still.mustSetUp(softwareToken); err != nil {
			return err
		}
		if err := tx.AskSoftwareToken(ctx, now.PoolKey, now.Sub, sealed); err != nil {
			return err
		}
		if err := tx.VerifySoftwareToken(ctx, now.PoolKey, now.Sub, sealed, token.name, token.step); err != nil {
			return err
		}
		now.Factors.SoftwareToken = true
		return directory.Save(ctx, tx, who.pool, now, s.Now(), false)
	})
}

// askNewAddress sends a code to the address that is to be a second factor of
// who.
func (s *Service) askNewAddress(ctx context.Context, who person, factor, address string) (Step, error) {
	if err := who.mustSetUp(factor); err != nil {
		return Step{}, err
	}
	attribute := codeAt[factor].attribute
	if len(address) > maxSetUp {
		return Step{}, pool.E(pool.InvalidParameter, "The address is too long.")
	}
	changes, err := who.pool.Schema.CheckNew(map[string]string{attribute: address}, false)
	if err != nil {
		return Step{}, err
	}
	to, _ := message.To(&pool.User{Attributes: changes}, attribute)
	next, err := s.askCode(ctx, who, factor, to, true)
	if err != nil {
		return Step{}, err
	}
	return s.put(ctx, next)
}

// setUpAddress makes the address, which a code came back from, the one of who,
// proved and a second factor that is switched on.
func (s *Service) setUpAddress(ctx context.Context, who person, factor, attribute, address string) (Step, error) {
	before := who.user
	who.user = withAddress(before, attribute, address)
	return s.passed(ctx, who, factor, before, func(tx store.Tx, now *pool.User) error {
		still := who
		still.user = now
		if err := still.mustSetUp(factor); err != nil {
			return err
		}
		now.Prove(attribute, address)
		now.Factors.Email = now.Factors.Email || factor == pool.MailFactor
		now.Factors.SMS = now.Factors.SMS || factor == pool.TextFactor
		return directory.Save(ctx, tx, who.pool, now, s.Now(), false)
	})
}

// A setUp is the software token that a session of MFA_SETUP carries.
type setUp struct {
	seed     []byte
	verified bool
	step     int64  // once verified: the time step of the password that was shown
	name     string // once verified
}

func (t setUp) bytes() []byte {
	b := append([]byte{'n'}, t.seed...)
	if t.verified {
		b[0] = 'v'
		b = binary.BigEndian.AppendUint64(b, uint64(t.step))
		b = append(b, t.name...)
	}
	return b
}

// parseSetUp reads what bytes wrote; false for a session without a token.
func parseSetUp(b []byte) (setUp, bool) {
	if len(b) < 1+totp.SeedSize {
		return setUp{}, false
	}
	t := setUp{seed: b[1 : 1+totp.SeedSize], verified: b[0] == 'v'}
	if rest := b[1+totp.SeedSize:]; t.verified && len(rest) >= 8 {
		t.step, t.name = int64(binary.BigEndian.Uint64(rest)), string(rest[8:])
	}
	return t, true
}

var (
	errNoTokens = pool.E(pool.NoSoftwareToken, "Software Token MFA has not been enabled by the userPool")
	errNoToken  = pool.E(pool.NoSoftwareToken, "Software Token MFA does not exist for the user.")
	errFirst    = pool.E(pool.SoftwareTokenMismatch, "Code mismatch")
)

// AssociateToken gives whoever must set up a second factor a seed, as text for an
// authenticator app, and the session to go on with. Nothing is stored before
// MFA_SETUP is answered.
// Source: AssociateSoftwareToken in model/.
func (s *Service) AssociateToken(ctx context.Context, text string) (secret, next string, err error) {
	who, state, err := s.resumeSetUp(ctx, text)
	if err != nil {
		return "", "", err
	}
	token := setUp{seed: totp.NewSeed()}
	return totp.Secret(token.seed), s.carry(who, state, token), nil
}

// VerifyToken takes the first password of the token that a session carries and
// returns the session that MFA_SETUP is answered with. Errors: NotAuthorized,
// NoSoftwareToken, SoftwareTokenMismatch; InvalidParameter for a name that is
// too long.
// Source: VerifySoftwareToken in model/.
func (s *Service) VerifyToken(ctx context.Context, text, password, name string) (next string, err error) {
	if utf8.RuneCountInString(name) > pool.MaxTokenName {
		return "", pool.E(pool.InvalidParameter, "The friendly device name is too long.")
	}
	who, state, err := s.resumeSetUp(ctx, text)
	if err != nil {
		return "", err
	}
	token, ok := parseSetUp(state.Proof)
	if !ok {
		return "", errNoToken
	}
	step, right := totp.Step(token.seed, password, s.Now())
	if !right {
		return "", errFirst
	}
	token.verified, token.step, token.name = true, step, name
	return s.carry(who, state, token), nil
}

// carry returns the session of MFA_SETUP after state that carries token. It
// lives anew at each step forward, and not at one that is taken again.
func (s *Service) carry(who person, state session.State, token setUp) string {
	next := s.state(who, mfaSetup)
	next.Proof = token.bytes()
	if had, ok := parseSetUp(state.Proof); ok && (had.verified || !token.verified) {
		next.Expires = state.Expires
	}
	return s.Sessions.Seal(next)
}

// resumeSetUp opens a session of MFA_SETUP where no client and no user is named.
func (s *Service) resumeSetUp(ctx context.Context, text string) (person, session.State, error) {
	var who person
	state, err := s.Sessions.Open(inSession, text)
	if err != nil {
		return who, state, err
	}
	err = s.Store.View(ctx, func(snap store.Snapshot) (err error) {
		who.client, who.pool, err = snap.Client(ctx, state.ClientID)
		if errors.Is(err, store.ErrNotFound) {
			return errSession
		}
		if err != nil {
			return err
		}
		if err := state.For(who.pool, who.client); err != nil {
			return err
		}
		if state.Step != mfaSetup || state.Generation == ofNobody {
			return errSession
		}
		if err := unspent(ctx, snap, state); err != nil {
			return err
		}
		return s.reread(ctx, snap, &who, "", state)
	})
	if err != nil {
		return who, state, err
	}
	who.signIn = carried(state, "")
	if !who.pool.Second.SoftwareToken {
		return who, state, errNoTokens
	}
	return who, state, who.mustSetUp(softwareToken)
}

// SetUpClient returns the app client that a session of MFA_SETUP is of, "" for
// any other text: whom AssociateSoftwareToken and VerifySoftwareToken count for.
func (s *Service) SetUpClient(text string) string {
	state, err := s.Sessions.Open(inSession, text)
	if err != nil {
		return ""
	}
	return state.ClientID
}
