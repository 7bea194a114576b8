package main

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/auth"
)

// answered is what the service answers to a call, in order.
type answered struct {
	operation string
	wants     []string // in the request
	status    int
	body      string
}

// scripted returns a client of a service that has these answers, one a call.
func scripted(t *testing.T, cfg auth.Config, answers ...answered) *auth.Client {
	t.Helper()
	return scriptedWith(t, cfg, nil, answers...)
}

func scriptedWith(t *testing.T, cfg auth.Config, opts *auth.Options, answers ...answered) *auth.Client {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in map[string]any
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			t.Error(err)
		}
		_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		if len(answers) == 0 {
			t.Errorf("unexpected %s %v", operation, in)
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		next := answers[0]
		answers = answers[1:]
		request, _ := json.Marshal(in)
		for _, want := range next.wants {
			if !strings.Contains(string(request), want) {
				t.Errorf("%s %s, want %s in it", operation, request, want)
			}
		}
		if operation != next.operation {
			t.Errorf("got %s, want %s", operation, next.operation)
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		w.WriteHeader(next.status)
		fmt.Fprint(w, next.body)
	}))
	t.Cleanup(func() {
		s.Close()
		if len(answers) > 0 {
			t.Errorf("%d calls did not come, the next is %s", len(answers), answers[0].operation)
		}
	})
	cfg.UserPoolID, cfg.ClientID, cfg.Endpoint = "us-east-1_Garden123", "3n4b5urk1ft4fl3mg5e62d9ado", s.URL
	c, err := auth.New(cfg, opts)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// tokens is the end of a sign-in of ada.
func tokens() string {
	part := func(v map[string]any) string {
		text, _ := json.Marshal(v)
		return base64.RawURLEncoding.EncodeToString(text)
	}
	now := time.Now().Unix()
	token := func(use, name string) string {
		return part(map[string]any{"alg": "RS256", "kid": "1"}) + "." + part(map[string]any{
			"sub": "5b3ef2a0-0000-4000-8000-000000000001", "token_use": use, name: "ada", "iat": now, "exp": now + 3600,
		}) + "." + base64.RawURLEncoding.EncodeToString([]byte("signature"))
	}
	return fmt.Sprintf(`{"AuthenticationResult":{"AccessToken":%q,"IdToken":%q,"RefreshToken":"refresh","ExpiresIn":3600,"TokenType":"Bearer"}}`,
		token("access", "username"), token("id", "cognito:username"))
}

