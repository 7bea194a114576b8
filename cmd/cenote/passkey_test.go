package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/auth"
)

// noBrowser is the browser of the program when tests run it.
func noBrowser(context.Context, string) error { return errors.New("tests have none") }

// pocket gives what is in it, one thing a ceremony.
type pocket []any

func (p *pocket) CreatePasskey(context.Context, json.RawMessage) (json.RawMessage, error) {
	return nil, auth.ErrPasskeyNotSupported
}

func (p *pocket) GetPasskey(context.Context, json.RawMessage) (json.RawMessage, error) {
	next := (*p)[0]
	*p = (*p)[1:]
	if err, ok := next.(error); ok {
		return nil, err
	}
	return json.RawMessage(next.(string)), nil
}

func TestAPasskeySignsIn(t *testing.T) {
	t.Parallel()
	const ok = http.StatusOK
	const credential = `{"id":"AQID","type":"public-key"}`
	asks := func(session, available string) string {
		return `{"ChallengeName":"WEB_AUTHN","Session":"` + session + `-session-of-20-characters","AvailableChallenges":[` + available +
			`],"ChallengeParameters":{"CREDENTIAL_REQUEST_OPTIONS":"{}"}}`
	}
	given := answered{"RespondToAuthChallenge", []string{`"WEB_AUTHN"`, "AQID"}, ok, tokens()}
	again := answered{"RespondToAuthChallenge", []string{`"SELECT_CHALLENGE"`, `"ANSWER":"WEB_AUTHN"`}, ok, asks("two", "")}
	mailed := answered{"RespondToAuthChallenge", []string{`"ANSWER":"EMAIL_OTP"`}, ok, `{"ChallengeName":"EMAIL_OTP","Session":"two-session-of-20-characters"}`}
	code := answered{"RespondToAuthChallenge", []string{"222222"}, ok, tokens()}
	for _, tt := range []struct {
		name      string
		available string
		pocket    pocket
		input     string
		answers   []answered
		said      string
	}{
		{"at once", `"WEB_AUTHN","EMAIL_OTP"`, pocket{credential}, "", []answered{given}, ""},
		{"at the second try", `"WEB_AUTHN","EMAIL_OTP"`, pocket{auth.ErrPasskeyAuthenticationCanceled, credential}, "1\n", []answered{again, given}, "(PasskeyAuthenticationCanceled)"},
		{"at the second try, without a choice", `"WEB_AUTHN"`, pocket{auth.ErrPasskeyOperationAborted, credential}, "\n", []answered{again, given}, "Press Enter to try again."},
		{"not, but a code does", `"WEB_AUTHN","EMAIL_OTP"`, pocket{auth.ErrPasskeyAuthenticationCanceled}, "2\n222222\n", []answered{mailed, code}, "2  EMAIL_OTP"},
		{"not here, but a code does", `"WEB_AUTHN","EMAIL_OTP"`, pocket{auth.ErrRelyingPartyMismatch}, "222222\n", []answered{mailed, code}, "are not for this program"},
		{"not here, but a code that nobody named does", ``, pocket{auth.ErrPasskeyNotSupported}, "email_otp\n222222\n", []answered{mailed, code}, "3  EMAIL_OTP"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			term, said := typed(t, tt.input)
			first := answered{"InitiateAuth", []string{`"PREFERRED_CHALLENGE":"WEB_AUTHN"`}, ok, asks("one", tt.available)}
			client := scriptedWith(t, auth.Config{}, &auth.Options{Passkeys: &tt.pocket}, append([]answered{first}, tt.answers...)...)
			l := login{Username: "ada", Flow: "user-auth", Prefer: "WEB_AUTHN"}
			user, err := l.signIn(t.Context(), &interview{terminal: term, client: client})
			if err != nil || user.Username != "ada" || len(tt.pocket) > 0 {
				t.Errorf("%v, %v, left: %v, after\n%s", user, err, tt.pocket, said)
			}
			if !strings.Contains(said.String(), tt.said) {
				t.Errorf("did not say %q:\n%s", tt.said, said)
			}
		})
	}
}

