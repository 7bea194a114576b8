// Package passkey holds the ceremonies of passkeys for programs that are no
// browser, by means of one.
//
//	client, err := auth.New(cfg, &auth.Options{Passkeys: &passkey.Browser{}})
//
// A Browser is an auth.PasskeyProvider: it serves one page to this machine alone,
// has the user's browser open it, and gives back what the browser's
// navigator.credentials made. Nothing runs between ceremonies.
//
// Passkeys belong to a site, the relying party, and browsers use them on its pages
// only. A page of this machine is one of localhost, so a Browser serves pools
// whose relying party is localhost or a name below it, as those of a development
// server are; for all others it returns auth.ErrRelyingPartyMismatch. Where a
// pool's passkeys are for your own site, let a page there hold the ceremony: the
// step auth.SignInPasskey and Client.StartWebAuthnRegistration give it the options
// and take the credential.
package passkey
