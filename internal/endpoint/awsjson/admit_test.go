package awsjson_test

import (
	"context"
	"errors"
	"testing"

	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/endpoint/awsjson"
)

func TestAdmit(t *testing.T) {
	t.Parallel()
	var asked []string
	h := awsjson.New(awsjson.Options{
		Keys:      keys(func(string) (*awsjson.AccessKey, error) { return nil, nil }),
		Exception: func(error) (string, string, bool) { return "TooManyRequestsException", "Rate exceeded", true },
		Handler: fake{signUp: func(context.Context, *api.SignUpRequest) (*api.SignUpResponse, error) {
			asked = append(asked, "signed up")
			return &api.SignUpResponse{}, nil
		}},
		Admit: func(_ context.Context, op *api.Operation, in api.Input) error {
			asked = append(asked, op.Name+" of "+api.ClientID(in))
			if len(asked) > 2 {
				return errors.New("too many")
			}
			return nil
		},
	})
	serve(h, post("SignUp", `{}`))                            // not valid
	serve(h, signed("ListUserPools", `{"MaxResults":1}`, "")) // not known
	if len(asked) != 0 {
		t.Errorf("requests that are refused anyway were counted: %q", asked)
	}
	if w := serve(h, post("SignUp", goodSignUp)); w.Code != 200 {
		t.Errorf("got %d %s, want it admitted", w.Code, w.Body)
	}
	wantError(t, serve(h, post("SignUp", goodSignUp)), 400, "TooManyRequestsException", "Rate exceeded")
	const asks = "SignUp of abcdefghijklmnopqrstuvwxyz"
	if len(asked) != 3 || asked[0] != asks || asked[1] != "signed up" || asked[2] != asks {
		t.Errorf("happened: %q", asked)
	}
}