func TestEveryChallengeIsAsked(t *testing.T) {
	t.Parallel()
	const ok, bad = http.StatusOK, http.StatusBadRequest
	for _, tt := range []struct {
		name    string
		login   login
		config  auth.Config
		input   string
		answers []answered
		said    []string
	}{
		{
			"a second factor is chosen and set up",
			login{Username: "ada", Flow: "password"}, auth.Config{},
			"Tulip-42\n3\nsms\ntotp\n111 111\n111111\n222222\n",
			[]answered{
				{"InitiateAuth", []string{`"USER_PASSWORD_AUTH"`, `"Tulip-42"`}, ok, `{"ChallengeName":"MFA_SETUP","Session":"one-session-of-20-characters","ChallengeParameters":{"MFAS_CAN_SETUP":"[\"SOFTWARE_TOKEN_MFA\",\"EMAIL_OTP\"]"}}`},
				{"AssociateSoftwareToken", []string{"one-session"}, ok, `{"SecretCode":"JBSWY3DPEHPK3PXP","Session":"two-session-of-20-characters"}`},
				{"VerifySoftwareToken", []string{"two-session", "111111"}, bad, `{"__type":"EnableSoftwareTokenMFAException","message":"Code mismatch"}`},
				{"VerifySoftwareToken", []string{"two-session", "222222"}, ok, `{"Status":"SUCCESS","Session":"three-session-of-20-characters"}`},
				{"RespondToAuthChallenge", []string{"three-session", "MFA_SETUP"}, ok, tokens()},
			},
			[]string{"A second factor has to be set up. Which?\n", "  1  TOTP  the code of", "  2  EMAIL", `There is no "3".`, `There is no "sms".`,
				"█", "JBSWY3DPEHPK3PXP", "The answer fits no way", "Code mismatch (EnableSoftwareTokenMFAException)", "Code that the app shows: "},
		},
		{
			"a second factor is chosen, and a code sent",
			login{Username: "ada", Flow: "password"}, auth.Config{},
			"Tulip-42\n1\n111111\n222222\n",
			[]answered{
				{"InitiateAuth", nil, ok, `{"ChallengeName":"SELECT_MFA_TYPE","Session":"one-session-of-20-characters","ChallengeParameters":{"MFAS_CAN_CHOOSE":"[\"SMS_MFA\",\"SOFTWARE_TOKEN_MFA\"]"}}`},
				{"RespondToAuthChallenge", []string{"SELECT_MFA_TYPE", `"SMS_MFA"`}, ok, `{"ChallengeName":"SMS_MFA","Session":"two-session-of-20-characters","ChallengeParameters":{"CODE_DELIVERY_DELIVERY_MEDIUM":"SMS","CODE_DELIVERY_DESTINATION":"+*\u001b[2J***1234"}}`},
				{"RespondToAuthChallenge", []string{"111111"}, bad, `{"__type":"CodeMismatchException","message":"Invalid code"}`},
				{"RespondToAuthChallenge", []string{"222222"}, ok, tokens()},
			},
			[]string{"Which second factor?\n", "Code that was sent to +*�[2J***1234 (nothing", "Invalid code (CodeMismatchException)"},
		},
		{
			"a code is sent again",
			login{Username: "ada", Flow: "password"}, auth.Config{},
			"Tulip-42\n\n222222\n",
			[]answered{
				{"InitiateAuth", []string{"Tulip-42"}, ok, `{"ChallengeName":"EMAIL_OTP","Session":"one-session-of-20-characters","ChallengeParameters":{}}`},
				{"InitiateAuth", []string{"Tulip-42"}, ok, `{"ChallengeName":"EMAIL_OTP","Session":"two-session-of-20-characters","ChallengeParameters":{}}`},
				{"RespondToAuthChallenge", []string{"two-session", "222222"}, ok, tokens()},
			},
			nil,
		},
		{
			"the code of an app was used before",
			login{Username: "ada", Flow: "password"}, auth.Config{},
			"Tulip-42\n111111\n222222\n",
			[]answered{
				{"InitiateAuth", nil, ok, `{"ChallengeName":"SOFTWARE_TOKEN_MFA","Session":"one-session-of-20-characters","ChallengeParameters":{}}`},
				{"RespondToAuthChallenge", []string{"111111"}, bad, `{"__type":"ExpiredCodeException","message":"Your software token has already been used once."}`},
				{"RespondToAuthChallenge", []string{"222222"}, ok, tokens()},
			},
			[]string{"has already been used once. (ExpiredCodeException)"},
		},
		{
			"the code of an app",
			login{Username: "ada", Flow: "password"}, auth.Config{},
			"Tulip-42\n\n222222\n",
			[]answered{
				{"InitiateAuth", nil, ok, `{"ChallengeName":"SOFTWARE_TOKEN_MFA","Session":"one-session-of-20-characters","ChallengeParameters":{"FRIENDLY_DEVICE_NAME":"my phone"}}`},
				{"RespondToAuthChallenge", []string{`"SOFTWARE_TOKEN_MFA_CODE":"222222"`}, ok, tokens()},
			},
			[]string{"Code of your authenticator app my phone: "},
		},
		{
			"a new password, and an attribute that the pool wants",
			login{Flow: "password"}, auth.Config{},
			"ada\nTulip-41\nshort\nAda L.\nTulip-42\nAda L.\n",
			[]answered{
				{"InitiateAuth", nil, ok, `{"ChallengeName":"NEW_PASSWORD_REQUIRED","Session":"one-session-of-20-characters","ChallengeParameters":{"requiredAttributes":"[\"userAttributes.name\"]","userAttributes":"{}"}}`},
				{"RespondToAuthChallenge", []string{"short"}, bad, `{"__type":"InvalidPasswordException","message":"Password not long enough"}`},
				{"RespondToAuthChallenge", []string{`"NEW_PASSWORD":"Tulip-42"`, `"userAttributes.name":"Ada L."`}, ok, tokens()},
			},
			[]string{"A new password has to be set.", "Your name: ", "Password not long enough (InvalidPasswordException)"},
		},
		{
			"the pool's own challenge",
			login{Username: "ada", Flow: "custom"}, auth.Config{},
			"blue\n",
			[]answered{
				{"InitiateAuth", []string{`"CUSTOM_AUTH"`}, ok, `{"ChallengeName":"CUSTOM_CHALLENGE","Session":"one-session-of-20-characters","ChallengeParameters":{"question":"Which colour?"}}`},
				{"RespondToAuthChallenge", []string{`"ANSWER":"blue"`}, ok, tokens()},
			},
			[]string{"question: Which colour?\n"},
		},
		{
			"a passkey needs a browser, a code by mail does not",
			login{Username: "ada", Flow: "user-auth"}, auth.Config{OAuth: &auth.OAuth{Domain: "garden.example.com"}},
			"2\n222222\n",
			[]answered{
				{"InitiateAuth", []string{`"USER_AUTH"`}, ok, `{"ChallengeName":"SELECT_CHALLENGE","Session":"one-session-of-20-characters","AvailableChallenges":["EMAIL_OTP","WEB_AUTHN"]}`},
				{"RespondToAuthChallenge", []string{`"WEB_AUTHN"`}, ok, `{"ChallengeName":"WEB_AUTHN","Session":"two-session-of-20-characters","ChallengeParameters":{"CREDENTIAL_REQUEST_OPTIONS":"{}"}}`},
				{"RespondToAuthChallenge", []string{`"EMAIL_OTP"`}, ok, `{"ChallengeName":"EMAIL_OTP","Session":"three-session-of-20-characters","ChallengeParameters":{"CODE_DELIVERY_DESTINATION":"a***@e***"}}`},
				{"RespondToAuthChallenge", []string{"222222"}, ok, tokens()},
			},
			[]string{"How do you sign in?", "2  WEB_AUTHN  with a passkey, in a browser",
				"Passkeys of this pool are not for this program, such as https://garden.example.com/login?client_id=3n4b5urk1ft4fl3mg5e62d9ado.",
				"Code that was sent to a***@e*** (nothing to have another sent): "},
		},
		{
			"the password is chosen, and codes by mail are set up",
			login{Username: "ada", Flow: "user-auth"}, auth.Config{},
			"password\nTulip-42\nada\nada@example.com\n222222\n",
			[]answered{
				{"InitiateAuth", nil, ok, `{"ChallengeName":"SELECT_CHALLENGE","Session":"one-session-of-20-characters","AvailableChallenges":["EMAIL_OTP","PASSWORD"]}`},
				{"RespondToAuthChallenge", []string{`"PASSWORD":"Tulip-42"`}, ok, `{"ChallengeName":"MFA_SETUP","Session":"two-session-of-20-characters","ChallengeParameters":{"MFAS_CAN_SETUP":"[\"SMS_MFA\",\"EMAIL_OTP\"]"}}`},
				{"RespondToAuthChallenge", []string{"ada@example.com"}, ok, `{"ChallengeName":"EMAIL_OTP","Session":"three-session-of-20-characters","ChallengeParameters":{}}`},
				{"RespondToAuthChallenge", []string{"222222"}, ok, tokens()},
			},
			[]string{"E-mail address for codes: ", "The answer fits no way", "Code that was sent (nothing to have another sent): "},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			term, said := typed(t, tt.input)
			user, err := tt.login.signIn(t.Context(), &interview{terminal: term, client: scripted(t, tt.config, tt.answers...)})
			if err != nil {
				t.Fatalf("%v, after\n%s", err, said)
			}
			if user.Username != "ada" {
				t.Errorf("%s is signed in, want ada", user.Username)
			}
			for _, want := range tt.said {
				if !strings.Contains(said.String(), want) {
					t.Errorf("did not say %q:\n%s", want, said)
				}
			}
			if strings.Count(said.String(), "JBSWY3DPEHPK3PXP") > 1 {
				t.Error("the secret was shown twice")
			}
			if strings.Contains(said.String(), "Tulip") || strings.ContainsRune(said.String(), '\x1b') {
				t.Errorf("said a password, or what a terminal obeys:\n%q", said)
			}
		})
	}
}

