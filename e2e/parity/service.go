package parity

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// service is a server as its administrator sees it.
type service struct {
	endpoint string

	// fixed is the code in every mail, of a service without an inbox and without
	// a clock to be moved.
	fixed string

	// clock is held for writing while the server's clock moves.
	clock sync.RWMutex

	mu    sync.Mutex
	pools map[string]pool // by side and kind
}

// signature is that of nobody: an emulator reads no more of it than the region.
const signature = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/cognito-idp/aws4_request, " +
	"SignedHeaders=host;x-amz-date, Signature=0000000000000000000000000000000000000000000000000000000000000000"

// call calls an operation of the service.
func (s *service) call(ctx context.Context, op string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.endpoint+"/", bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-amz-json-1.1")
	req.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+op)
	req.Header.Set("X-Amz-Date", "20260101T000000Z")
	req.Header.Set("Authorization", signature)
	return answer(req, out, op)
}

// answer sends a request and reads the JSON that comes back.
func answer(req *http.Request, out any, what string) error {
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if res.StatusCode != http.StatusOK {
		var said struct {
			Type    string `json:"__type"`
			Message string
		}
		_ = json.Unmarshal(text, &said) // or it said something else
		return fmt.Errorf("%s: %d %s %s", what, res.StatusCode, said.Type, said.Message)
	}
	if out == nil || len(text) == 0 {
		return nil
	}
	return json.Unmarshal(text, out)
}

// poolFor returns the one pool of a kind that a side uses.
func (s *service) poolFor(ctx context.Context, side, kind string) (pool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := side + "/" + kind
	if p, ok := s.pools[at]; ok {
		return p, nil
	}
	p, err := s.newPool(ctx, kind)
	if err == nil {
		s.pools[at] = p
	}
	return p, err
}

// code waits until an address has got a number of messages, and returns the
// newest one's code.
func (s *service) code(ctx context.Context, address string, count int) (string, error) {
	if s.fixed != "" {
		return s.fixed, nil
	}
	for {
		var inbox struct{ Messages []struct{ Code string } }
		req, err := http.NewRequestWithContext(ctx, http.MethodGet,
			s.endpoint+"/_cenote/inbox?destination="+url.QueryEscape(address), nil)
		if err != nil {
			return "", err
		}
		if err := answer(req, &inbox, "inbox"); err != nil {
			return "", err
		}
		if len(inbox.Messages) >= count {
			return inbox.Messages[0].Code, nil
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return "", fmt.Errorf("%s has got %d messages, want %d: %w", address, len(inbox.Messages), count, ctx.Err())
		}
	}
}

// ahead returns how far the server's clock is ahead of ours.
func (s *service) ahead(ctx context.Context) (time.Duration, error) {
	if s.fixed != "" {
		return 0, nil
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.endpoint+"/_cenote/clock", nil)
	if err != nil {
		return 0, err
	}
	var state struct{ Offset string }
	if err := answer(req, &state, "clock"); err != nil {
		return 0, err
	}
	return time.ParseDuration(state.Offset)
}

// advance moves the server's clock.
func (s *service) advance(ctx context.Context, by string) error {
	if s.fixed != "" {
		return errors.New("its clock cannot be moved")
	}
	body, err := json.Marshal(M{"advance": by})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.endpoint+"/_cenote/clock", bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	return answer(req, nil, "clock")
}