// Where nobody answers the program does not ask the browser for ever.
func TestAPasskeyThatNobodyGives(t *testing.T) {
	t.Parallel()
	term, _ := typed(t, "")
	client := scriptedWith(t, auth.Config{}, &auth.Options{Passkeys: &pocket{auth.ErrPasskeyAuthenticationCanceled}},
		answered{"InitiateAuth", nil, http.StatusOK, `{"ChallengeName":"WEB_AUTHN","Session":"one-session-of-20-characters","AvailableChallenges":["WEB_AUTHN"],"ChallengeParameters":{"CREDENTIAL_REQUEST_OPTIONS":"{}"}}`})
	_, err := login{Username: "ada", Flow: "user-auth", Prefer: "WEB_AUTHN"}.signIn(t.Context(), &interview{terminal: term, client: client})
	if !errors.Is(err, errNoAnswer) {
		t.Errorf("got %v", err)
	}
}

// The page's address is said, for where no browser opens.
func TestThePageOfAPasskeyIsSaid(t *testing.T) {
	t.Parallel()
	term, said := typed(t, "")
	ctx, cancel := context.WithCancel(t.Context())
	d := &desk{term, nil, func(context.Context, string) error { cancel(); return errors.New("no display") }}
	_, err := d.passkeys().GetPasskey(ctx, json.RawMessage(`{"challenge":"AQID","rpId":"localhost"}`))
	if !errors.Is(err, auth.ErrPasskeyOperationAborted) {
		t.Errorf("got %v", err)
	}
	if !strings.Contains(said.String(), "go to http://localhost:") || !strings.Contains(said.String(), "(no browser opens: no display)") {
		t.Errorf("said:\n%s", said)
	}
}

// newDevice is the end of a sign-in on a device that the pool has not seen.
func newDevice() string {
	return strings.Replace(tokens(), `"TokenType"`, `"NewDeviceMetadata":{"DeviceKey":"us-east-1_1","DeviceGroupKey":"group"},"TokenType"`, 1)
}

func TestADeviceIsRememberedIfThePersonSaysSo(t *testing.T) {
	t.Parallel()
	const ok, bad = http.StatusOK, http.StatusBadRequest
	remember := []string{`"DeviceRememberedStatus":"remembered"`, "us-east-1_1"}
	for _, tt := range []struct {
		name, input, necessary string
		then                   []answered
		said                   string
	}{
		{"yes", "Tulip-42\nYes\n", "true", []answered{{"UpdateDeviceStatus", remember, ok, `{}`}}, "Remember this device? (y/n)"},
		{"y", "Tulip-42\ny\n", "true", []answered{{"UpdateDeviceStatus", remember, ok, `{}`}}, ""},
		{"no", "Tulip-42\nn\n", "true", nil, ""},
		{"nothing", "Tulip-42\n\n", "true", nil, ""},
		{"no more input", "Tulip-42\n", "true", nil, ""},
		{"nobody is asked", "Tulip-42\n", "false", nil, ""},
		{"yes, and the service does not", "Tulip-42\ny\n", "true", []answered{{"UpdateDeviceStatus", remember, bad, `{"__type":"TeapotException","message":"No"}`}}, "The device is not remembered: No (TeapotException)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			term, said := typed(t, tt.input)
			host, _ := os.Hostname()
			client := scriptedWith(t, auth.Config{}, &auth.Options{DeviceName: deviceName()}, append([]answered{
				{"InitiateAuth", nil, ok, newDevice()},
				{"ConfirmDevice", []string{`"DeviceName":"cenote on ` + host}, ok, `{"UserConfirmationNecessary":` + tt.necessary + `}`},
			}, tt.then...)...)
			user, err := login{Username: "ada", Flow: "password"}.signIn(t.Context(), &interview{terminal: term, client: client})
			if err != nil || user.Username != "ada" || !strings.Contains(said.String(), tt.said) {
				t.Errorf("%v, %v, after\n%s", user, err, said)
			}
		})
	}
}
