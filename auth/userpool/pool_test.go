package userpool_test

import (
	"encoding/json"
	"math/big"
	"strings"
	"sync"
	"testing"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cenote-auth/cenote/auth/storage"
	"github.com/cenote-auth/cenote/auth/userpool"
)

var sdkAtOnce = []func(*cip.Options){atOnce}

func double(digits string) string {
	n, _ := new(big.Int).SetString(digits, 16)
	return n.Lsh(n, 1).Text(16)
}

func TestNew(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		pool, client, endpoint string
		code                   userpool.Code
	}{
		"no pool":                        {"", "client", "", userpool.ErrInvalidParameter},
		"no client":                      {poolID, "", "", userpool.ErrInvalidParameter},
		"a pool without a region":        {"Pool1", "client", "", userpool.ErrInvalidUserPoolID},
		"a pool with a space":            {"eu-west-1_Po ol", "client", "", userpool.ErrInvalidUserPoolID},
		"a pool's ARN":                   {"arn:aws:cognito-idp:eu-west-1:1:userpool/eu-west-1_a", "client", "", userpool.ErrInvalidUserPoolID},
		"a pool's id over two lines":     {"eu-west-1_a\n", "client", "", userpool.ErrInvalidUserPoolID},
		"a pool's id of 56 characters":   {"eu-west-1_" + strings.Repeat("a", 46), "client", "", userpool.ErrInvalidUserPoolID},
		"an endpoint without a scheme":   {poolID, "client", "127.0.0.1:9229", userpool.ErrInvalidParameter},
		"an endpoint by another scheme":  {poolID, "client", "file:///etc", userpool.ErrInvalidParameter},
		"an endpoint that is no URL":     {poolID, "client", "http://[", userpool.ErrInvalidParameter},
		"a pool's id of 55 characters":   {"eu-west-1_" + strings.Repeat("a", 45), "client", "https://example.com", ""},
		"an emulator's pool, lower case": {"local_abc", "client", "http://127.0.0.1:9229/", ""},
	} {
		p, err := userpool.New(tt.pool, tt.client, &userpool.Options{Endpoint: tt.endpoint})
		if tt.code != "" {
			t.Run(name, func(t *testing.T) { wantCode(t, err, tt.code) })
		} else if err != nil || p.ID() != tt.pool || p.ClientID() != tt.client {
			t.Errorf("%s: %v, %v", name, p, err)
		}
	}
	p, err := userpool.New(poolID, clientID, nil)
	if err != nil || p.Region() != "eu-west-1" || p.Name() != "Pool1" || p.Storage() == nil {
		t.Errorf("pool = %v, %v", p, err)
	}
	other := storage.NewMemory()
	if q := p.WithStorage(other); q.Storage() != other || p.Storage() == other || q.ID() != p.ID() {
		t.Error("WithStorage changed the wrong pool")
	}
}

