package trigger

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/cenote-auth/cenote/internal/golden"
	"github.com/cenote-auth/cenote/internal/pool"
)

// hiding returns s by a client that hides who exists.
func hiding(s Subject) Subject {
	s.Client.HideUnknownUsers = "ENABLED"
	return s
}

// nobody returns s for a name that nobody has.
func nobody(s Subject) Subject {
	s.User, s.Name = nil, "eve"
	return s
}

var oneRound = []Round{{Challenge: "SRP_A", Right: true}, {Challenge: "CUSTOM_CHALLENGE", Metadata: new("CAPTCHA_1")}}

// tokens asks about tokens in a version of PreTokenGeneration.
func tokens(t *testing.T, tr *Triggers, s Subject, version, occasion string) error {
	s.Pool.Triggers.Versions = map[string]string{preTokenGeneration: version}
	groups := pool.Groups{{Name: "staff", RoleARN: "arn:aws:iam::123456789012:role/staff", Precedence: new(int32(1))}, {Name: "all"}}
	_, err := tr.PreTokenGeneration(t.Context(), s, Upcoming{occasion, []string{"aws.cognito.signin.user.admin"}, groups}, metadata)
	return err
}

// What a function gets, a file for each source.
var events = []struct {
	file string
	call func(*testing.T, *Triggers, Subject) error
}{
	{"pre_sign_up.json", func(t *testing.T, tr *Triggers, s Subject) error {
		s.User.Status = pool.Unconfirmed
		_, err := tr.PreSignUp(t.Context(), s, SignUp, validation, metadata)
		return err
	}},
	{"pre_sign_up_admin.json", func(t *testing.T, tr *Triggers, s Subject) error {
		s.Client, s.User.Status = nil, pool.ForceChangePassword
		_, err := tr.PreSignUp(t.Context(), s, AdminCreateUser, nil, nil)
		return err
	}},
	{"post_confirmation.json", func(t *testing.T, tr *Triggers, s Subject) error {
		s.Pool.AliasAttributes = []string{"email", "phone_number", "preferred_username"}
		s.User.Attributes["preferred_username"] = "countess"
		return tr.PostConfirmation(t.Context(), s, metadata)
	}},
	{"post_confirmation_reset.json", func(t *testing.T, tr *Triggers, s Subject) error {
		return tr.PostReset(t.Context(), s, metadata)
	}},
	{"pre_authentication.json", func(t *testing.T, tr *Triggers, s Subject) error {
		return tr.PreAuthentication(t.Context(), s, validation)
	}},
	{"pre_authentication_hidden.json", func(t *testing.T, tr *Triggers, s Subject) error {
		return tr.PreAuthentication(t.Context(), hiding(s), nil)
	}},
	{"pre_authentication_nobody.json", func(t *testing.T, tr *Triggers, s Subject) error {
		return tr.PreAuthentication(t.Context(), nobody(hiding(s)), nil)
	}},
	{"post_authentication.json", func(t *testing.T, tr *Triggers, s Subject) error {
		return tr.PostAuthentication(t.Context(), s, true, metadata)
	}},
	{"pre_token_v1.json", func(t *testing.T, tr *Triggers, s Subject) error { return tokens(t, tr, s, "", TokensByAPI) }},
	{"pre_token_v1_refresh.json", func(t *testing.T, tr *Triggers, s Subject) error { return tokens(t, tr, s, "V1_0", TokensByRefresh) }},
	{"pre_token_v2.json", func(t *testing.T, tr *Triggers, s Subject) error { return tokens(t, tr, s, "V2_0", TokensByPages) }},
	{"pre_token_v2_new_password.json", func(t *testing.T, tr *Triggers, s Subject) error {
		return tokens(t, tr, s, "V2_0", TokensByNewPassword)
	}},
	{"pre_token_v3_device.json", func(t *testing.T, tr *Triggers, s Subject) error { return tokens(t, tr, s, "V3_0", TokensByDevice) }},
	{"pre_token_v3_client.json", func(t *testing.T, tr *Triggers, s Subject) error {
		s.User = nil
		return tokens(t, tr, s, "V3_0", TokensOfClient)
	}},
	{"custom_message_sign_up.json", message(MessageSignUp)},
	{"custom_message_resend.json", message(MessageResend)},
	{"custom_message_forgot.json", message(MessageForgot)},
	{"custom_message_update.json", message(MessageUpdate)},
	{"custom_message_verify.json", message(MessageVerify)},
	{"custom_message_authentication.json", message(MessageSignIn)},
	{"custom_message_invite.json", func(t *testing.T, tr *Triggers, s Subject) error {
		s.Client = nil
		return message(MessageInvite)(t, tr, s)
	}},
	{"define_auth_challenge.json", func(t *testing.T, tr *Triggers, s Subject) error {
		_, err := tr.DefineAuthChallenge(t.Context(), s, nil, nil)
		return echoed(err)
	}},
	{"define_auth_challenge_again.json", func(t *testing.T, tr *Triggers, s Subject) error {
		_, err := tr.DefineAuthChallenge(t.Context(), nobody(hiding(s)), oneRound, metadata)
		return echoed(err)
	}},
	{"create_auth_challenge.json", func(t *testing.T, tr *Triggers, s Subject) error {
		_, err := tr.CreateAuthChallenge(t.Context(), hiding(s), "CUSTOM_CHALLENGE", oneRound, metadata)
		return err
	}},
	{"verify_auth_challenge.json", func(t *testing.T, tr *Triggers, s Subject) error {
		_, err := tr.VerifyAuthChallengeResponse(t.Context(), hiding(s), map[string]string{"answer": "5"}, "<5>", metadata)
		return err
	}},
	{"user_migration.json", func(t *testing.T, tr *Triggers, s Subject) error {
		_, err := tr.MigrateBySignIn(t.Context(), nobody(s), "secret", validation, nil)
		return err
	}},
	{"user_migration_forgot.json", func(t *testing.T, tr *Triggers, s Subject) error {
		_, err := tr.MigrateByForgotPassword(t.Context(), nobody(s), metadata)
		return err
	}},
	{"inbound_federation.json", func(t *testing.T, tr *Triggers, s Subject) error {
		_, _, err := tr.InboundFederation(t.Context(), nobody(s), "Login", "OIDC", ProviderClaims{
			TokenResponse: map[string]any{"token_type": "Bearer", "expires_in": 3600},
			IDToken:       map[string]any{"sub": "42", "email_verified": true},
			UserInfo:      map[string]any{"sub": "42", "groups": []string{"a"}},
		})
		return err
	}},
	{"inbound_federation_saml.json", func(t *testing.T, tr *Triggers, s Subject) error {
		_, _, err := tr.InboundFederation(t.Context(), nobody(s), "Work", "SAML", ProviderClaims{
			SAMLResponse: map[string]any{"NameID": "eve"},
		})
		return err
	}},
}

func message(occasion string) func(*testing.T, *Triggers, Subject) error {
	return func(t *testing.T, tr *Triggers, s Subject) error {
		_, err := tr.CustomMessage(t.Context(), s, occasion, true, metadata)
		return err
	}
}

// echoed is the error of a DefineAuthChallenge that decides nothing, as nil.
func echoed(err error) error {
	if e, ok := err.(*pool.Error); ok && e.Kind == pool.InvalidLambdaResponse {
		return nil
	}
	return err
}

func TestEvents(t *testing.T) {
	t.Parallel()
	for _, tt := range events {
		t.Run(tt.file, func(t *testing.T) {
			t.Parallel()
			l := newLambda(t, echo)
			if err := tt.call(t, New(Options{Endpoint: l.URL}), ada()); err != nil {
				t.Fatal(err)
			}
			if l.calls() != 1 {
				t.Fatalf("called %d times, want once", l.calls())
			}
			golden.Equal(t, tt.file, indented(t, l.payloads[0]))
		})
	}
}

func indented(t *testing.T, event []byte) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, event, "", "  "); err != nil {
		t.Fatalf("event is %s: %v", event, err)
	}
	return b.String() + "\n"
}
