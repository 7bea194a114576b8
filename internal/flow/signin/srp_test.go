package signin_test

import (
	"encoding/base64"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/golden"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/srp"
)

func byEmail(p *pool.Pool) { p.UsernameAttributes = []string{"email"} }

func emailAlias(p *pool.Pool) {
	p.AliasAttributes = []string{"email", "phone_number", "preferred_username"}
}

func TestSRPSignsIn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		emails, aliases := w.Pool(t, byEmail), w.Pool(t, emailAlias)
		bob := w.Person(t, emails, "Bob@Example.com", password, nil)
		eve := w.Person(t, aliases, "eve", password, func(u *pool.User) {
			verified("eve@example.com")(u)
			u.Attributes["phone_number"], u.Attributes["phone_number_verified"] = "+15551234567", "true"
			u.Attributes["preferred_username"] = "Evelyn"
		})
		ofEmails, ofAliases := w.Client(t, emails, nil), w.Client(t, aliases, hides)
		for _, tt := range []struct {
			name   string
			pool   *pool.Pool
			client *pool.Client
			typed  string
			user   *pool.User
		}{
			{"by user name", w.pool, w.client, "ada", w.ada},
			{"by user name in other letters", w.pool, w.client, "ADA", w.ada},
			{"by sub", w.pool, w.client, w.ada.Sub, w.ada},
			{"by e-mail address", emails, ofEmails, "Bob@Example.com", bob},
			{"by e-mail address in other letters", emails, ofEmails, "bob@EXAMPLE.com", bob},
			{"by the UUID of an e-mail user", emails, ofEmails, bob.Sub, bob},
			{"by the user name of somebody with aliases", aliases, ofAliases, "eve", eve},
			{"by an e-mail alias", aliases, ofAliases, "EVE@example.com", eve},
			{"by a phone alias", aliases, ofAliases, "+15551234567", eve},
			{"by a preferred user name", aliases, ofAliases, "evelyn", eve},
		} {
			t.Run(tt.name, func(t *testing.T) {
				x := w.begin(t, tt.pool, tt.client, "USERNAME", tt.typed)
				for _, name := range []string{"USERNAME", "USER_ID_FOR_SRP"} {
					if got := x.parameters[name]; got != tt.user.Username {
						t.Errorf("%s = %q, want the real user name %q", name, got, tt.user.Username)
					}
				}
				step, err := w.prove(t, tt.client, x.proof(t, password))
				w.wantTokens(t, step, err, tt.user)
			})
		}
	})
}

// The names are the contract; what differs each time is written as its shape.
func TestPasswordVerifierParameters(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, name := range []string{"ada", "nobody"} {
			got := w.begin(t, w.pool, w.hiding, "USERNAME", name).parameters
			if got["USERNAME"] == name && got["USER_ID_FOR_SRP"] == name {
				got["USERNAME"], got["USER_ID_FOR_SRP"] = "<name>", "<name>"
			}
			for key, shape := range map[string]string{"SALT": "0123456789abcdef", "SRP_B": "0123456789abcdef"} {
				if v := got[key]; v == "" || strings.Trim(v, shape) != "" {
					t.Errorf("%s = %q, want lower-case hexadecimal", key, v)
				}
			}
			if n := len(got["SRP_B"]); n < 760 || n > 768 {
				t.Errorf("SRP_B has %d digits", n)
			}
			if len(got["SALT"]) == 32 {
				got["SALT"] = "<32 hexadecimal digits>"
			}
			if n := len(got["SECRET_BLOCK"]); n < 600 || n > 2048 {
				t.Errorf("SECRET_BLOCK has %d characters", n)
			}
			got["SRP_B"], got["SECRET_BLOCK"] = "<hexadecimal>", "<base64>"
			golden.Equal(t, "password_verifier.json", got)
		}
	})
}

func TestSRPWrongPassword(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, err := w.bySRP(t, w.pool, w.client, "ada", "wrong horse")
		flowtest.Want(t, err, pool.NotAuthorized, wrongPassword)
		x := w.begin(t, w.pool, w.client, "USERNAME", "ada")
		_, err = w.prove(t, w.client, x.proof(t, "wrong horse"))
		flowtest.Want(t, err, pool.NotAuthorized, wrongPassword)
		step, err := w.prove(t, w.client, x.proof(t, password))
		w.wantTokens(t, step, err, w.ada)
	})
}

func TestSRPOfNobody(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, err := w.start(t, w.client, "USER_SRP_AUTH", "USERNAME", "nobody", "SRP_A", srp.NewClient().A())
		flowtest.Want(t, err, pool.UserNotFound, noSuchUser)
		_, err = w.bySRP(t, w.pool, w.hiding, "nobody", password)
		flowtest.Want(t, err, pool.NotAuthorized, wrongPassword)
	})
}

func TestSRPProofIsGoodOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		proof := w.begin(t, w.pool, w.client, "USERNAME", "ada").proof(t, password)
		step, err := w.prove(t, w.client, proof)
		w.wantTokens(t, step, err, w.ada)
		for range 2 {
			_, err = w.prove(t, w.client, proof)
			flowtest.Want(t, err, pool.NotAuthorized, sessionSpent)
		}
		w.Change(t, w.pool, "ada", func(u *pool.User) { u.SessionGeneration++ })
		_, err = w.prove(t, w.client, proof)
		flowtest.Want(t, err, pool.NotAuthorized, sessionSpent)
	})
}

func TestSRPProofGivesOneSetOfTokensHoweverManyBringIt(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		proof := w.begin(t, w.pool, w.client, "USERNAME", "ada").proof(t, password)
		var mu sync.Mutex
		var all sync.WaitGroup
		won := 0
		for range 20 {
			all.Go(func() {
				step, err := w.prove(t, w.client, proof)
				if err == nil && step.Tokens != nil {
					mu.Lock()
					won++
					mu.Unlock()
					return
				}
				if e, ok := err.(*pool.Error); !ok || e.Message != sessionSpent && e.Message != lockedOut {
					t.Errorf("step = %+v, %v", step, err)
				}
			})
		}
		all.Wait()
		if won != 1 {
			t.Errorf("%d sets of tokens, want 1", won)
		}
	})
}

func TestSRPSessionsThatAreRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		sibling := w.Client(t, w.pool, nil)
		elsewhere := w.Pool(t, nil)
		stranger := w.Client(t, elsewhere, nil)
		w.Person(t, elsewhere, "ada", password, nil)
		w.Person(t, w.pool, "eve", password, nil)
		w.Person(t, w.pool, "new", password, func(u *pool.User) { u.Status = pool.ForceChangePassword })
		challenge, err := w.byPassword(t, w.client, "new", password)
		if err != nil || challenge.Session == "" {
			t.Fatalf("challenge = %+v, %v", challenge, err)
		}
		good := w.begin(t, w.pool, w.client, "USERNAME", "ada").proof(t, password)
		block := func(text string) signin.Parameters { return with(good, "PASSWORD_CLAIM_SECRET_BLOCK", text) }
		raw, _ := base64.StdEncoding.DecodeString(good["PASSWORD_CLAIM_SECRET_BLOCK"])
		altered := func(i int) string {
			b := append([]byte(nil), raw...)
			b[i] ^= 1
			return base64.StdEncoding.EncodeToString(b)
		}
		for _, tt := range []struct {
			name      string
			client    *pool.Client
			responses signin.Parameters
			message   string
		}{
			{"by another client of the pool", sibling, good, sessionInvalid},
			{"by a client of another pool", stranger, good, sessionInvalid},
			{"not base64", w.client, block("?"), sessionInvalid},
			{"garbage", w.client, block("Z2FyYmFnZQ=="), sessionInvalid},
			{"too long", w.client, block(strings.Repeat("A", 4096)), sessionInvalid},
			{"with its first byte altered", w.client, block(altered(0)), sessionInvalid},
			{"with a byte inside altered", w.client, block(altered(len(raw) / 2)), sessionInvalid},
			{"with its last byte altered", w.client, block(altered(len(raw) - 1)), sessionInvalid},
			{"cut short", w.client, block(base64.StdEncoding.EncodeToString(raw[:len(raw)-1])), sessionInvalid},
			{"of another step", w.client, block(challenge.Session), sessionInvalid},
			{"by the name of somebody else", w.client, with(good, "USERNAME", "eve"), wrongPassword},
			{"by the name of nobody", w.client, with(good, "USERNAME", "nobody"), wrongPassword},
			{"with a signature that is not base64", w.client, with(good, "PASSWORD_CLAIM_SIGNATURE", "?"), wrongPassword},
			{"with a signature of another length", w.client, with(good, "PASSWORD_CLAIM_SIGNATURE", "AAAA"), wrongPassword},
			{"with the time of another proof", w.client, with(good, "TIMESTAMP", srp.FormatTimestamp(time.Now().Add(-time.Minute))), wrongPassword},
		} {
			_, err := w.prove(t, tt.client, tt.responses)
			t.Run(tt.name, func(t *testing.T) { flowtest.Want(t, err, pool.NotAuthorized, tt.message) })
		}
		_, err = w.answer(t, w.client, "NEW_PASSWORD_REQUIRED", good["PASSWORD_CLAIM_SECRET_BLOCK"],
			parameters("USERNAME", "ada", "NEW_PASSWORD", "another horse"))
		flowtest.Want(t, err, pool.NotAuthorized, sessionInvalid)
		_, err = w.answer(t, w.client, "SMS_MFA", challenge.Session, with(good, "SMS_MFA_CODE", "123456"))
		flowtest.Want(t, err, pool.NotAuthorized, sessionInvalid)

		step, err := w.prove(t, w.client, with(good, "USERNAME", "ADA"))
		w.wantTokens(t, step, err, w.ada)
	})
}

