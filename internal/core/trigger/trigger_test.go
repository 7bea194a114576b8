package trigger

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/cenote-auth/cenote/internal/pool"
)

var (
	validation = map[string]string{"invite": "42"}
	metadata   = map[string]string{"source": "web"}
)

func TestTheRequestIsTheInvokeAPIs(t *testing.T) {
	t.Parallel()
	l := newLambda(t, echo)
	if err := New(Options{Endpoint: l.URL}).PostConfirmation(t.Context(), ada(), nil); err != nil {
		t.Fatal(err)
	}
	r := l.requests[0]
	wantPath := "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Ahooks%2Flive/invocations"
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
		if err := tr.PostAuthentication(ctx, s, false, metadata); err != nil || HasPostAuthentication(s.Pool) {
			t.Error(err)
		}
		if c, err := tr.PreTokenGeneration(ctx, s, Upcoming{Occasion: TokensByAPI}, metadata); err != nil || c != nil {
			t.Errorf("PreTokenGeneration = %+v, %v", c, err)
		}
		if w, err := tr.CustomMessage(ctx, s, MessageSignUp, true, metadata); err != nil || w != (Words{}) {
			t.Errorf("CustomMessage = %+v, %v", w, err)
		}
		if l := tr.Letter(s, MessageSignUp, true, metadata); l != nil || HasUserMigration(s.Pool) {
			t.Errorf("Letter = %s", l)
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
