package pool

// WebAuthn is how passkeys of a pool work. It is set beside Settings, and stays
// when those are replaced.
type WebAuthn struct {
	RelyingParty     string // a host name; empty: the pool's domain
	UserVerification string // required or preferred
	Factors          string // SINGLE_FACTOR, MULTI_FACTOR_WITH_USER_VERIFICATION or ""
}

// Check returns InvalidParameter for a relying party that no page can be of.
// Source: W3C Web Authentication, section 5.1.3 (rpId).
func (w *WebAuthn) Check() error {
	if w.RelyingParty != "" && !hostname(w.RelyingParty) {
		return E(InvalidParameter, "RelyingPartyId must be the name of a host.")
	}
	return nil
}

// CountsAsTwo reports whether a passkey whose authenticator verified its user is
// both factors in p.
func (p *Pool) CountsAsTwo() bool {
	return p.WebAuthn != nil && p.WebAuthn.Factors == "MULTI_FACTOR_WITH_USER_VERIFICATION"
}

// VerifiesWho reports whether a passkey serves u in p only if its authenticator
// verifies who uses it: where the pool asks for that, or u has a passkey be both
// factors. u is nil for nobody.
func (p *Pool) VerifiesWho(u *User) bool {
	return p.WebAuthn != nil && p.WebAuthn.UserVerification == "required" || p.CountsAsTwo() && u != nil && u.Factors.Passkey
}
