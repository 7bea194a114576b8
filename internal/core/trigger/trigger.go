package trigger

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/cenote-auth/cenote/internal/pool"
)

// The triggers, by their names in LambdaConfig.
const (
	preSignUp           = "PreSignUp"
	postConfirmation    = "PostConfirmation"
	preAuthentication   = "PreAuthentication"
	postAuthentication  = "PostAuthentication"
	preTokenGeneration  = "PreTokenGeneration"
	customMessage       = "CustomMessage"
	defineAuthChallenge = "DefineAuthChallenge"
	createAuthChallenge = "CreateAuthChallenge"
	verifyAuthChallenge = "VerifyAuthChallengeResponse"
	userMigration       = "UserMigration"
	customEmailSender   = "CustomEmailSender"
	customSMSSender     = "CustomSMSSender"
	inboundFederation   = "InboundFederation"
)

// Options are the parts of Triggers. Endpoint is required.
type Options struct {
	Endpoint    string       // of the Invoke API, such as http://127.0.0.1:9399
	Log         *slog.Logger // nothing is logged if nil
	Credentials Credentials  // sign the calls; none if zero
	// SenderKey, of 32 bytes, encrypts the codes for custom senders; without it
	// there are none.
	SenderKey []byte
	// Observe is told of each call how it ended (one of Outcomes) and how long it
	// took, all attempts included; nil if nobody wants to know.
	Observe func(trigger, outcome string, took time.Duration)
}

// Triggers calls functions. It is safe for concurrent use.
type Triggers struct {
	endpoint    string
	log         *slog.Logger
	credentials Credentials
	senderKey   []byte
	observe     func(trigger, outcome string, took time.Duration)
	client      *http.Client
	patience    time.Duration // of one attempt
	pause       time.Duration // before the next
}

// New returns Triggers made of o.
func New(o Options) *Triggers {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Observe == nil {
		o.Observe = func(string, string, time.Duration) {}
	}
	return &Triggers{
		endpoint: o.Endpoint, log: o.Log, credentials: o.Credentials, senderKey: o.SenderKey, observe: o.Observe,
		client: newClient(patience), patience: patience, pause: pause,
	}
}

// Subject is whom an event is about, and which client it came by.
type Subject struct {
	Pool   *pool.Pool
	Client *pool.Client // nil for an administrator's call, which names none
	User   *pool.User   // nil: nobody has the name
	Name   string       // the one that nobody has
}

// has reports whether p has a trigger.
func has(p *pool.Pool, trigger string) bool {
	_, ok := p.Triggers.ARN[trigger]
	return ok
}
