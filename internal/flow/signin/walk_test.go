package signin_test

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/internal/core/limit"
	"github.com/cenote-auth/cenote/internal/core/passkey/testkey"
	"github.com/cenote-auth/cenote/internal/core/totp"
	"github.com/cenote-auth/cenote/internal/flow/flowtest"
	"github.com/cenote-auth/cenote/internal/flow/signin"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/srp"
)

// walkSteps is how many steps a walk has; CENOTE_WALK makes it more.
const walkSteps = 150

// A walker tries right and wrong answers at random. What it holds on to:
//   - a wrong answer never gives tokens;
//   - a sign-in gives tokens once, whichever of its sessions is answered, and
//     on whichever node;
//   - tokens come after what the pool asks for then, also where that has changed
//     since the sign-in began;
//   - a wrong code is counted, and the counts of tries, and the time step of a
//     software token, never go back but by a right answer.
type walker struct {
	*world
	t      *testing.T
	rand   *rand.Rand
	nodes  []*signin.Service
	pools  []*pool.Pool
	client map[int64]*pool.Client // by the key of the pool
	places []*place
	people int
	edges  map[string]int

	meddles bool // settings of pools and people change under way
}

// somebody is a user whom a walker signs in.
type somebody struct {
	user     *pool.User
	client   *pool.Client
	password string
	seed     []byte
	mail     string
	phone    string
	key      *testkey.Authenticator // nil where the pool has no passkeys

	device     gadget // where the pool tracks devices; the zero gadget for none
	remembered bool
}

// An attempt is a sign-in that a walker began; it may stand at several places, by
// answers that were given twice.
type attempt struct {
	who    *somebody
	passed map[string]bool // the flows and challenges that went well
	ended  bool            // it has given tokens
}

// A place is a session that waits for an answer.
type place struct {
	*attempt
	step signin.Step
	srp  *srp.Client // of PASSWORD_VERIFIER, and of the device
	code string      // that was sent for it
}

// rights are the right answers at a place, by challenge. A challenge that is not
// among them ends the walk of its sign-in.
var rights = map[string]func(*walker, *place) (session string, responses signin.Parameters){
	"PASSWORD_VERIFIER": (*walker).proof,
	"PASSWORD":          (*walker).ofPassword,
	"PASSWORD_SRP":      (*walker).ofSRP,
	"SELECT_CHALLENGE":  (*walker).ofChoice,
	"NEW_PASSWORD_REQUIRED": func(w *walker, at *place) (string, signin.Parameters) {
		return at.step.Session, parameters("NEW_PASSWORD", at.who.password)
	},
	"SMS_MFA":            (*walker).ofCode,
	"SMS_OTP":            (*walker).ofCode,
	"EMAIL_OTP":          (*walker).ofCode,
	"SOFTWARE_TOKEN_MFA": (*walker).ofToken,
	"WEB_AUTHN":          (*walker).ofKey,
	"SELECT_MFA_TYPE": func(w *walker, at *place) (string, signin.Parameters) {
		return at.step.Session, parameters("ANSWER", w.pick("SMS_MFA", "EMAIL_OTP", "SOFTWARE_TOKEN_MFA"))
	},
	"MFA_SETUP":                (*walker).ofSetUp,
	"DEVICE_SRP_AUTH":          (*walker).ofDevice,
	"DEVICE_PASSWORD_VERIFIER": (*walker).ofDeviceProof,
}

func TestRandomWalks(t *testing.T) {
	for _, tt := range []struct {
		nodes   int
		meddles bool
	}{{1, false}, {2, false}, {2, true}} {
		t.Run(fmt.Sprintf("%d nodes, settings change: %t", tt.nodes, tt.meddles), func(t *testing.T) {
			flowtest.Each(t, func(t *testing.T, e *flowtest.Env) {
				seed := uint64(time.Now().UnixNano())
				if text := os.Getenv("CENOTE_WALK_SEED"); text != "" {
					seed, _ = strconv.ParseUint(text, 10, 64)
				}
				t.Logf("CENOTE_WALK_SEED=%d", seed)
				w := newWalker(t, e, tt.nodes, rand.New(rand.NewPCG(seed, 1)))
				w.meddles = tt.meddles
				steps := walkSteps
				if more, err := strconv.Atoi(os.Getenv("CENOTE_WALK")); err == nil {
					steps = more
				}
				for range steps {
					w.walk()
				}
				for _, edge := range slices.Sorted(maps.Keys(w.edges)) {
					t.Logf("%5d %s", w.edges[edge], edge)
				}
			})
		})
	}
}

