package userpool

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/smithy-go"
)

// newSDK returns a client that needs nothing of the machine's AWS
// configuration. It tries a request three times, as the SDK does by itself.
func newSDK(region string, opts *Options) *cip.Client {
	base := cip.Options{
		Region:       region,
		Credentials:  aws.AnonymousCredentials{},
		BaseEndpoint: optional(opts.Endpoint),
		HTTPClient:   opts.HTTPClient,
	}
	return cip.New(base, append(append([]func(*cip.Options){}, opts.SDK...), boundAnswers)...)
}

// maxAnswer is the longest answer of the service that is read, in bytes. Its
// largest hold some tokens.
const maxAnswer = 1 << 20

func boundAnswers(o *cip.Options) { o.HTTPClient = boundedClient{o.HTTPClient} }

type boundedClient struct{ cip.HTTPClient }

func (c boundedClient) Do(r *http.Request) (*http.Response, error) {
	r, err := withOwnBody(r)
	if err != nil {
		return nil, err
	}
	res, err := c.HTTPClient.Do(r)
	if res != nil && res.Body != nil {
		res.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(res.Body, maxAnswer), res.Body}
	}
	return res, err
}

// withOwnBody returns r with a copy of its body. The SDK ends the one it gave when
// an answer begins; net/http may still be looking for its end then, takes that for
// a fault and drops the connection in the middle of a long answer.
func withOwnBody(r *http.Request) (*http.Request, error) {
	if r.Body == nil {
		return r, nil
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	own := r.WithContext(r.Context())
	own.Body = io.NopCloser(bytes.NewReader(body))
	return own, nil
}

// spareQuota is for the operations whose LimitExceededException counts what a
// person may do: trying again by ourselves would use that up.
func spareQuota(o *cip.Options) {
	if o.Retryer != nil {
		o.Retryer = quotaRetryer{o.Retryer}
	}
}

type quotaRetryer struct{ aws.Retryer }

func (r quotaRetryer) IsErrorRetryable(err error) bool {
	var api smithy.APIError
	if errors.As(err, &api) && Code(api.ErrorCode()) == ErrLimitExceeded {
		return false
	}
	return r.Retryer.IsErrorRetryable(err)
}

// serviceError makes an *Error of what the SDK returns, nil of nil. What ctx
// ended is ErrNetwork too, and still what errors.Is(err, context.Canceled) finds.
func serviceError(err error) error {
	if err == nil {
		return nil
	}
	e := &Error{Code: ErrNetwork, Message: "the service could not be reached", Err: err}
	if response, ok := errors.AsType[*awshttp.ResponseError](err); ok && response.HTTPStatusCode() != 0 {
		e.RequestID, e.HTTPStatus = response.ServiceRequestID(), response.HTTPStatusCode()
		if !brokeOff(err) {
			e.Code, e.Message = ErrUnknown, "the service's answer could not be read"
		}
	}
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		e.Code, e.Message = Code(api.ErrorCode()), api.ErrorMessage()
		if e.Code == unnamed {
			e.Code, e.Message = ErrUnknown, "the service gave an error without a name"
		}
	} else if notSent(err) {
		e.Code, e.Message = ErrInvalidParameter, "the request could not be made"
	}
	return e
}

// unnamed is what the SDK calls an error whose answer says nothing.
const unnamed Code = "UnknownError"

// brokeOff reports whether an answer began and did not end.
func brokeOff(err error) bool {
	_, network := errors.AsType[net.Error](err)
	return network || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// notSent reports whether the SDK refused a request by itself.
func notSent(err error) bool {
	_, invalid := errors.AsType[smithy.InvalidParamsError](err)
	_, serialization := errors.AsType[*smithy.SerializationError](err)
	return invalid || serialization
}
