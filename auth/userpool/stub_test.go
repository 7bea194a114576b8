package userpool_test

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cenote-auth/cenote/auth/storage"
	"github.com/cenote-auth/cenote/auth/userpool"
	"github.com/cenote-auth/cenote/internal/srp"
)

const (
	poolID   = "eu-west-1_Pool1"
	poolName = "Pool1"
	clientID = "client"
)

// request is what came over the wire, flat: "AuthParameters.USERNAME".
type request map[string]string

// exchange is a request the stub expects, and what it answers.
type exchange struct {
	op    string
	want  request // all of it, but for ClientId and SECRET_HASH; "*" is any text
	reply any     // a map, a failure, a []byte as it is, or a func(request) any
}

// failure is an error of the service.
type failure struct {
	code, message string
	status        int // 400 if zero
}

// stub is the service: it plays a script and fails the test when the client
// sends anything else.
type stub struct {
	t      *testing.T
	mu     sync.Mutex
	script []exchange
	done   int
	secret string
	url    string
}

// newStub returns a pool whose service plays the script, all of it.
func newStub(t *testing.T, opts *userpool.Options, script ...exchange) (*userpool.Pool, *stub) {
	t.Helper()
	if opts == nil {
		opts = &userpool.Options{}
	}
	s := &stub{t: t, script: script, secret: opts.ClientSecret}
	server := httptest.NewServer(s)
	s.url = server.URL
	t.Cleanup(func() {
		server.Close()
		if s.done != len(s.script) {
			t.Errorf("%d of %d requests came; next would be %s", s.done, len(s.script), s.script[s.done].op)
		}
	})
	opts.Endpoint = server.URL
	opts.SDK = append([]func(*cip.Options){atOnce}, opts.SDK...)
	pool, err := userpool.New(poolID, clientID, opts)
	if err != nil {
		t.Fatal(err)
	}
	return pool, s
}

// atOnce retries as the SDK does, without the waiting.
func atOnce(o *cip.Options) {
	o.Retryer = retry.NewStandard(func(o *retry.StandardOptions) {
		o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
	})
}

func (s *stub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	op := strings.TrimPrefix(r.Header.Get("X-Amz-Target"), "AWSCognitoIdentityProviderService.")
	var body map[string]any
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		s.t.Errorf("%s: the body is not JSON: %v", op, err)
	}
	if r.Header.Get("Authorization") != "" {
		s.t.Errorf("%s is signed", op)
	}
	got := make(request)
	flatten(got, "", body)
	if s.done >= len(s.script) {
		s.t.Errorf("one request too many: %s %v", op, got)
		http.Error(w, "{}", http.StatusBadRequest)
		return
	}
	ex := s.script[s.done]
	s.done++
	if op != ex.op {
		s.t.Errorf("request %d is %s %v, want %s", s.done, op, got, ex.op)
	}
	s.compare(op, got, ex.want)
	s.answer(w, ex.reply, got)
}

func (s *stub) compare(op string, got, want request) {
	s.checkSecret(op, got)
	for name, value := range got {
		switch expected, ok := want[name]; {
		case name == "ClientId" && value == clientID, strings.HasSuffix(name, "SECRET_HASH"), name == "SecretHash", name == "ClientSecret":
		case !ok:
			s.t.Errorf("request %d, %s: %s = %q is not expected", s.done, op, name, value)
		case expected != "*" && expected != value:
			s.t.Errorf("request %d, %s: %s = %q, want %q", s.done, op, name, value, expected)
		}
	}
	for name := range want {
		if _, ok := got[name]; !ok {
			s.t.Errorf("request %d, %s: no %s", s.done, op, name)
		}
	}
}

// checkSecret wants a confidential client to prove itself for the very user name
// that the request holds, and a public one not to.
func (s *stub) checkSecret(op string, got request) {
	hash := func(username string) string {
		if s.secret == "" {
			return ""
		}
		mac := hmac.New(sha256.New, []byte(s.secret))
		mac.Write([]byte(username + clientID))
		return base64.StdEncoding.EncodeToString(mac.Sum(nil))
	}
	var name, want string
	switch op {
	case "InitiateAuth":
		name, want = "AuthParameters.SECRET_HASH", hash(got["AuthParameters.USERNAME"])
		if got["AuthFlow"] == "REFRESH_TOKEN_AUTH" {
			want = hash("ada")
		}
	case "RespondToAuthChallenge":
		name, want = "ChallengeResponses.SECRET_HASH", hash(got["ChallengeResponses.USERNAME"])
	case "SignUp", "ConfirmSignUp", "ResendConfirmationCode", "ForgotPassword", "ConfirmForgotPassword":
		name, want = "SecretHash", hash(got["Username"])
	case "RevokeToken", "GetTokensFromRefreshToken":
		name, want = "ClientSecret", s.secret
	}
	if got[name] != want {
		s.t.Errorf("request %d, %s: %s = %q, want %q", s.done, op, name, got[name], want)
	}
}