func TestSigningUp(t *testing.T) {
	t.Parallel()
	delivery := object{"CodeDeliveryDetails": object{"Destination": "a***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}}
	for _, secret := range []string{"", "client secret"} {
		p, _ := newStub(t, &userpool.Options{ClientSecret: secret},
			exchange{"SignUp", request{
				"Username": "ada", "Password": "password", "ClientMetadata.k": "v",
				"UserAttributes.0.Name": "email", "UserAttributes.0.Value": "ada@example.com", "UserAttributes.1.Name": "name", "UserAttributes.1.Value": "Ada",
				"ValidationData.0.Name": "invited", "ValidationData.0.Value": "yes",
			}, object{"UserSub": "sub", "Session": "s1", "CodeDeliveryDetails": delivery["CodeDeliveryDetails"]}},
			exchange{"SignUp", request{"Username": "eve"}, object{"UserSub": "sub2", "UserConfirmed": true}},
			exchange{"ResendConfirmationCode", request{"Username": "ada", "ClientMetadata.k": "v"}, delivery},
			exchange{"ConfirmSignUp", request{"Username": "ada", "ConfirmationCode": "123456", "Session": "s1", "ForceAliasCreation": "true", "ClientMetadata.k": "v"}, object{"Session": "s2"}},
			exchange{"ConfirmSignUp", request{"Username": "ada", "ConfirmationCode": ""}, failure{code: "CodeMismatchException"}})
		metadata := map[string]string{"k": "v"}
		out, err := p.SignUp(t.Context(), userpool.SignUpInput{
			Username: "ada", Password: "password", ClientMetadata: metadata,
			Attributes: map[string]string{"name": "Ada", "email": "ada@example.com"}, ValidationData: map[string]string{"invited": "yes"},
		})
		mailed := userpool.CodeDelivery{Destination: "a***", Medium: "EMAIL", Attribute: "email"}
		if err != nil || out.UserSub != "sub" || out.Confirmed || *out.Delivery != mailed || out.Session != "s1" {
			t.Fatalf("SignUp: %+v, %v", out, err)
		}
		if out, err := p.SignUp(t.Context(), userpool.SignUpInput{Username: "eve"}); err != nil || !out.Confirmed || out.Delivery != nil {
			t.Errorf("SignUp without a password: %+v, %v", out, err)
		}
		if d, err := p.ResendConfirmationCode(t.Context(), userpool.ResendInput{Username: "ada", ClientMetadata: metadata}); err != nil || *d != mailed {
			t.Errorf("ResendConfirmationCode: %+v, %v", d, err)
		}
		in := userpool.ConfirmSignUpInput{Username: "ada", Code: "123456", Session: "s1", ForceAliasCreation: true, ClientMetadata: metadata}
		if out, err := p.ConfirmSignUp(t.Context(), in); err != nil || out.Session != "s2" {
			t.Errorf("ConfirmSignUp: %+v, %v", out, err)
		}
		_, err = p.ConfirmSignUp(t.Context(), userpool.ConfirmSignUpInput{Username: "ada"})
		wantCode(t, err, userpool.ErrCodeMismatch)
	}
}

func TestRefreshing(t *testing.T) {
	t.Parallel()
	byToken, byAuth := request{"RefreshToken": "refresh-0"}, request{"AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters.REFRESH_TOKEN": "refresh-0"}
	old := &userpool.Session{AccessToken: parse(t, mint(now, now, nil)), RefreshToken: "refresh-0"}
	kept := tokens()
	delete(kept["AuthenticationResult"].(object), "RefreshToken")
	for _, secret := range []string{"", "client secret"} {
		s := storage.NewMemory()
		p, _ := newStub(t, &userpool.Options{Now: clock, ClientSecret: secret, Storage: s},
			exchange{"GetTokensFromRefreshToken", byToken, tokens()},
			exchange{"InitiateAuth", byAuth, kept},
			exchange{"GetTokensFromRefreshToken", request{"RefreshToken": "refresh-0", "DeviceKey": laptop.Key, "ClientMetadata.k": "v"}, tokens()},
			exchange{"InitiateAuth", request{"AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters.REFRESH_TOKEN": "refresh-0", "AuthParameters.DEVICE_KEY": laptop.Key}, staleDevice},
			exchange{"InitiateAuth", byAuth, tokens()},
			exchange{"GetTokensFromRefreshToken", byToken, failure{code: "NotAuthorizedException", message: "Refresh Token has expired"}},
			exchange{"GetTokensFromRefreshToken", byToken, object{}})
		refresh := func(want string, in userpool.RefreshInput) {
			t.Helper()
			fresh, err := p.Refresh(t.Context(), old, in)
			if err != nil || fresh.RefreshToken != want || fresh.AccessToken.Expires().Before(now) || old.RefreshToken != "refresh-0" {
				t.Errorf("fresh = %v, %v", fresh, err)
			}
		}
		refresh("refresh-1", userpool.RefreshInput{})
		refresh("refresh-0", userpool.RefreshInput{Username: "ada", Op: userpool.RefreshByInitiateAuth})
		if err := store(s).SaveDevice(t.Context(), "ada", laptop); err != nil {
			t.Fatal(err)
		}
		refresh("refresh-1", userpool.RefreshInput{ClientMetadata: map[string]string{"k": "v"}})
		refresh("refresh-1", userpool.RefreshInput{Op: userpool.RefreshByInitiateAuth})
		_, err := p.Refresh(t.Context(), old, userpool.RefreshInput{})
		wantCode(t, err, userpool.ErrNotAuthorized)
		_, err = p.Refresh(t.Context(), old, userpool.RefreshInput{})
		wantCode(t, err, userpool.ErrInvalidTokens)
		_, err = p.Refresh(t.Context(), nil, userpool.RefreshInput{})
		wantCode(t, err, userpool.ErrTokenRefresh)
		_, err = p.Refresh(t.Context(), &userpool.Session{}, userpool.RefreshInput{})
		wantCode(t, err, userpool.ErrTokenRefresh)
	}
}

func TestTheUserAndTheEnd(t *testing.T) {
	t.Parallel()
	answer := object{
		"Username": "ada", "UserAttributes": []object{{"Name": "sub", "Value": "4d"}, {"Name": "email", "Value": "a@b"}},
		"MFAOptions": []object{{"DeliveryMedium": "SMS", "AttributeName": "phone_number"}}, "PreferredMfaSetting": "SMS_MFA", "UserMFASettingList": []string{"SMS_MFA"},
	}
	access := parse(t, mint(now, now, nil))
	token := request{"AccessToken": access.Raw()}
	p, _ := newStub(t, &userpool.Options{ClientSecret: "client secret"},
		exchange{"GetUser", token, answer}, exchange{"GetUser", token, object{"Username": "eve"}},
		exchange{"GlobalSignOut", token, nil}, exchange{"GlobalSignOut", token, failure{code: "NotAuthorizedException"}},
		exchange{"RevokeToken", request{"Token": "refresh-0"}, nil}, exchange{"RevokeToken", request{"Token": "refresh-0"}, failure{code: "UnsupportedOperationException"}})
	u, err := p.GetUser(t.Context(), access)
	if err != nil || u.Map()["email"] != "a@b" {
		t.Fatalf("user = %+v, %v", u, err)
	}
	got, _ := json.Marshal(u)
	const want = `{"Username":"ada","UserAttributes":[{"Name":"sub","Value":"4d"},{"Name":"email","Value":"a@b"}],` +
		`"MFAOptions":[{"DeliveryMedium":"SMS","AttributeName":"phone_number"}],"PreferredMfaSetting":"SMS_MFA","UserMFASettingList":["SMS_MFA"]}`
	if string(got) != want {
		t.Errorf("as JSON %s, want %s", got, want)
	}
	if u, err = p.GetUser(t.Context(), access); err != nil || u.Username != "eve" || u.UserAttributes == nil {
		t.Errorf("user = %+v, %v", u, err)
	}
	if err := p.GlobalSignOut(t.Context(), access); err != nil {
		t.Error(err)
	}
	wantCode(t, p.GlobalSignOut(t.Context(), access), userpool.ErrNotAuthorized)
	session := &userpool.Session{RefreshToken: "refresh-0"}
	if err := p.RevokeToken(t.Context(), session); err != nil {
		t.Error(err)
	}
	wantCode(t, p.RevokeToken(t.Context(), session), "UnsupportedOperationException")
	if err := p.RevokeToken(t.Context(), &userpool.Session{}); err != nil {
		t.Errorf("nothing to revoke: %v", err)
	}
}

// One pool serves many people at a time.
func TestManySignInsAtOnce(t *testing.T) {
	t.Parallel()
	const people = 20
	var script []exchange
	for range people {
		script = append(script, exchange{"InitiateAuth", opens("USER_PASSWORD_AUTH", request{"AuthParameters.PASSWORD": "p"}), tokens()})
	}
	p, _ := newStub(t, &userpool.Options{Now: clock}, script...)
	var all sync.WaitGroup
	for range people {
		all.Go(func() {
			step, err := p.Begin(t.Context(), userpool.Credentials{Username: "ada@example.com", Password: "p", Flow: userpool.FlowPassword})
			if err != nil || step.Session == nil {
				t.Errorf("step = %v, %v", step, err)
			}
		})
	}
	all.Wait()
}
