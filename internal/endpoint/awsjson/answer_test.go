package awsjson_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"testing"

	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/endpoint/awsjson"
)

func TestAnswers(t *testing.T) {
	t.Parallel()
	const client = "abcdefghijklmnopqrstuvwxyz"
	broken := errors.New("disk gone")
	for _, tt := range []struct {
		name    string
		err     error // of SignUp
		request *http.Request
		want    awsjson.Answer
	}{
		{"a success", nil, post("SignUp", goodSignUp), awsjson.Answer{Operation: "SignUp", ClientID: client}},
		{"a refusal", exception{"UsernameExistsException", "x"}, post("SignUp", goodSignUp),
			awsjson.Answer{Operation: "SignUp", ClientID: client, Exception: "UsernameExistsException"}},
		{"an input that is not valid", nil, post("SignUp", `{"ClientId":"ada@example.com","Username":"ada"}`),
			awsjson.Answer{Operation: "SignUp", Exception: "InvalidParameterException"}},
		{"an unknown operation", nil, post("SignUpTwice", goodSignUp), awsjson.Answer{Exception: "UnknownOperationException"}},
		{"a signed operation", nil, signed("ListUserPools", `{"MaxResults":1}`, "right"),
			awsjson.Answer{Operation: "ListUserPools", AccessKey: "AKIDEXAMPLE"}},
		{"a wrong signature", nil, signed("ListUserPools", `{"MaxResults":1}`, "wrong"),
			awsjson.Answer{Operation: "ListUserPools", Exception: "InvalidSignatureException"}},
		{"a fault of ours", broken, post("SignUp", goodSignUp), awsjson.Answer{Operation: "SignUp", ClientID: client,
			Exception: "InternalErrorException", Trouble: &awsjson.Trouble{Level: slog.LevelError, Message: "request failed", Args: []any{"error", broken}}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			log, lines := logged()
			var got []awsjson.Answer
			h := awsjson.New(awsjson.Options{Exception: table, Log: log, Keys: secrets{"AKIDEXAMPLE": "right"},
				Handler: fake{signUp: func(context.Context, *api.SignUpRequest) (*api.SignUpResponse, error) {
					return &api.SignUpResponse{}, tt.err
				}},
				Done: func(_ http.ResponseWriter, a awsjson.Answer) { got = append(got, a) }})
			serve(h, tt.request)
			if len(got) != 1 {
				t.Fatalf("%d answers, want 1", len(got))
			}
			a := got[0]
			a.In = 0
			if g, want := text(a), text(tt.want); g != want {
				t.Errorf("\n got %s\nwant %s", g, want)
			}
			if lines.Len() > 0 {
				t.Errorf("logged as well: %s", lines)
			}
		})
	}
}

// text is an answer with what its pointer leads to.
func text(a awsjson.Answer) string {
	var t awsjson.Trouble
	if a.Trouble != nil {
		t, a.Trouble = *a.Trouble, nil
	}
	return fmt.Sprintf("%+v %+v", a, t)
}
