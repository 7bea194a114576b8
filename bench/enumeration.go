package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// A question is something that a stranger asks about a name without knowing
// the password or a code. It returns how long the last answer took.
type question struct {
	name  string
	knows string // the form of the names that somebody has
	ask   func(*conn, *site, string) (time.Duration, error)
}

// People who wait for a code are beside those whom fill makes. Nobody is called
// like one who is in neither.
const (
	confirmed   = "user-%06d"
	unconfirmed = "late-%06d"
	nobody      = "none-%06d"
	maxLate     = 500
)

// questions never try more than two passwords of a name, so that no lock is met.
var questions = []question{
	{"SRP, first step", confirmed, func(c *conn, s *site, name string) (time.Duration, error) {
		_, took, err := beginSRP(c, s, name)
		return took, err
	}},
	{"SRP, wrong proof", confirmed, func(c *conn, s *site, name string) (time.Duration, error) {
		given, _, err := beginSRP(c, s, name)
		if err != nil {
			return 0, err
		}
		return refused(c, "RespondToAuthChallenge", `{"ClientId":"`+s.clientID+`","ChallengeName":"PASSWORD_VERIFIER","ChallengeResponses":{"USERNAME":"`+
			given["USERNAME"]+`","PASSWORD_CLAIM_SECRET_BLOCK":"`+given["SECRET_BLOCK"]+`","PASSWORD_CLAIM_SIGNATURE":"AAAA","TIMESTAMP":"`+
			time.Now().UTC().Format("Mon Jan 2 15:04:05 UTC 2006")+`"}}`)
	}},
	{"wrong password", confirmed, func(c *conn, s *site, name string) (time.Duration, error) {
		return refused(c, "InitiateAuth", `{"ClientId":"`+s.clientID+`","AuthFlow":"USER_PASSWORD_AUTH","AuthParameters":{"USERNAME":"`+
			name+`","PASSWORD":"Wrong-password-1"}}`)
	}},
	{"wrong code", unconfirmed, func(c *conn, s *site, name string) (time.Duration, error) {
		return refused(c, "ConfirmSignUp", `{"ClientId":"`+s.clientID+`","Username":"`+name+`","ConfirmationCode":"000000"}`)
	}},
	{"another code", unconfirmed, func(c *conn, s *site, name string) (time.Duration, error) {
		return asked(c, "ResendConfirmationCode", `{"ClientId":"`+s.clientID+`","Username":"`+name+`"}`)
	}},
	{"reset code", confirmed, func(c *conn, s *site, name string) (time.Duration, error) {
		return asked(c, "ForgotPassword", `{"ClientId":"`+s.clientID+`","Username":"`+name+`"}`)
	}},
	{"wrong reset code", confirmed, func(c *conn, s *site, name string) (time.Duration, error) {
		return refused(c, "ConfirmForgotPassword", `{"ClientId":"`+s.clientID+`","Username":"`+name+
			`","ConfirmationCode":"000000","Password":"`+password+`"}`)
	}},
}

func beginSRP(c *conn, s *site, name string) (given parameters, took time.Duration, err error) {
	var challenge struct{ ChallengeParameters parameters }
	began := time.Now()
	err = c.do("InitiateAuth", "", map[string]any{
		"AuthFlow": "USER_SRP_AUTH", "ClientId": s.clientID, "AuthParameters": parameters{"USERNAME": name, "SRP_A": "2"},
	}, &challenge)
	return challenge.ChallengeParameters, time.Since(began), err
}

// asked makes a call that has to be answered.
func asked(c *conn, operation, body string) (time.Duration, error) {
	began := time.Now()
	_, err := c.call(operation, "", []byte(body))
	return time.Since(began), err
}

// refused makes a call that has to be answered with an exception.
func refused(c *conn, operation, body string) (time.Duration, error) {
	began := time.Now()
	_, err := c.call(operation, "", []byte(body))
	took := time.Since(began)
	if err == nil {
		return 0, fmt.Errorf("%s was not refused", operation)
	}
	if !strings.Contains(err.Error(), "400 Bad Request") {
		return 0, err
	}
	return took, nil
}