func newWalker(t *testing.T, e *flowtest.Env, nodes int, r *rand.Rand) *walker {
	t.Helper()
	w := &walker{world: &world{Env: e}, t: t, rand: r, client: map[int64]*pool.Client{}, edges: map[string]int{}}
	for range nodes {
		w.nodes = append(w.nodes, service(e, limit.New(e.Clock.Now)))
	}
	w.pools = []*pool.Pool{
		e.Pool(t, allowing("EMAIL_OTP", "SMS_OTP", "SOFTWARE_TOKEN")), e.Pool(t, asking("ON")), e.Pool(t, asking("ON", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP")),
		e.Pool(t, trusting(true)), e.Pool(t, trusting(false)),
		e.Pool(t, byPasskeys("ON", "MULTI_FACTOR_WITH_USER_VERIFICATION")), e.Pool(t, byPasskeys("OPTIONAL", "")),
		e.Pool(t, func(p *pool.Pool) { trusting(true)(p); byPasskeys("ON", "")(p) }),
	}
	for _, p := range w.pools {
		w.client[p.Key] = e.Client(t, p, nil)
	}
	return w
}

func (w *walker) pick(from ...string) string { return from[w.rand.IntN(len(from))] }

// walk takes one step: it begins a sign-in, or answers at a place, rightly or
// not, or lets time pass.
func (w *walker) walk() {
	if w.meddles && w.rand.IntN(4) == 0 {
		w.meddle()
		return
	}
	switch n := w.rand.IntN(20); {
	case n == 0:
		w.Clock.Advance(time.Duration(w.rand.IntN(40)) * time.Second)
	case n < 6 || len(w.places) == 0:
		w.begin()
	case n < 14:
		w.answerRightly(w.places[w.rand.IntN(len(w.places))])
	case n < 15:
		w.answerTwice(w.places[w.rand.IntN(len(w.places))])
	default:
		w.answerWrongly(w.places[w.rand.IntN(len(w.places))])
	}
}

// meet adds somebody to a pool, with second factors as it comes.
func (w *walker) meet() *somebody {
	w.people++
	name := fmt.Sprintf("p%d", w.people)
	p := w.pools[w.rand.IntN(len(w.pools))]
	s := &somebody{client: w.client[p.Key], password: password, mail: name + "@example.com", phone: fmt.Sprintf("+1555%07d", w.people)}
	on := []int{0, 0, 1, 2, 4, 3, 7}[w.rand.IntN(7)]
	s.user = w.Person(w.t, p, name, password, func(u *pool.User) {
		if w.rand.IntN(4) > 0 {
			verified(s.mail)(u)
			u.Attributes["phone_number"], u.Attributes["phone_number_verified"] = s.phone, "true"
		}
		u.Factors = pool.Factors{SMS: on&1 > 0, Email: on&2 > 0, SoftwareToken: on&4 > 0}
		if w.rand.IntN(6) == 0 {
			u.Status, u.PasswordSet = pool.ForceChangePassword, w.Clock.Now()
			s.password = "another horse"
		}
	})
	if on&4 > 0 {
		s.seed = w.token(w.t, s.user, "")
	}
	if p.AllowsFirst(pool.FirstPasskey) {
		s.key = w.Passkey(w.t, p, s.user, newKey(w.t))
		s.key.Verifies = w.rand.IntN(2) == 0
	}
	w.equip(s)
	return s
}

// begin begins a sign-in of somebody, known or new, by any flow.
func (w *walker) begin() {
	s := w.known()
	r := signin.Request{ClientID: s.client.ID, Parameters: parameters("USERNAME", s.user.Username)}
	given := s.password
	if w.User(w.t, w.poolOf(s), s.user.Username).Status == pool.ForceChangePassword {
		given = password
	}
	at := &place{attempt: &attempt{who: s, passed: map[string]bool{}}}
	wrong := w.rand.IntN(6) == 0
	if wrong {
		given = "wrong horse"
	}
	switch r.Flow = w.pick("USER_PASSWORD_AUTH", "USER_SRP_AUTH", "USER_AUTH"); r.Flow {
	case "USER_PASSWORD_AUTH":
		r.Parameters["PASSWORD"] = given
	case "USER_SRP_AUTH":
		at.srp, wrong = srp.NewClient(), false
		r.Parameters["SRP_A"] = at.srp.A()
	case "USER_AUTH":
		wrong = false
		if preferred := w.pick("", "PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP", "SOFTWARE_TOKEN", "WEB_AUTHN"); preferred != "" {
			r.Parameters["PREFERRED_CHALLENGE"] = preferred
		}
	}
	w.name(s, r.Parameters)
	step, err := w.node().Start(w.t.Context(), r)
	w.arrive(r.Flow, at, step, err, !wrong)
}

// known is somebody whom the walker knows already, or has just met.
func (w *walker) known() *somebody {
	if len(w.places) > 0 && w.rand.IntN(2) == 0 {
		return w.places[w.rand.IntN(len(w.places))].who
	}
	return w.meet()
}

func (w *walker) poolOf(s *somebody) *pool.Pool {
	return w.pools[slices.IndexFunc(w.pools, func(p *pool.Pool) bool { return p.Key == s.user.PoolKey })]
}

func (w *walker) node() *signin.Service { return w.nodes[w.rand.IntN(len(w.nodes))] }

// answerRightly gives the right answer at a place. It may be late, refused for
// tries before it, or of a sign-in that has ended; but it may give tokens.
func (w *walker) answerRightly(at *place) {
	session, responses := w.right(at)
	if responses == nil {
		w.leave(at)
		return
	}
	step, err := w.reply(w.node(), at, at.step.Challenge, session, responses)
	next := *at
	w.arrive(at.step.Challenge, &next, step, err, true)
}

// answerTwice gives the right answer at a place several times at once.
func (w *walker) answerTwice(at *place) {
	session, responses := w.right(at)
	if responses == nil {
		return
	}
	var all sync.WaitGroup
	steps, errs := make([]signin.Step, 3), make([]error, 3)
	for i := range steps {
		node := w.node()
		all.Go(func() { steps[i], errs[i] = w.reply(node, at, at.step.Challenge, session, responses) })
	}
	all.Wait()
	for i := range steps {
		next := *at
		w.arrive(at.step.Challenge, &next, steps[i], errs[i], true)
	}
}

// answerWrongly gives an answer at a place that must not do.
func (w *walker) answerWrongly(at *place) {
	session, responses := w.right(at)
	if responses == nil {
		return
	}
	challenge := at.step.Challenge
	before := w.counts(at.who)
	kind := w.rand.IntN(7)
	switch kind {
	case 0: // the answer to another challenge
		challenge = w.pick(slices.Sorted(maps.Keys(rights))...)
		if challenge == at.step.Challenge || at.step.Challenge == "SELECT_CHALLENGE" && slices.Contains([]string{"PASSWORD", "PASSWORD_SRP"}, challenge) {
			return // a password may be given without being chosen first
		}
	case 1: // of somebody else
		other := w.meet()
		responses["USERNAME"] = other.user.Username
	case 2: // a session that was tampered with
		i := w.rand.IntN(max(1, len(session)-4))
		for name, text := range map[string]string{"": session, "PASSWORD_CLAIM_SECRET_BLOCK": responses["PASSWORD_CLAIM_SECRET_BLOCK"]} {
			if text == "" {
				continue
			}
			changed := []byte(text)
			changed[i] = map[bool]byte{true: 'B', false: 'A'}[changed[i] == 'A']
			if name == "" {
				session = string(changed)
			} else {
				responses[name] = string(changed)
			}
		}
	case 3: // the session of another place
		other := w.places[w.rand.IntN(len(w.places))]
		if other.attempt == at.attempt || at.step.Challenge == "PASSWORD_VERIFIER" || at.step.Challenge == "DEVICE_PASSWORD_VERIFIER" || at.step.Session == "" {
			return
		}
		if other.who == at.who && !slices.Contains([]string{"SMS_MFA", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"}, challenge) {
			return // the same person, and an answer that is right in both sign-ins
		}
		session = other.step.Session
	case 4: // another client
		stranger := w.client[w.pools[(slices.Index(w.pools, w.poolOf(at.who))+1)%len(w.pools)].Key]
		step, err := w.node().Answer(w.t.Context(), signin.Reply{ClientID: stranger.ID, Challenge: challenge, Session: session, Responses: responses})
		w.arrive(challenge, nil, step, err, false)
		return
	default: // a wrong value
		name, ok := map[string]string{
			"PASSWORD_VERIFIER": "PASSWORD_CLAIM_SIGNATURE", "PASSWORD": "PASSWORD", "SMS_MFA": "SMS_MFA_CODE", "SMS_OTP": "SMS_OTP_CODE",
			"EMAIL_OTP": "EMAIL_OTP_CODE", "SOFTWARE_TOKEN_MFA": "SOFTWARE_TOKEN_MFA_CODE",
			"DEVICE_PASSWORD_VERIFIER": "PASSWORD_CLAIM_SIGNATURE", "WEB_AUTHN": "CREDENTIAL",
		}[challenge]
		if !ok {
			return
		}
		if name == "CREDENTIAL" {
			responses[name] = w.forged(at)
		} else {
			responses[name] = other(responses[name])
		}
		if name == "SOFTWARE_TOKEN_MFA_CODE" {
			if _, luck := totp.Step(at.who.seed, responses[name], w.Clock.Now()); luck {
				return
			}
		}
	}
	step, err := w.reply(w.node(), at, challenge, session, responses)
	w.arrive(challenge, nil, step, err, false)
	grew := false
	for name, count := range w.counts(at.who) {
		grew = grew || count > before[name]
		if count < before[name] {
			w.t.Fatalf("%s of %s went from %d to %d by a wrong answer (%d) to %s", name, at.who.user.Username, before[name], count, kind, challenge)
		}
	}
	if errors.Is(err, pool.E(pool.CodeMismatch, "")) && kind > 4 && !grew {
		w.t.Fatalf("a wrong code for %s of %s was not counted", challenge, at.who.user.Username)
	}
}

// right is the right answer at a place, nil for none.
func (w *walker) right(at *place) (session string, responses signin.Parameters) {
	answer, ok := rights[at.step.Challenge]
	if !ok {
		return "", nil
	}
	session, responses = answer(w, at)
	if responses != nil && responses["USERNAME"] == "" {
		responses["USERNAME"] = at.who.user.Username
	}
	return session, responses
}

func (w *walker) reply(node *signin.Service, at *place, challenge, session string, responses signin.Parameters) (signin.Step, error) {
	return node.Answer(w.t.Context(), signin.Reply{ClientID: at.who.client.ID, Challenge: challenge, Session: session, Responses: responses})
}

// arrive looks at what came of a step from a challenge, or a flow. at is where
// the walker stands now; may is whether tokens may be given.
func (w *walker) arrive(from string, at *place, step signin.Step, err error, may bool) {
	if err != nil {
		if !errors.As(err, new(*pool.Error)) {
			w.t.Fatalf("%s: %v", from, err)
		}
		return
	}
	if may {
		at.passed[from] = true
	}
	if step.Tokens != nil {
		switch {
		case !may:
			w.t.Fatalf("%s: tokens for a wrong answer", from)
		case at.ended:
			w.t.Fatalf("%s: tokens a second time for one sign-in", from)
		}
		access, err := w.Tokens.VerifyAccess(w.t.Context(), step.Tokens.Access)
		if err != nil || access.User.Sub != at.who.user.Sub {
			w.t.Fatalf("%s: tokens of %+v, %v; want them of %s", from, access, err, at.who.user.Username)
		}
		if w.meddles {
			w.earned(from, at, access.Device)
		} else {
			w.deserved(from, at.who, access.Device)
		}
		at.ended = true
		w.edges[from+" -> tokens"]++
		return
	}
	if !may {
		w.t.Fatalf("%s: %s after a wrong answer", from, step.Challenge)
	}
	w.edges[from+" -> "+step.Challenge]++
	next := *at
	next.step = step
	switch step.Challenge {
	case "SMS_MFA", "SMS_OTP":
		next.code = w.Code(w.t, at.who.phone)
	case "EMAIL_OTP":
		next.code = w.Code(w.t, at.who.mail)
	}
	w.places = append(w.places, &next)
	if len(w.places) > 30 {
		w.leave(w.places[w.rand.IntN(20)])
	}
}

func (w *walker) leave(at *place) {
	w.places = slices.DeleteFunc(w.places, func(p *place) bool { return p == at })
}
