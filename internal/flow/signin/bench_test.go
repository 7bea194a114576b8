package signin_test

import (
	"errors"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/totp"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/srp"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

// What a second factor adds to a sign-in by SRP; the client's half is not
// counted.
func BenchmarkSRP(b *testing.B)          { benchmarkSRP(b, false) }
func BenchmarkSRPWithToken(b *testing.B) { benchmarkSRP(b, true) }

func benchmarkSRP(b *testing.B, second bool) {
	e := flowtest.New(b, storetest.Open(b))
	p := e.Pool(b, asking("OPTIONAL"))
	c := e.Client(b, p, nil)
	u := e.Person(b, p, "ada", password, func(u *pool.User) { u.Factors.SoftwareToken = second })
	s := service(e, e.Limits)
	seed := (&world{Env: e}).token(b, u, "")
	start := func(r signin.Request) signin.Step {
		r.ClientID = c.ID
		step, err := s.Start(b.Context(), r)
		if err != nil {
			b.Fatal(err)
		}
		return step
	}
	answer := func(challenge, session string, responses signin.Parameters) signin.Step {
		step, err := s.Answer(b.Context(), signin.Reply{ClientID: c.ID, Challenge: challenge, Session: session, Responses: responses})
		if err != nil {
			b.Fatal(err)
		}
		return step
	}
	for b.Loop() {
		client := srp.NewClient()
		step := start(signin.Request{Flow: "USER_SRP_AUTH", Parameters: parameters("USERNAME", "ada", "SRP_A", client.A())})
		b.StopTimer()
		proof := exchange{p, client, step.Parameters}.proof(b, password)
		b.StartTimer()
		step = answer("PASSWORD_VERIFIER", "", proof)
		if second {
			e.Clock.Advance(30 * time.Second)
			step = answer("SOFTWARE_TOKEN_MFA", step.Session, parameters("USERNAME", "ada", "SOFTWARE_TOKEN_MFA_CODE", totp.At(seed, e.Clock.Now())))
		}
		if step.Tokens == nil {
			b.Fatalf("step = %+v, want tokens", step)
		}
	}
}

// How many wrong codes of a thousand are looked at before the lock, and how
// fast the others are refused.
func BenchmarkWrongCodes(b *testing.B) {
	e := flowtest.New(b, storetest.Open(b))
	p := e.Pool(b, asking("OPTIONAL"))
	c, s := e.Client(b, p, nil), service(e, e.Limits)
	e.Person(b, p, "ada", password, func(u *pool.User) { verified(adaMail)(u); u.Factors.Email = true })
	step, err := s.Start(b.Context(), signin.Request{
		ClientID: c.ID, Flow: "USER_PASSWORD_AUTH", Parameters: parameters("USERNAME", "ada", "PASSWORD", password),
	})
	if err != nil {
		b.Fatal(err)
	}
	looked := 0
	for b.Loop() {
		for range 1000 {
			_, err := s.Answer(b.Context(), signin.Reply{
				ClientID: c.ID, Challenge: "EMAIL_OTP", Session: step.Session, Responses: parameters("USERNAME", "ada", "EMAIL_OTP_CODE", "none"),
			})
			if errors.Is(err, pool.E(pool.CodeMismatch, "")) {
				looked++
			}
		}
	}
	b.ReportMetric(float64(looked), "looked-at")
}