// Where there is one choice nobody is asked; so nobody is there to try another
// when the service does not take it.
func TestTheOnlyChoiceIsNotTriedForEver(t *testing.T) {
	t.Parallel()
	const ok, bad = http.StatusOK, http.StatusBadRequest
	refused := `{"__type":"InvalidParameterException","message":"Not that"}`
	for _, answers := range [][]answered{
		{
			{"InitiateAuth", nil, ok, `{"ChallengeName":"SELECT_MFA_TYPE","Session":"one-session-of-20-characters","ChallengeParameters":{"MFAS_CAN_CHOOSE":"[\"SMS_MFA\"]"}}`},
			{"RespondToAuthChallenge", []string{`"SMS_MFA"`}, bad, refused},
		},
		{
			{"InitiateAuth", nil, ok, `{"ChallengeName":"SELECT_CHALLENGE","Session":"one-session-of-20-characters","AvailableChallenges":["SMS_OTP"]}`},
			{"RespondToAuthChallenge", []string{`"SMS_OTP"`}, bad, refused},
		},
		{
			{"InitiateAuth", nil, ok, `{"ChallengeName":"MFA_SETUP","Session":"one-session-of-20-characters","ChallengeParameters":{"MFAS_CAN_SETUP":"[\"SOFTWARE_TOKEN_MFA\"]"}}`},
			{"AssociateSoftwareToken", nil, ok, `{"Session":"two-session-of-20-characters"}`}, // and no secret
		},
	} {
		term, said := typed(t, "Tulip-42\n")
		_, err := (login{Username: "ada", Flow: "password"}).signIn(t.Context(), &interview{terminal: term, client: scripted(t, auth.Config{}, answers...)})
		if !errors.Is(err, auth.ErrInvalidParameter) && !errors.Is(err, auth.ErrSetUpTOTP) {
			t.Errorf("got %v, after\n%s", err, said)
		}
	}
}

