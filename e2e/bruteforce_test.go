package e2e

import (
	"encoding/base64"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A storm is many tries at one secret, over many connections to two nodes.
const (
	tries = 10_000
	conns = 100
)

// storm makes tries and returns how many got each answer, and how long it took.
// It fails the test for an answer that is not among these.
func storm(t *testing.T, nodes []*caller, try func(at *caller, i int) (said, error), answers ...said) (counts []int, took time.Duration) {
	t.Helper()
	found := make([]atomic.Int64, len(answers))
	var next atomic.Int64
	var all sync.WaitGroup
	began := time.Now()
	for i := range conns {
		all.Go(func() {
			for n := next.Add(1); n <= tries; n = next.Add(1) {
				got, err := try(nodes[i%len(nodes)], int(n))
				known := false
				for k, a := range answers {
					if err == nil && got.status == http.StatusBadRequest && got.is(a.exception, a.message) {
						found[k].Add(1)
						known = true
					}
				}
				if !known {
					t.Errorf("try %d: %v, %v", n, got, err)
					return
				}
			}
		})
	}
	all.Wait()
	for k := range found {
		counts = append(counts, int(found[k].Load()))
	}
	return counts, time.Since(began)
}

var (
	wrongPassword = said{exception: "NotAuthorizedException", message: "Incorrect username or password."}
	lockedOut     = said{exception: "NotAuthorizedException", message: "Password attempts exceeded"}
	wrongCode     = said{exception: "CodeMismatchException", message: "Invalid verification code provided, please try again."}
	noMoreTries   = said{exception: "LimitExceededException", message: "Attempt limit exceeded, please try after some time."}
)

func TestBruteForce(t *testing.T) {
	if os.Getenv("CENOTE_TEST_POSTGRES") == "" {
		t.Skip("CENOTE_TEST_POSTGRES is not set; scripts/with-postgres sets it")
	}
	a, b := twoNodes(t)
	nodes := []*caller{newCaller(t, "one node", a.endpoint, conns/2), newCaller(t, "the other node", b.endpoint, conns/2)}
	t.Run("at a password", func(t *testing.T) { bruteForcePassword(t, a.server, nodes) })
	t.Run("at a code", func(t *testing.T) { bruteForceCode(t, a.server, nodes) })
	t.Run("at a reset code", func(t *testing.T) { bruteForceReset(t, a.server, nodes) })
	t.Run("at a code of a sign-in", func(t *testing.T) { bruteForceSecondCode(t, a.server, nodes) })
	t.Run("at a code in place of a password", func(t *testing.T) { bruteForceFirstCode(t, a.server, nodes) })
	t.Run("at a software token", func(t *testing.T) { bruteForceToken(t, a.server, nodes) })
	t.Run("at sending codes", func(t *testing.T) { bruteForceResend(t, a.server, nodes) })
	t.Run("at sending reset codes", func(t *testing.T) { bruteForceForget(t, a.server, nodes) })
}

// Five wrong passwords lock for a second and each one more for twice as long,
// whichever way and node they come by. Nothing else is looked at: were attempts
// counted after they are verified, many of a hundred at once would be.
func bruteForcePassword(t *testing.T, s *server, nodes []*caller) {
	const email, password = "ada@example.com", passwordMark + "-ada"
	nodes[0].must(t, "SignUp", signUp(s, email, password))
	nodes[0].must(t, "ConfirmSignUp", confirm(s, email, fixedCode))
	proof := wrongProof(t, s, nodes[1], email)

	var looked, fifth, rights atomic.Int64 // fifth: when it was looked at
	counts, took := storm(t, nodes, func(at *caller, i int) (said, error) {
		var got said
		var err error
		switch since := time.Since(time.UnixMicro(fifth.Load())); {
		case i%10 == 0:
			got, err = at.call("RespondToAuthChallenge", proof)
		case i%10 == 1 && fifth.Load() != 0 && since < 800*time.Millisecond: // within the first lock
			rights.Add(1)
			return at.call("InitiateAuth", byPassword(s, email, password))
		default:
			got, err = at.call("InitiateAuth", byPassword(s, email, fmt.Sprintf("%s-%d", passwordMark, i)))
		}
		if got.is(wrongPassword.exception, wrongPassword.message) && looked.Add(1) == 5 {
			fifth.Store(time.Now().UnixMicro())
		}
		return got, err
	}, wrongPassword, lockedOut)

	// Locks of 1, 2, 4, ... seconds end after 1, 3, 7, ... seconds.
	lasted := time.Since(time.UnixMicro(fifth.Load())).Seconds()
	most := 5 + int(math.Log2(1+lasted+0.5)) // the server began to count before we did
	least := 5 + int(math.Log2(1+max(0, lasted-0.5)))
	t.Logf("%d tries in %v: %d looked at, %d refused before, %d of them with the right password", tries, took.Round(time.Millisecond), counts[0], counts[1], rights.Load())
	if counts[0] < least || counts[0] > most || rights.Load() == 0 {
		t.Errorf("%d tries were looked at in %.1f s, want %d to %d", counts[0], lasted, least, most)
	}
	for _, n := range nodes {
		advance(t, n, "15m")
	}
	nodes[1].must(t, "InitiateAuth", byPassword(s, email, password))
}

// wrongProof is the answer to a challenge of SRP by somebody who does not know
// the password. It can be sent again and again.
func wrongProof(t *testing.T, s *server, c *caller, email string) object {
	t.Helper()
	challenge := c.must(t, "InitiateAuth", object{
		"ClientId": s.clientID, "AuthFlow": "USER_SRP_AUTH", "AuthParameters": object{"USERNAME": email, "SRP_A": "2"},
	}).ChallengeParameters
	return object{"ClientId": s.clientID, "ChallengeName": "PASSWORD_VERIFIER", "ChallengeResponses": object{
		"USERNAME": challenge["USER_ID_FOR_SRP"], "PASSWORD_CLAIM_SECRET_BLOCK": challenge["SECRET_BLOCK"],
		"PASSWORD_CLAIM_SIGNATURE": base64.StdEncoding.EncodeToString(make([]byte, 32)),
		"TIMESTAMP":                time.Now().UTC().Format("Mon Jan 2 15:04:05 UTC 2006"),
	}}
}

// Fifteen codes an hour are looked at; after them the right one is refused too.
func bruteForceCode(t *testing.T, s *server, nodes []*caller) {
	const email = "bob@example.com"
	nodes[0].must(t, "SignUp", signUp(s, email, passwordMark+"-bob"))
	counts, took := storm(t, nodes, func(at *caller, i int) (said, error) {
		code := rand.IntN(1_000_000)
		if fmt.Sprintf("%06d", code) == fixedCode {
			code++
		}
		return at.call("ConfirmSignUp", confirm(s, email, fmt.Sprintf("%06d", code)))
	}, wrongCode, noMoreTries)
	t.Logf("%d tries in %v: %d looked at, %d refused before", tries, took.Round(time.Millisecond), counts[0], counts[1])
	if counts[0] != 15 {
		t.Errorf("%d codes were looked at, want 15", counts[0])
	}
	for _, n := range nodes {
		if out, err := n.call("ConfirmSignUp", confirm(s, email, fixedCode)); err != nil || !out.is(noMoreTries.exception, noMoreTries.message) {
			t.Errorf("the right code after that, at %s: %v, %v; want a LimitExceededException", n.name, out, err)
		}
	}
	for _, n := range nodes {
		advance(t, n, "1h")
	}
	nodes[1].must(t, "ConfirmSignUp", confirm(s, email, fixedCode))
}

// Ten codes an hour are looked at, of whatever code was sent last; after them
// the right one is refused too, and a new one does not help.
func bruteForceReset(t *testing.T, s *server, nodes []*caller) {
	const email, password = "dan@example.com", passwordMark + "-dan"
	nodes[0].must(t, "SignUp", signUp(s, email, password))
	nodes[0].must(t, "ConfirmSignUp", confirm(s, email, fixedCode))
	forget := object{"ClientId": s.clientID, "Username": email}
	reset := func(code string) object {
		return object{"ClientId": s.clientID, "Username": email, "ConfirmationCode": code, "Password": password + "-2"}
	}
	nodes[0].must(t, "ForgotPassword", forget)
	counts, took := storm(t, nodes, func(at *caller, i int) (said, error) {
		code := rand.IntN(1_000_000)
		if fmt.Sprintf("%06d", code) == fixedCode {
			code++
		}
		return at.call("ConfirmForgotPassword", reset(fmt.Sprintf("%06d", code)))
	}, wrongCode, noMoreTries)
	t.Logf("%d tries in %v: %d looked at, %d refused before", tries, took.Round(time.Millisecond), counts[0], counts[1])
	if counts[0] != 10 {
		t.Errorf("%d codes were looked at, want 10", counts[0])
	}
	nodes[1].must(t, "ForgotPassword", forget)
	for _, n := range nodes {
		if out, err := n.call("ConfirmForgotPassword", reset(fixedCode)); err != nil || !out.is(noMoreTries.exception, noMoreTries.message) {
			t.Errorf("the right code after that, at %s: %v, %v; want a LimitExceededException", n.name, out, err)
		}
	}
	nodes[0].must(t, "InitiateAuth", byPassword(s, email, password))
	for _, n := range nodes {
		advance(t, n, "1h")
	}
	nodes[0].must(t, "ForgotPassword", forget)
	nodes[1].must(t, "ConfirmForgotPassword", reset(fixedCode))
	nodes[0].must(t, "InitiateAuth", byPassword(s, email, password+"-2"))
}

// Five codes an hour are sent again.
func bruteForceResend(t *testing.T, s *server, nodes []*caller) {
	const email = "eve@example.com"
	nodes[0].must(t, "SignUp", signUp(s, email, passwordMark+"-eve"))
	bruteForceSending(t, s, nodes, "ResendConfirmationCode", email)
}

// Five reset codes an hour are sent.
func bruteForceForget(t *testing.T, s *server, nodes []*caller) {
	const email = "fay@example.com"
	nodes[0].must(t, "SignUp", signUp(s, email, passwordMark+"-fay"))
	nodes[0].must(t, "ConfirmSignUp", confirm(s, email, fixedCode))
	bruteForceSending(t, s, nodes, "ForgotPassword", email)
}

func bruteForceSending(t *testing.T, s *server, nodes []*caller, operation, email string) {
	t.Helper()
	var sent atomic.Int64
	each(conns, make([]int, 500), func(int) {
		at := nodes[rand.IntN(len(nodes))]
		out, err := at.call(operation, object{"ClientId": s.clientID, "Username": email})
		switch {
		case err == nil && out.ok():
			sent.Add(1)
		case err != nil || !out.is(noMoreTries.exception, noMoreTries.message):
			t.Errorf("%s: %v, %v", operation, out, err)
		}
	})
	if sent.Load() != 5 {
		t.Errorf("%d codes were sent, want 5", sent.Load())
	}
}
