package trigger

import (
	"bytes"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/cenote-auth/cenote/internal/golden"
	"github.com/cenote-auth/cenote/internal/pool"
)

var (
	validation = map[string]string{"invite": "42"}
	metadata   = map[string]string{"source": "web"}
)

func TestEvents(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
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
		{"pre_authentication.json", func(t *testing.T, tr *Triggers, s Subject) error {
			return tr.PreAuthentication(t.Context(), s, validation)
		}},
		{"pre_authentication_hidden.json", func(t *testing.T, tr *Triggers, s Subject) error {
			s.Client.HideUnknownUsers = "ENABLED"
			return tr.PreAuthentication(t.Context(), s, nil)
		}},
		{"pre_authentication_nobody.json", func(t *testing.T, tr *Triggers, s Subject) error {
			s.Client.HideUnknownUsers = "ENABLED"
			s.User, s.Name = nil, "eve"
			return tr.PreAuthentication(t.Context(), s, nil)
		}},
		{"post_authentication.json", func(t *testing.T, tr *Triggers, s Subject) error {
			return tr.PostAuthentication(t.Context(), s, metadata)
		}},
	} {
		t.Run(tt.file, func(t *testing.T) {
			t.Parallel()
			l := newLambda(t, echo)
			tr := New(Options{Endpoint: l.URL})
			if err := tt.call(t, tr, ada()); err != nil {
				t.Fatal(err)
			}
			if l.calls() != 1 {
				t.Fatalf("called %d times, want once", l.calls())
			}
			var b bytes.Buffer
			if err := json.Indent(&b, l.payloads[0], "", "  "); err != nil {
				t.Fatalf("event is %s: %v", l.payloads[0], err)
			}
			golden.Equal(t, tt.file, b.String()+"\n")
		})
	}
}

func TestTheRequestIsTheInvokeAPIs(t *testing.T) {
	t.Parallel()
	l := newLambda(t, echo)
	if err := New(Options{Endpoint: l.URL}).PostConfirmation(t.Context(), ada(), nil); err != nil {
		t.Fatal(err)
	}
	r := l.requests[0]
	wantPath := "/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:hooks%2Flive/invocations"
	if r.Method != http.MethodPost || r.URL.EscapedPath() != wantPath {
		t.Errorf("request is %s %s, want POST %s", r.Method, r.URL.EscapedPath(), wantPath)
	}
	if got := r.Header.Get("X-Amz-Invocation-Type"); got != "RequestResponse" {
		t.Errorf("X-Amz-Invocation-Type is %q", got)
	}
}

func TestAPoolWithoutTriggersCallsNothing(t *testing.T) {
	s := ada()
	s.Pool.Triggers = pool.Triggers{}
	tr, ctx := New(Options{Endpoint: "http://127.0.0.1:1"}), t.Context()
	allocated := testing.AllocsPerRun(10, func() {
		if v, err := tr.PreSignUp(ctx, s, SignUp, validation, metadata); err != nil || v != (Verdict{}) {
			t.Errorf("PreSignUp = %+v, %v", v, err)
		}
		if err := tr.PostConfirmation(ctx, s, metadata); err != nil {
			t.Error(err)
		}
		if err := tr.PreAuthentication(ctx, s, validation); err != nil {
			t.Error(err)
		}
		if err := tr.PostAuthentication(ctx, s, metadata); err != nil || HasPostAuthentication(s.Pool) {
			t.Error(err)
		}
	})
	if allocated > 0 {
		t.Errorf("%v allocations, want none", allocated)
	}
}

func TestVerdictOfPreSignUp(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name     string
		response string
		want     Verdict
		wrong    bool
	}{
		{"all of it", `{"autoConfirmUser": true, "autoVerifyEmail": true, "autoVerifyPhone": true}`, Verdict{true, true, true}, false},
		{"nothing", `{}`, Verdict{}, false},
		{"nulls", `{"autoConfirmUser": null, "autoVerifyEmail": null}`, Verdict{}, false},
		{"other names of the same", `{"AutoConfirmUser": true, "extra": {}}`, Verdict{}, false},
		{"text for a boolean", `{"autoConfirmUser": "true"}`, Verdict{}, true},
		{"a number for a boolean", `{"autoVerifyPhone": 1}`, Verdict{}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			l := newLambda(t, changed(func(e map[string]any) { e["response"] = json.RawMessage(tt.response) }))
			got, err := New(Options{Endpoint: l.URL}).PreSignUp(t.Context(), ada(), SignUp, nil, nil)
			if tt.wrong {
				want(t, err, pool.InvalidLambdaResponse, "Unrecognizable lambda output")
				return
			}
			if err != nil || got != tt.want {
				t.Errorf("PreSignUp = %+v, %v, want %+v", got, err, tt.want)
			}
		})
	}
}

func TestVerifyNeedsTheAddress(t *testing.T) {
	t.Parallel()
	u := ada().User
	delete(u.Attributes, "email_verified")
	if err := (Verdict{VerifyEmail: true}).Verify(u); err != nil || u.Attributes["email_verified"] != "true" {
		t.Errorf("Verify: %v, attributes %v", err, u.Attributes)
	}
	err := Verdict{VerifyPhone: true}.Verify(u)
	want(t, err, pool.InvalidParameter, "Phone number is required to set phone_number_verified to true")
	if _, set := u.Attributes["phone_number_verified"]; set {
		t.Error("a phone number that is not there was verified")
	}
	delete(u.Attributes, "email")
	err = Verdict{VerifyEmail: true}.Verify(u)
	want(t, err, pool.InvalidParameter, "Email is required to set email_verified to true")
}

func TestKnown(t *testing.T) {
	t.Parallel()
	for name := range ada().Pool.Triggers.ARN {
		if !Known(name) {
			t.Errorf("%s is not known", name)
		}
	}
	if Known("PreTokenGeneration") || Known("") {
		t.Error("a trigger is known that nobody calls")
	}
}
