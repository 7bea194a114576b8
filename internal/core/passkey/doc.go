// Package passkey is the WebAuthn side of a pool: who the relying party is,
// which pages may ask for its passkeys, what an authenticator is asked, and
// whether what it answered is right. go-webauthn checks attestations and
// assertions; the rules around them and the service's words for their failures
// are here.
//
//	Options → the browser makes a key → Register   the challenge is sealed, good once
//	Request → the browser signs       → Check      the challenge is in the session of the sign-in
//
// Nothing is stored between the two steps. That the challenge of a registration
// is good once, and that no counter goes back, is up to the store.
//
// It knows keyring, store and the nouns.
package passkey