// enumeration prints how long answers take about somebody and about nobody, by
// a client that hides who exists.
func (b *bench) enumeration(ctx context.Context, out io.Writer) error {
	return b.onServer(ctx, "people", b.users[0], func(s *site, sv *server) error { return b.ask(ctx, s, sv, out) })
}

// ask asks every question about each name of s and about as many of nobody.
func (b *bench) ask(ctx context.Context, s *site, sv *server, out io.Writer) error {
	c, err := dial(sv.url.Host)
	if err != nil {
		return err
	}
	defer c.net.Close()
	late, err := s.hide(c)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "time to an answer about somebody and about nobody, in µs on the wall, %d names of each; %s\n", s.users, b.place)
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "\tsomebody 10%\t50%\t90%\t99%\tnobody 10%\t50%\t90%\t99%\tlonger for nobody\t")
	for _, q := range questions {
		n := s.users
		if q.knows == unconfirmed {
			n = late
		}
		somebody, others, err := q.time(ctx, c, s, n)
		if err != nil {
			return err
		}
		fmt.Fprintf(table, "%s\t%s%s%.3f\t\n", q.name, percentiles(somebody), percentiles(others), longer(others, somebody))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, "longer for nobody: how often, of all pairs, the answer about nobody took longer; 0.5 tells nothing")
	return err
}

// hide makes a client that hides who exists the one of s, and people who wait
// for a code, of whom it returns the number.
func (s *site) hide(c *conn) (late int, err error) {
	var client struct{ UserPoolClient struct{ ClientId string } }
	err = c.do("CreateUserPoolClient", signature, map[string]any{
		"UserPoolId": s.poolID, "ClientName": "hiding", "PreventUserExistenceErrors": "ENABLED",
		"ExplicitAuthFlows": []string{"ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
	}, &client)
	s.clientID = client.UserPoolClient.ClientId
	for late = 0; err == nil && late < min(s.users, maxLate); late++ {
		name := fmt.Sprintf(unconfirmed, late)
		_, err = c.call("SignUp", "", []byte(`{"ClientId":"`+s.clientID+`","Username":"`+name+`","Password":"`+password+
			`","UserAttributes":[{"Name":"email","Value":"`+name+`@example.com"}]}`))
	}
	return late, err
}

// time asks about n names that somebody has and about as many that nobody has,
// in turns, since what else the machine does comes and goes.
func (q question) time(ctx context.Context, c *conn, s *site, n int) (somebody, others samples, err error) {
	for i := range n {
		turns := []struct {
			form string
			into *samples
		}{{q.knows, &somebody}, {nobody, &others}}
		if rand.IntN(2) == 0 {
			slices.Reverse(turns)
		}
		for _, turn := range turns {
			if err := ctx.Err(); err != nil {
				return nil, nil, err
			}
			took, err := q.ask(c, s, fmt.Sprintf(turn.form, i))
			if err != nil {
				return nil, nil, fmt.Errorf("%s: %w", q.name, err)
			}
			*turn.into = append(*turn.into, micros(took))
		}
	}
	slices.Sort(somebody)
	slices.Sort(others)
	return somebody, others, nil
}

// percentiles returns cells with some of sorted samples.
func percentiles(sorted samples) string {
	var cells strings.Builder
	for _, percent := range []int{10, 50, 90, 99} {
		fmt.Fprintf(&cells, "%.0f\t", sorted[len(sorted)*percent/100])
	}
	return cells.String()
}

// longer returns for how many of all pairs a is larger than b; both are sorted.
func longer(a, b samples) float64 {
	var pairs float64
	for _, x := range a {
		below, _ := slices.BinarySearch(b, x)
		upTo, _ := slices.BinarySearchFunc(b, x, func(y, x float64) int {
			if y <= x {
				return -1
			}
			return 1
		})
		pairs += float64(below) + float64(upTo-below)/2
	}
	return pairs / float64(len(a)*len(b))
}
