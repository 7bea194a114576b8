package userpool

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"runtime"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cenote-auth/cenote/auth/storage"
)

// Options are what a Pool may be given. The zero value is a public client of
// Amazon Cognito that keeps sessions in memory.
type Options struct {
	ClientSecret string // of a confidential client; every request then carries its SECRET_HASH

	// Endpoint is the base URL of the service, such as "http://127.0.0.1:9229"
	// for Cenote. Empty: Amazon Cognito in the pool's region.
	Endpoint string

	HTTPClient aws.HTTPClient       // an *http.Client is one; the SDK's own if nil
	SDK        []func(*cip.Options) // options of the SDK's client, applied last
	API        API                  // instead of a client; Endpoint, HTTPClient and SDK are then not used

	Storage storage.Storage // of sessions and device keys; in memory if nil
	Drift   DriftFormat     // of the sessions of Users; amazon-cognito-identity-js's if zero

	// ContextData is what threat protection learns of the person's device. It
	// is asked before every request that may carry it; nil for nothing.
	ContextData func(ctx context.Context, username string) *types.UserContextDataType

	DeviceName string           // the name a new device is registered under; the platform's if empty
	Now        func() time.Time // the clock that tokens are judged by; time.Now if nil
}

// Pool is one app client of one user pool, as CognitoUserPool is in
// JavaScript. It is safe for concurrent use.
type Pool struct {
	id, region, name string
	clientID, secret string
	deviceName       string
	api              API
	storage          storage.Storage
	contextData      func(context.Context, string) *types.UserContextDataType
	now              func() time.Time

	drift     DriftFormat
	sessions  *SessionStore // in storage, of users
	refresher *Refresher    // of sessions
}

const maxPoolID = 55

var poolID = regexp.MustCompile(`^[\w-]+_[0-9a-zA-Z]+$`)

// New returns the app client clientID of the pool userPoolID. It calls nobody.
// The error is ErrInvalidUserPoolID or ErrInvalidParameter.
func New(userPoolID, clientID string, opts *Options) (*Pool, error) {
	if opts == nil {
		opts = &Options{}
	}
	if userPoolID == "" || clientID == "" {
		return nil, fault(ErrInvalidParameter, "both a user pool id and a client id are required", nil)
	}
	if len(userPoolID) > maxPoolID || !poolID.MatchString(userPoolID) {
		return nil, fault(ErrInvalidUserPoolID, "a user pool id reads like eu-west-1_AbCdEf123", nil)
	}
	if err := checkEndpoint(opts.Endpoint); err != nil {
		return nil, fault(ErrInvalidParameter, "the endpoint is not usable", err)
	}
	p := &Pool{
		id: userPoolID, clientID: clientID, secret: opts.ClientSecret,
		deviceName: opts.DeviceName, api: opts.API, storage: opts.Storage,
		contextData: opts.ContextData, now: opts.Now, drift: opts.Drift,
	}
	p.region, p.name, _ = strings.Cut(userPoolID, "_")
	if p.deviceName == "" {
		p.deviceName = "Go on " + runtime.GOOS
	}
	if p.storage == nil {
		p.storage = storage.NewMemory()
	}
	if p.now == nil {
		p.now = time.Now
	}
	if p.api == nil {
		p.api = newSDK(p.region, opts)
	}
	p.sessions = NewSessionStore(p.storage, p.clientID, p.drift)
	p.refresher = newRefresher(p)
	return p, nil
}

func checkEndpoint(endpoint string) error {
	if endpoint == "" {
		return nil
	}
	u, err := url.Parse(endpoint)
	if err != nil {
		return errors.New("not a URL") // without the URL, which may hold a password
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return fmt.Errorf("%s is not an http or https URL", u.Redacted())
	}
	return nil
}

// ID returns the pool's id, such as "eu-west-1_AbCdEf123".
func (p *Pool) ID() string { return p.id }

// Name returns the part of the pool's id after its underscore.
func (p *Pool) Name() string { return p.name }

// Region returns the part of the pool's id before its underscore.
func (p *Pool) Region() string { return p.region }

// ClientID returns the app client's id.
func (p *Pool) ClientID() string { return p.clientID }

// Storage returns where the pool keeps sessions and device keys.
func (p *Pool) Storage() storage.Storage { return p.storage }

// WithStorage returns the same pool with another storage: another person's
// session. It costs nothing and shares the connections.
func (p *Pool) WithStorage(s storage.Storage) *Pool {
	other := *p
	other.storage = s
	other.sessions = NewSessionStore(s, p.clientID, p.drift)
	other.refresher = p.refresher.WithStore(other.sessions)
	return &other
}

// userContext returns the context data for a request, or nil.
func (p *Pool) userContext(ctx context.Context, username string) *types.UserContextDataType {
	if p.contextData == nil {
		return nil
	}
	return p.contextData(ctx, username)
}
