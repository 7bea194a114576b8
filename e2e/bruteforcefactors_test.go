package e2e

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

var (
	wrongFactor  = said{exception: "CodeMismatchException", message: "Invalid code or auth state for the user."}
	wrongToken   = said{exception: "CodeMismatchException", message: "Invalid code received for user"}
	factorLocked = said{exception: "NotAuthorizedException", message: "Code attempts exceeded"}
)

// guard makes the pool one with second factors, and with codes in place of
// passwords.
func guard(t *testing.T, s *server, c *caller) {
	t.Helper()
	c.must(t, "UpdateUserPool", object{
		"UserPoolId": s.poolID, "AutoVerifiedAttributes": []string{"email"},
		"Policies": object{"SignInPolicy": object{"AllowedFirstAuthFactors": []string{"PASSWORD", "EMAIL_OTP"}}},
	})
	c.must(t, "SetUserPoolMfaConfig", object{
		"UserPoolId": s.poolID, "MfaConfiguration": "OPTIONAL",
		"SoftwareTokenMfaConfiguration": object{"Enabled": true}, "EmailMfaConfiguration": object{"Message": "{####} it is", "Subject": "Code"},
	})
}

// A guarded door is one that a code opens.
type guarded struct {
	challenge, response string
	session             func() string // of a sign-in that waits for the code
	wrong               said
	right               func() string
}

func (g guarded) answer(s *server, email, session, code string) object {
	return object{
		"ClientId": s.clientID, "ChallengeName": g.challenge, "Session": session,
		"ChallengeResponses": object{"USERNAME": email, g.response: code},
	}
}

// bruteForceFactor tries 10,000 codes of a few sign-ins. Five are looked at; then
// the right one is refused too, of whichever sign-in and at either node, until
// the lock of a minute ends.
func bruteForceFactor(t *testing.T, s *server, nodes []*caller, email string, g guarded) {
	t.Helper()
	sessions := []string{g.session(), g.session(), g.session()}
	began := time.Now()
	counts, took := storm(t, nodes, func(at *caller, i int) (said, error) {
		code := fmt.Sprintf("%06d", rand.IntN(1_000_000))
		if code == fixedCode {
			code = "000000"
		}
		return at.call("RespondToAuthChallenge", g.answer(s, email, sessions[i%len(sessions)], code))
	}, g.wrong, factorLocked)
	t.Logf("%d tries in %v: %d looked at, %d refused before", tries, took.Round(time.Millisecond), counts[0], counts[1])
	if most := 5 + int(time.Since(began)/time.Minute); counts[0] < 5 || counts[0] > most {
		t.Errorf("%d codes were looked at, want 5 to %d", counts[0], most)
	}
	for _, n := range nodes {
		if out, err := n.call("RespondToAuthChallenge", g.answer(s, email, g.session(), g.right())); err != nil || !out.is(factorLocked.exception, factorLocked.message) {
			t.Errorf("the right code after that, at %s: %v, %v; want it refused", n.name, out, err)
		}
	}
	for _, n := range nodes {
		advance(t, n, "4m")
	}
	if out := nodes[1].must(t, "RespondToAuthChallenge", g.answer(s, email, g.session(), g.right())); out.AuthenticationResult.AccessToken == "" {
		t.Errorf("after the lock: %+v", out)
	}
}

// begin returns the session of a sign-in that waits for a challenge.
func begin(t *testing.T, c *caller, in object, challenge string) string {
	t.Helper()
	out := c.must(t, "InitiateAuth", in)
	if out.ChallengeName != challenge || out.Session == "" {
		t.Fatalf("InitiateAuth = %+v, want %s", out, challenge)
	}
	return out.Session
}

func bruteForceSecondCode(t *testing.T, s *server, nodes []*caller) {
	const email, password = "gil@example.com", passwordMark + "-gil"
	guard(t, s, nodes[0])
	nodes[0].must(t, "SignUp", signUp(s, email, password))
	nodes[0].must(t, "ConfirmSignUp", confirm(s, email, fixedCode))
	nodes[0].must(t, "AdminSetUserMFAPreference", object{"UserPoolId": s.poolID, "Username": email, "EmailMfaSettings": object{"Enabled": true}})
	bruteForceFactor(t, s, nodes, email, guarded{
		"EMAIL_OTP", "EMAIL_OTP_CODE", func() string { return begin(t, nodes[0], byPassword(s, email, password), "EMAIL_OTP") },
		wrongFactor, func() string { return fixedCode },
	})
}

func bruteForceFirstCode(t *testing.T, s *server, nodes []*caller) {
	const email, password = "hal@example.com", passwordMark + "-hal"
	guard(t, s, nodes[0])
	nodes[0].must(t, "UpdateUserPoolClient", object{
		"UserPoolId": s.poolID, "ClientId": s.clientID,
		"ExplicitAuthFlows": []string{"ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
	})
	nodes[0].must(t, "SignUp", signUp(s, email, password))
	nodes[0].must(t, "ConfirmSignUp", confirm(s, email, fixedCode))
	bruteForceFactor(t, s, nodes, email, guarded{
		"EMAIL_OTP", "EMAIL_OTP_CODE", func() string {
			return begin(t, nodes[1], object{
				"ClientId": s.clientID, "AuthFlow": "USER_AUTH", "AuthParameters": object{"USERNAME": email, "PREFERRED_CHALLENGE": "EMAIL_OTP"},
			}, "EMAIL_OTP")
		},
		wrongFactor, func() string { return fixedCode },
	})
}

func bruteForceToken(t *testing.T, s *server, nodes []*caller) {
	const email, password = "ida@example.com", passwordMark + "-ida"
	guard(t, s, nodes[0])
	nodes[0].must(t, "SignUp", signUp(s, email, password))
	nodes[0].must(t, "ConfirmSignUp", confirm(s, email, fixedCode))
	access := nodes[0].must(t, "InitiateAuth", byPassword(s, email, password)).AuthenticationResult.AccessToken
	secret := nodes[0].must(t, "AssociateSoftwareToken", object{"AccessToken": access}).SecretCode
	nodes[1].must(t, "VerifySoftwareToken", object{"AccessToken": access, "UserCode": totp(t, nodes[0], secret)})
	nodes[0].must(t, "SetUserMFAPreference", object{"AccessToken": access, "SoftwareTokenMfaSettings": object{"Enabled": true}})
	for _, n := range nodes {
		advance(t, n, "30s") // none is good twice
	}
	bruteForceFactor(t, s, nodes, email, guarded{
		"SOFTWARE_TOKEN_MFA", "SOFTWARE_TOKEN_MFA_CODE", func() string { return begin(t, nodes[0], byPassword(s, email, password), "SOFTWARE_TOKEN_MFA") },
		wrongToken, func() string { return totp(t, nodes[0], secret) },
	})
}

// totp returns what an authenticator app shows by the clock of a server
// (RFC 6238).
func totp(t *testing.T, c *caller, secret string) string {
	t.Helper()
	res, err := c.client.Get(c.endpoint + "/_cenote/clock")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var clock struct{ Now time.Time }
	if err := json.NewDecoder(res.Body).Decode(&clock); err != nil {
		t.Fatal(err)
	}
	seed, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha1.New, seed)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(clock.Now.Unix()/30)))
	sum := mac.Sum(nil)
	word := binary.BigEndian.Uint32(sum[sum[19]&15:]) & 0x7fffffff
	return fmt.Sprintf("%06d", word%1_000_000)
}
