package trigger

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/cenote-auth/cenote/internal/pool"
)

// How a call ended, for those who count.
const (
	Done        = "done"
	Failed      = "failed"      // the function did, in its own words
	TimedOut    = "timeout"     // of every attempt
	Unreachable = "unreachable" // nobody answered
	Refused     = "refused"     // by the Invoke API
	Invalid     = "invalid"     // the answer is not what was asked for
	Abandoned   = "abandoned"   // by the caller, who has gone
)

// failed is the error of a function that failed by itself, in its own words.
func failed(c call, output []byte) error {
	return pool.E(pool.UserLambdaValidation, c.trigger+" failed with error "+complaint(output)+".")
}

// unreachable is the error of a function that did not answer.
func (t *Triggers) unreachable(ctx context.Context, c call, err error) error {
	reason := "Unable to execute HTTP request"
	if timedOut(err) {
		reason = "Socket timeout while invoking Lambda function"
	}
	t.log.WarnContext(ctx, "trigger not called", "trigger", c.trigger, "pool", c.event.UserPoolID, "error", pathless(err))
	return uncalled(c, reason)
}

// pathless returns err without the address that was called.
func pathless(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

// refused is the error of a function that the Invoke API did not call.
func (t *Triggers) refused(ctx context.Context, c call, a answer) error {
	code := a.code()
	t.log.WarnContext(ctx, "trigger not called", "trigger", c.trigger, "pool", c.event.UserPoolID, "status", a.status, "code", code)
	return uncalled(c, code)
}

func uncalled(c call, reason string) error {
	return pool.E(pool.UnexpectedLambda, c.trigger+" invocation failed due to error "+reason+".")
}

// endless is the error of a function that returns more than functions may.
func (t *Triggers) endless(ctx context.Context, c call) error {
	t.log.WarnContext(ctx, "trigger answered too much", "trigger", c.trigger, "pool", c.event.UserPoolID)
	return uncalled(c, fmt.Sprintf("Response payload size exceeded maximum allowed payload size (%d bytes)", maxOutput))
}

// unusable is the error of a function whose output is not what it was asked for.
func (t *Triggers) unusable(ctx context.Context, c call, err error) error {
	t.log.WarnContext(ctx, "trigger answered badly", "trigger", c.trigger, "pool", c.event.UserPoolID, "error", err)
	return pool.E(pool.InvalidLambdaResponse, err.Error())
}

func timedOut(err error) bool {
	n, ok := errors.AsType[net.Error](err)
	return errors.Is(err, context.DeadlineExceeded) || ok && n.Timeout()
}

// code returns the name of the error that the Invoke API answered with.
func (a answer) code() string {
	name, _, _ := strings.Cut(a.header.Get("X-Amzn-Errortype"), ":")
	if name != "" && len(name) <= 64 && strings.Trim(name, alphanumeric) == "" {
		return name
	}
	switch a.status {
	case http.StatusForbidden:
		return "AccessDeniedException"
	case http.StatusNotFound:
		return "ResourceNotFoundException"
	case http.StatusTooManyRequests:
		return "TooManyRequestsException"
	}
	return "ServiceException"
}

const alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
