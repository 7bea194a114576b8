package server

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/srp"
)

// stranger asks a client that hides who exists, and looks at every byte of the
// answers.
type stranger struct {
	*node
	app
}

// random are the members whose values are drawn or made up anew; of them the
// length counts. SRP_B is a number, whose leading zeros are not written.
var random = []string{"SALT", "SRP_B", "SECRET_BLOCK", "Session"}

// asks returns what is said to a request: the status, the headers in their
// order, and the body in the order of its members, without what differs from one
// answer to the next. The name stands for itself.
func (s *stranger) asks(t *testing.T, operation, name string, in object) (said string, out object) {
	t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", s.listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	r := s.request(t, operation, string(body))
	r.Close = true
	if err := r.Write(conn); err != nil {
		t.Fatal(err)
	}
	head, text, _ := strings.Cut(readAll(t, conn), "\r\n\r\n")
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatalf("%s: %v in %q", operation, err, text)
	}
	for line := range strings.SplitSeq(head, "\r\n") {
		switch header, _, _ := strings.Cut(line, ":"); header {
		case "Date", "X-Amzn-Requestid", "Content-Length":
			line = header
		}
		said += line + "\n"
	}
	return said + shape(t, text, name), out
}

func readAll(t *testing.T, r io.Reader) string {
	t.Helper()
	text, err := io.ReadAll(bufio.NewReader(r))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// shape returns a JSON text with the values of random members by their length,
// and with NAME for a name, or for the user id that is made up of one.
func shape(t *testing.T, text, name string) string {
	t.Helper()
	var out strings.Builder
	decoder := json.NewDecoder(strings.NewReader(text))
	last := ""
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			return out.String()
		}
		if err != nil {
			t.Fatal(err)
		}
		value, isText := token.(string)
		switch {
		case last == "SRP_B":
			value = "hexadecimal"
		case slices.Contains(random, last):
			value = fmt.Sprintf("%d characters", len(value))
		case (last == "USERNAME" || last == "USER_ID_FOR_SRP") && value != name && len(value) == 36:
			value = "some user id"
		}
		if isText {
			token = strings.ReplaceAll(value, name, "NAME")
		}
		if last = ""; isText {
			last = value
		}
		fmt.Fprintf(&out, "%v ", token)
	}
}

// start begins a sign-in.
func (s *stranger) start(t *testing.T, name, flow string, parameters object) (string, object) {
	t.Helper()
	parameters["USERNAME"] = name
	return s.asks(t, "InitiateAuth", name, object{"ClientId": s.clientID, "AuthFlow": flow, "AuthParameters": parameters})
}

// answer answers a challenge.
func (s *stranger) answer(t *testing.T, name, challenge, session string, responses object) (string, object) {
	t.Helper()
	responses["USERNAME"] = name
	in := object{"ClientId": s.clientID, "ChallengeName": challenge, "ChallengeResponses": responses}
	if session != "" {
		in["Session"] = session
	}
	return s.asks(t, "RespondToAuthChallenge", name, in)
}

// prove answers PASSWORD_VERIFIER without knowing the password.
func (s *stranger) prove(t *testing.T, name string, challenge object, signature []byte) string {
	t.Helper()
	said, _ := s.answer(t, name, "PASSWORD_VERIFIER", challenge.at("Session"), object{
		"PASSWORD_CLAIM_SECRET_BLOCK": challenge.at("ChallengeParameters", "SECRET_BLOCK"),
		"PASSWORD_CLAIM_SIGNATURE":    base64.StdEncoding.EncodeToString(signature),
		"TIMESTAMP":                   srp.FormatTimestamp(time.Now()),
	})
	return said
}

// questions are all that a stranger can ask about a name without a code or a
// password.
var questions = []struct {
	name string
	ask  func(t *testing.T, s *stranger, name string) string
}{
	{"SRP", func(t *testing.T, s *stranger, name string) string {
		first, challenge := s.start(t, name, "USER_SRP_AUTH", object{"SRP_A": "2"})
		return first + s.prove(t, name, challenge, make([]byte, 32)) + s.prove(t, name, challenge, nil)
	}},
	{"SRP, with values that cannot be", func(t *testing.T, s *stranger, name string) (all string) {
		for _, a := range []string{"0", "", "-1", "x", strings.Repeat("f", 768)} {
			said, _ := s.start(t, name, "USER_SRP_AUTH", object{"SRP_A": a})
			all += said
		}
		return all
	}},
	{"nothing but the name", func(t *testing.T, s *stranger, name string) (all string) {
		for _, flow := range []string{"USER_SRP_AUTH", "USER_PASSWORD_AUTH", "USER_AUTH", "CUSTOM_AUTH", "ADMIN_USER_PASSWORD_AUTH", "REFRESH_TOKEN_AUTH"} {
			said, _ := s.start(t, name, flow, object{})
			all += said
		}
		return all
	}},
	{"a choice", func(t *testing.T, s *stranger, name string) (all string) {
		first, choice := s.start(t, name, "USER_AUTH", object{})
		second, challenge := s.answer(t, name, "SELECT_CHALLENGE", choice.at("Session"), object{"ANSWER": "PASSWORD_SRP", "SRP_A": "2"})
		third, _ := s.answer(t, name, "SELECT_CHALLENGE", choice.at("Session"), object{"ANSWER": "EMAIL_OTP"})
		for _, preferred := range []string{"PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "WEB_AUTHN"} {
			said, _ := s.start(t, name, "USER_AUTH", object{"PREFERRED_CHALLENGE": preferred})
			all += said
		}
		return all + first + second + third + s.prove(t, name, challenge, make([]byte, 32))
	}},
	{"an administrator", func(t *testing.T, s *stranger, name string) string {
		said, _ := s.asks(t, "AdminInitiateAuth", name, object{
			"UserPoolId": s.poolID, "ClientId": s.clientID, "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
			"AuthParameters": object{"USERNAME": name, "PASSWORD": "Wrong-Password-1"},
		})
		return said
	}},
	{"passwords and SRP, until and while they lock", func(t *testing.T, s *stranger, name string) (all string) {
		for range 8 { // locks come to last longer than the time between
			said, _ := s.start(t, name, "USER_PASSWORD_AUTH", object{"PASSWORD": "Wrong-Password-1"})
			all += said
			advance(t, s.node, "20s")
		}
		last, _ := s.start(t, name, "USER_PASSWORD_AUTH", object{"PASSWORD": "Wrong-Password-1"})
		first, challenge := s.start(t, name, "USER_SRP_AUTH", object{"SRP_A": "2"})
		all += last + first + s.prove(t, name, challenge, make([]byte, 32))
		if strings.Count(all, "Password attempts exceeded") < 2 || strings.Count(all, "Incorrect username or password.") < 5 {
			t.Errorf("%s: the lock was not met: %s", name, all)
		}
		return all
	}},
	{"sessions of nothing", func(t *testing.T, s *stranger, name string) (all string) {
		for _, challenge := range []string{"NEW_PASSWORD_REQUIRED", "SELECT_CHALLENGE", "PASSWORD", "SMS_MFA"} {
			said, _ := s.answer(t, name, challenge, strings.Repeat("A", 40), object{"NEW_PASSWORD": "x", "ANSWER": "PASSWORD", "PASSWORD": "x"})
			all += said
		}
		return all
	}},
}

