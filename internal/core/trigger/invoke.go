package trigger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// How long and how often a function is called.
const (
	patience = 5 * time.Second // of one attempt, as the service has it
	attempts = 3
	pause    = 100 * time.Millisecond // before the next attempt
)

// The bounds of an answer in bytes.
const (
	maxOutput = 6 << 20 // what a function may return
	maxHeader = 64 << 10
)

// A call is one event for one function.
type call struct {
	trigger  string
	function string // name or ARN
	event    event
	read     func(members) error // the response, once it has come; nil: it says nothing
}

// answer is what the Invoke API said.
type answer struct {
	status int
	header http.Header
	output []byte
}

// invoke calls a function and reads its response. Errors: UserLambdaValidation
// if the function failed, UnexpectedLambda if it could not be called in time or
// said too much, InvalidLambdaResponse if its answer is not the event, or not
// what it was asked for.
func (t *Triggers) invoke(ctx context.Context, c call) error {
	began := time.Now()
	outcome, err := t.judge(ctx, c)
	t.observe(c.trigger, outcome, time.Since(began))
	return err
}

func (t *Triggers) judge(ctx context.Context, c call) (outcome string, err error) {
	a, err := t.try(ctx, c)
	switch {
	case err != nil && errors.Is(ctx.Err(), context.Canceled):
		return Abandoned, fmt.Errorf("call %s: %w", c.trigger, ctx.Err()) // nobody waits any more
	case err != nil && timedOut(err):
		return TimedOut, t.unreachable(ctx, c, err)
	case err != nil:
		return Unreachable, t.unreachable(ctx, c, err)
	case a.status != http.StatusOK:
		return Refused, t.refused(ctx, c, a)
	case len(a.output) > maxOutput:
		return Invalid, t.endless(ctx, c)
	case a.header.Get("X-Amz-Function-Error") != "":
		return Failed, failed(c, a.output)
	}
	response, err := parse(a.output, c.event)
	if err == nil && c.read != nil {
		err = c.read(response)
	}
	if err != nil {
		return Invalid, t.unusable(ctx, c, err)
	}
	return Done, nil
}

// try makes attempts until one gets a whole answer, which is not that there are
// too many. A 5xx is an answer, too: the function cannot be started.
// Source: the service's guide to triggers.
func (t *Triggers) try(ctx context.Context, c call) (a answer, err error) {
	payload := encode(c.event)
	for n := 1; ; n++ {
		a, err = t.attempt(ctx, t.patience, c.function, payload)
		if err == nil && a.status != http.StatusTooManyRequests || n == attempts || !wait(ctx, t.pause) {
			return a, err
		}
	}
}

func (t *Triggers) attempt(ctx context.Context, patience time.Duration, function string, payload []byte) (answer, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	name := strings.ReplaceAll(url.PathEscape(function), ":", "%3A") // as the SDKs write and sign it
	address := t.endpoint + "/2015-03-31/functions/" + name + "/invocations"
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(payload))
	if err != nil {
		return answer{}, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Amz-Invocation-Type", "RequestResponse")
	req.Header.Set("X-Amz-Log-Type", "None")
	t.credentials.sign(req, function, payload)
	res, err := t.client.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	output, err := io.ReadAll(io.LimitReader(res.Body, maxOutput+1))
	if err != nil {
		return answer{}, err
	}
	return answer{res.StatusCode, res.Header, output}, nil
}

// wait sleeps, and reports whether ctx still lives after it.
func wait(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// newClient returns a client that goes where it was told and nowhere else. It
// does not unpack answers, so that what is read is what is counted. A connection
// is still being made when the attempt that needs it has ended, but no longer
// than dialing and a handshake as long.
func newClient(dialing time.Duration) *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			DialContext:            (&net.Dialer{Timeout: dialing}).DialContext,
			TLSHandshakeTimeout:    dialing,
			DisableCompression:     true,
			ForceAttemptHTTP2:      true,
			IdleConnTimeout:        30 * time.Second,
			MaxIdleConnsPerHost:    64,
			MaxResponseHeaderBytes: maxHeader,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
