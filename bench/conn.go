package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"
)

// callTime is how long one request may take before the bench gives up.
const callTime = 30 * time.Second

// A conn is one kept-alive connection, used by one goroutine. It does no more
// than the protocol asks for, so that the load is cheap beside the server.
type conn struct {
	net  net.Conn
	in   *bufio.Reader
	out  []byte
	host string

	record bool
	seen   []exchange // what was sent while record was set
}

// An exchange is how many bytes the bodies of a request and its answer have.
type exchange struct{ request, answer int }

func dial(host string) (*conn, error) {
	c, err := net.DialTimeout("tcp", host, callTime)
	if err != nil {
		return nil, err
	}
	return &conn{net: c, in: bufio.NewReaderSize(c, 16<<10), host: host}, nil
}

// signature is well-formed, which is all that a development server asks for.
const signature = "X-Amz-Date: 20300102T030405Z\r\n" +
	"Authorization: AWS4-HMAC-SHA256 Credential=bench/20300102/us-east-1/cognito-idp/aws4_request, " +
	"SignedHeaders=host;x-amz-date;x-amz-target, Signature=0000000000000000000000000000000000000000000000000000000000000000\r\n"

// call sends one request for an operation and returns the body of the answer,
// which is good until the next call. headers end their lines themselves.
func (c *conn) call(operation, headers string, body []byte) ([]byte, error) {
	c.out = append(c.out[:0], "POST / HTTP/1.1\r\nHost: "...)
	c.out = append(c.out, c.host...)
	c.out = append(c.out, "\r\nContent-Type: application/x-amz-json-1.1\r\nX-Amz-Target: AWSCognitoIdentityProviderService."...)
	c.out = append(c.out, operation...)
	c.out = append(c.out, "\r\n"+headers+"Content-Length: "...)
	c.out = strconv.AppendInt(c.out, int64(len(body)), 10)
	c.out = append(c.out, "\r\n\r\n"...)
	c.out = append(c.out, body...)
	if err := c.net.SetDeadline(time.Now().Add(callTime)); err != nil {
		return nil, err
	}
	if _, err := c.net.Write(c.out); err != nil {
		return nil, err
	}
	answer, err := http.ReadResponse(c.in, nil)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", operation, err)
	}
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", operation, err)
	}
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s: %s", operation, answer.Status, text)
	}
	if c.record {
		c.seen = append(c.seen, exchange{len(body), len(text)})
	}
	return text, nil
}

// do calls an operation with the JSON of in, and puts the answer into out.
func (c *conn) do(operation, headers string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	answer, err := c.call(operation, headers, body)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(answer, out); err != nil {
		return fmt.Errorf("%s: %w", operation, err)
	}
	return nil
}
