package trigger

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/cenote-auth/cenote/internal/esdk"
)

// deliveryPatience is how long a custom sender may take: nobody waits for it.
const deliveryPatience = 9 * time.Second

// The names under which the operator's key stands in what is encrypted for
// custom senders: those of the raw AES keyring that decrypts it.
const (
	KeyNamespace = "cenote"
	KeyName      = "custom-sender"
)

// entities writes a temporary password for HTML, by the names that every
// unescape function knows: few know &#34;.
var entities = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;")

type senderRequest struct {
	Type           string            `json:"type"`
	Code           string            `json:"code"` // encrypted, in base64
	UserAttributes map[string]string `json:"userAttributes"`
	ClientMetadata map[string]string `json:"clientMetadata,omitempty"`
}

// letter is what a custom sender will be called with, but for the code.
type letter struct {
	Trigger  string        `json:"trigger"`
	Function string        `json:"function"`
	Request  senderRequest `json:"request"`
	Event    event         `json:"event"` // without a request
}

// Letter returns what the custom sender of the pool gets in place of a message
// to the user of s that would go by e-mail, or else by text message, for
// Deliver; nil if the pool has none.
func (t *Triggers) Letter(s Subject, occasion string, byEmail bool, metadata map[string]string) []byte {
	trigger, kind := customSMSSender, "customSMSSenderRequestV1"
	if byEmail {
		trigger, kind = customEmailSender, "customEmailSenderRequestV1"
	}
	function, ok := s.Pool.Triggers.ARN[trigger]
	if !ok {
		return nil
	}
	e := newEvent(s, trigger+"_"+occasion)
	return encode(letter{trigger, function, senderRequest{Type: kind, UserAttributes: e.attributes, ClientMetadata: metadata}, e})
}

// Deliver hands a letter with a code, or with the temporary password of an
// invitation, to its function, once. It is an error if the function cannot be
// called or fails; what it answers does not matter. Errors quote nothing of it.
func (t *Triggers) Deliver(ctx context.Context, text []byte, code string) error {
	var l letter
	if err := json.Unmarshal(text, &l); err != nil {
		return errors.New("read the letter of a custom sender")
	}
	e := l.Event
	if e.TriggerSource == l.Trigger+"_"+MessageInvite {
		code = entities.Replace(code) // as the service has it
	}
	secret, err := esdk.Encrypt([]byte(code), t.senderKey, KeyNamespace, KeyName, map[string]string{"userpool-id": e.UserPoolID})
	if err != nil {
		return fmt.Errorf("encrypt a code: %w", err)
	}
	l.Request.Code = base64.StdEncoding.EncodeToString(secret)
	e.Request = l.Request
	began := time.Now()
	outcome, err := t.deliver(ctx, call{l.Trigger, l.Function, e, nil})
	t.observe(l.Trigger, outcome, time.Since(began))
	return err
}

func (t *Triggers) deliver(ctx context.Context, c call) (outcome string, err error) {
	a, err := t.attempt(ctx, deliveryPatience, c.function, encode(c.event))
	switch {
	case err != nil && timedOut(err):
		return TimedOut, t.unreachable(ctx, c, err)
	case err != nil:
		return Unreachable, t.unreachable(ctx, c, err)
	case a.status != http.StatusOK:
		return Refused, t.refused(ctx, c, a)
	case a.header.Get("X-Amz-Function-Error") != "":
		t.log.WarnContext(ctx, "trigger failed", "trigger", c.trigger, "pool", c.event.UserPoolID)
		return Failed, uncalled(c, "Unhandled")
	}
	return Done, nil
}

// CanSend reports whether the codes for custom senders can be encrypted.
func (t *Triggers) CanSend() bool { return len(t.senderKey) > 0 }