// Where a client hides who exists, nothing in an answer about a name that
// nobody has differs from one about somebody: not the words, not a header, not
// the order or the length of anything.
func TestAnswersAboutNobody(t *testing.T) {
	t.Parallel()
	n := start(t, config(t))
	for _, tt := range []struct {
		name             string
		pool             object
		known, unknown   string
		confirmed        bool
		forgotten, newer string // unconfirmed, with an old code; and nobody
	}{
		{"user names", object{}, "ada", "axa", true, "bob", "bib"},
		{"e-mail addresses", object{"UsernameAttributes": []string{"email"}}, "ada@example.com", "axa@example.com", true, "bob@example.com", "bib@example.com"},
		{"people who are not confirmed", object{"UsernameAttributes": []string{"email"}}, "ada@example.com", "axa@example.com", false, "bob@example.com", "bib@example.com"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &stranger{n, n.hidingApp(t, tt.pool)}
			n.call(t, "SignUp", object{"ClientId": s.clientID, "Username": tt.known, "Password": adaPassword})
			if tt.confirmed {
				n.call(t, "AdminConfirmSignUp", object{"UserPoolId": s.poolID, "Username": tt.known})
			}
			for _, q := range questions {
				known, unknown := q.ask(t, s, tt.known), q.ask(t, s, tt.unknown)
				if known != unknown {
					t.Errorf("%s:\n%s: %s\n%s: %s", q.name, tt.known, known, tt.unknown, unknown)
				}
			}
		})
	}
}

// A code that is old is as good as none: whether somebody should have got one
// cannot be told. Codes are tried and sent again as often for nobody.
func TestCodesOfNobody(t *testing.T) {
	t.Parallel()
	n := start(t, config(t))
	for _, pool := range []object{
		{"AutoVerifiedAttributes": []string{"email"}, "UsernameAttributes": []string{"email"}},
		{"UsernameAttributes": []string{"email"}}, // which sends no codes
	} {
		s := &stranger{n, n.hidingApp(t, pool)}
		n.call(t, "SignUp", object{"ClientId": s.clientID, "Username": "bob@example.com", "Password": adaPassword})
		advance(t, n, "25h")
		ask := func(name string) (all string) {
			for range 17 {
				said, _ := s.asks(t, "ConfirmSignUp", name, object{"ClientId": s.clientID, "Username": name, "ConfirmationCode": "123456"})
				all += said
			}
			for range 7 {
				said, _ := s.asks(t, "ResendConfirmationCode", name, object{"ClientId": s.clientID, "Username": name})
				all += said
			}
			return all
		}
		if known, unknown := ask("bob@example.com"), ask("bib@example.com"); known != unknown {
			t.Errorf("somebody: %s\nnobody: %s", known, unknown)
		} else if !strings.Contains(known, "LimitExceededException") {
			t.Errorf("no limit was met: %s", known)
		}
	}
}

// hidingApp makes a pool and a client for every flow that hides who exists.
func (n *node) hidingApp(t *testing.T, pool object) app {
	t.Helper()
	pool["PoolName"] = "hiding"
	poolID := n.call(t, "CreateUserPool", pool).at("UserPool", "Id")
	out := n.call(t, "CreateUserPoolClient", object{
		"UserPoolId": poolID, "ClientName": "hiding", "PreventUserExistenceErrors": "ENABLED",
		"ExplicitAuthFlows": []string{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH", "ALLOW_CUSTOM_AUTH",
			"ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
	})
	return app{poolID, out.at("UserPoolClient", "ClientId"), ""}
}

// advance moves the clock of a development server.
func advance(t *testing.T, n *node, by string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, n.url+"/_cenote/clock", strings.NewReader(`{"advance":"`+by+`"}`))
	if err != nil {
		t.Fatal(err)
	}
	if status, out := n.do(t, r); status != http.StatusOK {
		t.Fatalf("advance the clock: %d %v", status, out)
	}
}