func (s *stub) answer(w http.ResponseWriter, reply any, got request) {
	if f, ok := reply.(func(request) any); ok {
		reply = f(got)
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.Header().Set("X-Amzn-Requestid", fmt.Sprintf("request-%d", s.done))
	switch reply := reply.(type) {
	case failure:
		w.WriteHeader(max(reply.status, http.StatusBadRequest))
		json.NewEncoder(w).Encode(map[string]string{"__type": reply.code, "message": reply.message})
	case []byte:
		w.Write(reply)
	case nil:
		w.Write([]byte("{}"))
	default:
		json.NewEncoder(w).Encode(reply)
	}
}

func flatten(out request, prefix string, in any) {
	switch in := in.(type) {
	case map[string]any:
		for name, value := range in {
			flatten(out, strings.TrimPrefix(prefix+"."+name, "."), value)
		}
	case []any:
		for i, value := range in {
			flatten(out, fmt.Sprintf("%s.%d", prefix, i), value)
		}
	default:
		out[prefix] = fmt.Sprint(in)
	}
}

type object = map[string]any

// now is when the tests take place, and the service's clock.
var now = time.Unix(1_900_000_000, 0)

// tokens is an answer with tokens of ada.
func tokens(more ...object) object {
	result := object{
		"AccessToken": mint(now, now.Add(time.Hour), object{"token_use": "access"}),
		"IdToken":     mint(now, now.Add(time.Hour), object{"token_use": "id"}), "RefreshToken": "refresh-1", "ExpiresIn": 3600, "TokenType": "Bearer",
	}
	for _, m := range more {
		for name, value := range m {
			result[name] = value
		}
	}
	return object{"AuthenticationResult": result}
}

// asks is an answer with a challenge.
func asks(name userpool.ChallengeName, session string, parameters object) object {
	reply := object{"ChallengeName": name, "ChallengeParameters": parameters}
	if session != "" {
		reply["Session"] = session
	}
	return reply
}

// verifier is the service's half of SRP for one user or device.
type verifier struct {
	t              *testing.T
	pool, user     string
	salt, v, block []byte
	state          *srp.Exchange
}

func newVerifier(t *testing.T, pool, user, password string) *verifier {
	v := &verifier{t: t, pool: pool, user: user, salt: make([]byte, 16), block: make([]byte, 700)}
	rand.Read(v.salt)
	rand.Read(v.block)
	v.v = srp.Verifier(pool, user, password, v.salt)
	return v
}

// challenge answers a request with SRP_A by a challenge named name.
func (v *verifier) challenge(name userpool.ChallengeName, session string, parameters object) func(request) any {
	return func(r request) any {
		a, err := srp.ParseA(r["AuthParameters.SRP_A"] + r["ChallengeResponses.SRP_A"])
		if err != nil {
			v.t.Error(err)
			return failure{code: "InvalidParameterException"}
		}
		x, b, err := srp.Challenge(a, v.v)
		if err != nil {
			v.t.Error(err)
			return failure{code: "InternalErrorException"}
		}
		v.state = x
		all := object{"SALT": hex.EncodeToString(v.salt), "SRP_B": b.Hex(), "SECRET_BLOCK": base64.StdEncoding.EncodeToString(v.block)}
		for key, value := range parameters {
			all[key] = value
		}
		return asks(name, session, all)
	}
}

// check answers the proof with then, or as a wrong password.
func (v *verifier) check(then any) func(request) any {
	return func(r request) any {
		key, err := v.state.Key(v.v)
		if err != nil {
			v.t.Error(err)
		}
		stamp, err := srp.ParseTimestamp(r["ChallengeResponses.TIMESTAMP"])
		if off := time.Since(stamp); err != nil || off < -time.Second || off > time.Minute {
			v.t.Errorf("the proof is stamped %v (%v)", stamp, err)
		}
		signature := srp.Signature(key, v.pool, v.user, v.block, r["ChallengeResponses.TIMESTAMP"])
		if base64.StdEncoding.EncodeToString(signature) != r["ChallengeResponses.PASSWORD_CLAIM_SIGNATURE"] {
			return failure{code: "NotAuthorizedException", message: "Incorrect username or password."}
		}
		return then
	}
}

// proof is a request that proves something for username.
func proof(name, username, session string, more request) request {
	r := request{
		"ChallengeName": name, "ChallengeResponses.USERNAME": username,
		"ChallengeResponses.PASSWORD_CLAIM_SIGNATURE": "*", "ChallengeResponses.PASSWORD_CLAIM_SECRET_BLOCK": "*",
		"ChallengeResponses.TIMESTAMP": "*",
	}
	if session != "" {
		r["Session"] = session
	}
	for name, value := range more {
		r[name] = value
	}
	return r
}

func clock() time.Time { return now }

var laptop = userpool.Device{Key: "eu-west-1_d1", GroupKey: "group", Password: "device password"}

// remembering returns a storage that holds the laptop in these names.
func remembering(t *testing.T, names ...string) storage.Storage {
	t.Helper()
	s := storage.NewMemory()
	for _, name := range names {
		if err := store(s).SaveDevice(t.Context(), name, laptop); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func store(s storage.Storage) *userpool.SessionStore {
	return userpool.NewSessionStore(s, clientID, userpool.DriftMillis)
}
