package auth

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentity"
	"github.com/aws/smithy-go"

	"github.com/cenote-auth/cenote/auth/storage"
)

// Codes of errors of identity pools, with Amplify's names.
const (
	// ErrNoIdentityPool: the configuration has no identity pool, or one whose id
	// cannot be one.
	ErrNoIdentityPool Code = "InvalidIdentityPoolIdException"

	// ErrNoIdentity: the service gave no identity id.
	ErrNoIdentity Code = "GetIdResponseException"

	// ErrNoCredentials: the service gave an identity and no keys.
	ErrNoCredentials Code = "CredentialsException"
)

// Credentials returns AWS credentials from the identity pool, for the config of
// an AWS client: those of the signed-in user, or of a guest where
// Config.AllowGuestAccess is set. They are kept in memory and asked for again
// (GetId, GetCredentialsForIdentity) five minutes before they expire, and when
// the user changed.
//
// Put it into aws.Config.Credentials itself, as in the example. An
// aws.CredentialsCache around it, such as the SDK's config.LoadDefaultConfig
// makes, does not notice that the user changed: for up to an hour it would sign in
// the name of whoever was there before.
//
// Retrieve returns ErrNotSignedIn if nobody is signed in and guests get nothing,
// or if the tokens lack the openid scope; ErrNoIdentityPool; and what Session
// returns.
func (c *Client) Credentials() aws.CredentialsProvider { return credentials{c} }

type credentials struct{ client *Client }

func (p credentials) Retrieve(ctx context.Context) (aws.Credentials, error) {
	const op = "Credentials"
	if p.client.identity == nil {
		return aws.Credentials{}, failureOf(op, ErrNoIdentityPool, "No identity pool is configured.", "Set Config.IdentityPoolID.")
	}
	session, err := p.client.Session(ctx, nil)
	if err != nil {
		return aws.Credentials{}, named(op, err)
	}
	if session.Credentials == nil {
		return aws.Credentials{}, failure(op, ErrNotSignedIn)
	}
	return *session.Credentials, nil
}

// identityAPI is what is used of the identity service, all unsigned.
type identityAPI interface {
	GetId(context.Context, *cognitoidentity.GetIdInput, ...func(*cognitoidentity.Options)) (*cognitoidentity.GetIdOutput, error)
	GetCredentialsForIdentity(context.Context, *cognitoidentity.GetCredentialsForIdentityInput, ...func(*cognitoidentity.Options)) (*cognitoidentity.GetCredentialsForIdentityOutput, error)
}

// newIdentityAPI returns a client for the configured identity pool, nil without
// one.
func (s *shared) newIdentityAPI() (identityAPI, error) {
	if s.cfg.IdentityPoolID == "" {
		return nil, nil
	}
	region, rest, ok := strings.Cut(s.cfg.IdentityPoolID, ":")
	if !ok || region == "" || rest == "" {
		return nil, failureOf("", ErrNoIdentityPool, "An identity pool's id reads like eu-west-1:0b1c2d3e-4f5a-6b7c-8d9e-0f1a2b3c4d5e.", "")
	}
	o := cognitoidentity.Options{Region: region, Credentials: aws.AnonymousCredentials{}, HTTPClient: s.opts.HTTPClient}
	if s.cfg.IdentityPoolEndpoint != "" {
		o.BaseEndpoint = &s.cfg.IdentityPoolEndpoint
	}
	return cognitoidentity.New(o), nil
}

// identitySeat is one storage's identity: an identityPool.
type identitySeat struct {
	api     identityAPI
	pool    string
	guests  bool
	storage storage.Storage
	others  func(context.Context) (map[string]string, error) // Options.IdentityLogins; may be nil
	lock    func(context.Context) (unlock func(), err error)
	now     func() time.Time
	asking  chan struct{} // one asks at a time, so that one person gets one identity

	mu    sync.Mutex
	known identity
	era   int // counts clear
}

// identity is who somebody is for the identity pool. It is good for one set of
// logins.
type identity struct {
	person string // the sub; "" for a guest
	id     string
	logins [sha256.Size]byte
	creds  *aws.Credentials
}

// identitySeat returns c's, nil without an identity pool.
func (c *Client) identitySeat() identityPool {
	if c.identities == nil {
		return nil
	}
	return &identitySeat{
		api: c.identities, pool: c.cfg.IdentityPoolID, guests: c.cfg.AllowGuestAccess,
		storage: c.Storage(), others: c.opts.IdentityLogins, lock: c.store.Lock, now: c.opts.Now, asking: make(chan struct{}, 1),
	}
}

// early is how long before their end credentials are replaced.
const early = 5 * time.Minute

func (s *identitySeat) session(ctx context.Context, t *Tokens, force bool) (string, *aws.Credentials, error) {
	person, logins, err := s.logins(ctx, t)
	if err != nil || person == "" && !s.guests {
		return "", nil, err
	}
	select {
	case s.asking <- struct{}{}:
		defer func() { <-s.asking }()
	case <-ctx.Done():
		return "", nil, ctx.Err()
	}
	s.mu.Lock()
	known, era := s.known, s.era
	s.mu.Unlock()
	if known.person != person {
		known = identity{}
	}
	digest := digest(logins)
	if !force && known.creds != nil && known.logins == digest && s.now().Before(known.creds.Expires.Add(-early)) {
		creds := *known.creds
		return known.id, &creds, nil
	}
	fresh, err := s.ask(ctx, known.id, logins)
	if err != nil {
		return "", nil, identityError(err)
	}
	fresh.person, fresh.logins = person, digest
	s.mu.Lock()
	if s.era == era {
		s.known = fresh
	}
	s.mu.Unlock()
	creds := *fresh.creds
	return fresh.id, &creds, nil
}