// A day after the sign-up the code of then is over, and another can be had.
func TestASignUpIsConfirmedLate(t *testing.T) {
	t.Parallel()
	const ok, bad = http.StatusOK, http.StatusBadRequest
	term, said := typed(t, "Tulip-42\n111111\n\n222222\n")
	c := scripted(t, auth.Config{},
		answered{"InitiateAuth", nil, bad, `{"__type":"UserNotConfirmedException","message":"User is not confirmed."}`},
		answered{"ConfirmSignUp", []string{"111111"}, bad, `{"__type":"ExpiredCodeException","message":"Invalid code provided, please request a code again."}`},
		answered{"ResendConfirmationCode", nil, ok, `{}`},
		answered{"ConfirmSignUp", []string{"222222"}, ok, `{}`},
		answered{"InitiateAuth", []string{"Tulip-42"}, ok, tokens()})
	if _, err := (login{Username: "ada", Flow: "password"}).signIn(t.Context(), &interview{terminal: term, client: c}); err != nil {
		t.Errorf("%v, after\n%s", err, said)
	}
}

// A service may ask for a choice and not say of what.
func TestAChoiceOfNothingIsTyped(t *testing.T) {
	t.Parallel()
	term, said := typed(t, "email_otp\n222222\n")
	c := scripted(t, auth.Config{},
		answered{"InitiateAuth", nil, http.StatusOK, `{"ChallengeName":"SELECT_CHALLENGE","Session":"one-session-of-20-characters"}`},
		answered{"RespondToAuthChallenge", []string{`"EMAIL_OTP"`}, http.StatusOK, `{"ChallengeName":"EMAIL_OTP","Session":"two-session-of-20-characters"}`},
		answered{"RespondToAuthChallenge", []string{"222222"}, http.StatusOK, tokens()})
	if _, err := (login{Username: "ada", Flow: "user-auth"}).signIn(t.Context(), &interview{terminal: term, client: c}); err != nil {
		t.Errorf("%v, after\n%s", err, said)
	}
}

