package userpool_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/cenote-auth/cenote/auth/userpool"
)

func TestPasskeysOfAPool(t *testing.T) {
	t.Parallel()
	access := parse(t, mint(now, now.Add(time.Hour), nil))
	with, teapot := ofToken(access), failure{code: "TeapotException"}
	options := `{"challenge":"AQID","pubKeyCredParams":[{"alg":-7,"type":"public-key"}],"timeout":60000,"user":{"id":"BAUG"}}`
	p, _ := newStub(t, nil,
		exchange{"StartWebAuthnRegistration", with(), object{"CredentialCreationOptions": json.RawMessage(options)}},
		exchange{"StartWebAuthnRegistration", with(), teapot},
		exchange{"CompleteWebAuthnRegistration", with("Credential.id", "AQID", "Credential.response.transports.0", "usb",
			"Credential.response.publicKeyAlgorithm", "-7"), nil},
		exchange{"CompleteWebAuthnRegistration", with("Credential.id", "AQID"), teapot},
		exchange{"ListWebAuthnCredentials", with("MaxResults", "1"), object{"NextToken": "more", "Credentials": []object{{
			"CredentialId": "AQID", "FriendlyCredentialName": "Passkey", "RelyingPartyId": "example.com", "AuthenticatorAttachment": "platform",
			"AuthenticatorTransports": []string{"internal"}, "CreatedAt": 1.9e9,
		}}}},
		exchange{"ListWebAuthnCredentials", with("NextToken", "more"), object{"Credentials": []object{}}},
		exchange{"ListWebAuthnCredentials", with(), teapot},
		exchange{"DeleteWebAuthnCredential", with("CredentialId", "AQID"), nil},
		exchange{"DeleteWebAuthnCredential", with("CredentialId", ""), teapot})
	ctx := t.Context()

	got, err := p.StartWebAuthnRegistration(ctx, access)
	if err != nil || !sameJSON(t, got, options) {
		t.Errorf("StartWebAuthnRegistration: %s, %v\nwant %s", got, err, options)
	}
	_, err = p.StartWebAuthnRegistration(ctx, access)
	wantCode(t, err, "TeapotException")

	credential := json.RawMessage(`{"id":"AQID","response":{"publicKeyAlgorithm":-7,"transports":["usb"]}}`)
	if err := p.CompleteWebAuthnRegistration(ctx, access, credential); err != nil {
		t.Errorf("CompleteWebAuthnRegistration: %v", err)
	}
	wantCode(t, p.CompleteWebAuthnRegistration(ctx, access, json.RawMessage(`{"id":"AQID"}`)), "TeapotException")
	for _, bad := range []string{"", "null", "[]", `"AQID"`, "{"} {
		wantCode(t, p.CompleteWebAuthnRegistration(ctx, access, json.RawMessage(bad)), userpool.ErrInvalidParameter)
	}

	page, err := p.ListWebAuthnCredentials(ctx, access, userpool.ListWebAuthnCredentialsInput{MaxResults: 1})
	want := &userpool.WebAuthnCredentialPage{NextToken: "more", Credentials: []userpool.WebAuthnCredential{{
		ID: "AQID", Name: "Passkey", RelyingPartyID: "example.com", Attachment: "platform", Transports: []string{"internal"}, Created: now.UTC(),
	}}}
	if err != nil || !reflect.DeepEqual(page, want) {
		t.Errorf("ListWebAuthnCredentials: %+v, %v\nwant %+v", page, err, want)
	}
	page, err = p.ListWebAuthnCredentials(ctx, access, userpool.ListWebAuthnCredentialsInput{NextToken: "more"})
	if err != nil || len(page.Credentials) != 0 || page.NextToken != "" {
		t.Errorf("the last page: %+v, %v", page, err)
	}
	_, err = p.ListWebAuthnCredentials(ctx, access, userpool.ListWebAuthnCredentialsInput{})
	wantCode(t, err, "TeapotException")

	if err := p.DeleteWebAuthnCredential(ctx, access, "AQID"); err != nil {
		t.Errorf("DeleteWebAuthnCredential: %v", err)
	}
	wantCode(t, p.DeleteWebAuthnCredential(ctx, access, ""), "TeapotException")
}

func sameJSON(t *testing.T, a json.RawMessage, b string) bool {
	t.Helper()
	var x, y any
	if err := json.Unmarshal(a, &x); err != nil {
		t.Error(err)
	}
	if err := json.Unmarshal([]byte(b), &y); err != nil {
		t.Error(err)
	}
	return reflect.DeepEqual(x, y)
}