// logins say who it is, for the identity service: the ID token by its issuer, and
// tokens of other providers. A guest has none.
func (s *identitySeat) logins(ctx context.Context, t *Tokens) (person string, logins map[string]string, err error) {
	if s.others != nil {
		others, err := s.others(ctx)
		if err != nil {
			return "", nil, fmt.Errorf("logins of other providers: %w", err)
		}
		logins = maps.Clone(others)
	}
	if t == nil && len(logins) == 0 {
		return "", nil, nil
	}
	if t == nil {
		return "somebody with other logins", logins, nil
	}
	issuer, _ := t.IDToken.Claims()["iss"].(string)
	_, name, ok := strings.Cut(issuer, "://")
	if t.IDToken.IsZero() || !ok || t.IDToken.Subject() == "" {
		return "", nil, failureOf("", ErrNotSignedIn, "The identity pool wants an ID token, and there is none.", "Sign in with the openid scope.")
	}
	if logins == nil {
		logins = make(map[string]string, 1)
	}
	logins[name] = t.IDToken.Raw()
	return t.IDToken.Subject(), logins, nil
}

func digest(logins map[string]string) [sha256.Size]byte {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(logins)) {
		fmt.Fprintf(&b, "%q:%q,", name, logins[name])
	}
	return sha256.Sum256([]byte(b.String()))
}

// ask returns an identity with credentials. known is its id, "" if it is not
// known; the stored id of a guest then serves, which for somebody who signed in
// makes the guest that person.
func (s *identitySeat) ask(ctx context.Context, known string, logins map[string]string) (identity, error) {
	unlock, err := s.lock(ctx)
	if err != nil {
		return identity{}, err
	}
	defer unlock()
	key := "com.amplify.Cognito." + s.pool + ".identityId"
	found, err := s.storage.Load(ctx, key)
	if err != nil {
		return identity{}, err
	}
	id := known
	if id == "" {
		id = found[key]
	}
	fresh, err := s.credentials(ctx, id, logins)
	if id != "" && isGone(err) {
		fresh, err = s.credentials(ctx, "", logins)
	}
	if err != nil {
		return identity{}, err
	}
	switch guest := logins == nil; {
	case guest && found[key] != fresh.id:
		err = s.storage.Save(ctx, map[string]string{key: fresh.id})
	case !guest && found[key] != "":
		err = s.storage.Save(ctx, nil, key)
	}
	return fresh, err
}

// credentials asks for those of an identity, and before that for an identity if
// id is empty.
func (s *identitySeat) credentials(ctx context.Context, id string, logins map[string]string) (identity, error) {
	if id == "" {
		out, err := s.api.GetId(ctx, &cognitoidentity.GetIdInput{IdentityPoolId: &s.pool, Logins: logins})
		if err != nil {
			return identity{}, err
		}
		if id = aws.ToString(out.IdentityId); id == "" {
			return identity{}, failureOf("", ErrNoIdentity, "The identity pool gave no identity.", "")
		}
	}
	out, err := s.api.GetCredentialsForIdentity(ctx, &cognitoidentity.GetCredentialsForIdentityInput{IdentityId: &id, Logins: logins})
	if err != nil {
		return identity{}, err
	}
	if out.IdentityId != nil {
		id = *out.IdentityId
	}
	got := out.Credentials
	if got == nil || got.AccessKeyId == nil || got.SecretKey == nil {
		return identity{}, failureOf("", ErrNoCredentials, "The identity pool gave no credentials.", "")
	}
	return identity{id: id, creds: &aws.Credentials{
		AccessKeyID: *got.AccessKeyId, SecretAccessKey: *got.SecretKey, SessionToken: aws.ToString(got.SessionToken),
		Source: "CognitoIdentity", CanExpire: got.Expiration != nil, Expires: aws.ToTime(got.Expiration),
	}}, nil
}

// isGone reports whether err may mean that the identity was deleted, or is by
// now another person's.
func isGone(err error) bool {
	api, ok := errors.AsType[smithy.APIError](err)
	return ok && (api.ErrorCode() == string(ErrResourceNotFound) || api.ErrorCode() == string(ErrNotAuthorized))
}

// identityError makes an *Error of what the SDK returns, and leaves others.
func identityError(err error) error {
	if _, ok := errors.AsType[*Error](err); ok || errors.Is(err, storage.ErrUnavailable) {
		return err
	}
	e := &Error{Code: ErrNetwork, Message: "The identity pool could not be reached.", Err: err}
	if response, ok := errors.AsType[*awshttp.ResponseError](err); ok {
		e.RequestID, e.HTTPStatus = response.ServiceRequestID(), response.HTTPStatusCode()
	}
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		e.Code, e.Message = Code(api.ErrorCode()), api.ErrorMessage()
	}
	return e
}

// clear forgets who was signed in, and the guest too, as Amplify does. It waits
// for nobody: what is being asked for meanwhile is not kept.
func (s *identitySeat) clear(ctx context.Context) error {
	s.mu.Lock()
	s.known = identity{}
	s.era++
	s.mu.Unlock()
	return s.storage.Save(ctx, nil, "com.amplify.Cognito."+s.pool+".identityId")
}