func TestAPasswordThatWasReset(t *testing.T) {
	t.Parallel()
	const ok, bad = http.StatusOK, http.StatusBadRequest
	required := answered{"InitiateAuth", []string{"Tulip-41"}, bad, `{"__type":"PasswordResetRequiredException","message":"Password reset required for the user"}`}
	slip := func(code string) answered {
		return answered{"ConfirmForgotPassword", []string{`"Username":"ada"`}, bad, `{"__type":"` + code + `","message":"Not so"}`}
	}
	term, said := typed(t, "Tulip-41\n\n111111\nTulip-42\n222222\nTulip-4\n222222\n\n222222\nTulip-42\n333333\nTulip-42\n")
	c := scripted(t, auth.Config{},
		required,
		answered{"ForgotPassword", []string{`"Username":"ada"`}, ok, `{"CodeDeliveryDetails":{"Destination":"a***@\u001b[2Je***","DeliveryMedium":"EMAIL","AttributeName":"email"}}`},
		slip("CodeMismatchException"), slip("InvalidPasswordException"), // nothing for a password asks nobody
		slip("ExpiredCodeException"),
		answered{"ConfirmForgotPassword", []string{`"ConfirmationCode":"333333"`, `"Password":"Tulip-42"`}, ok, `{}`},
		answered{"InitiateAuth", []string{"Tulip-42"}, ok, tokens()})
	user, err := (login{Username: "ada", Flow: "password"}).signIn(t.Context(), &interview{terminal: term, client: c})
	if err != nil || user.Username != "ada" {
		t.Fatalf("%v, %v, after\n%s", user, err, said)
	}
	for _, want := range []string{
		"The password of ada was reset", "Code that was sent (nothing to have one sent): ", "A code was sent to a***@", "Not so (ExpiredCodeException)",
		"EmptyConfirmResetPasswordNewPassword",
	} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("did not say %q:\n%s", want, said)
		}
	}
	if strings.Contains(said.String(), "Tulip") || strings.ContainsRune(said.String(), '\x1b') {
		t.Errorf("said a password, or what a terminal obeys:\n%q", said)
	}
}

func TestAPasswordThatCannotBeReset(t *testing.T) {
	t.Parallel()
	required := answered{"InitiateAuth", nil, http.StatusBadRequest, `{"__type":"PasswordResetRequiredException","message":"Password reset required for the user"}`}
	limit := `{"__type":"LimitExceededException","message":"Attempt limit exceeded"}`
	for input, more := range map[string][]answered{
		"Tulip-41\n":                   nil,
		"Tulip-41\n111111\n":           nil,
		"Tulip-41\n\n":                 {{"ForgotPassword", nil, http.StatusBadRequest, limit}},
		"Tulip-41\n111111\nTulip-42\n": {{"ConfirmForgotPassword", nil, http.StatusBadRequest, limit}},
	} {
		term, said := typed(t, input)
		c := scripted(t, auth.Config{}, append([]answered{required}, more...)...)
		_, err := (login{Username: "ada", Flow: "password"}).signIn(t.Context(), &interview{terminal: term, client: c})
		if want := more != nil; errors.Is(err, auth.ErrLimitExceeded) != want || !want && !errors.Is(err, errNoAnswer) {
			t.Errorf("%q: got %v, after\n%s", input, err, said)
		}
	}
}

// Who begins with a choice of factors begins with it again.
func TestAResetWithoutAPasswordToBeginWith(t *testing.T) {
	t.Parallel()
	term, said := typed(t, "111111\nTulip-42\npassword\nTulip-42\n")
	c := scripted(t, auth.Config{},
		answered{"InitiateAuth", []string{`"USER_AUTH"`}, http.StatusBadRequest, `{"__type":"PasswordResetRequiredException","message":"Password reset required for the user"}`},
		answered{"ConfirmForgotPassword", []string{"111111"}, http.StatusOK, `{}`},
		answered{"InitiateAuth", []string{`"USER_AUTH"`}, http.StatusOK, `{"ChallengeName":"SELECT_CHALLENGE","Session":"one-session-of-20-characters","AvailableChallenges":["EMAIL_OTP","PASSWORD"]}`},
		answered{"RespondToAuthChallenge", []string{`"PASSWORD":"Tulip-42"`}, http.StatusOK, tokens()})
	if _, err := (login{Username: "ada", Flow: "user-auth"}).signIn(t.Context(), &interview{terminal: term, client: c}); err != nil {
		t.Errorf("%v, after\n%s", err, said)
	}
}
