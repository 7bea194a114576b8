package auth

import (
	"encoding/json"
	"errors"
	"strings"
)

// maxFlow bounds a marshalled flow, in bytes. A sign-in's session has up to
// 2,048 characters, a custom challenge's parameters what its trigger likes.
const maxFlow = 64 << 10

// The first byte of a marshalled flow says what it is. A change that an older
// release could not read takes another letter.
const (
	signInFormat = 's'
	signUpFormat = 'u'
)

// signInRecord is a marshalled SignInFlow.
type signInRecord struct {
	UserPoolID, ClientID string // whose flow it is: no other client can go on with it
	signInState
}

// signUpRecord is a marshalled SignUpFlow.
type signUpRecord struct {
	UserPoolID, ClientID string
	signUpState
}

// MarshalBinary returns what Client.ResumeSignIn makes the flow of again, in
// another process or on another machine, for as long as the service remembers
// the sign-in.
//
// It holds the service's session and, at SignInTOTPSetup, the app's secret, but
// never a password: Resend after ResumeSignIn works for flows that need none. It
// is neither sealed nor signed: keep it on your side, or seal it before it goes
// to a browser. A flow that is done, or has no sign-in that could go on, cannot
// be marshalled: ErrSignIn.
func (f *SignInFlow) MarshalBinary() ([]byte, error) {
	s := f.current()
	if s.user != nil || s.Challenge == nil {
		return nil, failureOf("MarshalBinary", ErrSignIn, "There is nothing to go on with.", "")
	}
	data, err := marshalFlow(signInFormat, signInRecord{f.client.cfg.UserPoolID, f.client.cfg.ClientID, s})
	return data, named("MarshalBinary", err)
}

// ResumeSignIn returns the flow that MarshalBinary was called on. c needs the
// configuration of the client that began it, but not its storage: the tokens
// will be in c's.
//
// The error has the code ErrSignIn if data is no flow, or another client's.
func (c *Client) ResumeSignIn(data []byte) (*SignInFlow, error) {
	var r signInRecord
	err := unmarshalFlow(signInFormat, data, &r)
	if err == nil {
		err = c.mine(r.UserPoolID, r.ClientID)
	}
	if err == nil && (r.Challenge == nil || r.Ended != "") {
		err = errNoFlow
	}
	if err == nil {
		_, err = r.next()
	}
	if err != nil {
		return nil, notResumed("ResumeSignIn", err)
	}
	return newSignInFlow(c, r.signInState), nil
}

// MarshalBinary returns what Client.ResumeSignUp makes the flow of again. It
// holds the service's session, and no password: AutoSignIn after ResumeSignUp
// works for flows that need none, FlowUserAuth among them. It is neither sealed
// nor signed, like that of SignInFlow.
func (f *SignUpFlow) MarshalBinary() ([]byte, error) {
	data, err := marshalFlow(signUpFormat, signUpRecord{f.client.cfg.UserPoolID, f.client.cfg.ClientID, f.current()})
	return data, named("MarshalBinary", err)
}

// ResumeSignUp returns the flow that MarshalBinary was called on.
//
// The error has the code ErrSignIn if data is no flow, or another client's.
func (c *Client) ResumeSignUp(data []byte) (*SignUpFlow, error) {
	var r signUpRecord
	err := unmarshalFlow(signUpFormat, data, &r)
	if err == nil {
		err = c.mine(r.UserPoolID, r.ClientID)
	}
	if err == nil && !r.sound() {
		err = errNoFlow
	}
	if err != nil {
		return nil, notResumed("ResumeSignUp", err)
	}
	return newSignUpFlow(c, r.signUpState), nil
}

// sound reports whether s could have come about.
func (s *signUpState) sound() bool {
	switch {
	case s.Username == "":
		return false
	case s.Step == SignUpAutoSignIn:
		return s.Auto != nil
	}
	return s.Step == SignUpConfirm || s.Step == SignUpDone
}

var errNoFlow = errors.New("not a marshalled flow")

func marshalFlow(format byte, record any) ([]byte, error) {
	text, err := json.Marshal(record)
	if err != nil {
		return nil, err
	}
	if len(text) >= maxFlow {
		return nil, errors.New("the challenge is too large to be marshalled")
	}
	return append([]byte{format}, text...), nil
}

func unmarshalFlow(format byte, data []byte, record any) error {
	if len(data) == 0 || len(data) > maxFlow || data[0] != format {
		return errNoFlow
	}
	if json.Unmarshal(data[1:], record) != nil {
		return errNoFlow // without the text, which the JSON error would show
	}
	return nil
}

func (c *Client) mine(userPoolID, clientID string) error {
	if userPoolID != c.cfg.UserPoolID || clientID != c.cfg.ClientID {
		return errors.New("the flow of another client")
	}
	return nil
}

func notResumed(op string, err error) error {
	return &Error{Op: op, Code: ErrSignIn, Message: "The flow cannot be resumed: " + strings.TrimSuffix(err.Error(), ".") + ".", Err: err}
}
