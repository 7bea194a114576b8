package operation

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/cenote-auth/cenote/internal/core/passkey"
	"github.com/cenote-auth/cenote/internal/core/passkey/testkey"
	"github.com/cenote-auth/cenote/internal/pool"
	"github.com/cenote-auth/cenote/internal/store"
	"github.com/cenote-auth/cenote/internal/store/storetest"
)

// keyed makes a pool of the town one of passkeys for pages of localhost, or of
// pages of nobody's.
func (c *town) keyed(t *testing.T, p *pool.Pool, party string) {
	t.Helper()
	c.Tx(t, func(ctx context.Context, tx store.Tx) error {
		now, err := tx.PoolByKey(ctx, p.Key)
		if err != nil {
			return err
		}
		now.AllowedFirstFactors, now.WebAuthn = []string{"PASSWORD", "WEB_AUTHN"}, &pool.WebAuthn{RelyingParty: party}
		return tx.UpdatePool(ctx, now)
	})
}

func newTestKey(t *testing.T) *testkey.Authenticator { return testkey.New(t, "http://localhost:3000") }

// creation returns the options of a new passkey.
func (c *town) creation(t *testing.T, access string) json.RawMessage {
	t.Helper()
	var out struct{ CredentialCreationOptions json.RawMessage }
	answer := mustCall(t, c.operations, "StartWebAuthnRegistration", body(map[string]any{"AccessToken": access}))
	if err := json.Unmarshal([]byte(answer), &out); err != nil {
		t.Fatal(err)
	}
	return out.CredentialCreationOptions
}

