package trigger

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/cenote-auth/cenote/internal/pool"
)

// The occasions of messages, for CustomMessage and the custom senders.
const (
	MessageSignUp    = "SignUp"
	MessageInvite    = "AdminCreateUser"
	MessageResend    = "ResendCode"
	MessageForgot    = "ForgotPassword"
	MessageUpdate    = "UpdateUserAttribute"
	MessageVerify    = "VerifyUserAttribute"
	MessageSignIn    = "Authentication"
	MessageTakenOver = "AccountTakeOverNotification" // by e-mail to a custom sender alone
)

// What stands in a message for what is filled in. Functions are told of the
// place for a link, too, and no message of ours is sent with one.
const (
	codePlace = "{####}"
	linkPlace = "{##Click Here##}"
	namePlace = "{username}"
)

// The most characters of what a function wants a message to say.
// Source: the service's quotas.
const (
	maxSMS     = 140
	maxSubject = 140
	maxEmail   = 20_000
)

type customMessageRequest struct {
	UserAttributes    map[string]string `json:"userAttributes"`
	CodeParameter     string            `json:"codeParameter"`
	LinkParameter     string            `json:"linkParameter"`
	UsernameParameter *string           `json:"usernameParameter"` // of invitations, else null
	ClientMetadata    map[string]string `json:"clientMetadata,omitempty"`
}

// HasCustomMessage reports whether a function of p says what its messages say.
func HasCustomMessage(p *pool.Pool) bool { return has(p, customMessage) }

// Words are what a function wants a message to say, with places for the code
// and, in invitations, for the user name; "" is what the pool says.
type Words struct{ Subject, Body string }

// CustomMessage asks what a message to the user of s shall say that goes by
// e-mail, or else by text message; no Words if the pool has no such trigger.
func (t *Triggers) CustomMessage(ctx context.Context, s Subject, occasion string, byEmail bool, metadata map[string]string) (Words, error) {
	function, ok := s.Pool.Triggers.ARN[customMessage]
	if !ok {
		return Words{}, nil
	}
	e := newEvent(s, "CustomMessage_"+occasion)
	request := customMessageRequest{UserAttributes: e.attributes, CodeParameter: codePlace, LinkParameter: linkPlace, ClientMetadata: metadata}
	w := wording{byEmail: byEmail, places: []string{codePlace}}
	if occasion == MessageInvite {
		request.UsernameParameter = new(namePlace)
		w.places = append(w.places, namePlace)
	}
	e.Request = request
	e.Response = map[string]any{"smsMessage": nil, "emailMessage": nil, "emailSubject": nil}
	err := t.invoke(ctx, call{customMessage, function, e, w.read})
	return w.words, err
}

// wording reads the response.
type wording struct {
	byEmail bool
	places  []string // that a body must have
	words   Words
}

func (w *wording) read(response members) error {
	sms, err := response.text("smsMessage")
	if err != nil {
		return err
	}
	email, err := response.text("emailMessage")
	if err != nil {
		return err
	}
	subject, err := response.text("emailSubject")
	if err != nil {
		return err
	}
	said, most := Words{Body: sms}, maxSMS
	if w.byEmail {
		said, most = Words{subject, email}, maxEmail
	}
	if utf8.RuneCountInString(said.Body) > most || utf8.RuneCountInString(said.Subject) > maxSubject {
		return errUnrecognizable
	}
	for _, place := range w.places {
		if said.Body != "" && !strings.Contains(said.Body, place) {
			return errUnrecognizable
		}
	}
	w.words = said
	return nil
}