func TestSRPSessionExpires(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		patient := w.Client(t, w.pool, func(c *pool.Client) { c.AuthSessionMinutes = 15 })
		short, long := w.begin(t, w.pool, w.client, "USERNAME", "ada"), w.begin(t, w.pool, patient, "USERNAME", "ada")
		w.Clock.Advance(3 * time.Minute)
		_, err := w.prove(t, w.client, short.proof(t, password))
		flowtest.Want(t, err, pool.NotAuthorized, sessionExpired)
		w.Clock.Advance(11 * time.Minute)
		step, err := w.prove(t, patient, long.proof(t, password))
		w.wantTokens(t, step, err, w.ada)
	})
}

// What happens to a user between the steps ends the sign-in, though the proof
// is right.
func TestSRPAfterAChange(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, tt := range []struct {
			name    string
			change  func(*pool.User)
			kind    pool.Kind
			message string
		}{
			{"disabled", func(u *pool.User) { u.Enabled = false }, pool.NotAuthorized, disabled},
			{"signed out everywhere", func(u *pool.User) { u.SessionGeneration++; u.TokenGeneration++ }, pool.NotAuthorized, sessionInvalid},
			{"must reset the password", func(u *pool.User) { u.Status = pool.ResetRequired }, pool.PasswordResetRequired, resetRequired},
			{"has a new password", func(u *pool.User) {
				u.SealedPassword, _ = w.Passwords.Make(t.Context(), w.pool, u, "another horse")
				u.SessionGeneration++
			}, pool.NotAuthorized, sessionInvalid},
		} {
			t.Run(tt.name, func(t *testing.T) {
				name := strings.Fields(tt.name)[0]
				w.Person(t, w.pool, name, password, nil)
				proof := w.begin(t, w.pool, w.client, "USERNAME", name).proof(t, password)
				w.Change(t, w.pool, name, tt.change)
				_, err := w.prove(t, w.client, proof)
				flowtest.Want(t, err, tt.kind, tt.message)
			})
		}
		proof := w.begin(t, w.pool, w.client, "USERNAME", "ada").proof(t, password)
		w.delete(t, w.ada)
		_, err := w.prove(t, w.client, proof)
		flowtest.Want(t, err, pool.NotAuthorized, sessionInvalid)
		w.Person(t, w.pool, "ada", password, nil)
		_, err = w.prove(t, w.client, proof)
		flowtest.Want(t, err, pool.NotAuthorized, sessionInvalid)
	})
}

func TestSRPTimestamps(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		x := w.begin(t, w.pool, w.client, "USERNAME", "ada")
		for _, text := range []string{"now", "2026-01-02T03:04:05Z", "Mon Jan 2 15:04:05 CET 2006", "Tue Jan 2 15:04:05 UTC 2006", " "} {
			_, err := w.prove(t, w.client, x.proofAt(t, password, text))
			flowtest.Want(t, err, pool.InvalidParameter, "TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.")
		}
		for _, far := range []time.Duration{-2 * time.Hour, 2 * time.Hour} {
			_, err := w.prove(t, w.client, x.proofAt(t, password, srp.FormatTimestamp(time.Now().Add(far))))
			flowtest.Want(t, err, pool.NotAuthorized, wrongPassword)
		}
		padded := time.Now().UTC().Add(-10 * time.Minute).Format("Mon Jan 02 15:04:05 UTC 2006")
		step, err := w.prove(t, w.client, x.proofAt(t, password, padded))
		w.wantTokens(t, step, err, w.ada)
	})
}

func TestSRPAThatIsRefused(t *testing.T) {
	const n = "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74" +
		"020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f1437" +
		"4fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed" +
		"ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf05" +
		"98da48361c55d39a69163fa8fd24cf5f83655d23dca3ad961c62f356208552bb" +
		"9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3b" +
		"e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf695581718" +
		"3995497cea956ae515d2261898fa051015728e5a8aaac42dad33170d04507a33" +
		"a85521abdf1cba64ecfb850458dbef0a8aea71575d060c7db3970f85a6e1e4c7" +
		"abf5ae8cdb0933d71e8c94e04a25619dcee3d2261ad2ee6bf12ffa06d98a0864" +
		"d87602733ec86a64521f2b18177b200cbbe117577a615d6c770988c0bad946e2" +
		"08e24fa074e5ab3143db5bfce0fd108e4b82d120a93ad2caffffffffffffffff"
	each(t, func(t *testing.T, w *world) {
		for _, tt := range []struct{ name, a string }{
			{"zero", "0"}, {"long zero", "00000000"}, {"the prime", n}, {"the prime in capitals", strings.ToUpper(n)},
			{"more than the prime", strings.Repeat("f", 768)}, {"endless", strings.Repeat("f", 10_000)},
			{"not hexadecimal", "xyz"}, {"negative", "-1"}, {"with a space", "1 2"},
		} {
			for _, name := range []string{"ada", "nobody"} {
				_, err := w.start(t, w.hiding, "USER_SRP_AUTH", "USERNAME", name, "SRP_A", tt.a)
				t.Run(tt.name+" of "+name, func(t *testing.T) {
					flowtest.Want(t, err, pool.InvalidParameter, "Invalid SRP_A parameter.")
				})
			}
		}
	})
}
