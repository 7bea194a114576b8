package trigger

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/cenote-auth/cenote/internal/pool"
)

// The triggers that are called, by their names in LambdaConfig.
const (
	preSignUp          = "PreSignUp"
	postConfirmation   = "PostConfirmation"
	preAuthentication  = "PreAuthentication"
	postAuthentication = "PostAuthentication"
)

// Known reports whether the trigger of a name in LambdaConfig is called.
func Known(name string) bool {
	switch name {
	case preSignUp, postConfirmation, preAuthentication, postAuthentication:
		return true
	}
	return false
}

// Options are the parts of Triggers. Endpoint is required.
type Options struct {
	Endpoint string       // of the Invoke API, such as http://127.0.0.1:9399
	Log      *slog.Logger // nothing is logged if nil
}

// Triggers calls functions. It is safe for concurrent use.
type Triggers struct {
	endpoint string
	log      *slog.Logger
	client   *http.Client
	patience time.Duration // of one attempt
	pause    time.Duration // before the next
}

// New returns Triggers made of o.
func New(o Options) *Triggers {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Triggers{endpoint: o.Endpoint, log: o.Log, client: newClient(), patience: patience, pause: pause}
}

// Subject is whom an event is about, and which client it came by.
type Subject struct {
	Pool   *pool.Pool
	Client *pool.Client // nil for an administrator's call, which names none
	User   *pool.User   // nil: nobody has the name
	Name   string       // the one that nobody has
}

// The occasions of PreSignUp.
const (
	SignUp          = "PreSignUp_SignUp"
	AdminCreateUser = "PreSignUp_AdminCreateUser"
)

// PreSignUp asks whether the user of s may be added, on which occasion
// (SignUp, AdminCreateUser). The zero Verdict if the pool has no such trigger.
func (t *Triggers) PreSignUp(ctx context.Context, s Subject, occasion string, validation, metadata map[string]string) (Verdict, error) {
	function, ok := s.Pool.Triggers.ARN[preSignUp]
	if !ok {
		return Verdict{}, nil
	}
	e := newEvent(s, occasion)
	e.Request = preSignUpRequest{e.attributes, validation, metadata}
	e.Response = Verdict{}
	c := call{preSignUp, function, e}
	response, err := t.invoke(ctx, c)
	if err != nil {
		return Verdict{}, err
	}
	v, err := verdict(response)
	if err != nil {
		return Verdict{}, t.unusable(ctx, c, err)
	}
	return v, nil
}

// PostConfirmation tells that the user of s has been confirmed. It is called
// after that is stored, so it goes on when the caller has gone.
func (t *Triggers) PostConfirmation(ctx context.Context, s Subject, metadata map[string]string) error {
	return t.confirmed(ctx, s, "PostConfirmation_ConfirmSignUp", metadata)
}

// PostReset tells PostConfirmation that the user of s has a new password by a
// code. It is called as PostConfirmation is.
func (t *Triggers) PostReset(ctx context.Context, s Subject, metadata map[string]string) error {
	return t.confirmed(ctx, s, "PostConfirmation_ConfirmForgotPassword", metadata)
}

func (t *Triggers) confirmed(ctx context.Context, s Subject, source string, metadata map[string]string) error {
	function, ok := s.Pool.Triggers.ARN[postConfirmation]
	if !ok {
		return nil
	}
	e := newEvent(s, source)
	e.Request = postConfirmationRequest{e.attributes, metadata}
	_, err := t.invoke(context.WithoutCancel(ctx), call{postConfirmation, function, e})
	return err
}

// PreAuthentication asks whether s may try to sign in. The function learns
// whether there is such a user where the client hides it from people.
func (t *Triggers) PreAuthentication(ctx context.Context, s Subject, validation map[string]string) error {
	function, ok := s.Pool.Triggers.ARN[preAuthentication]
	if !ok {
		return nil
	}
	if validation == nil {
		validation = map[string]string{}
	}
	e := newEvent(s, "PreAuthentication_Authentication")
	request := preAuthenticationRequest{UserAttributes: e.attributes, ValidationData: validation}
	if s.Client.HidesUnknownUsers() {
		request.UserNotFound = new(s.User == nil)
	}
	e.Request = request
	_, err := t.invoke(ctx, call{preAuthentication, function, e})
	return err
}

// HasPostAuthentication reports whether p wants to know of sign-ins.
func HasPostAuthentication(p *pool.Pool) bool {
	_, ok := p.Triggers.ARN[postAuthentication]
	return ok
}

// PostAuthentication tells that the user of s has signed in. An error takes
// the sign-in back.
func (t *Triggers) PostAuthentication(ctx context.Context, s Subject, metadata map[string]string) error {
	function, ok := s.Pool.Triggers.ARN[postAuthentication]
	if !ok {
		return nil
	}
	e := newEvent(s, "PostAuthentication_Authentication")
	e.Request = postAuthenticationRequest{e.attributes, false, metadata}
	_, err := t.invoke(ctx, call{postAuthentication, function, e})
	return err
}
