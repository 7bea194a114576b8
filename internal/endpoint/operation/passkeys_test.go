package operation

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/cenote-auth/cenote/internal/store/storetest"
)

// unknownFormat makes an attestation one of a format that nobody knows, as long
// as the name of "none".
func unknownFormat(_, response map[string]any) {
	object, err := base64.RawURLEncoding.DecodeString(response["attestationObject"].(string))
	if err != nil {
		panic(err)
	}
	response["attestationObject"] = base64.RawURLEncoding.EncodeToString(bytes.Replace(object, []byte("none"), []byte("nope"), 1))
}

// A passkey from its options to its end, as clients read it.
func TestPasskeysOnTheWire(t *testing.T) {
	t.Parallel()
	c := newTown(t, storetest.Open(t))
	c.keyed(t, c.pool, "localhost")
	_, set := c.signedIn(t, "ada")
	own := map[string]any{"AccessToken": set.Access}
	options := c.creation(t, set.Access)
	for _, member := range []string{`"rp":{"id":"localhost","name":"localhost"}`, `"name":"ada"`, `"attestation":"none"`, `"excludeCredentials":[]`} {
		if !strings.Contains(string(options), member) {
			t.Errorf("options = %s, without %s", options, member)
		}
	}
	if got := mustCall(t, c.operations, "ListWebAuthnCredentials", body(own)); got != `{"Credentials":[]}` {
		t.Errorf("ListWebAuthnCredentials = %s", got)
	}
	a := newTestKey(t)
	if got := mustCall(t, c.operations, "CompleteWebAuthnRegistration", body(own, map[string]any{"Credential": a.Create(t, options)})); got != `{}` {
		t.Errorf("CompleteWebAuthnRegistration = %s", got)
	}
	b := newTestKey(t)
	mustCall(t, c.operations, "CompleteWebAuthnRegistration", body(own, map[string]any{"Credential": b.Create(t, c.creation(t, set.Access))}))

	var list struct {
		Credentials []map[string]any
		NextToken   string
	}
	read := func(members map[string]any) {
		t.Helper()
		list.Credentials, list.NextToken = nil, ""
		if err := json.Unmarshal([]byte(mustCall(t, c.operations, "ListWebAuthnCredentials", body(own, members))), &list); err != nil {
			t.Fatal(err)
		}
	}
	read(map[string]any{"MaxResults": 1})
	first := list.Credentials
	read(map[string]any{"MaxResults": 1, "NextToken": list.NextToken})
	if len(first) != 1 || len(list.Credentials) != 1 || list.NextToken != "" {
		t.Fatalf("pages of %v and %+v", first, list)
	}
	ids := map[any]bool{}
	for _, d := range append(first, list.Credentials...) {
		ids[d["CredentialId"]] = true
		if d["CreatedAt"].(float64) == 0 {
			t.Error("CreatedAt is 0")
		}
		delete(d, "CredentialId")
		delete(d, "CreatedAt")
		const want = "map[AuthenticatorAttachment:platform AuthenticatorTransports:[internal] FriendlyCredentialName:Passkey RelyingPartyId:localhost]"
		if got := fmt.Sprint(d); got != want {
			t.Errorf("a passkey is %s, want %s", got, want)
		}
	}
	id := base64.RawURLEncoding.EncodeToString(a.ID)
	if !ids[id] || len(ids) != 2 {
		t.Errorf("ids %v, want %s among two", ids, id)
	}
	if got := mustCall(t, c.operations, "DeleteWebAuthnCredential", body(own, map[string]any{"CredentialId": id})); got != `{}` {
		t.Errorf("DeleteWebAuthnCredential = %s", got)
	}
	if read(nil); len(list.Credentials) != 1 {
		t.Errorf("left are %v", list.Credentials)
	}
	factors := mustCall(t, c.operations, "GetUserAuthFactors", body(own))
	if !strings.Contains(factors, `"WEB_AUTHN"`) {
		t.Errorf("GetUserAuthFactors = %s, want WEB_AUTHN there", factors)
	}
}