// fill gives u as many passkeys as there may be but for some.
func (c *town) fill(t *testing.T, u *pool.User, but int) {
	t.Helper()
	c.Tx(t, func(ctx context.Context, tx store.Tx) error {
		for i := range passkey.MaxPerUser - but {
			if _, err := tx.AddPasskey(ctx, store.Passkey{PoolKey: u.PoolKey, Sub: u.Sub, ID: fmt.Sprint(u.Username, but, i), Body: "{}"}); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestDeclaredErrorsOfPasskeys(t *testing.T) {
	t.Parallel()
	c, down := newTown(t, storetest.Open(t)), newTown(t, storetest.Open(t))
	plain := newTown(t, storetest.Open(t))
	_, without := plain.signedIn(t, "ada")
	c.keyed(t, c.pool, "localhost")
	c.keyed(t, c.closedPool, "")
	down.keyed(t, down.pool, "localhost")
	nowhere := c.SignedIn(t, c.closedPool, c.closed, c.Person(t, c.closedPool, "ada", "", nil))
	ada, adas := c.signedIn(t, "ada")
	bob, bobs := c.signedIn(t, "bob")
	full, fulls := c.signedIn(t, "full")
	_, resets := c.signedIn(t, "reset")
	gone, orphan := c.signedIn(t, "gone")
	_, lost := down.signedIn(t, "ada")
	elsewhere := c.SignedIn(t, c.pool, c.irrevocable, ada)

	with := func(access string, members map[string]any) string {
		return body(map[string]any{"AccessToken": access}, members)
	}
	// made is the request to complete a registration of ada with what change
	// makes of the authenticator.
	made := func(access string, change func(*testkey.Authenticator)) string {
		a := newTestKey(t)
		if change != nil {
			change(a)
		}
		return with(access, map[string]any{"Credential": a.Create(t, c.creation(t, adas.Access))})
	}
	c.fill(t, bob, 1)
	late := with(bobs.Access, map[string]any{"Credential": newTestKey(t).Create(t, c.creation(t, bobs.Access))})
	c.fill(t, full, 0)
	c.Tx(t, func(ctx context.Context, tx store.Tx) error {
		_, err := tx.AddPasskey(ctx, store.Passkey{PoolKey: bob.PoolKey, Sub: bob.Sub, ID: "last", Body: "{}"})
		return err
	})
	c.Change(t, c.pool, "reset", func(u *pool.User) { u.Status = pool.ResetRequired })
	c.Tx(t, func(ctx context.Context, tx store.Tx) error { return tx.DeleteUser(ctx, gone.PoolKey, gone.Sub) })
	if err := down.Store.Close(); err != nil {
		t.Fatal(err)
	}

	const notEnabled = "WebAuthn is not enabled for this user pool."
	const most = "The user has the most WebAuthn credentials that are allowed."
	// what all four answer, with the members that they need
	tokens := func(members map[string]any) []refusedCall {
		return []refusedCall{
			{"what is no token", denied, "Invalid Access Token", with("x", members), nil},
			{"somebody who is gone", denied, "Access Token has been revoked", with(orphan.Access, members), nil},
			{"somebody who must reset the password", "PasswordResetRequiredException", "Password reset required for the user", with(resets.Access, members), nil},
			{"a database that is gone", internal, "", with(lost.Access, members), down.operations},
		}
	}
	const uncounted = "nothing that it counts"
	credential := map[string]any{"Credential": map[string]any{}}
	for _, d := range []declared{
		{"StartWebAuthnRegistration", append(tokens(nil),
			refusedCall{"a constraint of the model", invalidArg, violated + "null at 'accessToken' " + nullMember, "{}", nil},
			refusedCall{"a pool without passkeys", "WebAuthnNotEnabledException", notEnabled, with(without.Access, nil), plain.operations},
			refusedCall{"a pool without a relying party", "WebAuthnConfigurationMissingException",
				"The WebAuthn configuration of the user pool is missing its relying party.", with(nowhere.Access, nil), nil},
			refusedCall{"somebody with twenty", "LimitExceededException", most, with(fulls.Access, nil), nil}), cannotPerson()},
		{"CompleteWebAuthnRegistration", append(tokens(credential),
			refusedCall{"nothing", invalidArg, "Credential data is not valid", with(adas.Access, credential), nil},
			refusedCall{"a pool without passkeys", "WebAuthnNotEnabledException", notEnabled, with(without.Access, credential), plain.operations},
			refusedCall{"a pool whose relying party is gone", "WebAuthnRelyingPartyMismatchException",
				"The relying party of the credential is not that of the user pool.", with(nowhere.Access, credential), nil},
			refusedCall{"the twenty-first", "LimitExceededException", most, late, nil},
			refusedCall{"somebody else's challenge", "WebAuthnChallengeNotFoundException",
				"The challenge of the registration was not found or has expired.", made(bobs.Access, nil), nil},
			refusedCall{"a token of another client", "WebAuthnClientMismatchException",
				"The registration was started by another app client.", made(elsewhere.Access, nil), nil},
			refusedCall{"a page elsewhere", "WebAuthnOriginNotAllowedException", "The origin of the credential is not allowed.",
				made(adas.Access, func(a *testkey.Authenticator) { a.Origin = "https://example.org" }), nil},
			refusedCall{"a format of attestation that nobody knows", "WebAuthnCredentialNotSupportedException", "The credential is not supported.",
				made(adas.Access, func(a *testkey.Authenticator) { a.Credential = unknownFormat }), nil}), cannotPerson()},
		{"ListWebAuthnCredentials", append(tokens(nil),
			refusedCall{"more than a page has", invalidArg,
				violated + "'21' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 20",
				with(adas.Access, map[string]any{"MaxResults": 21}), nil},
			refusedCall{"a page token of nobody's", invalidArg, "Invalid pagination token", with(adas.Access, map[string]any{"NextToken": "x"}), nil}),
			cannotPerson(map[string]string{"LimitExceededException": uncounted})},
		{"DeleteWebAuthnCredential", append(tokens(map[string]any{"CredentialId": "x"}),
			refusedCall{"a constraint of the model", invalidArg, violated + "null at 'credentialId' " + nullMember, with(adas.Access, nil), nil},
			refusedCall{"somebody else's", notFound, "The WebAuthn credential does not exist.",
				with(adas.Access, map[string]any{"CredentialId": "last"}), nil}),
			cannotPerson(map[string]string{"LimitExceededException": uncounted})},
	} {
		t.Run(d.operation, func(t *testing.T) { d.check(t, c.operations) })
	}
}
