package auth

import (
	"context"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/cenote-auth/cenote/auth/verify"
)

const (
	exchangeTimeout = 30 * time.Second
	maxTokenAnswer  = 1 << 20 // bytes

	// redirectLeeway is how far our clock may be from that of the service, whose
	// tokens come a moment after they were issued.
	redirectLeeway = 5 * time.Minute
)

// tokenAnswer is what the token endpoint sends (RFC 6749, section 5).
type tokenAnswer struct {
	AccessToken  string `json:"access_token"`
	IDToken      string `json:"id_token"`
	RefreshToken string `json:"refresh_token"`

	Error        string `json:"error"`
	Description  string `json:"error_description"`
	ErrorMessage string `json:"error_message"`
}

// exchange asks the token endpoint, once: a code that was sent is used up, even
// if no answer came.
func (c *Client) exchange(ctx context.Context, pages string, form url.Values) (t tokenAnswer, err error) {
	ctx, cancel := context.WithTimeout(ctx, exchangeTimeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, pages+"/oauth2/token", strings.NewReader(form.Encode()))
	if err != nil {
		return t, err
	}
	r.GetBody = nil // no transport sends it again
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "application/json")
	if c.cfg.ClientSecret != "" { // RFC 6749, section 2.3.1
		r.SetBasicAuth(url.QueryEscape(c.cfg.ClientID), url.QueryEscape(c.cfg.ClientSecret))
	}
	res, err := c.httpClient().Do(r)
	if err != nil {
		return t, &Error{Code: ErrNetwork, Message: "The token endpoint could not be reached.", Err: err}
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxTokenAnswer))
	if err != nil {
		return t, &Error{Code: ErrNetwork, Message: "The token endpoint's answer broke off.", HTTPStatus: res.StatusCode, Err: err}
	}
	kind, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	readable := kind == "application/json" && json.Unmarshal(body, &t) == nil
	switch {
	case readable && t.Error != "":
		reason := newOAuthError(t.Error, t.Description)
		if reason.Description == "" {
			reason.Description = clip(t.ErrorMessage, maxDescription)
		}
		failure := oauthFailure("The token endpoint refuses: "+reason.Error(), reason)
		failure.HTTPStatus = res.StatusCode
		return t, failure
	case res.StatusCode != http.StatusOK || !readable || t.AccessToken == "":
		failure := oauthFailure("The token endpoint answers "+res.Status+".", nil)
		failure.HTTPStatus = res.StatusCode
		return t, failure
	}
	return t, nil
}

// newVerifier returns what verifies the pool's tokens. Seats share one, and so
// its keys: see shared.verifier.
func (s *shared) newVerifier() (*verify.Verifier, error) {
	return verify.New(verify.Options{
		UserPoolID: s.cfg.UserPoolID, Endpoint: s.cfg.Endpoint, Issuer: s.cfg.Issuer,
		InsecureHTTP: s.cfg.InsecureHTTP, ClientIDs: []string{s.cfg.ClientID}, Leeway: redirectLeeway,
		HTTPClient: s.httpClient(), Now: s.opts.Now,
	})
}

// httpClient is Options.HTTPClient as a client of the standard library, which
// does not follow redirects: what is sent holds secrets.
func (s *shared) httpClient() *http.Client {
	client := http.Client{}
	switch given := s.opts.HTTPClient.(type) {
	case nil:
	case *http.Client:
		client = *given
	default:
		client.Transport = roundTripper{given}
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &client
}

// roundTripper makes a transport of an SDK's client.
type roundTripper struct{ client aws.HTTPClient }

func (t roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return t.client.Do(r) }
