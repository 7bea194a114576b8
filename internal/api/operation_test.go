package api

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// signer answers two operations and panics in the rest.
type signer struct {
	Handler
	err error
}

func (s signer) SignUp(_ context.Context, in *SignUpRequest) (*SignUpResponse, error) {
	if s.err != nil {
		return nil, s.err
	}
	return &SignUpResponse{UserSub: in.Username}, nil
}

func (s signer) DeleteUser(context.Context, *DeleteUserRequest) error { return s.err }

func invoke(t *testing.T, h Handler, name, body string) (Output, error) {
	t.Helper()
	op, ok := Lookup(name)
	if !ok {
		t.Fatalf("Lookup(%q) found nothing", name)
	}
	in, err := op.Decode([]byte(body))
	if err != nil {
		t.Fatalf("Decode: %v", err)
	}
	return op.Invoke(t.Context(), h, in)
}

func TestInvoke(t *testing.T) {
	t.Parallel()
	out, err := invoke(t, signer{}, "SignUp", `{"ClientId":"c","Username":"ada"}`)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(out.AppendJSON(nil)), `{"UserConfirmed":false,"UserSub":"ada"}`; got != want {
		t.Errorf("SignUp answered %s, want %s", got, want)
	}
	out, err = invoke(t, signer{}, "DeleteUser", `{"AccessToken":"a"}`)
	if out != nil || err != nil {
		t.Errorf("DeleteUser = %v, %v, want nothing", out, err)
	}
}

func TestInvokeFailed(t *testing.T) {
	t.Parallel()
	want := errors.New("broken")
	for _, name := range []string{"SignUp", "DeleteUser"} {
		out, err := invoke(t, signer{err: want}, name, `{}`)
		if out != nil || err != want {
			t.Errorf("%s = %v, %v, want no output and %v", name, out, err, want)
		}
	}
}

func TestTable(t *testing.T) {
	t.Parallel()
	all := slices.Collect(Operations())
	unsigned := slices.DeleteFunc(slices.Clone(all), func(o *Operation) bool { return o.Signed })
	if len(all) != 140 || len(unsigned) != 35 {
		t.Errorf("%d operations, %d of them unsigned, want 140 and 35", len(all), len(unsigned))
	}
	op, _ := Lookup("SignUp")
	if !slices.Contains(op.Errors, ErrUsernameExistsException) {
		t.Errorf("SignUp declares %v, want %s among them", op.Errors, ErrUsernameExistsException)
	}
	if _, ok := Lookup("signUp"); ok {
		t.Error("names are matched without case")
	}
}

func TestUserPoolID(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		in   Input
		want string
	}{
		{&DeleteUserPoolRequest{UserPoolId: "us-east-1_a"}, "us-east-1_a"},
		{&SetRiskConfigurationRequest{UserPoolId: "us-east-1_b"}, "us-east-1_b"},
		{&UpdateManagedLoginBrandingRequest{UserPoolId: new("us-east-1_c")}, "us-east-1_c"},
		{&UpdateManagedLoginBrandingRequest{}, ""},
		{&SignUpRequest{ClientId: "c"}, ""},
		{&TagResourceRequest{ResourceArn: "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_d"}, "us-east-1_d"},
		{&UntagResourceRequest{ResourceArn: "userpool/us-east-1_a:userpool/us-east-1_d"}, "us-east-1_d"},
		{&ListTagsForResourceRequest{ResourceArn: "arn:aws:cognito-idp:us-east-1:123456789012:pool/us-east-1_d"}, ""},
	} {
		if got := UserPoolID(tt.in); got != tt.want {
			t.Errorf("UserPoolID(%T) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

// Whoever may do something in one pool alone is held to what these two say, so
// they must see the members of every input, whatever shape the model gives them.
func TestEveryInputTellsItsPoolAndClient(t *testing.T) {
	t.Parallel()
	pools := 0
	for op := range Operations() {
		in, err := op.Decode([]byte(`{"UserPoolId":"us-east-1_a","ClientId":"c"}`))
		if err != nil {
			t.Fatalf("%s: %v", op.Name, err)
		}
		fields := reflect.TypeOf(in).Elem()
		if _, has := fields.FieldByName("UserPoolId"); has {
			pools++
			if got := UserPoolID(in); got != "us-east-1_a" {
				t.Errorf("%s: UserPoolID = %q", op.Name, got)
			}
		}
		if _, has := fields.FieldByName("ClientId"); has && ClientID(in) != "c" {
			t.Errorf("%s: ClientID = %q", op.Name, ClientID(in))
		}
	}
	if pools < 90 {
		t.Errorf("%d inputs with a pool; the test looks for the wrong field", pools)
	}
}

func TestClientID(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		in   Input
		want string
	}{
		{&SignUpRequest{ClientId: "c"}, "c"},
		{&AdminInitiateAuthRequest{UserPoolId: "p", ClientId: "d"}, "d"},
		{&GetUserRequest{}, ""},
	} {
		if got := ClientID(tt.in); got != tt.want {
			t.Errorf("ClientID(%T) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestSecretsAreNotPrinted(t *testing.T) {
	t.Parallel()
	in := &SignUpRequest{Password: new("tulip-42")}
	for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
		if got := fmt.Sprintf(format, in); strings.Contains(got, "tulip") || !strings.Contains(got, privateText) {
			t.Errorf("%s prints %s", format, got)
		}
	}
	if got := in.LogValue().String(); got != privateText {
		t.Errorf("LogValue = %s", got)
	}
}
